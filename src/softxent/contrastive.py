"""Contrastive learning: which of M candidates belongs to the anchor? InfoNCE, its gradient, its bound.

All functions take the table of scores. Row n holds the scores of anchor n against all candidates, and the right one is
candidate n: the positives stand on the diagonal. The candidates of the other anchors are its negatives, and so are the
columns after the N-th, if there are any. For embeddings U and V, one a row, the scores are ``S = U @ V.T`` (cosines if
the rows have length 1), and with ``G = info_nce_gradient(S, tau)`` the gradients are ``G @ V`` and ``G.T @ U``. With
the roles of anchors and candidates exchanged the scores are ``S.T``; the symmetric loss is the mean of both.
"""

import numpy as np

from softxent._arguments import classes, doubled, narrow, quiet, temperature, wide_dtype
from softxent.loss import softmax_cross_entropy, softmax_cross_entropy_gradient


@quiet
def info_nce(S, tau=1.0):
    """The InfoNCE losses ``L_n = −log softmax(S_n / tau)_n`` of N anchors, in nats.

    Parameters
    ----------
    S : array_like, shape (..., N, M)
        Scores of N anchors against M ≥ N candidates; candidate n is the right one for anchor n. A candidate with score
        −inf is left out.
    tau : float, default 1
        The temperature τ > 0.

    Returns
    -------
    ndarray, shape (..., N)
        One loss an anchor; inf where the right candidate is left out, NaN where all are.

    Raises
    ------
    ValueError
        For fewer than two axes, no candidates, fewer candidates than anchors, and for tau that is not a positive finite
        number.
    TypeError
        For what is not real numbers.

    Notes
    -----
    The cross-entropy of M classes, so a loss of log M says that the anchor tells nothing. It is not noise-contrastive
    estimation, which asks of each candidate by itself whether it is data or noise.

    The error is that of ``softmax_cross_entropy``, and that of S/τ, which is rounded: at most eps times the largest
    ``|S/τ|`` of the row, absolutely (derived: half of it from the right score, half from the others). An S/τ that
    overflows to +inf gives NaN, and one that overflows to −inf is left out.

    References
    ----------
    - van den Oord, Li and Vinyals (2018), equation 4, arXiv:1807.03748.

    Examples
    --------
    >>> print(info_nce([[1, 0, 0], [0, 0, 0]]).round(4))
    [0.5514 1.0986]
    """
    S = _scores(S)
    return narrow(softmax_cross_entropy(_logits(S, tau), _right(S)), S)


@quiet
def info_nce_gradient(S, tau=1.0):
    """The gradient ``G_nm = (p_nm − δ_nm) / tau`` of ``Σ_n L_n`` with respect to S, with ``p_n = softmax(S_n / tau)``.

    Parameters
    ----------
    S : array_like, shape (..., N, M)
        Scores, as for ``info_nce``.
    tau : float, default 1
        The temperature τ > 0.

    Returns
    -------
    ndarray, shape (..., N, M)
        Each row sums to 0. For the mean loss divide by N.

    Raises
    ------
    ValueError, TypeError
        As ``info_nce``.

    Notes
    -----
    Within 6 eps of the exact value, relatively, for the S/τ as computed (tested); the entry on the diagonal is computed
    from the other ones, so it keeps its digits where the loss is small.

    References
    ----------
    - Wang and Liu (2021), section 3, arXiv:2012.09740.

    Examples
    --------
    >>> print(info_nce_gradient([[0, 0], [0, 0]], tau=0.5))
    [[-1.  1.]
     [ 1. -1.]]
    """
    S = _scores(S)
    gradient = softmax_cross_entropy_gradient(_logits(S, tau), _right(S))
    return narrow(doubled(gradient) / temperature(tau), S)


@quiet
def mutual_information_bound(S, tau=1.0):
    """The number ``log M − mean_n L_n`` of InfoNCE, whose expectation is at most the mutual information, in nats.

    Parameters
    ----------
    S : array_like, shape (..., N, M)
        Scores, as for ``info_nce``.
    tau : float, default 1
        The temperature τ > 0.

    Returns
    -------
    ndarray or scalar, shape (...)
        At most log M; −inf where a right candidate is left out; NaN where all are, and for no anchors.

    Raises
    ------
    ValueError, TypeError
        As ``info_nce``.

    Notes
    -----
    Its expectation is at most I(X; Y), and at most log M, if anchor and right candidate are drawn from the joint
    distribution, the M − 1 other candidates are drawn independently of both from the distribution of Y alone, and the
    function that scores a pair does not depend on this sample. The candidates of other, independent pairs are such
    negatives. The value on one sample can exceed I. If I is larger than log M, the value says only that I is large.

    References
    ----------
    - Poole, Ozair, van den Oord, Alemi and Tucker (2019), section 2.3, arXiv:1905.06922.

    Examples
    --------
    >>> print(mutual_information_bound([[9, 0], [0, 9]]).round(4), np.log(2).round(4))
    0.693 0.6931
    """
    S = _scores(S)
    losses = np.asarray(softmax_cross_entropy(_logits(S, tau), _right(S)))
    return narrow(np.log(losses.dtype.type(S.shape[-1])) - losses.sum(axis=-1) / losses.shape[-1], S)


def _scores(S):
    """The table of scores: anchors on the last axis but one, at least as many candidates on the last."""
    S = classes(S, "S")
    if S.ndim < 2 or S.shape[-2] > S.shape[-1]:
        raise ValueError(f"S must have the shape (..., N, M) with N anchors and M >= N candidates, got {S.shape}")
    return S


def _logits(S, tau):
    """S / tau, in the dtype to compute in, with a tau that is not rounded to it."""
    return (doubled(S) / temperature(tau)).astype(wide_dtype(S), copy=False)


def _right(S):
    """For each anchor the place of the right candidate: its own number."""
    return np.broadcast_to(np.arange(S.shape[-2]), S.shape[:-1])
