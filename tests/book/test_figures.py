"""What the interactive figures leave in a notebook: an element with its data, and a table of true numbers inside."""

import html
import json
import re

import mpmath as mp
import numpy as np
import pytest

from bookkit.data import counts, encode, letters
from bookkit.figures import element
from bookkit.figures.attention import show_attention
from bookkit.figures.descent import DESCENTS, descent_path, show_descent
from bookkit.figures.element import fixed, small
from bookkit.figures.float import float_formulas, float_verdict, power_of_e, show_floats
from bookkit.figures.geodesics import show_geodesics
from bookkit.figures.loss import show_loss
from bookkit.figures.reliability import show_reliability
from bookkit.figures.simplex import show_simplex
from bookkit.figures.stream import show_stream
from bookkit.figures.temperature import show_temperature
from bookkit.figures.writer import kept_law, packed, show_writer, triples, uniform_numbers, written
from softxent.attention import attention, causal_mask
from softxent.entropy import cross_entropy, entropy, kl_divergence
from softxent.loss import squared_error_gradient
from softxent.softmax import softmax

TRUTHS, Q = [(0.5, 0.3, 0.2), (1 / 3, 1 / 3, 1 / 3)], (0.1, 0.3, 0.6)
Z2 = [[0, 0], [0, 0]]
Z, TARGETS = (2.0, 1.0, -1.0), {"class <1>": (1, 0, 0), "soft": (0.7, 0.2, 0.1)}


@pytest.fixture
def shown(monkeypatch):
    """The bundles that were displayed."""
    bundles = []
    monkeypatch.setattr(element, "display", lambda bundle, raw: bundles.append(bundle))
    return bundles


def attribute(bundle, name):
    """An attribute of the element, as the script will read it."""
    return json.loads(html.unescape(re.search(rf' {name}="([^"]*)"', bundle["text/html"]).group(1)))


def cells(bundle):
    """The table of the element, row by row."""
    rows = re.findall(r"<tr>(.*?)</tr>", bundle["text/html"])
    return [[html.unescape(c) for c in re.findall(r"<t[hd][^>]*>(.*?)</t[hd]>", row)] for row in rows]


def test_simplex_carries_its_data_and_true_numbers(shown):
    """Attributes give back the very floats; the first row of numbers is what the package computes."""
    assert show_simplex(TRUTHS, Q) is None
    (bundle,) = shown
    assert attribute(bundle, "truths") == [list(p) for p in TRUTHS]
    assert attribute(bundle, "q") == list(Q)
    p = TRUTHS[0]
    numbers = [entropy(p), kl_divergence(p, Q), cross_entropy(p, Q), kl_divergence(Q, p)]
    assert [float(c) for c in cells(bundle)[1][2:]] == pytest.approx([float(x) for x in numbers], abs=5e-4)
    assert len(cells(bundle)) == 1 + 2 * len(TRUTHS)


def test_the_stream_carries_its_data_and_ends_with_the_log_sum_exp(shown):
    z = [1, -3.5, 2, 2]
    assert show_stream(z) is None
    (bundle,) = shown
    assert attribute(bundle, "z") == z
    rows = cells(bundle)[1:]
    assert rows[1] == ["−3.5", "1.000", "1.011", "1.011"]
    total = float(mp.log(sum(mp.exp(x) for x in z)))
    assert [float(c) for c in rows[-1]] == pytest.approx([2, 2, np.exp(total - 2), total], abs=5e-4)
    for bad in ([1], [0] * 9, [0, 10]):
        with pytest.raises(ValueError, match="z must have two to eight entries"):
            show_stream(bad)


