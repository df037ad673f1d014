"""The wheel carries what a chapter needs outside the book's folder: macros, contents, notation, figure style, and the
text of each notebook, from which companions start. It is copied when the wheel is built; the rest is in pyproject.toml.
"""

import json
import shutil
from pathlib import Path

from setuptools import setup
from setuptools.command.build_py import build_py

ROOT = Path(__file__).parent
CARRIED = ("_config.yml", "_toc.yml", "notation.md", "chapters/matplotlibrc")


def text_of(notebook):
    """A notebook's text cells alone: what texcheck reads."""
    cells = json.loads(notebook.read_text(encoding="utf8"))["cells"]
    kept = [{**cell, "metadata": {}} for cell in cells if cell["cell_type"] == "markdown"]
    return json.dumps({"cells": kept, "metadata": {}, "nbformat": 4, "nbformat_minor": 5}, ensure_ascii=False)


def carry(folder):
    """Fill the folder."""
    (folder / "chapters").mkdir(parents=True, exist_ok=True)
    for name in CARRIED:
        shutil.copyfile(ROOT / name, folder / name)
    for notebook in ROOT.glob("chapters/*.ipynb"):
        (folder / "chapters" / notebook.name).write_text(text_of(notebook), encoding="utf8")


class BuildWithTheBook(build_py):
    """An editable installation carries nothing: it runs in the book's folder."""

    def run(self):
        """Build the packages, then put the book beside bookkit's modules."""
        super().run()
        if not self.editable_mode:
            carry(Path(self.build_lib) / "bookkit" / "book")


setup(cmdclass={"build_py": BuildWithTheBook})
