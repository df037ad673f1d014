"""Nothing is cut without a cue: what scrolls fades, what wraps is copied whole, and a page can be turned."""

import pytest

from . import site

# What has content beyond its edge, and can be scrolled sideways; a fade is looked for in the style, as the eye sees it.
SILENT = """() => {
  const scrolls = (box) => box.checkVisibility() && box.scrollWidth > box.clientWidth + 1
    && ["auto", "scroll"].includes(getComputedStyle(box).overflowX) && !box.closest(".bd-sidebar, mjx-assistive-mml");
  const fades = (box) => /px\\), (?:rgba\\(0, 0, 0, 0\\)|transparent\\))/.test(getComputedStyle(box).maskImage)
    && parseFloat(getComputedStyle(box).getPropertyValue("--fade-after")) >= 12;
  const isNamed = (box) => box.tabIndex === 0 && box.role === "group" && box.ariaLabel === "scrolls sideways";
  const boxes = [...document.querySelectorAll("article *")].filter(scrolls);
  return [boxes.length, boxes.filter((box) => !fades(box) || !isNamed(box)).map((box) => box.outerHTML.slice(0, 200))];
}"""


def test_wrapped_code_is_copied_as_it_was_written(read):
    """The marks of continued lines are no text, and a wrapped line stays one line in the clipboard."""
    reader = read("chapters/08_log_sum_exp.html", width="narrow", formulas=False)
    reader.unfold()
    copied = reader.page.locator(".cell_input pre").evaluate_all(
        """(listings) => listings.filter((pre) => pre.checkVisibility()).map((pre) => {
             getSelection().selectAllChildren(pre); return [getSelection().toString(), pre.textContent]; })"""
    )
    assert len(copied) > 10
    assert [(seen, source) for seen, source in copied if seen.rstrip("\n") != source.rstrip("\n")] == []
    assert not any("↪" in source for _, source in copied)


@pytest.mark.parametrize("scheme", site.SCHEMES)
@pytest.mark.parametrize("name", ["chapters/13_attention", "chapters/08_log_sum_exp"])
def test_what_scrolls_shows_it(read, name, scheme):
    """On a phone: outputs, formulas and tables that are wider than the page fade, and can be reached by the tab key."""
    page = read(f"{name}.html", width="narrow", scheme=scheme).page
    count, silent = page.evaluate(SILENT)
    assert count > 1
    assert silent == []


def test_the_fade_is_where_there_is_more(read):
    """At the end of the scroll the left edge fades and the right one does not; the focus is drawn whole."""
    page = read("chapters/08_log_sum_exp.html", width="narrow").page
    box = page.locator("pre.scrolls").first
    fades = "(box) => ['before', 'after'].map((side) => box.style.getPropertyValue(`--fade-${side}`) !== '0px')"
    assert box.evaluate(fades) == [False, True]
    box.focus()
    page.keyboard.press("ArrowRight")
    page.wait_for_function("() => document.activeElement.scrollLeft > 0")
    assert box.evaluate("(box) => getComputedStyle(box).maskImage") == "none"
    box.evaluate("(box) => { box.scrollLeft = box.scrollWidth; }")
    page.wait_for_function("(box) => box.style.getPropertyValue('--fade-after') === '0px'", arg=box.element_handle())
    assert box.evaluate(fades) == [True, False]


def test_reasons_stand_beside_their_lines_again(read):
    """A phone that is turned, or a window that is widened: each width has the form that fits it."""
    reader = read("chapters/05_gradient.html", width="narrow", fresh=True)
    rows = "document.querySelectorAll('[id=equation-grad-components] svg [data-mml-node=mtr]').length"
    below = reader.page.evaluate(rows)
    reader.page.set_viewport_size({"width": 1280, "height": 800})
    reader.page.wait_for_function(f"() => {rows} === {below - 5}")  # five lines, each with its reason
    reader.page.set_viewport_size({"width": 360, "height": 800})
    reader.page.wait_for_function(f"() => {rows} === {below}")
    assert reader.noise == []


def test_paper_wraps_what_scrolls(read):
    """In print no box scrolls: outputs wrap as code does, and nothing fades."""
    page = read("chapters/08_log_sum_exp.html", width="narrow", formulas=False).page
    page.emulate_media(media="print")
    styles = page.locator("article pre").evaluate_all(
        "(boxes) => boxes.map((box) => [getComputedStyle(box).whiteSpace, getComputedStyle(box).maskImage])"
    )
    assert set(map(tuple, styles)) == {("pre-wrap", "none")}
