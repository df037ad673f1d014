"""Attempts that the checks of the companion 16a must refuse, each with a hint."""

import numpy as np

from softxent.entropy import entropy, kl_divergence

HALF = np.log(4 / 3) / 2


def divided(R, S, weights):
    f, g = R.sum(1), S.sum(1)
    return kl_divergence(f, g), weights(f, g) @ kl_divergence(R / f[:, None], S / g[:, None])


def swapped(R, S):
    return divided(R, S, lambda f, g: f)[::-1]


def sums(p):
    return np.cumsum(np.sort(p)[::-1])


def at_once(p, q):
    """Give the last class everything that it lacks, from the first."""
    return [(0, len(p) - 1, q[-1] - p[-1])]


WRONG = {
    "hand": [
        (HALF / np.log(2), 12),
        (np.log(27 / 16) / 4, 13),
        (HALF, 11),
        (HALF, 13),
        (HALF, 17),
        (HALF, 16),
    ],
    "free": [
        [0, 0, 0, 1, 1],
        [0, 1, 2, 3, 4],
        [0, 0, 1, 2, 3],
        [0, 0, 0, 0, 0],
        [0, 1, 2],
    ],
    "chain": [
        lambda R, S: divided(R, S, lambda f, g: np.full(len(f), 1 / len(f))),
        lambda R, S: divided(R, S, lambda f, g: g),
        lambda R, S: (kl_divergence(R.sum(1), S.sum(1)), kl_divergence(R.ravel(), S.ravel())),
        lambda R, S: divided(R.T, S.T, lambda f, g: f),
        swapped,
    ],
    "far": [
        ([0.99, 0.01], [1.0, 0.0]),
        ([0.5, 0.5], [0.1, 0.9]),
        ([0.99, 0.01], [0.9999, 0.0001]),
        ([0.9, 0.2], [0.8, 0.2]),
    ],
    "order": [
        lambda p, q: bool(entropy(p) <= entropy(q)),
        lambda p, q: bool(max(p) >= max(q) - 1e-12),
        lambda p, q: bool((np.cumsum(p) >= np.cumsum(q) - 1e-12).all()),
        lambda p, q: bool((sums(q) >= sums(p) - 1e-12).all()),
        lambda p, q: float(sums(p)[0]),
    ],
    "transfers": [
        at_once,
        lambda p, q: [],
        lambda p, q: [(i, i + 1, (sums(p) - sums(q))[i]) for i in range(len(p) - 1)][::-1] * 2,
        lambda p, q: [(1, 0, p[0] - q[0])],
    ],
}
