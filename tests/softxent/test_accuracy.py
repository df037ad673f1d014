"""How many eps each function is away from the exact value, at random and at constructed hard inputs.

Relative errors; below the smallest normal number of the dtype, where no relative error can be small, the error is
measured in spacings (see ``exact.error``). float32 underflows long before the spread of 700 that is tested here.
"""

import adversary
import exact
import numpy as np
import pytest
import scipy.special
import torch

from softxent.entropy import (
    conditional_entropy,
    cross_entropy,
    entropy,
    jensen_shannon_divergence,
    kl_divergence,
    mutual_information,
)
from softxent.loss import (
    binary_cross_entropy,
    one_hot,
    softmax_cross_entropy,
    softmax_cross_entropy_gradient,
    squared_error,
    squared_error_gradient,
)
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

DTYPES = pytest.mark.parametrize("dtype", [np.float64, np.float32], ids=lambda dtype: dtype.__name__)


def rows_of_logits():
    """Random rows at spreads up to 700, then rows on which a plain formula fails."""
    rng = np.random.default_rng(7)
    yield rng.uniform(-350, 350, 1000)
    yield rng.uniform(-20, 20, 1000) + 1000
    for k in (2, 3, 10, 100):
        for spread in (1e-4, 1, 40, 80, 700):
            for shift in (0, -3.3, 1000):
                yield rng.uniform(-spread / 2, spread / 2, k) + shift
    for gap in (1e-7, 0.5, 18, 30, 79.9, 97.7, 350.1, 699.9, 744.3):
        yield [0, -gap]  # one class nearly certain
        yield [-gap, 0, 0, -gap / 3]  # two share the top
        yield [gap / 2, -gap / 2 + 0.3] * 20  # every difference is rounded
    yield [np.log(2), 0, 0]  # p = 1/2 up to a rounding
    yield [5.0]
    yield np.full(1000, -700)


def logits(dtype):
    return [np.asarray(z, dtype) for z in rows_of_logits()]


def distributions(dtype):
    """Pairs p, q at all distances, without zeros; K = 2 leaves each term alone with its error."""
    rng = np.random.default_rng(8)
    for k, repetitions in ((2, 12), (3, 4), (10, 2), (100, 1)):
        for distance in (1e-7, 1e-5, 1e-3, 0.03, 0.3, 0.6, 0.9):
            for _ in range(repetitions):
                p = np.maximum(rng.dirichlet(np.full(k, 0.7)), 1e-20)
                q = p * (1 + distance * rng.uniform(-1, 1, k))
                yield (p / p.sum()).astype(dtype), (q / q.sum()).astype(dtype)
    for ratio in np.linspace(0.3, 1.7, 60):
        yield np.array([0.5, 0.5], dtype), np.array([ratio / 2, 1 - ratio / 2], dtype)
    yield np.array([1, np.finfo(dtype).tiny / 16], dtype), np.array([0.5, 0.5], dtype)  # q/p overflows
    yield np.array([1 - 1e-5, 1e-5], dtype), np.array([1 - 2e-5, 2e-5], dtype)


# targets, in eps


@DTYPES
def test_softmax_and_log_softmax_to_4_eps_at_any_spread(dtype):
    for z in logits(dtype):
        assert exact.error(softmax(z), exact.softmax(z)) <= 4
        assert exact.error(log_softmax(z), exact.log_softmax(z)) <= 4


@DTYPES
def test_logsumexp_to_3_eps(dtype):
    """And to 4 eps of the larger of |LSE| and −max z where max z < 0."""
    for z in logits(dtype):
        truth = exact.logsumexp(z)
        if z.max() >= 0:
            assert exact.error(logsumexp(z), truth) <= 3
        else:
            assert exact.error(logsumexp(z), truth, relative=False) <= 4 * max(abs(truth), -z.max())


