"""The figure of floating point: rounding, five formulas, exact values and marks, against NumPy, torch and mpmath."""

import math
from decimal import ROUND_HALF_UP, Context
from fractions import Fraction

import mpmath as mp
import numpy as np
import pytest
import torch

from . import site
from .figures import first, spoiled, values

FLOAT = site.pages("<float-figure")
KINDS = ["softmax", "softmax", "log", "log", "log", "softmax", "log"]
WORST_FIRST = ["overflow", "underflow", "digits lost", "nearest", "right"]
FORMATS = ["float16", "bfloat16", "float32", "float64"]
NAMES = ["naive softmax", "shifted softmax", "log of softmax", "log-softmax", "log-softmax with log1p"]
NAMES += ["shifted, rounding kept", "log1p, rounding kept"]
PRESETS = ".figure-presets button"

# By the name of each formula: its verdict, and per class the value, its digits with either mark, and the count.
TABLES = """(figure) => Object.fromEntries([...figure.querySelectorAll("table")].map((table) => [
  table.caption.textContent.split(":")[0],
  { verdict: table.querySelector(".figure-verdict").textContent,
    lines: [...table.rows].slice(1).map((row) => {
      const [value, count] = row.querySelectorAll("td");
      const marked = (tag) => value.querySelector(tag)?.textContent.replace(".", "");
      return { value: value.textContent, u: marked("u"), s: marked("s"), count: count.textContent };
    }) }]))"""
# Numbers travel as text, which is quick, and keeps the sign of zero.
ROUND = """([text, format]) => text.split(",").map((x) => Floats.rounding(format)(Number(x)))
  .map((x) => (Object.is(x, -0) ? "-0" : String(x))).join()"""


def rounded_there(page, x, dtype):
    """The script's rounding of many numbers."""
    text = ",".join(map(repr, x.tolist())).replace("inf", "Infinity").replace("nan", "NaN")
    return np.array([float(word) for word in page.evaluate(ROUND, [text, dtype]).split(",")])


def rounded(x, dtype):
    """To the format and back to float64: by NumPy, or by torch where NumPy has no such format."""
    x = np.asarray(x, float)
    if dtype == "bfloat16":
        return torch.tensor(x.astype(np.float32)).bfloat16().double().numpy()
    return x.astype(dtype).astype(float)


@np.errstate(all="ignore")
def formulas(z, dtype):
    """The seven formulas in the format: values, and what each class met on the way."""

    def fl(x):
        return rounded(x, dtype)

    def add(terms):
        total = terms[0]
        for x in terms[1:]:
            total = fl(total + x)
        return total

    z = np.array(z)
    d, raw = fl(z - z.max()), fl(np.exp(z))
    e = fl(np.exp(d))
    total, s = add(raw), add(np.delete(e, z.argmax()))
    naive, shifted = fl(raw / total), fl(e / add(e))
    r = fl(z - z.max() - d) if dtype != "float64" else np.array([two_sum_error(x, -z.max()) for x in z])
    kept = fl(e + fl(e * r))
    t = add(np.delete(kept, z.argmax()))
    whole = fl(kept / add(kept))
    return [
        (naive, [raw, total, naive]),
        (shifted, [e, shifted]),
        (fl(np.log(shifted)), [shifted]),
        (fl(d - fl(np.log(add(e)))), []),
        (fl(d - fl(np.log1p(s))), [s]),
        (whole, [kept, whole]),
        (fl(d + fl(r - fl(np.log1p(t)))), [t]),
    ]


def two_sum_error(a, b):
    """What rounding takes from a + b, exactly, as float64."""
    return float(Fraction(a) + Fraction(b) - Fraction(a + b))


def exact(z):
    """Softmax and its logarithm with 900 digits."""
    mp.mp.dps = 900
    e = [mp.exp(x) for x in map(mp.mpf, z)]
    p = [x / mp.fsum(e) for x in e]
    return p, [mp.log(x) for x in p]


def digits(x, count):
    """Sign, digits and exponent of a number, rounded half up."""
    with mp.workdps(900):
        x = mp.nstr(x, 60, strip_zeros=False) if isinstance(x, mp.mpf) else x
    rounded_off = Context(count, ROUND_HALF_UP).create_decimal(x)
    sign, figures, _ = rounded_off.as_tuple()
    return "−" * sign, "".join(map(str, figures)).ljust(count, "0"), rounded_off.adjusted()


def verdict(computed, truth, way, dtype):
    """The worst class, by the rule that the page prints."""
    info, words = torch.finfo(getattr(torch, dtype)), []
    for i, (x, t) in enumerate(zip(computed, truth, strict=True)):
        met = [np.broadcast_to(w, 3)[i] for w in way]
        if math.isfinite(x) and abs(mp.mpf(x) - t) < 8 * info.eps * abs(t):
            words.append("right")
        elif math.isfinite(x) and abs(mp.mpf(x) - t) <= mp.mpf(info.smallest_normal) * info.eps / 2:
            words.append("nearest")
        elif math.inf in met:
            words.append("overflow")
        else:
            words.append("underflow" if any(abs(w) < info.tiny for w in met) else "digits lost")
    return next(word for word in WORST_FIRST if word in words)


