"""Gibbs laws and maximum entropy: known values, laws, general optimisers, the exact answer, edges, errors."""

import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from mpmath import mp, mpf
from scipy.optimize import LinearConstraint, minimize
from scipy.special import rel_entr, xlogy

from softxent.maxent import gibbs, max_entropy

DIE = np.arange(1.0, 7.0)
EPS = np.finfo(float).eps


def entropy(p):
    """Independent of softxent: −Σ p log p with 0 log 0 = 0."""
    return -xlogy(p, p).sum()


def exact(z, target, digits=60):
    """β and p for one feature at 60 digits, by bisection: the mean increases with β."""
    with mp.workdps(digits):
        gaps = [mpf(float(v)) - mpf(float(target)) for v in z]
        low, high = -(10**4) / mpf(float(np.ptp(z))), 10**4 / mpf(float(np.ptp(z)))
        for _ in range(220):
            beta = (low + high) / 2
            weights = [mp.exp(beta * g) for g in gaps]
            low, high = (beta, high) if mp.fdot(weights, gaps) < 0 else (low, beta)
        return beta, [w / sum(weights) for w in weights]


# ---- known values -----------------------------------------------------------------------------


def test_the_die_of_jaynes():
    """E. T. Jaynes, Where do we stand on maximum entropy? (1978): mean 4.5, five printed digits."""
    p, beta = max_entropy(DIE, 4.5)
    assert np.round(p, 5).tolist() == [0.05435, 0.07877, 0.11416, 0.16545, 0.23977, 0.34749]
    assert round(float(np.exp(beta)), 5) == 1.44925
    assert round(float(entropy(p)), 5) == 1.61358


def test_two_outcomes_are_the_logit():
    for mu in (1e-12, 0.2, 0.5, 0.9, 1 - 1e-9):
        p, beta = max_entropy([0, 1], mu)
        assert beta == pytest.approx(np.log(mu) - np.log1p(-mu), rel=1e-13, abs=1e-15)
        assert p[1] == pytest.approx(mu, rel=1e-14)


def test_three_equidistant_outcomes_solve_a_quadratic():
    """z = (−1, 0, 1): the mean is (x² − 1)/(1 + x + x²) with x = e^β, so (1 − μ)x² − μx − (1 + μ) = 0."""
    for mu in (-0.9, 0.0, 0.3, 0.7):
        x = (mu + np.sqrt(mu**2 + 4 * (1 - mu**2))) / (2 * (1 - mu))
        p, beta = max_entropy([-1, 0, 1], mu)
        assert beta == pytest.approx(np.log(x), rel=1e-13, abs=1e-15)
        np.testing.assert_allclose(p, np.array([1, x, x * x]) / (1 + x + x * x), rtol=1e-14)


def test_gibbs_values():
    np.testing.assert_allclose(gibbs([0, np.log(2)], 1), [1 / 3, 2 / 3], rtol=4 * EPS)
    np.testing.assert_allclose(gibbs([0, np.log(2)], -1), [2 / 3, 1 / 3], rtol=4 * EPS)
    np.testing.assert_allclose(gibbs([5, 7, 9], 0), np.full(3, 1 / 3), rtol=4 * EPS)
    np.testing.assert_allclose(gibbs([[0, 1, 0], [0, 0, 1]], np.log([2, 5])), np.array([1, 2, 5]) / 8, rtol=4 * EPS)
    np.testing.assert_allclose(gibbs([0, np.log(2), 3], 1, prior=[2, 1, 0]), [0.5, 0.5, 0], rtol=4 * EPS)


def test_gibbs_shapes():
    assert gibbs(DIE, 0.3).shape == (6,)
    assert gibbs(DIE, np.zeros((4, 2))).shape == (4, 2, 6)
    assert gibbs(np.zeros((2, 6)), np.zeros((5, 2))).shape == (5, 6)
    grid = np.linspace(-1, 1, 5)
    np.testing.assert_array_equal(gibbs(DIE, grid), [gibbs(DIE, b) for b in grid], strict=True)


# ---- laws -------------------------------------------------------------------------------------

values = st.floats(-3, 3).map(lambda x: round(x, 3))


