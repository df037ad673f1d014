"""Losses on logits, and their gradients.

Losses take logits, because a probability that has been rounded to 0 or 1 has lost what the loss needs. One value per
example: sum or average as you like. The result has the float dtype of the logits ``z`` (integers and lists give
float64); float16 is computed in float32, and a target of a wider dtype than the logits is not rounded to theirs. A NaN
in a row of z or y gives NaN, and so does a row of z on which softmax is not defined (+inf, or only −inf). Accuracies
are stated as in ``softxent.softmax``.
"""

import operator

import numpy as np

from softxent._arguments import (
    classes,
    distribution,
    label_indices,
    narrow,
    number,
    pair,
    quiet,
    real,
    refuse,
    times,
    weights,
    widen,
)
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
from softxent.softmax import kl_from_logits, softmax_jvp


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


@quiet
def smooth_labels(y, epsilon, *, among="all"):
    """Targets with the share ε of each taken away and spread evenly over the classes.

    Parameters
    ----------
    y : array_like, shape (..., K)
        Distributions, one-hot (see ``one_hot``) or not; any finite weights y ≥ 0 with the sum s of a row serve as well.
    epsilon : float
        The share ε, from 0 to 1.
    among : {"all", "others"}
        Over which classes: ``"all"`` K of them, ``(1 − ε) y + ε s/K``, so that a label c keeps 1 − ε + ε/K; or, for
        each class, the K − 1 ``"others"``, ``(1 − ε) y + ε (s − y)/(K − 1)``, so that a label c keeps 1 − ε.

    Returns
    -------
    ndarray, shape (..., K)
        The float dtype of y; the sums of the rows stay what they were.

    Raises
    ------
    ValueError
        For epsilon out of range, an unknown ``among``, no classes, weights that are negative or infinite, and for
        ``"others"`` if there is one class only.
    TypeError
        For what is not real numbers.

    Notes
    -----
    ``"others"`` with ε is ``"all"`` with ε K/(K − 1), where that is at most 1. PyTorch, Keras and optax mean
    ``"all"``. Within 4 eps of the exact value, relatively (tested).

    References
    ----------
    - Szegedy, Vanhoucke, Ioffe, Shlens and Wojna (2016), section 7, for ``"all"``.

    Examples
    --------
    >>> print(smooth_labels([0, 1, 0, 0, 0], 0.1))
    [0.02 0.92 0.02 0.02 0.02]
    >>> print(smooth_labels([0, 1, 0, 0, 0], 0.1, among="others"))
    [0.025 0.9   0.025 0.025 0.025]
    """
    y = weights(classes(y, "y"), np.shape(y))
    epsilon = number(epsilon, "epsilon", 0, 1)
    if among not in ("all", "others"):
        raise ValueError(f'among must be "all" or "others", got {among!r}')
    if among == "others" and y.shape[-1] == 1:
        raise ValueError("among='others' needs at least two classes, got one")
    result = np.empty_like(y)
    for x, r in blocks(y, result):
        r[...] = (1 - epsilon) * x + epsilon * (_mean_of_all(x) if among == "all" else _mean_of_others(x))
    return result


