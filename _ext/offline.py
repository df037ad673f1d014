"""Nothing leaves the machine: MathJax from an installed package, no thebe.

MathJax comes from the PyPI package sphinx-mathjax-offline, whose own extension takes the CHTML build; its fonts are
refused from file://, so this takes the SVG build, which needs none.
"""

import shutil
from importlib.util import find_spec
from pathlib import Path

MATHJAX = Path("_static") / "mathjax"
NEEDED = ["tex-svg.js", "input/tex/extensions", "ui/safe.js"]


def copy_mathjax(app, error):
    """Copy what the pages can ask for (the menu and the speech rules stay out: the menu is off), once."""
    if error or app.builder.format != "html":
        return
    source = Path(find_spec("sphinx-mathjax-offline").origin).parent / "static" / "mathjax"
    for name in NEEDED:
        target = Path(app.outdir) / MATHJAX / name
        if not target.exists():
            target.parent.mkdir(parents=True, exist_ok=True)
            (shutil.copytree if (source / name).is_dir() else shutil.copyfile)(source / name, target)


def drop_scripts(app, page, template, context, doctree):
    """Leave out thebe, which Jupyter Book always loads (twice: a SyntaxError on every page), and any other double."""
    kept = {}
    for script in context.get("script_files", []):
        key = (str(script.filename), script.attributes.get("body"))
        if "thebe" not in str(key):
            kept.setdefault(key, script)
    context["script_files"] = list(kept.values())


def setup(app):
    """Register both."""
    app.config.mathjax_path = "mathjax/tex-svg.js"
    app.connect("build-finished", copy_mathjax)
    app.connect("html-page-context", drop_scripts, priority=900)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
