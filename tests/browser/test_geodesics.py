"""The three straight lines: points and lengths equal to NumPy and SciPy, shown as computed; mouse, finger, keyboard."""

import math

import numpy as np
import pytest
from scipy.integrate import quad

from softxent.entropy import kl_divergence

from . import site
from .figures import PLACE, TOLERANCE, close, done, drag_by_finger, first, press, spoiled, values, words

PAGES = site.pages("<geodesics-figure")
CORNERS = np.array([[30, 300], [330, 300], [180, 300 - 150 * math.sqrt(3)]])
SET = "(figure, state) => figure.update(state)"


def opened(reader):
    """The figure, its triangle amid the window; its choice of an end, the three sliders of that end, and t."""
    figure = first(reader, "geodesics-figure")
    figure.locator("svg").first.evaluate("(node) => node.scrollIntoView({ block: 'center' })")
    *sliders, t = figure.locator("input").all()
    return figure, figure.locator("select"), sliders, t


def mixture(p, q, t):
    return (1 - t) * p + t * q


def exponential(p, q, t):
    x = p ** (1 - t) * q**t
    return x / x.sum()


def arc(p, q, t):
    omega = math.acos(min(1, np.sqrt(p) @ np.sqrt(q)))
    if omega < 1e-7:
        return p
    return ((math.sin((1 - t) * omega) * np.sqrt(p) + math.sin(t * omega) * np.sqrt(q)) / math.sin(omega)) ** 2


def pieces(line, p, q):
    """The length on the sphere of radius 2 that holds the points 2√x: the sum of 2000 chords."""
    roots = np.sqrt([line(p, q, t) for t in np.linspace(0, 1, 2001)])
    return float(2 * np.linalg.norm(np.diff(roots, axis=0), axis=1).sum())


def integrals(p, q):
    """The lengths to the last digits: of the mixture, and of the exponential line, whose speed is a deviation."""
    ratio = np.log(q / p)

    def deviation(t):
        x = exponential(p, q, t)
        return math.sqrt(max(0, x @ ratio**2 - (x @ ratio) ** 2))

    speeds = (lambda t: math.sqrt(((q - p) ** 2 / mixture(p, q, t)).sum()), deviation)
    return [quad(speed, 0, 1, epsabs=1e-13, epsrel=1e-12, limit=200)[0] for speed in speeds]


def check(figure):
    """Points, lengths, distances and bends; then what is printed and drawn."""
    shown = values(figure)
    p, q, t = np.array(shown["p"]), np.array(shown["q"]), shown["t"]
    lines = (mixture, exponential, arc)
    points = [line(p, q, t) for line in lines]
    assert np.allclose(shown["points"], points, rtol=1e-9, atol=TOLERANCE)
    assert shown["lengths"][:2] == pytest.approx(integrals(p, q), rel=1e-9, abs=1e-9)
    assert shown["lengths"] == pytest.approx([pieces(line, p, q) for line in lines], rel=1e-5, abs=1e-5)
    assert shown["lengths"][2] == pytest.approx(2 * math.acos(min(1, np.sqrt(p) @ np.sqrt(q))), abs=1e-7)
    assert shown["lengths"][2] <= min(shown["lengths"]) + 1e-12
    assert close(shown["euclid"], float(np.linalg.norm(q - p)))
    assert close(shown["kl"], float(kl_divergence(p, q)))
    assert close(shown["reverse"], float(kl_divergence(q, p)))
    check_bends(shown, p, q, lines)
    check_shown(figure, shown)
    return shown


def check_bends(shown, p, q, lines):
    """The largest distance from the straight segment, by the area of a parallelogram."""
    if shown["euclid"] < 1e-9:
        return
    areas = [[np.linalg.norm(np.cross(line(p, q, t) - p, q - p)) for t in np.linspace(0, 1, 65)] for line in lines]
    assert shown["bends"] == pytest.approx([max(row) / shown["euclid"] for row in areas], abs=1e-7)


def place(x):
    """A distribution's place in the triangle."""
    return np.array(x) @ CORNERS


def spot(node):
    """Where a mark or a handle was moved to."""
    return [float(x) for x in node.get_attribute("transform")[len("translate(") : -1].split(",")]


