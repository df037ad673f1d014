"""The interactive figures, by keyboard, mouse and finger: equal to the package to 1e-12, and shown as computed."""

import math

import pytest

from softxent.entropy import cross_entropy, entropy, kl_divergence
from softxent.loss import softmax_cross_entropy, softmax_cross_entropy_gradient
from softxent.softmax import softmax

from . import site
from .figures import PLACE, close, drag_by_finger, first, press, spoiled, values, words

SIMPLEX, LOSS = site.pages("<simplex-figure"), site.pages("<loss-figure")


def check_simplex(figure):
    """All four numbers against the package, and the table against the numbers."""
    shown = values(figure)
    p, q = shown["p"], shown["q"]
    truth = [entropy(p), kl_divergence(p, q), cross_entropy(p, q), kl_divergence(q, p)]
    names = ["entropy", "kl", "cross", "reverse"]
    assert all(close(shown[n], float(t)) for n, t in zip(names, truth, strict=True)), (shown, truth)
    assert figure.locator("tbody td:nth-of-type(1)").all_inner_texts() == [words(t) for t in truth]
    return q


def check_loss(figure):
    """Probabilities, gradient, loss and length against the package, and the table against the numbers."""
    shown = values(figure)
    z, y = shown["z"], shown["y"]
    gradient = softmax_cross_entropy_gradient(z, y)
    assert all(close(a, float(b)) for a, b in zip(shown["p"], softmax(z), strict=True))
    assert all(close(a, float(b)) for a, b in zip(shown["gradient"], gradient, strict=True))
    assert close(shown["loss"], float(softmax_cross_entropy(z, y)))
    assert close(shown["norm"], math.hypot(*gradient))
    signs = [("" if g < 0 else "+") * (words(g) != "0.000") + words(g) for g in gradient]
    assert figure.locator("tbody td:last-child").all_inner_texts() == signs
    return z


WRONG = [
    (SIMPLEX, check_simplex, "p === 0 ? 0 : p * Math.log(q)", "p === 0 ? 0 : q * Math.log(q)"),
    (SIMPLEX, check_simplex, "p * Math.log(p / q) - p + q", "q * Math.log(p / q) - p + q"),
    (LOSS, check_loss, "total * pk - y[k]", "total * pk + y[k]"),
    (LOSS, check_loss, "(m - z[k] + excess)", "(m - z[k] + 1.0000001 * excess)"),
    (LOSS, check_loss, "toFixed(digits)", "toFixed(2)"),
]


@pytest.mark.parametrize(("names", "check", "right", "wrong"), WRONG)
def test_a_wrong_formula_is_seen(read, names, check, right, wrong):
    """The comparison with the package fails when a line of the script is altered."""
    spoil = spoiled("common.js", right, wrong)
    tag = "simplex-figure" if names is SIMPLEX else "loss-figure"
    figure = first(read(f"{names[0]}.html", formulas=False, spoil=spoil), tag)
    with pytest.raises(AssertionError):
        check(figure)


@pytest.mark.parametrize("name", SIMPLEX)
def test_simplex_by_keyboard(read, name):
    """Arrow keys on each slider; Home and End reach the faces, where a divergence is infinite; p is chosen."""
    figure = first(read(f"{name}.html", formulas=False), "simplex-figure")
    for k, slider in enumerate(figure.locator("input").all()):
        before = check_simplex(figure)[k]
        slider.focus()
        slider.press("ArrowRight")
        assert math.isclose(check_simplex(figure)[k], round(before, 2) + 0.01, abs_tol=1e-9)
    for key in ["Home", "End", "ArrowLeft"]:
        slider.press(key)
        check_simplex(figure)
    figure.locator("select").press("ArrowDown")
    check_simplex(figure)
    press(figure, "Reset")
    assert check_simplex(figure) == figure.evaluate("(f) => JSON.parse(f.getAttribute('q'))")


