"""Information geometry: known values, laws, torch, SciPy, sampling and integration as oracles, mpmath, edges."""

import exact
import numpy as np
import pytest
import torch
from numpy.testing import assert_allclose
from scipy.integrate import quad
from scipy.optimize import minimize
from scipy.special import entr

from softxent.entropy import entropy, kl_divergence
from softxent.geometry import (
    bregman_divergence,
    fisher_information,
    fisher_rao_distance,
    geodesic,
    natural_gradient,
)
from softxent.likelihood import multinomial_hessian
from softxent.softmax import kl_from_logits, logsumexp, softmax, softmax_jacobian

INF, NAN = np.inf, np.nan
KINDS = ("fisher-rao", "mixture", "exponential")
kinds = pytest.mark.parametrize("kind", KINDS)


# ---- the Fisher information --------------------------------------------------------------------


def test_fisher_information_by_hand():
    assert fisher_information([0, 0]).tolist() == [[0.25, -0.25], [-0.25, 0.25]]
    # log-odds as the parameter, and the same twice
    assert fisher_information([0, 0], [[1], [0]]).tolist() == [[0.25]]
    assert_allclose(fisher_information([np.log(3), 0], [[1, 2], [0, 0]]), 3 / 16 * np.outer([1, 2], [1, 2]), rtol=1e-15)


def test_it_is_the_covariance_of_the_score_by_enumeration(rng):
    z, G = rng.normal(size=5), rng.normal(size=(5, 3))
    p = softmax(z)
    scores = (np.eye(5) - p) @ G
    assert_allclose(fisher_information(z, G), sum(p[k] * np.outer(s, s) for k, s in enumerate(scores)), rtol=1e-13)
    assert_allclose(fisher_information(z, np.eye(5)), softmax_jacobian(z), rtol=1e-13)


def test_it_is_the_hessian_of_both_divergences_by_torch(rng):
    """Through a network with a curved map to the logits, at the point where the divergence is 0."""
    A = torch.tensor(rng.normal(size=(4, 3)))
    start = torch.tensor(rng.normal(size=3))

    def logits(theta):
        return A @ torch.tanh(theta) + theta.prod()

    def divergence(a, b):
        a, b = torch.log_softmax(logits(a), -1), torch.log_softmax(logits(b), -1)
        return (a.exp() * (a - b)).sum()

    G = torch.autograd.functional.jacobian(logits, start)
    expected = fisher_information(logits(start).numpy(), G.numpy())
    for f in (lambda x: divergence(start, x), lambda x: divergence(x, start)):
        assert_allclose(torch.autograd.functional.hessian(f, start), expected, rtol=1e-9, atol=1e-12)


def test_it_is_that_of_a_regression(rng):
    W, X = rng.normal(size=(3, 2)), rng.normal(size=(6, 2))
    G = np.stack([np.kron(np.eye(3), x) for x in X])
    total = fisher_information(X @ W.T, G).sum(axis=0)
    assert_allclose(total, multinomial_hessian(W, X, np.zeros(6, int)), rtol=1e-12, atol=1e-14)


def test_it_bounds_the_variance_of_the_frequency_which_attains_the_bound(rng):
    """Cramér–Rao for p_i: the gradient is column i of F."""
    p = softmax(rng.normal(size=4))
    F = fisher_information(np.log(p))
    assert_allclose(np.diag(F @ np.linalg.pinv(F, rcond=1e-10) @ F), p * (1 - p), rtol=1e-10)
    draws = rng.multinomial(50, p, 100_000) / 50
    assert_allclose(draws.var(axis=0), p * (1 - p) / 50, rtol=0.03)


def test_shapes_of_the_information(rng):
    z, G = rng.normal(size=(2, 4, 3)), rng.normal(size=(2, 4, 3, 5))
    whole = fisher_information(z, G)
    assert whole.shape == (2, 4, 5, 5)
    assert_allclose(whole[1, 2], fisher_information(z[1, 2], G[1, 2]), rtol=1e-14)
    assert_allclose(fisher_information(z, G[0, 0])[1, 2], fisher_information(z[1, 2], G[0, 0]), rtol=1e-14)
    assert_allclose(fisher_information(z[0, 0], G)[1, 2], fisher_information(z[0, 0], G[1, 2]), rtol=1e-14)


def test_a_large_common_part_of_the_jacobian_does_not_matter(rng):
    z, G = rng.normal(size=4), rng.integers(-5, 5, size=(4, 2)).astype(float)
    assert_allclose(fisher_information(z, G + 2.0**20), fisher_information(z, G), rtol=1e-7)


