"""The search finds what readers type, leads to the section, and shows it while they type."""

import sys
from urllib.parse import quote

import pytest

from . import site

sys.path.insert(0, str(site.ROOT / "_ext"))

import finding

SYNONYMS, ASKED = finding.read_asked()
LOG_SUM_EXP = "chapters/08_log_sum_exp.html"
FIRST = {  # what a practitioner types, and where the first result leads
    "CrossEntropyLoss": f"{LOG_SUM_EXP}#the-loss",
    "ignore_index": f"{LOG_SUM_EXP}#shapes",
    "ignore index": f"{LOG_SUM_EXP}#shapes",
    "nan loss fp16": f"{LOG_SUM_EXP}#thresholds-of-one-term",
    "fp16": f"{LOG_SUM_EXP}#thresholds-of-one-term",
    "from_logits": f"{LOG_SUM_EXP}#the-loss",
    "from_logits=True": f"{LOG_SUM_EXP}#the-loss",
    "nan": f"{LOG_SUM_EXP}#what-an-overflow-returns",
    "inf": f"{LOG_SUM_EXP}#what-an-overflow-returns",
    "overflow": f"{LOG_SUM_EXP}#what-an-overflow-returns",
    "underflow": f"{LOG_SUM_EXP}#thresholds-of-one-term",
    "RuntimeWarning: overflow encountered in exp": f"{LOG_SUM_EXP}#what-an-overflow-returns",
    "softmax twice": "chapters/05_gradient.html#softmax-twice",
    "nan gradient": "chapters/05_gradient.html#nan-in-the-gradient",
    "0 log 0": "chapters/05_gradient.html#nan-in-the-loss",
    "focal loss": "back/glossary.html#term-focal-loss",
    "label smoothing": "back/glossary.html#term-label-smoothing",
    "label_smoothing": "back/glossary.html#term-label-smoothing",
    "why divide by sqrt(d)": "chapters/13_attention.html#why-the-square-root-of-d",
    "square root of D": "chapters/13_attention.html#why-the-square-root-of-d",
    "rubbish behind a mask": "chapters/13_attention.html#what-goes-wrong",  # words of the text alone
    "cros entropy": "chapters/02_cross_entropy.html#equation-xent-definition",
    "sofmax jacobain": "chapters/05_gradient.html#equation-grad-jacobian",
}
ADDRESSES = """() => [...document.querySelectorAll("#search-results li a")].map((link) => link.getAttribute("href"))"""


def results(reader, typed):
    """Type into the field of the page of results and wait until they are those of what was typed."""
    page = reader.page
    page.locator("#search-page-input").fill("")
    page.wait_for_function("() => document.querySelector('#search-results').hidden")
    page.locator("#search-page-input").fill(typed)
    page.locator("#search-results [role=status]:not(:empty)").wait_for()
    return page.evaluate(ADDRESSES)


@pytest.mark.parametrize("typed", FIRST)
def test_the_first_result_leads_to_the_section(read, typed):
    """From the address that the Enter key makes to the place itself."""
    reader = read(f"search.html?q={quote(typed)}")
    reader.page.locator("#search-results li a").first.click()
    reader.page.wait_for_url(f"**/*{FIRST[typed]}")
    assert reader.page.evaluate("() => document.getElementById(location.hash.slice(1)) !== null")
    assert reader.outside() + reader.noise == []


@pytest.mark.parametrize("base", ["http", "file"])
def test_everything_that_is_asked_is_answered(read, address, base):
    """Each line of asked.yml is found by its words, from a folder too, where Sphinx's search has titles only."""
    reader = read("search.html", base=address if base == "http" else site.SITE.as_uri())
    found = {typed: results(reader, typed)[:3] for typed, _, _ in ASKED}
    missed = {typed: found[typed] for typed, page, anchor in ASKED if f"./{page}.html#{anchor}" not in found[typed]}
    assert missed == {}
    assert reader.outside() + reader.noise == []


def test_full_text_leads_to_sections_and_shows_no_tex(read):
    """No result but a page's own opening leads to the top of a page; the excerpts are text."""
    reader = read("search.html")
    for typed in ("softmax twice", "why divide by sqrt(d)", "gradient", "convex", "derivative of the loss", "entropy"):
        found = results(reader, typed)
        tops = [link for link in found if "#" not in link]
        assert len(found) > 5
        assert len(tops) < len(found) / 4
        shown = reader.page.locator("#search-results").inner_text()
        assert not any(sign in shown for sign in ("\\", "$", "_{", "^{"))


def test_a_typing_mistake_is_said(read):
    """What nobody has written is mended, or said to be missing."""
    reader = read("search.html")
    status = reader.page.locator("#search-results [role=status]")
    results(reader, "sofmax")
    assert "Nothing has “sofmax”; these are the results for “softmax”." in status.inner_text()
    assert results(reader, "zzqqzz") == []
    assert "Nothing found" in status.inner_text()


@pytest.mark.parametrize(("width", "scheme"), list(zip(site.WIDTHS, site.SCHEMES, strict=True)))
def test_results_while_one_types(read, width, scheme):
    """Ctrl+K: the first results stand below the field, in the window; arrow keys and Enter lead there."""
    reader = read("intro.html", width=width, scheme=scheme, formulas=False)
    page = reader.page
    page.keyboard.press("Control+k")
    page.keyboard.type("ignore_index")
    first = page.locator(".search-live li a").first
    first.wait_for()
    field, link = page.locator("#search-input").bounding_box(), first.bounding_box()
    assert 0 <= field["y"] < field["y"] + field["height"] <= link["y"] < page.viewport_size["height"]
    assert page.locator(".search-live [role=status]").inner_text()
    assert reader.overflow() == []
    page.keyboard.press("ArrowDown")
    assert first.evaluate("(link) => link === document.activeElement")
    page.keyboard.press("Escape")
    assert page.evaluate("() => document.activeElement.id") == "search-input"
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    page.wait_for_url(f"**/{FIRST['ignore_index']}")
    assert reader.outside() == []


@pytest.mark.parametrize("scheme", site.SCHEMES)
def test_results_are_accessible(read, scheme):
    """The page of results, and the list below the field."""
    reader = read(f"search.html?q={quote('nan loss fp16')}", scheme=scheme)
    reader.page.locator("#search-results li").first.wait_for()
    assert reader.complaints() == []
    assert reader.axe() == []
    reader = read("intro.html", scheme=scheme, formulas=False)
    reader.page.keyboard.press("Control+k")
    reader.page.keyboard.type("nan loss fp16")
    reader.page.locator(".search-live li").first.wait_for()
    assert reader.axe() == []


def test_a_result_on_the_same_page_closes_the_list(read):
    """The reader sees the place, not the list in front of it."""
    page = read(LOG_SUM_EXP, formulas=False).page
    page.keyboard.press("Control+k")
    page.keyboard.type("ignore_index")
    page.locator(".search-live li a").first.click()
    page.wait_for_url("**/*#shapes")
    assert not page.locator(".search-live").is_visible()
    assert 0 <= page.locator("#shapes").bounding_box()["y"] < 800
