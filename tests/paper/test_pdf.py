"""The PDF of the book: whole, in order, with links that lead somewhere, and set."""

import re
from collections import Counter

import pikepdf
import pytest
from bs4 import BeautifulSoup

import pdf

NAMES = pdf.order()


@pytest.fixture(scope="module")
def book():
    """The printed file."""
    with pikepdf.open(pdf.PDF) as opened:
        yield opened


@pytest.fixture(scope="module")
def joined():
    """The document that was printed, formulas set."""
    return BeautifulSoup((pdf.FOLDER / "book.html").read_text(encoding="utf8"), "html.parser")


def links(book):
    """Every link of every page."""
    return [note for page in book.pages for note in page.get("/Annots", []) if note.get("/Subtype") == "/Link"]


def address(link):
    """Where on the web a link leads, or nothing."""
    return str(link.get("/A", {}).get("/URI", ""))


def bookmarks(book):
    """(title, page number) of the bookmarks of the first level."""
    numbers = {page.objgen: number for number, page in enumerate(book.pages, 1)}
    with book.open_outline() as outline:
        return [(item.title, numbers[item.destination[0].objgen]) for item in outline.root]


def test_every_page_of_the_book_has_its_bookmark(book):
    """In the order of _toc.yml, on rising pages, under the titles of the HTML."""
    titles = [pdf.article(name, NAMES).h1.get_text().strip() for name in NAMES]
    found = bookmarks(book)
    assert [re.sub(r"\W", "", title) for title, _ in found] == [re.sub(r"\W", "", title) for title in titles]
    assert [number for _, number in found] == sorted({number for _, number in found})


def test_every_link_leads_to_a_place_in_the_file(book):
    """None asks for a file or another page, but for sources on the web; there are as many as such a book has."""
    places = set(book.Root.Dests.keys())
    inside = [link for link in links(book) if not address(link).startswith("https://")]
    assert [str(link.get("/Dest")) for link in inside if str(link.get("/Dest")) not in places] == []
    assert len(inside) > 1000


def test_anchors_are_distinct(joined):
    """Pages have sections of the same name; joined, each keeps its own."""
    count = Counter(node["id"] for node in joined.select("article [id], article[id]") if not node.find_parent("svg"))
    assert [name for name, n in count.items() if n > 1] == []


def test_formulas_are_set(joined):
    """Every formula is MathJax's, without an error, and what is left of the text holds no TeX."""
    formulas = joined.select("article .math")
    assert len(formulas) > 5000
    assert [str(node)[:100] for node in formulas if not node.select_one("mjx-container")] == []
    assert joined.select("mjx-merror") == []
    for node in joined.select("mjx-container, pre, code"):
        node.decompose()
    assert re.findall(r"\$\$|\\\(|\\\[|\\[a-z]{2,}", joined.main.get_text()) == []


def test_nothing_is_folded_or_left_to_scripts(joined):
    """Answers and solutions are open, and the interactive figures are their tables."""
    assert joined.select("details:not([open]), button, script[src*=figures]") == []
    tables = [figure.select_one("table") for figure in joined.select(".interactive")]
    assert tables
    assert None not in tables


def test_the_file_is_for_screen_readers_too(book):
    """Tagged, with a title and a language."""
    assert book.Root.MarkInfo.Marked
    assert str(book.Root.Lang).startswith("en")
    with book.open_metadata() as metadata:
        assert metadata["dc:title"] == "Softmax and cross-entropy"
