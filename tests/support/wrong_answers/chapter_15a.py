"""Attempts that the checks of the companion 15a must refuse, each with a hint."""

import numpy as np

from softxent.softmax import softmax


def gap(z):
    return z - z.max(axis=-1, keepdims=True)


def means(batches):
    return np.array([losses[mask].mean() for losses, mask in batches])


def kept(batches):
    return np.concatenate([losses[mask] for losses, mask in batches])


def everything(batches):
    return np.concatenate([losses.ravel() for losses, _ in batches])


WRONG = {
    "hand": [(2, 2), (6, 64), (2 * np.log(2), 4), (2, np.exp(2)), (-np.log2(7 / 24), 24 / 7), (3, 8), 2.0],
    "tokens": [(6, np.log2(2.2)), (np.log(64) / 6, np.log(2.2)), (64 / 6, 2.2), (np.log2(2.2), 1), (1, 2), [1]],
    "nucleus": [
        ([0, 4 / 7, 0, 3 / 7], np.log(0.7)),
        ([0, 4 / 7, 0, 3 / 7], -np.log2(0.7)),
        ([0, 4 / 7, 0, 3 / 7], -np.log(0.65)),
        ([0, 4 / 7, 0, 3 / 7], -np.log(0.3)),
        ([0, 4 / 7, 0, 3 / 7], 0.0),
        ([0.2, 0.8, 0, 0], -np.log(0.7)),
        ([0, 4 / 9, 2 / 9, 3 / 9], -np.log(0.7)),
        ([0, 1, 0, 0], -np.log(0.7)),
        ([0, 0.5, 0, 0.5], -np.log(0.7)),
        ([0, 0.4, 0, 0.3], -np.log(0.7)),
        [0, 4 / 7, 0, 3 / 7],
    ],
    "minp": [
        lambda z, s: np.where(softmax(z) >= s, z, -np.inf),
        lambda z, s: np.where(z - z.max() >= np.log(s), z, -np.inf),
        lambda z, s: np.where(gap(z) >= np.log(s), z, 0),
        lambda z, s: np.where(gap(z) >= np.log(s), softmax(z), 0),
        lambda z, s: np.where(gap(z) >= -s, z, -np.inf),
        lambda z, s: np.where(gap(z) >= np.log2(s), z, -np.inf),
        lambda z, s: z[gap(z) >= np.log(s)],
    ],
    "batches": [
        lambda b: np.exp(means(b).mean()),
        lambda b: np.exp(means(b)).mean(),
        lambda b: np.exp(everything(b).mean()),
        lambda b: np.exp(kept(b).sum() / everything(b).size),
        lambda b: np.exp(kept(b)).mean(),
        lambda b: kept(b).mean(),
        lambda b: 2 ** kept(b).mean(),
        lambda b: np.exp(kept(b).sum()),
    ],
    "unsettle": [
        ([0.5, 0.3, 0.2], [0, 1]),
        ([0.98, 0.01, 0.01], [0, 1]),
        ([0.4, 0.35, 0.25], [1, 2]),
        ([1.0, 0.0, 0.0], [1, 2]),
        ([0.98, 0.01, 0.01], [1]),
        ([0.98, 0.01, 0.02], [1, 2]),
        ([0.98, 0.02], [0, 1]),
        [0.98, 0.01, 0.01],
    ],
}
