"""The text face of the book: Source Serif Pro, cut down to the letters that the book may need, in a style sheet.

The fonts come from the PyPI package font-source-serif-pro (SIL Open Font License 1.1; its notice is copied along).
They stand in the style sheet itself because a page that is opened from a disk, file://, may not load a font.
"""

import base64
import io
import shutil
from importlib.util import find_spec
from pathlib import Path

from fontTools import subset

SHEET = Path("_static") / "typeface.css"
FACES = {"Regular": (400, "normal"), "It": (400, "italic"), "Semibold": (600, "normal"), "SemiboldIt": (600, "italic")}
SIGNS = "′€←↑→↓−√∞≈≠≤≥"
LETTERS = [*range(0x20, 0x7F), *range(0xA0, 0x180), *range(0x2010, 0x2030), *map(ord, SIGNS)]
FEATURES = ["kern", "liga", "mark", "lnum", "pnum", "tnum", "sups"]
RULE = """@font-face {{
  font-family: "Source Serif Pro";
  font-weight: {weight};
  font-style: {style};
  src: url("data:font/woff;base64,{data}") format("woff");
}}
"""


def folder():
    """Where the package keeps its files."""
    return Path(find_spec("font_source_serif_pro").origin).parent / "files"


def cut(path):
    """The font with the letters above alone, as WOFF."""
    options = subset.Options(flavor="woff", layout_features=FEATURES, hinting=False, desubroutinize=True)
    font = subset.load_font(path, options)
    subsetter = subset.Subsetter(options)
    subsetter.populate(unicodes=LETTERS)
    subsetter.subset(font)
    file = io.BytesIO()
    font.flavor = "woff"
    font.save(file)
    return file.getvalue()


def rule(name):
    """The CSS rule of a face."""
    weight, style = FACES[name]
    data = base64.b64encode(cut(folder() / f"SourceSerifPro-{name}.otf")).decode()
    return RULE.format(weight=weight, style=style, data=data)


def is_fresh(sheet):
    """Whether the style sheet is there, and not older than the list of letters."""
    return sheet.exists() and sheet.stat().st_mtime > Path(__file__).stat().st_mtime


def write(app, error):
    """Write the style sheet and the licence beside it."""
    sheet = Path(app.outdir) / SHEET
    if error or app.builder.format != "html" or is_fresh(sheet):
        return
    sheet.write_text("".join(map(rule, FACES)), encoding="ascii")
    shutil.copyfile(folder() / "LICENSE.txt", sheet.with_name("typeface-license.txt"))


def setup(app):
    """Register it."""
    app.add_css_file("typeface.css")
    app.connect("build-finished", write)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