# ---- the natural gradient ----------------------------------------------------------------------


def test_natural_gradient_by_hand():
    z = np.log([0.5, 0.25, 0.25])
    assert_allclose(natural_gradient(z, [0.5, -0.75, 0.25]), [4 / 3, -8 / 3, 4 / 3], rtol=1e-15)


@pytest.mark.parametrize("scale", [0.1, 1.0, 5.0])
def test_it_is_the_pseudo_inverse_times_the_gradient(rng, scale):
    for z in scale * rng.normal(size=(20, 6)):
        g = softmax(z) - softmax(rng.normal(size=6))
        F = softmax_jacobian(z)
        v = natural_gradient(z, g)
        assert_allclose(F @ v, g, rtol=0, atol=1e-14 * np.abs(v).max())
        assert abs(v.sum()) < 1e-12 * np.abs(v).max()
        assert_allclose(v, np.linalg.pinv(F, rcond=1e-12) @ g, rtol=1e-6)


def test_it_is_the_steepest_direction_by_search(rng):
    """Among steps with one divergence, a general minimiser finds the same direction."""
    z, y = rng.normal(size=(2, 4))
    y = softmax(y)
    budget = 1e-6

    def loss(v):
        return logsumexp(z + v) - y @ (z + v)

    limit = {"type": "eq", "fun": lambda v: 1e6 * (kl_from_logits(z, z + v) - budget)}
    start = -1e-3 * (softmax(z) - y)
    found = minimize(lambda v: 1e3 * loss(v), start, constraints=[limit], method="SLSQP", options={"ftol": 1e-14}).x
    found, expected = found - found.mean(), -natural_gradient(z, softmax(z) - y)
    assert found @ expected > (1 - 1e-4) * np.linalg.norm(found) * np.linalg.norm(expected)


def test_it_moves_the_probabilities_straight_to_the_target(rng):
    z, y = rng.normal(size=(2, 5))
    y = softmax(y)
    velocity = (softmax(z - 1e-6 * natural_gradient(z, softmax(z) - y)) - softmax(z)) / 1e-6
    assert_allclose(velocity, y - softmax(z), rtol=1e-4, atol=1e-6)


def test_mirror_descent_is_a_natural_step(rng):
    z, y = rng.normal(size=(2, 5))
    p, y = softmax(z), softmax(y)
    for eta in (0.1, 1.0, 10.0):
        factor = p * np.exp(eta * y / p)
        assert_allclose(softmax(z - eta * natural_gradient(z, p - y)), factor / factor.sum(), rtol=1e-12)


def test_excluded_classes_have_no_natural_gradient():
    assert natural_gradient([0, 0, -INF], [0.5, -0.5, 0]).tolist() == [1, -1, 0]
    assert np.isnan(natural_gradient([0, 0, -INF], [0.5, -0.25, -0.25])).all()
    # the others are centred among themselves
    rest = natural_gradient([1, 0, 2], [0.5, -0.75, 0.25])
    assert_allclose(natural_gradient([1, 0, -INF, 2], [0.5, -0.75, 0, 0.25]), np.insert(rest, 2, 0), rtol=1e-14)


def test_what_overflows_is_nan_in_the_whole_row():
    rows = natural_gradient([[0, -800], [0, 0]], [[1, -1], [1, -1]])
    assert np.isnan(rows[0]).all()
    assert rows[1].tolist() == [2, -2]


def test_steps_go_on_when_the_target_is_reached(rng):
    """What rounding leaves of p − y sums to about eps, however small p − y is."""
    for y in ([0.1, 0.2, 0.3, 0.4], [0.0, 0, 0, 1]):
        z = rng.normal(size=4)
        for _ in range(100):
            z = z - 0.5 * natural_gradient(z, softmax(z) - y)
        assert_allclose(softmax(z), y, rtol=0, atol=1e-14)


def test_single_precision_meets_labels_in_double(rng):
    z, y = (3 * rng.normal(size=(200, 10))).astype(np.float32), np.eye(10)[3]
    found = natural_gradient(z, softmax(z) - y)
    assert_allclose(found, natural_gradient(z.astype(float), softmax(z.astype(float)) - y), rtol=1e-3, atol=1e-3)


def test_a_probability_that_underflows_makes_a_row_nan():
    assert np.isnan(natural_gradient([0, -800], [0, 0])).all()


