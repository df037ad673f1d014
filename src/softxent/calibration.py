"""Calibration: how often a model that says 90 % is right, and the temperature that its logits need.

A confidence is a probability that a model gives to an event, and ``correct`` says whether it came. Two events are
usual. That the likeliest class is the right one (top-label calibration): ``p.max(-1)`` and ``p.argmax(-1) == labels``.
That the class is k (class-wise): ``p[..., k]`` and ``labels == k``. A temperature divides logits: ``softmax(z / tau)``.
"""

from typing import NamedTuple

import numpy as np

from softxent._arguments import classes, narrow, quiet, real, refuse, weights, widen

STRATEGIES = ("uniform", "quantile")
# Newton's method needs about 10; halving would need 60
STEPS = 200


@quiet
def reliability_curve(confidence, correct, *, bins=15, strategy="uniform"):
    """The points of a reliability diagram: mean confidence and frequency of the event in each bin of confidences.

    Parameters
    ----------
    confidence : array_like, shape (...)
        Probabilities of the event, from 0 to 1.
    correct : array_like, shape (...)
        Whether it came: booleans, or numbers from 0 to 1 such as shares of votes. The same shape.
    bins : int, default 15
        Their number B.
    strategy : {"uniform", "quantile"}, default "uniform"
        Bins of equal width, or bins between the quantiles of the confidences, which hold equally many where no two
        confidences are equal.

    Returns
    -------
    mean_confidence : ndarray, shape (B,)
        NaN in an empty bin.
    frequency : ndarray, shape (B,)
        The mean of ``correct``; NaN in an empty bin.
    count : ndarray of int, shape (B,)
        How many examples the bin holds.

    Raises
    ------
    ValueError
        For shapes that differ, numbers outside 0 to 1, no bins, and an unknown strategy.
    TypeError
        For what is not real numbers, and a number of bins that is not an integer.

    Notes
    -----
    Bin b holds the confidences with ``e_(b−1) < confidence <= e_b``, the first one also its left edge; for "uniform"
    ``e_b = b/B``. Equal confidences share a bin. A NaN has no bin and is not counted, and makes all means NaN.

    Each mean is within 4 eps of the exact one for up to a million examples (tested). The dtype is that of the
    confidences.

    References
    ----------
    - Guo, Pleiss, Sun and Weinberger (2017), section 2.

    Examples
    --------
    >>> mean_confidence, frequency, count = reliability_curve([0.6, 0.8, 0.9], [True, False, True], bins=2)
    >>> print(mean_confidence.round(4), frequency.round(4), count)
    [   nan 0.7667] [   nan 0.6667] [0 3]
    """
    confidence, correct = _pair(confidence, correct)
    groups = _groups(confidence, bins, strategy)
    count = np.array([len(group) for group in groups])
    return _means(confidence, groups, correct), _means(correct, groups, confidence), count


@quiet
def expected_calibration_error(confidence, correct, *, bins=15, strategy="uniform"):
    """The expected calibration error (ECE): the mean gap between confidence and frequency over the bins.

    Parameters
    ----------
    confidence, correct : array_like, shape (...)
        As in ``reliability_curve``.
    bins : int, default 15
        Their number. The value depends on it: see the notes.
    strategy : {"uniform", "quantile"}, default "uniform"
        As in ``reliability_curve``.

    Returns
    -------
    float
        A probability, from 0 to 1; NaN for no examples.

    Raises
    ------
    ValueError, TypeError
        As ``reliability_curve``.

    Notes
    -----
    ``Σ_b n_b/N |frequency_b − mean_confidence_b|``, which is ``1/N Σ_b |Σ_(n in b) (correct_n − confidence_n)|``.
    Within 4 eps of the exact value, absolutely, for up to a million examples (tested).

    It is an estimate, with two errors of opposite sign. Gaps that differ in sign within a bin cancel, so splitting bins
    never makes it smaller. And the noise of the frequencies has an absolute value too: a perfectly calibrated model
    gets more than 0, the more bins the more. It is not a proper score: the frequency of the event as the confidence of
    every example gets 0. Compare models by the log loss, and values of the ECE for one N and one set of bins only.

    References
    ----------
    - Pakdaman Naeini, Cooper and Hauskrecht (2015).
    - Guo, Pleiss, Sun and Weinberger (2017), equation 3.

    Examples
    --------
    >>> print(expected_calibration_error([0.6, 0.8, 0.9], [True, False, True], bins=2).round(4))
    0.1
    """
    confidence, correct = _pair(confidence, correct)
    gap = widen(correct) - widen(confidence)
    sums = np.array([gap[group].sum() for group in _groups(confidence, bins, strategy)])
    # 0 · Σ gap makes NaN contagious
    return narrow((np.abs(sums).sum() + 0 * gap.sum()) / gap.size, confidence)


