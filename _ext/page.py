"""Small corrections of what Sphinx does with the pages, which no setting offers."""

import re
from pathlib import Path

SOLUTION = re.compile(r'(<p class="admonition-title">Solution to)<a class="reference internal"[^>]*>(.*?)</a>', re.S)
SAME_ON_ONE_PAGE = re.compile(r' id="(?:proof|proof-content|exercise-content|solution-content)"')


def mend_html(app, page, template, context, doctree):
    """ARIA 1.3 deprecates doc-biblioentry, which docutils gives to entries of a list of sources; and sphinx-proof and
    sphinx-exercise write the same id into every proof and every exercise, which HTML forbids.  The title of a solution
    unfolds it: a link in it, to the exercise right above, would catch the click."""
    if "body" in context:
        body = context["body"].replace(' role="doc-biblioentry"', ' role="listitem"')
        body = SOLUTION.sub(r"\1\2", body)
        context["body"] = SAME_ON_ONE_PAGE.sub("", body)


def read_again_for_static_files(app, env, added, changed, removed):
    """Sphinx copies _static only when some page is out of date: then the first page counts as such."""
    built = Path(app.outdir) / f"{app.config.root_doc}.html"
    files = Path(app.srcdir).glob("_static/**/*.*")
    stale = built.exists() and any(path.stat().st_mtime > built.stat().st_mtime for path in files)
    return [app.config.root_doc] if stale else []


def no_links_without_an_address(app, config):
    """Colab and Binder are offered once _config.yml has the address of the repository; until then the theme fails."""
    options = config.html_theme_options
    if not options.get("repository_url"):
        options["launch_buttons"] = {}
        options.pop("repository_url", None)


def setup(app):
    """Register them."""
    app.connect("config-inited", no_links_without_an_address)
    app.connect("html-page-context", mend_html)
    app.connect("env-get-outdated", read_again_for_static_files)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
