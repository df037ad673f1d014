"""Softmax, log-sum-exp, and what follows from them, as functions of logits.

The classes lie on the last axis and leading axes are batch axes. Logits are any real numbers, −inf included (a class
that is excluded); for a temperature write ``softmax(z / tau)``. Results that have a unit are in nats. A row with a NaN
gives NaN. Where a row has +inf, or only −inf, softmax is not defined: NaN, and no warning. An empty batch gives an
empty result; an empty last axis, or none, raises ``ValueError``; what is not real numbers raises ``TypeError``. The
result has the float dtype of the input (integers and lists give float64), of two dtypes the wider one, in which it is
computed; float16 is computed in float32.

Accuracies are in eps of the dtype. A derived one holds for any number of classes, to first order in eps, if NumPy's exp
errs by at most E eps and its log and log1p by at most G eps: a hypothesis, not a theorem, which a run supports for E =
1 and G = 1 in float64 and for E = 2 and G = 3 in float32. Chapter 08a of the book, "How large the error can be",
derives it. A tested one is what a long search for bad inputs did not exceed. Where terms fall below the smallest normal
number (2e−308, in float32 1e−38) the spacing of floats no longer shrinks with them: add 2 spacings for each term that a
result is made of.
"""

from typing import NamedTuple

import numpy as np

from softxent._arguments import classes, narrow, pair, quiet, times, widen
from softxent._numerics import (
    at_column,
    blocks,
    divergences,
    exponentials,
    is_safe,
    largest,
    log_probabilities,
    pieces,
    probabilities,
    rounding_error,
    row_sums,
    scratch,
    shifted,
    signed_row_sums,
    write,
)


@quiet
def logsumexp(z):
    """The log-sum-exp ``LSE(z) = log Σ exp(z_k)``, a smooth maximum: ``max z ≤ LSE(z) ≤ max z + log K``.

    Parameters
    ----------
    z : array_like, shape (..., K)
        Logits.

    Returns
    -------
    ndarray or scalar, shape (...)
        In nats; inf where some ``z_k`` is inf, −inf where all are −inf.

    Raises
    ------
    ValueError
        For no classes.
    TypeError
        For what is not real numbers.

    Notes
    -----
    Where Σ exp(z_k) is at least 3 and far from an overflow, it is taken as it stands. Else the largest term is taken
    out: ``LSE(z) = m + log(1 + s)`` with m = max z and s the sum of the other exp(z_k − m).

    For max z ≥ 0 within 3 eps of the exact value, relatively (tested; derived: 2 E + G + 3). For max z < 0 the value
    can lie near 0, as for the logarithms of probabilities: there a last digit of z is many last digits of the value.
    The error is then within 4 eps (tested; derived: 4 E + 2 G + 5.5) of the larger of ``|LSE(z)|`` and ``−max z``. See
    chapter 08a of the book, "What follows for logarithms, losses and gradients".

    References
    ----------
    - Blanchard, Higham and Higham (2021).

    Examples
    --------
    >>> print(f"{logsumexp([0, -30]):.6e}")
    9.357623e-14
    """
    z = classes(z, "z")
    result = np.empty(z.shape[:-1], z.dtype)
    for x, r in blocks(z, result):
        r[...] = _log_of_sums(x)
    return result[()]


@quiet
def softmax(z):
    """The probabilities ``p_i = exp(z_i) / Σ exp(z_k)``.

    Parameters
    ----------
    z : array_like, shape (..., K)
        Logits.

    Returns
    -------
    ndarray, shape (..., K)
        A class with ``z_i = −inf`` gets 0.

    Raises
    ------
    ValueError
        For no classes.
    TypeError
        For what is not real numbers.

    Notes
    -----
    Each probability is within 4 eps of the exact one, relatively (tested; derived: 2 E + 4, and 2 E + 3 where no shift
    is needed); below the smallest normal number within 2 spacings of the numbers there. See chapter 08a of the book,
    "Where nothing asks for a shift, do not shift" and "The carried shift".

    References
    ----------
    - Bridle (1990).
    - Blanchard, Higham and Higham (2021).

    Examples
    --------
    >>> print(softmax([1, 2, 3]).round(4))
    [0.09   0.2447 0.6652]
    """
    z = classes(z, "z")
    p = np.empty(z.shape, z.dtype)
    for x, r in blocks(z, p):
        terms = exponentials(x, out=scratch(x, r))
        write(np.multiply(terms.e, 1 / terms.total, out=terms.e), r)
    return p


