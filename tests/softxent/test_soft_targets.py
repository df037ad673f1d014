"""Smoothed labels, distillation, prior shift, focal loss: known values, laws, oracles, accuracy, errors."""

import exact
import numpy as np
import pytest
import torch
from numpy.testing import assert_allclose
from scipy.optimize import approx_fprime, minimize_scalar

from softxent.loss import (
    distillation_loss,
    focal_loss,
    focal_loss_gradient,
    logit_adjustment,
    one_hot,
    smooth_labels,
    softmax_cross_entropy,
    softmax_cross_entropy_gradient,
)
from softxent.softmax import kl_from_logits, softmax

DTYPES = pytest.mark.parametrize("dtype", [np.float64, np.float32], ids=lambda dtype: dtype.__name__)
GAMMAS = pytest.mark.parametrize("gamma", [0, 0.5, 1, 2, 5])


def rows_of_logits(dtype):
    rng = np.random.default_rng(12)
    for k in (1, 2, 3, 10, 100):
        for spread in (1e-4, 1, 40, 80):
            yield rng.uniform(-spread / 2, spread / 2, k).astype(dtype)
    for gap in (1e-7, 0.5, 18, 30, 80):
        yield np.array([0, -gap], dtype)
        yield np.array([-gap, 0, 0, -gap / 3], dtype)
        yield np.array([5, 5 - gap, 5 - gap, 5 - gap], dtype)


# smoothed labels


def test_the_two_conventions_for_a_label():
    y = one_hot([1], 4)
    assert_allclose(smooth_labels(y, 0.1), [[0.025, 0.925, 0.025, 0.025]], rtol=1e-15)
    assert_allclose(smooth_labels(y, 0.3, among="others"), [[0.1, 0.7, 0.1, 0.1]], rtol=1e-15)


@pytest.mark.parametrize("among", ["all", "others"])
def test_sums_stay_and_no_share_changes_nothing(rng, among):
    y = rng.uniform(0, 2, size=(5, 7))
    for epsilon in (0, 0.2, 1):
        smoothed = smooth_labels(y, epsilon, among=among)
        assert_allclose(smoothed.sum(-1), y.sum(-1), rtol=1e-14)
        assert (smoothed >= 0).all()
    assert np.array_equal(smooth_labels(y, 0, among=among), y)
    assert_allclose(smooth_labels(y, 1), np.repeat(y.mean(-1, keepdims=True), 7, -1), rtol=1e-15)


def test_one_convention_is_the_other_with_another_share(rng):
    y = rng.dirichlet(np.ones(6), size=4)
    for epsilon in (0.05, 0.5, 5 / 6):
        other = smooth_labels(y, epsilon, among="others")
        assert_allclose(other, smooth_labels(y, epsilon * 6 / 5), rtol=1e-14)
        assert not np.allclose(other, smooth_labels(y, epsilon), rtol=1e-3)


def test_torch_smooths_among_all_classes(rng):
    z, labels = rng.normal(size=(6, 5)), rng.integers(5, size=6)
    theirs = torch.nn.functional.cross_entropy(
        torch.tensor(z), torch.tensor(labels), label_smoothing=0.1, reduction="none"
    )
    assert_allclose(softmax_cross_entropy(z, smooth_labels(one_hot(labels, 5), 0.1)), theirs, rtol=1e-13)
    theirs = torch.nn.functional.cross_entropy(
        torch.tensor(z), torch.tensor(softmax(z)), label_smoothing=0.1, reduction="none"
    )
    assert_allclose(softmax_cross_entropy(z, smooth_labels(softmax(z), 0.1)), theirs, rtol=1e-13)


@DTYPES
def test_smoothed_labels_to_4_eps(dtype, rng):
    for k in (2, 3, 10, 100):
        for y in (one_hot(1, k).astype(dtype), rng.dirichlet(np.full(k, 0.3)).astype(dtype)):
            for epsilon in (0.1, 0.9):
                share, exactly = exact.mp.mpf(epsilon), exact.exactly(y)
                total = exact.mp.fsum(exactly)
                every = [(1 - share) * a + share * total / k for a in exactly]
                others = [(1 - share) * a + share * (total - a) / (k - 1) for a in exactly]
                assert exact.error(smooth_labels(y, epsilon), every) <= 4
                assert exact.error(smooth_labels(y, epsilon, among="others"), others) <= 4


# distillation


def test_distillation_is_a_scaled_divergence(rng):
    z, t = rng.normal(size=(2, 4, 6)) * 3
    for tau in (0.5, 1, 4):
        assert_allclose(distillation_loss(z, t, tau), tau**2 * kl_from_logits(t / tau, z / tau), rtol=1e-15)
        theirs = torch.nn.functional.kl_div(
            torch.log_softmax(torch.tensor(z / tau), -1),
            torch.log_softmax(torch.tensor(t / tau), -1),
            reduction="none",
            log_target=True,
        ).sum(-1)
        assert_allclose(distillation_loss(z, t, tau), tau**2 * theirs, rtol=1e-11)