@settings(max_examples=80, deadline=None)
@given(st.lists(values, min_size=2, max_size=7, unique=True), st.floats(-3, 3))
def test_the_multiplier_is_recovered_from_its_mean(z, beta):
    z = np.array(z)
    p = gibbs(z, beta)
    found, back = max_entropy(z, z @ p)
    variance = p @ (z - z @ p) ** 2
    assert abs(back - beta) <= 64 * EPS * (1 + np.abs(z).max()) * (1 + abs(beta)) * (1 + 1 / variance)
    assert abs(z @ found - z @ p) <= 16 * EPS * np.abs(z).max()


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 10**6))
def test_entropy_gap_is_the_divergence(seed):
    """H(p) − H(q) = KL(q || p) for each law q with the same means: nothing feasible has a larger entropy."""
    rng = np.random.default_rng(seed)
    size = int(rng.integers(3, 8))
    f, q = rng.normal(size=(int(rng.integers(1, size - 1)), size)), rng.dirichlet(np.ones(size))
    p, beta = max_entropy(f, f @ q)
    np.testing.assert_allclose(f @ p, f @ q, rtol=0, atol=64 * EPS * np.abs(f).max())
    assert entropy(p) - entropy(q) == pytest.approx(rel_entr(q, p).sum(), abs=1e-10 * (1 + np.abs(beta).max()))


def test_affine_changes_of_the_features():
    """f -> a f + b, t -> a t + b leaves p as it is and divides β by a, over 24 orders of magnitude."""
    p, beta = max_entropy(DIE, 4.5)
    for a, b in ((1e-12, 0.0), (1e12, 0.0), (-1.0, 0.0), (1.0, 50.0), (3.0, -7.0)):
        moved, scaled = max_entropy(a * DIE + b, a * 4.5 + b)
        np.testing.assert_allclose(moved, p, rtol=1e-13)
        assert scaled == pytest.approx(beta / a, rel=1e-12)


def test_a_large_offset_costs_no_digits():
    """2^40 is added without rounding, and softmax does not see it."""
    np.testing.assert_allclose(gibbs(DIE + 2.0**40, 0.3), gibbs(DIE, 0.3), rtol=4 * EPS)
    np.testing.assert_allclose(max_entropy(DIE + 2.0**40, 4.5 + 2.0**40)[0], max_entropy(DIE, 4.5)[0], rtol=8 * EPS)


def test_a_superfluous_feature_changes_nothing():
    p, beta = max_entropy(DIE, 4.5)
    for extra, target in ((DIE, 4.5), (2 * DIE + 1, 10.0), (np.ones(6), 1.0)):
        both, multipliers = max_entropy(np.stack([DIE, extra]), [4.5, target])
        np.testing.assert_allclose(both, p, rtol=1e-13)
        np.testing.assert_allclose(gibbs(np.stack([DIE, extra]), multipliers), p, rtol=1e-13)
    assert multipliers[1] == 0
    assert multipliers[0] == pytest.approx(beta, rel=1e-13)


def test_features_that_are_nearly_dependent_both_count():
    p, _ = max_entropy(np.stack([DIE, DIE**2]), [4.5, 22.0])
    for small in (1e-3, 1e-6):
        near, _ = max_entropy(np.stack([DIE, DIE + small * DIE**2]), [4.5, 4.5 + small * 22.0])
        np.testing.assert_allclose(near, p, rtol=64 * EPS / small)


def test_no_constraint_that_binds_leaves_the_prior():
    r = np.array([0.5, 0.3, 0.2])
    p, beta = max_entropy([1.0, 2.0, 4.0], r @ [1, 2, 4], prior=r)
    np.testing.assert_allclose(p, r, rtol=1e-14)
    assert abs(beta) < 1e-15
    np.testing.assert_allclose(
        max_entropy([1.0, 2.0, 4.0], 2.0, prior=r)[0], max_entropy([1.0, 2.0, 4.0], 2.0, prior=7 * r)[0], rtol=1e-14
    )


# ---- oracles ----------------------------------------------------------------------------------


@pytest.mark.parametrize("method", ["SLSQP", "trust-constr"])
def test_against_general_optimisers(method):
    rng = np.random.default_rng(3)
    for trial in range(3):
        f, q, r = rng.normal(size=(2, 5)), rng.dirichlet(np.full(5, 4.0)), rng.dirichlet(np.full(5, 4.0))
        equal = LinearConstraint(np.vstack([f, np.ones(5)]), np.append(f @ q, 1), np.append(f @ q, 1))
        solved = minimize(
            lambda x, r: rel_entr(x, r).sum(),
            q,
            args=(r,),
            jac=lambda x, r: np.log(x / r) + 1,
            hess=None if method == "SLSQP" else lambda x, r: np.diag(1 / x),
            constraints=[equal],
            bounds=[(1e-9, 1)] * 5,
            method=method,
            tol=1e-12,
        )
        p, _ = max_entropy(f, f @ q, prior=r)
        np.testing.assert_allclose(p, solved.x, atol=2e-5, err_msg=str(trial))
        assert rel_entr(p, r).sum() <= solved.fun + 1e-12


