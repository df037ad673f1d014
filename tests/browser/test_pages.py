"""Every page of the built book, light and dark, wide and narrow; over file:// and without scripts too."""

import pytest

from . import site

ALL = [name for name in site.pages() if name != "index"]    # index.html only leads to the first page


@pytest.mark.parametrize("scheme", site.SCHEMES)
@pytest.mark.parametrize("width", site.WIDTHS)
@pytest.mark.parametrize("name", ALL)
def test_page(read, name, width, scheme):
    """Quiet, offline, in its bounds, typeset, still, described, accessible; a screenshot is kept for human eyes."""
    reader = read(f"{name}.html", width=width, scheme=scheme)
    picture = site.SCREENSHOTS / f"{name.replace('/', '-')}-{width}-{scheme}.jpg"
    reader.page.screenshot(path=picture, full_page=True, type="jpeg", quality=70)
    assert reader.complaints() == []
    assert reader.axe() == []


@pytest.mark.parametrize("name", ALL)
def test_page_from_a_file(read, name):
    """The book works when it is opened from a folder."""
    assert read(f"{name}.html", base=site.SITE.as_uri()).complaints() == []


@pytest.mark.parametrize("name", ALL)
def test_page_without_scripts(read, name):
    """Text, answers and the figures' tables can be read when no script runs."""
    page = read(f"{name}.html", scripts=False).page
    assert page.locator("main").is_visible()
    for answer in page.locator("self-check > details").all():
        answer.locator("summary").click()
        assert answer.locator("p").first.is_visible()
    for figure in page.locator(".interactive").all():
        assert figure.locator("table").is_visible()


def test_the_start_page_leads_in(read):
    """index.html arrives at a page of the book."""
    assert read("index.html").page.locator("article h1").is_visible()


def test_search_finds_a_word(read):
    """The search field answers the Enter key with pages that hold the word (their excerpts show formulas as TeX)."""
    reader = read(f"{ALL[0]}.html")
    reader.page.keyboard.press("Control+k")
    reader.page.locator("#search-input").fill("softmax")
    reader.page.keyboard.press("Enter")
    reader.page.locator("#search-results li a").first.wait_for()
    assert reader.outside() + reader.noise == []


def test_paper_shows_what_folds(read):
    """Printing opens the answers and leaves out the sidebars; afterwards the page is as before."""
    name = site.pages("<self-check")[0]
    page = read(f"{name}.html").page
    page.emulate_media(media="print")
    assert not page.locator(".bd-sidebar-primary").is_visible()
    answer = page.locator("self-check details > :not(summary)").first
    for event, visible in [("beforeprint", True), ("afterprint", False)]:
        page.evaluate("(name) => dispatchEvent(new Event(name))", event)
        assert answer.is_visible() is visible


def test_icons_are_there(read):
    """The browser shows the favicon and the logo (Chromium without a window does not ask for the favicon itself)."""
    page = read(f"{ALL[0]}.html").page
    for selector, attribute in [("link[rel=icon]", "href"), ("img.logo__image", "src")]:
        address = page.locator(selector).first.evaluate(f"(e) => e.{attribute}")
        assert page.request.get(address).ok