@pytest.mark.parametrize("width", site.WIDTHS)
@pytest.mark.parametrize("name", SIMPLEX)
def test_simplex_by_mouse(read, name, width):
    """Drag q over the triangle, out of it (it stays on the face), then click elsewhere."""
    reader = read(f"{name}.html", formulas=False, width=width)
    figure, mouse = first(reader, "simplex-figure"), reader.page.mouse
    mouse.move(*figure.evaluate(PLACE, check_simplex(figure)))
    mouse.down()
    for target in [(0.2, 0.2, 0.6), (0.6, 0.3, 0.1), (0.7, 0.5, -0.2)]:
        mouse.move(*figure.evaluate(PLACE, target))
        near = [max(x, 0) for x in target]
        assert check_simplex(figure) == pytest.approx([x / sum(near) for x in near], abs=0.02)
    assert values(figure)["kl"] == math.inf
    mouse.up()
    mouse.click(*figure.evaluate(PLACE, (0.3, 0.4, 0.3)))
    assert check_simplex(figure) == pytest.approx([0.3, 0.4, 0.3], abs=0.02)


@pytest.mark.parametrize("name", SIMPLEX)
def test_a_press_on_p_leaves_q(read, name):
    """Neither a click on p nor a drag from there moves q, which is near; from q itself it does, even if q is on p."""
    reader = read(f"{name}.html", formulas=False)
    figure, mouse = first(reader, "simplex-figure"), reader.page.mouse
    p = values(figure)["p"]
    for q, is_moved in [([0.48, 0.3, 0.22], False), (p, True)]:
        figure.evaluate("(figure, q) => figure.update({ q })", q)
        mouse.click(*figure.evaluate(PLACE, p))
        assert check_simplex(figure) == pytest.approx(q, abs=0.02 if is_moved else 1e-9)
        mouse.move(*figure.evaluate(PLACE, p))
        mouse.down()
        mouse.move(*figure.evaluate(PLACE, [0.2, 0.2, 0.6]))
        mouse.up()
        assert (check_simplex(figure) == pytest.approx([0.2, 0.2, 0.6], abs=0.02)) is is_moved


@pytest.mark.parametrize("name", SIMPLEX)
def test_simplex_by_finger(read, name):
    """A tap moves q; so does a drag, and the page stays where it is."""
    reader = read(f"{name}.html", formulas=False, width="narrow", touch=True)
    figure = first(reader, "simplex-figure")
    reader.page.touchscreen.tap(*figure.evaluate(PLACE, (0.3, 0.4, 0.3)))
    assert check_simplex(figure) == pytest.approx([0.3, 0.4, 0.3], abs=0.02)
    places = [figure.evaluate(PLACE, q) for q in [(0.3, 0.4, 0.3), (0.2, 0.2, 0.6)]]
    assert drag_by_finger(reader, *places) == 0
    assert check_simplex(figure) == pytest.approx([0.2, 0.2, 0.6], abs=0.02)


@pytest.mark.parametrize("name", LOSS)
def test_loss_by_keyboard(read, name):
    """Sliders to both ends, every target, and the three buttons."""
    figure = first(read(f"{name}.html", formulas=False), "loss-figure")
    start = check_loss(figure)
    for slider in figure.locator("input").all():
        for key in ["ArrowRight", "PageDown", "End", "Home", "ArrowUp"]:
            slider.press(key)
            check_loss(figure)
    for _ in figure.locator("option").all():
        check_loss(figure)
        figure.locator("select").press("ArrowDown")
    step, shift = figure.locator("button").all()[:2]
    press(figure, "Reset")
    assert check_loss(figure) == start
    before = values(figure)
    step.press("Space")
    assert check_loss(figure) == pytest.approx([a - b for a, b in zip(before["z"], before["gradient"], strict=True)])
    after = values(figure)
    shift.click()
    check_loss(figure)
    assert values(figure)["gradient"] == pytest.approx(after["gradient"], abs=1e-12)


def test_each_kind_of_figure_is_in_the_book():
    """The tests above ran on something."""
    assert SIMPLEX
    assert LOSS
