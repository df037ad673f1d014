"""Losses on logits, and their gradients.

Losses take logits, because a probability that has been rounded to 0 or 1 has lost what the loss needs. One value per
example: sum or average as you like. The result has the float dtype of the logits ``z`` (integers and lists give
float64); float16 is computed in float32. A NaN in a row of z or y gives NaN, and so does a row of z on which softmax
is not defined (+inf, or only −inf). Bad shapes and values raise ``ValueError``, bad types ``TypeError``.
"""

import operator

import numpy as np

from softxent._arguments import classes, label_indices, narrow, quiet, real, refuse, times, weights, widen
from softxent._numerics import probabilities
from softxent.softmax import log_softmax, softmax_jvp


def one_hot(labels, num_classes):
    """Labels as distributions: 1 at the label, 0 elsewhere, in float64.

    ``labels`` are integers in 0..num_classes − 1 of any shape (...); the result has shape (..., num_classes).
    Raises TypeError for labels that are not integers, ValueError for a label out of range.

    >>> print(one_hot([2, 0], 3))
    [[0. 0. 1.]
     [1. 0. 0.]]
    """
    num_classes = operator.index(num_classes)
    if num_classes < 1:
        raise ValueError(f"num_classes must be at least 1, got {num_classes}")
    return (label_indices(labels, num_classes)[..., None] == np.arange(num_classes)).astype(np.float64)


@quiet
def softmax_cross_entropy(z, y):
    """The cross-entropy ``L = −Σ y_k log softmax(z)_k = (Σ y_k) LSE(z) − Σ y_k z_k``, in nats.

    ``z`` has shape (..., K). ``y`` is either integer labels of shape (...), or weights of shape (..., K): any finite
    numbers y ≥ 0, a distribution or not (a class weight multiplies a row, a row of zeros counts for nothing). The
    result has shape (...) and is within 8 eps of the exact value, relatively. inf where a class with ``y_k > 0`` has
    ``z_k = −inf``; with ``y_k = 0`` such a class contributes 0.

    Source: Bishop (2006), equation 4.108.

    >>> print(softmax_cross_entropy([[2, 1, 0], [0, 0, 0]], [0, 2]).round(6))
    [0.407606 1.098612]
    """
    z = classes(z, "z")
    # −Σ y log p: no term is negative, so nothing cancels, while (Σ y) LSE(z) − <y, z> subtracts two large numbers
    return narrow(0 - times(weights(y, z.shape).astype(widen(z).dtype), log_softmax(widen(z))).sum(-1), z)


@quiet
def softmax_cross_entropy_gradient(z, y):
    """The gradient ``∂L/∂z_i = (Σ y_k) p_i − y_i`` of ``softmax_cross_entropy``: ``p − y`` for a distribution y.

    ``z`` and ``y`` as there; the result has the shape of z. Its entries sum to 0. For labels each entry is within 8 eps
    of the exact value, relatively; for a distribution y within 4 eps absolutely, as p − y itself is ill-conditioned
    near p = y. Finite also where the loss is inf: the label's entry is then −1.

    Source: Bishop (2006), equation 4.109 (there with respect to the weights, with the factor of the input).

    >>> print(softmax_cross_entropy_gradient([0, 0], 1))
    [ 0.5 -0.5]
    """
    z = classes(z, "z")
    y = weights(y, z.shape).astype(widen(z).dtype)
    total, (p, rest) = y.sum(-1, keepdims=True), probabilities(z)
    # (Σ y) p − y = (Σ y − y) − (Σ y)(1 − p): the right side keeps its digits where p is near 1
    return narrow(np.where(p > 0.5, (total - y) - total * rest, total * p - y), z)


@quiet
def squared_error(z, y):
    """The squared error of the probabilities, ``S = Σ (p_k − y_k)²`` with ``p = softmax(z)``: the Brier score of y.

    ``z`` and ``y`` as in ``softmax_cross_entropy``; the result has shape (...) and no unit. There is no factor 1/2 and
    no mean over the K classes. For a distribution y it lies in [0, 2], also where a label has the logit −inf. Within
    20 eps of the exact value: relatively for labels, relative to the larger of the value and eps for other y, because
    p − y itself is ill-conditioned near p = y.

    Source: Brier (1950), the score of one forecast.

    >>> print(squared_error([[0, 0], [0, 0]], [[0.5, 0.5], [1, 0]]))
    [0.  0.5]
    """
    z = classes(z, "z")
    return narrow((_residual(z, y) ** 2).sum(-1), z)


@quiet
def squared_error_gradient(z, y):
    """The gradient ``∂S/∂z_i = 2 p_i (v_i − Σ p_k v_k)`` of ``squared_error``, with the residual ``v = p − y``: 2 J v.

    ``z`` and ``y`` as there; the result has the shape of z. Its entries sum to 0. Within 16 eps, absolutely.

    Source: the chain rule, with the Jacobian J of Bishop (2006), equation 4.106.

    >>> print(squared_error_gradient([0, 0], 1))
    [ 0.5 -0.5]
    """
    z = classes(z, "z")
    return narrow(2 * softmax_jvp(widen(z), _residual(z, y)), z)


@quiet
def binary_cross_entropy(z, y):
    """The binary cross-entropy ``L = −y log σ(z) − (1 − y) log(1 − σ(z))`` with ``σ(z) = 1 / (1 + exp(−z))``, in nats.

    Elementwise: ``z`` is a number or an array of logits, ``y`` has its shape or is one number, 0 ≤ y ≤ 1. The gradient
    is ``σ(z) − y``. Within 8 eps of the exact value, relatively. At ``z = ±inf`` the loss is 0 or inf.

    Source: Bishop (2006), equation 4.90.

    >>> print(binary_cross_entropy([0, 40, -40], [1, 1, 1]))
    [6.93147181e-01 4.24835426e-18 4.00000000e+01]
    """
    z, y = real(z, "z"), real(y, "y")
    if y.shape not in (z.shape, ()):
        raise ValueError(f"y must have the shape of z, {z.shape}, or be one number: got shape {y.shape}")
    refuse((y < 0) | (y > 1), y, "y must lie in [0, 1]")
    x, y = widen(z), y.astype(widen(z).dtype)
    # −log σ(z) = log(1 + exp(−z)) and −log(1 − σ(z)) = log(1 + exp(z)): no term is negative
    return narrow(times(y, np.logaddexp(0, -x)) + times(1 - y, np.logaddexp(0, x)), z)


def _residual(z, y):
    """The difference p − y; (1 − y) − (1 − p) keeps its digits where p is near 1."""
    (p, rest), y = probabilities(z), weights(y, z.shape).astype(widen(z).dtype)
    return np.where(p > 0.5, (1 - y) - rest, p - y)
