"""The search finds what readers type, leads to the section, and shows it while they type."""

import sys
from urllib.parse import quote

import pytest

from . import site

sys.path.insert(0, str(site.ROOT / "_ext"))

import finding

_, _, ASKED = finding.read_asked()
SYMPTOMS = "back/symptoms.html"
LOG_SUM_EXP = "chapters/08_log_sum_exp.html"
PRECISION = f"{LOG_SUM_EXP}#thresholds-of-one-term"
OVERFLOW = f"{LOG_SUM_EXP}#what-an-overflow-returns"
HALF = f"{SYMPTOMS}#nan-in-float16-overflow-at-a-logit-of-12"
IGNORED = f"{SYMPTOMS}#a-batch-in-which-every-label-is-ignored-and-what-mean-divides-by"
THE_LOSS = f"{LOG_SUM_EXP}#the-loss"
GRADIENT = "chapters/05_gradient.html"
SMOOTHING = {
    "back/glossary.html#term-label-smoothing",
    "chapters/12_soft_targets.html#label-smoothing",
    f"{GRADIENT}#the-shortcut",
}
ROOT_OF_D = "chapters/13_attention.html#why-the-square-root-of-d"
FIRST = {  # what readers type, and where the first result may lead
    "NaN in float16": {HALF},
    "nan loss fp16": {HALF},
    "fp16": {PRECISION},
    "underflow": {PRECISION},
    "nan": {f"{SYMPTOMS}#the-loss-is-nan"},
    "inf": {f"{SYMPTOMS}#the-loss-is-inf"},
    "overflow": {OVERFLOW},
    "softmax overflow": {OVERFLOW},
    "RuntimeWarning: overflow encountered in exp": {OVERFLOW},
    "CrossEntropyLoss": {THE_LOSS},
    "CrossEntropyLoss with -inf": {f"{SYMPTOMS}#crossentropyloss-with-inf-among-the-logits"},
    "from_logits": {THE_LOSS},
    "from_logits=True": {THE_LOSS},
    "ignore_index": {IGNORED},
    "ignore index": {IGNORED},
    "log softmax": {f"{LOG_SUM_EXP}#equation-fp-log-softmax", f"{LOG_SUM_EXP}#log-softmax-not-the-log-of-softmax"},
    "logsumexp trick": {f"{LOG_SUM_EXP}#equation-fp-shift"},
    "binary cross entropy with logits": {
        f"{LOG_SUM_EXP}#equation-fp-binary",
        f"{LOG_SUM_EXP}#two-classes-the-binary-loss",
    },
    "softmax twice": {f"{GRADIENT}#softmax-twice"},
    "double softmax": {f"{GRADIENT}#softmax-twice"},
    "nan gradient": {f"{GRADIENT}#nan-in-the-gradient"},
    "0 log 0": {f"{GRADIENT}#nan-in-the-loss"},
    "the gradient of label smoothing": {
        f"{GRADIENT}#the-shortcut",
        "chapters/12_soft_targets.html#equation-soft-gradient",
    },
    "gradient of softmax": {f"{GRADIENT}#the-derivative-of-softmax", f"{GRADIENT}#equation-grad-jacobian"},
    "p - y": {f"{GRADIENT}#the-shortcut"},
    "jacobian of softmax": {f"{GRADIENT}#equation-grad-jacobian"},
    "label smoothing": SMOOTHING,
    "label_smoothing": SMOOTHING,
    "focal loss": {"back/glossary.html#term-focal-loss", "chapters/12_soft_targets.html#equation-soft-focal"},
    "perplexity": {"back/glossary.html#term-perplexity", "chapters/15a_a_model_that_writes.html#perplexity"},
    "temperature": {
        "back/glossary.html#term-temperature",
        "chapters/11_temperature_and_calibration.html#what-a-temperature-does",
    },
    "loss stuck at log K": {f"{SYMPTOMS}#the-loss-stays-at-log-k"},
    "class weights": {f"{SYMPTOMS}#class-weights-change-the-probabilities-and-the-mean"},
    "separable data": {
        "back/glossary.html#term-separable-data",
        "chapters/10_maximum_likelihood.html#is-there-a-maximum",
    },
    "KL divergence negative": {"chapters/01_entropy_and_kl.html#gibbs-inequality-the-penalty-is-never-negative"},
    "gibbs inequality": {"chapters/01_entropy_and_kl.html#thm-gibbs"},
    "why cross-entropy and not mse": {"chapters/07_squared_error.html#so-which-one"},
    "cross entropy formula": {"chapters/02_cross_entropy.html#equation-xent-definition"},
    "why √d": {ROOT_OF_D},
    "why divide by sqrt(d)": {ROOT_OF_D},
    "square root of D": {ROOT_OF_D},
    "rubbish behind a mask": {"chapters/13_attention.html#what-goes-wrong"},  # words of the text alone
    "crossentropy": {"chapters/02_cross_entropy.html#equation-xent-definition"},  # typing mistakes
    "cros entropy": {"chapters/02_cross_entropy.html#equation-xent-definition"},
    "sofmax": {"chapters/03_softmax.html#equation-sm-softmax"},
    "sofmax jacobain": {f"{GRADIENT}#equation-grad-jacobian"},
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


def test_the_first_result_is_the_section_that_answers(read):
    """Of everything that readers were seen to type, and places exist on their pages."""
    reader = read("search.html")
    assert len(FIRST) >= 30
    first = {typed: next(iter(results(reader, typed)), "nothing").removeprefix("./") for typed in FIRST}
    assert {typed: place for typed, place in first.items() if place not in FIRST[typed]} == {}
    assert reader.outside() + reader.noise == []


@pytest.mark.parametrize("typed", ["ignore_index", "sofmax jacobain"])
def test_the_first_result_leads_to_the_section(read, typed):
    """From the address that the Enter key makes to the place itself."""
    reader = read(f"search.html?q={quote(typed)}")
    reader.page.locator("#search-results li a").first.click()
    (place,) = FIRST[typed]
    reader.page.wait_for_url(f"**/*{place}")
    assert reader.page.evaluate("() => document.getElementById(location.hash.slice(1)) !== null")
    assert reader.outside() + reader.noise == []


@pytest.mark.parametrize("base", ["http", "file"])
def test_everything_that_is_asked_is_answered(read, address, base):
    """Each line of asked.yml is found by its words; a fifth from a folder, where Sphinx's search has titles only."""
    reader = read("search.html", base=address if base == "http" else site.SITE.as_uri())
    asked = ASKED if base == "http" else ASKED[::5]
    found = {typed: results(reader, typed)[:3] for typed, _, _ in asked}
    missed = {typed: found[typed] for typed, page, anchor in asked if f"./{page}.html#{anchor}" not in found[typed]}
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
    page.wait_for_url(f"**/{IGNORED}")
    assert reader.outside() == []


def test_results_while_one_types_from_a_folder(read):
    """Ctrl+K on file://, where nothing may be fetched: results with their excerpts."""
    reader = read("intro.html", base=site.SITE.as_uri(), formulas=False)
    reader.page.keyboard.press("Control+k")
    reader.page.keyboard.type("nan in float16")
    reader.page.locator(".search-live li .context mark").first.wait_for()
    assert reader.page.locator(".search-live li a").first.get_attribute("href").endswith(HALF)
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
    page = read(SYMPTOMS, formulas=False).page
    page.keyboard.press("Control+k")
    page.keyboard.type("ignore_index")
    page.locator(".search-live li a").first.click()
    page.wait_for_url(f"**/{IGNORED}")
    assert not page.locator(".search-live").is_visible()
    assert 0 <= page.locator(f"#{IGNORED.partition('#')[2]}").bounding_box()["y"] < 800
