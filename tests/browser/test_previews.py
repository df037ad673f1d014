"""A link shows what it leads to: with the mouse, from the keyboard, by touch; from a folder, on a phone, in dark."""

import pytest

from . import site

PAGE = "chapters/05_gradient.html"
SHOWN = ".preview.ready"
KINDS = {  # a link of each kind, and how its preview begins
    "equation": ("a.reference[href='#equation-grad-lse-form']", "Equation (5."),
    "theorem": ("a.reference[href*='06_curvature.html#thm-']", "Theorem 6."),
    "exercise": ("a.reference[href^='#ex-05-']", "Exercise 5."),
    "term": ("a.glossary-word", ""),
    "source": (".bibtex-citation a", "Howard and Gugger, 2020"),
}


def link_of(reader, kind):
    """The first link of a kind in the text, in sight."""
    link = reader.page.locator(f"article {KINDS[kind][0]} >> visible=true").first
    link.scroll_into_view_if_needed()
    return link


def box(reader):
    """The preview, once it is there."""
    shown = reader.page.locator(SHOWN)
    shown.wait_for()
    return shown


@pytest.mark.parametrize("base", ["http", "file"])
def test_every_kind_is_shown_on_hover(read, address, base):
    """With its name, with formulas that are set, inside the window, beside the link; nothing else moves."""
    reader = read(PAGE, base=address if base == "http" else site.SITE.as_uri())
    for kind, (_, name) in KINDS.items():
        link = link_of(reader, kind)
        link.hover()
        shown = box(reader)
        assert shown.inner_text().startswith(name)
        assert shown.locator(".math").count() == shown.locator(".math mjx-container").count()
        assert link.get_attribute("aria-describedby") == shown.get_attribute("id")
        place, window = shown.bounding_box(), reader.page.viewport_size
        assert 0 <= place["x"] <= place["x"] + place["width"] <= window["width"]
        assert 0 <= place["y"] <= place["y"] + place["height"] <= window["height"]
        reader.page.keyboard.press("Escape")
        assert not reader.page.locator(".preview").is_visible()
        reader.page.mouse.move(1, 1)
    assert reader.complaints() == []


@pytest.mark.parametrize(("width", "scheme"), list(zip(site.WIDTHS, site.SCHEMES, strict=True)))
def test_the_keyboard_shows_and_hides(read, width, scheme):
    """Focus shows it, Escape and leaving hide it; it is accessible meanwhile, and goes when the reader goes on."""
    reader = read(PAGE, width=width, scheme=scheme)
    link = link_of(reader, "term")
    reader.page.keyboard.press("Tab")
    link.focus()
    assert box(reader).get_attribute("role") == "tooltip"
    assert reader.overflow() == []
    reader.page.keyboard.press("Escape")
    assert not reader.page.locator(".preview").is_visible()
    assert link.get_attribute("aria-describedby") is None
    assert link.evaluate("(link) => link === document.activeElement")
    reader.page.keyboard.press("Tab")
    link.focus()
    assert box(reader).is_visible()
    assert reader.axe() == []


def test_a_mouse_can_go_into_the_preview_and_out_of_it(read):
    """So that a DOI in it can be clicked."""
    reader = read(PAGE)
    reader.page.mouse.move(1, 1)
    link_of(reader, "term").hover()
    place = box(reader).bounding_box()
    reader.page.mouse.move(place["x"] + 20, place["y"] + 10)
    reader.page.wait_for_timeout(500)
    assert reader.page.locator(SHOWN).is_visible()
    reader.page.mouse.move(1, 1)
    reader.page.locator(".preview").wait_for(state="hidden")


def test_a_tap_shows_and_leads_on(read):
    """The first tap keeps the reader on the page; a link leads on; a tap elsewhere closes."""
    reader = read(PAGE, width="narrow", scheme="dark", touch=True)
    page, before = reader.page, reader.page.url
    link_of(reader, "theorem").tap()
    shown = box(reader)
    assert shown.get_attribute("role") == "dialog"
    assert page.url == before
    assert reader.overflow() == []
    page.locator("article h1").evaluate("(h1) => h1.scrollIntoView()")
    page.touchscreen.tap(180, 300)
    shown.wait_for(state="hidden")
    link_of(reader, "theorem").tap()
    box(reader).get_by_text("Go there").tap()
    page.wait_for_url("**/06_curvature.html#thm-*")


def test_other_links_are_followed_at_once_by_touch(read):
    """A link to a section has no preview."""
    reader = read("chapters/06_curvature.html", width="narrow", touch=True, formulas=False)
    link = reader.page.locator("article a.reference.internal:not([href*='#']) >> visible=true").first
    link.scroll_into_view_if_needed()
    address = link.get_attribute("href")
    link.tap()
    reader.page.wait_for_url(f"**/{address.rsplit('/', 1)[-1]}")


def test_nothing_is_loaded_before_it_is_asked_for(read):
    """A page weighs what it weighed; a preview costs one script, which the browser keeps."""
    reader = read(PAGE, fresh=True)
    assert not [url for url in reader.requests if "previews" in url]
    link_of(reader, "equation").hover()
    box(reader)
    assert len([url for url in reader.requests if "previews" in url]) == 1


def test_paper_has_no_preview(read):
    reader = read(PAGE)
    link_of(reader, "term").hover()
    box(reader)
    reader.page.emulate_media(media="print")
    assert not reader.page.locator(".preview").is_visible()


def test_names_are_looked_through(read):
    """The page of names is short, sets its formulas when they are unfolded, and finds part of a name."""
    reader = read("back/by_name.html")
    page = reader.page
    assert page.evaluate("() => document.documentElement.scrollHeight") < 5000
    page.locator(".names-field input").fill("softmax jac")
    page.locator(".names-status:not(:empty)").wait_for()
    shown = page.locator(".named >> visible=true")
    assert 3 < shown.count() < 30
    assert all("jac" in text.lower() for text in shown.all_inner_texts())
    shown.first.locator("mjx-container").first.wait_for()
    page.locator(".names-field input").fill("")
    page.locator(".names-status:empty").wait_for(state="attached")
    assert shown.count() == 0


def test_every_folded_formula_can_be_set(read):
    """All chapters of the page of names unfolded: no TeX is left, no formula is in error, nothing is too wide."""
    reader = read("back/by_name.html", width="narrow")
    reader.unfold()
    assert reader.raw_tex() + reader.overflow() == []