def check_shown(figure, shown):
    """Table and lines of text; marks, handles, paths and bars."""
    rows = [[words(x) for x in (*x, length)] for x, length in zip(shown["points"], shown["lengths"], strict=True)]
    assert [row.locator("td").all_inner_texts() for row in figure.locator("tbody tr").all()] == rows
    assert figure.locator(".figure-result").all_inner_texts() == [
        f"Euclidean distance {words(shown['euclid'])}.",
        f"KL(p‖q) {words(shown['kl'])}, KL(q‖p) {words(shown['reverse'])} nats.",
    ]
    handles = figure.locator(".figure-handle").all()
    assert [spot(node) for node in handles] == [pytest.approx(place(shown[end])) for end in "pq"]
    for i, x in enumerate(shown["points"]):
        assert spot(figure.locator(f"path.figure-dot-{i + 1}").first) == pytest.approx(place(x), abs=1e-9)
        path = figure.locator(f".figure-line-{i + 1}").first.get_attribute("d").lstrip("M").split("L")
        ends = [[float(c) for c in path[n].split()] for n in (0, -1)]
        assert ends == [pytest.approx(place(shown[end]), abs=0.006) for end in "pq"]
        heights = [float(bar.get_attribute("height")) for bar in figure.locator(f"rect.figure-dot-{i + 1}").all()]
        assert heights == pytest.approx([80 * xk for xk in x], abs=1e-9)


@pytest.mark.parametrize("name", PAGES)
def test_by_keyboard(read, name):
    """Each slider of both ends and t to their ends; no probability falls below a hundredth; then reset."""
    figure, choice, sliders, t = opened(read(f"{name}.html", formulas=False))
    start = check(figure)
    assert start["t"] == 0.5
    for end in ("p", "q"):
        choice.select_option(end)
        for k, slider in enumerate(sliders):
            for key, x in (("Home", 0.01), ("End", 0.98), ("ArrowLeft", 0.97)):
                slider.press(key)
                shown = check(figure)
                assert shown[end][k] == pytest.approx(x)
                assert min(shown[end]) >= 0.01 - 1e-12
            assert slider.get_attribute("aria-label") == f"class {k + 1} of {end}"
    for key, x in (("Home", 0), ("End", 1), ("ArrowLeft", 0.99)):
        t.press(key)
        assert check(figure)["t"] == x
    press(figure, "Reset")
    assert check(figure) == start


@pytest.mark.parametrize("name", PAGES)
def test_the_ends_meet(read, name):
    """All lengths and distances are 0, and nothing is NaN; very near each other the lengths agree with the distance."""
    figure, *_ = opened(read(f"{name}.html", formulas=False))
    figure.evaluate(SET, {"p": [0.3, 0.3, 0.4], "q": [0.3, 0.3, 0.4]})
    shown = check(figure)
    assert shown["lengths"] == pytest.approx([0, 0, 0], abs=1e-15)
    assert shown["points"][2] == [0.3, 0.3, 0.4]
    assert done(figure) == [False] * 3
    assert "NaN" not in figure.inner_html()
    figure.evaluate(SET, {"q": [0.3 + 1e-9, 0.3 - 1e-9, 0.4]})
    assert values(figure)["lengths"] == pytest.approx([math.sqrt(2 / 0.3) * 1e-9] * 3, rel=1e-6, abs=0)


@pytest.mark.parametrize("name", PAGES)
@pytest.mark.parametrize("width", site.WIDTHS)
def test_by_mouse(read, name, width):
    """Drag each end, beyond the triangle too; a click elsewhere moves the end that was moved last."""
    figure, choice, *_ = opened(read(f"{name}.html", formulas=False, width=width))
    mouse = figure.page.mouse
    for end, target in (("q", [0.2, 0.2, 0.6]), ("p", [0.4, 0.5, 0.1])):
        other = values(figure)["pq".replace(end, "")]
        mouse.move(*figure.evaluate(PLACE, values(figure)[end]))
        mouse.down()
        mouse.move(*figure.evaluate(PLACE, [0.7, 0.5, -0.2]))
        assert min(check(figure)[end]) == 0.01
        mouse.move(*figure.evaluate(PLACE, target))
        mouse.up()
        shown = check(figure)
        assert shown[end] == pytest.approx(target, abs=0.02)
        assert shown["pq".replace(end, "")] == other
        assert choice.input_value() == end
    mouse.click(*figure.evaluate(PLACE, [0.1, 0.8, 0.1]))
    assert check(figure)["p"] == pytest.approx([0.1, 0.8, 0.1], abs=0.02)


@pytest.mark.parametrize("name", PAGES)
def test_a_press_takes_the_nearer_end(read, name):
    """Where the handles overlap, each can be dragged from its own side."""
    figure, *_ = opened(read(f"{name}.html", formulas=False))
    mouse = figure.page.mouse
    for end, target in (("p", [0.6, 0.2, 0.2]), ("q", [0.2, 0.6, 0.2])):
        figure.evaluate(SET, {"p": [0.36, 0.34, 0.3], "q": [0.34, 0.36, 0.3]})
        mouse.move(*figure.evaluate(PLACE, [0.38, 0.32, 0.3] if end == "p" else [0.32, 0.38, 0.3]))
        mouse.down()
        mouse.move(*figure.evaluate(PLACE, target))
        mouse.up()
        assert check(figure)[end] == pytest.approx(target, abs=0.02)


