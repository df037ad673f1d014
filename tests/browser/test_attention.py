"""The figure of attention, by keyboard, mouse and finger: equal to the package to 1e-12, and drawn where it says."""

import math

import numpy as np
import pytest

from softxent.attention import attention, causal_mask

from . import site
from .figures import close, drag_by_finger, first, spoiled, values, words

ATTENTION = site.pages("<attention-figure")
UNIT, MIDDLE = 260 / 8, 130

# The place in the window of a point of the plane of queries and keys.
PLACE = """(figure, [x, y]) => {
  const svg = figure.querySelector("svg");
  const at = new DOMPoint(130 + 32.5 * x, 130 - 32.5 * y).matrixTransform(svg.getScreenCTM());
  return [at.x, at.y];
}"""
MARKS = """(figure) => [...figure.querySelectorAll(".figure-mark")].map((mark) =>
  [mark.textContent, mark.getAttribute("transform").match(/-?[0-9][-+.0-9e]*/g).map(Number)])"""


def check_attention(figure):
    """Scores, weights, outputs, the table, the printed outputs, and where the marks are drawn."""
    shown = values(figure)
    Q, K, V = (np.array(shown[name], float) for name in "QKV")
    mask = causal_mask(2) if shown["causal"] else np.ones((2, 2), bool)
    scores = np.where(mask, Q @ K.T / math.sqrt(2), -np.inf)
    truth = {"scores": scores, "weights": attention(Q, K, np.eye(2), mask), "outputs": attention(Q, K, V, mask)}
    for name, expected in truth.items():
        assert all(close(a, b) for a, b in zip(np.ravel(shown[name]), expected.ravel(), strict=True)), (name, shown)
    cells = [figure.locator(f"tbody td:nth-of-type({n})").all_inner_texts() for n in (1, 2)]
    printed = ["−∞" if s == -np.inf else words(s) for s in scores.ravel()]
    assert cells == [printed, [words(a) for a in truth["weights"].ravel()]]
    assert figure.locator(".figure-result span").all_inner_texts() == [
        f"O{'₁₂'[n]} = ({words(o[0])}, {words(o[1])})" for n, o in enumerate(truth["outputs"])
    ]
    drawn, points = dict(figure.evaluate(MARKS)), [*Q, *K, *V, *truth["outputs"]]
    for name, (x, y) in zip(["Q₁", "Q₂", "K₁", "K₂", "V₁", "V₂", "O₁", "O₂"], points, strict=True):
        assert np.allclose(drawn[name], [MIDDLE + UNIT * x, MIDDLE - UNIT * y], atol=1e-9), name
    return shown


WRONG = [
    ("common.js", "Math.exp(zk - m)", "Math.exp(2 * (zk - m))"),
    ("attention.js", "/ Math.SQRT2", "/ 2"),
    ("attention.js", "weight * V[k][t]", "weight * V[1 - k][t]"),
    ("attention.js", "SIZE / 2 - UNIT * y", "SIZE / 2 + UNIT * y"),
]


@pytest.mark.parametrize(("file", "right", "wrong"), WRONG)
def test_a_wrong_formula_is_seen(read, file, right, wrong):
    """The comparison with the package fails when a line of the script is altered."""
    spoil = spoiled(file, right, wrong)
    figure = first(read(f"{ATTENTION[0]}.html", formulas=False, spoil=spoil), "attention-figure")
    with pytest.raises(AssertionError):
        check_attention(figure)


@pytest.mark.parametrize("name", ATTENTION)
def test_by_keyboard(read, name):
    """Both features of each query and key, to both ends; every example; the mask."""
    figure = first(read(f"{name}.html", formulas=False), "attention-figure")
    for row in range(4):
        figure.locator("select").press("Home" if row == 0 else "ArrowDown")
        for feature, slider in enumerate(figure.locator("input[type=range]").all()):
            for key, end in [("ArrowRight", None), ("PageDown", None), ("End", 3), ("Home", -3), ("ArrowUp", -2.95)]:
                slider.press(key)
                shown = check_attention(figure)
                moved = [*shown["Q"], *shown["K"]][row][feature]
                assert end is None or math.isclose(moved, end)
    examples = figure.locator(".figure-presets button").all()
    for example in examples:
        example.press("Enter")
        shown = check_attention(figure)
        assert shown["causal"] == ("mask" in example.inner_text())
        assert [one.get_attribute("aria-pressed") for one in examples].count("true") == 1
        assert example.get_attribute("aria-pressed") == "true"
    examples[0].press("Enter")
    figure.locator("input[type=range]").first.press("ArrowRight")
    assert examples[0].get_attribute("aria-pressed") == "false"
    examples[0].press("Enter")
    figure.locator("input[type=checkbox]").press("Space")
    shown = check_attention(figure)
    assert shown["weights"][0] == [1, 0]
    assert shown["outputs"][0] == shown["V"][0]