@quiet
def log_softmax(z):
    """The log-probabilities ``log p_i = z_i − LSE(z)``.

    Parameters
    ----------
    z : array_like, shape (..., K)
        Logits.

    Returns
    -------
    ndarray, shape (..., K)
        In nats. A class with ``z_i = −inf`` gets −inf.

    Raises
    ------
    ValueError
        For no classes.
    TypeError
        For what is not real numbers.

    Notes
    -----
    Within 4 eps of the exact value, relatively (tested; derived: 2 E + G + 3, in chapter 08a of the book), also where
    p_i is so near 1 that its logarithm is tiny, or so small that p_i underflows. A logarithm below K times the smallest
    normal number is right to 2 K spacings there, and 0 where the exact one is below the smallest number of all:
    log_softmax([0, −746]) starts with 0.

    References
    ----------
    - Blanchard, Higham and Higham (2021).

    Examples
    --------
    >>> print(log_softmax([0, -1000]))
    [    0. -1000.]
    """
    z = classes(z, "z")
    log_p = np.empty(z.shape, z.dtype)
    for x, r in blocks(z, log_p):
        write(log_probabilities(x, scratch(x, r)), r)
    return log_p


@quiet
def entropy_from_logits(z):
    """The entropy ``H(softmax(z)) = LSE(z) − Σ p_k z_k``, in nats.

    Parameters
    ----------
    z : array_like, shape (..., K)
        Logits.

    Returns
    -------
    ndarray or scalar, shape (...)
        Between 0 and log K. A class with ``z_k = −inf`` adds 0.

    Raises
    ------
    ValueError
        For no classes.
    TypeError
        For what is not real numbers.

    Notes
    -----
    Within 8 eps of the exact value, relatively (tested; derived: 2 E + 7.5), also where one class is nearly certain and
    the entropy tiny, as long as the other probabilities are normal numbers. One that is not adds an error of 2 spacings
    of such numbers, times its surprisal −log p_i (up to 104 in float32, 746 in float64).

    References
    ----------
    - Wainwright and Jordan (2008), section 3.6 (the entropy as the conjugate of log-sum-exp).

    Examples
    --------
    >>> print(entropy_from_logits([0, 0, -800]).round(6))
    0.693147
    """
    z = classes(z, "z")
    result = np.empty(z.shape[:-1], z.dtype)
    for x, r in blocks(z, result):
        at = largest(x)
        terms = exponentials(x, at)
        # LSE(z) − <p, z> = log(1 + s) + <p, max z − z>: two parts that are not negative
        gaps = at_column(x, at) - x
        r[...] = np.log1p(terms.others / terms.apart) + row_sums(times(terms.e, gaps)) / terms.total
    return result[()]


@quiet
def kl_from_logits(z, w):
    """The divergence ``KL(p ‖ q)`` of ``p = softmax(z)`` from ``q = softmax(w)``, in nats, never negative.

    Parameters
    ----------
    z : array_like, shape (..., K) or (K,)
        Logits of the truth.
    w : array_like, shape (..., K) or (K,)
        Logits of the model.

    Returns
    -------
    ndarray or scalar, shape (...)
        inf where ``w_k = −inf`` and p_k > 0; a class whose p_k underflows to 0 counts as ``p_k = 0``.

    Raises
    ------
    ValueError
        For no classes, and for shapes that do not fit.
    TypeError
        For what is not real numbers.

    Notes
    -----
    Within 8 eps of the exact value, relatively (tested), also where z and w are close (up to a constant) and the
    divergence tiny. Exactly 0 where they differ by a constant, as far as the differences are floats.

    References
    ----------
    - Kullback and Leibler (1951); the terms are those of ``kl_divergence``.

    Examples
    --------
    >>> print(f"{kl_from_logits([0, 1], [1e-9, 1]):.4e}")
    9.8306e-20
    """
    z, w = pair(classes(z, "z"), classes(w, "w"), "z and w")
    rows = np.broadcast_arrays(widen(z, w), widen(w, z))
    result = np.empty(rows[0].shape[:-1], np.result_type(z, w))
    for x, y, r in blocks(*rows, result):
        r[...] = _divergence_of_logits(x, y)
    over = np.isinf(result)
    if over.any():
        result = np.where(over, _large_divergence(*rows), result)
    return result[()]