@quiet
def distillation_loss(z, teacher, tau):
    """The distillation loss ``τ² KL(softmax(t/τ) ∥ softmax(z/τ))`` of a student z against its teacher t, in nats.

    Parameters
    ----------
    z : array_like, shape (..., K)
        Logits of the student.
    teacher : array_like, shape (..., K)
        Logits of the teacher: of the shape of z, or one vector for all rows.
    tau : float
        The temperature τ > 0 of both.

    Returns
    -------
    ndarray or scalar, shape (...)
        In the wider dtype of the two. 0 if the two softmaxes are equal; inf where the student excludes a class
        (``z_k = −inf``) that the teacher does not.

    Raises
    ------
    ValueError
        For no classes, shapes that do not fit, and for tau that is not a positive finite number.
    TypeError
        For what is not real numbers.

    Notes
    -----
    The gradient with respect to z is ``τ (softmax(z/τ) − softmax(t/τ))``: it stays of one size for large τ, where the
    loss tends to half the variance, over the K classes, of z − t. The cross-entropy of the two in place of their
    divergence differs by ``τ² H(softmax(t/τ))``, which does not depend on z and grows without bound with τ. The error
    is that of ``kl_from_logits``, and that of z/τ and t/τ, which are rounded.

    References
    ----------
    - Hinton, Vinyals and Dean (2015), section 2, arXiv:1503.02531 (there with the cross-entropy).

    Examples
    --------
    >>> for tau in (1, 10, 1000):
    ...     print(distillation_loss([2, 0, 1], [4, 0, 2], tau).round(4))
    0.1156
    0.3287
    0.3333
    """
    z, teacher = classes(z, "z"), classes(teacher, "teacher")
    tau = number(tau, "tau", 0, np.inf)
    if tau == 0:
        raise ValueError("tau must be positive, got 0.0")
    x, t = widen(z, teacher), widen(teacher, z)
    return narrow(tau * (tau * kl_from_logits(t / tau, x / tau)), z, teacher)


@quiet
def logit_adjustment(source, target):
    """What to add to logits that were learned with the class frequencies ``source``, so that they suit ``target``.

    Parameters
    ----------
    source, target : array_like, shape (..., K)
        Distributions of the classes where the model was trained and where it is used.

    Returns
    -------
    ndarray, shape (..., K)
        ``log(target_k/source_k)`` in the wider dtype of the two, and −inf, which excludes a class, where target is 0.

    Raises
    ------
    ValueError
        For what is no distribution, for shapes that do not fit, and for a class that has the frequency 0 in source but
        not in target: no adjustment can bring back what the model was never shown.
    TypeError
        For what is not real numbers.

    Notes
    -----
    If ``softmax(z)`` is the conditional distribution of the class in the source, and source and target differ in the
    frequencies of the classes alone, ``softmax(z + adjustment)`` is that in the target (Bayes). Within 2 eps of the
    larger of 1 and the exact value (tested).

    References
    ----------
    - Saerens, Latinne and Decaestecker (2002), section 2.

    Examples
    --------
    >>> print(logit_adjustment([0.9, 0.1], [0.5, 0.5]).round(6))
    [-0.587787  1.609438]
    """
    source, target = pair(distribution(source, "source"), distribution(target, "target"), "source and target")
    s, t = np.broadcast_arrays(widen(source, target), widen(target, source))
    refuse((s == 0) & (t > 0), t, "target must be 0 where source is")
    # a NaN in a row is in every entry of its sum
    ratio = np.where(s == 0, 0, t / s) + 0 * (s + t).sum(-1, keepdims=True)
    # the quotient of a number near 1 by a tiny one may overflow, the difference of the logarithms does not
    return narrow(np.where(np.isinf(ratio), np.log(t) - np.log(s), np.log(ratio)), source, target)


