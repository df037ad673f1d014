"""What readers take away: the wheel has what a chapter needs outside the book's folder, the zip has every notebook.

That it runs, tests/fresh shows.
"""

import json
import shutil
import subprocess
import sys
import zipfile

import pytest
from notebooks import CHAPTERS, OTHERS, ROOT

import downloads
from texcheck import book

BUILD = "from setuptools import build_meta; build_meta.build_wheel('.')"


@pytest.fixture(scope="module")
def wheel(tmp_path_factory):
    """The wheel, built from a copy."""
    folder = tmp_path_factory.mktemp("wheel")
    downloads.copy_sources(folder)
    subprocess.run([sys.executable, "-c", BUILD], cwd=folder, check=True, capture_output=True)
    return folder / downloads.WHEEL


def test_the_wheel_has_the_files_of_the_book(wheel):
    inside = zipfile.ZipFile(wheel)
    for name in ("_config.yml", "_toc.yml", "notation.md", "chapters/matplotlibrc"):
        assert inside.read(f"bookkit/book/{name}") == (ROOT / name).read_bytes()
    packages = {path.relative_to(ROOT / "src").as_posix() for path in (ROOT / "src").rglob("*.py")}
    assert packages <= set(inside.namelist())


def test_the_wheel_has_the_text_of_each_notebook_and_no_output(wheel, tmp_path):
    with zipfile.ZipFile(wheel) as inside:
        inside.extractall(tmp_path)
    for path in CHAPTERS:
        carried = tmp_path / "bookkit" / "book" / "chapters" / path.name
        assert book.markdown(carried) == book.markdown(path)
        assert {cell["cell_type"] for cell in json.loads(carried.read_text(encoding="utf8"))["cells"]} == {"markdown"}


def test_a_notebook_alone_has_the_notation_and_its_chapter(wheel, tmp_path, monkeypatch):
    """In a folder with nothing else; in the repository nothing is carried, and there the error says what is missing."""
    with zipfile.ZipFile(wheel) as inside:
        inside.extractall(tmp_path / "installed")
    alone = tmp_path / "alone"
    alone.mkdir()
    companion = next(path for path, chapter in book.contents(ROOT) if chapter)
    shutil.copy(companion, alone)
    monkeypatch.chdir(alone)
    with pytest.raises(FileNotFoundError, match="no _config"):
        book.open_page(companion.stem)
    monkeypatch.setattr(book, "CARRIED", tmp_path / "installed" / "bookkit" / "book")
    for name in (companion.stem, CHAPTERS[0].stem):  # the second is not in this folder
        page, expected = book.open_page(name), book.results_of(ROOT, ROOT / "chapters" / f"{name}.ipynb", START)[0]
        assert page.definitions == expected.definitions
        assert page.displays == expected.displays


START = book.notation_unverified(ROOT)


def test_the_zip_has_every_notebook_the_wheel_and_the_versions(wheel, tmp_path):
    path = downloads.zip_notebooks(tmp_path, wheel)
    members = {name.rpartition("/")[2] for name in zipfile.ZipFile(path).namelist()}
    assert members == {*(notebook.name for notebook in [*CHAPTERS, *OTHERS]), wheel.name, "constraints.txt"}