def test_distillation_at_a_high_temperature_is_half_the_variance(rng):
    z, t = rng.normal(size=(2, 5))
    assert_allclose(distillation_loss(z, t, 1e8), np.var(z - t) / 2, rtol=1e-7)
    assert_allclose(distillation_loss(z, t, 1e100), np.var(z - t) / 2, rtol=1e-3)
    assert distillation_loss(t + 3, t, 2.0) == pytest.approx(0, abs=1e-30)


def test_the_gradient_of_distillation(rng):
    z, t = rng.normal(size=(2, 5))
    for tau in (1, 3, 20):
        slopes = approx_fprime(z, distillation_loss, 1e-7, t, tau)
        assert_allclose(tau * (softmax(z / tau) - softmax(t / tau)), slopes, atol=1e-6)


def test_one_teacher_for_all_rows(rng):
    z, t = rng.normal(size=(3, 4)), rng.normal(size=4)
    assert_allclose(distillation_loss(z, t, 2), [distillation_loss(row, t, 2) for row in z], rtol=1e-15)


# prior shift


def test_the_adjustment_is_bayes_rule(rng):
    likelihood = rng.dirichlet(np.ones(6), size=3)  # row: class, column: x
    source, target = rng.dirichlet(np.ones(3), size=2)
    for x in range(6):
        z = np.log(source * likelihood[:, x])
        wanted = target * likelihood[:, x] / (target @ likelihood[:, x])
        assert_allclose(softmax(z + logit_adjustment(source, target)), wanted, rtol=1e-13)


def test_equal_priors_need_no_adjustment_and_excluded_classes_go():
    assert logit_adjustment([0.3, 0.7], [0.3, 0.7]).tolist() == [0, 0]
    assert logit_adjustment([0.5, 0.5, 0], [1, 0, 0]).tolist() == [np.log(2), -np.inf, -np.inf]
    tiny = logit_adjustment([1, 5e-324], [0.5, 0.5])
    assert_allclose(tiny, [np.log(0.5), np.log(0.5) - np.log(5e-324)], rtol=1e-14)


@DTYPES
def test_the_adjustment_to_2_eps(dtype, rng):
    for _ in range(50):
        s, t = rng.dirichlet(np.full(4, 0.3), size=2).astype(dtype)
        truth = [exact.log(b) - exact.log(a) for a, b in zip(exact.exactly(s), exact.exactly(t), strict=True)]
        scaled = [float(abs(v)) for v in truth]
        got = logit_adjustment(s, t)
        for value, wanted, size in zip(got, truth, scaled, strict=True):
            assert abs(float(value) - float(wanted)) <= 2 * np.finfo(dtype).eps * max(1, size)


# focal loss


def focal(z, y, gamma):
    """The defining formula and its gradient, to 400 digits."""
    p, logs, y = exact.softmax(z), exact.log_softmax(z), exact.exactly(y)
    gamma = exact.mp.mpf(gamma)
    rest = [exact.mp.fsum(b for j, b in enumerate(p) if j != i) for i in range(len(p))]
    weight = [r**gamma if gamma else exact.mp.mpf(1) for r in rest]
    loss = exact.mp.fsum(-a * w * b for a, w, b in zip(y, weight, logs, strict=True))
    factors = [w * (1 + (gamma * q * -b / r if r else 0)) for q, b, r, w in zip(p, logs, rest, weight, strict=True)]
    pull = [a * f for a, f in zip(y, factors, strict=True)]
    total = exact.mp.fsum(pull)
    return loss, [q * total - a for q, a in zip(p, pull, strict=True)]


def test_known_values_of_the_focal_loss():
    z = np.log([1, 3])
    assert_allclose(focal_loss([z, z], [0, 1], 2), [9 / 16 * np.log(4), -1 / 16 * np.log(0.75)], rtol=1e-15)
    assert_allclose(focal_loss(z, 1, 0.5), -0.5 * np.log(0.75), rtol=1e-15)
    assert_allclose(focal_loss(z, [0.5, 0.5], 1), 3 / 8 * np.log(4) - 1 / 8 * np.log(0.75), rtol=1e-15)


def test_without_gamma_it_is_the_cross_entropy(rng):
    z, labels, y = rng.normal(size=(5, 4)) * 5, rng.integers(4, size=5), rng.uniform(0, 2, size=(5, 4))
    for target in (labels, y):
        assert_allclose(focal_loss(z, target, 0), softmax_cross_entropy(z, target), rtol=1e-14)
        gradient = softmax_cross_entropy_gradient(z, target)
        assert_allclose(focal_loss_gradient(z, target, 0), gradient, rtol=1e-12, atol=1e-14)


@DTYPES
@GAMMAS
def test_focal_loss_and_gradient_to_their_bounds(dtype, gamma):
    rng = np.random.default_rng(13)
    for z in rows_of_logits(dtype):
        for label in {0, int(z.argmax()), int(z.argmin())}:
            loss, gradient = focal(z, one_hot(label, z.size), gamma)
            assert exact.error(focal_loss(z, label, gamma), loss) <= 4 + 2 * gamma
            assert exact.error(focal_loss_gradient(z, label, gamma), gradient) <= 4 + 2 * gamma
        soft = rng.dirichlet(np.full(z.size, 0.5)).astype(dtype)
        loss, gradient = focal(z, soft, gamma)
        assert exact.error(focal_loss(z, soft, gamma), loss) <= 4 + 2 * gamma
        assert exact.error(focal_loss_gradient(z, soft, gamma), gradient, relative=False) <= 4 + 2 * gamma


