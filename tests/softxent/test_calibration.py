"""Calibration: known values, laws, scikit-learn, SciPy and torch as oracles, mpmath, edges, bad input."""

import math
from fractions import Fraction

import exact
import numpy as np
import pytest
import torch
from numpy.testing import assert_allclose
from scipy.optimize import minimize_scalar
from sklearn.calibration import calibration_curve

from softxent.calibration import expected_calibration_error, fit_temperature, reliability_curve
from softxent.loss import one_hot, softmax_cross_entropy
from softxent.softmax import softmax

NAN = np.nan


def forecasts(rng, N=500):
    """Confidences, and events that come less often than they say."""
    confidence = rng.beta(4, 1, N)
    return confidence, rng.random(N) < confidence**1.5


def logits(rng, N=200, K=4, scale=3.0):
    """Logits, and labels drawn at the temperature 2/3 of their scale."""
    z = scale * rng.normal(size=(N, K))
    return z, np.array([rng.choice(K, p=p) for p in softmax(1.5 * z / scale)])


# ---- bins --------------------------------------------------------------------------------------


def test_a_diagram_by_hand():
    confidence, correct = [0.125, 0.25, 0.375, 0.75, 1.0], [0, 1, 1, 1, 0]
    mean, frequency, count = reliability_curve(confidence, correct, bins=4)
    assert_allclose(mean, [0.1875, 0.375, 0.75, 1])
    assert_allclose(frequency, [0.5, 1, 1, 0])
    assert count.tolist() == [2, 1, 1, 1]
    # 2 · 0.3125 + 0.625 + 0.25 + 1 over 5
    assert expected_calibration_error(confidence, correct, bins=4) == 0.5


def test_an_edge_belongs_to_the_bin_below_and_0_to_the_first():
    edges = np.arange(11) / 10
    assert reliability_curve(edges, edges, bins=10)[2].tolist() == [2] + [1] * 9
    assert reliability_curve(np.nextafter(edges[:-1], 1), edges[:-1], bins=10)[2].tolist() == [1] * 10


@pytest.mark.parametrize("strategy", ["uniform", "quantile"])
@pytest.mark.parametrize("bins", [1, 2, 7, 15, 100])
def test_against_scikit_learn(rng, bins, strategy):
    confidence, correct = forecasts(rng)
    frequency, mean = calibration_curve(correct, confidence, n_bins=bins, strategy=strategy)
    found = reliability_curve(confidence, correct, bins=bins, strategy=strategy)
    full = found[2] > 0
    assert_allclose(found[0][full], mean, rtol=1e-13)
    assert_allclose(found[1][full], frequency, rtol=1e-13)
    assert np.isnan(found[0][~full]).all()
    assert found[2].sum() == len(confidence)


def test_quantile_bins_hold_equally_many_and_never_split_a_tie(rng):
    confidence = rng.permutation(np.linspace(0.1, 0.9, 103))
    assert set(reliability_curve(confidence, confidence, bins=10, strategy="quantile")[2]) == {10, 11}
    ties = np.repeat([0.2, 0.5, 1.0], [1, 8, 1])
    count = reliability_curve(ties, ties, bins=5, strategy="quantile")[2]
    assert count.tolist() == [9, 0, 0, 0, 1]


@pytest.mark.parametrize("strategy", ["uniform", "quantile"])
def test_the_error_is_the_mean_gap_of_the_diagram(rng, strategy):
    confidence, correct = forecasts(rng)
    mean, frequency, count = reliability_curve(confidence, correct, bins=9, strategy=strategy)
    gaps = np.nansum(count * np.abs(frequency - mean)) / count.sum()
    assert_allclose(expected_calibration_error(confidence, correct, bins=9, strategy=strategy), gaps, rtol=1e-13)


def test_splitting_bins_never_lowers_the_error(rng):
    for _ in range(20):
        confidence, correct = forecasts(rng, 60)
        errors = [expected_calibration_error(confidence, correct, bins=2**k) for k in range(9)]
        assert (np.diff(errors) >= -1e-15).all()
        assert_allclose(errors[0], abs(confidence.mean() - correct.mean()), rtol=1e-13)
    assert errors[-1] > 2 * errors[0]


def test_a_base_rate_has_no_error_and_a_sure_mistake_the_largest():
    assert expected_calibration_error([0.75] * 4, [1, 1, 1, 0]) == 0
    assert expected_calibration_error([1.0] * 3, [0, 0, 0]) == 1
    assert expected_calibration_error([0.5], [0.5]) == 0


