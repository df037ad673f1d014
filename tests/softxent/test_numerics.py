"""The kernel: blocks, sums, exponentials with and without the shift, divergence terms."""

from fractions import Fraction

import exact
import numpy as np
import pytest

from softxent import _numerics
from softxent._arguments import quiet
from softxent._numerics import (
    BLOCK,
    FEW,
    artanh_tail,
    blocks,
    exponentials,
    interpolate,
    largest,
    minus,
    pieces,
    rounding_error,
    row_sums,
    shifted,
    signed_row_sums,
)
from softxent.loss import softmax_cross_entropy_with_gradient
from softxent.softmax import log_softmax, logsumexp, softmax

DTYPES = pytest.mark.parametrize("dtype", [np.float32, np.float64])


def sum_error(x, row=0):
    """The error of row_sums in eps."""
    truth = sum(Fraction(float(v)) for v in x[row])
    return float(abs(Fraction(float(row_sums(x)[row, 0])) - truth) / truth) / np.finfo(x.dtype).eps


@DTYPES
def test_exp_of_0_is_1(dtype):
    """A hypothesis of chapter 08a: the largest term of a shifted row is exact, in a short array and in a long one."""
    assert all((np.exp(np.zeros(n, dtype)) == 1).all() for n in (1, 7, 1000))


# ---- sums


