"""Choice: enumeration, integrals, SciPy's Gumbel law, torch's autograd and mpmath as oracles; edges and bad input."""

import itertools

import numpy as np
import pytest
import torch
from mpmath import mp, mpf
from numpy.testing import assert_allclose
from scipy import integrate
from scipy.stats import chisquare, gumbel_r, kstest

from softxent.choice import gumbel_max_sample, nested_logit, policy_gradient, reinforce_gradient, soft_value
from softxent.softmax import logsumexp, softmax

INF, NAN = np.inf, np.nan


# ---- noisy maxima ------------------------------------------------------------------------------


@pytest.mark.parametrize("z", [[0.0, 1.0, -1.0, 2.0], [0.0, -3.0], [5.0, 5.0, 5.0], [1000.0, 1001.0, -2000.0, 999.0]])
def test_draws_follow_softmax(rng, z):
    draws = gumbel_max_sample(z, rng, 200_000)
    p = softmax(z)
    kept = p > 1e-12
    counts = np.bincount(draws, minlength=len(z))
    assert counts[~kept].sum() == 0
    assert chisquare(counts[kept], 200_000 * p[kept] / p[kept].sum()).pvalue > 1e-3


def test_the_chi_square_test_sees_normal_noise_and_a_wrong_scale(rng):
    z = np.array([0.0, 1.0, -2.0])
    normal = (z + np.pi / np.sqrt(6) * rng.normal(size=(200_000, 3))).argmax(-1)
    for draws in (normal, gumbel_max_sample(1.1 * z, rng, 200_000)):
        assert chisquare(np.bincount(draws), 200_000 * softmax(z)).pvalue < 1e-6


def test_the_winner_has_the_probability_that_an_integral_gives():
    """∫ g(x − z_i) Π G(x − z_k) dx with SciPy's Gumbel law is softmax, and the mean of the maximum LSE + γ."""
    z = np.array([0.3, -1.0, 2.0])

    def wins(x, i):
        return gumbel_r.pdf(x - z[i]) * np.prod([gumbel_r.cdf(x - z[k]) for k in range(3) if k != i])

    found = [integrate.quad(wins, -10, 60, args=(i,), points=[0, 3])[0] for i in range(3)]
    assert_allclose(found, softmax(z), rtol=1e-8)
    mean = integrate.quad(lambda x: x * sum(wins(x, i) for i in range(3)), -10, 60, points=[0, 3])[0]
    assert_allclose(mean, logsumexp(z) + np.euler_gamma, rtol=1e-8)


def test_minus_the_logarithm_of_an_exponential_variable_is_gumbel(rng):
    assert kstest(-np.log(rng.standard_exponential(100_000)), gumbel_r.cdf).pvalue > 1e-3


def test_a_rare_class_wins_as_often_as_it_should(rng):
    """The upper tail is whole: 1.2e-4 of the draws, within four standard deviations."""
    wins = gumbel_max_sample([0.0, -9.0], rng, 10**6).sum()
    assert abs(wins - 123.4) < 4 * 11.1


def test_large_logits_keep_their_differences(rng):
    for offset in (1e15, -1e15, 1e300):
        z = np.array([offset, offset])
        assert 900 < gumbel_max_sample(z, rng, 2000).sum() < 1100


def test_the_generator_decides():
    z = np.zeros((2, 5))
    draws = [gumbel_max_sample(z, np.random.default_rng(3), 7) for _ in range(2)]
    assert draws[0].tolist() == draws[1].tolist()
    moved = np.random.default_rng(3)
    assert [gumbel_max_sample(z, moved, 7).tolist() for _ in range(2)][1] != draws[0].tolist()


def test_shapes_of_draws(rng):
    z = np.zeros((4, 3, 5))
    assert gumbel_max_sample(z, rng).shape == (4, 3)
    assert gumbel_max_sample(z, rng, 6).shape == (6, 4, 3)
    assert gumbel_max_sample(z, rng, (2, 0)).shape == (2, 0, 4, 3)
    assert np.ndim(gumbel_max_sample(z[0, 0], rng)) == 0
    assert gumbel_max_sample(np.zeros((0, 5)), rng).shape == (0,)
    assert gumbel_max_sample(np.zeros(1), rng, 9).tolist() == [0] * 9
    assert gumbel_max_sample(z, rng).dtype.kind == "i"


