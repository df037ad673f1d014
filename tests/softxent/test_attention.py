"""Attention: known values, laws, torch and mpmath as oracles, first and second derivatives, masks, edges, errors."""

import itertools
import tracemalloc

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from mpmath import mp, mpf
from numpy.testing import assert_allclose
from torch.nn.functional import scaled_dot_product_attention

from softxent.attention import attention, attention_vjp, causal_mask, online_attention
from softxent.softmax import softmax

INF, NAN = np.inf, np.nan
EPS = np.finfo(float).eps
SIZES = [(), (1,), (2, 3)]


def draw(seed, *batch, n=4, m=5, d=3, d_v=2, scale=1.0):
    """Q, K, V and dO."""
    rng = np.random.default_rng(seed)
    shapes = (n, d), (m, d), (m, d_v), (n, d_v)
    return tuple(rng.normal(scale=scale, size=(*batch, *shape)) for shape in shapes)


def tensors(*arrays):
    return [torch.tensor(x, requires_grad=True) for x in arrays]


def some_mask(seed, *shape):
    """Random, with at least one key for every query."""
    mask = np.random.default_rng(seed).random(shape) < 0.6
    mask[..., 0] = True
    return mask


def masks(seed, batch):
    yield None
    yield some_mask(seed, 4, 5)
    yield some_mask(seed, *batch, 4, 5)


def exactly(Q, K, V, digits=80):
    """The definition, in mpmath."""
    with mp.workdps(digits):
        Q, K, V = (mp.matrix([[mpf(float(x)) for x in row] for row in X]) for X in (Q, K, V))
        S = Q * K.T / mp.sqrt(Q.cols)
        E = S.apply(mp.exp)
        for n in range(E.rows):
            E[n, :] = E[n, :] / mp.fsum(E[n, :])
        return E, E * V


# ---- known values


def test_equal_scores_give_the_mean_of_the_values():
    V = np.arange(12.0).reshape(4, 3)
    assert_allclose(attention(np.zeros((2, 5)), np.ones((4, 5)), V), [V.mean(0)] * 2, rtol=1e-15)


def test_weights_that_are_fractions():
    """Scores log 1, log 2, log 5 in two features: Q K^T = sqrt(2) log k."""
    K = np.log([[1.0, 1], [2, 2], [5, 5]]) / np.sqrt(2)
    assert_allclose(attention([[1.0, 1.0]], K, np.eye(3)), [[1 / 8, 2 / 8, 5 / 8]], rtol=1e-14)


def test_one_key_gives_its_value_and_no_gradient_but_the_value_s():
    Q, K, V, dO = draw(0, m=1)
    assert attention(Q, K, V).tolist() == [V[0].tolist()] * 4
    dQ, dK, dV = attention_vjp(Q, K, V, dO)
    assert not dQ.any()
    assert not dK.any()
    assert_allclose(dV, dO.sum(0, keepdims=True), rtol=1e-14)


def test_the_causal_mask():
    assert causal_mask(1).tolist() == [[True]]
    assert causal_mask(4).dtype == bool
    assert all(causal_mask(4)[n, m] == (m <= n) for n, m in itertools.product(range(4), repeat=2))


# ---- oracles


@pytest.mark.parametrize("batch", SIZES)
@pytest.mark.parametrize("which", [0, 1, 2])
def test_torch_finds_the_same_outputs_and_gradients(batch, which):
    Q, K, V, dO = draw(1, *batch)
    mask = list(masks(1, batch))[which]
    leaves = tensors(Q, K, V)
    out = scaled_dot_product_attention(*leaves, attn_mask=None if mask is None else torch.tensor(mask))
    out.backward(torch.tensor(dO))
    assert_allclose(attention(Q, K, V, mask), out.detach().numpy(), rtol=1e-12, atol=1e-14)
    for ours, leaf in zip(attention_vjp(Q, K, V, dO, mask), leaves, strict=True):
        assert_allclose(ours, leaf.grad.numpy(), rtol=1e-11, atol=1e-14)


