"""The install cell stands in the chapters if and only if the address of the repository is known."""

import ast

import nbformat
import pytest
from notebooks import CHAPTERS, load

from launch import address, is_install_cell, with_install_cell

URL = "https://example.org/owner/book"


def sources(notebook):
    """What the cells say, in order."""
    return [cell.source for cell in notebook.cells]


@pytest.mark.parametrize("path", CHAPTERS, ids=lambda path: path.stem)
def test_the_chapter_is_up_to_date_with_the_address(path):
    """After the address is set or changed, `make execute` is due."""
    assert sources(load(path)) == sources(with_install_cell(load(path), address()))


def test_the_cell_comes_and_goes():
    """Before the first code cell, once, with the address in it; without an address nothing is left of it."""
    chapter = load(CHAPTERS[0])
    before = sources(with_install_cell(load(CHAPTERS[0]), None))
    twice = with_install_cell(with_install_cell(chapter, "https://example.org/old"), URL)
    (number,) = [k for k, cell in enumerate(twice.cells) if is_install_cell(cell)]
    assert [cell.cell_type for cell in twice.cells[:number]] == ["markdown"] * number
    assert twice.cells[number + 1].cell_type == "code"
    assert f'"{URL}"' in twice.cells[number].source
    assert sources(with_install_cell(twice, None)) == before


def test_the_cell_does_nothing_in_the_book(monkeypatch):
    """In the folder of the chapters neither git nor pip is called; elsewhere both are, and the folder is entered."""
    calls, folders = [], []
    cell = with_install_cell(nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell("")]), URL).cells[0].source
    names = {"__name__": "cell"}
    monkeypatch.setattr("subprocess.run", lambda command, check: calls.append(command))
    monkeypatch.setattr("os.chdir", folders.append)
    for there, expected in [({"../notation.md"}, 0), ({"book"}, 1), (set(), 2)]:
        calls.clear()
        monkeypatch.setattr("os.path.exists", there.__contains__)
        exec(compile(ast.parse(cell), "cell", "exec"), names)
        assert len(calls) == expected
    assert folders == ["book/chapters"] * 2
    assert URL in calls[0]