def same(shown, computed, dtype):
    """Equal, what is no ordinary number included; the exponentials of two float64 libraries may differ by an ulp."""
    if dtype != "float64":
        return np.array_equal(shown, computed, equal_nan=True)
    return np.allclose(shown, computed, rtol=4 * 2.0**-52, atol=2.0**-52 * (shown[0] < 0), equal_nan=True)


def check_float(figure):
    """Everything that is shown, from the stored logits to the marks under single digits."""
    state, tables = values(figure), figure.evaluate(TABLES)
    dtype, stored, count = state["dtype"], state["stored"], state["digits"]
    assert np.array_equal(stored, rounded(state["z"], dtype))
    truths = dict(zip(["softmax", "log"], exact(stored), strict=True))
    for kind, truth in truths.items():
        for got, x in zip(state["exact"][kind], truth, strict=True):
            assert tuple(got[k] for k in ("sign", "digits", "exponent")) == digits(x, count + 2), (kind, stored)
    rows = zip(state["methods"], formulas(stored, dtype), KINDS, NAMES, strict=True)
    for method, (computed, way), kind, name in rows:
        assert same(method["values"], computed, dtype), (name, stored, method["values"], computed)
        assert method["verdict"] == verdict(method["values"], truths[kind], way, dtype), (name, stored)
        whole = all(shown["right"] == count for shown in method["shown"])
        assert tables[name]["verdict"] == phrase(method["verdict"], whole)
        lines = zip(method["values"], truths[kind], method["shown"], tables[name]["lines"], strict=True)
        for x, truth, shown, line in lines:
            assert line["count"] == f"{shown['right']} of {count}"
            check_digits(x, truth, shown["right"], line, count)
    return state


def phrase(word, whole):
    """A tick needs every digit of every class."""
    right = "✓ right" if whole else "≈ within 8 eps"
    return {"right": right, "nearest": "≈ nearest number"}.get(word, f"✗ {word}")


def check_digits(x, truth, right, line, count):
    """One value: its text, the number of digits that are off by less than one unit, and the marks on them."""
    if x == 0 or not math.isfinite(x):
        assert line["value"].startswith("nan: " if math.isnan(x) else "0: " if x == 0 else "−inf: ")
        assert right == 0
        return
    sign, figures, exponent = digits(float(x), count)
    assert [line["u"], line["s"]] == [figures[:right], figures[right:]]
    text = f"{sign}{figures[0]}.{figures[1:]}e{exponent}"
    assert float(line["value"].replace("−", "-")) == float(text.replace("−", "-"))
    assert right == sum(abs(mp.mpf(x) - truth) < mp.mpf(10) ** (exponent - j) for j in range(count))


WRONG = [
    ("d = z.map((zk) => round(zk - m))", "d = z.map((zk) => zk - m)"),
    ("round(Math.log1p(s))", "round(Math.log(1 + s))"),
    ("2n * ONE + s", "2n * ONE"),
    ("exponent - j", "exponent - j + 1"),
    ("way.includes(Infinity)", "way.includes(1)"),
    ("2n * error", "4n * error"),
    ("round(x + round(x * r[k]))", "x"),
]


@pytest.mark.parametrize(("right", "wrong"), WRONG)
def test_a_wrong_formula_is_seen(read, right, wrong):
    """The comparison fails for one of the examples when a line of the script is altered."""
    spoil = spoiled("arithmetic.js", right, wrong)
    figure = first(read(f"{FLOAT[0]}.html", formulas=False, spoil=spoil), "float-figure")
    with pytest.raises(AssertionError):  # noqa: PT012
        for example in figure.locator(PRESETS).all():
            example.click()
            check_float(figure)


def test_rounding_to_float16_is_numpys(read):
    """Every float16, the ties between neighbours, the float64 beside each tie, random numbers and the ends."""
    page = read(f"{FLOAT[0]}.html", formulas=False).page
    grid = np.append(np.arange(0x7C00, dtype=np.uint16).view(np.float16).astype(float), 65536.0)
    ties = (grid[:-1] + grid[1:]) / 2
    rng = np.random.default_rng(0)
    random = np.ldexp(rng.uniform(0.5, 1, 20_000), rng.integers(-40, 20, 20_000))
    ends = [65504, 65519.999, 65520, 65536, 1e308, 5e-324, 2.0**-25, np.nextafter(2.0**-25, 1), np.inf, np.nan]
    x = np.concatenate([grid, ties, np.nextafter(ties, 0), np.nextafter(ties, np.inf), random, ends])
    x = np.concatenate([x, -x])
    there = rounded_there(page, x, "float16")
    with np.errstate(over="ignore"):
        here = x.astype(np.float16).astype(float)
    np.testing.assert_array_equal(there, here)
    assert np.array_equal(np.signbit(there[here == 0]), np.signbit(here[here == 0]))