@quiet
def focal_loss(z, y, gamma):
    """The focal loss ``F = −Σ y_k (1 − p_k)^γ log p_k`` with ``p = softmax(z)``, in nats.

    Parameters
    ----------
    z : array_like, shape (..., K)
        Logits.
    y : array_like of int, shape (...), or array_like, shape (..., K)
        Labels, or weights: any finite numbers y ≥ 0.
    gamma : float
        The exponent γ ≥ 0; with γ = 0 it is ``softmax_cross_entropy``.

    Returns
    -------
    ndarray or scalar, shape (...)
        inf where a class with ``y_k > 0`` has ``z_k = −inf``.

    Raises
    ------
    ValueError
        For no classes, shapes that do not fit, labels out of range, weights that are negative or infinite, and gamma
        that is negative or infinite.
    TypeError
        For labels that are not integers, and for what is not real numbers.

    Notes
    -----
    1 − p is computed from the other classes, so it keeps its digits where p is nearly 1. Not a proper loss for γ > 0:
    its mean under a distribution y is least at another p, in general. Within 4 + 2 γ eps of the exact value,
    relatively, for γ from 0 to 5 (tested).

    References
    ----------
    - Lin, Goyal, Girshick, He and Dollár (2017), equation 4 (two classes).

    Examples
    --------
    >>> print(focal_loss([0, 0], 1, 2).round(6), softmax_cross_entropy([0, 0], 1).round(6))
    0.173287 0.693147
    """
    z, gamma = classes(z, "z"), number(gamma, "gamma", 0, np.inf)
    result = np.empty(z.shape[:-1], z.dtype)
    for x, target, r in blocks(z, widen(weights(y, z.shape)), result):
        _, rest = probabilities(x)
        r[...] = row_sums(times(target, times(rest**gamma, -log_probabilities(x))))
    return result[()]


@quiet
def focal_loss_gradient(z, y, gamma):
    """The gradient ``∂F/∂z_i = p_i Σ y_k a_k − y_i a_i`` of ``focal_loss``.

    Here ``a_k = (1 − p_k)^γ (1 + γ p_k (−log p_k)/(1 − p_k))``, which is 1 for γ = 0.

    Parameters
    ----------
    z : array_like, shape (..., K)
        Logits.
    y : array_like of int, shape (...), or array_like, shape (..., K)
        Labels, or weights: any finite numbers y ≥ 0.
    gamma : float
        The exponent γ ≥ 0.

    Returns
    -------
    ndarray, shape (..., K)
        The entries of each row sum to 0. Finite also where the loss is inf.

    Raises
    ------
    ValueError
        For no classes, shapes that do not fit, labels out of range, weights that are negative or infinite, and gamma
        that is negative or infinite.
    TypeError
        For labels that are not integers, and for what is not real numbers.

    Notes
    -----
    For a label each entry is within 4 + 2 γ eps of the exact value, relatively, for γ from 0 to 5; for weights within
    as many eps absolutely, in units of the sum of the weights (tested).

    References
    ----------
    - Lin, Goyal, Girshick, He and Dollár (2017), appendix B, for two classes and a label.

    Examples
    --------
    >>> print(focal_loss_gradient([0, 0], 1, 2).round(6))
    [ 0.298287 -0.298287]
    """
    z, gamma = classes(z, "z"), number(gamma, "gamma", 0, np.inf)
    gradient = np.empty(z.shape, z.dtype)
    for x, target, r in blocks(z, widen(weights(y, z.shape)), gradient):
        p, rest = probabilities(x)
        pull = target * _focal_factor(x, p, rest, gamma)
        # p_i Σ y_k a_k − y_i a_i = p_i (the sum over the others) − (1 − p_i) y_i a_i
        r[...] = p * _sums_of_others(pull) - rest * pull
    return gradient


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


def _mean_of_all(x):
    """The mean of each row of a block."""
    return row_sums(x) / x.shape[1]


def _mean_of_others(x):
    """For each entry the mean of the others in its row."""
    return _sums_of_others(x) / (x.shape[1] - 1)


def _sums_of_others(x):
    """For each entry of numbers ≥ 0 the sum of the others in its row: for the largest entry without itself."""
    at = largest(x)
    rows = np.arange(len(x))
    others = row_sums(x) - x
    without = x.copy()
    without[rows, at] = 0
    others[rows, at] = row_sums(without)[:, 0]
    return others


def _focal_factor(x, p, rest, gamma):
    """(1 − p)^γ (1 + γ p (−log p)/(1 − p)): no term is negative, and the quotient tends to 1 as p does."""
    log_p = log_probabilities(x)
    # p log p = 0 for p = 0
    quotient = np.where(rest == 0, 1 + 0 * p, times(p, -log_p) / rest)
    return rest**gamma * (1 + gamma * quotient)
