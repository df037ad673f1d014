"""The losses on logits and their gradients: known values, laws, oracles, errors."""

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from numpy.testing import assert_allclose
from scipy.optimize import approx_fprime

from softxent.entropy import cross_entropy
from softxent.loss import (
    binary_cross_entropy,
    one_hot,
    softmax_cross_entropy,
    softmax_cross_entropy_gradient,
    softmax_cross_entropy_with_gradient,
    squared_error,
    squared_error_gradient,
)
from softxent.softmax import kl_from_logits, logsumexp, softmax, softmax_jvp

BOTH = (softmax_cross_entropy, softmax_cross_entropy_gradient)
SQUARED = (squared_error, squared_error_gradient)


@st.composite
def problems(draw):
    """Logits and weights of one row; the weights need not sum to 1."""
    k = draw(st.integers(1, 6))
    z = draw(arrays(float, k, elements=st.floats(-50, 50)))
    return z, draw(arrays(float, k, elements=st.one_of(st.just(0.0), st.floats(1e-6, 10.0))))


# known values


def test_one_hot_rows_are_rows_of_the_identity():
    assert one_hot([[2, 0], [1, 1]], 3).tolist() == [[[0, 0, 1], [1, 0, 0]], [[0, 1, 0], [0, 1, 0]]]
    assert one_hot(1, 2).tolist() == [0, 1]
    assert one_hot(True, 2).tolist() == [0, 1]
    assert one_hot([], 3).shape == (0, 3)


def test_the_loss_of_a_label_is_its_surprisal():
    z = np.log([[1, 2, 5], [1, 1, 2]])
    assert_allclose(softmax_cross_entropy(z, [2, 0]), np.log([8 / 5, 4]), rtol=1e-15)
    gradient = [[1 / 8, 1 / 4, -3 / 8], [-3 / 4, 1 / 4, 1 / 2]]
    assert_allclose(softmax_cross_entropy_gradient(z, [2, 0]), gradient, rtol=1e-14)


def test_a_soft_target():
    z, y = np.log([1, 3]), [0.5, 0.5]
    assert_allclose(softmax_cross_entropy(z, y), np.log(4) - np.log(3) / 2, rtol=1e-15)
    assert_allclose(softmax_cross_entropy_gradient(z, y), [-1 / 4, 1 / 4], rtol=1e-14)


def test_the_binary_loss():
    assert_allclose([binary_cross_entropy(0, y) for y in (0, 0.3, 1)], np.log(2), rtol=1e-15)
    assert_allclose(binary_cross_entropy(np.log([3, 3]), [1, 0]), np.log([4 / 3, 4]), rtol=1e-15)
    assert_allclose(binary_cross_entropy([1000, -1000], [0, 1]), [1000, 1000])
    assert binary_cross_entropy([[1.0, 2.0]], 1).shape == (1, 2)


def test_the_squared_error():
    z = np.log([2, 3, 5])
    assert_allclose(squared_error(z, 1), 0.78, rtol=1e-14)
    assert_allclose(squared_error_gradient(z, 1), [0.048, -0.468, 0.42], rtol=1e-13)
    assert_allclose(squared_error(z, [0.5, 0.5, 0]), 0.3**2 + 0.2**2 + 0.5**2, rtol=1e-14)
    assert squared_error([-800.0, 0.0], 0) == 2
    assert_allclose(squared_error([30.0, 0.0], 0), 2 * np.exp(-60), rtol=1e-12)  # (p − 1)² is 0 in float64


def test_a_certain_right_answer_costs_nothing_and_no_minus_zero():
    for value in (*softmax_cross_entropy([[800, 0], [0, -np.inf]], [0, 0]), softmax_cross_entropy([5.0], 0)):
        assert value == 0
        assert not np.signbit(value)


def test_weights_and_logits_near_the_largest_float():
    """Any finite y ≥ 0 is a weight: sums and products that overflow on the way do not matter."""
    loss = softmax_cross_entropy(np.float32([0, -20]), [1e39, 0])
    assert loss == pytest.approx(1e39 * np.log1p(np.exp(-20)), rel=1e-6)
    assert softmax_cross_entropy([1e308, -1e308], [0.5, 0.5]) == pytest.approx(1e308, rel=1e-15)
    assert softmax_cross_entropy([1e308, -1e308], 1) == np.inf  # 2e308
    assert softmax_cross_entropy_gradient([0.0, 0.0], [1e308, 1e308]).tolist() == [0, 0]
    assert_allclose(softmax_cross_entropy_gradient([0.0, -800.0], [1e308, 1e308]), [1e308, -1e308])
    loss, gradient = softmax_cross_entropy_with_gradient(np.float32([0, 0]), np.float32([3e38, 3e38]))
    assert np.isinf(loss)  # 4.2e38
    assert gradient.tolist() == [0, 0]


def test_a_target_of_a_wider_dtype_is_not_rounded_first():
    assert binary_cross_entropy(np.float32(50), 1 - 1e-10) == pytest.approx(50 * 1e-10, rel=1e-6)
    y = np.array([1 - 1e-9, 1e-9])
    assert softmax_cross_entropy(np.float32([0, -40]), y) == pytest.approx(4e-8, rel=1e-6)


