"""Likelihood of softmax regression: known values, laws, autograd, general optimisers, exact separability, errors."""

import ast
import itertools
import re
from fractions import Fraction

import mpmath
import numpy as np
import pytest
import torch
from numpy.testing import assert_allclose
from scipy.optimize import approx_fprime, linprog, minimize
from scipy.special import log_softmax
from sklearn.linear_model import LogisticRegression

from softxent import likelihood
from softxent.likelihood import (
    fit_multinomial,
    is_separable,
    multinomial_gradient,
    multinomial_hessian,
    multinomial_nll,
    standard_errors,
)
from softxent.loss import one_hot
from softxent.softmax import softmax

VALUES = (multinomial_nll, multinomial_gradient, multinomial_hessian)


def problem(seed=0, N=60, D=3, K=3, scale=1.0):
    """Features with a column of ones, labels drawn from a softmax model, and its weights."""
    draw = np.random.default_rng(seed)
    X, W = np.column_stack([np.ones(N), draw.normal(size=(N, D - 1))]), scale * draw.normal(size=(K, D))
    return X, np.array([draw.choice(K, p=p) for p in softmax(X @ W.T)]), W


def line(x):
    """One feature and a column of ones."""
    return np.column_stack([np.ones(len(x)), x]).astype(float)


# ---- values, gradient, Hessian -----------------------------------------------------------------


def test_the_likelihood_is_the_product_of_exact_probabilities():
    """Logits that are logarithms of whole numbers have rational probabilities."""
    W, X, labels = np.log([[2.0, 3.0], [1.0, 5.0], [4.0, 1.0]]), np.array([[1.0, 0], [0, 1], [1, 1]]), [2, 0, 1]
    product = Fraction(4, 7) * Fraction(3, 9) * Fraction(5, 6 + 5 + 4)
    assert_allclose(multinomial_nll(W, X, labels), -np.log(float(product)), rtol=1e-14)
    total = sum(np.exp(-multinomial_nll(W, X, sequence)) for sequence in itertools.product(range(3), repeat=3))
    assert_allclose(total, 1, rtol=1e-13)


def test_the_values_do_not_underflow():
    X, labels = np.ones((5000, 1)), np.zeros(5000, int)
    assert np.prod(np.full(5000, 0.1)) == 0
    assert_allclose(multinomial_nll(np.log([[0.1], [0.9]]), X, labels), 5000 * np.log(10), rtol=1e-13)


@pytest.mark.parametrize("soft", [False, True])
def test_against_torch_autograd(soft, rng):
    X, labels, W = problem()
    y = rng.uniform(0, 2, (len(X), 3)) if soft else labels

    def loss(w):
        return torch.nn.functional.cross_entropy(torch.tensor(X) @ w.T, torch.tensor(y), reduction="sum")

    w = torch.tensor(W, requires_grad=True)
    assert_allclose(multinomial_nll(W, X, y), loss(w).detach(), rtol=1e-13)
    assert_allclose(multinomial_gradient(W, X, y), torch.autograd.grad(loss(w), w)[0], rtol=1e-11, atol=1e-12)
    hessian = torch.autograd.functional.hessian(loss, w).reshape(9, 9)
    assert_allclose(multinomial_hessian(W, X, y), hessian, rtol=1e-11, atol=1e-12)


def test_against_finite_differences():
    X, labels, W = problem(1)
    slope = approx_fprime(W.ravel(), lambda w: multinomial_nll(w.reshape(3, 3), X, labels), 1e-6)
    assert_allclose(multinomial_gradient(W, X, labels).ravel(), slope, rtol=0, atol=1e-3)
    curve = approx_fprime(W.ravel(), lambda w: multinomial_gradient(w.reshape(3, 3), X, labels).ravel(), 1e-6)
    assert_allclose(multinomial_hessian(W, X, labels), curve, rtol=0, atol=1e-3)


def test_the_hessian_is_a_sum_of_kronecker_products_and_has_the_shifts_in_its_kernel(rng):
    X, labels, W = problem(2, D=4)
    P = softmax(X @ W.T)
    kronecker = sum(np.kron(np.diag(p) - np.outer(p, p), np.outer(x, x)) for p, x in zip(P, X, strict=True))
    H = multinomial_hessian(W, X, labels)
    assert_allclose(H, kronecker, rtol=1e-12, atol=1e-13)
    assert np.array_equal(H, H.T) or np.abs(H - H.T).max() < 1e-13
    values = np.linalg.eigvalsh(H)
    assert values.min() > -1e-12
    assert (values < 1e-9).sum() == 4  # one shift for each of the D features, and no more
    assert np.abs(H @ np.kron(np.ones(3), rng.normal(size=4))).max() < 1e-12


def test_weights_multiply_examples_and_a_weight_of_zero_removes_one(rng):
    X, labels, W = problem(3)
    weights = rng.integers(0, 4, len(X))
    Y = one_hot(labels, 3) * weights[:, None]
    repeated = np.repeat(X, weights, axis=0), np.repeat(labels, weights)
    for value in VALUES:
        assert_allclose(value(W, X, Y), value(W, *repeated), rtol=1e-12, atol=1e-12)
    assert_allclose(fit_multinomial(X, Y), fit_multinomial(*repeated), rtol=1e-9, atol=1e-12)


