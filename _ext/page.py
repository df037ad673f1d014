"""Small corrections of the pages' HTML that no setting offers."""


def drop_deprecated_roles(app, page, template, context, doctree):
    """ARIA 1.3 deprecates doc-biblioentry, which docutils gives to the entries of a list of sources."""
    if "body" in context:
        context["body"] = context["body"].replace(' role="doc-biblioentry"', ' role="listitem"')


def setup(app):
    """Register them."""
    app.connect("html-page-context", drop_deprecated_roles)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
