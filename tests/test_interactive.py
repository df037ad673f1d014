"""What the interactive figures leave in a notebook: an element with its data, and a table of true numbers inside."""

import html
import json
import re

import numpy as np
import pytest

from softxent import interactive
from softxent.entropy import cross_entropy, entropy, kl_divergence
from softxent.loss import squared_error_gradient
from softxent.softmax import softmax

TRUTHS, Q = [(0.5, 0.3, 0.2), (1 / 3, 1 / 3, 1 / 3)], (0.1, 0.3, 0.6)
Z, TARGETS = (2.0, 1.0, -1.0), {"class <1>": (1, 0, 0), "soft": (0.7, 0.2, 0.1)}


@pytest.fixture
def shown(monkeypatch):
    """The bundles that were displayed."""
    bundles = []
    monkeypatch.setattr(interactive, "display", lambda bundle, raw: bundles.append(bundle))
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
    assert interactive.show_simplex(TRUTHS, Q) is None
    (bundle,) = shown
    assert attribute(bundle, "truths") == [list(p) for p in TRUTHS]
    assert attribute(bundle, "q") == list(Q)
    p = TRUTHS[0]
    numbers = [entropy(p), kl_divergence(p, Q), cross_entropy(p, Q), kl_divergence(Q, p)]
    assert [float(c) for c in cells(bundle)[1][2:]] == pytest.approx([float(x) for x in numbers], abs=5e-4)
    assert len(cells(bundle)) == 1 + 2 * len(TRUTHS)


def test_loss_carries_its_data_and_a_gradient_that_sums_to_zero(shown):
    """Names are escaped in the attribute and in the table; each target has one row per class and one loss."""
    assert interactive.show_loss(Z, TARGETS) is None
    (bundle,) = shown
    assert attribute(bundle, "targets") == {name: list(y) for name, y in TARGETS.items()}
    rows = cells(bundle)[1:]
    assert [row[0] for row in rows] == ["class <1>", "", "", "soft", "", ""]
    assert sum(float(row[5]) for row in rows[:3]) == pytest.approx(0, abs=2e-3)
    assert [bool(row[6]) for row in rows] == [True, False, False] * 2


def test_temperature_has_both_limits_with_and_without_a_tie(shown):
    """Rows run from the cold limit to the hot one, first for the logits, then with the second raised to the largest."""
    assert interactive.show_temperature((0.0, 3.0, 1.0), taus=(0.5, 2)) is None
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
    assert interactive.show_descent(gap=3, eta=0.5, gaps=(0, 6)) is None
    (bundle,) = shown
    assert (attribute(bundle, "gap"), attribute(bundle, "eta")) == (3, 0.5)
    rows = cells(bundle)[1:]
    assert [row[0] for row in rows] == ["0", "0", "6", "6"]
    assert [row[1] for row in rows] == ["cross-entropy", "squared error"] * 2
    assert [row[2] for row in rows[:2]] == ["0.707", "0.707"]
    p = softmax([0, 6])[0]
    assert float(rows[2][2]) == pytest.approx(2**0.5 * (1 - p), abs=5e-4)
    assert float(rows[3][2]) == pytest.approx(4 * 2**0.5 * p * (1 - p) ** 2, abs=5e-4)
    path = interactive.descent_path(squared_error_gradient, 6, 0.5, 100)
    assert rows[3][3:6] == [interactive.small(softmax(path[n])[0]) for n in (0, 10, 100)]


@pytest.mark.parametrize("eta", [0.1, 1, 10])
@pytest.mark.parametrize("gap", [0.1, 1, 3, 5])
def test_descent_on_two_logits_keeps_the_bounds_of_the_text(gap, eta):
    """Until p is one half: at most gap/eta steps with cross-entropy, (e^gap - 1)/(8 eta) or more with squared error."""
    first = {name: np.argmax(np.diff(interactive.descent_path(gradient, gap, eta, 300)) <= 0)
             for name, gradient in interactive.DESCENTS.items()}
    assert 1 <= first["cross-entropy"] <= np.ceil(gap / eta)
    assert first["squared error"] >= np.expm1(gap) / (8 * eta)


def test_tiny_positive_numbers_are_not_printed_as_zero():
    """Two digits and a power of ten; zero itself is three zeros."""
    numbers = 0.0, 0.001, 0.00099, 5.91e-105
    assert [interactive.small(x) for x in numbers] == ["0.000", "0.001", "9.9·10⁻⁴", "5.9·10⁻¹⁰⁵"]


def test_plain_text_holds_the_same_table(shown):
    """nbval compares the text, so every cell of the table is in it."""
    interactive.show_loss(Z, TARGETS)
    (bundle,) = shown
    lines = bundle["text/plain"].splitlines()
    assert len(lines) == len(cells(bundle))
    for line, row in zip(lines, cells(bundle), strict=True):
        assert all(cell in line for cell in row)


def test_negative_zero_is_not_printed():
    """A rounding error below zero prints as zero."""
    assert interactive.fixed(-1e-17) == "0.000"


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: interactive.show_simplex([(0.5, 0.5, 0.0)], Q), r"truths\[0\]"),
        (lambda: interactive.show_simplex([(0.5, 0.5)], Q), r"truths\[0\]"),
        (lambda: interactive.show_simplex(TRUTHS, (0.5, 0.5)), "q must have three"),
        (lambda: interactive.show_temperature((1.0,), taus=(1,)), "z must have at least two"),
        (lambda: interactive.show_temperature((1.0, 6.5), taus=(1,)), "all from -6 to 6"),
        (lambda: interactive.show_temperature((1.0, 2.0), taus=(1, 0)), "taus must be positive"),
        (lambda: interactive.show_descent(13, 1, gaps=(2,)), "gap and gaps must lie from 0 to 12"),
        (lambda: interactive.show_descent(3, 1, gaps=(2, -1)), "gap and gaps must lie from 0 to 12"),
        (lambda: interactive.show_descent(3, 11, gaps=(2,)), "eta must lie from 0.1 to 10"),
        (lambda: interactive.show_loss(Z, {"soft": (1, 0)}), r"targets\['soft'\] must have 3"),
    ],
)
def test_bad_input_is_named(call, words):
    """The argument and its value stand in the message."""
    with pytest.raises(ValueError, match=words):
        call()