def test_an_example_without_weight_is_not_even_a_direction():
    """The third column is nonzero only where the weight is 0: nothing determines its coefficients."""
    X, labels, _ = problem(4)
    wide = np.vstack([np.column_stack([X, np.zeros(len(X))]), [[0, 0, 0, 1.0]]])
    W = fit_multinomial(wide, np.vstack([one_hot(labels, 3), np.zeros(3)]))
    assert_allclose(W[:, :3], fit_multinomial(X, labels), rtol=1e-9)
    assert np.abs(W[:, 3]).max() < 1e-12


# ---- the fit -----------------------------------------------------------------------------------


@pytest.mark.parametrize("penalty", [0, 1e-3, 1.0, 100.0])
@pytest.mark.parametrize("K", [2, 4])
def test_against_scikit_learn(penalty, K):
    X, labels, _ = problem(5, N=200, K=K)
    C = 1 / penalty if penalty else np.inf
    model = LogisticRegression(C=C, fit_intercept=False, tol=1e-12, max_iter=10_000).fit(X, labels)
    W = fit_multinomial(X, labels, penalty=2 * penalty if K == 2 else penalty)
    # with two classes scikit-learn has one vector w = w_1 - w_0, whose penalty |w|^2 is 2 (|w_0|^2 + |w_1|^2)
    ours, theirs = (W[1:] - W[:1], model.coef_) if K == 2 else (W, model.coef_ - model.coef_.mean(axis=0))
    assert_allclose(ours, theirs, rtol=1e-5, atol=1e-6)


@pytest.mark.parametrize("penalty", [0, 0.3])
def test_against_a_general_optimiser(penalty):
    X, labels, _ = problem(5)
    Y = one_hot(labels, 3)

    def objective(w):
        W = w.reshape(3, 3)
        return -(Y * log_softmax(X @ W.T, axis=1)).sum() + penalty / 2 * (w**2).sum()

    found, W = minimize(objective, np.zeros(9), tol=1e-10), fit_multinomial(X, labels, penalty=penalty)
    assert objective(W.ravel()) <= found.fun + 1e-10
    assert_allclose(W - W.mean(axis=0), found.x.reshape(3, 3) - found.x.reshape(3, 3).mean(axis=0), rtol=0, atol=1e-4)


@pytest.mark.parametrize("seed", range(8))
def test_the_fit_solves_the_moment_equations_and_is_centred(seed):
    X, labels, _ = problem(seed, N=40 + 20 * seed, D=2 + seed % 3, K=2 + seed % 3)
    for penalty in (0.0, 1e-6, 0.5) if not is_separable(X, labels) else (1e-6, 0.5):
        W = fit_multinomial(X, labels, penalty=penalty)
        assert np.abs(multinomial_gradient(W, X, labels) + penalty * W).max() < 1e-11 * len(X)
        assert np.abs(W.sum(axis=0)).max() < 1e-12 * np.abs(W).max()


def test_frequencies_are_the_fit_of_a_bias():
    W = fit_multinomial(np.ones((10, 1)), [0] * 5 + [1] * 3 + [2] * 2)
    assert_allclose(softmax(W[:, 0]), [0.5, 0.3, 0.2], rtol=1e-14)


def test_soft_targets_that_the_model_can_reach_are_reached():
    X, _, W = problem(7)
    assert_allclose(fit_multinomial(X, softmax(X @ W.T)), W - W.mean(axis=0), rtol=1e-10)


def test_a_superfluous_feature_shares_the_weight_of_its_copy():
    X, labels, _ = problem(8)
    W, twice = fit_multinomial(X, labels), fit_multinomial(np.column_stack([X, X[:, 1]]), labels)
    assert_allclose(twice[:, [1, 3]], W[:, [1, 1]] / 2, rtol=1e-9)
    assert_allclose(twice[:, [0, 2]], W[:, [0, 2]], rtol=1e-9)


def test_the_unit_of_a_feature_does_not_matter_without_penalty():
    X, labels, _ = problem(9)
    units = np.array([1.0, 1e-3, 1e3])
    assert_allclose(fit_multinomial(X * units, labels) * units, fit_multinomial(X, labels), rtol=1e-7)


def test_the_limit_of_a_vanishing_penalty_is_maximum_likelihood():
    X, labels, _ = problem(9)
    assert_allclose(fit_multinomial(X, labels, penalty=1e-9), fit_multinomial(X, labels), rtol=1e-7)


def test_separable_data_with_a_tiny_penalty_grow_like_its_logarithm():
    X, labels = line([-2, -1, 1, 3]), [0, 0, 1, 1]
    norms = [np.linalg.norm(fit_multinomial(X, labels, penalty=10.0**-k)) for k in (3, 6, 9, 12)]
    assert (np.diff(norms) > 0).all()
    assert np.ptp(np.diff(norms)) < 0.15 * np.diff(norms).mean()