def test_loss_carries_its_data_and_a_gradient_that_sums_to_zero(shown):
    """Names are escaped in the attribute and in the table; each target has one row per class and one loss."""
    assert show_loss(Z, TARGETS) is None
    (bundle,) = shown
    assert attribute(bundle, "targets") == {name: list(y) for name, y in TARGETS.items()}
    rows = cells(bundle)[1:]
    assert [row[0] for row in rows] == ["class <1>", "", "", "soft", "", ""]
    assert sum(float(row[5]) for row in rows[:3]) == pytest.approx(0, abs=2e-3)
    assert [bool(row[6]) for row in rows] == [True, False, False] * 2


def test_temperature_has_both_limits_with_and_without_a_tie(shown):
    """Rows run from the cold limit to the hot one, first for the logits, then with the second raised to the largest."""
    assert show_temperature((0.0, 3.0, 1.0), taus=(0.5, 2)) is None
    (bundle,) = shown
    assert attribute(bundle, "z") == [0, 3, 1]
    rows = cells(bundle)[1:]
    assert [row[0] for row in rows] == ["0, 3, 1", "", "", "", "0, 3, 3", "", "", ""]
    assert [row[1] for row in rows] == ["→ 0", "0.5", "2", "→ ∞"] * 2
    assert rows[0][2:] == ["0.000, 1.000, 0.000", "0.000", "1.000"]
    assert rows[4][2:] == ["0.000, 0.500, 0.500", "0.693", "2.000"]
    assert rows[3][2:] == rows[7][2:] == ["0.333, 0.333, 0.333", "1.099", "3.000"]
    p = softmax(np.array([0, 3, 1]) / 2)
    assert [float(x) for x in rows[2][2].split(", ")] == pytest.approx(p, abs=5e-4)
    assert [float(x) for x in rows[2][3:]] == pytest.approx([entropy(p), np.exp(entropy(p))], abs=5e-4)


def test_descent_tables_both_losses_from_each_gap(shown):
    """The first gradients are known in p; a row without a wrong lead starts even; the numbers are those of the path."""
    assert show_descent(gap=3, eta=0.5, gaps=(0, 6)) is None
    (bundle,) = shown
    assert (attribute(bundle, "gap"), attribute(bundle, "eta")) == (3, 0.5)
    rows = cells(bundle)[1:]
    assert [row[0] for row in rows] == ["0", "0", "6", "6"]
    assert [row[1] for row in rows] == ["cross-entropy", "squared error"] * 2
    assert [row[2] for row in rows[:2]] == ["0.707", "0.707"]
    p = softmax([0, 6])[0]
    assert float(rows[2][2]) == pytest.approx(2**0.5 * (1 - p), abs=5e-4)
    assert float(rows[3][2]) == pytest.approx(4 * 2**0.5 * p * (1 - p) ** 2, abs=5e-4)
    path = descent_path(squared_error_gradient, 6, 0.5, 100)
    assert rows[3][3:6] == [small(softmax(path[n])[0]) for n in (0, 10, 100)]


@pytest.mark.parametrize("eta", [0.1, 1, 10])
@pytest.mark.parametrize("gap", [0.1, 1, 3, 5])
def test_descent_on_two_logits_keeps_the_bounds_of_the_text(gap, eta):
    """Until p is one half: at most gap/eta steps with cross-entropy, (e^gap - 1)/(8 eta) or more with squared error."""
    first = {
        name: np.argmax(np.diff(descent_path(gradient, gap, eta, 300)) <= 0) for name, gradient in DESCENTS.items()
    }
    assert 1 <= first["cross-entropy"] <= np.ceil(gap / eta)
    assert first["squared error"] >= np.expm1(gap) / (8 * eta)


def test_tiny_positive_numbers_are_not_printed_as_zero():
    """Two digits and a power of ten; zero itself is three zeros."""
    numbers = 0.0, 0.001, 0.00099, 5.91e-105
    assert [small(x) for x in numbers] == ["0.000", "0.001", "9.9·10⁻⁴", "5.9·10⁻¹⁰⁵"]


