"""The arithmetic that the functions share."""

import numpy as np


def shifted(z):
    """What all functions of logits are made of: d, c, e, s with m = max z.

    d + c = z − m exactly, e = exp(z − m), and s is the sum of e without the one largest term, so that Σ e = 1 + s. The
    sum 1 + s forgets the digits of a small s; log1p(s) and s/(1 + s) do not. s is NaN where softmax is not defined.
    """
    z = np.asarray(z, np.promote_types(z.dtype, np.float32), order="C")
    top = z.argmax(-1, keepdims=True)
    m = np.take_along_axis(z, top, -1)
    # d is z − m rounded and c its rounding error (two-sum: Knuth, The Art of Computer Programming 2, section 4.2.2)
    d = z - m
    b = d - z
    c = np.where(np.isinf(d), 0, (z - (d - b)) - (m + b))
    # exp(d + c) = exp(d) (1 + c), for c² is far below eps
    e = np.exp(d)
    e = e + e * c
    others = e.copy()
    np.put_along_axis(others, top, 0, -1)
    # m − m is 0, or NaN where m is infinite
    return d, c, e, others.sum(-1, keepdims=True) + (m - m)


def probabilities(z):
    """p = softmax(z) and 1 − p, both to their last digits."""
    *_, e, s = shifted(z)
    p = e / (1 + s)
    # 1 − p = s/(1 + s) for the class that is likelier than all others together
    return p, np.where(p > 0.5, s / (1 + s), 1 - p)


def divergences(p, q, gap, log_ratio=None):
    """The terms p log(p/q) − p + q of a divergence, all to their last digits, given gap = q − p.

    Near p = q the three parts cancel: for q = p (1 + t) they leave p (t − log(1 + t)), about p t²/2. A series gives
    what is left without subtracting. A caller that knows log(q/p) better than the rounded p and q do passes log_ratio.
    """
    if log_ratio is None:
        # the logarithm of the quotient below 1, which cannot overflow
        log_ratio = np.where(q < p, np.log(q / p), -np.log(p / q))
    # log(q/p) = 2 artanh u = 2 u (1 + tail) with u = (q − p)/(q + p) and tail = u²/3 + u⁴/5 + ...; gap − 2 p u = u gap;
    # so gap − p log(q/p) = u (gap − 2 p tail). |u| < 1/2 is 1/3 < q/p < 3, and 25 terms are enough there.
    u = gap / (p + q)
    tail = u * u * np.polyval([1 / (2 * k + 1) for k in range(25, 0, -1)], u * u)
    terms = np.where(np.abs(u) < 1 / 2, u * (gap - 2 * p * tail), gap - p * log_ratio)
    # p log(p/q) = 0 for p = 0, whatever q is
    return np.where(p == 0, gap, terms)
