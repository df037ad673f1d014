"""Surprisal, entropy, cross-entropy and the divergences of probability distributions.

The classes lie on the last axis, leading axes are batch axes, and the truth ``p`` comes before the model ``q``. Results
are in nats, or in bits with ``base=2``. Distributions must not be negative and must sum to 1 within the square root of
the dtype's eps: nothing is renormalised, ``ValueError`` names the argument and the value. Of ``p`` and ``q`` one may be
a single distribution beside a batch; any other difference of shape raises ``ValueError``. A row with a NaN gives NaN.
The result has the float dtype of the input (integers and lists give float64), of two dtypes the wider one, in which it
is computed; float16 is computed in float32. An accuracy is called tested where a search for worse inputs found none.
"""

import numpy as np

from softxent._arguments import distribution, narrow, pair, quiet, real, refuse, times, widen
from softxent._numerics import SMALL, blocks, divergences, minus, row_sums


@quiet
def surprisal(p, *, base=None):
    """The surprisal ``−log p`` of every probability, also called information content.

    Parameters
    ----------
    p : array_like
        Probabilities, of any shape: a number, or an array that need not sum to 1.
    base : {None, 2}
        Nats, or bits.

    Returns
    -------
    ndarray or scalar
        The surprisals, of the shape of p; inf where ``p = 0``.

    Raises
    ------
    ValueError
        For p below 0, or above 1 by more than the square root of eps.
    TypeError
        For what is not real numbers.

    Notes
    -----
    Accurate to the error of NumPy's logarithm, which is not more than 1 eps in float64 and 3 eps in float32 (tested).

    References
    ----------
    - Shannon (1948), section 6.

    Examples
    --------
    >>> print(surprisal([1, 0.5, 0.125, 0], base=2))
    [ 0.  1.  3. inf]
    """
    p = real(p, "p")
    refuse(p < 0, p, "p must not be negative")
    refuse(p > 1 + np.sqrt(np.finfo(p.dtype).eps), p, "p must not exceed 1")
    return narrow(minus(_log(widen(p), base)), p)


@quiet
def entropy(p, *, base=None):
    """The entropy ``H(p) = −Σ p_i log p_i`` of each distribution.

    Parameters
    ----------
    p : array_like, shape (..., K)
        Distributions.
    base : {None, 2}
        Nats, or bits.

    Returns
    -------
    ndarray or scalar, shape (...)
        Between 0 (one class is certain) and log K (all are equally likely).

    Raises
    ------
    ValueError
        For negative p, for a sum other than 1, and for no classes.
    TypeError
        For what is not real numbers.

    Notes
    -----
    A class with ``p_i = 0`` contributes 0, the limit of p log p. Within 8 eps of the exact value, relatively. (Derived:
    no term is negative, the terms are right to G + 0.5 eps and the sum to 2 eps, where G is the error of NumPy's log,
    at most 3 eps in float32. See chapter 08a of the book, "A sum in four roundings".)

    References
    ----------
    - Shannon (1948), section 6.
    - Cover and Thomas (2006), section 2.1.

    Examples
    --------
    >>> print(entropy([0.5, 0.25, 0.125, 0.125], base=2))
    1.75
    """
    p = distribution(p, "p")
    result = np.empty(p.shape[:-1], p.dtype)
    for x, r in blocks(p, result):
        r[...] = row_sums(times(x, minus(_log(x, base))))
    return result[()]


@quiet
def cross_entropy(p, q, *, base=None):
    """The cross-entropy ``H(p, q) = −Σ p_i log q_i``: the mean surprisal under the model q when p is true.

    Parameters
    ----------
    p : array_like, shape (..., K) or (K,)
        The truth.
    q : array_like, shape (..., K) or (K,)
        The model.
    base : {None, 2}
        Nats, or bits.

    Returns
    -------
    ndarray or scalar, shape (...)
        inf where some ``p_i > 0`` meets ``q_i = 0``.

    Raises
    ------
    ValueError
        For negative entries, for sums other than 1, for no classes, and for shapes that do not fit.
    TypeError
        For what is not real numbers.

    Notes
    -----
    A class with ``p_i = 0`` contributes 0 whatever ``q_i`` is. Within 8 eps of the exact value, relatively (derived as
    for ``entropy``). From logits use ``softmax_cross_entropy``, which loses nothing where ``q_i`` underflows.

    References
    ----------
    - Cover and Thomas (2006), section 5.4 (coding for the wrong distribution).

    Examples
    --------
    >>> print(cross_entropy([0.5, 0.5], [0.25, 0.75]).round(6))
    0.836988
    """
    p, q = pair(distribution(p, "p"), distribution(q, "q"), "p and q")
    return _of_rows(lambda x, y: row_sums(times(x, minus(_log(y, base)))), p, q)