# ---- distances and lines -----------------------------------------------------------------------


def test_distances_by_hand():
    assert_allclose(fisher_rao_distance([0.25, 0.75], [0.75, 0.25]), np.pi / 3, rtol=1e-15)
    assert_allclose(fisher_rao_distance([0.5, 0.5], [1, 0]), np.pi / 2, rtol=1e-15)
    assert fisher_rao_distance([0.5, 0.5, 0], [0, 0, 1]) == np.pi
    assert fisher_rao_distance([0.1, 0.2, 0.7], [0.1, 0.2, 0.7]) == 0
    # a class that neither has, and sums that are a rounding above 1
    assert fisher_rao_distance([1, 0, 0], [0, 1, 0]) == fisher_rao_distance([1 + 1e-9, 0], [0, 1 + 1e-9]) == np.pi
    assert fisher_rao_distance([0.5, 0.5, 0], [0.5, 0.5, 0]) == 0


def test_two_coins_by_integration():
    """The length of the only path: the integral of 1/√(p (1 − p))."""
    for a, b in ((0.1, 0.3), (0.01, 0.99), (0.5, 0.5001)):
        length = quad(lambda p: 1 / np.sqrt(p * (1 - p)), a, b, epsabs=1e-13, epsrel=1e-13)[0]
        assert_allclose(fisher_rao_distance([a, 1 - a], [b, 1 - b]), length, rtol=1e-10)


def test_it_is_a_metric(rng):
    p, q, r = rng.dirichlet([0.3] * 4, (3, 500))
    there = fisher_rao_distance(p, q)
    assert (there == fisher_rao_distance(q, p)).all()
    assert ((there >= 0) & (there <= np.pi)).all()
    assert (there <= fisher_rao_distance(p, r) + fisher_rao_distance(r, q) + 1e-14).all()


def test_bounds_by_the_divergence(rng):
    p, q = rng.dirichlet([0.5] * 4, (2, 500))
    assert (kl_divergence(p, q) >= fisher_rao_distance(p, q) ** 2 / 4).all()
    near = p + 1e-5 * (q - p) * p.min(axis=1, keepdims=True)
    assert_allclose(fisher_rao_distance(p, near) ** 2, 2 * kl_divergence(p, near), rtol=1e-4)


def test_splitting_a_class_changes_no_distance_and_merging_shortens(rng):
    p, q = rng.dirichlet([1.0] * 4, (2, 50))
    share = np.array([0.3, 0.7])
    split = [np.concatenate([x[:, :3], x[:, 3:] * share], axis=1) for x in (p, q)]
    assert_allclose(fisher_rao_distance(*split), fisher_rao_distance(p, q), rtol=1e-13)
    merged = [np.stack([x[:, 0], x[:, 1:].sum(axis=1)], axis=1) for x in (p, q)]
    assert (fisher_rao_distance(*merged) <= fisher_rao_distance(p, q) + 1e-14).all()


def test_the_arc_is_shortest_and_has_constant_speed(rng):
    share = np.linspace(0, 1, 400)
    for p, q in rng.dirichlet([1.0] * 4, (10, 2)):
        whole = fisher_rao_distance(p, q)
        lengths = {}
        for kind in KINDS:
            path = geodesic(p, q, share, kind=kind)
            lengths[kind] = fisher_rao_distance(path[1:], path[:-1])
        assert_allclose(lengths["fisher-rao"], whole / 399, rtol=1e-9)
        assert lengths["mixture"].sum() > whole
        assert lengths["exponential"].sum() > whole


@kinds
def test_every_line_starts_and_ends_and_holds_distributions(rng, kind):
    p, q = rng.dirichlet([0.5] * 5, 2)
    path = geodesic(p, q, np.linspace(0, 1, 11), kind=kind)
    assert_allclose(path[[0, -1]], [p, q], rtol=1e-13)
    assert_allclose(path.sum(axis=1), 1, rtol=1e-14)
    assert (path >= 0).all()
    assert_allclose(geodesic(q, p, 0.25, kind=kind), geodesic(p, q, 0.75, kind=kind), rtol=1e-13)
    assert_allclose(geodesic(p, p, 0.3, kind=kind), p, rtol=1e-14)