@DTYPES
def test_logsumexp_near_zero_is_ill_conditioned_not_unstable(dtype):
    """Of log-probabilities it is a few eps, all wrong relatively; one eps more in z moves the exact value as much."""
    z = np.log(np.array([0.1, 0.2, 0.7], dtype))
    eps, truth = np.finfo(dtype).eps, exact.logsumexp(z)
    assert abs(truth) < eps
    assert abs(float(logsumexp(z)) - float(truth)) <= eps
    assert abs(exact.logsumexp(np.nextafter(z, 0)) - truth) > eps / 4


@DTYPES
def test_entropy_from_logits_to_8_eps(dtype):
    """As long as 1 − max p is a normal number; the spacing of a smaller one, times its −log p, is an error in H."""
    for z in logits(dtype):
        rest = exact.mp.fsum(sorted(exact.softmax(z))[:-1])
        eps = 8 if rest >= np.finfo(dtype).tiny or z.size == 1 else z.max() - np.sort(z)[-2]
        assert exact.error(entropy_from_logits(z), exact.entropy_from_logits(z)) <= eps


@DTYPES
def test_losses_and_gradients(dtype):
    """To 5 eps for a label, also p_y − 1; losses to 8 eps, p − y to 4 eps absolute for a soft target."""
    rng = np.random.default_rng(9)
    for z in logits(dtype):
        for label in {0, int(z.argmax()), int(z.argmin())}:
            y = one_hot(label, z.size)
            assert exact.error(softmax_cross_entropy(z, label), exact.softmax_cross_entropy(z, y)) <= 5
            gradient = exact.softmax_cross_entropy_gradient(z, y)
            assert exact.error(softmax_cross_entropy_gradient(z, label), gradient) <= 5
        soft = rng.dirichlet(np.full(z.size, 0.5)).astype(dtype)
        assert exact.error(softmax_cross_entropy(z, soft), exact.softmax_cross_entropy(z, soft)) <= 8
        gradient = exact.softmax_cross_entropy_gradient(z, soft)
        assert exact.error(softmax_cross_entropy_gradient(z, soft), gradient, relative=False) <= 4


@DTYPES
def test_squared_error_to_20_eps_and_its_gradient_to_16(dtype):
    rng = np.random.default_rng(19)
    eps = float(np.finfo(dtype).eps)
    for z in logits(dtype):
        for label in {0, int(z.argmax()), int(z.argmin())}:
            y = one_hot(label, z.size)
            assert exact.error(squared_error(z, label), exact.squared_error(z, y)) <= 20
            gradient = exact.squared_error_gradient(z, y)
            assert exact.error(squared_error_gradient(z, label), gradient, relative=False) <= 16
        for soft in (rng.dirichlet(np.full(z.size, 0.5)).astype(dtype), softmax(z)):
            root = exact.mp.sqrt(exact.squared_error(z, soft))
            assert abs(exact.mp.sqrt(float(squared_error(z, soft))) - root) <= 4 * eps
            gradient = exact.squared_error_gradient(z, soft)
            assert exact.error(squared_error_gradient(z, soft), gradient, relative=False) <= 16


@DTYPES
def test_binary_cross_entropy_to_8_eps(dtype):
    rng = np.random.default_rng(10)
    for scale in (1e-6, 1, 40, 80, 700):
        z, y = rng.uniform(-scale, scale, 40).astype(dtype), rng.uniform(0, 1, 40).astype(dtype)
        y[:20] = np.round(y[:20])
        truth = [exact.binary_cross_entropy(*pair) for pair in zip(z, y, strict=True)]
        assert exact.error(binary_cross_entropy(z, y), truth) <= 8


@DTYPES
def test_entropy_and_cross_entropy_to_8_eps_divergences_to_5(dtype):
    for p, q in distributions(dtype):
        assert exact.error(entropy(p), exact.entropy(p)) <= 8
        assert exact.error(cross_entropy(p, q), exact.cross_entropy(p, q)) <= 8
        assert exact.error(kl_divergence(p, q), exact.kl_divergence(p, q)) <= 5
        assert exact.error(jensen_shannon_divergence(p, q), exact.jensen_shannon_divergence(p, q)) <= 5