def test_rows_are_independent(rng):
    """One draw of noise for all rows would let the same class win everywhere."""
    draws = gumbel_max_sample(np.zeros((1000, 2)), rng)
    assert 400 < draws.sum() < 600


def test_a_size_that_would_have_to_be_rounded_is_refused(rng):
    for size in (2.5, "3", None, (2, 1.9), [[2]]):
        with pytest.raises(TypeError, match="size must be an integer"):
            gumbel_max_sample([0.0, 1.0], rng, size)
    with pytest.raises(ValueError, match="size must not be negative"):
        gumbel_max_sample([0.0, 1.0], rng, (2, -1))
    assert gumbel_max_sample([0.0, 1.0], rng, np.int64(4)).shape == (4,)


def test_half_precision_logits_are_not_rounded_again():
    """The difference of two float16 numbers takes part in the contest as it is."""
    z = np.array([8.0, 0.0010004], np.float16)
    seeds = [np.random.default_rng(s) for s in (5, 5)]
    big = 2_000_000
    found = gumbel_max_sample(np.tile(z, (big, 1)), seeds[0])
    assert found.sum() == gumbel_max_sample(np.tile(z.astype(float), (big, 1)), seeds[1]).sum()


def test_noise_without_bound_does_not_draw_an_excluded_class():
    class Zeros(np.random.Generator):
        def standard_exponential(self, size):
            return np.zeros(size)

    draws = gumbel_max_sample([-INF, 0.0], Zeros(np.random.PCG64(0)), 3)
    assert draws.tolist() == [1, 1, 1]


def test_an_excluded_class_is_never_drawn(rng):
    for dtype in (np.float16, np.float32, float):
        draws = gumbel_max_sample(np.array([0, -INF, 2], dtype), rng, 1000)
        assert set(draws.tolist()) == {0, 2}


@pytest.mark.parametrize("row", [[NAN, 0.0], [INF, 0.0], [-INF, -INF]])
def test_logits_that_make_no_law_are_refused(rng, row):
    with pytest.raises(ValueError, match="z must"):
        gumbel_max_sample([[0.0, 0.0], row], rng)


def test_a_seed_is_no_generator():
    for wrong in (0, None, np.random, np.random.RandomState(0)):
        with pytest.raises(TypeError, match="rng must be"):
            gumbel_max_sample([0.0], wrong)


# ---- nests -------------------------------------------------------------------------------------


def nested_exactly(z, nests, scale):
    """The definition with 60 digits."""
    with mp.workdps(60):
        weights = [mp.exp(mpf(float(v)) / mpf(float(scale[m]))) for v, m in zip(z, nests, strict=True)]
        sums = [sum(w for w, n in zip(weights, nests, strict=True) if n == m) for m in range(len(scale))]
        powers = [s ** mpf(float(lam)) for s, lam in zip(sums, scale, strict=True)]
        return np.array([float(w / sums[m] * powers[m] / sum(powers)) for w, m in zip(weights, nests, strict=True)])


@pytest.mark.parametrize("spread", [0.1, 1.0, 30.0])
def test_shares_against_the_definition_in_mpmath(rng, spread):
    nests, scale = np.array([0, 1, 0, 2, 1, 1]), np.array([0.5, 0.9, 1.0])
    eps = np.finfo(float).eps
    for _ in range(50):
        z = spread * rng.normal(size=6)
        exact = nested_exactly(z, nests, scale)
        found = nested_logit(z, nests, scale)
        assert (np.abs(found - exact) <= 4 * eps * (1 + np.ptp(z) / scale.min()) * exact).all()


def test_shares_against_a_simulation_of_nested_noise(rng):
    """Noise h + λ g with h = λ log R, R positive stable: at λ = 1/2, R = 1/(2 X²) with X normal."""
    z, N = np.array([0.2, 0.0, -0.5]), 200_000
    shared = -0.5 * np.log(2 * rng.normal(size=N) ** 2)
    g = -np.log(rng.standard_exponential((3, N)))
    utility = [z[0] + g[0], z[1] + shared + g[1] / 2, z[2] + shared + g[2] / 2]
    counts = np.bincount(np.argmax(utility, axis=0), minlength=3)
    assert chisquare(counts, N * nested_logit(z, [0, 1, 1], [1, 0.5])).pvalue > 1e-3
    assert chisquare(counts, N * softmax(z)).pvalue < 1e-6
    # the correlation that the docstring states
    assert abs(np.corrcoef(shared + g[1] / 2, shared + g[2] / 2)[0, 1] - 0.75) < 0.01