@quiet
def softmax_jacobian(z):
    """The Jacobian ``J_ij = ∂p_i/∂z_j = p_i (δ_ij − p_j)``, that is ``diag(p) − p pᵀ``: symmetric, rows sum to 0.

    Parameters
    ----------
    z : array_like, shape (..., K)
        Logits.

    Returns
    -------
    ndarray, shape (..., K, K)
        One matrix for each row of logits.

    Raises
    ------
    ValueError
        For no classes.
    TypeError
        For what is not real numbers.

    Notes
    -----
    For a product with a vector use ``softmax_jvp``, which needs no K × K matrix. Each entry is within 8 eps of the
    exact one, relatively (tested; derived: 4 E + 9).

    References
    ----------
    - Bishop (2006), equation 4.106.

    Examples
    --------
    >>> print(softmax_jacobian([0, 0]))
    [[ 0.25 -0.25]
     [-0.25  0.25]]
    """
    z = classes(z, "z")
    jacobian = np.empty((*z.shape, z.shape[-1]), z.dtype)
    k = np.arange(z.shape[-1])
    for x, r in blocks(z, jacobian):
        p, rest = probabilities(x)
        entries = -p[:, :, None] * p[:, None, :]
        # on the diagonal p − p² = p (1 − p): the right side keeps its digits where p is near 1
        entries[:, k, k] = p * rest
        r[...] = entries.reshape(r.shape)
    return jacobian


@quiet
def softmax_jvp(z, v):
    """The product ``J v = p ⊙ (v − <p, v>)`` of the softmax Jacobian with a vector; vᵀJ is the same, J being symmetric.

    Parameters
    ----------
    z : array_like, shape (..., K) or (K,)
        Logits.
    v : array_like, shape (..., K) or (K,)
        Vectors, of numbers up to a quarter of the largest float.

    Returns
    -------
    ndarray, shape (..., K)
        The products.

    Raises
    ------
    ValueError
        For no classes, and for shapes that do not fit.
    TypeError
        For what is not real numbers.

    Notes
    -----
    Entry i is within 8 eps of the exact value, relative to ``p_i (|x_i| + Σ p_k |x_k|)``, where x is v minus its entry
    at the likeliest class (tested; derived: 4 E + 12.5).

    References
    ----------
    - Bishop (2006), equation 4.106, multiplied out.

    Examples
    --------
    >>> print(softmax_jvp([0, 0], [1, 0]))
    [ 0.25 -0.25]
    """
    z, v = pair(classes(z, "z"), classes(v, "v"), "z and v")
    rows = np.broadcast_arrays(widen(z, v), widen(v, z))
    product = np.empty(rows[0].shape, np.result_type(z, v))
    for x, u, r in blocks(*rows, product):
        p, _ = probabilities(x)
        # J (v − constant) = J v: with v = 0 at the likeliest class, <p, v> has no large part for v − <p, v> to cancel
        u = u - at_column(u, largest(p))
        r[...] = p * (u - signed_row_sums(p * u))
    return product


