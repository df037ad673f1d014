"""Writing and scoring: draws from a softmax, filters of its tail, and the perplexity of a text.

A common order is ``top_p(top_k(z / tau, k), p)``: the temperature, then the filters. Some libraries put it last, which
gives another nucleus. A filter returns logits, and −inf where a class is cut, so that softmax divides by the mass that
is kept.
"""

import numpy as np

from softxent._arguments import classes, doubled, narrow, pairs, quiet, real, refuse, times, widen
from softxent.softmax import softmax


@quiet
def top_k(z, k):
    """The logits of the k likeliest classes, and −inf for all others.

    Parameters
    ----------
    z : array_like, shape (..., K)
        Logits.
    k : int
        How many classes stay, 1 to K. Of equal logits that of the lower index goes first, so exactly k stay.

    Returns
    -------
    ndarray, shape (..., K)
        z where a class stays, −inf elsewhere. A row that has no softmax (a NaN, +inf, or all −inf) is NaN.

    Raises
    ------
    ValueError
        For k outside 1..K, and for no classes.
    TypeError
        For k that is not an integer, and what is not real numbers.

    Notes
    -----
    Exact (derived): there is no arithmetic, and the logits that stay are the given ones. A temperature before or after
    leaves the set of classes as it is, but for logits that it rounds to one number or beyond the largest float.

    References
    ----------
    - Fan, Lewis and Dauphin (2018).

    Examples
    --------
    >>> top_k([1.0, 3.0, 2.0, 3.0], 2)
    array([-inf,   3., -inf,   3.])
    """
    z = classes(z, "z")
    if not isinstance(k, int | np.integer) or isinstance(k, bool):
        raise TypeError(f"k must be an integer, got {k!r}")
    if not 1 <= k <= z.shape[-1]:
        raise ValueError(f"k must lie in 1..{z.shape[-1]}, the number of classes, got {k}")
    return _keep(z, np.arange(z.shape[-1]) < k, _by_size(z))


@quiet
def top_p(z, p):
    """The logits of the nucleus, the smallest set of likeliest classes with a mass of at least p; −inf for all others.

    Parameters
    ----------
    z : array_like, shape (..., K)
        Logits.
    p : float
        The mass to be reached, above 0 and at most 1.

    Returns
    -------
    ndarray, shape (..., K)
        z where a class stays, −inf elsewhere. A row that has no softmax (a NaN, +inf, or all −inf) is NaN.

    Raises
    ------
    ValueError
        For p outside (0, 1], and for no classes.
    TypeError
        For p that is not a real number, and what is not real numbers.

    Notes
    -----
    The classes are sorted by their logits, of equal ones the lower index first. A class stays if the mass of those
    before it is less than p, so the first always stays; with p = 1 all do. The masses are those of ``softmax(z)``: a
    temperature before the filter changes them, one after it does not.

    Masses are added in float64 at least, the smallest first. The result is the exact one for a p that differs from the
    given one by at most 16 eps of float64 (tested for K ≤ 1 000): where a set has just the mass p, rounding may let one
    more class stay.

    References
    ----------
    - Holtzman, Buys, Du, Forbes and Choi (2020), section 3.1, equation 2.

    Examples
    --------
    >>> top_p(np.log([0.5, 0.2, 0.25, 0.05]), 0.7).round(2)
    array([-0.69,  -inf, -1.39,  -inf])
    """
    z = classes(z, "z")
    share = doubled(real(p, "p"))
    if share.ndim or not 0 < share <= 1:
        raise ValueError(f"p must be a number above 0 and at most 1, got {p}")
    order = _by_size(z)
    masses = np.take_along_axis(softmax(doubled(z)), order, -1)
    # the mass of the classes before one is less than p where that of the others is more than 1 − p
    from_here = masses[..., ::-1].cumsum(-1)[..., ::-1]
    stays = (from_here > 1 - share) | (share == 1)
    stays[..., 0] = True
    return _keep(z, stays, order)


