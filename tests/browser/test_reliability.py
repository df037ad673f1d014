"""The reliability diagram, by keyboard and by choice: equal to the package, shown as computed, its tasks recognised."""

import numpy as np
import pytest

from softxent.calibration import expected_calibration_error, fit_temperature, reliability_curve
from softxent.loss import softmax_cross_entropy
from softxent.softmax import softmax

from . import site
from .figures import close, done, first, spoiled, values, words

PAGES = site.pages("<reliability-figure")


def opened(reader):
    """The figure, the choice of images, its two sliders and the button."""
    figure = first(reader, "reliability-figure")
    temperature, bins = figure.locator("input").all()
    return figure, figure.locator("select"), temperature, bins, figure.get_by_role("button", name="Reset")


def numbers(figure, name, tau, bins):
    """Loss, ECE, mean confidence, accuracy and the diagram of the package, from the data of the element."""
    part = figure.evaluate("(figure, name) => figure.parts[name]", name)
    z, labels = np.array(part["z"]) / tau, np.array(part["labels"])
    p = softmax(z)
    confidence, correct = p.max(-1), p.argmax(-1) == labels
    loss = softmax_cross_entropy(z, labels).mean()
    error = expected_calibration_error(confidence, correct, bins=bins)
    return [loss, error, confidence.mean(), correct.mean()], reliability_curve(confidence, correct, bins=bins)


def check(figure):
    """All numbers against the package; what is printed and drawn against the numbers."""
    shown = values(figure)
    now, (said, right, count) = numbers(figure, shown["images"], shown["tau"], shown["bins"])
    start, _ = numbers(figure, shown["images"], 1, shown["bins"])
    assert all(map(close, [shown[key] for key in ("loss", "ece", "confidence", "accuracy")], now))
    assert shown["counts"] == count.tolist()
    full = [b for b, n in enumerate(count) if n]
    assert [b for b, n in enumerate(shown["said"]) if n is not None] == full
    for found, wanted in (("said", said), ("right", right)):
        assert all(close(shown[found][b], wanted[b]) for b in full)
    rows = [[words(a), words(b)] for a, b in zip(now, start, strict=True)]
    assert [row.locator("td").all_inner_texts() for row in figure.locator("tbody tr").all()] == rows
    check_bars(figure, shown, full)
    return shown


def check_bars(figure, shown, full):
    """One visible column for each bin that is not empty, as high as its share, from edge to edge."""
    drawn = figure.locator('g[display="inline"]').all()
    assert len(drawn) == len(full)
    for column, b in zip(drawn, full, strict=True):
        bar = {key: float(column.locator("rect").first.get_attribute(key)) for key in ("x", "y", "width", "height")}
        assert bar["height"] == pytest.approx(300 * shown["right"][b], abs=1e-9)
        assert bar["y"] + bar["height"] == pytest.approx(310)
        assert bar["x"] - 0.5 == pytest.approx(44 + 300 * b / shown["bins"])
        line = column.locator("path").get_attribute("d")
        assert float(line.split()[1].split("h")[0]) == pytest.approx(310 - 300 * shown["said"][b])


@pytest.mark.parametrize("name", PAGES)
def test_by_keyboard(read, name):
    """Both sliders to both ends, in both parts; then reset."""
    figure, choice, temperature, bins, reset = opened(read(f"{name}.html", formulas=False))
    start = check(figure)
    assert (start["tau"], start["bins"], done(figure)) == (1, 15, [False, False])
    for part in choice.locator("option").all_inner_texts():
        choice.select_option(part)
        for key, tau in (("Home", 0.2), ("End", 5)):
            temperature.press(key)
            assert check(figure)["tau"] == tau
        for key, number in (("Home", 1), ("End", 30), ("ArrowLeft", 29)):
            bins.press(key)
            assert check(figure)["bins"] == number
        assert bins.get_attribute("aria-valuetext") == "29"
    reset.press("Enter")
    assert check(figure) == start


@pytest.mark.parametrize("name", PAGES)
def test_both_tasks_are_recognised(read, name):
    """Raising τ step by step, the least loss is found where the package has it, and the risen ECE on the way."""
    figure, choice, temperature, *_ = opened(read(f"{name}.html", formulas=False, width="narrow"))
    part = figure.evaluate("(figure) => figure.parts.validation")
    best = fit_temperature(part["z"], part["labels"])
    assert choice.input_value() == "validation"
    while not done(figure)[0]:
        temperature.press("ArrowRight")
    shown = check(figure)
    assert abs(np.log(shown["tau"] / best)) < np.log(5) / 100
    assert done(figure)[1]
    assert shown["loss"] < shown["start"]["loss"]
    assert shown["ece"] > shown["start"]["ece"]
    temperature.press("Home")
    assert done(figure) == [True, True]


@pytest.mark.parametrize("name", PAGES)
def test_nothing_jumps(read, name):
    """The figure keeps its size whatever is shown."""
    figure, _, temperature, bins, _ = opened(read(f"{name}.html", formulas=False, width="narrow"))
    before = figure.locator("table").bounding_box()
    for key in ("Home", "End"):
        temperature.press(key)
        bins.press(key)
        assert figure.locator("table").bounding_box() == before


WRONG = [
    ("zk / tau", "zk * tau"),
    ("members[binOf(c, bins)]", "members[Math.floor(c * (bins - 1))]"),
    (
        "Math.abs(sum(group.map((n) => correct[n] - confidence[n])))",
        "sum(group.map((n) => correct[n] - confidence[n]))",
    ),
    ("row.indexOf(Math.max(...row)) === labels[n]", "row.indexOf(Math.max(...row)) !== labels[n]"),
    ("BASE - (BASE - TOP) * share", "BASE - (BASE - 30) * share"),
    ("mean(confidence),\n      counts", "mean(correct),\n      counts"),
]


@pytest.mark.parametrize(("right", "wrong"), WRONG)
def test_a_wrong_formula_is_seen(read, right, wrong):
    """The comparison with the package fails when a line of the script is altered."""
    spoil = spoiled("reliability.js", right, wrong)
    figure, _, temperature, *_ = opened(read(f"{PAGES[0]}.html", formulas=False, spoil=spoil))
    temperature.press("PageUp")
    with pytest.raises(AssertionError):
        check(figure)


def test_the_figure_is_in_the_book():
    """The tests above ran on something."""
    assert PAGES