@pytest.mark.parametrize("name", ATTENTION)
def test_what_the_text_says_to_see(read, name):
    """Equal scores give the midpoint; moving along the dashed line changes no output; equal keys hide the line."""
    figure = first(read(f"{name}.html", formulas=False), "attention-figure")
    outputs = {}
    for example in figure.locator(".figure-presets button").all():
        example.click()
        outputs[example.inner_text()] = check_attention(figure)["outputs"]
        V = np.array(values(figure)["V"])
    assert np.allclose(outputs["equal scores"], V.mean(0), atol=1e-12)
    assert np.allclose(outputs["two directions"], outputs["moved along the line"], atol=1e-12)
    figure.evaluate("(figure) => figure.update({ K: [[1, 2], [1, 2]] })")
    check_attention(figure)
    assert figure.locator(".figure-tie").get_attribute("d") == ""


@pytest.mark.parametrize("width", site.WIDTHS)
@pytest.mark.parametrize("name", ATTENTION)
def test_by_mouse(read, name, width):
    """Drag each of the four, also out of the plane, where it stays at the edge; the figure keeps its size."""
    reader = read(f"{name}.html", formulas=False, width=width)
    figure, mouse = first(reader, "attention-figure"), reader.page.mouse
    height = figure.bounding_box()["height"]
    figure.locator("svg").first.scroll_into_view_if_needed()
    for row, target in enumerate([(-2, 1), (-9, -2), (2, -2), (-1, -1)]):
        shown = check_attention(figure)
        mouse.move(*figure.evaluate(PLACE, [*shown["Q"], *shown["K"]][row]))
        mouse.down()
        mouse.move(*figure.evaluate(PLACE, [0.5, 0.5]))
        check_attention(figure)
        mouse.move(*figure.evaluate(PLACE, target))
        mouse.up()
        shown = check_attention(figure)
        assert [*shown["Q"], *shown["K"]][row] == pytest.approx(np.clip(target, -3, 3), abs=0.06)
        assert figure.locator("select").evaluate("(s) => s.selectedIndex") == row
    assert figure.bounding_box()["height"] == height


@pytest.mark.parametrize("name", ATTENTION)
def test_by_finger(read, name):
    """A handle follows the finger and the page stays; a finger beside the handles scrolls the page."""
    reader = read(f"{name}.html", formulas=False, width="narrow", touch=True)
    figure = first(reader, "attention-figure")
    figure.locator("svg").first.scroll_into_view_if_needed()
    points = [values(figure)["Q"][0], (-1, -2), (2, -2), (2, 2)]
    start, end, *beside = [figure.evaluate(PLACE, point) for point in points]
    assert drag_by_finger(reader, start, end) == 0
    assert check_attention(figure)["Q"][0] == pytest.approx([-1, -2], abs=0.06)
    assert drag_by_finger(reader, *beside) > 20


# The letters' boxes, pixel by pixel: what overlaps of two letters of one plane, and what sticks out of the plane.
COLLISIONS = """(figure) => [...figure.querySelectorAll("svg")].map((svg) => {
  const boxes = [...svg.querySelectorAll(".figure-mark text")].map((text) => text.getBoundingClientRect());
  const plane = svg.getBoundingClientRect();
  const common = (a, b) => Math.min(a.right, b.right) - Math.max(a.left, b.left);
  const shared = (a, b) => Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top);
  const pairs = boxes.flatMap((a, i) => boxes.slice(i + 1).map((b) => Math.min(common(a, b), shared(a, b))));
  const out = boxes.map((a) => Math.max(plane.left - a.left, a.right - plane.right, plane.top - a.top));
  return Math.max(...pairs, ...out);
})"""


@pytest.mark.parametrize("width", site.WIDTHS)
def test_letters_never_collide(read, width):
    """Wherever queries and keys are: all on one point, in the corners, in a row, and anywhere."""
    figure = first(read(f"{ATTENTION[0]}.html", formulas=False, width=width), "attention-figure")
    rng = np.random.default_rng(0)
    states = [np.zeros((4, 2)), np.full((4, 2), 3.0), np.full((4, 2), -3.0), [[0, 0], [0.5, 0], [1, 0], [1.5, 0]]]
    states += [rng.uniform(-3, 3, (4, 2)) for _ in range(60)] + [rng.uniform(-0.6, 0.6, (4, 2)) for _ in range(60)]
    for state in states:
        Q, K = np.round(state, 2).reshape(2, 2, 2).tolist()
        figure.evaluate("(figure, [Q, K]) => figure.update({ Q, K })", [Q, K])
        assert max(figure.evaluate(COLLISIONS)) <= 1, (Q, K)


def test_the_figure_is_in_the_book():
    """The tests above ran on something."""
    assert ATTENTION