def test_order_and_axes_do_not_matter(rng):
    confidence, correct = forecasts(rng, 60)
    order = rng.permutation(60)
    whole = reliability_curve(confidence, correct)
    for other in ((confidence[order], correct[order]), (confidence.reshape(3, 20), correct.reshape(3, 20))):
        for left, right in zip(whole, reliability_curve(*other), strict=True):
            assert_allclose(left, right, rtol=1e-14)


def test_means_and_error_to_4_eps():
    rng = np.random.default_rng(3)
    for dtype in (np.float32, np.float64):
        for N in (1000, 1_000_000):
            confidence = rng.random(N).astype(dtype)
            correct = rng.random(N) < 0.7
            total, eps = Fraction(math.fsum(confidence.tolist())), float(np.finfo(dtype).eps)
            mean = reliability_curve(confidence, correct, bins=1)[0][0]
            assert abs(Fraction(float(mean)) * N / total - 1) <= 4 * eps
            gap = abs(total - int(correct.sum())) / N
            assert abs(Fraction(float(expected_calibration_error(confidence, correct, bins=1))) - gap) <= 4 * eps


# ---- temperature -------------------------------------------------------------------------------


def test_a_temperature_by_hand():
    """Three of four right: the odds must be 3; and with 5 of 9 among 3 classes, e^(1/tau) = 5/2."""
    assert_allclose(fit_temperature([[2, 0]] * 4, [0, 0, 0, 1]), 2 / np.log(3), rtol=1e-15)
    assert_allclose(fit_temperature([[1, 0, 0]] * 9, [0] * 5 + [1, 1, 1, 2]), 1 / np.log(2.5), rtol=1e-15)


@pytest.mark.parametrize("scale", [0.1, 1.0, 30.0])
def test_against_a_general_minimiser(rng, scale):
    z, labels = logits(rng, scale=scale)
    found = minimize_scalar(
        lambda u: softmax_cross_entropy(z * np.exp(u), labels).mean(),
        bracket=(-np.log(scale), 1 - np.log(scale)),
        tol=1e-12,
    )
    assert_allclose(fit_temperature(z, labels), np.exp(-found.x), rtol=1e-5)


def test_the_derivative_vanishes_by_torch(rng):
    z, labels = logits(rng)
    tau = torch.tensor(fit_temperature(z, labels), requires_grad=True)
    loss = torch.nn.functional.cross_entropy(torch.tensor(z) / tau, torch.tensor(labels), reduction="sum")
    loss.backward()
    assert abs(tau.grad) < 1e-11 * loss


def test_laws(rng):
    z, labels = logits(rng)
    tau = fit_temperature(z, labels)
    Y = one_hot(labels, 4)
    assert_allclose(fit_temperature(3 * z, labels), 3 * tau, rtol=1e-13)
    assert_allclose(fit_temperature(z + rng.normal(size=(200, 1)), labels), tau, rtol=1e-12)
    assert_allclose(fit_temperature(z, 7 * Y), tau, rtol=1e-13)
    assert_allclose(fit_temperature(z[:, [2, 0, 3, 1]], Y[:, [2, 0, 3, 1]]), tau, rtol=1e-13)
    weight = rng.integers(0, 3, 200)
    again = fit_temperature(np.repeat(z, weight, axis=0), np.repeat(labels, weight))
    assert_allclose(fit_temperature(z, weight[:, None] * Y), again, rtol=1e-13)
    # the temperature that made soft targets is found again
    assert_allclose(fit_temperature(z, softmax(z / 1.7)), 1.7, rtol=1e-13)