def test_torch_s_causal_flag_is_our_causal_mask():
    Q, K, V, dO = draw(2, 2, n=6, m=6)
    leaves = tensors(Q, K, V)
    out = scaled_dot_product_attention(*leaves, is_causal=True)
    out.backward(torch.tensor(dO))
    assert_allclose(attention(Q, K, V, causal_mask(6)), out.detach().numpy(), rtol=1e-12, atol=1e-14)
    for ours, leaf in zip(attention_vjp(Q, K, V, dO, causal_mask(6)), leaves, strict=True):
        assert_allclose(ours, leaf.grad.numpy(), rtol=1e-11, atol=1e-14)


@pytest.mark.parametrize("scale", [0.1, 1.0, 10.0])
def test_outputs_are_as_accurate_as_the_scores_allow(scale):
    """A score is off by (D + 2) eps Σ|q k|/√D at most, a weight by twice the largest such error, relatively."""
    Q, K, V, _ = draw(3, n=8, m=30, d=16, scale=scale)
    A, O = exactly(Q, K, V)
    A, O = (np.array(X.tolist(), dtype=float) for X in (A, O))
    off = 18 * EPS * (np.abs(Q) @ np.abs(K).T).max() / 4
    assert_allclose(attention(Q, K, np.eye(30)), A, rtol=2 * off + 4 * EPS)
    assert (np.abs(attention(Q, K, V) - O) <= (2 * off + 40 * EPS) * (A @ np.abs(V))).all()


def test_the_gradient_of_a_saturated_row_keeps_its_digits():
    """One feature, scores 0 and −40: dS = ± α(1 − α) (b_1 − b_2), where 1 − α is far below eps."""
    dQ, dK, _ = attention_vjp([[1.0]], [[0.0], [-40.0]], [[3.0], [1.0]], [[1.0]])
    with mp.workdps(60):
        a = 1 / (1 + mp.exp(-40))
        dS = a * (1 - a) * 2
        assert abs(dK[0, 0] / dS - 1) < 8 * EPS
        assert abs(dQ[0, 0] / (40 * dS) - 1) < 8 * EPS


@pytest.mark.parametrize("dtype", [np.float16, np.float32])
def test_float16_and_float32_are_computed_in_float32(dtype):
    Q, K, V, dO = (x.astype(dtype) for x in draw(4, 2))
    single = [x.astype(np.float32) for x in (Q, K, V, dO)]
    results, wanted = ((attention(*x[:3]), *attention_vjp(*x)) for x in ((Q, K, V, dO), single))
    assert all(x.dtype == dtype for x in results)
    assert all(np.array_equal(x, y.astype(dtype)) for x, y in zip(results, wanted, strict=True))


def test_float16_is_as_good_as_its_inputs_and_does_not_overflow():
    Q, K, V, dO = (x.astype(np.float16) for x in draw(4, 2))
    wide = [x.astype(np.float64) for x in (Q, K, V, dO)]
    assert attention(Q, K, V).dtype == np.float16
    assert_allclose(attention(Q, K, V), attention(*wide[:3]), rtol=2e-3, atol=1e-3)
    for ours, wanted in zip(attention_vjp(Q, K, V, dO), attention_vjp(*wide), strict=True):
        assert ours.dtype == np.float16
        assert_allclose(ours, wanted, rtol=2e-3, atol=1e-3)
    loud = np.full((1, 64), 200, np.float16)  # a score of 40000 · 8: beyond float16
    assert attention(loud, np.stack([loud[0], 0 * loud[0]]), np.eye(2, dtype=np.float16)).tolist() == [[1, 0]]


# ---- laws

sizes = st.tuples(*[st.integers(1, 4)] * 4)


@settings(max_examples=50)
@given(sizes, st.integers(0, 10**6), st.floats(0.1, 30))
def test_outputs_are_means_of_values(size, seed, scale):
    n, m, d, d_v = size
    Q, K, V, _ = draw(seed, n=n, m=m, d=d, d_v=d_v, scale=scale)
    O = attention(Q, K, V)
    slack = 1e-14 * np.abs(V).max(0)
    assert (V.min(0) - slack <= O).all()
    assert (V.max(0) + slack >= O).all()
    assert_allclose(attention(Q, K, V + 7), O + 7, rtol=0, atol=1e-13 * (7 + np.abs(V).max()))
    assert_allclose(attention(Q, K, np.ones((m, 1))), 1, rtol=1e-14)


