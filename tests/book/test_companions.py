"""A companion, a page below a chapter, is seen by all that sees chapters: gate, counts, links at the foot."""

import re
import subprocess
import sys

import nbformat
import pytest
from notebooks import ROOT

import counts
from texcheck import verdicts
from texcheck.book import chapters, check, contents, notation

TOC = """format: jb-book
root: intro
parts:
- caption: Chapters
  numbered: 1
  chapters:
  - file: chapters/01_one
    sections:
    - file: chapters/01a_more
  - file: chapters/02_two
"""
PAGES = {
    "01_one": "# One\n\n| symbol | kind | meaning |\n|---|---|---|\n| $K$ | `2 3` | classes |\n"
    "| $i$ | `1..K` | a class |\n"
    "| $\\mathbf{p}$ | `simplex K` | a law |\n\n$$\ns := \\sum_i p_i\n$$ (one-sum)\n\n$$\ns = 1\n$$ (one-mass)\n",
    "01a_more": "# More\n\n$$\ns^2 = 1\n$$ (more-square)\n",
    "02_two": "# Two\n\nText.\n",
}


@pytest.fixture
def book(tmp_path):
    """A book of two chapters, the first with a companion; book(text) adds text to the companion."""
    (tmp_path / "_toc.yml").write_text(TOC)
    (tmp_path / "_config.yml").write_text("title: A book\n")
    (tmp_path / "intro.md").write_text("# Intro\n")
    (tmp_path / "chapters").mkdir()

    def write(addition=""):
        for name, text in PAGES.items():
            cell = nbformat.v4.new_markdown_cell(text + addition * (name == "01a_more"))
            nbformat.write(nbformat.v4.new_notebook(cells=[cell]), tmp_path / "chapters" / f"{name}.ipynb")
        return tmp_path

    return write


def errors(root, name):
    """What the gate says against one page of the book."""
    path = root / "chapters" / f"{name}.ipynb"
    return {r.label: r.error for r in check(root, path, notation(root)) if r.error}


def test_companions_follow_their_chapter(book):
    root = book()
    assert [path.stem for path in chapters(root)] == ["01_one", "01a_more", "02_two"]
    assert [above and above.stem for _, above in contents(root)] == [None, "01_one", None]
    verdicts.write(root)
    assert counts.count(root) == (3, 0)


def test_a_companion_starts_from_the_symbols_and_definitions_of_its_chapter(book):
    assert errors(book(), "01a_more") == {}
    assert errors(book("\n$$\ns := 2\n$$ (more-again)\n"), "01a_more").keys() == {"more-again"}


def test_it_does_so_too_if_it_is_named_from_another_folder(book, monkeypatch):
    root = book()
    monkeypatch.chdir(root / "chapters")
    assert [r.error for r in check(root, "01a_more.ipynb", notation(root)) if r.error] == []


def test_a_false_display_in_a_companion_fails(book):
    assert errors(book("\n$$\ns = 2\n$$ (more-false)\n"), "01a_more").keys() == {"more-false"}


def test_next_leads_to_the_next_chapter_and_companions_stand_beside_it(book):
    """Built with the theme: the links at the foot of each page."""
    root = book()
    (root / "_config.yml").write_text(
        "title: A book\nexecute: {execute_notebooks: 'off'}\nsphinx:\n  local_extensions: {companions: _ext}\n"
        "  config: {templates_path: [_templates]}\n"
    )
    for folder in ("_ext", "_templates/components"):
        (root / folder).parent.mkdir(exist_ok=True)
        (root / folder).symlink_to(ROOT / folder)
    command = "from jupyter_book.cli.main import main; main()"
    subprocess.run([sys.executable, "-c", command, "build", str(root), "--quiet"], check=True, capture_output=True)
    assert foot(root, "01_one") == {"prev": "../intro.html", "next": "02_two.html", "companions": ["01a_more.html"]}
    assert foot(root, "01a_more") == {"prev": "01_one.html", "next": "02_two.html", "companions": []}
    page = (root / "_build" / "html" / "chapters" / "01_one.html").read_text(encoding="utf8")
    assert re.findall(r"<summary[^>]*>(?=<span)", page) == ['<summary aria-label="Companions">']
    assert foot(root, "02_two") == {"prev": "01_one.html", "next": None, "companions": []}


def foot(root, name):
    """Where the links at the foot of a built page lead."""
    page = (root / "_build" / "html" / "chapters" / f"{name}.html").read_text(encoding="utf8")
    found = {
        word: re.search(rf'class="{side}-{word}"\s+href="([^"]*)"', page)
        for side, word in (("left", "prev"), ("right", "next"))
    }
    beside = re.search(r'<p class="companions">(.*?)</p>', page, flags=re.S)
    links = re.findall(r'href="([^"]*)"', beside[1]) if beside else []
    return {**{word: match and match[1] for word, match in found.items()}, "companions": links}