def truth_and_condition(z, y):
    """The exact beta, and the relative change of it per relative change of single gaps, with 50 digits."""
    mp = exact.mp
    rows = [[mp.mpf(float(v)) for v in row] for row in z]
    d = [[max(row) - v for v in row] for row in rows]
    w = [[mp.mpf(float(v)) for v in row] for row in y]

    def laws(beta):
        e = [[mp.exp(-beta * g) for g in row] for row in d]
        return [[v / mp.fsum(row) for v in row] for row in e]

    def derivative(beta):
        p = laws(beta)
        return mp.fsum(
            v * g - sum(u) * q * g for u, r, s in zip(w, d, p, strict=True) for v, g, q in zip(u, r, s, strict=True)
        )

    beta = mp.findroot(derivative, 1 / mp.mpf(float(fit_temperature(z, y))))
    slope, moved = mp.mpf(0), mp.mpf(0)
    for u, r, p in zip(w, d, laws(beta), strict=True):
        mean = mp.fsum(a * b for a, b in zip(r, p, strict=True))
        slope += sum(u) * mp.fsum(q * (g - mean) ** 2 for q, g in zip(p, r, strict=True))
        moved += mp.fsum(g * abs(v - sum(u) * q * (1 - beta * (g - mean))) for v, g, q in zip(u, r, p, strict=True))
    return beta, moved / (beta * slope)


@pytest.mark.parametrize("scale", [1e-3, 1.0, 50.0])
@pytest.mark.parametrize("K", [2, 10])
def test_a_temperature_is_exact_for_gaps_that_differ_by_16_eps(scale, K):
    rng = np.random.default_rng(5)
    for _ in range(2):
        z, labels = logits(rng, 25, K, scale)
        beta, condition = truth_and_condition(z, one_hot(labels, K))
        assert abs(float(fit_temperature(z, labels)) * beta - 1) <= 16 * np.finfo(float).eps * condition


def test_large_and_small_logits_and_weights():
    z, labels, tau = np.array([[1.0, -1]] * 4), [0, 0, 0, 1], 2 / np.log(3)
    for scale in (8e307, 1e-300, 1e200):
        assert_allclose(fit_temperature(scale * z, labels) / scale, tau, rtol=1e-15)
        assert_allclose(fit_temperature(z, scale * one_hot(labels, 2)), tau, rtol=1e-15)
    # a gap beyond the largest float
    assert_allclose(fit_temperature([[1.7e308, -1.7e308]] * 10, [0] * 9 + [1]), 1.7e308 / np.log(3), rtol=1e-14)
    # one in ten million wrong
    assert_allclose(fit_temperature([[1, 0]] * 2, [[1e7 - 1, 0], [0, 1]]), 1 / np.log(1e7 - 1), rtol=1e-13)
    # nearly as good as chance
    assert_allclose(fit_temperature([[1, 0]] * 2, [[1 + 1e-9, 0], [0, 1]]), 1e9, rtol=1e-6)
    # two rows of very different gaps
    assert np.isfinite(fit_temperature([[1e9, 0], [1, 0], [1, 0], [1, 0]], [0, 1, 0, 0]))


def test_excluded_classes_and_rows_without_weight_count_for_nothing(rng):
    z, labels = logits(rng)
    tau, Y = fit_temperature(z, labels), one_hot(labels, 4)
    wide = np.column_stack([z, np.full(200, -np.inf)])
    assert fit_temperature(wide, labels) == tau
    more = np.vstack([wide, np.full(5, -np.inf), [-np.inf, 1, 0, 0, 0]])
    assert fit_temperature(more, np.vstack([np.pad(Y, ((0, 0), (0, 1))), np.zeros((2, 5))])) == tau


@pytest.mark.parametrize(
    ("z", "y", "match"),
    [
        ([[3, 0, 1], [0, 2, 2]], [0, 2], "tends to 0"),
        ([[0, 1], [1, 0]], [0, 1], "infinity"),
        ([[0, 1], [1, 0]], [[0.5, 0.5], [0.5, 0.5]], "infinity"),
        ([[0, 0], [1, 1]], [0, 1], "every temperature"),
        ([[3.0]], [0], "every temperature"),
        (np.zeros((0, 3)), [], "every temperature"),
        ([[3, 0], [0, 1]], np.zeros((2, 2)), "every temperature"),
        ([[np.inf, 0]], [0], r"z must not be inf, got inf at index \(0, 0\)"),
        ([[-np.inf, 0]], [0], r"finite logit, got -inf at index \(0, 0\)"),
        ([3, 0], [0, 1], r"\(N, K\), got \(2,\)"),
        ([[3, 0]], [2], "labels must lie in 0..1, got 2"),
        ([[3, 0]], [[-1, 0]], "not negative"),
        (np.float16([[6e4, -6e4], [6e4, -6e4]]), [[1.0, 0], [0, 0.9]], "beyond the range of float16"),
    ],
)
def test_no_temperature(z, y, match):
    with pytest.raises(ValueError, match=match):
        fit_temperature(z, y)


