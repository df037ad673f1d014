"""InfoNCE: known values, torch and enumeration as oracles, mpmath, the bound on every law that is tried, bad input."""

import itertools

import exact
import numpy as np
import pytest
import torch
from numpy.testing import assert_allclose
from torch.nn.functional import cross_entropy

from softxent.contrastive import info_nce, info_nce_gradient, mutual_information_bound
from softxent.entropy import mutual_information

INF, NAN = np.inf, np.nan
TABLES = pytest.mark.parametrize("shape", [(1, 1), (4, 4), (3, 7), (2, 3, 5), (5, 1, 2)])


def torch_losses(S, tau):
    """The losses of a table (..., N, M) by torch: labels 0 to N − 1 in every table."""
    N, M = S.shape[-2:]
    labels = torch.arange(N).repeat(S[..., 0, 0].numel() if S.ndim > 2 else 1)
    return cross_entropy((S / tau).reshape(-1, M), labels, reduction="none").reshape(S.shape[:-1])


@TABLES
@pytest.mark.parametrize("tau", [0.07, 1, 3.5])
def test_loss_and_gradient_are_those_of_torch(rng, shape, tau):
    S = rng.normal(size=shape)
    tensor = torch.tensor(S, requires_grad=True)
    losses = torch_losses(tensor, tau)
    losses.sum().backward()
    assert_allclose(info_nce(S, tau), losses.detach(), rtol=1e-12, atol=1e-14)
    assert_allclose(info_nce_gradient(S, tau), tensor.grad, rtol=1e-12, atol=1e-13)
    assert_allclose(mutual_information_bound(S, tau), np.log(shape[-1]) - losses.detach().mean(-1), atol=1e-13)


def test_the_gradients_of_the_embeddings(rng):
    """As the module's docstring says: G V and Gᵀ U, and for the symmetric loss also those of the transposed table."""
    U, V, tau = rng.normal(size=(5, 3)), rng.normal(size=(5, 3)), 0.3
    u, v = (torch.tensor(x, requires_grad=True) for x in (U, V))
    (torch_losses(u @ v.T, tau) + torch_losses(v @ u.T, tau)).sum().backward()
    S = U @ V.T
    G = info_nce_gradient(S, tau) + info_nce_gradient(S.T, tau).T
    assert_allclose(G @ V, u.grad, rtol=1e-10, atol=1e-12)
    assert_allclose(G.T @ U, v.grad, rtol=1e-10, atol=1e-12)


def test_values_by_hand():
    assert_allclose(info_nce([[0, 0], [0, 0]]), np.log(2))
    assert_allclose(info_nce([[np.log(3), 0]]), [np.log(4 / 3)])
    assert_allclose(info_nce([[1, 0]], tau=1 / np.log(3)), [np.log(4 / 3)])
    assert info_nce([[5.0]]).tolist() == [0]
    assert mutual_information_bound([[5.0]]) == 0
    assert mutual_information_bound(1000 * np.eye(8)) == np.log(8)


def test_more_candidates_than_anchors_are_negatives_of_all():
    S = np.zeros((2, 8))
    assert_allclose(info_nce(S), np.log(8))
    assert_allclose(info_nce_gradient(S)[:, 2:], 1 / 8)
    S[:, 2:] = -INF
    assert_allclose(info_nce(S), np.log(2))


def test_scores_moved_by_a_function_of_the_anchor_change_nothing(rng):
    S, tau = rng.integers(-8, 8, (4, 6)) / 8, 0.5
    moved = S + rng.integers(-8, 8, (4, 1))
    assert_allclose(info_nce(moved, tau), info_nce(S, tau), rtol=1e-14)
    assert not np.allclose(info_nce(S + rng.normal(size=6), tau), info_nce(S, tau))


def test_gradient_rows_sum_to_zero_and_small_losses_keep_their_digits():
    S = np.array([[40.0, 0, 0], [3, -1, 2]])
    assert_allclose(info_nce_gradient(S).sum(-1), 0, atol=1e-16)
    assert_allclose(info_nce(S)[0], 2 * np.exp(-40), rtol=1e-14)
    assert_allclose(info_nce_gradient(S)[0, 0], -2 * np.exp(-40), rtol=1e-14)


