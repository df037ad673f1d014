"""Surprisal, entropy, cross-entropy and the divergences of probability distributions.

The classes lie on the last axis, leading axes are batch axes, and the truth ``p`` comes before the model ``q``. Results
are in nats, or in bits with ``base=2``. Distributions must not be negative and must sum to 1 within the square root of
the dtype's eps: nothing is renormalised, ``ValueError`` names the argument and the value. Of ``p`` and ``q`` one may be
a single distribution beside a batch; any other difference of shape raises ``ValueError``. A row with a NaN gives NaN.
The result has the float dtype of the input (integers and lists give float64); float16 is computed in float32.
"""

import numpy as np

from softxent._arguments import distribution, narrow, pair, quiet, real, refuse, times, widen
from softxent._numerics import divergences


@quiet
def surprisal(p, *, base=None):
    """The surprisal ``−log p`` of every probability, also called information content.

    Elementwise, so ``p`` may be a number or an array of any shape, and need not sum to 1. ``p = 0`` gives inf.
    Raises ValueError for ``p`` below 0 or above 1 (by more than the square root of eps).

    Source: Shannon (1948), section 6.

    >>> print(surprisal([1, 0.5, 0.125, 0], base=2))
    [ 0.  1.  3. inf]
    """
    p = real(p, "p")
    refuse(p < 0, p, "p must not be negative")
    refuse(p > 1 + np.sqrt(np.finfo(p.dtype).eps), p, "p must not exceed 1")
    return narrow(0 - _log(widen(p), base), p)


@quiet
def entropy(p, *, base=None):
    """The entropy ``H(p) = −Σ p_i log p_i`` of each distribution.

    ``p`` has shape (..., K), the result (...). Between 0 (one class is certain) and log K (all are equally likely).
    A class with ``p_i = 0`` contributes 0, the limit of p log p. Within 8 eps of the exact value, relatively.

    Source: Shannon (1948), section 6; Cover and Thomas (2006), section 2.1.

    >>> print(entropy([0.5, 0.25, 0.125, 0.125], base=2))
    1.75
    """
    p = distribution(p, "p")
    return narrow(times(widen(p), 0 - _log(widen(p), base)).sum(-1), p)


@quiet
def cross_entropy(p, q, *, base=None):
    """The cross-entropy ``H(p, q) = −Σ p_i log q_i``: the mean surprisal under the model q when p is true.

    ``p`` and ``q`` have shape (..., K), the result (...). inf where some ``p_i > 0`` meets ``q_i = 0``; a class with
    ``p_i = 0`` contributes 0 whatever ``q_i`` is. From logits use ``softmax_cross_entropy``, which loses nothing where
    ``q_i`` underflows. Within 8 eps of the exact value, relatively.

    Source: Cover and Thomas (2006), section 5.4 (coding for the wrong distribution).

    >>> print(cross_entropy([0.5, 0.5], [0.25, 0.75]).round(6))
    0.836988
    """
    p, q = pair(distribution(p, "p"), distribution(q, "q"), "p and q")
    return narrow(times(widen(p), 0 - _log(widen(q), base)).sum(-1), p, q)


@quiet
def kl_divergence(p, q, *, base=None):
    """The Kullback–Leibler divergence ``KL(p ‖ q) = Σ p_i log(p_i / q_i) = H(p, q) − H(p)``, never negative.

    ``p`` and ``q`` have shape (..., K), the result (...). inf where some ``p_i > 0`` meets ``q_i = 0``.

    What is computed is ``Σ (p_i log(p_i / q_i) − p_i + q_i)``. For exact distributions that is the same. The sums of
    stored ones differ from each other by roundings, and then the plain sum can be truly negative, because its terms
    have both signs. Here no term is negative, so nothing cancels between terms, and the result is within 3 eps of the
    exact value of this sum: near ``p_i = q_i``, where the three parts of a term cancel, a series gives what is left.

    Source: Kullback and Leibler (1951); with ``− p + q``: Boyd and Vandenberghe (2004), example 3.19.

    >>> print(kl_divergence([0.5, 0.5], [0.25, 0.75]).round(6))
    0.143841
    """
    p, q = pair(distribution(p, "p"), distribution(q, "q"), "p and q")
    x, y = widen(p), widen(q)
    return narrow(divergences(x, y, y - x).sum(-1) * _log(np.e, base), p, q)