def test_floats_carry_their_cases_and_true_numbers(shown):
    """Seven rows a case: exact values as mpmath has them, verdicts as the chapter on floating point explains them."""
    cases = [("float32", (0, -18, -18)), ("float64", (1000, 999, 0))]
    assert show_floats(cases) is None
    (bundle,) = shown
    assert attribute(bundle, "cases") == [[dtype, list(z)] for dtype, z in cases]
    rows = cells(bundle)[1:]
    assert [row[:2] for row in rows[::7]] == [["float32", "(0, -18, -18)"], ["float64", "(1000, 999, 0)"]]
    assert [row[6] for row in rows[:7]] == ["", "right", "right", "", "digits lost", "digits lost", "right"]
    assert [row[6] for row in rows[7:]] == ["", "overflow", "underflow", "", "underflow", "right", "right"]
    mp.mp.dps = 30
    for exact, (_, z) in zip(rows[::7], cases, strict=True):
        e = [mp.exp(x) for x in z]
        assert all(abs(mp.mpf(cell) * mp.fsum(e) / x - 1) < 1e-8 for cell, x in zip(exact[3:6], e, strict=True))


@pytest.mark.parametrize("dtype", [np.float16, np.float32, np.float64])
def test_floats_are_the_formulas_in_numpy(dtype):
    """The five formulas, with NumPy's own functions in the dtype."""
    z = np.array([1.5, -2.25, 0.5], dtype)
    d, eps = z - z.max(), np.finfo(dtype).eps
    e, raw = np.exp(d), np.exp(z)
    truth = [raw / raw.sum(), e / e.sum(), np.log(e / e.sum()), d - np.log(e.sum()), d - np.log1p(e[1:].sum())]
    for (name, values, _), expected in zip(float_formulas(z), truth, strict=True):
        assert values.dtype == dtype
        np.testing.assert_allclose(values, expected, rtol=6 * eps, atol=0, err_msg=name)


@pytest.mark.parametrize(
    ("z", "values", "verdicts"),
    [
        ((12, 11, 0), [np.nan, 0, 0], "overflow"),
        ((-18, -19, -20), [np.nan] * 3, "underflow"),
        ((-14, -15, -16), [0.6652, 0.2447, 0.09], "underflow"),
        ((0, 0, 0), [1 / 3, 1 / 3, 1 / 3], "right"),
    ],
)
def test_naive_softmax_in_float16(z, values, verdicts):
    """It fails at both ends of the range, and loses digits in the subnormal numbers before it fails."""
    name, computed, way = float_formulas(np.float16(z))[0]
    assert name == "naive softmax"
    np.testing.assert_allclose(computed, values, rtol=0.1)
    exact = np.exp(np.array(z, float)) / np.exp(np.array(z, float)).sum()
    assert float_verdict(computed, exact, way) == verdicts


@pytest.mark.parametrize("x", [-1.0, -699.0, -701.0, -2000.0])
def test_a_power_of_e_beyond_float64(x):
    """Nine digits, whether or not a float64 holds the number."""
    mp.mp.dps = 30
    assert abs(mp.mpf(power_of_e(x)) / mp.exp(x) - 1) < 1e-8


def test_attention_carries_its_examples_and_true_numbers(shown):
    """Two rows an example; scores, weights and outputs are what the package computes, the mask included."""
    Q, K, V = [[1.5, 0.5], [-0.5, 1.5]], [[2, 0], [0, 2]], [[-2, 1.5], [2, -1]]
    assert show_attention({"plain": (Q, K, False), "causal": (Q, K, True)}, V) is None
    (bundle,) = shown
    assert attribute(bundle, "examples")["causal"] == {"Q": Q, "K": K, "causal": True}
    assert attribute(bundle, "values") == V
    assert attribute(bundle, "tokens") == ["river", "bank"]
    assert [row[1] for row in cells(bundle)[1:]] == ["river", "bank"] * 2
    numbers = [
        [json.loads(cell.translate({40: 91, 41: 93}).replace("inf", "Infinity")) for cell in row[2:]]
        for row in cells(bundle)[1:]
    ]
    for rows, mask in [(numbers[:2], None), (numbers[2:], causal_mask(2))]:
        assert [row[:2] for row in rows] == [[Q[0], K[0]], [Q[1], K[1]]]
        scores = np.where(causal_mask(2) if mask is not None else True, np.array(Q) @ np.array(K).T / 2**0.5, -np.inf)
        truth = [scores, attention(Q, K, np.eye(2), mask), attention(Q, K, V, mask)]
        for column, expected in enumerate(truth, start=2):
            np.testing.assert_allclose([row[column] for row in rows], expected, rtol=0, atol=5.1e-4)
    assert numbers[2][3] == [1, 0]


