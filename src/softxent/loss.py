"""Losses on logits, and their gradients.

Losses take logits, because a probability that has been rounded to 0 or 1 has lost what the loss needs. One value per
example: sum or average as you like. The result has the float dtype of the logits ``z`` (integers and lists give
float64); float16 is computed in float32, and a target of a wider dtype than the logits is not rounded to theirs. A NaN
in a row of z or y gives NaN, and so does a row of z on which softmax is not defined (+inf, or only −inf). Accuracies
are stated as in ``softxent.softmax``.
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

    Parameters
    ----------
    labels : array_like of int, shape (...)
        Integers in 0..num_classes − 1.
    num_classes : int
        The number of classes, K.

    Returns
    -------
    ndarray, shape (..., K)
        The distributions.

    Raises
    ------
    TypeError
        For labels that are not integers.
    ValueError
        For a label out of range, and for num_classes < 1.

    Examples
    --------
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

    Parameters
    ----------
    z : array_like, shape (..., K)
        Logits.
    y : array_like of int, shape (...), or array_like, shape (..., K)
        Labels, or weights: any finite numbers y ≥ 0, a distribution or not. (A class weight multiplies a row, a row of
        zeros counts for nothing.)

    Returns
    -------
    ndarray or scalar, shape (...)
        inf where a class with ``y_k > 0`` has ``z_k = −inf``; with ``y_k = 0`` such a class contributes 0.

    Raises
    ------
    ValueError
        For no classes, shapes that do not fit, labels out of range, and weights that are negative or infinite.
    TypeError
        For labels that are not integers, and for what is not real numbers.

    Notes
    -----
    For a label c it is ``log(1 + Σ exp(z_k − z_c))``, summed over k ≠ c, so it keeps its digits where p_c is nearly 1.
    Within 5 eps of the exact value, relatively, for labels, and 8 eps for weights (tested; derived: 2 E + G + 3.5 and
    2 E + G + 5.5; see chapter 08a of the book), and below K times the smallest normal number within 2 K spacings there.

    References
    ----------
    - Bishop (2006), equation 4.108.

    Examples
    --------
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

    Parameters
    ----------
    z : array_like, shape (..., K)
        Logits.
    y : array_like of int, shape (...), or array_like, shape (..., K)
        Labels, or weights: any finite numbers y ≥ 0.

    Returns
    -------
    ndarray, shape (..., K)
        The entries of each row sum to 0. Finite also where the loss is inf: the label's entry is then −1.

    Raises
    ------
    ValueError
        For no classes, shapes that do not fit, labels out of range, and weights that are negative or infinite.
    TypeError
        For labels that are not integers, and for what is not real numbers.

    Notes
    -----
    For a label each entry is within 5 eps of the exact value, relatively (tested; derived: 2 E + 4.5, and 2 E + 4 for
    the label's; see chapter 08a of the book); that of the label is computed as ``−s/(1 + s)`` from the other classes.
    For weights within 4 eps absolutely, in units of ``Σ y_k`` (tested): p − y itself is ill-conditioned near p = y.

    References
    ----------
    - Bishop (2006), equation 4.109 (there with respect to the weights, with the factor of the input).

    Examples
    --------
    >>> print(softmax_cross_entropy_gradient([0, 0], 1))
    [ 0.5 -0.5]
    """
    z = classes(z, "z")
    gradient = np.empty(z.shape, z.dtype)
    _losses(z, y, gradient=gradient)
    return gradient