def test_lines_are_straight_in_their_coordinates(rng):
    z, w = rng.normal(size=(2, 4))
    p, q = softmax(z), softmax(w)
    assert_allclose(geodesic(p, q, 0.3, kind="exponential"), softmax(0.7 * z + 0.3 * w), rtol=1e-13)
    assert_allclose(geodesic(p, q, 0.3, kind="mixture"), 0.7 * p + 0.3 * q, rtol=1e-15)
    root = np.sqrt(p) + np.sqrt(q)
    assert_allclose(geodesic(p, q, 0.5), root**2 / (root @ root), rtol=1e-14)


def test_lines_between_different_supports():
    p, q = [0.5, 0.5, 0], [0, 0.5, 0.5]
    assert geodesic(p, q, [0, 1], kind="exponential").tolist() == [p, q]
    assert geodesic(p, q, 0.5, kind="exponential").tolist() == [0, 1, 0]
    assert geodesic([1, 0], [0, 1], [0, 1], kind="exponential").tolist() == [[1, 0], [0, 1]]
    assert np.isnan(geodesic([1, 0], [0, 1], 0.5, kind="exponential")).all()
    assert_allclose(geodesic([1, 0], [0, 1], 1 / 3), [0.75, 0.25], rtol=1e-15)


def test_shapes_of_lines(rng):
    p, q = rng.dirichlet([1.0] * 3, (2, 4))
    assert geodesic(p, q, 0.5).shape == geodesic(p, q, rng.random(4)).shape == (4, 3)
    assert geodesic(p[0], q[0], rng.random((2, 5))).shape == (2, 5, 3)
    assert geodesic(p, q[0], rng.random((6, 1))).shape == (6, 4, 3)


# ---- Bregman divergences -----------------------------------------------------------------------


def test_two_potentials_give_the_divergence_with_the_arguments_exchanged(rng):
    z, w = rng.normal(size=(2, 3, 4))
    p, q = softmax(z), softmax(w)
    expected = kl_divergence(p, q)
    assert_allclose(bregman_divergence(lambda p: -entropy(p), lambda p: np.log(p) + 1, p, q), expected, rtol=1e-12)
    assert_allclose(bregman_divergence(logsumexp, softmax, w, z), expected, rtol=1e-12)


def test_an_infinite_slope_counts_where_the_points_differ():
    """At a zero of q the negative entropy is vertical: the divergence is that of Kullback and Leibler there too."""

    def slope(x):
        with np.errstate(divide="ignore"):
            return np.log(x) + 1

    for p in ([0.0, 1, 0], [0.0, 0.25, 0.75], [0.5, 0.5, 0]):
        q = [0.0, 0.5, 0.5]
        expected = kl_divergence(p, q)
        assert_allclose(bregman_divergence(lambda x: -entr(x).sum(-1), slope, p, q), expected, rtol=1e-14)
    assert np.isnan(bregman_divergence(lambda x: x.sum(-1), lambda x: x * np.nan, [1.0, 0], [1.0, 0]))


def test_bregman_divergences_are_computed_in_the_wider_dtype_and_in_single_precision_at_least():
    def square(x):
        return (x * x).sum(-1)

    far, near, single = np.float16([300, 1]), np.float16([298, 1]), np.float32([298, 1])
    for p, q in ((far, near), (far, single), (np.float32([300, 1]), near)):
        found = bregman_divergence(square, lambda x: 2 * x, p, q)
        assert found == 4
        assert found.dtype == np.result_type(p, q)


# ---- accuracy ----------------------------------------------------------------------------------


def number(x):
    return exact.mp.mpf(float(x))


def cases(dtype, count=60):
    """Pairs of distributions, close and far, with small entries, and a share."""
    rng = np.random.default_rng(4)
    for n in range(count):
        K, spread = (2, 3, 10, 100)[n % 4], 10.0 ** -(n % 8)
        p = rng.dirichlet(np.full(K, (0.1, 1, 5)[n % 3])) + 1e-20
        q = p * np.exp(spread * rng.normal(size=K))
        yield (p / p.sum()).astype(dtype), (q / q.sum()).astype(dtype), dtype(rng.random())


def worst(dtype, error):
    return max(float(error(*case)) for case in cases(dtype)) / float(np.finfo(dtype).eps)


def true_angle(p, q):
    mp = exact.mp
    roots = ((mp.sqrt(number(a)) - mp.sqrt(number(b))) ** 2 for a, b in zip(p, q, strict=True))
    return 2 * mp.asin(mp.sqrt(mp.fsum(roots)) / 2)


def relative(found, truth):
    return max(abs(number(a) - b) / b if b else abs(number(a)) for a, b in zip(found, truth, strict=True))


both = pytest.mark.parametrize("dtype", [np.float32, np.float64])


