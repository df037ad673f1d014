"""Log-sum-exp of numbers that arrive in pieces: a state of two numbers, and the rule that merges two states.

The state of some numbers z is ``(m, s)``: their maximum m, and the sum s of exp(z_k − m) over all but one maximum. So
``LSE(z) = m + log(1 + s)``, and s keeps its digits where 1 + s would round them away. Under ``merge`` the states are a
commutative monoid: the order and the brackets do not matter (but for rounding), and ``(−inf, 0)`` is its identity, the
state of no numbers and of −inf. Hence numbers can be taken one by one, in chunks, or in parallel. Accuracies are stated
as in ``softxent.softmax``, and so are the edges.
"""

import numpy as np

from softxent._arguments import classes, quiet, real, wide_dtype, widen
from softxent._numerics import at_column, blocks, largest, rounding_error, shifted

IDENTITY = (-np.inf, 0.0)


@quiet
def log_sum_state(z):
    """The state ``(m, s)`` of each row: the maximum, and the sum of ``exp(z_k − m)`` over all but one maximum.

    Parameters
    ----------
    z : array_like, shape (..., K)
        Logits.

    Returns
    -------
    m, s : ndarray or scalar, shape (...)
        In the dtype of z, float32 at least. ``LSE(z) = m + log(1 + s)``. Where m is inf or −inf, s is 0.

    Raises
    ------
    ValueError
        For no classes.
    TypeError
        For what is not real numbers.

    Notes
    -----
    m is exact, and s within 4 eps of the exact value, relatively (tested; derived: E + 4).

    References
    ----------
    - Milakov and Gimelshein (2018), whose d is 1 + s.

    Examples
    --------
    >>> m, s = log_sum_state([0, -30])
    >>> print(m, f"{s:.6e}")
    0.0 9.357623e-14
    """
    z = classes(z, "z")
    m = np.empty(z.shape[:-1], wide_dtype(z))
    s = np.empty_like(m)
    for x, top, rest in blocks(z, m, s):
        at = largest(x)
        top[...] = at_column(x, at)
        rest[...] = np.where(np.isinf(top), 0, shifted(x, at, np.empty_like(x)).others)
    return m[()], s[()]


@quiet
def merge(a, b):
    """The state of two groups of numbers from their states: ``(m, s) ∘ (n, t) = (m, s + (1 + t) exp(n − m))``, m ≥ n.

    Parameters
    ----------
    a, b : pair of array_like, shape (...)
        Two states as ``log_sum_state`` returns them, of equal shape, or one of them a state of numbers without axes.

    Returns
    -------
    m, s : ndarray or scalar, shape (...)
        The state of both groups together.

    Raises
    ------
    ValueError
        For what is no pair, a negative s, and shapes that do not fit.
    TypeError
        For what is not real numbers.

    Notes
    -----
    ``IDENTITY``, which is (−inf, 0), changes nothing. Exactly commutative, bit for bit; associative but for rounding:
    a merge adds at most E + 3 eps to the relative error of s, by which the number of merges on the way of a term
    counts (chapter 9). A chain of n states has n − 1 of them, a balanced tree log2 n.

    References
    ----------
    - Milakov and Gimelshein (2018), section 3.1.

    Examples
    --------
    >>> m, s = merge((0, 0), (1, 0))
    >>> print(m, s.round(6))
    1.0 0.367879
    """
    (m, s), (n, t) = _state(a, "a"), _state(b, "b")
    if m.shape != n.shape and min(m.ndim, n.ndim) > 0:
        raise ValueError(f"a and b must fit together, in one shape or one of them without axes: {m.shape}, {n.shape}")
    first = m >= n
    top, low = np.maximum(m, n), np.minimum(m, n)
    factor = _factor(low, top)
    # both groups lose a term to the front, one of them the whole maximum: 1 + (s + t) where m = n
    return top, (np.where(first, s, t) + np.where(first, t, s) * factor) + factor


@quiet
def online_logsumexp(chunks):
    """The log-sum-exp of a row whose entries arrive in chunks, each seen once: memory of one chunk.

    Parameters
    ----------
    chunks : iterable of array_like, shape (..., K_i)
        The parts of a row, or of a batch of rows, along their last axis; a generator will do. An array is cut into
        chunks by ``numpy.array_split(z, n, axis=-1)``.

    Returns
    -------
    ndarray or scalar, shape (...)
        What ``logsumexp`` returns for the chunks side by side.

    Raises
    ------
    ValueError
        For no chunks, a chunk without classes, and chunks whose leading axes differ.
    TypeError
        For what is not real numbers.

    Notes
    -----
    With n chunks within 4 + n (E + 3) eps of the exact value, as ``logsumexp`` is within 3 eps (derived); the tests
    find up to 4 + n/2.

    References
    ----------
    - Milakov and Gimelshein (2018), algorithm 3.

    Examples
    --------
    >>> print(online_logsumexp([z] for z in [1, 2, 3]).round(6))
    3.407606
    """
    dtype, state = np.dtype(np.float16), None
    for chunk in chunks:
        z = classes(chunk, "a chunk")
        if state is not None and state[0].shape != z.shape[:-1]:
            raise ValueError(f"chunks must have equal leading axes, got {z.shape[:-1]} after {state[0].shape}")
        state = log_sum_state(z) if state is None else merge(state, log_sum_state(z))
        dtype = np.promote_types(dtype, z.dtype)
    if state is None:
        raise ValueError("chunks must hold at least one chunk, got none")
    m, s = state
    return (m + np.log1p(s)).astype(dtype)[()]


def _state(pair, name):
    """The two arrays of a state in one dtype."""
    if len(pair) != 2:
        raise ValueError(f"{name} must be a pair (m, s), got {len(pair)} parts")
    m, s = real(pair[0], f"m of {name}"), real(pair[1], f"s of {name}")
    if m.shape != s.shape:
        raise ValueError(f"m and s of {name} must have one shape, got {m.shape} and {s.shape}")
    if (s < 0).any():
        raise ValueError(f"s of {name} must not be negative, got {s.min()}")
    return widen(m, s), widen(s, m)


def _factor(low, top):
    """exp(low − top) with the rounding of the difference carried; exp(−inf) = 0 also beside −inf."""
    d = low - top
    e = np.exp(d)
    e += rounding_error(low, top, d, low) * e
    return np.where(np.isneginf(low), np.where(np.isnan(top), np.nan, 0), np.where(low == top, 1, e)).astype(d.dtype)