@DTYPES
@pytest.mark.parametrize("k", [1, 2, 3, 7, FEW, FEW + 1, 18, 19, 100, 1000, 1003])
def test_sums_are_within_2_eps_also_of_many_small_terms(dtype, k):
    """A large number and small ones that are rounded off one by one, which costs a plain sum k/2 eps."""
    eps = np.finfo(dtype).eps
    rng = np.random.default_rng(k)
    for large in (1, k // 4 + 1):
        for size in (0.26, 0.5, 0.51, 0.75, 1.1):
            x = np.full((3, k), dtype(size * eps))
            x[:, :large] = 1
            assert sum_error(x) <= 2
            assert sum_error(rng.permuted(x, axis=1)) <= 2
    assert sum_error(rng.exponential(1, (2, k)).astype(dtype), 1) <= 2


@DTYPES
def test_a_long_row_is_summed_in_pieces(dtype):
    x = np.full((1, 3 * BLOCK + 5), np.finfo(dtype).eps * 0.55).astype(dtype)
    x[0, ::1000] = 1
    assert sum_error(x) <= 2


def test_numpy_s_own_sum_is_not_that_good():
    x = np.full((1, 128), 0.55 * np.finfo(float).eps)
    x[0, :8] = 1
    truth = sum(Fraction(float(v)) for v in x[0])
    assert abs(Fraction(float(x.sum())) - truth) / truth > 3 * np.finfo(float).eps
    assert sum_error(x) <= 2


def test_infinite_and_nan_sums():
    x = np.ones((4, 40))
    x[0, 3], x[1, 4], x[2, 5:] = np.inf, np.nan, 1e308
    with np.errstate(all="ignore"):
        assert np.array_equal(row_sums(x)[:, 0], [np.inf, np.nan, np.inf, 40], equal_nan=True)
        half = np.full((1, 40), 1e308 / 25)
        assert row_sums(half)[0, 0] == pytest.approx(1.6e308)  # twice the sum is not a float


def test_sums_of_both_signs():
    x = np.array([[1.0, -1.0, 1e-20, 3.0, -2.0]])
    assert signed_row_sums(x)[0, 0] == pytest.approx(1, rel=1e-15)


# ---- blocks


@pytest.mark.parametrize("shape", [(5, 3), (2, 7, 300), (1, 40), (40,), (3, BLOCK + 1), (5000, 100)])
def test_blocks_are_all_rows_once_and_no_larger_than_they_may_be(shape):
    z = np.arange(np.prod(shape), dtype=np.float64).reshape(shape)
    label, seen = np.arange(z.size // shape[-1]).reshape(shape[:-1]), []
    for x, rows in quiet(lambda: list(blocks(z, label)))():
        assert x.size <= max(BLOCK, shape[-1])
        assert x[:, 0].tolist() == (rows[:, 0] * shape[-1]).tolist()
        seen.append(x)
    assert np.array_equal(np.concatenate(seen), z.reshape(-1, shape[-1]))


def test_pieces_cover_the_columns():
    x = np.empty((3, BLOCK))
    columns = [range(BLOCK)[piece] for piece in pieces(x)]
    assert len(columns) > 1
    assert [i for piece in columns for i in piece] == list(range(BLOCK))


def one_pass(z):
    return softmax_cross_entropy_with_gradient(z, [0])


@pytest.mark.parametrize("function", [softmax, log_softmax, logsumexp, one_pass])
@pytest.mark.parametrize("k", [FEW, FEW + 1, 300])
def test_a_single_row_is_its_own_transpose_and_still_not_overwritten(function, k):
    """np.ascontiguousarray(x.T) of one row is a view of x."""
    z = np.linspace(-700, 1000, k)[None]
    before = z.copy()
    function(z)
    function(np.asfortranarray(z))
    assert np.array_equal(z, before)


@pytest.mark.parametrize("k", [3, FEW + 1, 1000])
def test_a_row_has_the_same_result_in_any_batch(k):
    rng = np.random.default_rng(k)
    z = rng.normal(0, 3, (1000, k)) * rng.choice([1, 300], (1000, 1))
    for function in (softmax, log_softmax, logsumexp):
        assert np.array_equal(function(z)[[0, 7, 999]], function(z[[0, 7, 999]]))
        assert np.array_equal(function(z)[7], function(z[7]))


def test_numpy_s_buffer_size_is_left_as_it_was():
    before = np.getbufsize()
    softmax(np.zeros((3, 1000)))
    assert np.getbufsize() == before


# ---- exponentials


@DTYPES
@pytest.mark.parametrize("offset", [0, 50, 1e4, -1e4, -0.5])
def test_the_terms_are_those_of_a_softmax_with_one_apart(dtype, offset):
    x = (np.random.default_rng(0).normal(0, 2, (6, 40)) + offset).astype(dtype)
    at = np.arange(6)
    with np.errstate(all="ignore"):
        terms = exponentials(x, at)
    assert np.array_equal(terms.apart[:, 0], terms.e[np.arange(6), at])
    for row in range(6):
        truth = exact.softmax(x[row])
        assert exact.error(terms.e[row] / terms.total[row], truth) <= 5
        others = exact.mp.fsum(p for k, p in enumerate(truth) if k != at[row])
        assert exact.error(terms.others[row] / terms.total[row], [others]) <= 6


def test_safe_rows_are_not_shifted_and_others_are():
    x = np.array([[0.0, -1.0], [800.0, 1.0], [-800.0, -801.0], [300.0, 1.0]])
    with np.errstate(all="ignore"):
        terms = exponentials(x)
    assert terms.e[0].tolist() == np.exp(x[0]).tolist()
    assert terms.e[3].tolist() == np.exp(x[3]).tolist()
    assert terms.e[1, 0] == terms.e[2, 0] == 1


@pytest.mark.parametrize("low", [-0.9, -1.3, -20])
def test_the_rounding_of_the_shift_is_carried(low):
    """By fast two-sum where |x| ≤ m, by two-sum elsewhere: exactly, in fractions."""
    rng = np.random.default_rng(1)
    x = rng.uniform(low, 1, (20, 30)) * 300
    x[:, 0] = 300 + rng.random(20)
    m = x.max(-1, keepdims=True)
    d = x - m
    c = rounding_error(x, m, d, x.min(-1, keepdims=True))
    assert (c != 0).any()
    for values in zip(x.ravel(), np.broadcast_to(m, x.shape).ravel(), d.ravel(), c.ravel(), strict=True):
        a, b, rounded, error = (Fraction(float(v)) for v in values)
        assert a - b == rounded + error


@DTYPES
@pytest.mark.parametrize("ends", [(-350, 350), (20, 120), (150, 800), (-800, -150), (9000, 10000)])
def test_shifted_rows_keep_their_digits(dtype, ends):
    x = np.random.default_rng(2).uniform(*ends, (3, 50)).astype(dtype)
    with np.errstate(all="ignore"):
        terms = shifted(x, largest(x), np.empty_like(x))
    for row in range(3):
        want = [exact.exp(v - max(exact.exactly(x[row]))) for v in exact.exactly(x[row])]
        assert exact.error(terms.e[row], want) <= 2.5


# ---- small things


@DTYPES
def test_the_series_of_artanh(dtype):
    """u = 1e-4, ..., 1/2: artanh(u)/u − 1 is wanted relative to u, which is how much of a divergence it is."""
    for u in np.linspace(1e-4, 0.4999, 50):
        w = np.array([u * u]).astype(dtype)
        x = exact.mp.sqrt(exact.mp.mpf(float(w[0])))
        want = exact.mp.atanh(x) / x - 1
        assert abs(exact.mp.mpf(float(artanh_tail(w)[0])) - want) <= float(x) * float(np.finfo(dtype).eps) / 2


def test_interpolation():
    """1 + 2 x + 3 x², through three points."""
    points = [Fraction(-1), Fraction(0), Fraction(2)]
    assert interpolate(points, [2, 1, 17]) == [3, 2, 1]


def test_minus_zero_is_zero():
    assert str(minus(0.0)) == "0.0"
    assert minus(2.0) == -2


def test_the_fields_of_the_kernel_s_result_have_names():
    assert _numerics.Exponentials._fields == ("e", "apart", "others")