@DTYPES
def test_divergence_of_neighbouring_floats(dtype):
    """q is p with its last digits changed: what is left is some eps², and still right to 5 eps."""
    rng = np.random.default_rng(11)
    for _ in range(50):
        p = rng.dirichlet(np.ones(4)).astype(dtype)
        q = np.nextafter(p, rng.integers(0, 2, 4).astype(dtype))
        assert exact.error(kl_divergence(p, q), exact.kl_divergence(p, q)) <= 5


@DTYPES
def test_divergence_from_logits_to_8_eps(dtype):
    """z and w at all distances, also apart by a constant, also with a class whose probabilities differ wildly."""
    rng = np.random.default_rng(12)
    for k in (2, 3, 10, 100):
        for distance in (1e-4, 1e-2, 0.5, 0.7, 1, 10):
            for spread, shift in ((1, 0), (1, 50), (10, 0), (30, -3)):
                z = rng.uniform(-spread, spread, k).astype(dtype)
                w = (z + distance * rng.standard_normal(k) + shift).astype(dtype)
                assert exact.error(kl_from_logits(z, w), exact.kl_from_logits(z, w)) <= 8
    z, w = np.array([0, 0, -50], dtype), np.array([1e-6, 0, -40], dtype)
    assert exact.error(kl_from_logits(z, w), exact.kl_from_logits(z, w)) <= 8
    for w in ([-80, 0], [0, -800], [-800, 0]):  # of 800, q or p is 0 as a float, and log q still counts
        for z in ([0, -80], [0, -1]):
            z, w = np.array(z, dtype), np.array(w, dtype)
            assert exact.error(kl_from_logits(z, w), exact.kl_from_logits(z, w)) <= 8


@DTYPES
def test_conditional_entropy_to_8_eps_and_mutual_information(dtype):
    """The mutual information of nearly independent variables is ill-conditioned; its square root is right to 4 eps."""
    rng = np.random.default_rng(13)
    for concentration in (0.05, 0.3, 1, 10, 1000):
        for _ in range(10):
            joint = np.maximum(rng.dirichlet(np.full(6, concentration)), 1e-25).reshape(2, 3).astype(dtype)
            assert exact.error(conditional_entropy(joint), exact.conditional_entropy(joint)) <= 8
            computed, truth = mutual_information(joint), exact.mp.sqrt(exact.mutual_information(joint))
            assert abs(exact.mp.sqrt(float(computed)) - truth) <= 4 * np.finfo(dtype).eps


@DTYPES
def test_mutual_information_where_the_product_of_the_marginals_underflows(dtype):
    """It was inf: the product of the marginals is 0 as a float where the joint probability is not."""
    small = 1e-200 if dtype == np.float64 else 1e-25
    joint = np.array([[1, small * small**0.5], [small * small**0.5, small]], dtype)
    truth = exact.mutual_information(joint)
    assert joint[0, 1] > 0
    assert exact.error(mutual_information(joint), truth) <= 8


def test_mutual_information_of_a_long_table():
    """A row-by-row sum of a long column was off by 4 thousand eps."""
    eps = np.finfo(np.float32).eps
    joint = np.full((20_000, 2), eps / 4)
    joint[0, 0] = 1
    joint = (joint / joint.sum()).astype(np.float32)
    wide = joint.astype(float)
    product = wide.sum(-1, keepdims=True) * wide.sum(-2, keepdims=True)
    truth = (wide * np.log(wide / product) - wide + product).sum()
    assert abs(np.sqrt(mutual_information(joint).astype(float)) - np.sqrt(truth)) <= 4 * eps


@DTYPES
def test_sparsemax_to_2_eps(dtype):
    for z in logits(dtype):
        assert exact.error(sparsemax(z), exact.sparsemax(z), relative=False) <= 2


