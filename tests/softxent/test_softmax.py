"""Softmax, log-sum-exp and sparsemax: known values, laws, oracles, errors."""

import itertools
from fractions import Fraction

import numpy as np
import pytest
import scipy.special
import torch
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from numpy.testing import assert_allclose

from softxent.entropy import entropy, kl_divergence
from softxent.softmax import (
    entropy_from_logits,
    kl_from_logits,
    log_softmax,
    logsumexp,
    softmax,
    softmax_jacobian,
    softmax_jvp,
    sparsemax,
)

ONE = (logsumexp, softmax, log_softmax, entropy_from_logits, softmax_jacobian, sparsemax)
TWO = (kl_from_logits, softmax_jvp)
logits = arrays(float, st.integers(1, 6), elements=st.floats(-50, 50))
pairs = st.integers(1, 6).flatmap(lambda k: arrays(float, (2, k), elements=st.floats(-50, 50)))


# known values


def test_probabilities_that_are_fractions():
    z = np.log([1, 2, 5])
    assert_allclose(softmax(z), [1 / 8, 2 / 8, 5 / 8], rtol=1e-15)
    assert_allclose(log_softmax(z), np.log([1 / 8, 2 / 8, 5 / 8]), rtol=1e-15)
    assert_allclose(logsumexp(z), np.log(8), rtol=1e-15)
    assert_allclose(softmax_jacobian(z) * 64, [[7, -2, -5], [-2, 12, -10], [-5, -10, 15]], rtol=1e-14)
    assert_allclose(softmax_jvp(z, [8, 0, 0]) * 8, [7, -2, -5], rtol=1e-14)
    assert_allclose(entropy_from_logits(z), entropy([1 / 8, 2 / 8, 5 / 8]), rtol=1e-15)


def test_equal_logits_share_equally():
    for k in (1, 2, 4, 8):
        z = np.full(k, 1e5)
        assert softmax(z).tolist() == [1 / k] * k
        assert_allclose(entropy_from_logits(z), np.log(k), rtol=1e-15)
        assert_allclose(logsumexp(z), 1e5 + np.log(k), rtol=1e-15)


def test_large_logits_do_not_overflow():
    assert softmax([1e308, -1e308]).tolist() == [1, 0]
    assert logsumexp([1e308, 1e308]) == 1e308
    assert log_softmax([0, -1e300]).tolist() == [0, -1e300]
    assert entropy_from_logits([1e308, -1e308]) == 0


def test_logits_whose_differences_overflow():
    """log q = −2e308 is no float, but half of it is, and one half is its weight."""
    assert kl_from_logits([0, 0], [1e308, -1e308]) == pytest.approx(1e308, rel=1e-15)
    assert kl_from_logits(np.float32([0, 0]), np.float32([3e38, -3e38])) == pytest.approx(3e38, rel=1e-6)
    assert kl_from_logits([0, -np.inf, 0], [1e308, -np.inf, -1e308]) == pytest.approx(1e308, rel=1e-15)
    assert kl_from_logits([0, 0, 0], [1e308, -np.inf, -1e308]) == np.inf


def test_two_classes_are_a_sigmoid():
    z = np.linspace(-30, 30, 41)
    both = np.stack([z, np.zeros_like(z)], -1)
    assert_allclose(softmax(both)[:, 0], scipy.special.expit(z), rtol=1e-15)
    assert_allclose(log_softmax(both)[:, 0], scipy.special.log_expit(z), rtol=1e-15)


def test_sparsemax_by_hand():
    assert sparsemax([2.0, 1.5, -1.0]).tolist() == [0.75, 0.25, 0]
    assert sparsemax([0.25, 0.25, 0.25, 0.25]).tolist() == [0.25] * 4
    assert sparsemax([1.0, 0.0]).tolist() == [1, 0]  # one below the largest: just out
    assert sparsemax([1e308, -1e308, 1e308]).tolist() == [0.5, 0, 0.5]
    assert sparsemax([[0.0, 0.5], [3.0, -np.inf]]).tolist() == [[0.25, 0.75], [1, 0]]


# laws


@given(logits)
def test_probabilities_are_positive_sum_to_one_and_keep_the_order(z):
    p = softmax(z)
    assert (p > 0).all()
    assert_allclose(p.sum(), 1, rtol=1e-15)
    order = np.argsort(z)
    assert (np.diff(p[order]) >= 0).all()
    assert_allclose(np.exp(log_softmax(z)), p, rtol=1e-13)  # exp turns 4 eps of log p ≥ −102 into 4 · 102 eps
    assert_allclose(log_softmax(z), z - logsumexp(z), rtol=0, atol=1e-13)