# ---- the bound ---------------------------------------------------------------------------------


def expected_bound(joint, critic, M):
    """log M − E L over all draws: a pair from the joint law, M − 1 more y from its marginal, positives first."""
    noise, total = joint.sum(0), 0.0
    for x, y in np.ndindex(joint.shape):
        for others in itertools.product(range(len(noise)), repeat=M - 1):
            S = critic[x, [y, *others]][None]
            total += joint[x, y] * np.prod(noise[list(others)]) * mutual_information_bound(S)
    return total


@pytest.mark.parametrize("M", [2, 3, 4])
def test_the_expected_value_is_below_the_mutual_information_and_log_M(rng, M):
    for scale in (0.3, 1, 3):
        joint = rng.dirichlet(np.full(6, 0.4)).reshape(2, 3)
        bound = min(mutual_information(joint), np.log(M))
        ratio = np.log(np.maximum(joint / np.outer(joint.sum(1), joint.sum(0)), 1e-300))
        found = [expected_bound(joint, critic, M) for critic in (ratio, scale * rng.normal(size=(2, 3)), 0 * joint)]
        assert max(found) <= bound + 1e-12
        assert found[0] >= max(found) - 1e-12
        assert_allclose(found[2], 0, atol=1e-12)


def test_a_critic_that_has_seen_the_sample_and_chosen_negatives_break_the_bound():
    """The conditions that the docstring names are needed."""
    joint = np.array([[0.5, 0], [0, 0.5]])
    assert mutual_information_bound(9 * np.eye(3)) > mutual_information(joint) + 0.3
    independent = np.full((2, 2), 0.25)
    assert mutual_information(independent) == 0 < mutual_information_bound(9 * np.eye(4))


def test_a_batch_of_cosines_gives_no_bound_above_the_inverse_temperature(rng):
    """Near it for a large simplex, whose negatives are all alike; not so for longer embeddings."""
    for tau in (0.1, 0.7, 3):
        for N in (2, 5, 64):
            U = rng.normal(size=(N, 3))
            V = U + 0.1 * rng.normal(size=U.shape)
            U, V = (E / np.linalg.norm(E, axis=1, keepdims=True) for E in (U, V))
            assert mutual_information_bound(U @ V.T, tau) <= 1 / tau
    simplex = (64 * np.eye(64) - 1) / 63
    assert_allclose(mutual_information_bound(simplex), 1, atol=0.02)
    assert mutual_information_bound(4 * simplex) > 1.5


def test_a_perfect_pair_costs_its_ties(rng):
    """X = Y uniform on two values: with three candidates the value is 3/4 log 3 − 1/2 log 2."""
    assert_allclose(expected_bound(np.eye(2) / 2, 700 * np.eye(2), 3), 0.75 * np.log(3) - 0.5 * np.log(2))


# ---- accuracy, dtypes, edges -------------------------------------------------------------------


def test_within_a_few_eps_of_the_exact_value():
    rng = np.random.default_rng(4)
    for dtype in (np.float32, np.float64):
        eps = np.finfo(dtype).eps
        for spread in (1e-3, 1, 30):
            S = rng.uniform(-spread, spread, (3, 4)).astype(dtype)
            losses, gradient = info_nce(S), info_nce_gradient(S)
            for n in range(3):
                p = exact.softmax(S[n])
                assert abs(float(losses[n] / -exact.log(p[n]) - 1)) <= 6 * eps
                truth = [p[m] - (m == n) for m in range(4)]
                assert all(abs(float(gradient[n, m] / truth[m] - 1)) <= 6 * eps for m in range(4))


@pytest.mark.parametrize("tau", [0.07, 0.3, 7])
def test_the_error_of_a_temperature(tau):
    """At most eps |S/τ| beyond that of the loss itself."""
    rng = np.random.default_rng(5)
    for _ in range(20):
        S = rng.uniform(-1, 1, (2, 5)).astype(np.float32)
        eps, largest = np.finfo(np.float32).eps, float(np.abs(S / tau).max())
        for n, loss in enumerate(info_nce(S, tau)):
            z = [x / exact.mp.mpf(tau) for x in exact.exactly(S[n])]
            truth = exact.log(exact.mp.fsum(exact.mp.exp(x - z[n]) for x in z))
            assert abs(float(loss - truth)) <= eps * (largest + 6 * float(truth))
        for n, row in enumerate(info_nce_gradient(S, tau)):
            p = exact.softmax((S / np.float64(tau)).astype(np.float32)[n])
            truth = [(p[m] - (m == n)) / exact.mp.mpf(tau) for m in range(5)]
            assert all(abs(float(row[m] / truth[m] - 1)) <= 6 * eps for m in range(5))


