"""The figure of the temperature, by keyboard and mouse: equal to the package, and shown as computed."""

import math

import numpy as np
import pytest

from bookkit.figures.element import small
from softxent.softmax import entropy_from_logits, softmax

from . import site
from .figures import TOLERANCE, close, first, spoiled, values, words

PAGES = site.pages("<temperature-figure")
ENDS = {"Home": 0.05, "End": 20}


def opened(reader):
    """The figure, its sliders (the temperature first), and its buttons: sweep, tie, reset, link."""
    figure = first(reader, "temperature-figure")
    return figure, figure.locator("input").all(), figure.locator("button").all()[1:3]


def check(figure):
    """All numbers against the package, tiny probabilities relatively; what is printed and drawn against the numbers."""
    shown = values(figure)
    z, tau = np.array(shown["z"]), shown["tau"]
    p, top = softmax(z / tau), z == z.max()
    h = float(entropy_from_logits(z / tau))
    assert np.allclose(shown["p"], p, rtol=TOLERANCE, atol=0)
    assert shown["cold"] == (top / top.sum()).tolist()
    assert math.isclose(shown["entropy"], h, rel_tol=TOLERANCE)
    assert close(shown["effective"], math.exp(h))
    scaled = [f"{zk / tau:.2f}".replace("-", "−") for zk in z]
    rows = [[a, small(b), words(c)] for a, b, c in zip(scaled, p, shown["cold"], strict=True)]
    assert [row.locator("td").all_inner_texts() for row in figure.locator("tbody tr").all()] == rows
    assert figure.locator(".figure-result").all_inner_texts() == [
        f"H(p) {words(h)} nats, at most log {len(z)} ≈ {words(math.log(len(z)))}.",
        f"Effective number of classes {words(math.exp(h))} of {len(z)}.",
    ]
    check_bars(figure, p, shown["cold"])
    return shown


def check_bars(figure, p, cold):
    """Heights in the picture are proportional to the probabilities, and the dashed line is at 1/K."""
    for kind, truth in [(".figure-model", p), ("g .figure-target", cold)]:
        heights = [float(bar.get_attribute("height")) for bar in figure.locator(kind).all()]
        assert heights == pytest.approx([170 * x for x in truth], abs=1e-9)


@pytest.mark.parametrize("name", PAGES)
def test_by_keyboard(read, name):
    """Each slider by arrows and to both ends, at the coldest and at the hottest temperature; then reset."""
    figure, (temperature, *logits), (_, reset) = opened(read(f"{name}.html", formulas=False))
    start = check(figure)
    assert start["tau"] == 1
    for end, tau in ENDS.items():
        temperature.press(end)
        assert check(figure)["tau"] == tau
        assert temperature.get_attribute("aria-valuetext") == f"{tau:#.3g}"
        for k, slider in enumerate(logits):
            for key, limit in [("Home", -6), ("End", 6), ("ArrowLeft", 5.9)]:
                slider.press(key)
                assert check(figure)["z"][k] == limit
    temperature.press("ArrowLeft")
    assert check(figure)["tau"] == 19.4
    reset.press("Enter")
    assert check(figure) == start


@pytest.mark.parametrize("name", PAGES)
def test_gaps_of_twelve_in_the_cold(read, name):
    """A gap of 240 after division leaves a probability that is tiny, positive and relatively right."""
    figure, (temperature, *logits), _ = opened(read(f"{name}.html", formulas=False))
    temperature.press("Home")
    for slider in logits:
        slider.press("Home")
    logits[1].press("End")
    shown = check(figure)
    assert shown["p"][0] == pytest.approx(math.exp(-240), rel=1e-12, abs=0)
    assert 0 < shown["entropy"] < 1e-100
    assert "-" not in figure.inner_text()


@pytest.mark.parametrize("name", PAGES)
def test_a_tie_by_mouse(read, name):
    """The two largest logits become equal and share the cold limit; once more changes nothing."""
    figure, (temperature, *_), (tie, reset) = opened(read(f"{name}.html", formulas=False, width="narrow"))
    start = check(figure)["z"]
    tie.click()
    tied = check(figure)
    assert sorted(tied["z"]) == sorted([*sorted(start)[:-2], max(start), max(start)])
    assert sorted(tied["cold"])[-2:] == [0.5, 0.5]
    temperature.press("Home")
    assert check(figure)["effective"] == pytest.approx(2, abs=1e-9)
    temperature.press("End")
    assert check(figure)["effective"] == pytest.approx(len(start), abs=0.01)
    tie.click()
    assert check(figure)["z"] == tied["z"]
    reset.click()
    assert check(figure)["z"] == start


@pytest.mark.parametrize("name", PAGES)
def test_nothing_jumps(read, name):
    """The figure keeps its size, and the table its columns, whatever is shown."""
    figure, (temperature, *logits), _ = opened(read(f"{name}.html", formulas=False, width="narrow"))
    boxes = [figure, *figure.locator("thead th").all()]
    before = [box.bounding_box() for box in boxes]
    for key in ["Home", "End"]:
        temperature.press(key)
        logits[0].press("End")
        logits[-1].press("Home")
        assert [box.bounding_box() for box in boxes] == before


WRONG = [
    ("temperature.js", "zk / tau", "zk * tau"),
    ("temperature.js", "softmaxCrossEntropy(z, softmax(z))", "softmaxCrossEntropy(z, z.map(() => 1 / z.length))"),
    ("temperature.js", "isTop ? 1 / top.filter(Boolean).length", "isTop ? 1"),
    ("temperature.js", "Math.exp(entropy)", "2 ** entropy"),
    ("temperature.js", "BASE - (BASE - TOP) * value", "BASE - 100 * value"),
    ("common.js", "number >= 0.001", "number >= 1e-6"),
]


@pytest.mark.parametrize(("file", "right", "wrong"), WRONG)
def test_a_wrong_formula_is_seen(read, file, right, wrong):
    """The comparison with the package fails when a line of the script is altered."""
    spoil = spoiled(file, right, wrong)
    figure, (temperature, *_), (tie, _) = opened(read(f"{PAGES[0]}.html", formulas=False, spoil=spoil))
    tie.click()
    for _ in range(3):
        temperature.press("PageDown")
    with pytest.raises(AssertionError):
        check(figure)


def test_the_figure_is_in_the_book():
    """The tests above ran on something."""
    assert PAGES
