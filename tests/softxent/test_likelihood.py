"""Likelihood of softmax regression: known values, laws, autograd, general optimisers, exact separability, errors."""

import itertools
from fractions import Fraction

import numpy as np
import pytest
import torch
from numpy.testing import assert_allclose
from scipy.optimize import approx_fprime, linprog, minimize
from scipy.special import log_softmax
from sklearn.linear_model import LogisticRegression

from softxent.likelihood import (
    fit_multinomial,
    is_separable,
    multinomial_gradient,
    multinomial_hessian,
    multinomial_nll,
)
from softxent.loss import one_hot
from softxent.softmax import softmax

rng = np.random.default_rng(10)
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
def test_against_torch_autograd(soft):
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


def test_the_hessian_is_a_sum_of_kronecker_products_and_has_the_shifts_in_its_kernel():
    X, labels, W = problem(2, D=4)
    P = softmax(X @ W.T)
    kronecker = sum(np.kron(np.diag(p) - np.outer(p, p), np.outer(x, x)) for p, x in zip(P, X, strict=True))
    H = multinomial_hessian(W, X, labels)
    assert_allclose(H, kronecker, rtol=1e-12, atol=1e-13)
    assert np.array_equal(H, H.T) or np.abs(H - H.T).max() < 1e-13
    values = np.linalg.eigvalsh(H)
    assert values.min() > -1e-12
    assert (values < 1e-9).sum() == 4                       # one shift for each of the D features, and no more
    assert np.abs(H @ np.kron(np.ones(3), rng.normal(size=4))).max() < 1e-12


def test_weights_multiply_examples_and_a_weight_of_zero_removes_one():
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
    noise = np.abs(X).sum(axis=0)                              # the outlier lies near 1e6
    assert (np.abs(multinomial_gradient(W, X, labels)) < 1e-12 * noise).all()


def test_more_features_than_examples():
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
    A = np.column_stack([equations, equations.sum(axis=1)])                      # Q = R + t with R >= 0
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
    origin, certain = [[0.0], [1.0]], [[0, 1], [0, 1]]          # one of the two margins is 0 whatever v is
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


def test_positive_soft_targets_are_never_separable():
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


# ---- edges and errors --------------------------------------------------------------------------

@pytest.mark.parametrize("dtype", [np.float16, np.float32, np.float64])
def test_the_float_dtype_is_kept(dtype):
    X, labels, W = problem(3, N=20)
    for value in VALUES:
        assert value(W.astype(dtype), X.astype(dtype), labels).dtype == dtype
        assert_allclose(value(W.astype(dtype), X.astype(dtype), labels).astype(float), value(W, X, labels),
                        rtol=0.02, atol=0.02)
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


def test_a_certain_label_of_an_impossible_class_costs_infinity():
    assert multinomial_nll([[-np.inf], [0.0]], [[1.0]], [0]) == np.inf


@pytest.mark.parametrize(("call", "error", "match"), [
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
    (lambda: fit_multinomial([[1], [1]], [0.0, np.nan]), TypeError, "labels must be integers"),
    (lambda: fit_multinomial([[1], [1]], ["a", "b"]), TypeError, "labels must be integers"),
    (lambda: is_separable([[np.nan], [1]], [0, 1]), ValueError, "X must be finite, got nan"),
    (lambda: is_separable([[1], [1]], [[np.nan, 1], [1, 0]]), ValueError, "y must be finite"),
])
def test_bad_arguments_are_refused(call, error, match):
    with pytest.raises(error, match=match):
        call()
