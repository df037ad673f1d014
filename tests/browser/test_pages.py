"""Every page of the built book, light and dark, wide and narrow; over file:// and without scripts too."""

import json
import re

import pytest
from notebooks import CHAPTERS, TO_BE_SHORTENED, number

import counts

from . import site
from .reader import SETTLED, new_context

ALL = [name for name in site.pages() if name != "index"]  # index.html only leads to the first page
WITH_REASONS = [name for name in site.pages("&amp;&amp; \\text") if name.startswith("chapters/")]
# A chapter can be finished: on a wide screen its page, the exercises with it, is not longer than that many pixels.
HIGHEST = {(f"chapters/{path.stem}", "wide"): 22_000 for path in CHAPTERS if number(path) not in TO_BE_SHORTENED}
LONGEST = max(ALL, key=lambda name: (site.SITE / f"{name}.html").stat().st_size)


@pytest.mark.parametrize(("width", "scheme"), list(zip(site.WIDTHS, site.SCHEMES, strict=True)))
@pytest.mark.parametrize("name", ALL)
def test_page(read, name, width, scheme):
    """Quiet, offline, in its bounds, typeset, still, described, uncut, accessible: wide and light, narrow and dark.

    Colours do not depend on the width, and nothing else depends on the colours.  A page is opened once for all this,
    and once more with everything that folds opened: formulas take most of the time.
    """
    reader = read(f"{name}.html", width=width, scheme=scheme)
    assert reader.complaints() == []
    assert reader.height() <= HIGHEST.get((name, width), reader.height())
    reasons = len(reader.reasons())
    reader.unfold()
    assert reader.cut() == []
    assert len(reader.reasons()) >= reasons
    assert reasons > 1 or name not in WITH_REASONS
    if site.KEEP_SCREENSHOTS:
        reader.photograph(f"{name.replace('/', '-')}-{width}-{scheme}")
    assert reader.axe() == []


@pytest.mark.parametrize("name", ["intro", LONGEST, "back/api_softmax", "genindex"])
def test_page_from_a_file(read, name):
    """The book works when it is opened from a folder; every page loads the same scripts and styles."""
    assert read(f"{name}.html", base=site.SITE.as_uri()).complaints() == []


@pytest.mark.parametrize("name", ["notation", "back/glossary", *site.pages("<self-check", 'class="interactive')])
def test_page_without_scripts(read, name):
    """Text, answers and the figures' tables can be read when no script runs."""
    page = read(f"{name}.html", scripts=False).page
    assert page.locator("main").is_visible()
    for answer in page.locator("self-check > details").all():
        answer.locator("summary").click()
        assert answer.locator("p").first.is_visible()
    for figure in page.locator(".interactive").all():
        assert figure.locator("table").is_visible()


@pytest.mark.parametrize("width", site.WIDTHS)
def test_the_start_page_says_in_one_screen(read, width):
    """Without scrolling: what the book is, three ways in, what is checked; on a wide screen the live figure too."""
    page = read("index.html", width=width).page
    proof = page.locator("article p", has_text="Checked by runs")
    figure = [page.locator("loss-figure svg"), *page.locator("loss-figure input").all()] * (width == "wide")
    ways = page.locator(".landing-ways a").all()
    assert len(ways) == 3
    for needed in [page.locator("article h1"), *ways, proof, *figure]:
        box = needed.bounding_box()
        assert box["y"] + box["height"] < page.viewport_size["height"]
    assert f"{counts.count(site.ROOT)[0]} numbered equations" in proof.inner_text()


NOTEBOOKS = [name for name in ALL if (site.ROOT / f"{name}.ipynb").exists()]


@pytest.mark.parametrize("name", NOTEBOOKS)
def test_the_notebook_can_be_downloaded(name):
    """The button at the top holds the notebook as it is in the repository, and its first code cell says what it needs;
    Colab and Binder wait for an address."""
    page = (site.SITE / f"{name}.html").read_text(encoding="utf8")
    (address,) = re.findall(r'<a href="([^"]+)"[^>]*btn-download-source-button', page)
    notebook = (site.SITE / name).parent.joinpath(address).read_bytes()
    assert notebook == (site.ROOT / f"{name}.ipynb").read_bytes()
    first = next(cell for cell in json.loads(notebook)["cells"] if cell["cell_type"] == "code")
    assert "pip install" in first["source"][0]
    assert not re.search(r'href="[^"]*(colab|binder)', page)


SEARCHES = {  # what a reader types: the first result, and where it leads
    "softmax Jacobian": ("softmax Jacobian", "chapters/05_gradient.html#equation-grad-jacobian"),
    "log-sum-exp trick": ("log-sum-exp trick", "chapters/08_log_sum_exp.html#equation-fp-shift"),
    "kl divergence": ("KL divergence", "chapters/01_entropy_and_kl.html#equation-kl-definition"),
    "Gibbs' inequality": ("Gibbs' inequality", "chapters/01_entropy_and_kl.html#thm-gibbs"),
    "prediction minus target": ("prediction minus target", "chapters/05_gradient.html#equation-grad-theorem"),
    "softmax_jvp": ("softxent.softmax.softmax_jvp", "api_softmax.html#softxent.softmax.softmax_jvp"),
}


@pytest.mark.parametrize("typed", SEARCHES)
def test_search_finds_a_name(read, typed):
    """The search field answers the Enter key; what has that name stands first and is led to."""
    reader = read(f"{ALL[0]}.html")
    reader.page.keyboard.press("Control+k")
    reader.page.locator("#search-input").fill(typed)
    reader.page.keyboard.press("Enter")
    first = reader.page.locator("#search-results li a").first
    first.wait_for()
    name, address = SEARCHES[typed]
    assert first.inner_text() == name
    first.click()
    reader.page.wait_for_url(lambda url: url.endswith(address.split("#")[1]) and address.split("#")[0] in url)
    reader.page.wait_for_function(SETTLED)
    assert 0 <= reader.page.locator(f"[id='{address.split('#')[1]}']").bounding_box()["y"] < 800
    cut_short = [line for line in reader.noise if "ERR_ABORTED" in line]  # the excerpts of the other results
    assert reader.outside() + reader.noise == cut_short


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


def test_the_text_does_not_wait_for_a_formula_that_never_comes(browser, address):
    """MathJax hangs on its way: after some seconds the article is shown without it."""
    context = new_context(browser)
    context.route("**/mathjax/*", lambda route: None)
    page = context.new_page()
    page.goto(f"{address}/{LONGEST}.html", wait_until="commit")
    heading = page.locator("article h1")
    heading.wait_for(state="attached")
    assert not heading.is_visible()
    heading.wait_for()
    context.close()


def test_icons_are_there(read):
    """The browser shows the favicon and the logo (Chromium without a window does not ask for the favicon itself)."""
    page = read(f"{ALL[0]}.html").page
    for selector, attribute in [("link[rel=icon]", "href"), ("img.logo__image", "src")]:
        address = page.locator(selector).first.evaluate(f"(e) => e.{attribute}")
        assert page.request.get(address).ok
