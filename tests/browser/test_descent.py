"""The figure of two descents, by keyboard and mouse: every step equal to the package's, and shown as computed.

A rounding error in the first steps grows with the slope until the curve rises, some 10⁴-fold from a lead of 12: the
trajectories are compared to a relative 1e-9.
"""

import functools
import math

import numpy as np
import pytest

from bookkit.figures.descent import DESCENTS, descent_path
from bookkit.figures.element import small
from softxent.loss import softmax_cross_entropy, squared_error
from softxent.softmax import softmax

from . import site
from .figures import first, press, spoiled, values

PAGES = site.pages("<descent-figure")
RTOL = 1e-9
LOSSES = {"cross-entropy": softmax_cross_entropy, "squared error": squared_error}
MOST = 10_000


@functools.cache
def truth(name, gap, eta):
    """The package's descent, as far as the figure goes."""
    return descent_path(DESCENTS[name], gap, eta, MOST)


def opened(reader):
    """The figure, its two sliders, its buttons for steps, and the one that goes back to step 0."""
    figure = first(reader, "descent-figure")
    _play, to_start, *more = figure.locator("button").all()[:6]
    return figure, figure.locator("input").all(), more, to_start


def check(figure):
    """Each step, loss and length against the package; what is printed and drawn against the numbers."""
    shown = values(figure)
    gap, eta, steps = shown["gap"], shown["eta"], shown["steps"]
    for (name, loss), run, row, mark in zip(LOSSES.items(), shown["runs"], rows(figure), marks(figure), strict=True):
        path = truth(name, gap, eta)[: steps + 1]
        z, p = path[-1], softmax(path)[:, 0]
        numbers = [p[-1], loss(z, 0), np.linalg.norm(DESCENTS[name](z, 0))]
        assert np.allclose(run["path"], p, rtol=RTOL, atol=0)
        assert np.allclose(run["z"], z, rtol=RTOL, atol=1e-12)
        assert np.allclose([run["p"], run["loss"], run["norm"]], numbers, rtol=RTOL, atol=0)
        assert row == [name, *(small(x) for x in numbers)]
        assert mark == pytest.approx([44 + 298 * math.log(steps + 1) / math.log(MOST + 1), 234 - 164 * p[-1]], abs=1e-6)
    last = " (the last)" if steps == MOST else ""
    assert figure.locator(".figure-result").inner_text() == f"At step {steps}{last}, size {eta:#.3g}:"
    return shown


def rows(figure):
    """The table, row by row."""
    return [row.locator("th, td").all_inner_texts() for row in figure.locator("tbody tr").all()]


def marks(figure):
    """Where the circle and the diamond stand; the line ends there, to the tenth of a pixel that it is drawn to."""
    places = []
    for series in figure.locator("[class^=figure-series]").all():
        place = series.locator("[transform]").get_attribute("transform")
        places.append([float(x) for x in place.removeprefix("translate(").removesuffix(")").split()])
        end = series.locator("path").first.get_attribute("d").removeprefix("M").split("L")[-1]
        assert [float(x) for x in end.split()] == pytest.approx(places[-1], abs=0.0501)
    return places


@pytest.mark.parametrize("name", PAGES)
def test_by_mouse(read, name):
    """Each button adds its steps, the last step is the ten thousandth, and reset goes back to step 0."""
    figure, _, more, reset = opened(read(f"{name}.html", formulas=False, width="narrow"))
    assert check(figure)["steps"] == 100
    reset.press("Enter")
    taken = 0
    for button, n in zip(more, [1, 10, 100, 1000], strict=True):
        for _ in range(2):
            button.click()
            taken += n
            assert check(figure)["steps"] == taken
    for _ in range(8):
        more[-1].click()
    assert check(figure)["steps"] == MOST
    reset.click()
    assert check(figure)["steps"] == 0


@pytest.mark.parametrize("name", PAGES)
def test_by_keyboard(read, name):
    """Both sliders to both ends, and a little away from them, after 1110 steps."""
    figure, (gap, eta), more, reset = opened(read(f"{name}.html", formulas=False))
    check(figure)
    reset.press("Enter")
    for button in more[1:]:
        button.press("Enter")
    ends = []
    for gap_key in ["Home", "End"]:
        gap.press(gap_key)
        for eta_key in ["Home", "End"]:
            eta.press(eta_key)
            shown = check(figure)
            ends.append((shown["gap"], shown["eta"], shown["steps"]))
    assert ends == [(a, step, 1110) for a in (0, 12) for step in (0.1, 10)]
    gap.press("ArrowLeft")
    eta.press("ArrowLeft")
    shown = check(figure)
    assert (shown["gap"], shown["eta"]) == (11.9, 9.77)
    assert (gap.get_attribute("aria-valuetext"), eta.get_attribute("aria-valuetext")) == ("11.9", "9.77")
    reset.press("Space")
    assert check(figure)["steps"] == 0
    press(figure, "Reset")
    assert check(figure)["steps"] == 100


@pytest.mark.parametrize("name", PAGES)
def test_the_longest_plateau_is_left_at_the_right_step(read, name):
    """From a lead of 12 with step 10, squared error leaves its plateau after 2000 steps, just as the package does."""
    figure, (gap, eta), more, _ = opened(read(f"{name}.html", formulas=False))
    gap.press("End")
    eta.press("End")
    for _ in range(3):
        more[-1].click()
    path = check(figure)["runs"][1]["path"]
    assert 2000 < sum(p < 0.5 for p in path) < 2100


@pytest.mark.parametrize("name", PAGES)
def test_nothing_jumps(read, name):
    """The figure keeps its size, and the table its columns, whatever is shown; no head is cut off."""
    figure, (gap, eta), more, _ = opened(read(f"{name}.html", formulas=False, width="narrow"))
    boxes = [figure, *figure.locator("thead th").all()]
    before = [box.bounding_box() for box in boxes]
    for _ in range(10):
        more[-1].press("Enter")
    for key in ["Home", "End"]:
        gap.press(key)
        eta.press(key)
        assert [box.bounding_box() for box in boxes] == before
        assert figure.evaluate("(f) => [...f.querySelectorAll('th, td')].every((e) => e.scrollWidth <= e.clientWidth)")


WRONG = [
    ("descent.js", "(pk - y[k]) ** 2", "0.5 * (pk - y[k]) ** 2"),
    ("descent.js", "2 * pk * (v[k] - mean)", "pk * (v[k] - mean)"),
    ("descent.js", "(v[k] - mean)", "v[k]"),
    ("descent.js", "zk - this.eta * g[k]", "zk - 1.00000001 * this.eta * g[k]"),
    ("descent.js", "Math.log(n + 1)", "Math.log(n + 2)"),
    ("common.js", "total * pk - y[k]", "pk - 0.9999 * y[k]"),
]


@pytest.mark.parametrize(("file", "right", "wrong"), WRONG)
def test_a_wrong_formula_is_seen(read, file, right, wrong):
    """The comparison with the package fails when a line of the script is altered."""
    spoil = spoiled(file, right, wrong)
    figure, _, more, _ = opened(read(f"{PAGES[0]}.html", formulas=False, spoil=spoil))
    more[1].click()
    with pytest.raises(AssertionError):
        check(figure)


def test_the_figure_is_in_the_book():
    """The tests above ran on something."""
    assert PAGES