@both
def test_distances_to_4_eps(dtype):
    assert worst(dtype, lambda p, q, t: relative([fisher_rao_distance(p, q)], [2 * true_angle(p, q)])) <= 4


@both
def test_distances_of_many_classes_to_4_eps(dtype):
    rng = np.random.default_rng(6)
    p, q = rng.dirichlet(np.ones(10_000), 2).astype(dtype)
    assert relative([fisher_rao_distance(p, q)], [2 * true_angle(p, q)]) <= 4 * np.finfo(dtype).eps


@both
def test_arcs_and_mixtures_to_16_eps(dtype):
    mp = exact.mp

    def arc(p, q, t):
        phi, t = true_angle(p, q), number(t)
        if not phi:
            return [number(a) for a in p]
        first, second = mp.sin((1 - t) * phi) / mp.sin(phi), mp.sin(t * phi) / mp.sin(phi)
        return [(first * mp.sqrt(number(a)) + second * mp.sqrt(number(b))) ** 2 for a, b in zip(p, q, strict=True)]

    def mixture(p, q, t):
        return [(1 - number(t)) * number(a) + number(t) * number(b) for a, b in zip(p, q, strict=True)]

    assert worst(dtype, lambda p, q, t: relative(geodesic(p, q, t), arc(p, q, t))) <= 16
    assert worst(dtype, lambda p, q, t: relative(geodesic(p, q, t, kind="mixture"), mixture(p, q, t))) <= 16


@both
def test_exponential_lines_to_16_eps(dtype):
    def error(p, q, t):
        powers = [number(a) ** (1 - number(t)) * number(b) ** number(t) for a, b in zip(p, q, strict=True)]
        total = exact.mp.fsum(powers)
        truth = [x / total for x in powers]
        return relative(geodesic(p, q, t, kind="exponential"), truth) / (1 - np.log(p.min()) - np.log(q.min()))

    assert worst(dtype, error) <= 16


@both
def test_natural_gradients_to_16_eps(dtype):
    def error(p, q, t):
        z, g = np.log(p), (p - q) - (p - q).mean()
        shares = [exact.mp.exp(number(x)) for x in z]
        total = exact.mp.fsum(shares)
        v = [number(x) * total / s for x, s in zip(g, shares, strict=True)]
        mean = exact.mp.fsum(v) / len(v)
        gap = max(abs(number(a) - (b - mean)) for a, b in zip(natural_gradient(z, g), v, strict=True))
        return gap / max(abs(b - mean) for b in v)

    assert worst(dtype, error) <= 16


@both
def test_the_information_of_parameters_to_k_plus_8_eps(dtype):
    rng, mp = np.random.default_rng(5), exact.mp
    for K, common in ((2, 0), (3, 1000), (10, 0), (10, 1000), (100, 1)):
        z, G = (3 * rng.normal(size=K)).astype(dtype), (rng.normal(size=(K, 2)) + common).astype(dtype)
        shares = [mp.exp(number(x)) for x in z]
        p = [s / mp.fsum(shares) for s in shares]
        rows = [[number(x) for x in row] for row in G]
        mean = [mp.fsum(a * row[d] for a, row in zip(p, rows, strict=True)) for d in range(2)]
        found, bound = fisher_information(z, G), np.abs(G).max(axis=0)
        for d in range(2):
            for e in range(2):
                truth = mp.fsum(a * (r[d] - mean[d]) * (r[e] - mean[e]) for a, r in zip(p, rows, strict=True))
                limit = (K + 8) * float(np.finfo(dtype).eps) * float(bound[d]) * float(bound[e])
                assert abs(number(found[d, e]) - truth) <= limit


def test_the_arccos_of_a_number_near_1_would_lose_half_of_the_digits():
    """What the chord is for: the textbook formula, on the same pair, is nowhere near."""
    p, q = np.array([0.5, 0.3, 0.2]), np.array([0.5 + 1e-9, 0.3 - 1e-9, 0.2])
    textbook = 2 * np.arccos(min(np.sqrt(p * q).sum(), 1))
    assert relative([fisher_rao_distance(p, q)], [2 * true_angle(p, q)]) < 1e-15
    assert relative([textbook], [2 * true_angle(p, q)]) > 0.1


# ---- edges -------------------------------------------------------------------------------------


def test_nan_is_contagious():
    assert np.isnan(fisher_information([0, 1], [[NAN], [0]])).all()
    assert np.isnan(natural_gradient([0.0, 1], [NAN, 0])).all()
    assert np.isnan(geodesic([0.5, 0.5], [0.5, 0.5], NAN)).all()


