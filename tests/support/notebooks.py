"""The chapters as the tests of the book see them."""

import re
from pathlib import Path

import nbformat

from launch import is_install_cell
from texcheck.book import without_code

ROOT = Path(__file__).resolve().parents[2]
CHAPTERS = sorted((ROOT / "chapters").glob("*.ipynb"))
OTHERS = sorted((ROOT / "back").glob("*.ipynb"))  # notebooks that are no chapters
# Chapters that were written before there was a limit. Whoever shortens one takes it off; nothing is put on.
TO_BE_SHORTENED = {"02", "03", "04", "06", "07", "08", "10", "13"}


def number(path):
    """What a chapter is called for short: 05 of 05_gradient, 01a of the companion 01a_codes."""
    return path.stem.partition("_")[0]


def load(path):
    """The notebook at this path."""
    return nbformat.read(path, as_version=4)


def code_cells(notebook):
    """The code cells, in order; the install cell is not the author's, and is tested by test_launch.py."""
    return [c for c in notebook.cells if c.cell_type == "code" and not is_install_cell(c)]


def markdown(notebook):
    """All text cells as one text, literal code left out."""
    return without_code("\n\n".join(c.source for c in notebook.cells if c.cell_type == "markdown"))


def prose(notebook):
    """What remains of the text when formulas, code, comments, links and directive options are taken away."""
    text = re.sub(r"\$\$.*?\$\$", "", markdown(notebook), flags=re.S)
    text = re.sub(r"<!--.*?-->|<svg.*?</svg>", "", text, flags=re.S)
    text = re.sub(r"(?<![\\$])\$[^$]+\$", "", text)
    text = re.sub(r"`[^`\n]*`|\]\([^)]*\)|https?://\S+|^:\w[\w-]*:.*$|^```+\{.*$", "", text, flags=re.M)
    return text