def test_a_far_outlier():
    draw = np.random.default_rng(1056)
    X = line(np.round(draw.standard_cauchy(int(draw.integers(5, 40))) * 3))
    labels = draw.integers(0, 2, len(X))
    W = fit_multinomial(X, labels)
    noise = np.abs(X).sum(axis=0)  # the outlier lies near 1e6
    assert (np.abs(multinomial_gradient(W, X, labels)) < 1e-12 * noise).all()


def test_more_features_than_examples(rng):
    X, labels = rng.normal(size=(6, 20)), [0, 1, 2, 0, 1, 2]
    with pytest.raises(ValueError, match="separable"):
        fit_multinomial(X, labels)
    W = fit_multinomial(X, labels, penalty=0.1)
    assert np.abs(multinomial_gradient(W, X, labels) + 0.1 * W).max() < 1e-12
    assert np.linalg.matrix_rank(np.vstack([X, W]), tol=1e-9) == 6


def test_one_class_and_no_examples():
    assert fit_multinomial(np.ones((3, 2)), [0, 0, 0]).tolist() == [[0, 0]]
    assert fit_multinomial(np.ones((0, 2)), np.zeros((0, 3))).tolist() == [[0, 0]] * 3
    assert multinomial_nll(np.ones((3, 2)), np.zeros((0, 2)), []) == 0
    assert not multinomial_hessian(np.ones((3, 2)), np.zeros((0, 2)), []).any()


# ---- the fit of awkward features ---------------------------------------------------------------


def drawn(u, seed=0):
    """Two classes, the second with the log-odds u."""
    return (np.random.default_rng(seed).random(len(u)) < 1 / (1 + np.exp(-u))).astype(int)


def awkward():
    """Features and labels whose minimum is hard to find, by name, and how well determined the weights are."""
    draw = np.random.default_rng(3)
    u, v, labels = *draw.normal(size=(2, 60)), drawn(draw.normal(size=60), 4)
    years, x = np.repeat(np.arange(1900.0, 2020, 4), 2), np.linspace(0, 100, 50)
    seconds, nanoseconds = 1.7e9 + 86400 * draw.random(60), 1.7e18 + draw.integers(0, 10**9, 60)
    outlier = np.append(np.round(draw.standard_cauchy(59) * 3), 1e6)
    warmer = drawn((years - 1960) / 30)
    yield "Unix seconds of a day", line(seconds), drawn((seconds - seconds.mean()) / 2e4), 1e-12
    yield "nanoseconds of a second", line(nanoseconds), drawn((nanoseconds - nanoseconds.mean()) / 3e8), 1e-9
    yield "one second apart", line(1.7e9 + np.array([-3, -2, -1, 1, 2, 3])), np.array([0, 1, 0, 1, 0, 1]), 1e-12
    yield "kelvin within 1e-6", line(300 + 1e-6 * u), drawn(u), 1e-9
    yield "powers of a percentage", np.vander(x, 9), drawn(np.sin(x / 10)), 1e-9
    yield "years to the power 3", np.vander(years, 4), warmer, 1e-9
    yield "years to the powers 3 and 7", np.stack([years**0, years**3, years**7], axis=1), warmer, 1e-12
    yield "columns in 1e-9 and 1e9", np.stack([u**0, u * 1e-9, v * 1e9], axis=1), labels, 1e-12
    yield "a column in 1e14", np.stack([u**0, u * 1e14, v], axis=1), labels, 1e-12
    yield "a column in 1e-14", np.stack([u**0, u * 1e-14, v], axis=1), labels, 1e-12
    yield "features in 1e-300", np.stack([u**0, u, v], axis=1) * 1e-300, labels, 1e-12
    yield "features in 1e300", np.stack([u**0, u, v], axis=1) * 1e300, labels, 1e-12
    yield "weights in 1e300", line(u), one_hot(labels, 2) * 1e300, 1e-12
    yield "weights in 1e-300", line(u), one_hot(labels, 2) * 1e-300, 1e-12
    yield "no constant column", np.stack([seconds, u], axis=1), labels, 1e-12
    yield "an outlier at 1e6", line(outlier), labels, 1e-12
    for width in (1e-7, 1e-9, 1e-11):
        yield f"an overlap of {width}", line([0, 1 + width, 1, 2]), np.array([0, 0, 1, 1]), 1e-12


def newton_step(W, X, Y, penalty=0.0):
    """One Newton step from W for two classes with 60 digits: how far w_2 - w_1 is from the minimum, and the excess."""
    mp = mpmath.MPContext()
    mp.dps = 60
    A, w, unit = mp.matrix(X.tolist()), mp.matrix((W[1] - W[0]).tolist()), mp.mpf(Y.max())
    p = [1 / (1 + mp.exp(-u)) for u in A * w]
    sums = [mp.mpf(a) / unit + mp.mpf(b) / unit for a, b in Y]
    residual = mp.matrix([s * q - mp.mpf(b) / unit for s, q, b in zip(sums, p, Y[:, 1], strict=True)])
    # penalty/2 |W|² = penalty/4 |w|² for W = (−w/2, w/2)
    pull = mp.mpf(penalty) / unit / 2
    gradient = A.T * residual + pull * w
    curved = mp.matrix([[s * q * (1 - q) * a for a in row] for s, q, row in zip(sums, p, X.tolist(), strict=True)])
    step = mp.lu_solve(A.T * curved + pull * mp.eye(len(w)), gradient)
    return max(abs(a / b) for a, b in zip(step, w, strict=True)), mp.fdot(gradient, step) / 2