@DTYPES
def test_jacobian_to_8_eps_and_its_products(dtype):
    """p_i (δ_ij − p_j) relatively; J v relative to p_i (|v_i − v_top| + Σ p |v − v_top|), the size of its two parts."""
    rng = np.random.default_rng(14)
    for z in logits(dtype):
        if z.size > 20:
            continue  # as 400 digits for each of K² entries take long
        p, top = exact.softmax(z), int(z.argmax())
        entries = [p[i] * ((i == j) - p[j]) for i in range(z.size) for j in range(z.size)]
        assert exact.error(softmax_jacobian(z), entries) <= 8
        v = rng.standard_normal(z.size).astype(dtype)
        x = [abs(a - exact.exactly(v)[top]) for a in exact.exactly(v)]
        sizes = [a * (b + exact.weighted(p, x)) + np.finfo(dtype).tiny for a, b in zip(p, x, strict=True)]
        errors = [abs(a - b) for a, b in zip(exact.exactly(softmax_jvp(z, v)), exact.softmax_jvp(z, v), strict=True)]
        assert max(a / b for a, b in zip(errors, sizes, strict=True)) <= 8 * np.finfo(dtype).eps


@DTYPES
def test_results_below_the_normal_numbers_to_two_spacings(dtype):
    """They are not flushed to 0, and the logarithm of the likelier class is as small as they are."""
    smallest, widest = float(np.finfo(dtype).smallest_subnormal), -np.log(float(np.finfo(dtype).tiny))
    for gap in np.linspace(widest + 1, widest + 15, 30):
        z = np.array([0, -gap], dtype)
        assert softmax(z)[1] >= smallest
        assert exact.error(softmax(z)[1], exact.softmax(z)[1]) <= 2
        assert exact.error(log_softmax(z)[0], exact.log_softmax(z)[0]) <= 2


def test_float16_results_are_rounded_once_or_nearly():
    rng = np.random.default_rng(15)
    for k in (2, 10, 1000):
        z, w = rng.normal(0, 3, (2, k)).astype(np.float16)
        label, smallest = int(rng.integers(k)), 2.0**-24
        for computed, truth in [
            (softmax(z), exact.softmax(z)),
            (log_softmax(z), exact.log_softmax(z)),
            (logsumexp(z), [exact.logsumexp(z)]),
            (entropy_from_logits(z), [exact.entropy_from_logits(z)]),
            (kl_from_logits(z, w), [exact.kl_from_logits(z, w)]),
            (softmax_cross_entropy(z, label), [exact.softmax_cross_entropy(z, one_hot(label, k))]),
            (softmax_cross_entropy_gradient(z, label), exact.softmax_cross_entropy_gradient(z, one_hot(label, k))),
        ]:
            assert computed.dtype == np.float16
            spacing = np.maximum(np.spacing(np.abs(computed)).astype(float), smallest).ravel()
            errors = [abs(a - b) for a, b in zip(exact.exactly(np.ravel(computed)), truth, strict=True)]
            assert max(e / s for e, s in zip(errors, spacing, strict=True)) <= 0.502


def test_memory_layout_does_not_cost_digits():
    """NumPy sums pairwise only along the fast axis: a transposed array must be copied first."""
    z, w = np.random.default_rng(16).uniform(0, 1, (2, 300, 1000)).astype(np.float32)
    p, q = softmax(z), softmax(w)
    for function in (softmax, logsumexp, entropy_from_logits):
        assert np.array_equal(function(np.asfortranarray(z)), function(z))
    for function, x, y in ((softmax_cross_entropy, z, p), (cross_entropy, p, q), (kl_divergence, p, q)):
        assert np.array_equal(function(np.asfortranarray(x), np.asfortranarray(y)), function(x, y))
    sums = p.astype(float) * np.log(p.astype(float))
    assert np.abs(entropy(np.asfortranarray(p)) / -sums.sum(-1) - 1).max() <= 8 * np.finfo(np.float32).eps


# inputs on which the promises of an earlier version broke

BROKEN = {
    np.float32: [
        [-0.1538987457752228, -1.1781129837036133],
        [0] + 8 * [-0.6784646511] + 109 * [-7.83897066],
        [0] + 110 * [-1.6849881],
        [0, -1.842038869857788, -87.65983581542969],
    ],
    np.float64: [
        [-0.014214215301029518, -3.467598339026162, -8.47054332651541],
        [0] + 8 * [-0.6089522197303139] + 118 * [-28.27819082597081],
        9 * [0] + 111 * [-36.73],
        [0] + 8 * [-27.7258] + 119 * [-64.4458],
        [0, -1.798646993245137, -708.4083265897214],
        [0, -746],
        2**11 * [0] + 3 * 2**11 * [-36.6],  # each column of four rounds upwards three times
    ],
}


