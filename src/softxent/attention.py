"""Scaled dot-product attention and its derivatives.

``Q`` (..., N, D) holds N queries, ``K`` (..., M, D) M keys and ``V`` (..., M, D_v) their values, one a row; the leading
axes are batch axes (examples, heads) and must be equal. A ``mask`` of booleans, of shape (..., N, M) or (N, M), is True
where a query may attend to a key; nothing else is broadcast. The result has the widest float dtype of Q, K and V
(integers and lists give float64); float16 is computed in float32. Queries do not interact: each output depends on its
own query only. For self-attention the rows of all three come from one input.
"""

import math
import operator

import numpy as np

from softxent._arguments import narrow, quiet, real, widen
from softxent.softmax import softmax, softmax_jvp


@quiet
def attention(Q, K, V, mask=None):
    """The outputs ``O = softmax(Q Kᵀ / √D) V``: for each query the mean of the values under its softmax weights.

    Parameters
    ----------
    Q : array_like, shape (..., N, D)
        N queries, one a row.
    K : array_like, shape (..., M, D)
        M keys.
    V : array_like, shape (..., M, D_v)
        The values of the keys.
    mask : array_like of bool, shape (..., N, M) or (N, M), optional
        True where a query may attend to a key.

    Returns
    -------
    ndarray, shape (..., N, D_v)
        A query all of whose keys are masked has no weights: its output is NaN, like the softmax of −inf alone (torch
        returns zeros, which are no mean of any values).

    Raises
    ------
    ValueError
        For shapes that do not fit, and for no features or no keys.
    TypeError
        For a mask that is not boolean, and for what is not real numbers.

    Notes
    -----
    A masked key has weight 0, as if it were not there; its value must still be finite, for 0 · inf is NaN. A NaN in a
    query gives NaN in its output, one in a key in all outputs that may attend to it. Time O(N M (D + D_v)), memory
    O(N M).

    The weights are exact to 4 eps for the scores as computed (tested); a score is a sum of D products, whose rounding
    error is at most about ``D · eps · Σ |q_d k_d| / √D``. A score that overflows to inf gives NaN.

    References
    ----------
    - Vaswani et al. (2017), equation 1.

    Examples
    --------
    >>> print(attention([[0, 0]], [[1, 2], [3, 4]], [[0, 6], [2, 8]]))
    [[1. 7.]]
    """
    Q, K, V = _arrays(Q, K, V)
    q, k, v = (widen(x, Q, K, V) for x in (Q, K, V))
    return narrow(softmax(_scores(q, k, mask)) @ v, Q, K, V)


@quiet
def attention_vjp(Q, K, V, dO, mask=None):
    """The gradients ``dQ, dK, dV`` of a loss from its gradient ``dO`` with respect to the outputs, in that order.

    Parameters
    ----------
    Q : array_like, shape (..., N, D)
        N queries, one a row.
    K : array_like, shape (..., M, D)
        M keys.
    V : array_like, shape (..., M, D_v)
        The values of the keys.
    dO : array_like, shape (..., N, D_v)
        The gradient with respect to the outputs.
    mask : array_like of bool, shape (..., N, M) or (N, M), optional
        True where a query may attend to a key.

    Returns
    -------
    dQ, dK, dV : ndarray
        Of the shapes of Q, K and V. A query all of whose keys are masked gives NaN in its row of dQ and in all of dK
        and dV, as its output is NaN.

    Raises
    ------
    ValueError
        For shapes that do not fit, and for no features or no keys.
    TypeError
        For a mask that is not boolean, and for what is not real numbers.

    Notes
    -----
    With the weights A::

        dV = Aᵀ dO      dS = A ⊙ (dO Vᵀ − rowsum(A ⊙ dO Vᵀ))      dQ = dS K / √D      dK = dSᵀ Q / √D

    No Jacobian is formed: the softmax costs O(M) per row backwards. A masked pair contributes 0, if its key and value
    are finite.

    References
    ----------
    - Dao et al. (2022), appendix B.2; the weights' product is ``softmax_jvp``.

    Examples
    --------
    >>> dQ, dK, dV = attention_vjp([[0, 0]], [[1, 0], [-1, 0]], [[2], [0]], [[1]])
    >>> print(dQ.round(6), dV.tolist())
    [[0.707107 0.      ]] [[0.5], [0.5]]
    """
    Q, K, V = _arrays(Q, K, V)
    dO = real(dO, "dO")
    if dO.shape != (*Q.shape[:-1], V.shape[-1]):
        raise ValueError(f"dO must have the shape of the outputs, {(*Q.shape[:-1], V.shape[-1])}, got {dO.shape}")
    q, k, v, do = (widen(x, Q, K, V, dO) for x in (Q, K, V, dO))
    S = _scores(q, k, mask)
    scale = math.sqrt(Q.shape[-1])
    # the softmax Jacobian is symmetric: its product from the left is its product from the right
    dS = softmax_jvp(S, do @ v.mT)
    gradients = dS @ k / scale, dS.mT @ q / scale, softmax(S).mT @ do
    return tuple(narrow(x, Q, K, V) for x in gradients)