def test_reliability_carries_rounded_logits_and_true_numbers(shown):
    """Three of four right: at the temperature at which the model says so the loss is the entropy, and the ECE is 0."""
    z, labels = [[2.004, 0.0]] * 4, [0, 0, 1, 0]
    assert show_reliability({"four": (z, labels)}, taus=(1, 2 / np.log(3)), bins=(1, 30)) is None
    (bundle,) = shown
    assert attribute(bundle, "parts") == {"four": {"z": [[2, 0]] * 4, "labels": labels}}
    rows = cells(bundle)[1:]
    assert [row[:3] for row in rows] == [["four", tau, b] for tau in ("1", "1.82048") for b in ("1", "30")]
    p = float(softmax([2, 0])[0])
    loss = -(3 * np.log(p) + np.log(1 - p)) / 4
    assert [float(x) for x in rows[0][3:]] == pytest.approx([loss, 0.75, p, p - 0.75], abs=5e-4)
    assert rows[2][3:] == rows[3][3:] == ["0.562", "0.750", "0.750", "0.000"]


def test_the_writer_carries_its_counts_and_true_numbers(shown):
    """By hand: in "abab aba" stand a twice and the space once after "ab", and 1/2 is added to each of 27 counts."""
    settings = [(1, 27, 1), (1, 2, 1), (0.5, 2, 1), (1, 1, 1), (1, 27, 0.2)]
    assert show_writer("abab aba", settings, add=0.5, prompt="ab") is None
    (bundle,) = shown
    assert attribute(bundle, "table") == "_ab1;ab_1a2;b_a1;bab1"
    assert [attribute(bundle, name) for name in ("first", "add", "prompt")] == ["ab", 0.5, "ab"]
    rows = cells(bundle)[1:]
    weights = [[2.5, 1.5, *[0.5] * 25], [2.5, 1.5], [6.25, 2.25], [1], [2.5, 1.5]]
    laws = [np.array(w) / sum(w) for w in weights]
    cuts = [0, 12.5 / 16.5, 25 * 0.25 / 14.75, 14 / 16.5, 12.5 / 16.5]
    for row, law, cut in zip(rows, laws, cuts, strict=True):
        assert row[3:5] == [str(len(law)), fixed(cut)]
        assert float(row[5]) == pytest.approx(-sum(q * np.log2(q) for q in law), abs=5e-4)
    assert rows[3][6] == "ab" * 12


@pytest.mark.parametrize("name", ["prose", "source"])
def test_the_packed_triples_are_small_and_whole(name):
    """All counts of the text, in less than 30 kB."""
    string = letters(name)
    found = triples(string)
    cube = counts(string, 3)
    assert sum(found.values()) == len(string) - 2
    assert all(cube[tuple(encode(triple.replace("_", " ")))] == n for triple, n in found.items())
    rows = [(row[:2], re.findall(r"(.)(\d+)", row[2:])) for row in packed(found).split(";")]
    assert {pair + letter: int(n) for pair, row in rows for letter, n in row} == found
    assert len(packed(found)) < 30_000