@pytest.mark.parametrize(("X", "y", "accuracy"), [pytest.param(*case, id=name) for name, *case in awkward()])
def test_the_minimum_is_found_whatever_the_features(X, y, accuracy):
    W = fit_multinomial(X, y)
    change, excess = newton_step(W, X, y if y.ndim == 2 else one_hot(y, 2))
    assert change < accuracy
    assert excess < 1e-10
    assert_allclose(W[0], -W[1], rtol=1e-14)
    assert not is_separable(X, y)


@pytest.mark.parametrize("penalty", [1e-12, 1.0])
@pytest.mark.parametrize(("X", "y", "accuracy"), [pytest.param(*case, id=name) for name, *case in awkward()])
def test_the_penalised_minimum_is_found_whatever_the_features(X, y, accuracy, penalty):
    W = fit_multinomial(X, y, penalty=penalty)
    if W.all():  # 0 below the smallest float
        change, excess = newton_step(W, X, y if y.ndim == 2 else one_hot(y, 2), penalty)
        assert change < 1e-6
        assert excess < 1e-10


def test_a_year_of_seconds_in_a_large_sample():
    draw = np.random.default_rng(4)
    years = draw.random(100_000)
    X, labels = line(1.7e9 + 3.2e7 * years), drawn(3 * years - 1, 5)
    W, plain = fit_multinomial(X, labels, penalty=1e-12), fit_multinomial(line(years), labels)
    assert_allclose(multinomial_nll(W, X, labels), multinomial_nll(plain, line(years), labels), rtol=1e-9)


def test_dependent_columns_share_the_weight_in_any_units():
    draw = np.random.default_rng(6)
    u, kelvin = draw.normal(size=(2, 80))
    kelvin = 300 + kelvin
    labels = drawn(u)
    fahrenheit = 1.8 * kelvin - 459.67
    W = fit_multinomial(np.stack([u**0, u, 1e14 * u], axis=1), labels)
    assert_allclose(W[:, 2], fit_multinomial(line(u), labels)[:, 1] / 1e14, rtol=1e-12)
    assert np.abs(W[:, 1]).max() < 1e-12
    both = np.stack([u**0, kelvin, fahrenheit], axis=1)
    assert_allclose(
        both @ fit_multinomial(both, labels).T,
        line(kelvin) @ fit_multinomial(line(kelvin), labels).T,
        rtol=0,
        atol=1e-10,
    )
    assert np.linalg.norm(fit_multinomial(both, labels)) < np.linalg.norm(fit_multinomial(line(kelvin), labels))


def test_a_column_of_zeros_has_the_weight_zero():
    X, labels, _ = problem(8)
    wide = np.insert(X, 1, 0, axis=1)
    for penalty in (0, 1.0):
        W = fit_multinomial(wide, labels, penalty=penalty)
        assert np.abs(W[:, 1]).max() < 1e-15
        assert_allclose(np.delete(W, 1, axis=1), fit_multinomial(X, labels, penalty=penalty), rtol=1e-12)


def test_columns_that_cancel_too_far_are_named():
    years = np.repeat(np.arange(1900.0, 2021), 2)
    with pytest.raises(ValueError, match=r"columns \[0, 1, 2, 3, 4, 5, 6, 7\] of X are nearly collinear"):
        fit_multinomial(np.vander(years, 8), drawn((years - 1960) / 30))
    draw = np.random.default_rng(6)
    a, b, noise = draw.normal(size=(3, 100))
    X = np.stack([a, 1e6 * (b + 1e-13 * noise), b], axis=1)
    with pytest.raises(ValueError, match=r"columns \[1, 2\] of X are nearly collinear.*uncertain|converge"):
        fit_multinomial(X, drawn(3 * noise))


def test_a_dtype_that_cannot_hold_the_weights():
    X, labels, _ = problem(8, K=2)
    with pytest.raises(ValueError, match="overflow float16"):
        fit_multinomial((X * 1e-6).astype(np.float16), labels)
    t = (1.7e9 + 128 * np.arange(60)).astype(np.float32)
    with pytest.raises(ValueError, match=r"columns \[0, 1\] of X are nearly collinear.*rounded weights"):
        fit_multinomial(line(t).astype(np.float32), drawn(np.linspace(-2, 2, 60)))


@pytest.mark.parametrize("factor", [1 + 1e-9, 1 - 1e-12])
def test_a_fit_that_misses_the_moment_equations_is_not_returned(monkeypatch, factor):
    X, labels, _ = problem(8)
    find = likelihood._minimiser
    monkeypatch.setattr(likelihood, "_minimiser", lambda *arguments: find(*arguments) * factor)
    with pytest.raises(ValueError, match="moment equations are not met"):
        fit_multinomial(X, labels)


def direction(error):
    """The direction that the message of an error names."""
    return np.array(ast.literal_eval(re.search(r"direction (\[\[.*\]\])", str(error.value))[1]))