def test_against_enumeration():
    """Every law on four outcomes with probabilities in fortieths and the right mean has less entropy."""
    z, target = np.array([0, 1, 2, 3]), 1.2
    p, _ = max_entropy(z, target)
    counts = [c for c in itertools.product(range(41), repeat=3) if sum(c) <= 40]
    laws = np.array([(*c, 40 - sum(c)) for c in counts]) / 40
    feasible = laws[np.abs(laws @ z - target) < 1e-12]
    entropies = -xlogy(feasible, feasible).sum(axis=1)
    assert len(feasible) > 100
    assert entropy(p) - 2e-3 < entropies.max() < entropy(p)


def test_accuracy_against_sixty_digits():
    """β to 16 eps relative, p_k to 4 eps times the spread of the scores, up to 1e-12 of the range from its end."""
    rng = np.random.default_rng(5)
    for trial in range(40):
        z = rng.normal(size=int(rng.integers(2, 9))) * 10.0 ** rng.integers(-3, 4)
        low, high = z.min(), z.max()
        target = high - (high - low) * 10.0 ** -rng.uniform(0.05, 12)
        p, beta = max_entropy(z, target)
        true_beta, true_p = exact(z, target)
        assert abs(beta - true_beta) <= 16 * EPS * abs(true_beta), trial
        spread = max(1.0, float(abs(true_beta)) * np.ptp(z))
        for ours, truth in zip(p, true_p, strict=True):
            assert abs(ours - truth) <= 4 * EPS * spread * truth + 1e-307, trial


def test_a_rare_event_needs_the_damping():
    """99 999 zeros and a one, mean 1/2: β = log 99999; the plain Newton step from 0 is 5e4 too long."""
    z = np.zeros(100_000)
    z[0] = 1
    assert max_entropy(z, 0.5)[1] == pytest.approx(np.log(99_999), rel=1e-13)


def test_conditional_maximum_entropy_is_logistic_regression():
    """Over pairs (n, k) with uniform n, matching Σ x_nd y_nk: the conditional law is softmax(W x_n) of the fit."""
    rng = np.random.default_rng(8)
    X, labels = np.c_[np.ones(12), rng.normal(size=(12, 1))], rng.integers(0, 3, size=12)
    Y = np.eye(3)[labels]
    features = np.concatenate([np.repeat(np.eye(12), 3, axis=1), np.kron(X.T, np.eye(3))])
    joint, _ = max_entropy(features, features @ Y.ravel() / 12)

    def mean_nll(w):
        z = X @ w.reshape(3, 2).T
        top = z.max(axis=1, keepdims=True)
        log_p = z - top - np.log(np.exp(z - top).sum(axis=1, keepdims=True))
        return -(Y * log_p).sum() / 12, ((np.exp(log_p) - Y).T @ X / 12).ravel()

    fit = minimize(mean_nll, np.zeros(6), jac=True, method="BFGS", options={"gtol": 1e-9})
    z = X @ fit.x.reshape(3, 2).T
    fitted = np.exp(z) / np.exp(z).sum(axis=1, keepdims=True)
    np.testing.assert_allclose(joint.reshape(12, 3) * 12, fitted, rtol=1e-7)
    assert entropy(joint) - np.log(12) == pytest.approx(fit.fun, rel=1e-10)


# ---- edges ------------------------------------------------------------------------------------


def test_constant_features():
    p, beta = max_entropy([0.1, 0.1, 0.1], 0.1)
    np.testing.assert_allclose(p, np.full(3, 1 / 3), rtol=4 * EPS)
    assert beta == 0
    p, beta = max_entropy([5.0], 5.0)
    assert (p.tolist(), float(beta)) == ([1.0], 0.0)


def test_prior_zeros_are_not_outcomes():
    p, beta = max_entropy(DIE, 4.0, prior=[0, 0, 1, 1, 1, 0])
    assert p.tolist()[:2] == [0, 0]
    assert p[5] == 0
    assert abs(beta) < 1e-14
    with pytest.raises(ValueError, match=r"target = 5\.5 is infeasible: .* \[3\.0, 5\.0\]"):
        max_entropy(DIE, 5.5, prior=[0, 0, 1, 1, 1, 0])


def test_dtypes():
    for dtype in (np.float16, np.float32, np.float64):
        p, beta = max_entropy(DIE.astype(dtype), dtype(4.5))
        assert (p.dtype, beta.dtype) == (dtype, dtype)
        assert gibbs(DIE.astype(dtype), dtype(0.3)).dtype == dtype
        np.testing.assert_allclose(p.astype(float), max_entropy(DIE, 4.5)[0], rtol=2 * np.finfo(dtype).eps)
    assert gibbs([1, 2], 1).dtype == np.float64
    many = np.zeros(70_000, dtype=np.float16)
    np.testing.assert_allclose(gibbs(many, np.float16(1)).astype(float), np.full(70_000, 1 / 70_000), rtol=5e-3)