@quiet
def softmax_cross_entropy_with_gradient(z, y):
    """``softmax_cross_entropy`` and ``softmax_cross_entropy_gradient`` in one pass over the logits.

    Parameters
    ----------
    z : array_like, shape (..., K)
        Logits.
    y : array_like of int, shape (...), or array_like, shape (..., K)
        Labels, or weights: any finite numbers y ≥ 0.

    Returns
    -------
    loss : ndarray or scalar, shape (...)
        What ``softmax_cross_entropy(z, y)`` returns, in nats.
    gradient : ndarray, shape (..., K)
        What ``softmax_cross_entropy_gradient(z, y)`` returns.

    Raises
    ------
    ValueError
        For no classes, shapes that do not fit, labels out of range, and weights that are negative or infinite.
    TypeError
        For labels that are not integers, and for what is not real numbers.

    Notes
    -----
    The exponentials are taken once for both. With labels it needs little memory beyond the result.

    References
    ----------
    - Bishop (2006), equations 4.108 and 4.109.

    Examples
    --------
    >>> loss, gradient = softmax_cross_entropy_with_gradient([0, 0], 1)
    >>> print(loss.round(6), gradient)
    0.693147 [ 0.5 -0.5]
    """
    z = classes(z, "z")
    loss = np.empty(z.shape[:-1], z.dtype)
    gradient = np.empty(z.shape, z.dtype)
    _losses(z, y, loss, gradient)
    return loss[()], gradient


@quiet
def squared_error(z, y):
    """The squared error of the probabilities, ``S = Σ (p_k − y_k)²`` with ``p = softmax(z)``: the Brier score of y.

    Parameters
    ----------
    z : array_like, shape (..., K)
        Logits.
    y : array_like of int, shape (...), or array_like, shape (..., K)
        Labels, or weights: any finite numbers y ≥ 0.

    Returns
    -------
    ndarray or scalar, shape (...)
        A number without a unit; for a distribution y it lies in [0, 2], also where a label has the logit −inf.

    Raises
    ------
    ValueError
        For no classes, shapes that do not fit, labels out of range, and weights that are negative or infinite.
    TypeError
        For labels that are not integers, and for what is not real numbers.

    Notes
    -----
    There is no factor 1/2 and no mean over the K classes. For labels within 20 eps of the exact value, relatively. For
    other y the square root of S is within 4 eps of the exact one, absolutely, in units of the larger of 1 and max y:
    p − y itself is ill-conditioned near p = y. (Both tested.)

    References
    ----------
    - Brier (1950), the score of one forecast.

    Examples
    --------
    >>> print(squared_error([[0, 0], [0, 0]], [[0.5, 0.5], [1, 0]]))
    [0.  0.5]
    """
    z = classes(z, "z")
    y = weights(y, z.shape)
    result = np.empty(z.shape[:-1], z.dtype)
    for x, target, r in blocks(z, widen(y), result):
        r[...] = row_sums(_residual(x, target) ** 2)
    return result[()]


@quiet
def squared_error_gradient(z, y):
    """The gradient ``∂S/∂z_i = 2 p_i (v_i − Σ p_k v_k)`` of ``squared_error``, with the residual ``v = p − y``: 2 J v.

    Parameters
    ----------
    z : array_like, shape (..., K)
        Logits.
    y : array_like of int, shape (...), or array_like, shape (..., K)
        Labels, or weights: any finite numbers y ≥ 0.

    Returns
    -------
    ndarray, shape (..., K)
        The entries of each row sum to 0.

    Raises
    ------
    ValueError
        For no classes, shapes that do not fit, labels out of range, and weights that are negative or infinite.
    TypeError
        For labels that are not integers, and for what is not real numbers.

    Notes
    -----
    Within 16 eps of the exact value, absolutely, for labels and distributions y (tested).

    References
    ----------
    - Bishop (2006), equation 4.106, for the Jacobian J; then the chain rule.

    Examples
    --------
    >>> print(squared_error_gradient([0, 0], 1))
    [ 0.5 -0.5]
    """
    z = classes(z, "z")
    y = weights(y, z.shape)
    gradient = np.empty(z.shape, z.dtype)
    for x, target, r in blocks(z, widen(y), gradient):
        r[...] = 2 * softmax_jvp(x, _residual(x, target))
    return gradient