@settings(max_examples=30)
@given(st.integers(0, 10**6))
def test_the_order_of_keys_does_not_matter_and_that_of_queries_is_kept(seed):
    Q, K, V, dO = draw(seed)
    rng = np.random.default_rng(seed)
    rows, columns, mask = rng.permutation(4), rng.permutation(5), some_mask(seed, 4, 5)
    O, (dQ, dK, dV) = attention(Q, K, V, mask), attention_vjp(Q, K, V, dO, mask)
    moved = Q[rows], K[columns], V[columns]
    assert_allclose(attention(*moved, mask[rows][:, columns]), O[rows], rtol=1e-13, atol=1e-15)
    found = attention_vjp(*moved, dO[rows], mask[rows][:, columns])
    for ours, wanted in zip(found, (dQ[rows], dK[columns], dV[columns]), strict=True):
        assert_allclose(ours, wanted, rtol=1e-11, atol=1e-14)


def test_a_common_shift_of_the_keys_changes_nothing():
    """It adds the same number to every score of a row; so the gradients of the keys add up to 0."""
    Q, K, V, dO = draw(5)
    assert_allclose(attention(Q, K + np.array([1.0, -2, 3]), V), attention(Q, K, V), rtol=1e-12)
    assert_allclose(attention_vjp(Q, K, V, dO)[1].sum(0), 0, atol=1e-14)


def test_batches_are_computed_one_by_one():
    Q, K, V, dO = draw(6, 2, 3)
    mask = some_mask(6, 2, 3, 4, 5)
    O, found = attention(Q, K, V, mask), attention_vjp(Q, K, V, dO, mask)
    for b in itertools.product(range(2), range(3)):
        assert_allclose(O[b], attention(Q[b], K[b], V[b], mask[b]), rtol=1e-14)
        for ours, wanted in zip(found, attention_vjp(Q[b], K[b], V[b], dO[b], mask[b]), strict=True):
            assert_allclose(ours[b], wanted, rtol=1e-13, atol=1e-15)


def test_a_masked_key_might_as_well_be_absent():
    Q, K, V, dO = draw(7)
    mask = np.ones((4, 5), bool)
    mask[:, [1, 4]] = False
    left = [0, 2, 3]
    assert_allclose(attention(Q, K, V, mask), attention(Q, K[left], V[left]), rtol=1e-14)
    dQ, dK, dV = attention_vjp(Q, K, V, dO, mask)
    assert not dK[[1, 4]].any()
    assert not dV[[1, 4]].any()
    for ours, wanted in zip((dQ, dK[left], dV[left]), attention_vjp(Q, K[left], V[left], dO), strict=True):
        assert_allclose(ours, wanted, rtol=1e-13, atol=1e-15)


def test_under_the_causal_mask_no_output_depends_on_a_later_row():
    Q, K, V, _ = draw(8, n=5)
    before = attention(Q, K, V, causal_mask(5))
    K[3:], V[3:] = 1e3, -1e3
    assert attention(Q, K, V, causal_mask(5))[:3].tolist() == before[:3].tolist()


# ---- derivatives, without torch


def loss(Q, K, V, dO, mask):
    return (dO * attention(Q, K, V, mask)).sum()


@pytest.mark.parametrize("mask", [None, some_mask(9, 4, 5)])
def test_gradients_are_difference_quotients(mask):
    inputs, dO, h = list(draw(9)[:3]), draw(9)[3], 1e-5
    rng = np.random.default_rng(9)
    for number, gradient in enumerate(attention_vjp(*inputs, dO, mask)):
        step = rng.normal(size=gradient.shape)
        up, down = ([x + sign * h * step if k == number else x for k, x in enumerate(inputs)] for sign in (1, -1))
        assert_allclose((gradient * step).sum(), (loss(*up, dO, mask) - loss(*down, dO, mask)) / (2 * h), rtol=1e-8)