@pytest.mark.parametrize("name", PAGES)
def test_by_finger(read, name):
    """A drag moves an end, and the page stays where it is; a tap moves that end again."""
    reader = read(f"{name}.html", formulas=False, width="narrow", touch=True)
    figure, *_ = opened(reader)
    places = [figure.evaluate(PLACE, x) for x in (values(figure)["q"], (0.2, 0.2, 0.6))]
    assert drag_by_finger(reader, *places) == 0
    assert check(figure)["q"] == pytest.approx([0.2, 0.2, 0.6], abs=0.02)
    reader.page.touchscreen.tap(*figure.evaluate(PLACE, (0.1, 0.7, 0.2)))
    assert check(figure)["q"] == pytest.approx([0.1, 0.7, 0.2], abs=0.02)


@pytest.mark.parametrize("name", PAGES)
def test_the_tasks_by_keyboard(read, name):
    """q on p, then away by one slider: a line through a corner. Both ends far from one class each: the detour."""
    figure, choice, sliders, _ = opened(read(f"{name}.html", formulas=False))
    for end in ("p", "q"):
        choice.select_option(end)
        sliders[1].press("End")
    assert check(figure)["euclid"] == pytest.approx(0, abs=1e-12)
    assert done(figure) == [False] * 3
    for _ in range(25):
        sliders[1].press("ArrowLeft")
    assert check(figure)["euclid"] > 0.2
    assert done(figure)[0]
    press(figure, "Reset")
    for end, k, presses in (("p", 1, 36), ("q", 0, 36)):
        choice.select_option(end)
        sliders[2].press("Home")
        for _ in range(presses):
            sliders[2].press("ArrowRight")
        sliders[k].press("Home")
    assert done(figure)[1]
    assert check(figure)["lengths"][1] >= 1.08 * values(figure)["lengths"][2]


@pytest.mark.parametrize("name", PAGES)
def test_nothing_jumps(read, name):
    """The figure keeps its size whatever is shown."""
    figure, choice, sliders, t = opened(read(f"{name}.html", formulas=False, width="narrow"))
    boxes = [figure, *figure.locator("svg, table, .figure-result").all()]

    def sizes():
        return [[box.bounding_box()[side] for side in ("width", "height")] for box in boxes]

    before = sizes()
    for end in ("p", "q"):
        choice.select_option(end)
        for slider in (*sliders, t):
            for key in ("Home", "End"):
                slider.press(key)
                assert sizes() == before


@pytest.mark.parametrize("name", PAGES)
def test_what_a_screen_reader_hears(read, name):
    """The numbers that the tasks are about, as many digits as are shown."""
    figure, *_ = opened(read(f"{name}.html", formulas=False))
    figure.evaluate(SET, {"p": [0.01, 0.495, 0.495], "q": [0.98, 0.01, 0.01], "t": 0.25})
    assert figure.evaluate("(figure) => figure.summary()") == (
        "p 0.010, 0.495, 0.495; q 0.980, 0.010, 0.010; t 0.25. "
        "Fisher–Rao lengths: mixture 2.657, exponential 2.657, arc 2.657. Euclidean distance 1.188."
    )


WRONG = [
    ("(1 - t) * pk + t * q[k]);", "t * pk + (1 - t) * q[k]);"),
    ("(1 - t) * Math.log(pk) + t * Math.log(q[k])", "(1 - t) * pk + t * q[k]"),
    ("Math.sin(omega)) ** 2", "Math.sin(omega)) ** 1"),
    ("p.map(Math.sqrt))) / 2)", "p.map(Math.sqrt))))"),
    ("v ** 2 / x[k]", "v ** 2"),
    ("(ratios[k] - mean) ** 2", "ratios[k] ** 2"),
    ("Math.cosh(x) ** 2", "Math.cosh(x)"),
    ("2 * angle(p, q)]", "angle(p, q)]"),
    ("klDivergence(p, q)", "klDivergence(q, p)"),
    ("- along ** 2", ""),
    ("(BAR_BASE - BAR_TOP) * point[k]", "(BAR_BASE - BAR_TOP) * point[0]"),
    ("toPoint(point)", "toPoint(path(0.5))"),
]


@pytest.mark.parametrize(("right", "wrong"), WRONG)
def test_a_wrong_formula_is_seen(read, right, wrong):
    """The comparison with NumPy and SciPy fails when a line of the script is altered."""
    figure, *_ = opened(read(f"{PAGES[0]}.html", formulas=False, spoil=spoiled("geodesics.js", right, wrong)))
    figure.evaluate(SET, {"p": [0.6, 0.05, 0.35], "q": [0.01, 0.79, 0.2], "t": 0.3})
    with pytest.raises(AssertionError):
        check(figure)


def test_the_figure_is_in_the_book():
    """The tests above ran on something."""
    assert PAGES
