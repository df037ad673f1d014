"""Features in coordinates in which rounding does no harm: columns scaled, centred, orthonormal, none superfluous."""

from typing import NamedTuple

import numpy as np

EPS = np.finfo(float).eps
# Columns whose combination is 0 up to so many roundings of their entries are dependent
ROUNDINGS = 8


class Columns(NamedTuple):
    """Features A whose columns are those of X scaled and centred, and features U = A S with orthonormal columns.

    Weights Θ for U are the weights V = Θ Sᵀ for A and, up to ``null``, W = V shearᵀ for X, whose column d was divided
    by ``2**exponents[d]``, which is exact.
    """

    A: np.ndarray  # (N, D)
    S: np.ndarray  # (D, R)
    U: np.ndarray  # (N, R)
    pull: np.ndarray  # (D,): root W = pull V
    shear: np.ndarray  # (D, D)
    null: np.ndarray  # (D, D − R): directions of W that change no logit
    exponents: np.ndarray  # (D,)


def orthonormal_columns(X, root=0.0):
    """Coordinates in which the columns of X, with ``root`` times the unit matrix below, are orthonormal.

    So the penalty root²/2 Σ W² is as well conditioned as the rest. Directions that are 0 up to rounding are left out.
    """
    exponents = column_exponents(X, root)
    scaled = np.ldexp(X, -exponents)
    pull = np.ldexp(root, -exponents)
    # with a penalty no column is moved: the penalty would be another
    A, shear = (scaled, np.eye(len(pull))) if root else _centred(scaled)
    directions, s = _singular_directions(np.vstack([A, np.diag(pull)]))
    rounding = np.linalg.norm(np.abs(scaled) @ np.abs(shear @ directions), axis=0) + s.max(initial=0)
    kept = s > ROUNDINGS * EPS * rounding
    S = directions[:, kept] / s[kept]
    # A S has the digits of every row; the orthogonal factor of A has not where a row is small
    return Columns(A, S, A @ S, pull, shear, shear @ directions[:, ~kept], exponents)


def original_weights(V, columns):
    """The weights of least norm for X that give the logits A Vᵀ."""
    return np.ldexp(shortest(columns.shear @ V.T, columns).T, -columns.exponents)


def original_direction(V, columns):
    """A multiple of them, to about six digits, with the largest entry ±1: it does not overflow."""
    W = shortest(columns.shear @ V.T, columns).T
    W[np.abs(W) < 1e-6 * np.abs(W).max(initial=0)] = 0
    W = np.ldexp(W, columns.exponents.min(initial=0) - columns.exponents)
    return W / np.abs(W).max(initial=np.finfo(float).tiny)


def shortest(T, columns):
    """The columns of T without their parts along the null directions, in the units of X: the shortest such weights."""
    null = columns.null
    if null.size == 0:
        return T
    null = np.where(np.abs(null) > 2 * ROUNDINGS * EPS * np.abs(null).max(axis=0), null, 0)
    unit = np.ldexp(1.0, np.maximum(columns.exponents.min() - columns.exponents, -900))[:, None]
    Q, _ = np.linalg.qr(unit * null / np.abs(unit * null).max(axis=0))
    return T - Q @ (Q.T @ (unit * T)) / unit


def column_exponents(X, least=0.0):
    """The powers of 2 just above the largest entry of each column, and above ``least``; 0 for a column of zeros."""
    largest = np.maximum(np.abs(X).max(axis=0, initial=0), least)
    return np.where(largest > 0, np.frexp(largest)[1], 0)


def _centred(X):
    """X less a median of its rows, where it has a constant column, and the matrix M with X M = that."""
    shear = np.eye(X.shape[1])
    constant = np.equal(X, X[:1]).all(axis=0) & X.any(axis=0)
    if not constant.any():
        return X, shear
    bias = constant.argmax()
    # a difference of two floats within a factor of 2 of each other is exact (Sterbenz)
    middle = np.median(X[:: len(X) // 1000 + 1], axis=0)
    middle[bias] = 0
    shear[bias] -= middle / X[0, bias]
    return X - middle, shear


def _singular_directions(A):
    """Directions and numbers s: A times the directions has orthogonal columns of the lengths s."""
    lengths = np.linalg.norm(A, axis=0)
    lengths[lengths == 0] = 1
    _, s, Vt = np.linalg.svd(np.linalg.qr(A / lengths, mode="r"))
    return Vt.T / lengths[:, None], s