@quiet
def binary_cross_entropy(z, y):
    """The binary cross-entropy ``L = −y log σ(z) − (1 − y) log(1 − σ(z))`` with ``σ(z) = 1 / (1 + exp(−z))``, in nats.

    Parameters
    ----------
    z : array_like
        Logits, of any shape.
    y : array_like
        Targets with 0 ≤ y ≤ 1, of the shape of z, or one number.

    Returns
    -------
    ndarray or scalar
        The losses, of the shape of z. At ``z = ±inf`` the loss is 0 or inf.

    Raises
    ------
    ValueError
        For y out of range or of another shape.
    TypeError
        For what is not real numbers.

    Notes
    -----
    The gradient is ``σ(z) − y``. Computed in the wider dtype of z and y. Within 8 eps of the exact value, relatively
    (tested; derived: E + G + 2, with the accuracy of the C library's exp and log1p).

    References
    ----------
    - Bishop (2006), equation 4.90.

    Examples
    --------
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
    """Write the cross-entropies of all rows, or their gradients, or both."""
    y = np.asarray(y)
    labelled = y.shape == z.shape[:-1]
    target = label_indices(y, z.shape[-1]) if labelled else widen(weights(y, z.shape))
    function = _of_labels if labelled else _of_weights
    outputs = [out for out in (loss, gradient) if out is not None]
    for x, rows, *out in blocks(z, target, *outputs):
        function(x, rows, None if loss is None else out[0], None if gradient is None else out[-1])


def _of_labels(x, labels, loss, gradient):
    """With the label's term e_y apart: L = log(1 + s/e_y), ∂L/∂z_y = −s/(e_y + s), where s is the sum of the others."""
    at = labels[:, 0]
    terms = exponentials(x, at, None if gradient is None else scratch(x, gradient))
    if loss is not None:
        loss[...] = _label_losses(x, at, terms.others / terms.apart)
    if gradient is not None:
        write(np.multiply(terms.e, 1 / terms.total, out=terms.e), gradient)
        gradient[np.arange(len(x)), at] = -(terms.others / terms.total)[:, 0]


def _label_losses(x, at, ratio):
    """log(1 + ratio); where the label's term is no normal number beside the others, −log p from the largest term."""
    result = np.log1p(ratio)
    far = ~is_safe(1 + ratio)[:, 0]
    if far.any():
        result[far] = -at_column(log_probabilities(x[far]), at[far])
    return result


def _of_weights(x, y, loss, gradient):
    """The losses and the gradients of a block for weights y, written into those of the two arrays that are given."""
    at = largest(x)
    terms = exponentials(x, at)
    if loss is not None:
        loss[...] = _weighted_losses(x, y, at_column(x, at), np.log1p(terms.others / terms.apart))
    if gradient is not None:
        gradient[...] = _weighted_gradients(y, at, terms)


def _weighted_losses(x, y, m, log_sum):
    """−Σ y log p = Σ y ((m − x) + log(1 + s)): no term is negative, so nothing cancels."""
    losses = row_sums(times(y, (m - x) + log_sum))
    over = np.isinf(losses)[:, 0]
    if over.any():
        # the difference of the halves does not overflow, and the loss is twice its half
        halves = (m[over] / 2 - x[over] / 2) + log_sum[over] / 2
        losses[over] = 2 * row_sums(times(y[over], halves))
    return losses


def _weighted_gradients(y, at, terms):
    """(Σ y) p − y, and for the largest class (Σ y − y) − (Σ y)(1 − p), which keeps its digits where p is near 1."""
    # the sum of the weights may overflow where the gradient does not: powers of 2 take nothing from their digits
    scale = np.where(np.isinf(row_sums(y)), 2.0 ** -y.shape[1].bit_length(), 1)
    y = y * scale
    total = row_sums(y)
    gradient = total * (terms.e / terms.total) - y
    y[np.arange(len(y)), at] = 0
    gradient[np.arange(len(y)), at] = (row_sums(y) - total * (terms.others / terms.total))[:, 0]
    return gradient / scale


def _residual(x, y):
    """The difference p − y of a block; (1 − y) − (1 − p) keeps its digits where p is near 1."""
    p, rest = probabilities(x)
    return np.where(p > 0.5, (1 - y) - rest, p - y)