@quiet
def inverse_cdf_sample(z, u):
    """The classes that draws from ``softmax(z)`` give: class k for ``p_1 + ... + p_(k−1) <= u < p_1 + ... + p_k``.

    Parameters
    ----------
    z : array_like, shape (..., K)
        Logits.
    u : array_like, shape (...)
        Numbers from 0 to 1, without 1: for independent draws independent uniform ones, as ``rng.random`` gives. Rows
        and numbers are paired by NumPy's rules, so one row may serve many numbers.

    Returns
    -------
    ndarray of int, shape (...)
        Classes 0 to K − 1; never one whose logit is −inf.

    Raises
    ------
    ValueError
        For u outside [0, 1), for a row that has no softmax (a NaN, +inf, or all −inf), for no classes, and for shapes
        that do not go together.
    TypeError
        For what is not real numbers.

    Notes
    -----
    A uniform number lies in an interval with the probability of its length, here p_k. The sums are divided by their
    last one, so they end in 1. The result is the exact one for a u that differs from the given one by at most (K + 8)
    eps of float64, if softmax keeps its 4 eps (derived).

    References
    ----------
    - Devroye (1986), section III.2.

    Examples
    --------
    >>> inverse_cdf_sample(np.log([0.5, 0.25, 0.25]), [0.1, 0.6, 0.9])
    array([0, 1, 2])
    """
    z, u = classes(z, "z"), real(u, "u")
    refuse(~((u >= 0) & (u < 1)), u, "u must lie from 0 to 1, without 1")
    rows = z.shape[:-1]
    pairs(rows, u.shape, f"u must have a shape that goes with {rows}, the rows of z, got {u.shape}")
    sums = softmax(doubled(z)).cumsum(-1)
    refuse(np.isnan(sums[..., -1]), sums[..., -1], "z must have a softmax in each row")
    return (sums <= (u * sums[..., -1])[..., None]).sum(-1)


@quiet
def perplexity(losses, weights=None):
    """The perplexity ``exp(Σ_n w_n ℓ_n / Σ_n w_n)`` of a text whose tokens had the losses ℓ_n, in nats.

    Parameters
    ----------
    losses : array_like, shape (..., N)
        ``−log p`` of each true token, given the true ones before it.
    weights : array_like, shape (..., N), optional
        Numbers w ≥ 0: a mask, 0 or False where a token is padding and counts for nothing, whatever its loss, inf too. A
        NaN stays NaN.

    Returns
    -------
    ndarray, shape (...)
        1 or more, up to rounding, in the float dtype of the losses; inf for a token of probability 0, and beyond the
        largest float; NaN where nothing has a weight.

    Raises
    ------
    ValueError
        For losses below 0, as log-probabilities are; for weights below 0 or infinite; for shapes that differ.
    TypeError
        For what is not real numbers.

    Notes
    -----
    The geometric mean of 1/p over the tokens. For several sequences, put all tokens on the last axis: the mean of the
    sequences' perplexities is another number. Values of two models compare only if both cut the same text into the same
    tokens; the sum of the losses over the same text compares in any case.

    A relative error of at most (8 + 8 ℓ) eps for a mean loss of ℓ nats and up to a million tokens (tested). Losses down
    to −sqrt(eps) are let through as rounding.

    References
    ----------
    - Jelinek, Mercer, Bahl and Baker (1977).

    Examples
    --------
    Three tokens of the probabilities 1/2, 1/4 and 1/8: the geometric mean of 2, 4 and 8.

    >>> print(perplexity(-np.log([0.5, 0.25, 0.125])).round(12))
    4.0
    """
    losses = real(losses, "losses")
    if losses.ndim == 0:
        raise ValueError(f"losses must have an axis of tokens, got the number {losses}")
    refuse(losses < -np.sqrt(np.finfo(losses.dtype).eps), losses, "losses must not be negative: they are -log p")
    weights = np.ones(losses.shape) if weights is None else real(weights, "weights")
    if weights.shape != losses.shape:
        raise ValueError(f"weights must have the shape {losses.shape} of the losses, got {weights.shape}")
    refuse((weights < 0) | np.isinf(weights), weights, "weights must be finite and not negative")
    w, x = widen(weights, losses), widen(losses, weights)
    # the mean does not depend on the scale of the weights: with 1 as the largest no sum of them overflows
    share = w / w.max(-1, keepdims=True, initial=0)
    # a loss of inf counts even where its share is too small for a float
    mean = times(np.where(np.isinf(x), w, share), x).sum(-1) / share.sum(-1)
    return narrow(np.exp(mean), losses)


def _by_size(z):
    """The order of the classes: the largest logit first, of equal ones the lower index."""
    return np.argsort(-z, axis=-1, kind="stable")


def _keep(z, stays, order):
    """z, and −inf for the classes that do not stay in this order; NaN for a row that has no softmax."""
    kept = np.zeros(z.shape, bool)
    np.put_along_axis(kept, order, np.broadcast_to(stays, z.shape), -1)
    top = z.max(-1, keepdims=True)
    return np.where(np.isfinite(top), np.where(kept, z, -np.inf), np.nan).astype(z.dtype)
