"""A chapter leads to the next chapter, and offers its companions, the pages below it in _toc.yml, beside it."""


def companions(env, docname):
    """The pages below a page of the table of contents; the root has none."""
    return [] if docname == env.config.root_doc else env.toctree_includes.get(docname, [])


def after(relations, env, docname):
    """The next page that is not a companion of this one, or None."""
    found = relations[docname][2]
    while found in companions(env, docname):
        found = relations[found][2]
    return found


def before(relations, env, docname):
    """The page before; where that is a companion of another chapter, the chapter."""
    found = relations[docname][1]
    above = found and relations[found][0]
    return above if above not in (None, env.config.root_doc, relations[docname][0]) else found


def link(app, docname, target):
    """How the templates take a page: its address from here, and its title."""
    title = app.builder.render_partial(app.env.titles[target])["title"]
    return {"link": app.builder.get_relative_uri(docname, target), "title": title}


def offer(app, page, template, context, doctree):
    """Set the links at the foot of a page."""
    relations = app.builder.relations
    if page in relations:
        for name, find in (("prev", before), ("next", after)):
            target = find(relations, app.env, page)
            context[name] = target and link(app, page, target)
        context["companions"] = [link(app, page, below) for below in companions(app.env, page)]


def name_toggles(app, page, template, context, doctree):
    """The mark in the sidebar that unfolds a chapter's companions gets a name, for those who do not see it."""
    if make := context.get("generate_toctree_html"):
        context["generate_toctree_html"] = lambda *args, **kwargs: with_names(make(*args, **kwargs))


def with_names(tree):
    """The table of contents, a tree of Beautiful Soup, with its summaries named."""
    for summary in tree.select("summary") if tree else []:
        summary["aria-label"] = "Companions"
    return tree


def setup(app):
    """Register it."""
    app.connect("html-page-context", offer, priority=400)
    app.connect("html-page-context", name_toggles, priority=900)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
