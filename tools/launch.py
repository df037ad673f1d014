"""The install cell: where a chapter is opened outside the book's folder, as on Colab, it fetches the book.

The address stands in one line of _config.yml, `repository: {url: ...}`.  While it is empty no chapter has the cell and
no page a link to Colab or Binder; after it is set, `make execute` puts the cell into the chapters.
"""

from pathlib import Path

import nbformat
import yaml

ROOT = Path(__file__).parents[1]
TAG = "install"
SOURCE = """import os
import subprocess
import sys

if not os.path.exists("../notation.md"):  # not in the book's folder: fetch the book, and install what it needs
    if not os.path.exists("book"):
        subprocess.run(["git", "clone", "--quiet", "--depth", "1", "{address}", "book"], check=True)
    subprocess.run([sys.executable, "-m", "pip", "install", "--quiet", "./book[book]"], check=True)
    os.chdir("book/chapters")"""


def address(root=ROOT):
    """The address of the repository, or None while nobody has entered it."""
    return yaml.safe_load((root / "_config.yml").read_text(encoding="utf8"))["repository"]["url"] or None


def is_install_cell(cell):
    """Whether this is the cell that `with_install_cell` makes."""
    return TAG in cell.metadata.get("tags", [])


def with_install_cell(notebook, url):
    """Put the cell before the first code cell, or take it out if there is no address; returns the notebook."""
    cells = [cell for cell in notebook.cells if not is_install_cell(cell)]
    if url:
        first = next(k for k, cell in enumerate(cells) if cell.cell_type == "code")
        metadata = {"tags": [TAG, "remove-cell"]}
        cells.insert(first, nbformat.v4.new_code_cell(SOURCE.format(address=url), metadata=metadata))
    notebook.cells = cells
    return notebook