@pytest.mark.parametrize(
    ("X", "y"),
    [
        (line([0, 1, 2, 3]), [0, 0, 1, 1]),
        (line([0, 1, 1, 3]), [0, 0, 1, 1]),
        (line([0, 1, 2, 3, 4]), [0, 0, 1, 2, 2]),
        (line([0, 1, 2, 3]), one_hot([0, 1, 0, 1], 3)),
        (np.eye(3), [0, 1, 2]),
    ],
)
def test_the_error_names_a_separating_direction(X, y):
    with pytest.raises(ValueError, match="separable: the likelihood has no maximum") as error:
        fit_multinomial(X, y)
    Y = one_hot(y, 3) if np.ndim(y) == 1 else y
    V = np.zeros((3, X.shape[1]))
    V[: len(direction(error))] = direction(error)
    Z = X @ V.T
    margins = (Z * Y).sum(axis=1, keepdims=True) - Z[:, : len(direction(error))]
    assert margins.min() > -5e-3
    assert margins.max() > 0.1


def test_time_stamps_apart_are_separable():
    with pytest.raises(ValueError, match="separable") as error:
        fit_multinomial(line(1.7e9 + np.array([-3, -2, -1, 1, 2, 3])), [0, 0, 0, 1, 1, 1])
    assert_allclose(direction(error)[0] / direction(error)[0, 0], [1, -1 / 1.7e9], rtol=1e-2)


@pytest.mark.parametrize("far", [1e12, 1e20])
def test_an_outlier_that_hides_the_others_is_no_reason_to_call_them_separable(far):
    x = np.append(np.round(np.random.default_rng(5).standard_cauchy(30) * 3), far)
    labels = np.random.default_rng(6).integers(0, 2, 31)
    for ask in (fit_multinomial, is_separable):
        with pytest.raises(ValueError, match="cannot be decided"):
            ask(line(x), labels)


@pytest.mark.parametrize("factor", [1e-6, 1e-3, 1e3, 1e9])
@pytest.mark.parametrize("rows", [[4, 5], [6, 7]])
def test_layers_of_separation_are_never_taken_for_overlap(factor, rows):
    """One direction wins the examples 6 and 7, another the examples 4 and 5; the rest overlap."""
    X = np.column_stack([np.ones(8), [0, 0, 0, 0, 0, 0, 1, -1], [0, 0, 0, 0, 1, -1, 5, -7], [0, 1, 2, 3, 2, -1, 4, 1]])
    X[rows] *= factor
    labels = [0, 1, 0, 1, 1, 0, 1, 0]
    with pytest.raises(ValueError, match="are separable: " if factor < 1e9 else "cannot be decided|nearly collinear"):
        fit_multinomial(X, labels)
    if factor < 1e9:
        assert is_separable(X, labels)
    else:
        with pytest.raises(ValueError, match="cannot be decided"):
            is_separable(X, labels)


def test_the_linear_program_does_not_run_on_data_that_overlap(monkeypatch):
    import scipy.optimize

    def refused(*arguments, **options):
        raise AssertionError("a linear program")

    monkeypatch.setattr(scipy.optimize, "linprog", refused)
    for seed in range(20):
        X, labels, _ = problem(seed, N=200, D=2 + seed % 3, K=2 + seed % 3)
        fit_multinomial(X, labels)
        assert not is_separable(X, labels)
        assert not is_separable(X, labels, strictly=True)
    for _, X, y, _ in awkward():
        assert not is_separable(X, y)
    assert is_separable(line(range(6)), [0, 0, 0, 1, 1, 1], strictly=True)
    assert is_separable(line([0, 1, 1, 2]), [0, 0, 1, 1])
    with pytest.raises(AssertionError, match="linear program"):
        is_separable(line([0, 1, 1, 2]), [0, 0, 1, 1], strictly=True)


# ---- separability ------------------------------------------------------------------------------


def separable_on_a_line(x, labels):
    """Two classes, one feature and a bias: (weakly, strictly), by looking at the ends of the classes."""
    low, high = [v for v, c in zip(x, labels, strict=True) if c == 0], [v for v, c in zip(x, labels, strict=True) if c]
    if not low or not high:
        return True, True
    touching = max(low) <= min(high) or max(high) <= min(low)
    apart = max(low) < min(high) or max(high) < min(low)
    return touching and len(set(x)) > 1, apart


def test_every_small_sample_on_a_line():
    for x in itertools.combinations_with_replacement(range(3), 4):
        for labels in itertools.product((0,), (0, 1), (0, 1), (0, 1)):
            X, Y = line(x), one_hot(labels, 2)
            found = is_separable(X, Y), is_separable(X, Y, strictly=True)
            assert found == separable_on_a_line(x, labels), (x, labels)