@pytest.mark.parametrize("mask", [None, some_mask(10, 4, 5)])
def test_second_derivatives_are_those_of_torch(mask):
    """The difference quotient of our gradient in a random direction, against torch's double backward pass."""
    *inputs, dO = draw(10)
    rng, h = np.random.default_rng(10), 1e-5
    steps = [rng.normal(size=x.shape) for x in inputs]
    up, down = ([x + sign * h * v for x, v in zip(inputs, steps, strict=True)] for sign in (1, -1))
    ours = [
        (a - b) / (2 * h) for a, b in zip(attention_vjp(*up, dO, mask), attention_vjp(*down, dO, mask), strict=True)
    ]
    leaves = tensors(*inputs)
    allowed = None if mask is None else torch.tensor(mask)
    total = (scaled_dot_product_attention(*leaves, attn_mask=allowed) * torch.tensor(dO)).sum()
    first = torch.autograd.grad(total, leaves, create_graph=True)
    along = sum((g * torch.tensor(v)).sum() for g, v in zip(first, steps, strict=True))
    for found, wanted in zip(ours, torch.autograd.grad(along, leaves), strict=True):
        assert_allclose(found, wanted.numpy(), rtol=1e-7, atol=1e-8)


# ---- edges


def test_a_fully_masked_query_is_nan_and_leaves_the_others_alone():
    Q, K, V, dO = draw(11)
    mask = np.ones((4, 5), bool)
    mask[2] = False
    O, (dQ, dK, dV) = attention(Q, K, V, mask), attention_vjp(Q, K, V, dO, mask)
    rest = [0, 1, 3]
    assert all(np.isnan(x).all() for x in (O[2], dQ[2], dK, dV))
    assert_allclose(O[rest], attention(Q, K, V)[rest], rtol=1e-14)
    assert_allclose(dQ[rest], attention_vjp(Q, K, V, dO)[0][rest], rtol=1e-13)


def test_nan_is_contagious_but_a_masked_key_is_not_read():
    Q, K, V, _ = draw(12)
    spoiled = Q.copy()
    spoiled[1, 0] = NAN
    assert np.isnan(attention(spoiled, K, V)).all(-1).tolist() == [False, True, False, False]
    for bad in (NAN, INF):
        key = K.copy()
        key[4] = bad
        mask = np.arange(5) < np.full((4, 1), 4)
        assert_allclose(attention(Q, key, V, mask), attention(Q, K[:4], V[:4]), rtol=1e-14)
        value = V.copy()
        value[4] = bad
        assert np.isnan(attention(Q, K, value, mask)).all()


def test_huge_scores_neither_overflow_nor_warn():
    O = attention([[1e150]], [[1e150], [0.0]], [[1.0], [2.0]])
    assert O.tolist() == [[1.0]]
    assert not any(x.any() for x in attention_vjp([[1e150]], [[1e150], [0.0]], [[1.0], [2.0]], [[1.0]])[:2])


def test_a_score_that_overflows_gives_nan_in_its_row():
    Q, K, V = [[1e200], [1.0], [-1e200]], [[1e200], [0.0]], [[1.0], [2.0]]
    assert np.isnan(attention(Q, K, V))[:, 0].tolist() == [True, False, False]
    assert attention(Q, K, V)[1:].tolist() == [[1.0], [2.0]]


def test_integers_give_float64_and_nothing_empty_is_refused_but_keys_and_features():
    assert attention([[1]], [[1]], [[3]]).dtype == np.float64
    assert attention(np.zeros((0, 2)), np.ones((3, 2)), np.ones((3, 4))).shape == (0, 4)
    assert attention(np.zeros((0, 1, 2)), np.ones((0, 3, 2)), np.ones((0, 3, 4), np.float32)).shape == (0, 1, 4)
    assert attention(np.zeros((5, 2)), np.ones((3, 2)), np.ones((3, 0))).shape == (5, 0)
    shapes = [x.shape for x in attention_vjp(np.zeros((0, 2)), np.ones((3, 2)), np.ones((3, 4)), np.zeros((0, 4)))]
    assert shapes == [(0, 2), (3, 2), (3, 4)]