# ---- edges -------------------------------------------------------------------------------------


def test_nan_is_contagious():
    for confidence, correct in (([0.5, NAN, 0.9], [1, 0, 1]), ([0.5, 0.7, 0.9], [1, NAN, 1])):
        assert np.isnan(expected_calibration_error(confidence, correct))
        mean, frequency, count = reliability_curve(confidence, correct, bins=2)
        assert np.isnan([mean, frequency]).all()
        assert count.sum() == 3 - np.isnan(confidence).sum()
    assert np.isnan(fit_temperature([[NAN, 0], [1, 0]], [0, 1]))
    assert np.isnan(fit_temperature([[1, 0], [1, 0]], [[0.5, NAN], [0, 1]]))


def test_no_examples():
    for strategy in ("uniform", "quantile"):
        assert np.isnan(expected_calibration_error([], [], strategy=strategy))
        mean, frequency, count = reliability_curve([], [], bins=3, strategy=strategy)
        assert np.isnan([mean, frequency]).all()
        assert count.tolist() == [0, 0, 0]


@pytest.mark.parametrize("dtype", [np.float16, np.float32, np.float64, np.longdouble])
def test_the_float_dtype_is_kept(dtype):
    confidence, correct = np.array([0.25, 0.5, 1], dtype), np.array([True, False, True])
    mean, frequency, _ = reliability_curve(confidence, correct, bins=2)
    assert mean.dtype == frequency.dtype == expected_calibration_error(confidence, correct).dtype == dtype
    tau = fit_temperature(np.array([[2, 0]] * 4, dtype), [0, 0, 0, 1])
    assert tau.dtype == dtype
    assert abs(tau - 2 / np.log(np.longdouble(3))) <= 4 * np.finfo(dtype).eps


def test_no_input_is_modified(rng):
    z, labels = logits(rng)
    confidence, correct = forecasts(rng)
    inputs = (z, labels, confidence, correct)
    before = [x.copy() for x in inputs]
    for x in inputs:
        x.flags.writeable = False
    fit_temperature(z, labels)
    reliability_curve(confidence, correct)
    expected_calibration_error(confidence, correct, strategy="quantile")
    assert all(np.array_equal(x, y) for x, y in zip(inputs, before, strict=True))


def test_the_callers_error_state_does_not_matter():
    with np.errstate(all="raise"):
        assert np.isnan(reliability_curve([0.9], [1], bins=2)[0][0])
        assert fit_temperature([[2000, 0], [2000, 0], [1, 0]], [0, 0, 1]) > 0


@pytest.mark.parametrize(
    ("arguments", "options", "error", "match"),
    [
        (([0.5], [1, 0]), {}, ValueError, r"one shape, got \(1,\) and \(2,\): for probabilities"),
        (([[0.5, 0.5]], [0]), {}, ValueError, "p.max"),
        (([0.5, 1.25], [1, 0]), {}, ValueError, r"confidence must lie between 0 and 1, got 1.25 at index \(1,\)"),
        (([0.5, -0.5], [1, 0]), {}, ValueError, "got -0.5"),
        (([0.5, 0.5], [1, 7]), {}, ValueError, "correct must lie between 0 and 1, got 7"),
        ((["a"], [1]), {}, TypeError, "confidence must hold real numbers"),
        (([0.5], [None]), {}, TypeError, "correct must hold real numbers"),
        (([0.5], [1]), {"bins": 0}, ValueError, "bins must be at least 1, got 0"),
        (([0.5], [1]), {"bins": 2.0}, TypeError, "bins must be an integer, got 2.0"),
        (([0.5], [1]), {"bins": True}, TypeError, "bins must be an integer, got True"),
        (([0.5], [1]), {"strategy": "width"}, ValueError, "strategy must be one of uniform, quantile, got 'width'"),
    ],
)
def test_bad_arguments_are_refused(arguments, options, error, match):
    for function in (reliability_curve, expected_calibration_error):
        with pytest.raises(error, match=match):
            function(*arguments, **options)


def test_bad_logits_are_refused():
    with pytest.raises(TypeError, match="labels must be integers"):
        fit_temperature([[1, 0]], [0.0])
    with pytest.raises(TypeError, match="z must hold real numbers"):
        fit_temperature([["a", "b"]], [0])
    with pytest.raises(ValueError, match="at least one class"):
        fit_temperature(np.zeros((2, 0)), [0, 0])