@DTYPES
def test_promises_that_were_broken_once(dtype):
    for row in BROKEN[dtype]:
        z = np.array(row, dtype)
        names = adversary.CONFIRMED if z.size < 1000 else ("softmax", "logsumexp")
        errors = {name: adversary.confirm(name, z) for name in names}
        assert max(errors.values()) <= 1, errors


@DTYPES
def test_log_sum_exp_of_a_long_row_is_not_made_of_rounded_logarithms(dtype):
    """log-sum-exps of pieces, each rounded, would be off by 6 eps."""
    k = 300_000
    z = np.full(k + 1, -17.25, dtype)
    z[0] = 0
    assert exact.error(logsumexp(z), [exact.log(1 + k * exact.exp(exact.mp.mpf("-17.25")))]) <= 3


@DTYPES
def test_the_divergence_just_below_a_third(dtype):
    p, q = (np.array([x, 1 - x]).astype(dtype) for x in (0.0034858237, 0.0011184689))
    assert exact.error(kl_divergence(p, q), exact.kl_divergence(p, q)) <= 5


@DTYPES
def test_the_squared_error_of_nearly_right_probabilities(dtype):
    """Relatively it is wrong, as p − y is ill-conditioned; its root is right absolutely."""
    z = np.array([0.1, 0.3], dtype)
    for gap in (1e-8, 1e-4):
        y = softmax(z) + dtype(gap) * np.array([1, -1], dtype)
        root = exact.mp.sqrt(exact.squared_error(z, y))
        assert abs(exact.mp.sqrt(float(squared_error(z, y))) - root) <= 4 * float(np.finfo(dtype).eps)


@DTYPES
def test_two_dtypes_to_the_digits_of_the_wider(dtype):
    z, v = np.float32([1, 2, 4]), np.array([0.1, 0.7, -0.3])
    assert exact.error(softmax_jvp(z, v), exact.softmax_jvp(z, v)) <= 30
    assert exact.error(kl_from_logits(z, v), exact.kl_from_logits(z, v)) <= 8
    assert exact.error(kl_from_logits(v, z), exact.kl_from_logits(v, z)) <= 8


@DTYPES
@pytest.mark.skipif(np.finfo(np.longdouble).eps > 1e-18, reason="long double is no wider than float64 here")
def test_a_short_search_for_broken_promises(dtype):
    """python benchmarks/fuzz.py goes on for as long as you like."""
    worst, tried = adversary.search(np.random.default_rng(20), dtype, 8, sizes=(2, 3, 5, 8, 17, 100, 119), climbs=3)
    assert tried > 10_000
    for name, (ratio, row) in worst.items():
        assert 0.05 < ratio <= 1, (name, row)
        confirmed = adversary.confirm(name, row)
        assert confirmed is None or confirmed == pytest.approx(ratio, rel=0.05)


@pytest.mark.skipif(np.finfo(np.longdouble).eps > 1e-18, reason="long double is no wider than float64 here")
def test_the_search_finds_a_plain_softmax_wrong(monkeypatch):
    """Shifted by the maximum, as everybody does, and rounded."""
    monkeypatch.setattr(adversary.softmax, "softmax", lambda z: scipy.special.softmax(z, axis=-1))
    worst, _ = adversary.search(np.random.default_rng(21), np.float64, 4, sizes=(3, 100), names=("softmax",))
    assert worst["softmax"][0] > 3


# the table of inputs on which the usual formulas lose digits


def test_logsumexp_takes_the_maximum_out():
    z = np.array([0.0, -30.0])
    assert exact.error(logsumexp(z), exact.logsumexp(z)) <= 3
    assert float(exact.logsumexp(z)) == pytest.approx(9.3576e-14, rel=1e-5)
    assert exact.error(torch.logsumexp(torch.tensor(z), -1).numpy(), exact.logsumexp(z)) * np.finfo(float).eps > 1e-4