def test_every_sign_pattern_of_three_points_in_the_plane():
    """K = 2, no bias: v separates s_n x_n; candidates are the normals of the points and the directions in between."""
    for points in itertools.combinations([(0, 0), (1, 0), (0, 1), (1, 1), (-1, 2)], 3):
        for signs in itertools.product((-1, 1), repeat=3):
            g = np.array(signs)[:, None] * np.array(points)
            normals = [(-y, x) for x, y in points] + [(y, -x) for x, y in points] + list(points)
            candidates = [*normals, *(np.add(a, b) for a, b in itertools.combinations(normals, 2))]
            margins = np.array([g @ v for v in candidates])
            weak = any((m >= 0).all() and (m > 0).any() for m in margins)
            labels = [(1 - s) // 2 for s in signs]
            assert is_separable(points, one_hot(labels, 2)) == weak, (points, signs)
            assert is_separable(points, one_hot(labels, 2), strictly=True) == any((m > 0).all() for m in margins)


def has_positive_moments(X, Y):
    """The dual: some table Q with all entries positive, the row sums of Y, and Qᵀ X = Yᵀ X."""
    N, K = Y.shape
    equations = np.vstack([np.kron(np.eye(N), np.ones(K)), np.kron(X.T, np.eye(K))])
    A = np.column_stack([equations, equations.sum(axis=1)])  # Q = R + t with R >= 0
    b = np.concatenate([Y.sum(axis=1), (X.T @ Y).ravel()])
    found = linprog(np.append(np.zeros(N * K), -1.0), A_eq=A, b_eq=b, bounds=[(0, None)] * (N * K + 1))
    return -found.fun > 1e-7


@pytest.mark.parametrize("seed", range(30))
def test_no_maximum_exactly_if_no_positive_table_has_the_moments_of_the_data(seed):
    draw = np.random.default_rng(seed)
    N, D, K = int(draw.integers(4, 14)), int(draw.integers(1, 4)), int(draw.integers(2, 4))
    X = np.column_stack([np.ones(N), draw.integers(-2, 3, (N, D))]).astype(float)
    Y = one_hot(draw.integers(0, K, N), K)
    if seed % 3 == 0:
        Y = Y + draw.integers(0, 2, Y.shape)
    assert is_separable(X, Y) != has_positive_moments(X, Y)


def test_the_three_cases():
    cases = {(0, 1, 0, 1): (False, False), (0, 0, 1, 1): (True, True)}
    for labels, wanted in cases.items():
        assert (is_separable(line(range(4)), labels), is_separable(line(range(4)), labels, strictly=True)) == wanted
    origin, certain = [[0.0], [1.0]], [[0, 1], [0, 1]]  # one of the two margins is 0 whatever v is
    assert is_separable(origin, certain)
    assert not is_separable(origin, certain, strictly=True)
    x, labels = line([0, 1, 1, 2]), [0, 0, 1, 1]
    assert is_separable(x, labels)
    assert not is_separable(x, labels, strictly=True)


def test_a_class_without_examples_has_no_maximum_when_there_is_a_bias():
    X, labels, _ = problem(2)
    assert not is_separable(X, labels)
    assert is_separable(X, one_hot(labels, 4))
    assert not is_separable(X, one_hot(labels, 4) + 1e-9)


def test_positive_soft_targets_are_never_separable(rng):
    X = rng.normal(size=(3, 8))
    assert is_separable(X, [0, 1, 2])
    assert not is_separable(X, softmax(rng.normal(size=(3, 3))))


def test_units_of_features_and_weights_of_examples_do_not_matter():
    for labels in itertools.product(range(2), repeat=4):
        X, Y = line([0, 1, 1, 3]), one_hot(labels, 2)
        wanted = is_separable(X, Y)
        assert is_separable(X * [1e-9, 1e9], Y) == wanted
        assert is_separable(X * [[1], [1e6], [1e-6], [1]], Y * [[1e-6], [1], [1e6], [3]]) == wanted


def test_a_narrow_overlap_is_seen():
    for width, seen in ((1e-3, True), (1e-5, True), (-1e-3, False), (-1e-5, False)):
        assert is_separable(line([0, 1 + width, 1, 2]), [0, 0, 1, 1]) != seen
        if seen:
            W = fit_multinomial(line([0, 1 + width, 1, 2]), [0, 0, 1, 1])
            assert np.isfinite(W).all()


def test_nothing_to_separate():
    for strictly in (False, True):
        assert is_separable(np.ones((3, 2)), [0, 0, 0], strictly=strictly) is False
        assert is_separable(np.ones((0, 2)), np.zeros((0, 3)), strictly=strictly) is False
        assert is_separable(np.ones((2, 2)), np.zeros((2, 3)), strictly=strictly) is False


# ---- standard errors ---------------------------------------------------------------------------


def test_two_classes_have_the_classical_standard_errors():
    X, labels, _ = problem(11, N=150, K=2)
    W = fit_multinomial(X, labels)
    p = softmax(X @ W.T)[:, 1]
    classical = np.sqrt(np.diag(np.linalg.inv((X.T * (p * (1 - p))) @ X)))
    assert_allclose(2 * standard_errors(W, X, labels), [classical, classical], rtol=1e-11)


@pytest.mark.parametrize("penalty", [0.0, 2.5])
def test_against_the_numerical_hessian_and_its_pseudoinverse(penalty):
    X, labels, _ = problem(12, N=80)
    W = fit_multinomial(X, labels, penalty=penalty)
    F = approx_fprime(W.ravel(), lambda w: multinomial_gradient(w.reshape(3, 3), X, labels).ravel(), 1e-6)
    inverse = np.linalg.inv(F + penalty * np.eye(9)) if penalty else np.linalg.pinv(F, rcond=1e-5)
    errors = np.sqrt(np.diag(inverse @ F @ inverse)).reshape(3, 3)
    assert_allclose(standard_errors(W, X, labels, penalty=penalty), errors, rtol=1e-4)


@pytest.mark.parametrize("penalty", [0.0, 1.0])
def test_against_a_bootstrap(penalty):
    """Labels drawn anew from the fitted model: 300 draws know a standard deviation to about 4 %."""
    draw = np.random.default_rng(13)
    X, labels, _ = problem(13, N=150, D=2)
    W = fit_multinomial(X, labels)
    laws = softmax(X @ W.T).cumsum(axis=1)
    again = [(draw.random((len(X), 1)) > laws).sum(axis=1) for _ in range(300)]
    fits = np.array([fit_multinomial(X, one_hot(y, 3), penalty=penalty) for y in again])
    # the model that the penalised fits scatter around
    centre = W if penalty == 0 else fit_multinomial(X, softmax(X @ W.T), penalty=penalty)
    assert_allclose(standard_errors(centre, X, labels, penalty=penalty), fits.std(axis=0), rtol=0.15)


def test_standard_errors_of_frequencies_are_those_of_log_odds():
    """log(n_1/n_2) has the variance 1/n_1 + 1/n_2, and centred weights have log n_k minus the mean of these."""
    counts = np.array([2.0, 3.0, 5.0])
    W = fit_multinomial(np.ones((1, 1)), counts[None])
    centred = np.eye(3) - 1 / 3
    wanted = np.sqrt(np.diag(centred @ np.diag(1 / counts) @ centred))
    assert_allclose(standard_errors(W, np.ones((1, 1)), counts[None])[:, 0], wanted, rtol=1e-13)


def test_standard_errors_have_the_units_of_the_weights_and_count_examples():
    X, labels, _ = problem(14, N=100)
    units, Y = np.array([1.0, 1e-150, 1e100]), one_hot(labels, 3)
    W = fit_multinomial(X, labels)
    errors = standard_errors(W, X, labels)
    assert_allclose(standard_errors(W / units, X * units, labels) * units, errors, rtol=1e-10)
    assert_allclose(standard_errors(W + np.arange(3), X, labels), errors, rtol=1e-12)
    assert_allclose(standard_errors(W, X, 100 * Y), errors / 10, rtol=1e-12)
    assert_allclose(standard_errors(W, X, 1e-300 * Y), errors * 1e150, rtol=1e-12)
    seconds = line(1.7e9 + 1e4 * X[:, 1])
    slope = standard_errors(fit_multinomial(seconds, labels), seconds, labels)[:, 1]
    plain = standard_errors(fit_multinomial(X[:, :2], labels), X[:, :2], labels)[:, 1]
    assert_allclose(1e4 * slope, plain, rtol=1e-6)


def test_directions_without_information_have_no_error():
    X, labels, _ = problem(15)
    W, wide = fit_multinomial(X, labels), np.column_stack([X, 2 * X[:, 1], 0 * X[:, 0]])
    errors, more = standard_errors(W, X, labels), standard_errors(fit_multinomial(wide, labels), wide, labels)
    assert_allclose(more[:, [0, 2]], errors[:, [0, 2]], rtol=1e-10)
    # the shortest weights for x and 2 x are (1, 2)/5 of the weight of x alone
    assert_allclose(more[:, [1, 3]], errors[:, [1, 1]] * [0.2, 0.4], rtol=1e-10)
    assert np.abs(more[:, 4]).max() < 1e-14
    assert standard_errors(np.ones((1, 2)), np.ones((3, 2)), [0, 0, 0]).tolist() == [[0, 0]]
    assert standard_errors(np.ones((2, 2)), np.ones((0, 2)), []).tolist() == [[0, 0]] * 2


def test_standard_errors_refuse_what_has_none():
    X, labels = line([0, 1, 2, 3]), [0, 0, 1, 1]
    with pytest.raises(ValueError, match="singular"):
        standard_errors(np.array([[90.0, -60], [-90, 60]]), X, labels)
    assert np.isnan(standard_errors(np.full((2, 2), np.nan), X, labels)).all()
    assert standard_errors(np.zeros((2, 2), np.float32), X.astype(np.float32), labels).dtype == np.float32


# ---- edges and errors --------------------------------------------------------------------------


@pytest.mark.parametrize("dtype", [np.float16, np.float32, np.float64])
def test_the_float_dtype_is_kept(dtype):
    X, labels, W = problem(3, N=20)
    for value in VALUES:
        assert value(W.astype(dtype), X.astype(dtype), labels).dtype == dtype
        assert_allclose(
            value(W.astype(dtype), X.astype(dtype), labels).astype(float), value(W, X, labels), rtol=0.02, atol=0.02
        )
    assert fit_multinomial(X.astype(dtype), labels, penalty=0.1).dtype == dtype
    assert multinomial_nll([[0, 0], [1, 0]], [[1, 2]], [0]).dtype == np.float64
    assert multinomial_nll(W.astype(np.float32), X, labels).dtype == np.float64


def test_no_input_is_modified():
    X, labels, W = problem(3)
    Y = one_hot(labels, 3)
    before = [a.copy() for a in (X, labels, W, Y)]
    for value in VALUES:
        value(W, X, labels)
        value(W, X, Y)
    fit_multinomial(X, labels)
    fit_multinomial(X, Y, penalty=1.0)
    is_separable(X, Y)
    for now, then in zip((X, labels, W, Y), before, strict=True):
        assert np.array_equal(now, then)


def test_nan_is_contagious():
    X, labels, W = problem(3)
    X[4, 1] = np.nan
    for value in VALUES:
        assert np.isnan(value(W, X, labels)).any()
    assert np.isnan(multinomial_nll(W, X, labels))
    assert np.isnan(fit_multinomial(X, labels)).all()
    assert np.isnan(fit_multinomial(np.ones((2, 1)), [[np.nan, 1], [1, 0]])).all()
    assert np.isnan(fit_multinomial(np.ones((2, 1)), [0, 1], penalty=np.nan)).all()


def test_nan_is_contagious_with_a_single_class():
    assert np.isnan(multinomial_hessian([[np.nan]], [[1.0]], [0])).all()
    assert multinomial_hessian([[3.0]], [[1.0]], [0]) == 0


def test_a_certain_label_of_an_impossible_class_costs_infinity():
    assert multinomial_nll([[-np.inf], [0.0]], [[1.0]], [0]) == np.inf


@pytest.mark.parametrize(
    ("call", "error", "match"),
    [
        (lambda: multinomial_nll(np.ones(3), np.ones((2, 3)), [0, 0]), ValueError, r"W and X.*\(3,\)"),
        (lambda: multinomial_nll(np.ones((2, 3)), np.ones((2, 4)), [0, 0]), ValueError, r"\(2, 3\) and \(2, 4\)"),
        (lambda: multinomial_nll(np.ones((0, 3)), np.ones((2, 3)), [0, 0]), ValueError, "K >= 1"),
        (lambda: multinomial_nll(np.ones((2, 3)), np.ones((2, 3)), [0, 2]), ValueError, "labels must lie in"),
        (lambda: multinomial_nll(np.ones((2, 3)), np.ones((2, 3)), [0.0, 1.0]), TypeError, "integers"),
        (lambda: multinomial_gradient(np.ones((2, 3)), np.ones((2, 3)), [0]), ValueError, "y must be"),
        (lambda: multinomial_hessian(np.ones((2, 3)), np.ones((2, 3)), [[1, -1], [1, 0]]), ValueError, "not negative"),
        (lambda: multinomial_nll(np.ones((2, 3)), [["a", "b", "c"]], [0]), TypeError, "X must hold real"),
        (lambda: fit_multinomial(np.ones(3), [0, 0, 0]), ValueError, r"X must have the shape \(N, D\)"),
        (lambda: fit_multinomial(np.ones((3, 1)), [0, 1]), ValueError, "y must be 3 labels"),
        (lambda: fit_multinomial(np.ones((3, 1)), np.ones((3, 0))), ValueError, "K >= 1"),
        (lambda: fit_multinomial(np.ones((3, 1)), [0, -1, 1]), ValueError, "labels must lie in"),
        (lambda: fit_multinomial(np.ones((3, 1)), [0, 1, 1], penalty=-1), ValueError, "penalty must be finite"),
        (lambda: fit_multinomial(np.ones((3, 1)), [0, 1, 1], penalty=np.inf), ValueError, "penalty must be finite"),
        (lambda: fit_multinomial(np.ones((3, 1)), [0, 1, 1], penalty=[1, 1]), ValueError, "one number"),
        (lambda: fit_multinomial([[np.inf], [1]], [0, 1]), ValueError, "X must be finite, got inf at index"),
        (lambda: fit_multinomial(line([0, 1]), [0, 1]), ValueError, "separable"),
        (lambda: fit_multinomial(line([0, 1, 2, 3]), [0, 0, 1, 1], penalty=1e-30), ValueError, "larger penalty"),
        (lambda: standard_errors([[np.inf], [0]], [[1], [1]], [0, 1]), ValueError, "W must be finite"),
        (lambda: standard_errors([[0], [0]], [[np.inf], [1]], [0, 1]), ValueError, "X must be finite"),
        (lambda: standard_errors([[0], [0]], [[1], [1]], [0, 1], penalty=-1), ValueError, "penalty must be finite"),
        (lambda: fit_multinomial([[1], [1]], [0.0, np.nan]), TypeError, "labels must be integers"),
        (lambda: fit_multinomial([[1], [1]], ["a", "b"]), TypeError, "labels must be integers"),
        (lambda: is_separable([[np.nan], [1]], [0, 1]), ValueError, "X must be finite, got nan"),
        (lambda: is_separable([[1], [1]], [[np.nan, 1], [1, 0]]), ValueError, "y must be finite"),
    ],
)
def test_bad_arguments_are_refused(call, error, match):
    with pytest.raises(error, match=match):
        call()