@quiet
def fit_temperature(z, y):
    """The temperature that minimises the log loss ``−Σ_n Σ_k y_nk log softmax(z_n / tau)_k``.

    Parameters
    ----------
    z : array_like, shape (N, K)
        Logits, one example a row, of data that the model was not trained on. A class with logit −inf is excluded.
    y : array_like, shape (N,) or (N, K)
        Integer labels, or finite weights y ≥ 0: one-hot, soft, or multiplied by the weight of their example.

    Returns
    -------
    float
        The one tau > 0 of smallest loss, in the dtype of z; use ``softmax(z / tau)``. NaN for a NaN.

    Raises
    ------
    ValueError
        Where there is no minimum. If each label has the largest logit of its row, the loss falls to its infimum as tau
        tends to 0. If the logits of the labels are, on the whole, not above the mean of their rows, it falls as tau
        tends to infinity. If all logits of each row are equal, or nothing has a weight, every tau is as good. Also for
        +inf, a label whose logit is −inf, a tau that the dtype cannot hold, and as ``softmax_cross_entropy``.
    TypeError
        For labels that are not integers, and for what is not real numbers.

    Notes
    -----
    In ``beta = 1/tau`` the loss is convex, strictly so unless all rows are constant. With the gaps ``d = max z − z``
    its derivative is ``Σ y d − Σ s <p, d>`` with ``s_n = Σ_k y_nk``: sums of terms ≥ 0, of which the second falls from
    its value at beta = 0, where p is uniform, to 0. So there is a minimum if and only if Σ y d lies strictly between.
    Newton's method in beta, in a bracket that each step shrinks.

    The result is the exact one for gaps that differ from the given ones by at most 16 eps, relatively (tested).

    References
    ----------
    - Guo, Pleiss, Sun and Weinberger (2017), section 4.2.

    Examples
    --------
    Three of four right with a logit of 2 against 0: tau makes it log 3.

    >>> print(fit_temperature([[2, 0]] * 4, [0, 0, 0, 1]).round(6), (2 / np.log(3)).round(6))
    1.820478 1.820478
    """
    z = classes(z, "z")
    if z.ndim != 2:
        raise ValueError(f"z must have the shape (N, K), got {z.shape}")
    y = weights(y, z.shape)
    if np.isnan(z).any() or np.isnan(y).any():
        return narrow(np.nan, z)
    refuse(np.isposinf(z), z, "z must not be inf")
    refuse(np.isneginf(z) & (y > 0), z, "the label of an example must have a finite logit")
    gaps = _gaps(z, y)
    _require_minimum(gaps)
    tau = narrow(np.ldexp(1 / _inverse_temperature(gaps), gaps.exponent), z)
    if not 0 < tau < np.inf:
        raise ValueError(f"the temperature is beyond the range of {z.dtype}: rescale the logits")
    return tau


# ---- bins --------------------------------------------------------------------------------------


def _pair(confidence, correct):
    """Both as one axis of numbers from 0 to 1, in the float dtype of the confidences."""
    confidence, correct = real(confidence, "confidence"), real(correct, "correct")
    if confidence.shape != correct.shape:
        raise ValueError(
            f"confidence and correct must have one shape, got {confidence.shape} and {correct.shape}: "
            "for probabilities p of K classes give p.max(-1) and p.argmax(-1) == labels"
        )
    for x, name in ((confidence, "confidence"), (correct, "correct")):
        refuse((x < 0) | (x > 1), x, f"{name} must lie between 0 and 1")
    return confidence.ravel(), correct.ravel().astype(confidence.dtype)