def test_shares_are_the_gradient_of_the_inclusive_value_of_the_nests(rng):
    """∂ log Σ_m exp(I_m) / ∂z_i = p_i, by autograd."""
    nests, scale = torch.tensor([0, 1, 0, 1, 1]), torch.tensor([0.4, 0.8], dtype=torch.float64)
    z = torch.tensor(rng.normal(size=5), requires_grad=True)
    values = [scale[m] * torch.logsumexp(z[nests == m] / scale[m], 0) for m in range(2)]
    torch.logsumexp(torch.stack(values), 0).backward()
    assert_allclose(nested_logit(z.detach().numpy(), nests.numpy(), scale.numpy()), z.grad, rtol=1e-13)


def test_scale_one_is_softmax_and_scale_zero_the_best_of_each_nest(rng):
    z = rng.normal(size=(7, 5))
    assert_allclose(nested_logit(z, [0, 1, 1, 0, 2], 1), softmax(z), rtol=1e-14)
    assert_allclose(nested_logit(z, [0, 1, 2, 3, 4], 0.3), softmax(z), rtol=1e-14)
    assert_allclose(nested_logit(z, [0] * 5, 0.25), softmax(4 * z), rtol=1e-13)
    assert_allclose(nested_logit([0.0, 0.0, -1.0], [0, 1, 1], 1e-3), [0.5, 0.5, 0], atol=1e-12)


def test_far_utilities_stay_finite():
    assert nested_logit([1e308, -1e308, 0.0], [0, 0, 1], 0.5).tolist() == [1, 0, 0]
    assert_allclose(nested_logit([1e6, 1e6, 1e6], [0, 1, 1], [1, 0.5]).sum(), 1, rtol=1e-15)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("scale", [1e-40, 1e-50, 1e-310])
def test_a_tiny_scale_lets_the_nest_count_as_its_best_member(dtype, scale):
    """A quotient by λ overflows, and the nest keeps its share all the same: two equal members share it."""
    share = softmax([0.0, -1.0])[1]
    found = nested_logit(np.array([0, -1, -1], dtype), [0, 1, 1], scale)
    assert_allclose(found, [1 - share, share / 2, share / 2], rtol=1e-6)


def test_edges_of_nests():
    assert nested_logit([0.0, -INF, 0.0], [0, 1, 0], 0.5).tolist() == [0.5, 0, 0.5]
    assert nested_logit([0.0, -INF, 0.0], [0, 0, 1], 0.5).tolist() == [0.5, 0, 0.5]
    assert nested_logit([[0.0, 0.0]], [3 - 3, 1], 0.5).tolist() == [[0.5, 0.5]]
    assert_allclose(nested_logit([0.0, 0.0, 0.0], [0, 2, 2], 1), [1 / 3] * 3, rtol=1e-15)
    assert np.isnan(nested_logit([[0.0, NAN, 0.0], [INF, 0, 0], [-INF, -INF, -INF]], [0, 1, 1], 0.5)).all()
    assert nested_logit(np.zeros((0, 2)), [0, 1], 0.5).shape == (0, 2)
    assert nested_logit(np.float32([0, 1]), [0, 0], 0.5).dtype == np.float32
    assert nested_logit(np.float16([0, 1]), [0, 0], 0.5).dtype == np.float16
    assert nested_logit([0, 1], [0, 0], 0.5).dtype == np.float64


@pytest.mark.parametrize("scale", [0, -0.5, 1.5, NAN, [0.5, 0.5, 0.5], [[0.5, 0.5]]])
def test_a_scale_outside_its_range_is_refused(scale):
    with pytest.raises(ValueError, match="scale must"):
        nested_logit([0.0, 1.0], [0, 1], scale)


def test_nests_that_do_not_fit_are_refused():
    with pytest.raises(ValueError, match="nests must have one entry"):
        nested_logit([0.0, 1.0], [0, 1, 1], 0.5)
    with pytest.raises(TypeError, match="integers"):
        nested_logit([0.0, 1.0], [0.0, 1.0], 0.5)
    with pytest.raises(ValueError, match="nests must lie"):
        nested_logit([0.0, 1.0], [0, -1], 0.5)