def test_nan_is_contagious():
    for features, target in (([1, np.nan, 3], 2), ([1, 2, 3], np.nan)):
        p, beta = max_entropy(features, target)
        assert np.isnan(p).all()
        assert np.isnan(beta)
    assert np.isnan(max_entropy([[1, 2, np.nan], [0, 1, 3]], [1, 1])[1]).all()
    assert np.isnan(max_entropy([1, 2, 3], 2, prior=[1, np.nan, 1])[0]).all()
    assert np.isnan(gibbs([1, 2], np.nan)).all()


def test_extreme_multipliers_give_exact_zeros_and_ones():
    assert gibbs(DIE, 1000.0).tolist() == [0, 0, 0, 0, 0, 1]
    np.testing.assert_allclose(gibbs([0, 3, 3], 1000.0), [0, 0.5, 0.5], rtol=4 * EPS)
    assert gibbs(DIE, -1e300).tolist() == [1, 0, 0, 0, 0, 0]


def test_inputs_are_not_modified():
    f, t, r = np.stack([DIE, DIE**2]), np.array([4.5, 23.0]), np.full(6, 1 / 6)
    copies = f.copy(), t.copy(), r.copy()
    gibbs(f, max_entropy(f, t, prior=r)[1], prior=r)
    single, m = np.array([[2.0]]), np.array([2.0])
    max_entropy(single, m)
    for before, after in zip((*copies, [[2.0]], [2.0]), (f, t, r, single, m), strict=True):
        np.testing.assert_array_equal(before, after)


# ---- errors -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("features", "target", "message"),
    [
        (DIE, 6.5, r"target = 6\.5 is infeasible: every law has its mean in the feature's range \[1\.0, 6\.0\]"),
        (DIE, 0.0, "target = 0.0 is infeasible"),
        (DIE, 6, r"target = 6\.0 is an end of the feature's range"),
        (DIE, 1, r"target = 1\.0 is an end of the feature's range"),
        ([2, 2, 2], 3, r"target = 3\.0 is infeasible"),
        ([[0, 1, 2], [5, 6, 7]], [1, 7.5], r"target\[1\] = 7\.5 is infeasible"),
        ([[0, 1, 2], [0, 1, 4]], [1, 0.9], "outside the convex hull"),
        ([[0, 1, 2], [0, 1, 4]], [1, 1 - 1e-7], "outside the convex hull"),
        ([[0, 1, 2], [0, 1, 4]], [1.5, 2.5], "on the edge of the convex hull"),
        ([[0, 1, 2, 0.5], [0, 1, 4, 2]], [1.5, 2.5], "on the edge of the convex hull"),
        ([[0, 1, 2], [0, 2, 4]], [1, 2.5], "linear relation between the features"),
        (DIE, np.inf, "targets must be finite"),
        ([1, np.inf], 1, "features must be finite"),
        (DIE, [4.5], r"targets must hold one mean per feature, shape \(\), got \(1,\)"),
        ([DIE, DIE**2], [4.5], r"shape \(2,\), got \(1,\)"),
        ([], 1, r"features must have the shape \(K,\) or \(D, K\)"),
        (np.zeros((2, 2, 2)), 1, r"got \(2, 2, 2\)"),
    ],
)
def test_targets_that_cannot_be_met_say_why(features, target, message):
    with pytest.raises(ValueError, match=message):
        max_entropy(features, target)


@pytest.mark.parametrize(
    ("prior", "message"),
    [
        ([1, 1], r"prior must have the shape \(3,\)"),
        ([1, -1, 1], "finite weights >= 0"),
        ([0, 0, 0], "zero throughout"),
        ([1, np.inf, 1], "finite weights"),
    ],
)
def test_bad_priors(prior, message):
    for call in (lambda: gibbs([1, 2, 3], 0.1, prior=prior), lambda: max_entropy([1, 2, 3], 2, prior=prior)):
        with pytest.raises(ValueError, match=message):
            call()


def test_bad_multipliers_and_types():
    with pytest.raises(ValueError, match=r"multipliers must have the shape \(\.\.\., 2\)"):
        gibbs(np.zeros((2, 3)), [1.0, 2.0, 3.0])
    with pytest.raises(TypeError, match="features must hold real numbers"):
        gibbs(["a"], 1)
    with pytest.raises(TypeError, match="targets must hold real numbers"):
        max_entropy([1, 2], 1j)