@quiet
def kl_divergence(p, q, *, base=None):
    """The Kullback–Leibler divergence ``KL(p ‖ q) = Σ p_i log(p_i / q_i) = H(p, q) − H(p)``, never negative.

    Parameters
    ----------
    p : array_like, shape (..., K) or (K,)
        The truth.
    q : array_like, shape (..., K) or (K,)
        The model.
    base : {None, 2}
        Nats, or bits.

    Returns
    -------
    ndarray or scalar, shape (...)
        inf where some ``p_i > 0`` meets ``q_i = 0``.

    Raises
    ------
    ValueError
        For negative entries, for sums other than 1, for no classes, and for shapes that do not fit.
    TypeError
        For what is not real numbers.

    Notes
    -----
    What is computed is ``Σ (p_i log(p_i / q_i) − p_i + q_i)``. For exact distributions that is the same. The sums of
    stored ones differ from each other by roundings, and then the plain sum can be truly negative, because its terms
    have both signs. Here no term is negative, so nothing cancels between terms, and near ``p_i = q_i``, where the three
    parts of a term cancel, a series gives what is left. Within 5 eps of the exact value of this sum (tested).

    References
    ----------
    - Kullback and Leibler (1951).
    - Boyd and Vandenberghe (2004), example 3.19, for the form with ``− p + q``.

    Examples
    --------
    >>> print(kl_divergence([0.5, 0.5], [0.25, 0.75]).round(6))
    0.143841
    """
    p, q = pair(distribution(p, "p"), distribution(q, "q"), "p and q")
    return _of_rows(lambda x, y: row_sums(divergences(x, y, y - x)) * _unit(base), p, q)


@quiet
def jensen_shannon_divergence(p, q, *, base=None):
    """The Jensen–Shannon divergence ``JS(p, q) = KL(p ‖ m)/2 + KL(q ‖ m)/2`` with ``m = (p + q)/2``.

    Parameters
    ----------
    p, q : array_like, shape (..., K) or (K,)
        Two distributions.
    base : {None, 2}
        Nats, or bits.

    Returns
    -------
    ndarray or scalar, shape (...)
        Symmetric in p and q, finite, and between 0 and log 2 (1 bit).

    Raises
    ------
    ValueError
        For negative entries, for sums other than 1, for no classes, and for shapes that do not fit.
    TypeError
        For what is not real numbers.

    Notes
    -----
    Within 5 eps of the exact value, relatively (tested).

    References
    ----------
    - Lin (1991).

    Examples
    --------
    >>> print(jensen_shannon_divergence([1, 0], [0.5, 0.5], base=2).round(6))
    0.311278
    """
    p, q = pair(distribution(p, "p"), distribution(q, "q"), "p and q")
    return _of_rows(lambda x, y: _jensen_shannon(x, y) * _unit(base), p, q)


@quiet
def conditional_entropy(joint, *, base=None):
    """The conditional entropy ``H(Y | X) = −Σ p(x, y) log p(y | x)`` of a joint distribution ``joint[..., x, y]``.

    Parameters
    ----------
    joint : array_like, shape (..., M, K)
        Joint distributions, which sum to 1 over the last two axes.
    base : {None, 2}
        Nats, or bits.

    Returns
    -------
    ndarray or scalar, shape (...)
        Between 0 (x tells y) and H(Y) (independent).

    Raises
    ------
    ValueError
        For negative entries, for a sum other than 1, and for fewer than two axes or empty ones.
    TypeError
        For what is not real numbers.

    Notes
    -----
    An x of probability 0 contributes 0. Within 8 eps of the exact value, relatively (tested).

    References
    ----------
    - Cover and Thomas (2006), section 2.2.

    Examples
    --------
    >>> print(conditional_entropy([[0.25, 0.25], [0.5, 0]], base=2))
    0.5
    """
    joint = distribution(joint, "joint", axes=(-2, -1))
    p = widen(joint)
    top = p.argmax(-1, keepdims=True)
    others = p.copy()
    np.put_along_axis(others, top, 0, -1)
    likeliest = np.take_along_axis(p, top, -1)
    rest = _sums(others)
    # −log p(y | x) = log(1 + rest / likeliest) for the likeliest y: the right side keeps its digits near p(y | x) = 1
    conditional = minus(_log(p / (likeliest + rest), base))
    np.put_along_axis(conditional, top, np.log1p(rest / likeliest) * _unit(base), -1)
    terms = np.where(p == 0, 0, p * conditional).reshape(*p.shape[:-2], p.shape[-2] * p.shape[-1])
    return narrow(_sums(terms)[..., 0], joint)