# ---- soft value --------------------------------------------------------------------------------


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("tau", [1e-3, 0.5, 1.0, 7.0, 1e3])
def test_soft_value_to_3_eps(dtype, tau):
    rng, eps = np.random.default_rng(4), float(np.finfo(dtype).eps)
    for scale, offset in itertools.product((0.01, 1.0, 100.0), (0.0, 30.0, -30.0)):
        for v in (scale * rng.normal(size=(20, 5)) + offset).astype(dtype):
            t = float(dtype(tau))
            with mp.workdps(400):
                exact = mpf(t) * mp.log(sum(mp.exp(mpf(float(x)) / t) for x in v))
                error = abs(mpf(float(soft_value(v, t))) - exact) / max(abs(exact), abs(mpf(float(v.max()))))
            assert error <= 3 * eps


def test_no_policy_does_better(rng):
    """The maximum over 4 000 policies is below the soft value, and softmax attains it."""
    values, tau = np.array([1.0, -0.5, 0.3]), 0.4
    q = rng.dirichlet([0.7] * 3, 4000)
    reward = q @ values - tau * np.where(q > 0, q * np.log(np.where(q > 0, q, 1)), 0).sum(-1)
    assert reward.max() <= soft_value(values, tau)
    p = softmax(values / tau)
    assert_allclose(p @ values - tau * (p @ np.log(p)), soft_value(values, tau), rtol=1e-14)


def test_soft_value_where_a_quotient_would_overflow():
    assert soft_value([1e300, 0.0], 1e-10) == 1e300
    assert soft_value([1e308, -1e308], 0.5) == 1e308
    assert soft_value(np.float32([1e38, 1e38]), 1e-8) == np.float32(1e38)
    assert_allclose(soft_value([1.0, 1.0], 1e-300), 1, rtol=0)
    assert soft_value(np.float32([1, 0]), 1e-50) == 1


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_soft_value_near_the_largest_float(dtype):
    """Neither a difference of values nor τ log K that overflows changes the value."""
    top, eps = float(np.finfo(dtype).max), float(np.finfo(dtype).eps)
    for v, tau in [
        ([0.5, -0.6], 0.5),
        ([0.5, -0.55], 0.2),
        ([-1, -1, -1], 1),
        ([-0.9, -1, -0.95], 0.99),
        ([0.9, -0.9], 0.1),
    ]:
        v, tau = np.array(v, dtype) * dtype(top), float(tau * top)
        with mp.workdps(60):
            exact = mpf(tau) * mp.log(sum(mp.exp(mpf(float(x)) / tau) for x in v))
            error = abs(mpf(float(soft_value(v, tau))) - exact)
            assert error <= 3 * eps * max(abs(exact), abs(mpf(float(v.max()))))
    assert soft_value(np.array([-top, top], dtype), top) == INF


def test_edges_of_the_soft_value():
    assert soft_value([0.0, INF], 1) == INF
    assert soft_value([-INF, -INF], 1) == -INF
    assert soft_value([-INF, 2.0], 3) == 2
    assert np.isnan(soft_value([[NAN, 0.0], [NAN, INF], [-INF, NAN]], 1)).all()
    assert soft_value(np.zeros((0, 3)), 1).shape == (0,)
    assert soft_value(np.float16([0, 1]), 0.5).dtype == np.float16
    assert soft_value([0, 1], 0.5).dtype == np.float64
    assert isinstance(soft_value([0, 1], 0.5), np.float64)


@pytest.mark.parametrize("tau", [0, -1.0, INF, NAN, [1.0, 2.0]])
def test_temperatures_that_are_none_are_refused(tau):
    with pytest.raises(ValueError, match="tau must be"):
        soft_value([0.0, 1.0], tau)
    if np.ndim(tau) or tau != 0:
        with pytest.raises(ValueError, match="tau must be"):
            policy_gradient([0.0, 1.0], [0.0, 1.0], tau=tau)


# ---- gradients of an expected reward -----------------------------------------------------------


@pytest.mark.parametrize("tau", [0, 0.3, 2.0])
def test_policy_gradient_against_autograd(rng, tau):
    z, r = rng.normal(size=(2, 6, 4))
    theta = torch.tensor(z, requires_grad=True)
    log_p = torch.log_softmax(theta, -1)
    (log_p.exp() * (torch.tensor(r) - tau * log_p)).sum().backward()
    assert_allclose(policy_gradient(z, r, tau=tau), theta.grad, rtol=1e-12, atol=1e-15)