def test_a_temperature_is_not_rounded_to_the_dtype_of_the_scores():
    """As float32 the first temperature is a fifth smaller, and the second is 0."""
    S = np.array([[0, 2.0**-147]], np.float32)
    assert_allclose(info_nce(S, 1.25 * 2.0**-149), np.log1p(np.exp(3.2)), rtol=1e-6)
    assert_allclose(mutual_information_bound(S, 1.25 * 2.0**-149), np.log(2) - np.log1p(np.exp(3.2)), rtol=1e-6)
    S = np.array([[0, -1]], np.float32)
    assert info_nce(S, 1e-50).tolist() == [0]
    assert info_nce_gradient(S, 1e-50).tolist() == [[0, 0]]


@pytest.mark.parametrize("dtype", [np.float16, np.float32, np.float64, np.longdouble])
def test_dtypes_are_kept_and_half_precision_is_computed_wider(dtype):
    S = np.array([[1, 0.5, -2], [0, 0.25, 1]], dtype)
    for function in (info_nce, info_nce_gradient, mutual_information_bound):
        result = function(S, 0.5)
        assert result.dtype == dtype
        assert_allclose(result.astype(float), function(S.astype(float), 0.5), rtol=2e-3)
    assert np.isfinite(info_nce(np.array([[60000, 0]], np.float16), 0.01)).all()


def test_a_nan_stays_in_its_row_and_reaches_the_mean():
    S = [[NAN, 0], [0, 0]]
    assert np.isnan(info_nce(S)).tolist() == [True, False]
    assert np.isnan(info_nce_gradient(S)).tolist() == [[True, True], [False, False]]
    assert np.isnan(mutual_information_bound(S))
    assert np.isnan(mutual_information_bound(np.zeros((0, 3))))


def test_excluded_candidates():
    assert info_nce([[-INF, 0]]).tolist() == [INF]
    assert mutual_information_bound([[-INF, 0]]) == -INF
    assert info_nce_gradient([[-INF, 0]]).tolist() == [[-1, 1]]
    assert np.isnan(info_nce([[-INF, -INF]])).all()
    assert np.isnan(mutual_information_bound([[-INF, -INF]]))
    assert info_nce([[0, -1]], 1e-309).tolist() == [0]
    assert info_nce([[-1, 0]], 1e-309).tolist() == [INF]
    assert np.isnan(info_nce([[1e308, 0]], 0.1)).all()


def test_no_anchors_and_leading_axes():
    assert info_nce(np.zeros((0, 3))).shape == (0,)
    assert info_nce_gradient(np.zeros((0, 3))).shape == (0, 3)
    assert mutual_information_bound(np.zeros((2, 4, 5))).shape == (2,)


@pytest.mark.parametrize("function", [info_nce, info_nce_gradient, mutual_information_bound])
def test_bad_input_is_refused_and_no_input_is_modified(function):
    for S, message in [
        (3.0, "S must have an axis of classes, got the number 3.0"),
        ([1, 2], r"S must have the shape .* got \(2,\)"),
        (np.zeros((3, 2)), r"N anchors and M >= N candidates, got \(3, 2\)"),
        (np.zeros((0, 0)), "at least one class"),
    ]:
        with pytest.raises(ValueError, match=message):
            function(S)
    for tau in (0, -1, INF, NAN, [1, 2]):
        with pytest.raises(ValueError, match="tau must be one positive finite number"):
            function(np.eye(2), tau)
    for S, tau in ((1j * np.eye(2), 1), (np.eye(2), 1j), ([["a"]], 1)):
        with pytest.raises(TypeError, match="must hold real numbers"):
            function(S, tau)
    S = np.eye(3)
    S.flags.writeable = False
    function(S, 0.5)
