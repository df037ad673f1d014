"""How a chapter runs elsewhere follows one line of _config.yml: the pip line, the install cell, the way to report, the
publication of the site."""

import ast
import os
import subprocess

import nbformat
import pytest
import yaml
from notebooks import CHAPTERS, ROOT, load

import landing
from bookkit.published import WHEEL, requirement, site
from launch import address, is_install_cell, needs, with_install_cell, with_needs

URL = "https://example.org/owner/book"


def sources(notebook):
    """What the cells say, in order."""
    return [cell.source for cell in notebook.cells]


@pytest.mark.parametrize("path", CHAPTERS, ids=lambda path: path.stem)
def test_the_chapter_is_up_to_date_with_the_address(path):
    """After the address is set or changed, `make execute` is due; after a new version, python tools/launch.py."""
    url = address(ROOT)
    assert sources(load(path)) == sources(with_needs(with_install_cell(load(path), url), url))


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


def test_the_comment_replaces_the_one_before():
    """Whatever comment opened the cell; the code stays; and it stands after the install cell, not in it."""
    cells = [nbformat.v4.new_code_cell(source) for source in ("# old\n# older\nimport numpy as np\n# kept", "1")]
    chapter = with_needs(with_install_cell(nbformat.v4.new_notebook(cells=cells), URL), URL)
    assert sources(chapter)[1:] == ["\n".join([*needs(URL), "import numpy as np", "# kept"]), "1"]
    assert sources(with_needs(chapter, URL)) == sources(chapter)


@pytest.mark.parametrize(
    ("url", "pages", "wanted"),
    [
        (None, None, f"./{WHEEL}[book]"),
        ("https://github.com/Ada/book", "https://ada.github.io/book", f"https://ada.github.io/book/{WHEEL}"),
        ("https://github.com/ada/book.git", "https://ada.github.io/book", f"https://ada.github.io/book/{WHEEL}"),
        ("https://github.com/Ada/ada.github.io", "https://ada.github.io", f"https://ada.github.io/{WHEEL}"),
        (URL, None, f"./{WHEEL}[book]"),
    ],
)
def test_what_pip_installs(url, pages, wanted):
    """The wheel on the site, where the repository's address says which site; else the file beside the notebook."""
    assert site(url) == pages
    assert requirement(url).removeprefix("softxent[book] @ ") == wanted


@pytest.fixture
def book(tmp_path):
    """book(line) makes a folder whose _config.yml has that line for the repository."""

    def make(line):
        (tmp_path / "_config.yml").write_text(f"title: A book\n{line}\nauthor: Someone\n")
        (tmp_path / "CITATION.cff").write_text((ROOT / "CITATION.cff").read_text(encoding="utf8"))
        return tmp_path

    return make


SET, UNSET = f'repository: {{url: "{URL}", branch: main}}', 'repository: {url: "", branch: main}'


def test_a_report_goes_to_the_issues_once_there_are_some(book):
    assert f"({URL}/issues/new)" in "".join(landing.report(book(SET)))
    without = "".join(landing.report(book(UNSET)))
    assert "Write to whoever gave you the copy" in without
    assert "http" not in without


def test_colab_and_binder_are_named_once_they_work(book):
    assert "rocket" in "".join(landing.launch(book(SET)))
    assert "has none" in "".join(landing.launch(book(UNSET)))


PUBLISH = yaml.safe_load((ROOT / ".github" / "workflows" / "publish.yml").read_text(encoding="utf8"))["jobs"]
LINES = [(SET, URL), (UNSET, ""), (f"repository: {{url: {URL}, branch: main}}", URL), ("repository: {url: }", "")]


@pytest.mark.parametrize(("line", "found"), LINES)
def test_the_workflow_reads_the_address_as_the_book_does(book, line, found):
    """Run as the workflow runs it; both states, with and without quotation marks."""
    folder = book(line)
    (step,) = [step["run"] for step in PUBLISH["address"]["steps"] if step.get("id") == "read"]
    environment = {"PATH": os.environ["PATH"], "GITHUB_OUTPUT": str(folder / "output")}
    run = subprocess.run(
        ["bash", "-e", "-c", step], cwd=folder, env=environment, capture_output=True, text=True, check=True
    )
    assert (folder / "output").read_text() == f"url={found}\n"
    assert ("Not published" in run.stdout) is (found == "")
    assert (address(folder) or "") == found


def test_nothing_is_published_without_an_address():
    """The build waits for an address, the publication for the build, and the site is what make site builds."""
    assert PUBLISH["build"]["needs"] == "address"
    assert PUBLISH["build"]["if"] == "needs.address.outputs.url != ''"
    assert PUBLISH["address"]["outputs"]["url"] == "${{ steps.read.outputs.url }}"
    assert PUBLISH["deploy"]["needs"] == "build"
    assert {"run": "make site"} in PUBLISH["build"]["steps"]