@quiet
def sparsemax(z):
    """The point of the simplex nearest to z, its Euclidean projection: ``p_i = max(z_i − θ, 0)`` with ``Σ p_k = 1``.

    Parameters
    ----------
    z : array_like, shape (..., K)
        Logits.

    Returns
    -------
    ndarray, shape (..., K)
        A class that is 2 eps or more below the threshold θ gets exactly 0, and so does every class 1 or more below the
        largest.

    Raises
    ------
    ValueError
        For no classes.
    TypeError
        For what is not real numbers.

    Notes
    -----
    Each entry is within 2 eps of the exact one, absolutely (tested).

    References
    ----------
    - Martins and Astudillo (2016), algorithm 1.

    Examples
    --------
    >>> print(sparsemax([2, 1.5, -1]))
    [0.75 0.25 0.  ]
    """
    z = classes(z, "z")
    # z − θ = t − g with the gaps g = max z − z and t = max z − θ ≤ 1: a gap beyond 1 is as good as 1
    g = np.minimum(widen(z).max(-1, keepdims=True) - widen(z), 1)
    gaps, j = np.sort(g, -1), np.arange(1, g.shape[-1] + 1, dtype=g.dtype)
    # j t − Σ g_(k) = 1 over the j smallest gaps: t = g_(j) + (1 − s_j)/j with s_j = Σ (g_(j) − g_(k)), which from one j
    # to the next grows by (j − 1) (g_(j) − g_(j−1)) ≥ 0: nothing cancels
    s = ((j - 1) * np.diff(gaps, prepend=gaps[..., :1])).cumsum(-1)
    # the right j is the one with the smallest t, for no j classes share more than 1
    return narrow(np.maximum((gaps + (1 - s) / j).min(-1, keepdims=True) - g, 0), z)


def _log_of_sums(x):
    """The log-sum-exp of each row of a block, (n, 1)."""
    total = row_sums(np.hstack([row_sums(np.exp(x[:, columns])) for columns in pieces(x)]))
    result = np.log(total)
    # near log 1 = 0 a rounding of the sum is many last digits of the logarithm
    redo = ~((total >= 3) & is_safe(total))[:, 0]
    if redo.any():
        result[redo] = _log_of_sums_apart(x[redo])
    return result


def _log_of_sums_apart(x):
    """The same with the largest term apart: LSE(z) = m + log(1 + s), where m = max z and s is the sum of the others."""
    at = largest(x)
    m = at_column(x, at)
    terms = exponentials(x, at)
    return np.where(np.isinf(m), m, m + np.log1p(terms.others / terms.apart))


def _divergence_of_logits(z, w):
    """KL(softmax(z) ‖ softmax(w)) of each row of two blocks, (n, 1)."""
    z, w = _shifted(z), _shifted(w)
    # log(q/p) = (w − max w) − (z − max z) − (log(1 + s_w) − log(1 + s_z)), up to a rounding that all classes share
    log_ratio = (w.d - z.d) + (w.c - z.c) - (np.log1p(w.s) - np.log1p(z.s))
    # Σ p exp(log_ratio − x) = 1 for x = log(1 + Σ p (exp(log_ratio) − 1)): this takes the shared rounding out
    log_ratio = log_ratio - np.log1p(signed_row_sums(_gap(z.p, w.p, log_ratio)))
    return row_sums(divergences(z.p, w.p, _gap(z.p, w.p, log_ratio), log_ratio))


def _large_divergence(z, w):
    """Σ p (log p − log q), twice the sum of its halves, which do not overflow where max w − w does."""
    p = softmax(z)
    log_p, log_q = (times(p, x / 2 - logsumexp(x)[..., None] / 2) for x in (z, w))
    return 2 * (log_p - log_q).sum(-1)


class _Shifted(NamedTuple):
    """The probabilities p of a block, d and c with d + c = x − max x exactly, and s with Σ exp(x − max x) = 1 + s."""

    p: np.ndarray
    d: np.ndarray
    c: np.ndarray
    s: np.ndarray


def _shifted(x):
    """All rows shifted, so that rows which differ by a constant are treated alike."""
    at = largest(x)
    m = at_column(x, at)
    d = x - m
    terms = shifted(x, at, np.empty_like(x))
    c = rounding_error(x, m, d, x.min(-1, keepdims=True))
    return _Shifted(terms.e / terms.total, d, c, terms.others / terms.apart)


def _gap(p, q, log_ratio):
    """q − p = p (exp(log(q/p)) − 1): the right side keeps its digits where p and q are close."""
    return np.where(np.abs(log_ratio) < 2, p * np.expm1(log_ratio), q - p)