@given(logits, st.integers(-1000, 1000))
def test_a_common_shift_changes_nothing_but_log_sum_exp(z, shift):
    z = np.round(z * 1024) / 1024  # so that z + shift is exact
    assert_allclose(softmax(z + shift), softmax(z), rtol=2e-15)  # 8 eps: rows are shifted only where it is needed
    assert_allclose(entropy_from_logits(z + shift), entropy_from_logits(z), rtol=4e-15)
    assert kl_from_logits(z + shift, z) == 0
    assert_allclose(logsumexp(z + shift), logsumexp(z) + shift, rtol=1e-15, atol=1e-13)


@given(logits)
def test_log_sum_exp_is_a_smooth_maximum(z):
    assert z.max() <= logsumexp(z) <= z.max() + np.log(z.size) + 1e-14
    assert 0 <= entropy_from_logits(z) <= np.log(z.size) * (1 + 1e-15)


@given(pairs)
def test_log_sum_exp_is_convex(both):
    z, w = both
    assert logsumexp((z + w) / 2) <= (logsumexp(z) + logsumexp(w)) / 2 + 1e-13


@given(pairs)
def test_log_sum_exp_lies_above_its_tangents_by_the_divergence(both):
    z, w = both
    assert_allclose(kl_from_logits(z, w), logsumexp(w) - logsumexp(z) - softmax(z) @ (w - z), rtol=1e-12, atol=1e-12)
    assert kl_from_logits(z, w) >= 0
    assert kl_from_logits(z, z) == 0


@given(pairs)
def test_the_jacobian_is_symmetric_positive_and_kills_constants(both):
    z, v = both
    jacobian = softmax_jacobian(z)
    assert (jacobian == jacobian.T).all()
    assert_allclose(jacobian.sum(-1), 0, atol=1e-15)
    assert v @ softmax_jvp(z, v) >= 0
    assert_allclose(softmax_jvp(z, v), jacobian @ v, rtol=1e-12, atol=1e-13)
    assert_allclose(softmax_jvp(z, np.ones_like(z)), 0, atol=1e-15)


@given(logits)
def test_a_class_at_minus_infinity_might_as_well_be_absent(z):
    wide = np.append(z, -np.inf)
    assert softmax(wide)[-1] == 0
    assert_allclose(softmax(wide)[:-1], softmax(z), rtol=1e-15)  # the sum may be rounded in another order
    assert_allclose(logsumexp(wide), logsumexp(z), rtol=1e-15, atol=1e-15)
    assert_allclose(entropy_from_logits(wide), entropy_from_logits(z), rtol=2e-15)
    assert kl_from_logits(wide, wide) == 0


@given(pairs)
def test_sparsemax_is_a_projection_onto_the_simplex(both):
    p, q = sparsemax(both)
    assert p.min() >= 0
    assert_allclose(p.sum(), 1, rtol=1e-14)
    assert_allclose(sparsemax(p), p, rtol=0, atol=1e-15)
    assert (np.diff(p[np.argsort(both[0])]) >= 0).all()
    assert np.linalg.norm(p - q) <= np.linalg.norm(both[0] - both[1]) * (1 + 1e-14) + 1e-14
    assert (p - both[0]) @ (q - p) >= -1e-12  # no point of the simplex is nearer to z


@given(logits, st.integers(-1000, 1000))
def test_a_common_shift_does_not_change_sparsemax(z, shift):
    z = np.round(z * 1024) / 1024
    assert sparsemax(z + shift).tolist() == sparsemax(z).tolist()


# oracles


def nearest(z):
    """The nearest point of the simplex in exact fractions: the best of the candidates of all supports."""
    z = [Fraction(float(x)) for x in z]
    candidates = []
    for support in itertools.chain(*(itertools.combinations(range(len(z)), r) for r in range(1, len(z) + 1))):
        theta = (sum(z[i] for i in support) - 1) / len(support)
        candidates.append([z[i] - theta if i in support else Fraction(0) for i in range(len(z))])
    laws = [c for c in candidates if min(c) >= 0]
    return min(laws, key=lambda c: sum((a - b) ** 2 for a, b in zip(c, z, strict=True)))


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_sparsemax_against_all_supports(dtype):
    own = np.random.default_rng(11)
    for k, scale, shift in itertools.product((1, 2, 3, 5), (1e-6, 0.1, 0.6, 2, 50), (0, -3.3, 1e6)):
        z = (own.normal(0, scale, k) + shift).astype(dtype)
        assert_allclose(sparsemax(z), [float(x) for x in nearest(z)], rtol=0, atol=2 * np.finfo(dtype).eps)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("level", [-0.9, -0.4999, -0.3])
