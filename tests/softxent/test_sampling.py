"""Sampling: brute force over all sets, torch, exact sums in mpmath and fractions, laws, edges, bad input."""

import itertools
import math
from fractions import Fraction

import numpy as np
import pytest
import torch
from mpmath import mp
from numpy.testing import assert_allclose

from softxent.entropy import entropy, kl_divergence
from softxent.loss import softmax_cross_entropy
from softxent.sampling import inverse_cdf_sample, perplexity, top_k, top_p
from softxent.softmax import softmax

INF, NAN = np.inf, np.nan
EPS = np.finfo(float).eps
FILTERS = [lambda z: top_k(z, 2), lambda z: top_p(z, 0.8)]


def kept(z):
    """The classes of a filtered row."""
    return set(np.flatnonzero(np.isfinite(z)).tolist())


def exact(z):
    """The probabilities of a row with 60 digits."""
    with mp.workdps(60):
        terms = [mp.exp(mp.mpf(float(x))) for x in z]
        return [t / mp.fsum(terms) for t in terms]


# ---- the filters, by brute force -----------------------------------------------------------------


def smallest_set(masses, p):
    """Of all sets with a mass of at least p the smallest, of these the heaviest, of these the first in the alphabet."""
    sets = (s for size in range(1, len(masses) + 1) for s in itertools.combinations(range(len(masses)), size))
    enough = [s for s in sets if sum(masses[i] for i in s) >= p]
    return set(min(enough, key=lambda s: (len(s), -sum(masses[i] for i in s), s)))


@pytest.mark.parametrize("seed", range(40))
def test_the_nucleus_is_the_smallest_set_that_reaches_the_mass(seed):
    rng = np.random.default_rng(seed)
    weights = [Fraction(int(n)) for n in rng.integers(1, 6 if seed % 2 else 60, size=6)]
    masses = [w / sum(weights) for w in weights]
    z = np.log([float(w) for w in weights])
    for p in (0.05, 0.3, 0.55, 0.8, 0.951, 1):
        # keep away from sets whose mass is p
        sums = np.cumsum(sorted(map(float, masses), reverse=True))
        if abs(sums - p).min() > 1e-9:
            assert kept(top_p(z, p)) == smallest_set(masses, p)


@pytest.mark.parametrize("seed", range(20))
def test_top_k_keeps_the_heaviest_set_of_k(seed):
    rng = np.random.default_rng(seed)
    z = rng.integers(0, 5, size=6).astype(float)
    for k in range(1, 7):
        sets = itertools.combinations(range(6), k)
        assert kept(top_k(z, k)) == set(min(sets, key=lambda s: (-sum(z[i] for i in s), s)))


def test_a_nucleus_by_hand():
    z = np.log([0.5, 0.25, 0.125, 0.125])
    nuclei = {0.1: 1, 0.49: 1, 0.51: 2, 0.74: 2, 0.76: 3, 0.87: 3, 0.88: 4, 1: 4}
    for p, size in nuclei.items():
        assert kept(top_p(z, p)) == set(range(size))


def test_powers_of_two_meet_their_mass_exactly():
    """Two equal logits have masses of exactly one half, four of one quarter: one more class would be one too many."""
    assert kept(top_p([0.0, 0.0], 0.5)) == {0}
    for j in (1, 2, 3):
        assert kept(top_p(np.zeros(4), j / 4)) == set(range(j))


def test_ties_go_to_the_lower_index():
    assert top_k([1.0, 3, 3, 3], 2).tolist() == [-INF, 3, 3, -INF]
    assert kept(top_p([0.0, 1, 1, 1], 0.5)) == {1, 2}


def test_the_first_class_stays_however_small_p_is():
    z = np.array([0.0, 3.0, -1.0])
    for filtered in (top_p(z, 1e-300), top_k(z, 1)):
        assert filtered.tolist() == [-INF, 3, -INF]
    assert top_p(np.zeros(1000), 1e-12).tolist() == [0] + [-INF] * 999


def test_all_classes_stay_with_p_1_and_k_all():
    z = np.array([0.0, -800.0, -5000.0, -INF])
    assert top_p(z, 1).tolist() == top_p(z, 1.0).tolist() == top_k(z, 4).tolist() == z.tolist()


def test_kept_logits_are_the_given_ones_and_masses_are_divided_by_what_is_kept(rng):
    z = 3 * rng.normal(size=(50, 9))
    for filtered in (top_k(z, 4), top_p(z, 0.7)):
        inside = np.isfinite(filtered)
        assert np.array_equal(filtered[inside], z[inside])
        p = np.where(inside, softmax(z), 0)
        assert_allclose(softmax(filtered), p / p.sum(-1, keepdims=True), rtol=1e-14)