@quiet
def online_attention(Q, K, V, mask=None, causal=False, size=256):
    """``attention`` in one pass over blocks of keys and values, without the N × M table of the weights.

    Parameters
    ----------
    Q : array_like, shape (..., N, D)
        N queries, one a row.
    K : array_like, shape (..., M, D)
        M keys.
    V : array_like, shape (..., M, D_v)
        The values of the keys.
    mask : array_like of bool, shape (..., N, M) or (N, M), optional
        True where a query may attend to a key.
    causal : bool, optional
        Whether each query attends to the keys up to its own place only, as under ``causal_mask(N)``, which is then
        not stored either.
    size : int, optional
        The number of queries, and of keys, in a block.

    Returns
    -------
    ndarray, shape (..., N, D_v)
        What ``attention(Q, K, V, mask)`` returns.

    Raises
    ------
    ValueError
        For shapes that do not fit, no features or no keys, ``causal`` with N ≠ M, and size < 1.
    TypeError
        For a mask that is not boolean, a size that is not an integer, and for what is not real numbers.

    Notes
    -----
    For each query three things are kept: the largest score so far m, the sum s of exp(score − m), and the sum o of
    exp(score − m) times the values. A larger score in a later block shrinks both sums by the same factor; the output
    is o/s. Time as for ``attention``, about half of it if causal; memory O(size²) a batch entry beyond the result, a
    mask aside.

    For the scores as computed the output is within ``(30 + 2 M/size) eps`` of the exact one, in units of the mean of
    the absolute values under the weights (tested). A value of a masked key must be finite, as in ``attention``.

    References
    ----------
    - Rabe and Staats (2021), algorithm of section 2.
    - Dao et al. (2022), algorithm 1.

    Examples
    --------
    >>> print(online_attention([[0, 0]], [[1, 2], [3, 4]], [[0, 6], [2, 8]], size=1))
    [[1. 7.]]
    """
    Q, K, V = _arrays(Q, K, V)
    mask = _mask(mask, (*Q.shape[:-1], K.shape[-2]))
    size = operator.index(size)
    if size < 1:
        raise ValueError(f"size must be at least 1, got {size}")
    if causal and Q.shape[-2] != K.shape[-2]:
        raise ValueError(f"causal needs as many queries as keys, got {Q.shape[-2]} and {K.shape[-2]}")
    out = np.empty((*Q.shape[:-1], V.shape[-1]), np.result_type(Q, K, V))
    for i in range(0, Q.shape[-2], size):
        rows = slice(i, min(i + size, Q.shape[-2]))
        keys = _key_blocks(rows, K.shape[-2], mask, causal, size)
        out[..., rows, :] = _online(widen(Q[..., rows, :], K, V), K, V, keys)
    return out


def causal_mask(n):
    """The mask of n positions that attend to themselves and to earlier ones: True on and below the diagonal.

    Parameters
    ----------
    n : int
        The number of positions.

    Returns
    -------
    ndarray of bool, shape (n, n)
        Entry (i, j) is True where j ≤ i.

    Raises
    ------
    TypeError
        For n that is not an integer.
    ValueError
        For n < 1.

    Examples
    --------
    >>> print(causal_mask(3).astype(int))
    [[1 0 0]
     [1 1 0]
     [1 1 1]]
    """
    n = operator.index(n)
    if n < 1:
        raise ValueError(f"n must be at least 1, got {n}")
    return np.tri(n, dtype=bool)


def _arrays(Q, K, V):
    """The three arguments as arrays of floats whose shapes fit."""
    Q, K, V = real(Q, "Q"), real(K, "K"), real(V, "V")
    shapes = f"got {Q.shape}, {K.shape} and {V.shape}"
    if min(Q.ndim, K.ndim, V.ndim) < 2 or not Q.shape[:-2] == K.shape[:-2] == V.shape[:-2]:
        raise ValueError(f"Q, K and V must be matrices with equal leading axes: {shapes}")
    if Q.shape[-1] != K.shape[-1] or Q.shape[-1] == 0:
        raise ValueError(f"Q and K must have equally many features, at least one: {shapes}")
    if K.shape[-2] != V.shape[-2] or K.shape[-2] == 0:
        raise ValueError(f"K and V must have equally many rows, at least one: {shapes}")
    return Q, K, V


def _scores(Q, K, mask):
    """S = Q Kᵀ / √D, with −inf where the mask is False."""
    S = Q @ K.mT / math.sqrt(Q.shape[-1])
    mask = _mask(mask, S.shape)
    return S if mask is None else np.where(mask, S, -np.inf)


def _mask(mask, shape):
    """The mask as an array of booleans for scores of this shape, or None."""
    if mask is None:
        return None
    mask = np.asarray(mask)
    if mask.dtype != bool:
        raise TypeError(f"mask must hold booleans, True where a query may attend, got dtype {mask.dtype}")
    if mask.shape not in (shape, shape[-2:]):
        raise ValueError(f"mask must have the shape of the scores, {shape} or {shape[-2:]}, got {mask.shape}")
    return mask


def _key_blocks(rows, num_keys, mask, causal, size):
    """Slices of the keys, each with its part of the mask for the queries of these rows."""
    for j in range(0, rows.stop if causal else num_keys, size):
        columns = slice(j, min(j + size, num_keys))
        part = None if mask is None else mask[..., rows, columns]
        if causal and columns.stop > rows.start + 1:
            lower = np.arange(rows.start, rows.stop)[:, None] >= np.arange(columns.start, columns.stop)
            part = lower if part is None else part & lower
        yield columns, part


def _online(q, K, V, keys):
    """The outputs of some queries: the maximum m, the sum s and the weighted sum o of the values, block by block."""
    m = np.full((*q.shape[:-1], 1), -np.inf, q.dtype)
    s, o = np.zeros_like(m), np.zeros((*q.shape[:-1], V.shape[-1]), q.dtype)
    for columns, mask in keys:
        k, v = widen(K[..., columns, :], q), widen(V[..., columns, :], q)
        S = _scores(q, k, mask)
        top = np.maximum(m, S.max(-1, keepdims=True))
        # where all keys so far are masked, any finite shift leaves exp(−inf) = 0
        shift = np.where(np.isneginf(top), 0, top)
        e, factor = np.exp(S - shift), np.exp(m - shift)
        s = s * factor + e.sum(-1, keepdims=True)
        o = o * factor + e @ v
        m = top
    return o / s