def test_two_dtypes_give_the_wider_one():
    narrow, wide = np.float32([0.5, 0.5]), np.float64([0.25, 0.75])
    for function in (fisher_rao_distance, lambda p, q: geodesic(p, q, 0.5), lambda z, g: natural_gradient(z, 0 * g)):
        assert function(narrow, wide).dtype == function(wide, narrow).dtype == np.float64
    assert fisher_information(narrow, np.float64([[1], [0]])).dtype == np.float64
    assert geodesic(narrow, narrow, np.float64(0.5)).dtype == np.float32


def test_no_second_argument_is_modified(rng):
    z, g, G = rng.normal(size=3), np.array([1.0, -1, 0]), rng.normal(size=(3, 2))
    t = np.array([0.25, 0.5])
    before = [x.copy() for x in (z, g, G, t)]
    natural_gradient(z, g)
    fisher_information(z, G)
    geodesic(softmax(z), softmax(g), t)
    assert all(np.array_equal(x, y) for x, y in zip((z, g, G, t), before, strict=True))


@pytest.mark.parametrize(
    ("call", "error", "match"),
    [
        (lambda: natural_gradient([0, 0], [1, 0]), ValueError, "gradient must sum to 0 over classes, got 1.0"),
        (lambda: natural_gradient([[0, 0]] * 2, [[1, -1], [1, 1]]), ValueError, r"got 2.0 at index \(1,\)"),
        (lambda: natural_gradient([0, 0], [0, 0, 0]), ValueError, "z and gradient must have one shape"),
        (lambda: natural_gradient([0, 0], ["a", "b"]), TypeError, "gradient must hold real numbers"),
        (lambda: fisher_information([0, 0], [1, 0]), ValueError, r"jacobian must have the shape \(..., 2, P\)"),
        (lambda: fisher_information([0, 0], [[1], [0], [0]]), ValueError, r"got \(3, 1\)"),
        (lambda: fisher_information(np.zeros((3, 2)), np.zeros((4, 2, 5))), ValueError, r"got \(4, 2, 5\)"),
        (lambda: fisher_information([0, 0], [[INF], [0]]), ValueError, r"finite, got inf at index \(0, 0\)"),
        (lambda: fisher_rao_distance([0.5, 0.6], [0.5, 0.5]), ValueError, "p must sum to 1"),
        (lambda: fisher_rao_distance([0.5, 0.5], [1.5, -0.5]), ValueError, "q must not be negative"),
        (lambda: fisher_rao_distance([1.0], [0.5, 0.5]), ValueError, "p and q must have one shape"),
        (lambda: geodesic([0.5, 0.5], [1, 0], 1.5), ValueError, "t must lie between 0 and 1, got 1.5"),
        (lambda: geodesic([0.5, 0.5], [1, 0], [0, -1]), ValueError, r"got -1.0 at index \(1,\)"),
        (lambda: geodesic([0.5, 0.5], [1, 0], 0, kind="straight"), ValueError, "fisher-rao, mixture, exponential"),
        (lambda: geodesic([0.5, 0.5], [1, 0], "half"), TypeError, "t must hold real numbers"),
        (lambda: bregman_divergence(1, softmax, [0, 0], [0, 0]), TypeError, "potential must be a function, got 1"),
        (lambda: bregman_divergence(logsumexp, None, [0, 0], [0, 0]), TypeError, "gradient must be a function"),
        (lambda: bregman_divergence(logsumexp, softmax, [0], [0, 0]), ValueError, "p and q must have one shape"),
        (lambda: bregman_divergence(np.square, softmax, [0, 1], [0, 0]), ValueError, "potential must return the shape"),
        (lambda: bregman_divergence(np.sum, softmax, [[0, 1]] * 3, [0, 0]), ValueError, r"shape \(3,\) .* got \(\)"),
        (lambda: bregman_divergence(logsumexp, logsumexp, [0, 1], [0, 0]), ValueError, "gradient must return"),
        (lambda: bregman_divergence(logsumexp, str, [0, 1], [0, 0]), TypeError, "gradient's values must hold real"),
        (lambda: geodesic(np.full((4, 2), 0.5), [1, 0], [0.1, 0.2]), ValueError, r"t must fit p and q, .*got \(2,\)"),
    ],
)
def test_bad_arguments_are_refused(call, error, match):
    with pytest.raises(error, match=match):
        call()