@quiet
def jensen_shannon_divergence(p, q, *, base=None):
    """The Jensen–Shannon divergence ``JS(p, q) = KL(p ‖ m)/2 + KL(q ‖ m)/2`` with ``m = (p + q)/2``.

    ``p`` and ``q`` have shape (..., K), the result (...). Symmetric, finite, and between 0 and log 2 (1 bit).
    Within 4 eps of the exact value, relatively.

    Source: Lin (1991).

    >>> print(jensen_shannon_divergence([1, 0], [0.5, 0.5], base=2).round(6))
    0.311278
    """
    p, q = pair(distribution(p, "p"), distribution(q, "q"), "p and q")
    x, y = widen(p), widen(q)
    # m − p = (q − p)/2 = q − m: the halved difference keeps the digits that subtracting a rounded m would lose
    m, half = (x + y) / 2, (y - x) / 2
    return narrow((divergences(x, m, half) + divergences(y, m, -half)).sum(-1) / 2 * _log(np.e, base), p, q)


@quiet
def conditional_entropy(joint, *, base=None):
    """The conditional entropy ``H(Y | X) = −Σ p(x, y) log p(y | x)`` of a joint distribution ``joint[..., x, y]``.

    ``joint`` has shape (..., M, K) and sums to 1 over its last two axes; the result has shape (...). Between 0 (x tells
    y) and H(Y) (independent). An x of probability 0 contributes 0. Within 8 eps of the exact value, relatively.

    Source: Cover and Thomas (2006), section 2.2.

    >>> print(conditional_entropy([[0.25, 0.25], [0.5, 0]], base=2))
    0.5
    """
    joint = distribution(joint, "joint", axes=(-2, -1))
    p = widen(joint)
    top, others = p.argmax(-1, keepdims=True), p.copy()
    np.put_along_axis(others, top, 0, -1)
    largest, rest = np.take_along_axis(p, top, -1), others.sum(-1, keepdims=True)
    # −log p(y | x) = log(1 + rest / largest) for the likeliest y: the right side keeps its digits near p(y | x) = 1
    conditional = 0 - _log(p / (largest + rest), base)
    np.put_along_axis(conditional, top, np.log1p(rest / largest) * _log(np.e, base), -1)
    return narrow(np.where(p == 0, 0, p * conditional).sum((-2, -1)), joint)


@quiet
def mutual_information(joint, *, base=None):
    """The mutual information ``I(X; Y) = KL(p(x, y) ‖ p(x) p(y))`` of a joint distribution ``joint[..., x, y]``.

    ``joint`` has shape (..., M, K) and sums to 1 over its last two axes; the result has shape (...). 0 for independent
    X and Y, never negative, and at most the smaller of H(X) and H(Y). For nearly independent X and Y it is the small
    square of small differences: its square root is within 4 eps (absolutely) of the exact one.

    Source: Cover and Thomas (2006), section 2.3.

    >>> print(mutual_information([[0.25, 0.25], [0.5, 0]], base=2).round(6))
    0.311278
    """
    joint = distribution(joint, "joint", axes=(-2, -1))
    p = widen(joint)
    product = p.sum(-1, keepdims=True) * p.sum(-2, keepdims=True)
    return narrow(divergences(p, product, product - p).sum((-2, -1)) * _log(np.e, base), joint)


def _log(x, base):
    """log x in nats (base None) or in bits (base 2); so _log(e) is what one nat measures."""
    if base not in (None, 2):
        raise ValueError(f"base must be None (nats) or 2 (bits), got {base!r}")
    return np.log(x) if base is None else np.log2(x)