def test_the_letters_kept_are_the_fewest():
    """Top-k first, then top-p on what it leaves; a share that is met to a rounding is met."""
    n = np.array([4, 3, 2, 1])
    for arguments, law, cut in [
        ((1, 27, 1), [0.4, 0.3, 0.2, 0.1], 0),
        ((1, 2, 1), [4 / 7, 3 / 7], 0.3),
        ((1, 27, 0.7), [4 / 7, 3 / 7], 0.3),
        ((1, 27, 0.71), [4 / 9, 3 / 9, 2 / 9], 0.1),
        ((1, 3, 0.75), [4 / 7, 3 / 7], 0.3),
        ((0.5, 2, 1), [16 / 25, 9 / 25], 5 / 30),
    ]:
        kept, tail = kept_law(n, *arguments)
        assert kept == pytest.approx(law)
        assert tail == pytest.approx(cut, abs=1e-12)


def test_a_letter_is_drawn_where_the_sum_exceeds_the_number():
    """After "ab" top-2 leaves a with 5/8 and the space: the first letter of each seed."""
    drawn = [written(triples("abab aba"), 0.5, "ab", 1, 2, 1, seed, length=1) for seed in range(1, 30)]
    assert drawn == ["a" if next(uniform_numbers(seed)) < 5 / 8 else "_" for seed in range(1, 30)]
    assert set(drawn) == {"a", "_"}


def test_the_uniform_numbers_are_those_of_the_minimal_standard():
    """From 1 the ten-thousandth number of x ← 48271 x mod (2³¹ − 1) is 399268537, as ISO C++ says of minstd_rand."""
    x = 1
    for _ in range(10_000):
        x = x * 48271 % (2**31 - 1)
    assert x == 399268537
    closed = [pow(48271, n + 4, 2**31 - 1) * 7 % (2**31 - 1) / (2**31 - 1) for n in range(80)]
    assert list(uniform_numbers(7)) == closed


def test_geodesics_carry_their_ends_and_true_numbers(shown):
    """On a line through a corner all three lines are one, as long as twice the angle between the roots."""
    p, q = (0.6, 0.2, 0.2), (0.2, 0.4, 0.4)
    assert show_geodesics(p, q, ts=(0, 0.5, 1)) is None
    (bundle,) = shown
    assert (attribute(bundle, "p"), attribute(bundle, "q")) == (list(p), list(q))
    rows = cells(bundle)[1:]
    length = 2 * np.arccos(np.sqrt(p) @ np.sqrt(q))
    assert [float(rows[n][3]) for n in (0, 3, 6)] == pytest.approx([length] * 3, abs=5e-4)
    for n in (0, 3, 6):
        assert [rows[n][2], rows[n + 2][2]] == ["(0.600, 0.200, 0.200)", "(0.200, 0.400, 0.400)"]
    roots = np.sqrt(np.array(p) * q)
    middles = [np.add(p, q) / 2, roots / roots.sum(), np.add(np.sqrt(p), np.sqrt(q)) ** 2]
    for n, middle in zip((1, 4, 7), middles, strict=True):
        assert rows[n][2] == element.point(middle / middle.sum(), 3)


def test_the_arc_is_the_shortest(shown):
    """Of the lines between ends that lack a class each, by more than a hundredth; the middles differ."""
    show_geodesics((0.01, 0.61, 0.38), (0.61, 0.01, 0.38), ts=(0.5,))
    (bundle,) = shown
    mixture, exponential, arc = (float(row[3]) for row in cells(bundle)[1:])
    assert (mixture, exponential, arc) == pytest.approx((2.0726, 2.2207, 2.0097), abs=5e-4)
    show_geodesics((0.2, 0.3, 0.5), (0.2, 0.3, 0.5), ts=(0.5,))
    assert [row[3] for row in cells(shown[1])[1:]] == ["0.000"] * 3