# laws


@given(problems())
def test_the_loss_is_a_weighted_sum_of_surprisals(problem):
    z, y = problem
    assert_allclose(softmax_cross_entropy(z, y), y.sum() * logsumexp(z) - y @ z, rtol=1e-12, atol=1e-12)
    assert softmax_cross_entropy(z, y) >= 0


@given(problems())
def test_loss_and_gradient_are_linear_in_the_target(problem):
    z, y = problem
    for function in BOTH:
        by_label = [weight * function(z, k) for k, weight in enumerate(y)]
        assert_allclose(function(z, y), np.sum(by_label, axis=0), rtol=1e-12, atol=1e-13)


@given(problems())
def test_the_gradient_sums_to_zero_and_vanishes_where_the_model_is_right(problem):
    z, y = problem
    assert_allclose(softmax_cross_entropy_gradient(z, y).sum(), 0, atol=1e-13)
    assert_allclose(softmax_cross_entropy_gradient(z, softmax(z)), 0, atol=1e-15)


@given(problems(), st.integers(-1000, 1000))
def test_a_common_shift_of_the_logits_changes_nothing(problem, shift):
    z, y = problem
    z = np.round(z * 1024) / 1024  # so that z + shift is exact
    size = 1 + y.sum()  # rows are shifted only where it is needed: other roundings, some eps
    for function in BOTH + SQUARED:
        assert_allclose(function(z + shift, y), function(z, y), rtol=4e-15, atol=4e-15 * size**2)
    for label in range(z.size):
        assert_allclose(softmax_cross_entropy(z + shift, label), softmax_cross_entropy(z, label), rtol=2e-15)


@given(problems())
def test_labels_are_one_hot_weights(problem):
    z, _ = problem
    for k in range(z.size):
        y = one_hot(k, z.size)
        assert_allclose(softmax_cross_entropy(z, k), softmax_cross_entropy(z, y), rtol=2e-15)
        assert_allclose(softmax_cross_entropy_gradient(z, k), softmax_cross_entropy_gradient(z, y), rtol=2e-15)
        for function in SQUARED:
            assert np.array_equal(function(z, k), function(z, y))


@given(problems())
def test_one_pass_gives_what_two_give(problem):
    z, y = problem
    for target in (y, *range(z.size)):
        loss, gradient = softmax_cross_entropy_with_gradient(z, target)
        assert loss == softmax_cross_entropy(z, target)
        assert np.array_equal(gradient, softmax_cross_entropy_gradient(z, target))


@given(st.floats(-50, 50), st.floats(0, 1))
def test_the_binary_loss_is_the_loss_of_two_classes(z, y):
    assert_allclose(binary_cross_entropy(z, y), softmax_cross_entropy([z, 0], [y, 1 - y]), rtol=2e-15)
    assert_allclose(binary_cross_entropy(z, y), binary_cross_entropy(-z, 1 - y), rtol=1e-15, atol=1e-15)


@given(problems())
def test_the_squared_error_is_at_most_2_and_at_most_the_divergence(problem):
    z, y = problem
    y = softmax(y)
    assert 0 <= squared_error(z, y) <= 2
    assert squared_error(z, y) <= kl_from_logits(np.log(y), z) + 1e-13
    assert_allclose(squared_error(np.log(y), y), 0, atol=1e-30)
    assert_allclose(squared_error_gradient(z, y).sum(), 0, atol=1e-14)


@given(st.floats(-50, 50), st.floats(0, 1))
def test_the_squared_error_of_two_classes_is_twice_that_of_the_sigmoid(u, t):
    p = softmax([u, 0.0])[0]
    assert_allclose(squared_error([u, 0.0], [t, 1 - t]), 2 * (p - t) ** 2, rtol=1e-6, atol=1e-15)
    assert_allclose(squared_error_gradient([u, 0.0], [t, 1 - t])[0], 4 * (p - t) * p * (1 - p), atol=1e-14)


def test_the_loss_of_a_distribution_is_its_cross_entropy(rng):
    z, y = rng.normal(0, 3, (2, 5, 4))
    y = softmax(y)
    assert_allclose(softmax_cross_entropy(z, y), cross_entropy(y, softmax(z)), rtol=1e-13)
    excess = softmax_cross_entropy(z, y) - softmax_cross_entropy(np.log(y), y)
    assert_allclose(excess, kl_from_logits(np.log(y), z), rtol=1e-12)


# oracles


def test_torch_autograd_agrees(rng):
    z, weights, labels = rng.normal(0, 3, (6, 4)), rng.uniform(0, 2, (6, 4)), rng.integers(0, 4, 6)
    for y in (labels, weights):
        logits = torch.tensor(z, requires_grad=True)
        losses = torch.nn.functional.cross_entropy(logits, torch.tensor(y), reduction="none")
        losses.sum().backward()
        assert_allclose(softmax_cross_entropy(z, y), losses.detach(), rtol=1e-13)
        assert_allclose(softmax_cross_entropy_gradient(z, y), logits.grad, rtol=1e-12, atol=1e-15)