@quiet
def mutual_information(joint, *, base=None):
    """The mutual information ``I(X; Y) = KL(p(x, y) ‖ p(x) p(y))`` of a joint distribution ``joint[..., x, y]``.

    Parameters
    ----------
    joint : array_like, shape (..., M, K)
        Joint distributions, which sum to 1 over the last two axes.
    base : {None, 2}
        Nats, or bits.

    Returns
    -------
    ndarray or scalar, shape (...)
        0 for independent X and Y, never negative, and at most the smaller of H(X) and H(Y).

    Raises
    ------
    ValueError
        For negative entries, for a sum other than 1, and for fewer than two axes or empty ones.
    TypeError
        For what is not real numbers.

    Notes
    -----
    For nearly independent X and Y it is the small square of small differences: its square root is within 4 eps of the
    exact one, absolutely (tested).

    References
    ----------
    - Cover and Thomas (2006), section 2.3.

    Examples
    --------
    >>> print(mutual_information([[0.25, 0.25], [0.5, 0]], base=2).round(6))
    0.311278
    """
    joint = distribution(joint, "joint", axes=(-2, -1))
    p = widen(joint)
    marginals = _sums(p), _sums(p.swapaxes(-2, -1)).swapaxes(-2, -1)
    rows = (*p.shape[:-2], p.shape[-2] * p.shape[-1])
    tables = (np.broadcast_to(x, p.shape).reshape(rows) for x in (p, *marginals))
    result = np.empty(p.shape[:-2], joint.dtype)
    for *x, r in blocks(*tables, result, size=SMALL):
        r[...] = _divergence_from_product(*x) * _unit(base)
    return result[()]


def _of_rows(function, p, q):
    """A function of two blocks (n, K), whose result is (n, 1), for all rows of p and q."""
    rows = np.broadcast_arrays(widen(p, q), widen(q, p))
    result = np.empty(rows[0].shape[:-1], np.result_type(p, q))
    for x, y, r in blocks(*rows, result, size=SMALL):
        r[...] = function(x, y)
    return result[()]


def _sums(p):
    """The sums over the last axis, which stays with length 1."""
    result = np.empty(p.shape[:-1], p.dtype)
    for x, r in blocks(p, result):
        r[...] = row_sums(x)
    return result[..., None]


def _divergence_from_product(p, a, b):
    """The divergences of the rows of p from the products a b, which are 0 as floats where p need not be."""
    q = a * b
    ratio = q / p
    normal = (q >= np.finfo(q.dtype).tiny) & (ratio < np.inf)
    log_ratio = np.where(normal, np.log(ratio), np.log(a) + np.log(b) - np.log(p))
    return row_sums(divergences(p, q, q - p, log_ratio))


def _jensen_shannon(p, q):
    """The Jensen–Shannon divergences of the rows of two blocks, in nats."""
    # m − p = (q − p)/2 = q − m: the halved difference keeps the digits that subtracting a rounded m would lose
    m = (p + q) / 2
    half = (q - p) / 2
    return row_sums(divergences(p, m, half) + divergences(q, m, -half)) / 2


def _log(x, base):
    """log x in nats (base None) or in bits (base 2)."""
    return np.log(x) if _unit(base) == 1 else np.log2(x)


def _unit(base):
    """What one nat measures: 1 nat (base None), or log2 e bits (base 2)."""
    if base not in (None, 2):
        raise ValueError(f"base must be None (nats) or 2 (bits), got {base!r}")
    return 1.0 if base is None else float(np.log2(np.e))