def test_policy_gradient_is_the_mean_of_reinforce_for_every_baseline(rng):
    z, r = rng.normal(size=(2, 5))
    p = softmax(z)
    for b in (0.0, p @ r, -17.0):
        steps = np.array([reinforce_gradient(z, k, r[k], baseline=b) for k in range(5)])
        assert_allclose(p @ steps, policy_gradient(z, r), atol=1e-14)
    steps = np.array([reinforce_gradient(z, k, r[k], baseline=r[k] - 1) for k in range(5)])
    assert np.abs(p @ steps - policy_gradient(z, r)).max() > 0.01


def test_reinforce_is_a_weighted_cross_entropy(rng):
    z, actions, rewards = rng.normal(size=(6, 4)), rng.integers(4, size=6), rng.normal(size=6)
    theta = torch.tensor(z, requires_grad=True)
    loss = torch.nn.functional.cross_entropy(theta, torch.tensor(actions), reduction="none")
    (torch.tensor(rewards - 0.5) * loss).sum().backward()
    assert_allclose(reinforce_gradient(z, actions, rewards, baseline=0.5), -theta.grad, rtol=1e-12, atol=1e-15)


def test_the_gradient_vanishes_at_the_optimal_policy(rng):
    r, tau = rng.normal(size=(3, 4)), 0.7
    assert_allclose(policy_gradient(r / tau, r, tau=tau), 0, atol=1e-15)
    assert np.abs(policy_gradient(r / tau, r)).max() > 0.01


def test_one_policy_with_many_rewards_and_the_other_way_round(rng):
    z, r = rng.normal(size=4), rng.normal(size=(3, 4))
    assert_allclose(policy_gradient(z, r), [policy_gradient(z, row) for row in r])
    assert_allclose(policy_gradient(r, z), [policy_gradient(row, z) for row in r])
    assert_allclose(policy_gradient(z, r).sum(-1), 0, atol=1e-15)


def test_a_common_shift_of_the_logits_costs_no_accuracy():
    near = policy_gradient([0.0, -1.5], [1.0, 0.0], tau=0.7)
    assert_allclose(policy_gradient([1e15, 1e15 - 1.5], [1.0, 0.0], tau=0.7), near, rtol=1e-14)
    assert policy_gradient(np.float32([1, 1]), np.float32([1, 2]), tau=1e39).tolist() == [-0.25, 0.25]


@pytest.mark.parametrize(
    ("z", "r", "tau"),
    [
        ([0, 0], [1, -1], 0),
        ([0, 1, -3], [1, -1, 1], 0),
        ([0, 1, -3], [1, -0.5, 0.25], 1),
        ([0, -7], [0, 0], 1),
        ([0, -700], [-1, 1], 0.5),
    ],
)
def test_policy_gradient_near_the_largest_float(z, r, tau):
    """What is computed on the way overflows, the gradient does not: each entry within 40 eps, by mpmath."""
    top, eps = np.finfo(float).max, np.finfo(float).eps
    found = policy_gradient(z, top * np.array(r, float), tau=tau * top)
    with mp.workdps(400):
        p = [mp.exp(v) / sum(map(mp.exp, map(mpf, z))) for v in z]
        gain = [mpf(top) * (mpf(float(x)) - tau * mp.log(q)) for x, q in zip(r, p, strict=True)]
        exact = [q * (g - sum(a * b for a, b in zip(p, gain, strict=True))) for q, g in zip(p, gain, strict=True)]
    assert_allclose(found, np.array(exact, float), rtol=40 * eps)


def test_a_gap_between_logits_that_overflows():
    """p log p is 0 where p is, however large the bonus."""
    for z, tau in [([1e308, -1e308], 0.5), ([0, -1e308], 1e10), ([0, -1e308], 1e308), ([0, -1e6], 1e308)]:
        assert policy_gradient(z, [1.0, 2.0], tau=tau).tolist() == [0, 0]