def test_no_input_is_modified():
    inputs, mask = draw(13, 2), some_mask(13, 4, 5)
    before = [x.copy() for x in (*inputs, mask)]
    for x in (*inputs, mask):
        x.flags.writeable = False
    results = attention(*inputs[:3], mask), *attention_vjp(*inputs, mask)
    assert all(np.array_equal(x, y) for x, y in zip((*inputs, mask), before, strict=True))
    assert not any(np.shares_memory(r, x) for r in results for x in inputs)


# ---- errors


@pytest.mark.parametrize(
    ("shapes", "message"),
    [
        (((2, 3), (4, 5), (4, 1)), "equally many features"),
        (((2, 0), (4, 0), (4, 1)), "at least one: got"),
        (((2, 3), (4, 3), (5, 1)), "equally many rows"),
        (((2, 3), (0, 3), (0, 1)), "rows, at least one"),
        (((3,), (4, 3), (4, 1)), "must be matrices"),
        (((2, 2, 3), (4, 3), (4, 1)), "equal leading axes"),
    ],
)
def test_shapes_that_do_not_fit_are_named(shapes, message):
    with pytest.raises(ValueError, match=message):
        attention(*map(np.ones, shapes))
    with pytest.raises(ValueError, match=message):
        attention_vjp(*map(np.ones, shapes), np.ones((2, 1)))


def test_a_mask_of_numbers_or_of_another_shape_is_refused():
    Q, K, V, dO = draw(14)
    with pytest.raises(TypeError, match=r"mask must hold booleans.*float64"):
        attention(Q, K, V, np.zeros((4, 5)))
    for shape in ((5, 4), (5,), (1, 4, 5), (1, 5)):
        with pytest.raises(ValueError, match=r"mask must have the shape of the scores, \(4, 5\)"):
            attention_vjp(Q, K, V, dO, np.ones(shape, bool))


def test_other_bad_arguments_are_refused():
    Q, K, V, dO = draw(15)
    with pytest.raises(ValueError, match=r"dO must have the shape of the outputs, \(4, 2\), got \(2, 4\)"):
        attention_vjp(Q, K, V, dO.T)
    with pytest.raises(TypeError, match="V must hold real numbers, got dtype complex128"):
        attention(Q, K, V + 0j)
    with pytest.raises(ValueError, match="n must be at least 1, got 0"):
        causal_mask(0)
    with pytest.raises(TypeError):
        causal_mask(2.5)


def test_weights_are_the_outputs_for_the_identity():
    Q, K, *_ = draw(16)
    assert_allclose(attention(Q, K, np.eye(5)), softmax(Q @ K.T / np.sqrt(3)), rtol=1e-15)


def test_two_dtypes_are_computed_in_the_wider_one():
    Q, K, V, dO = draw(5)
    narrow = Q.astype(np.float32), K.astype(np.float32)
    wide = [x.astype(float) for x in narrow]
    assert np.array_equal(attention(*narrow, V), attention(*wide, V))
    for ours, wanted in zip(attention_vjp(*narrow, V, dO), attention_vjp(*wide, V, dO), strict=True):
        assert np.array_equal(ours, wanted)


# ---- one pass


@pytest.mark.parametrize("batch", SIZES)
@pytest.mark.parametrize("which", [0, 1, 2])
@pytest.mark.parametrize("size", [1, 2, 3, 100])
def test_one_pass_gives_the_same_outputs(batch, which, size):
    Q, K, V, _ = draw(20, *batch)
    mask = list(masks(20, batch))[which]
    ours = online_attention(Q, K, V, mask, size=size)
    assert_allclose(ours, attention(Q, K, V, mask), rtol=0, atol=30 * EPS * np.abs(V).max())