def _groups(confidence, bins, strategy):
    """For each bin the indices of its examples."""
    if not isinstance(bins, int | np.integer) or isinstance(bins, bool):
        raise TypeError(f"bins must be an integer, got {bins!r}")
    if bins < 1:
        raise ValueError(f"bins must be at least 1, got {bins}")
    if strategy not in STRATEGIES:
        raise ValueError(f"strategy must be one of {', '.join(STRATEGIES)}, got {strategy!r}")
    places = np.flatnonzero(~np.isnan(confidence))
    inner = np.arange(1, bins) / bins
    if strategy == "quantile":
        inner = np.quantile(confidence[places], inner) if places.size else inner
    index = np.searchsorted(inner, confidence[places], side="left")
    order = np.argsort(index, kind="stable")
    return np.split(places[order], np.searchsorted(index[order], np.arange(1, bins)))


def _means(x, groups, other):
    """The mean of x in each group; a NaN anywhere, also in the other array, makes all of them NaN."""
    x, lost = widen(x), 0 * (widen(x).sum() + widen(other).sum())
    return narrow([x[group].sum() / len(group) if len(group) else np.nan for group in groups] + lost, other)


# ---- temperature -------------------------------------------------------------------------------


class _Gaps(NamedTuple):
    """What the loss needs: gaps max z − z over 2**exponent, 0 where excluded; the classes; weights; Σ y d."""

    d: np.ndarray
    allowed: np.ndarray
    s: np.ndarray
    wanted: float
    exponent: int


def _gaps(z, y):
    """The gaps of the examples that have a weight, scaled below 1 by a power of 2, and the weights likewise."""
    rows = y.any(axis=1)
    z, y = (np.asarray(x[rows], np.result_type(x, float)) for x in (z, y))
    # halves, whose differences cannot overflow
    d = z.max(axis=1, keepdims=True) / 2 - z / 2
    allowed = np.isfinite(d)
    d, exponent = _scaled(np.where(allowed, d, 0))
    y, _ = _scaled(y)
    return _Gaps(d, allowed, y.sum(axis=1), (y * d).sum(), exponent + 1)


def _scaled(x):
    """x over the power of 2 just above its largest entry, and the exponent."""
    exponent = np.frexp(x.max(initial=0))[1]
    return np.ldexp(x, -exponent), exponent


def _require_minimum(gaps):
    """Raise ValueError unless 0 < Σ y d < Σ s <u, d> with the uniform u of the classes that are not excluded."""
    if not gaps.d.any():
        raise ValueError("every temperature gives the same loss: all logits of each row are equal, or there are none")
    if gaps.wanted == 0:
        raise ValueError(
            "there is no best temperature: each label has the largest logit of its row, so the loss falls "
            "as tau tends to 0. Give data with errors"
        )
    if gaps.wanted >= _moments(0.0, gaps)[0]:
        raise ValueError(
            "there is no best temperature: the logits of the labels are not above the mean of their rows, "
            "on the whole, so the loss falls as tau tends to infinity"
        )


def _moments(beta, gaps):
    """Σ s <p, d> and Σ s Var_p(d) for p = softmax(−beta d): minus its derivative."""
    e = gaps.allowed * np.exp(-beta * gaps.d)
    p = e / e.sum(axis=1, keepdims=True)
    mean = (p * gaps.d).sum(axis=1)
    return gaps.s @ mean, gaps.s @ (p * (gaps.d - mean[:, None]) ** 2).sum(axis=1)


def _inverse_temperature(gaps):
    """The beta at which Σ s <p, d> has fallen to Σ y d, by Newton's method between two bounds."""
    low, high = 0.0, 1.0
    while _moments(high, gaps)[0] > gaps.wanted:
        low, high = high, 2 * high
    beta = low
    for _ in range(STEPS):
        value, slope = _moments(beta, gaps)
        if abs(value - gaps.wanted) <= 2 * np.finfo(gaps.d.dtype).eps * gaps.wanted:
            break
        low, high = (beta, high) if value > gaps.wanted else (low, beta)
        following = beta + (value - gaps.wanted) / slope
        if not low < following < high:
            following = (low + high) / 2
        if following == beta:
            break
        beta = following
    return beta
