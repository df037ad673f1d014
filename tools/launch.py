"""How a chapter runs outside the book's folder.

Its first code cell opens with a comment that says what to install.  And where it is opened on Colab, the install cell
fetches the book: the address stands in one line of _config.yml, `repository: {url: ...}`.  While it is empty no chapter
has the cell and no page a link to Colab or Binder; after it is set, `make execute` puts the cell into the chapters.

python tools/launch.py brings the comment of every chapter up to date and runs nothing.
"""

import itertools
from pathlib import Path

import nbformat

from bookkit.published import address, requirement

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


def needs(url):
    """The comment with which a chapter's first code cell opens: what to install, and where it is."""
    return [f'# Run once: pip install "{requirement(url)}"', '# (see the page "Run a chapter" of the book)']


def with_needs(notebook, url):
    """Let the first code cell of the author open with that comment and no other; returns the notebook."""
    cell = next(cell for cell in notebook.cells if cell.cell_type == "code" and not is_install_cell(cell))
    code = itertools.dropwhile(lambda line: line.startswith("#"), cell.source.split("\n"))
    cell.source = "\n".join([*needs(url), *code])
    return notebook


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


def main():
    """Bring the comments up to date."""
    for path in sorted(ROOT.glob("chapters/*.ipynb")) + sorted(ROOT.glob("back/*.ipynb")):
        notebook = with_needs(nbformat.read(path, as_version=4), address(ROOT))
        path.write_text(nbformat.writes(notebook).rstrip("\n") + "\n", encoding="utf8")


if __name__ == "__main__":
    main()
