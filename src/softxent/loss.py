"""Losses on logits, and their gradients.

Losses take logits, because a probability that has been rounded to 0 or 1 has lost what the loss needs. One value per
example: sum or average as you like. The result has the float dtype of the logits ``z`` (integers and lists give
float64); float16 is computed in float32. A NaN in a row of z or y gives NaN, and so does a row of z on which softmax
is not defined (+inf, or only −inf). Bad shapes and values raise ``ValueError``, bad types ``TypeError``.
"""

import operator

import numpy as np

from softxent._arguments import classes, label_indices, narrow, quiet, real, refuse, times, weights, widen
from softxent._numerics import (
    at_column,
    blocks,
    exponentials,
    is_safe,
    largest,
    log_probabilities,
    probabilities,
    row_sums,
    scratch,
    write,
)
from softxent.softmax import softmax_jvp


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
    loss = np.empty(z.shape[:-1], z.dtype)
    _losses(z, y, loss=loss)
    return loss[()]


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
    gradient = np.empty(z.shape, z.dtype)
    _losses(z, y, gradient=gradient)
    return gradient


@quiet
def softmax_cross_entropy_with_gradient(z, y):
    """both

    >>> loss, gradient = softmax_cross_entropy_with_gradient([0, 0], 1)
    """
    z = classes(z, "z")
    loss = np.empty(z.shape[:-1], z.dtype)
    gradient = np.empty(z.shape, z.dtype)
    _losses(z, y, loss, gradient)
    return loss[()], gradient


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
    y = weights(y, z.shape)
    result = np.empty(z.shape[:-1], z.dtype)
    for x, target, r in blocks(z, y, result):
        r[...] = row_sums(_residual(x, target) ** 2)
    return result[()]


@quiet
def squared_error_gradient(z, y):
    """The gradient ``∂S/∂z_i = 2 p_i (v_i − Σ p_k v_k)`` of ``squared_error``, with the residual ``v = p − y``: 2 J v.

    ``z`` and ``y`` as there; the result has the shape of z. Its entries sum to 0. Within 16 eps, absolutely.

    Source: the chain rule, with the Jacobian J of Bishop (2006), equation 4.106.

    >>> print(squared_error_gradient([0, 0], 1))
    [ 0.5 -0.5]
    """
    z = classes(z, "z")
    y = weights(y, z.shape)
    gradient = np.empty(z.shape, z.dtype)
    for x, target, r in blocks(z, y, gradient):
        r[...] = 2 * softmax_jvp(x, _residual(x, target))
    return gradient


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
    x, y = widen(z, y), widen(y, z)
    # −log σ(z) = log(1 + exp(−z)) and −log(1 − σ(z)) = log(1 + exp(z)): no term is negative
    return narrow(times(y, np.logaddexp(0, -x)) + times(1 - y, np.logaddexp(0, x)), z)


def _losses(z, y, loss=None, gradient=None):
    """Write the cross-entropies, or their gradients, or both."""
    y = np.asarray(y)
    labelled = y.shape == z.shape[:-1]
    y = label_indices(y, z.shape[-1]) if labelled else weights(y, z.shape)
    write = _of_labels if labelled else _of_weights
    outputs = [out for out in (loss, gradient) if out is not None]
    for x, target, *rows in blocks(z, y, *outputs):
        write(x, target, None if loss is None else rows[0], None if gradient is None else rows[-1])


def _of_labels(x, labels, loss, gradient):
    """The label's term is set apart: L = log(1 + s/e_y) and ∂L/∂z_y = −s/(e_y + s), where s is the sum of the others."""
    at = labels[:, 0]
    terms = exponentials(x, at, None if gradient is None else scratch(x, gradient))
    if loss is not None:
        loss[...] = _label_losses(x, at, terms.others / terms.apart)
    if gradient is not None:
        write(np.multiply(terms.e, 1 / terms.total, out=terms.e), gradient)
        gradient[np.arange(len(x)), at] = -(terms.others / terms.total)[:, 0]


def _label_losses(x, at, ratio):
    """log(1 + ratio), and where the label's term is no normal number beside the others, (m − z_y) + log(1 + s)."""
    result = np.log1p(ratio)
    far = ~is_safe(1 + ratio)[:, 0]
    if far.any():
        result[far] = -at_column(log_probabilities(x[far]), at[far])
    return result


def _of_weights(x, y, loss, gradient):
    at = largest(x)
    terms = exponentials(x, at)
    if loss is not None:
        loss[...] = _weighted_losses(x, y, at, terms)
    if gradient is not None:
        gradient[...] = _weighted_gradients(y, at, terms)


def _weighted_losses(x, y, at, terms):
    """−Σ y log p = Σ y ((m − z) + log(1 + s)): no term is negative, so nothing cancels."""
    surprisals = (at_column(x, at) - x) + np.log1p(terms.others / terms.apart)
    return row_sums(times(y, surprisals))


def _weighted_gradients(y, at, terms):
    """(Σ y) p − y, and for the largest class (Σ y − y) − (Σ y)(1 − p), which keeps its digits where p is near 1."""
    total = row_sums(y)
    gradient = total * (terms.e / terms.total) - y
    others = y.copy()
    others[np.arange(len(y)), at] = 0
    gradient[np.arange(len(y)), at] = (row_sums(others) - total * (terms.others / terms.total))[:, 0]
    return gradient


def _residual(x, y):
    """The difference p − y of a block; (1 − y) − (1 − p) keeps its digits where p is near 1."""
    p, rest = probabilities(x)
    return np.where(p > 0.5, (1 - y) - rest, p - y)