@pytest.mark.parametrize("size", [1, 2, 3, 7, 100])
def test_the_causal_pass_is_the_causal_mask(size):
    Q, K, V, _ = draw(21, 2, n=7, m=7)
    some = some_mask(21, 7, 7)
    for mask, both in ((None, causal_mask(7)), (some, some & causal_mask(7))):
        ours = online_attention(Q, K, V, mask, causal=True, size=size)
        assert_allclose(ours, attention(Q, K, V, both), rtol=0, atol=30 * EPS * np.abs(V).max())


@pytest.mark.parametrize("scale", [0.1, 1.0, 10.0])
@pytest.mark.parametrize("size", [1, 8])
def test_one_pass_is_as_accurate_as_its_docstring_says(scale, size):
    """The first feature alone counts, so that the scores are exact: what is left is the softmax's own error."""
    Q, K, V, _ = draw(22, n=8, m=64, d=4, scale=scale)
    Q[:, 1:] = 0
    Q[:, 0] = 2.0
    A, O = (np.array(X.tolist(), dtype=float) for X in exactly(Q, K, V))
    ours = online_attention(Q, K, V, size=size)
    assert (np.abs(ours - O) <= (30 + 2 * 64 / size) * EPS * (A @ np.abs(V))).all()


def test_rising_scores_move_the_maximum_at_every_key():
    K = np.arange(-400.0, 400)[:, None]
    ours = online_attention([[1.0]], K, K, size=1)
    assert_allclose(ours, attention([[1.0]], K, K), rtol=1e-13)


def test_one_pass_at_the_edges():
    Q, K, V, _ = draw(23, n=3, m=3)
    mask = np.array([[False, False, False], [True, False, True], [False, False, True]])
    ours = online_attention(Q, K, V, mask, size=1)
    assert np.isnan(ours[0]).all()
    assert_allclose(ours[1:], attention(Q, K, V, mask)[1:], rtol=1e-14)
    for place, bad in ((1, NAN), (0, INF)):
        K2 = K.copy()
        K2[place] = bad
        assert np.array_equal(np.isnan(online_attention(Q, K2, V, size=2)), np.isnan(attention(Q, K2, V)))
    late = K.copy()
    late[2] = NAN
    assert np.isfinite(online_attention(Q, late, V, causal=True, size=2)[:2]).all()
    assert np.isnan(online_attention(Q, late, V, causal=True, size=2)[2]).all()
    assert online_attention(np.zeros((0, 2, 3)), np.zeros((0, 4, 3)), np.zeros((0, 4, 5))).shape == (0, 2, 5)
    assert online_attention(np.zeros((0, 3)), np.zeros((4, 3)), np.zeros((4, 5))).shape == (0, 5)


@pytest.mark.parametrize("dtype", [np.float16, np.float32])
def test_one_pass_keeps_the_dtype(dtype):
    Q, K, V, _ = (x.astype(dtype) for x in draw(24, 2))
    ours = online_attention(Q, K, V, size=2)
    assert ours.dtype == dtype
    assert_allclose(ours, attention(Q, K, V), rtol=4 * np.finfo(dtype).eps, atol=4 * np.finfo(dtype).eps)


def test_the_memory_of_one_pass_is_linear():
    """A table of 4000² weights would take 128 MB, its mask 16 MB."""
    Q, K, V, _ = draw(25, n=4000, m=4000, d=4)
    tracemalloc.start()
    online_attention(Q, K, V, causal=True)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 4e6


def test_one_pass_refuses_what_attention_refuses():
    Q, K, V, _ = draw(26)
    with pytest.raises(ValueError, match="size must be at least 1, got 0"):
        online_attention(Q, K, V, size=0)
    with pytest.raises(TypeError):
        online_attention(Q, K, V, size=2.5)
    with pytest.raises(ValueError, match="causal needs as many queries as keys, got 4 and 5"):
        online_attention(Q, K, V, causal=True)
    with pytest.raises(TypeError, match="mask must hold booleans"):
        online_attention(Q, K, V, np.ones((4, 5)))
    with pytest.raises(ValueError, match=r"mask must have the shape of the scores, \(4, 5\)"):
        online_attention(Q, K, V, np.ones((4, 4), bool))
    with pytest.raises(ValueError, match="equally many features"):
        online_attention(Q, K[:, 1:], V)