def test_sparsemax_of_many_classes_near_the_threshold(dtype, level):
    """One class at 0 and many near the level; a plain cumulated sum is wrong by thousands of eps here."""
    z = (np.random.default_rng(12).uniform(0, 1e-6, 100_001) + level).astype(dtype)
    z[0] = 0
    exact = sorted((Fraction(float(x)) for x in z), reverse=True)
    theta = max((total - 1) / r for r, total in enumerate(itertools.accumulate(exact), 1))
    wanted = [float(max(Fraction(float(x)) - theta, 0)) for x in z[:50]]
    assert_allclose(sparsemax(z)[:50], wanted, rtol=0, atol=2 * np.finfo(dtype).eps)


def test_scipy_agrees(rng):
    z, w = rng.normal(0, 5, (2, 4, 3, 6))
    assert_allclose(logsumexp(z), scipy.special.logsumexp(z, axis=-1), rtol=1e-14)
    assert_allclose(softmax(z), scipy.special.softmax(z, axis=-1), rtol=1e-14)
    assert_allclose(log_softmax(z), scipy.special.log_softmax(z, axis=-1), rtol=1e-12)
    assert_allclose(entropy_from_logits(z), entropy(softmax(z)), rtol=1e-12)
    assert_allclose(kl_from_logits(z, w), kl_divergence(softmax(z), softmax(w)), rtol=1e-12)


def test_torch_autograd_agrees(rng):
    z, w, v = rng.normal(0, 2, (3, 5))
    tensors = torch.tensor(z), torch.tensor(w), torch.tensor(v)
    jacobian = torch.autograd.functional.jacobian(lambda x: x.softmax(-1), tensors[0])
    product = torch.autograd.functional.jvp(lambda x: x.softmax(-1), tensors[0], tensors[2])[1]
    gradient = torch.func.grad(lambda x: x.logsumexp(-1))(tensors[0])
    log_q, log_p = tensors[1].log_softmax(-1), tensors[0].log_softmax(-1)
    divergence = torch.nn.functional.kl_div(log_q, log_p, reduction="sum", log_target=True)
    assert_allclose(softmax_jacobian(z), jacobian, rtol=1e-13, atol=1e-16)
    assert_allclose(softmax_jvp(z, v), product, rtol=1e-12, atol=1e-16)
    assert_allclose(softmax(z), gradient, rtol=1e-14)
    assert_allclose(kl_from_logits(z, w), divergence, rtol=1e-13)


def test_the_jacobian_is_the_limit_of_difference_quotients(rng):
    z, step = rng.normal(0, 2, 4), 1e-6
    quotients = [(softmax(z + step * e) - softmax(z - step * e)) / (2 * step) for e in np.eye(4)]
    assert_allclose(softmax_jacobian(z), np.transpose(quotients), atol=1e-9)


def test_a_batch_is_its_rows_and_one_vector_serves_all_of_them(rng):
    z, w = rng.normal(0, 5, (2, 2, 3, 4))
    for function in ONE:
        assert np.array_equal(function(z), [[function(row) for row in block] for block in z])
    for function in TWO:
        rows = [function(a, b) for a, b in zip(z.reshape(6, 4), w.reshape(6, 4), strict=True)]
        assert np.array_equal(function(z, w), np.reshape(rows, function(z, w).shape))
        assert np.array_equal(function(z[0, 0], w[1]), [function(z[0, 0], row) for row in w[1]])
        assert np.array_equal(function(z[1], w[0, 0]), [function(row, w[0, 0]) for row in z[1]])


# errors


@pytest.mark.parametrize("function", ONE + TWO)
def test_a_row_without_classes_and_a_bare_number_are_refused(function):
    others = [[0.0, 1.0]] * (function in TWO)
    with pytest.raises(ValueError, match=r"^z must have at least one class on its last axis, got shape \(5, 0\)$"):
        function(np.zeros((5, 0)), *others)
    with pytest.raises(ValueError, match=r"^z must have an axis of classes, got the number 3.5$"):
        function(3.5, *others)
    with pytest.raises(TypeError, match=r"^z must hold real numbers, got dtype complex128$"):
        function([1j, 0], *others)


@pytest.mark.parametrize("function", TWO)
@pytest.mark.parametrize("shape", [(1,), (3,), (4, 1), (1, 2), (5, 2), (1, 4, 2)])
def test_shapes_that_would_broadcast_by_accident_are_refused(function, shape):
    with pytest.raises(ValueError, match=r"z and [wv] must have one shape"):
        function(np.zeros((4, 2)), np.zeros(shape))
    with pytest.raises(ValueError, match=r"z and [wv] must have one shape"):
        function(np.zeros(shape), np.zeros((4, 2)))