def test_cross_entropy_of_a_nearly_certain_class_is_not_zero():
    z = np.array([0.0] + [-40.0] * 9)
    truth = exact.softmax_cross_entropy(z, one_hot(0, 10))
    assert exact.error(softmax_cross_entropy(z, 0), truth) <= 8
    assert float(truth) == pytest.approx(3.8235e-17, rel=1e-4)
    assert scipy.special.log_softmax(z)[0] == 0


def test_gradient_of_a_nearly_certain_class_is_not_zero():
    z = np.array([0] + [-18] * 9, np.float32)
    computed, truth = softmax_cross_entropy_gradient(z, 0), exact.softmax_cross_entropy_gradient(z, one_hot(0, 10))
    assert exact.error(computed, truth) <= 8
    assert float(truth[0]) == pytest.approx(-1.37e-7, rel=1e-3)
    # torch's 1 − p is 0 or one eps, by the processor's vector width
    for p in (scipy.special.softmax(z)[0], torch.softmax(torch.tensor(z), -1)[0].numpy()):
        assert exact.error(p - 1, truth[0]) > 1e6


def test_entropy_of_a_nearly_certain_class():
    z = np.array([0] + [-18] * 9, np.float32)
    truth = exact.entropy_from_logits(z)
    assert exact.error(entropy_from_logits(z), truth) <= 8
    assert float(truth) == pytest.approx(2.604e-6, rel=1e-3)
    assert exact.error(scipy.special.entr(scipy.special.softmax(z)).sum(), truth) > 1e4


def test_divergence_of_two_close_softmaxes():
    rng = np.random.default_rng(0)
    z = rng.standard_normal(10).astype(np.float32)
    w = z + np.float32(1e-4) * rng.standard_normal(10).astype(np.float32)
    truth = exact.kl_from_logits(z, w)
    assert 1e-10 < truth < 1e-7
    assert exact.error(kl_from_logits(z, w), truth) <= 8
    assert exact.error(scipy.special.rel_entr(scipy.special.softmax(z), scipy.special.softmax(w)).sum(), truth) > 1e4


def test_jacobian_product_when_one_class_is_nearly_certain():
    z, v = np.array([15, 0], np.float32), np.array([1.5, 0.3], np.float32)
    truth = exact.softmax_jvp(z, v)
    assert exact.error(softmax_jvp(z, v), truth) <= 8
    p = scipy.special.softmax(z)
    assert exact.error(p * (v - p @ v), truth) > 1e5


def test_softmax_of_ten_million_classes():
    """The truth here is float64, in which the same sum is right to 1e−15."""
    z = np.random.default_rng(0).normal(0, 3, 10**7).astype(np.float32)
    e = np.exp(z.astype(float))
    truth = e / e.sum()
    assert np.abs(softmax(z) / truth - 1).max() <= 4 * np.finfo(np.float32).eps


def test_logsumexp_of_seventy_thousand_float16_zeros():
    computed = logsumexp(np.zeros(70000, np.float16))
    assert computed.dtype == np.float16
    assert computed == np.float16(11.156)


def test_cross_entropy_with_an_excluded_class_of_weight_zero():
    assert softmax_cross_entropy([0.0, 1.0, -np.inf], [0.5, 0.5, 0.0]) == softmax_cross_entropy([0.0, 1.0], [0.5, 0.5])
    logits, target = torch.tensor([[0.0, 1.0, -np.inf]]), torch.tensor([[0.5, 0.5, 0.0]])
    assert torch.nn.functional.cross_entropy(logits, target).isnan()


def test_loss_of_a_very_unlikely_label_is_not_clipped():
    z = np.array([np.log(1e-20), 0])
    truth = exact.softmax_cross_entropy(z, one_hot(0, 2))
    assert exact.error(softmax_cross_entropy(z, 0), truth) <= 8
    assert float(truth) == pytest.approx(46.05, abs=5e-3)