@pytest.mark.parametrize("reward", [INF, -INF])
@pytest.mark.parametrize("tau", [0, 0.5])
def test_an_infinite_reward_is_refused(reward, tau):
    """It has no gradient; that of an excluded action does not count, and needs none."""
    with pytest.raises(ValueError, match=rf"rewards must be finite where z.*got {reward} at index \(1, 0\)"):
        policy_gradient([0.0, -800.0], [[1.0, 2.0], [reward, 1.0]], tau=tau)
    with pytest.raises(ValueError, match=rf"rewards must be finite where z.*got {reward} at index \(1, 0\)"):
        policy_gradient([[-INF, 0.0], [0.0, 0.0]], [reward, 1.0], tau=tau)
    assert policy_gradient([0.0, -INF, 1.0], [0.0, reward, 1.0], tau=tau).tolist() == pytest.approx(
        policy_gradient([0.0, -INF, 1.0], [0.0, 7.0, 1.0], tau=tau).tolist(), rel=1e-15
    )
    with pytest.raises(ValueError, match=f"rewards must be finite, got {reward}"):
        reinforce_gradient([0.0, -800.0], 0, reward)
    with pytest.raises(ValueError, match=f"baseline must be finite, got {reward}"):
        reinforce_gradient([0.0, 1.0], 0, 1.0, baseline=reward)
    with pytest.raises(ValueError, match="baseline minus rewards must be finite, got inf"):
        reinforce_gradient([0.0, 1.0], 0, -1e308, baseline=1e308)


def test_half_precision_rewards_less_a_baseline():
    """The difference is not rounded to float16, nor does it overflow there."""
    far = reinforce_gradient(np.float16([0, 0]), 1, np.float16(60000), baseline=np.float16(-60000))
    assert far.tolist() == [-60000, 60000]
    p = softmax([0.0, 1.0])[1]
    near = reinforce_gradient(np.float16([0, 1]), 1, np.float16(7), baseline=np.float16(0.0012))[1]
    assert near == np.float16((7 - float(np.float16(0.0012))) * (1 - p))


def test_edges_of_the_gradients():
    for tau in (0, 0.5):
        excluded = policy_gradient([0.0, -INF, 1.0], [1.0, 99.0, 2.0], tau=tau)
        assert excluded[1] == 0
        assert_allclose(excluded[[0, 2]], policy_gradient([0.0, 1.0], [1.0, 2.0], tau=tau), rtol=1e-14)
        assert np.isnan(policy_gradient([0.0, NAN], [0.0, 1.0], tau=tau)).all()
        assert np.isnan(policy_gradient([0.0, -INF], [0.0, NAN], tau=tau)).all()
    assert np.isnan(reinforce_gradient([0.0, NAN], 0, 1.0)).all()
    assert np.isnan(reinforce_gradient([0.0, 1.0], 0, NAN)).all()
    assert policy_gradient(np.float32([0, 1]), np.float32([0, 1])).dtype == np.float32
    assert policy_gradient(np.float32([0, 1]), [0.0, 1.0]).dtype == np.float64
    assert reinforce_gradient(np.float16([0, 1]), 0, np.float16(1)).dtype == np.float16
    assert policy_gradient(np.zeros((0, 3)), np.zeros(3)).shape == (0, 3)
    assert reinforce_gradient(np.zeros((0, 3)), [], []).shape == (0, 3)


def test_shapes_that_do_not_fit_are_refused():
    for actions, rewards, baseline in [([0], [1.0], 0), ([0, 1], [1.0], 0), ([0, 1], [1.0, 1.0], [1.0])]:
        with pytest.raises(ValueError, match="must have the shape"):
            reinforce_gradient(np.zeros((2, 3)), actions, rewards, baseline=baseline)
    with pytest.raises(ValueError, match="actions must lie"):
        reinforce_gradient([0.0, 1.0], 2, 1.0)
    with pytest.raises(TypeError, match="integers"):
        reinforce_gradient([0.0, 1.0], 0.5, 1.0)
    with pytest.raises(ValueError, match="one shape"):
        policy_gradient(np.zeros((2, 3)), np.zeros((3, 3)))


@pytest.mark.parametrize(
    "call",
    [
        lambda z, rng: gumbel_max_sample(z, rng),
        lambda z, rng: nested_logit(z, [0] * np.shape(z)[-1], 0.5),
        lambda z, rng: soft_value(z, 1),
        lambda z, rng: policy_gradient(z, z),
        lambda z, rng: reinforce_gradient(z, 0, 1.0),
    ],
)
def test_no_classes_words_and_the_input_left_as_it_was(rng, call):
    with pytest.raises(ValueError, match="class"):
        call(np.zeros(0), rng)
    with pytest.raises(TypeError, match="real numbers"):
        call(np.array(["a", "b"]), rng)
    z = np.array([0.5, -1.0, 2.0])
    z.flags.writeable = False
    result = call(z, rng)
    assert z.tolist() == [0.5, -1.0, 2.0]
    assert not np.shares_memory(result, z)