@GAMMAS
def test_the_focal_gradient_is_that_of_torch(rng, gamma):
    z, y = rng.normal(size=(6, 5)) * 4, rng.uniform(0, 1, size=(6, 5))
    logits = torch.tensor(z, requires_grad=True)
    logs = torch.log_softmax(logits, -1)
    loss = -(torch.tensor(y) * (1 - logs.exp()) ** gamma * logs).sum(-1)
    assert_allclose(focal_loss(z, y, gamma), loss.detach(), rtol=1e-10)
    assert_allclose(focal_loss_gradient(z, y, gamma), torch.autograd.grad(loss.sum(), logits)[0], atol=1e-10)


def test_the_focal_gradient_balances_and_ends(rng):
    z, y = rng.normal(size=(6, 5)) * 9, rng.uniform(0, 1, size=(6, 5))
    assert_allclose(focal_loss_gradient(z, y, 2).sum(-1), 0, atol=1e-14)
    certain = np.array([[800.0, 0, 0]])
    for gamma in (0, 0.5, 2):
        assert focal_loss(certain, [0], gamma).tolist() == [0]
        assert not focal_loss_gradient(certain, [0], gamma).any()
    assert focal_loss([0.0, -np.inf], 1, 2) == np.inf
    assert focal_loss_gradient([0.0, -np.inf], 1, 2).tolist() == [1, -1]
    assert focal_loss([0.0, -np.inf], [1.0, 0.0], 2) == 0


def test_the_focal_loss_is_not_proper():
    """With a chance of 0.9 for class 0 its mean is least at a smaller probability."""
    found = minimize_scalar(lambda u: focal_loss([u, 0.0], [0.9, 0.1], 2), bounds=(-5, 5), method="bounded").x
    assert softmax([found, 0.0])[0] == pytest.approx(0.6942, abs=1e-3)
    assert_allclose(focal_loss_gradient([found, 0.0], [0.9, 0.1], 2), 0, atol=1e-5)


# errors


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: smooth_labels([0.0, 1.0], 1.5), "epsilon"),
        (lambda: smooth_labels([0.0, 1.0], -0.1), "epsilon"),
        (lambda: smooth_labels([0.0, 1.0], np.nan), "epsilon"),
        (lambda: smooth_labels([0.0, 1.0], [0.1, 0.1]), "epsilon"),
        (lambda: smooth_labels([0.0, 1.0], 0.1, among="most"), "among"),
        (lambda: smooth_labels([1.0], 0.1, among="others"), "at least two classes"),
        (lambda: smooth_labels([0.0, -1.0], 0.1), "negative"),
        (lambda: smooth_labels(3, 0.1), "axis of classes"),
        (lambda: distillation_loss([0.0, 1.0], [0.0, 1.0], 0), "tau must be positive"),
        (lambda: distillation_loss([0.0, 1.0], [0.0, 1.0], -1), "tau"),
        (lambda: distillation_loss([0.0, 1.0], [0.0, 1.0], np.inf), "tau"),
        (lambda: distillation_loss([0.0, 1.0], [0.0, 1.0, 2.0], 1), "shape"),
        (lambda: logit_adjustment([1, 0], [0.5, 0.5]), "target must be 0 where source is"),
        (lambda: logit_adjustment([1, 1], [0.5, 0.5]), "source must sum to 1"),
        (lambda: logit_adjustment([0.5, 0.5], [0.2, 0.2]), "target must sum to 1"),
        (lambda: logit_adjustment([0.5, 0.5], [0.2, 0.2, 0.6]), "shape"),
        (lambda: focal_loss([0.0, 1.0], 1, -1), "gamma"),
        (lambda: focal_loss([0.0, 1.0], 1, np.nan), "gamma"),
        (lambda: focal_loss([0.0, 1.0], 2, 1), "labels must lie"),
        (lambda: focal_loss_gradient([0.0, 1.0], 1, np.inf), "gamma"),
        (lambda: focal_loss_gradient([0.0, 1.0], [[1]], 1), "shape"),
    ],
)
def test_what_is_refused(call, message):
    with pytest.raises(ValueError, match=message):
        call()


@pytest.mark.parametrize(
    "call",
    [
        lambda: smooth_labels(["a", "b"], 0.1),
        lambda: smooth_labels([0.0, 1.0], "0.1"),
        lambda: distillation_loss([0.0, 1.0], [1j, 0], 1),
        lambda: logit_adjustment(["a"], [1.0]),
        lambda: focal_loss([0.0, 1.0], 1.0, 2),
        lambda: focal_loss([0.0, 1.0], 1, 2j),
    ],
)
def test_what_is_no_number(call):
    with pytest.raises(TypeError):
        call()