def test_against_torch(rng):
    z = 3 * rng.normal(size=(40, 30))
    values, _ = torch.tensor(z).topk(7)
    assert np.array_equal(np.isfinite(top_k(z, 7)), z >= values[:, -1:].numpy())
    ordered, places = torch.softmax(torch.tensor(z), -1).sort(descending=True)
    before = ordered.cumsum(-1) - ordered
    stays = torch.zeros(z.shape, dtype=torch.bool).scatter(-1, places, before < 0.85)
    assert np.array_equal(np.isfinite(top_p(z, 0.85)), stays.numpy())


@pytest.mark.parametrize("K", [3, 40, 1000])
@pytest.mark.parametrize("scale", [0.1, 1, 6])
def test_the_mass_to_16_eps(K, scale):
    rng = np.random.default_rng(K)
    z = -np.sort(-scale * rng.normal(size=K))
    with mp.workdps(60):
        sums = list(itertools.accumulate(exact(z)))
    for j in {1, 2, K // 3, K // 2, 3 * K // 4} - {0}:
        below, above = float(sums[j - 1]) - 16 * EPS, float(sums[j - 1]) + 16 * EPS
        assert len(kept(top_p(z, below))) == j
        if sums[j] - sums[j - 1] > 40 * EPS:
            assert len(kept(top_p(z, above))) == j + 1


def test_a_long_row_of_float32_is_summed_in_float64():
    """A hundred thousand equal classes: in float32 the masses of their tail would be off by hundreds of classes."""
    z = np.zeros(100_000, np.float32)
    for p in (0.1, 0.9):
        assert abs(len(kept(top_p(z, p))) - p * 100_000) <= 1


@pytest.mark.parametrize("dtype", [np.float16, np.float32])
def test_a_narrow_p_is_the_number_that_it_holds(dtype):
    """In float16 the number 1 - 0.0006 is 0.9995, and 49 classes of 100 000 would stay instead of 60."""
    z = np.zeros(100_000)
    for p in (1e-4, 6e-4, 0.0011, 0.3):
        assert kept(top_p(z, dtype(p))) == kept(top_p(z, float(dtype(p))))


# ---- laws ----------------------------------------------------------------------------------------


def test_what_truncation_costs_and_saves(rng):
    z = 2 * rng.normal(size=(200, 7))
    p = softmax(z)
    for filtered in (top_k(z, 3), top_p(z, 0.8)):
        q = softmax(filtered)
        mass = np.where(np.isfinite(filtered), p, 0).sum(-1)
        assert_allclose(kl_divergence(q, p), -np.log(mass), rtol=1e-10, atol=1e-14)
        assert (np.isinf(kl_divergence(p, q)) == (mass < 1 - 1e-12)).all()
        assert (entropy(q) <= entropy(p) + np.log(mass) + 1e-12).all()


def test_a_temperature_does_not_move_top_k_and_never_shrinks_the_nucleus(rng):
    z = 2 * rng.normal(size=(100, 7))
    sizes = np.array([np.isfinite(top_p(z / tau, 0.8)).sum(-1) for tau in (0.25, 0.5, 1, 2, 4)])
    assert (np.diff(sizes, axis=0) >= 0).all()
    assert (sizes[0] < sizes[-1]).any()
    for tau in (0.25, 4):
        assert np.array_equal(np.isfinite(top_k(z / tau, 3)), np.isfinite(top_k(z, 3)))


def test_a_larger_p_keeps_what_a_smaller_one_kept(rng):
    z = 2 * rng.normal(size=(50, 8))
    for p in (0.2, 0.5, 0.9):
        assert (np.isfinite(top_p(z, p)) <= np.isfinite(top_p(z, p + 0.05))).all()
        assert np.array_equal(top_p(top_p(z, p), 1), top_p(z, p))


# ---- draws ---------------------------------------------------------------------------------------


def test_draws_against_a_sum_in_fractions():
    weights = [3, 0, 1, 4, 2, 0]
    ends = [Fraction(n, 10) for n in itertools.accumulate(weights)]
    with np.errstate(divide="ignore"):
        z = np.log(weights)
    for u in (np.arange(100) + 0.5) / 100:
        wanted = next(k for k, end in enumerate(ends) if Fraction(u) < end)
        assert inverse_cdf_sample(z, u) == wanted


def test_draws_have_the_probabilities_of_softmax():
    """Equally spaced numbers hit each class as often as its probability says, up to one."""
    z = np.random.default_rng(2).normal(size=12)
    N = 100_000
    drawn = inverse_cdf_sample(z, (np.arange(N) + 0.5) / N)
    assert (np.abs(np.bincount(drawn, minlength=12) - N * softmax(z)) <= 1).all()
    assert (np.diff(drawn) >= 0).all()


def test_an_excluded_class_is_never_drawn():
    largest = np.nextafter(1, 0)
    for z in ([-INF, 0, -INF], [-INF, 0.3, 1.7, 0.2, -INF, -INF]):
        for u in (0.0, 0.5, largest):
            assert np.isfinite(z[inverse_cdf_sample(z, u)])
    assert inverse_cdf_sample(np.float32([0, -INF]), np.float32(np.nextafter(np.float32(1), np.float32(0)))) == 0


def test_probabilities_that_add_up_to_less_than_1_leave_no_gap():
    """Ten times 0.1 gives 1 - eps/2 in floating point, and the largest number below 1 is not below that."""
    assert softmax(np.zeros(10)).cumsum()[-1] == np.nextafter(1, 0)
    assert inverse_cdf_sample(np.zeros(10), np.nextafter(1, 0)) == 9


def test_rows_and_numbers_are_paired(rng):
    z, u = rng.normal(size=(2, 3, 5)), rng.random((2, 3))
    found = inverse_cdf_sample(z, u)
    assert found.shape == (2, 3)
    assert all(found[i, j] == inverse_cdf_sample(z[i, j], u[i, j]) for i in range(2) for j in range(3))
    assert inverse_cdf_sample(z[0, 0], u).shape == (2, 3)
    assert inverse_cdf_sample(z, 0.3).shape == (2, 3)
    assert inverse_cdf_sample(np.zeros((0, 4)), []).shape == (0,)


# ---- perplexity ----------------------------------------------------------------------------------


def test_perplexity_by_hand():
    assert_allclose(perplexity(np.log([2, 4, 8])), 4, rtol=1e-15)
    assert perplexity(np.zeros(5)) == 1
    assert_allclose(perplexity(np.full(7, np.log(27))), 27, rtol=1e-14)
    assert perplexity([0.5, INF]) == INF


def test_perplexity_against_torch(rng):
    """Torch's own mean over the tokens that are not ignored."""
    z, labels, mask = rng.normal(size=(30, 5)), rng.integers(5, size=30), rng.random(30) < 0.6
    targets = torch.tensor(np.where(mask, labels, -100))
    wanted = torch.nn.functional.cross_entropy(torch.tensor(z), targets).exp().item()
    assert_allclose(perplexity(softmax_cross_entropy(z, labels), mask), wanted, rtol=1e-13)


def test_perplexity_against_a_product_of_fractions():
    chances = [Fraction(1, 3), Fraction(2, 7), Fraction(9, 10), Fraction(1, 50)]
    product = math.prod(chances)
    assert_allclose(perplexity(-np.log([float(p) for p in chances])) ** 4, float(1 / product), rtol=1e-13)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_perplexity_to_its_error(dtype):
    rng = np.random.default_rng(8)
    for size, N in itertools.product((0.01, 2, 60), (10, 1000, 1_000_000)):
        losses = (size * rng.exponential(size=N)).astype(dtype)
        with mp.workdps(40):
            mean = mp.mpf(math.fsum(losses.astype(float).tolist())) / N
            error = abs(mp.mpf(float(perplexity(losses))) / mp.exp(mean) - 1)
        assert error <= (8 + 8 * float(mean)) * np.finfo(dtype).eps


@pytest.mark.parametrize("N", [7, 15, 31, 63, 103, 127, 255])
def test_perplexity_to_its_error_where_all_roundings_agree(N):
    """Equal losses are the worst found: each partial sum is rounded the same way, up to 4.7 eps of the mean."""
    for loss in (0.01, 1.0741230887932562, 9.06, 68.4474123539232, 553.923205342237):
        with mp.workdps(40):
            error = abs(mp.mpf(float(perplexity(np.full(N, loss)))) / mp.exp(loss) - 1)
        assert error <= (8 + 8 * loss) * EPS


def test_the_scale_of_the_weights_does_not_matter():
    for scale in (5e-324, 1e-300, 1e300, 1.7e308):
        assert_allclose(perplexity([1.0, 2.0, 5.0], [scale, scale, 0]), np.exp(1.5), rtol=1e-15)
    assert_allclose(perplexity(np.float32([1, 2]), [1e39, 1e39]), np.exp(1.5), rtol=1e-6)


def test_a_masked_loss_counts_for_nothing_whatever_it_is(rng):
    losses = np.array([[1.0, 2.0, INF], [3.0, 0.5, 7.0]])
    mask = np.array([[True, True, False], [True, False, False]])
    assert_allclose(perplexity(losses, mask), np.exp([1.5, 3]), rtol=1e-15)
    assert_allclose(perplexity(losses.ravel(), mask.ravel()), np.exp(2), rtol=1e-15)
    assert np.isnan(perplexity([NAN, 1.0], [0, 1]))
    assert np.isnan(perplexity([1.0, 1.0], [0, 0]))
    assert perplexity([INF, 1.0], [5e-324, 1e300]) == INF
    assert np.isnan(perplexity([INF, NAN], [5e-324, 1e300]))
    assert np.isnan(perplexity([]))


def test_dtypes_of_the_perplexity():
    for dtype in (np.float16, np.float32, np.float64, np.longdouble):
        assert perplexity(np.array([0.5, 1.5], dtype)).dtype == dtype
        assert perplexity(np.array([0.5, 1.5], dtype), [True, False]).dtype == dtype
    assert perplexity([1, 2]).dtype == np.float64
    assert perplexity(np.full((2, 3), 0.5)).shape == (2,)
    # rounding below 0 is no mistake of the caller
    assert perplexity(np.float32([-6e-8, 0])) <= 1


# ---- edges ---------------------------------------------------------------------------------------


def test_no_input_is_modified():
    z, u = np.array([[1.0, 2.0, 0.5]]), np.array([0.3])
    losses, w = np.array([1.0, 2.0]), np.array([1.0, 0.0])
    for x in (z, u, losses, w):
        x.flags.writeable = False
    for result in (top_k(z, 3), top_p(z, 1)):
        assert not np.shares_memory(result, z)
    inverse_cdf_sample(z, u)
    perplexity(losses, w)


@pytest.mark.parametrize(
    ("function", "arguments", "error", "match"),
    [
        (top_k, ([1, 2], 0), ValueError, "k must lie in 1..2, the number of classes, got 0"),
        (top_k, ([1, 2], 3), ValueError, "got 3"),
        (top_k, ([1, 2], 1.0), TypeError, "k must be an integer, got 1.0"),
        (top_k, ([1, 2], True), TypeError, "k must be an integer, got True"),
        (top_k, (["a"], 1), TypeError, "z must hold real numbers"),
        (top_k, (3.0, 1), ValueError, "axis of classes"),
        (top_p, ([1, 2], 0), ValueError, "p must be a number above 0 and at most 1, got 0"),
        (top_p, ([1, 2], 1.5), ValueError, "got 1.5"),
        (top_p, ([1, 2], NAN), ValueError, "got nan"),
        (top_p, ([1, 2], [0.5]), ValueError, r"got \[0.5\]"),
        (top_p, ([1, 2], "half"), TypeError, "p must hold real numbers"),
        (inverse_cdf_sample, ([1, 2], 1.0), ValueError, "u must lie from 0 to 1, without 1, got 1.0"),
        (inverse_cdf_sample, ([1, 2], [0.5, -0.1]), ValueError, r"got -0.1 at index \(1,\)"),
        (inverse_cdf_sample, ([1, 2], NAN), ValueError, "got nan"),
        (inverse_cdf_sample, ([[1, 2], [NAN, 2]], 0.5), ValueError, r"a softmax in each row, got nan at index \(1,\)"),
        (inverse_cdf_sample, ([-INF, -INF], 0.5), ValueError, "a softmax in each row"),
        (inverse_cdf_sample, ([INF, 0], 0.5), ValueError, "a softmax in each row"),
        (
            inverse_cdf_sample,
            (np.zeros((2, 3)), np.zeros(3)),
            ValueError,
            r"goes with \(2,\), the rows of z, got \(3,\)",
        ),
        (inverse_cdf_sample, (np.zeros((2, 0)), 0.5), ValueError, "at least one class"),
        (perplexity, ([-0.5, -2.0],), ValueError, r"they are -log p, got -0.5 at index \(0,\)"),
        (perplexity, (2.0,), ValueError, "an axis of tokens, got the number 2.0"),
        (perplexity, ([1.0, 2.0], [1.0]), ValueError, r"the shape \(2,\) of the losses, got \(1,\)"),
        (perplexity, ([1.0], [-1.0]), ValueError, "weights must be finite and not negative, got -1.0"),
        (perplexity, ([1.0], [INF]), ValueError, "weights must be finite"),
        (perplexity, (["a"],), TypeError, "losses must hold real numbers"),
    ],
)
def test_bad_arguments_are_refused(function, arguments, error, match):
    with pytest.raises(error, match=match):
        function(*arguments)


@pytest.mark.parametrize("function", FILTERS)
def test_a_row_without_a_softmax_is_nan_and_the_others_are_not(function):
    z = np.array([[NAN, 0, 0], [1.0, 2.0, 0.0], [INF, 0, 0], [-INF, -INF, -INF], [-INF, 0, -INF]])
    found = function(z)
    assert np.isnan(found).all(axis=1).tolist() == [True, False, True, True, False]
    assert not np.isnan(found[[1, 4]]).any()