def test_plain_text_holds_the_same_table(shown):
    """nbval compares the text, so every cell of the table is in it."""
    show_loss(Z, TARGETS)
    (bundle,) = shown
    lines = bundle["text/plain"].splitlines()
    assert len(lines) == len(cells(bundle))
    for line, row in zip(lines, cells(bundle), strict=True):
        assert all(cell in line for cell in row)


def test_negative_zero_is_not_printed():
    """A rounding error below zero prints as zero."""
    assert fixed(-1e-17) == "0.000"


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: show_simplex([(0.5, 0.5, 0.0)], Q), r"truths\[0\]"),
        (lambda: show_simplex([(0.5, 0.5)], Q), r"truths\[0\]"),
        (lambda: show_simplex(TRUTHS, (0.5, 0.5)), "q must have three"),
        (lambda: show_temperature((1.0,), taus=(1,)), "z must have at least two"),
        (lambda: show_temperature((1.0, 6.5), taus=(1,)), "all from -6 to 6"),
        (lambda: show_temperature((1.0, 2.0), taus=(1, 0)), "taus must be positive"),
        (lambda: show_reliability({"a": ([[1, 2]], [0, 1])}, (1,), (15,)), r"parts\['a'\] must have logits"),
        (lambda: show_reliability({"a": ([[1, 2]], [0])}, (0,), (15,)), "taus must be positive"),
        (lambda: show_reliability({"a": ([[1, 2]], [0])}, (1,), (31,)), "bins must lie from 1 to 30"),
        (lambda: show_descent(13, 1, gaps=(2,)), "gap and gaps must lie from 0 to 12"),
        (lambda: show_descent(3, 1, gaps=(2, -1)), "gap and gaps must lie from 0 to 12"),
        (lambda: show_descent(3, 11, gaps=(2,)), "eta must lie from 0.1 to 10"),
        (lambda: show_loss(Z, {"soft": (1, 0)}), r"targets\['soft'\] must have 3"),
        (lambda: show_attention({}, [[0, 1]]), "values must be two points"),
        (lambda: show_attention({}, Z2, tokens=("bank",)), "tokens must be two words"),
        (lambda: show_attention({"a": ([[1, 2]], Z2, False)}, Z2), r"examples\['a'\] must have two"),
        (lambda: show_attention({"a": (Z2, [[0, 4], [0, 0]], False)}, Z2), r"examples\['a'\] .* -3 and 3"),
        (lambda: show_writer("Abc", [(1, 1, 1)]), "string must be three or more letters"),
        (lambda: show_writer("abc", [(1, 1, 1)], prompt="a"), "prompt must be two to twenty letters"),
        (lambda: show_writer("abc", [(1, 1, 1)], add=0), "add must be above 0"),
        (lambda: show_writer("abc", [(1, 28, 1)]), "settings must be"),
        (lambda: show_writer("abc", [(0, 1, 1)]), "settings must be"),
        (lambda: show_geodesics((0.5, 0.5, 0), (0.2, 0.2, 0.6), (0,)), "p must be three probabilities of 0.01"),
        (lambda: show_geodesics((0.5, 0.25, 0.25), (0.2, 0.2, 0.5), (0,)), "q must be three probabilities of 0.01"),
        (lambda: show_geodesics((0.5, 0.25, 0.25), (0.2, 0.2, 0.6), (2,)), "ts must lie from 0 to 1"),
        (lambda: show_floats([("bfloat16", (0, 0, 0))]), r"cases\[0\] must have the dtype"),
        (lambda: show_floats([("float32", (0, 0))]), r"cases\[0\] must have three logits"),
        (lambda: show_floats([("float32", (0, np.nan, 0))]), r"cases\[0\] must have three logits"),
        (lambda: show_floats([("float32", (0, 1001, 0))]), r"cases\[0\] must have three logits"),
    ],
)
def test_bad_input_is_named(call, words):
    """The argument and its value stand in the message."""
    with pytest.raises(ValueError, match=words):
        call()