def test_rounding_to_bfloat16_is_torchs(read):
    """Random float32 numbers of all sizes, those between which a tie lies, and the edge of the range."""
    page = read(f"{FLOAT[0]}.html", formulas=False).page
    bits = np.random.default_rng(1).integers(0, 2**32, 20_000, dtype=np.uint32)
    x = np.concatenate([bits, bits & 0xFFFF8000, (bits & 0xFFFF8000) + 1]).astype(np.uint32).view(np.float32)
    x = np.append(x[~np.isnan(x)], np.float32([3.3961775e38, 3.3961776e38, 3.4e38, 1e-45, 4.6e-41, np.inf]))
    there = rounded_there(page, x.astype(float), "bfloat16")
    np.testing.assert_array_equal(there, torch.tensor(x).bfloat16().double().numpy())


@pytest.mark.parametrize("name", FLOAT)
def test_examples_in_every_format(read, name):
    """Each example, then the same logits in the four formats, chosen by keyboard."""
    figure = first(read(f"{name}.html", formulas=False), "float-figure")
    for example in figure.locator(PRESETS).all():
        example.press("Enter")
        state = check_float(figure)
        assert f"{state['dtype']} (" in example.get_attribute("aria-label")
        assert example.get_attribute("aria-pressed") == "true"
        for dtype, key in zip(FORMATS, ["Home", *3 * ["ArrowDown"]], strict=True):
            figure.locator("select").press(key)
            assert check_float(figure)["dtype"] == dtype


@pytest.mark.parametrize("dtype", FORMATS)
@pytest.mark.parametrize("name", FLOAT)
def test_sliders_to_both_ends(read, name, dtype):
    """Arrow keys, pages and ends, on each of the three, from logits where something happens in this format."""
    figure = first(read(f"{name}.html", formulas=False), "float-figure")
    figure.locator("select").select_option(dtype)
    for slider in figure.locator("input").all():
        for key in ["ArrowRight", "PageUp", "PageUp", "ArrowLeft", "End", "ArrowLeft", "Home", "PageUp"]:
            slider.press(key)
            check_float(figure)
    reach = {"float16": 20, "float64": 1000}.get(dtype, 120)
    assert [float(slider.get_attribute("max")) for slider in figure.locator("input").all()] == 3 * [reach]


@pytest.mark.parametrize("name", FLOAT)
def test_mouse_and_size(read, name):
    """A slider follows the mouse, and the figure keeps its size whatever it shows."""
    reader = read(f"{name}.html", formulas=False, width="narrow")
    figure = first(reader, "float-figure")
    before, slider = figure.bounding_box()["height"], figure.locator("input").nth(1)
    box = slider.bounding_box()
    reader.page.mouse.click(box["x"] + 0.75 * box["width"], box["y"] + box["height"] / 2)
    assert check_float(figure)["z"][1] > 5
    for example in figure.locator(PRESETS).all():
        example.click()
        assert figure.bounding_box()["height"] == before


@pytest.mark.parametrize("name", FLOAT)
def test_a_zero_that_is_the_nearest_number_is_no_fault(read, name):
    """Where the exact probability is below half of the smallest number, 0 is right; its logarithm is not."""
    figure = first(read(f"{name}.html", formulas=False), "float-figure")
    figure.evaluate("(figure) => figure.update({ dtype: 'float64', z: [1000, 999, 0] })")
    state = check_float(figure)
    assert [method["verdict"] for method in state["methods"][1:3]] == ["nearest", "underflow"]


@pytest.mark.parametrize("name", FLOAT)
def test_the_rounding_of_the_shift_can_be_kept(read, name):
    """The example of the price of the shift: digits are lost by the shifted formulas, and not where it is kept."""
    figure = first(read(f"{name}.html", formulas=False), "float-figure")
    figure.locator(PRESETS).last.click()
    verdicts = [method["verdict"] for method in check_float(figure)["methods"]]
    assert (verdicts[1], verdicts[4], verdicts[5:]) == ("digits lost", "digits lost", ["right", "right"])


@pytest.mark.parametrize("name", FLOAT)
def test_controls_stay_in_sight_on_a_phone(read, name):
    """While the tables scroll by, sliders and format stay below the page's head."""
    figure = first(read(f"{name}.html", formulas=False, width="narrow"), "float-figure")
    figure.locator("table").nth(5).evaluate("(table) => table.scrollIntoView({ block: 'center' })")
    boxes = [control.bounding_box() for control in figure.locator(".figure-controls :is(input, select)").all()]
    assert all(box["y"] >= 0 and box["y"] + box["height"] <= 400 for box in boxes)


def test_the_figure_is_in_the_book():
    """The tests above ran on something."""
    assert FLOAT