def test_torch_autograd_agrees_on_the_squared_error(rng):
    z, weights, labels = rng.normal(0, 3, (6, 4)), rng.uniform(0, 2, (6, 4)), rng.integers(0, 4, 6)
    for y, target in ((labels, one_hot(labels, 4)), (weights, weights)):
        logits = torch.tensor(z, requires_grad=True)
        losses = ((torch.softmax(logits, -1) - torch.tensor(target)) ** 2).sum(-1)
        losses.sum().backward()
        assert_allclose(squared_error(z, y), losses.detach(), rtol=1e-13)
        assert_allclose(squared_error_gradient(z, y), logits.grad, rtol=1e-11, atol=1e-15)


def test_torch_agrees_on_the_binary_loss(rng):
    z, y = rng.normal(0, 5, (3, 4)), rng.uniform(0, 1, (3, 4))
    losses = torch.nn.functional.binary_cross_entropy_with_logits(torch.tensor(z), torch.tensor(y), reduction="none")
    assert_allclose(binary_cross_entropy(z, y), losses, rtol=1e-13)


def test_the_gradient_is_the_limit_of_difference_quotients(rng):
    z, y = rng.normal(0, 2, 5), rng.uniform(0, 2, 5)
    quotients = approx_fprime(z, softmax_cross_entropy, 1e-7, y)
    assert_allclose(softmax_cross_entropy_gradient(z, y), quotients, atol=1e-5)


def test_the_derivative_of_the_gradient_is_the_jacobian_of_softmax(rng):
    z, y, v = rng.normal(0, 2, 5), softmax(rng.normal(0, 2, 5)), rng.normal(size=5)
    step = 1e-6
    ahead, behind = (softmax_cross_entropy_gradient(z + h * v, y) for h in (step, -step))
    assert_allclose((ahead - behind) / (2 * step), softmax_jvp(z, v), atol=1e-9)


def test_a_batch_is_its_rows(rng):
    z, weights, labels = rng.normal(0, 3, (2, 3, 4)), rng.uniform(0, 2, (2, 3, 4)), rng.integers(0, 4, (2, 3))
    for function in BOTH + SQUARED:
        for y in (labels, weights):
            rows = [function(z[i, j], y[i, j]) for i in range(2) for j in range(3)]
            assert np.array_equal(function(z, y), np.reshape(rows, function(z, y).shape))


# errors


@pytest.mark.parametrize("function", BOTH + SQUARED)
@pytest.mark.parametrize(
    ("y", "error", "message"),
    [
        ([0, 3], ValueError, r"^labels must lie in 0..2, got 3 at index \(1,\)$"),
        ([-1, 0], ValueError, r"^labels must lie in 0..2, got -1 at index \(0,\)$"),
        ([0.0, 1.0], TypeError, r"^labels must be integers, got dtype float64$"),
        ([[0], [1]], ValueError, r"labels of shape \(2,\) or weights of shape \(2, 3\), got shape \(2, 1\)$"),
        (0, ValueError, r"^y must be labels .* got shape \(\)$"),
        ([0, 1, 2], ValueError, r"^y must be labels .* got shape \(3,\)$"),
        ([[0, 0, 1]], ValueError, r"^y must be labels .* got shape \(1, 3\)$"),
        ([[0, 0, 1], [0, 2, -1]], ValueError, r"^y must be finite and not negative, got -1.0 at index \(1, 2\)$"),
        ([[0, 0, np.inf], [0, 0, 1]], ValueError, r"^y must be finite and not negative, got inf at index \(0, 2\)$"),
        ([["a"] * 3] * 2, TypeError, r"^y must hold real numbers"),
    ],
)
def test_bad_targets_are_refused_by_name_and_value(function, y, error, message):
    with pytest.raises(error, match=message):
        function(np.zeros((2, 3)), y)


@pytest.mark.parametrize("function", BOTH + SQUARED)
def test_bad_logits_are_refused(function):
    with pytest.raises(ValueError, match=r"z must have at least one class"):
        function(np.zeros((2, 0)), [0, 0])
    with pytest.raises(ValueError, match=r"z must have an axis of classes"):
        function(1.0, 0)
    with pytest.raises(TypeError, match=r"z must hold real numbers"):
        function([1j, 2], 0)


def test_the_number_of_classes_is_a_positive_integer():
    with pytest.raises(ValueError, match=r"num_classes must be at least 1, got 0"):
        one_hot([0], 0)
    with pytest.raises(TypeError):
        one_hot([0], 2.5)


@pytest.mark.parametrize(
    ("y", "message"),
    [
        (1.5, r"^y must lie in \[0, 1\], got 1.5$"),
        ([0.5, -0.1], r"^y must lie in \[0, 1\], got -0.1 at index \(1,\)$"),
        ([[0.5], [0.5]], r"^y must have the shape of z, \(2,\), or be one number: got shape \(2, 1\)$"),
        ([0.5], r"^y must have the shape of z"),
    ],
)
def test_bad_binary_targets_are_refused(y, message):
    with pytest.raises(ValueError, match=message):
        binary_cross_entropy([1.0, 2.0], y)
