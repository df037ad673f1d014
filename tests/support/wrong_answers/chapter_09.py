"""Attempts that the checks of chapter 09 must refuse, each with a hint."""

import numpy as np

from softxent.loss import softmax_cross_entropy
from softxent.softmax import entropy_from_logits, logsumexp, softmax


def joined(chunks):
    return np.concatenate(list(chunks))


def without_a_shift(chunks):
    z = joined(chunks)
    e = np.exp(z)
    return np.log(e.sum()) - (e * z).sum() / e.sum()


def excluded_counts(chunks):
    z = joined(chunks)
    p = softmax(z)
    return logsumexp(z) - (p * z).sum()


def gaps_that_stay(chunks):
    m, s, g = -np.inf, 0.0, 0.0
    for z in chunks:
        top = max(m, z.max())
        s, g = s * np.exp(m - top), g * np.exp(m - top)
        e = np.exp(z - top)
        m, s, g = top, s + e.sum(), g + (e[z > -np.inf] * (top - z[z > -np.inf])).sum()
    return np.log(s) + g / s


def other_convention(chunks, label, epsilon):
    z = joined(chunks)
    y = np.full(len(z), epsilon / (len(z) - 1))
    y[label] = 1 - epsilon
    return softmax_cross_entropy(z, y)


def labels_by_chunk(chunks, label, epsilon):
    z = joined(chunks)
    return softmax_cross_entropy(z, label % 3)


def overflowing(chunks, label, epsilon):
    z = joined(chunks)
    with np.errstate(all="ignore"):
        return np.log(np.exp(z).sum()) - (1 - epsilon) * z[label] - epsilon * z.mean()


WRONG = {
    "hand": [
        [np.log(12), 35 / 12],
        [np.log(12), 11 / 12],
        [np.log(12), 5 / 4 + 1 / 3],
        [np.log(12), 5 / 4 + 1 / 6],
        [np.log(35), 23 / 12],
        [2.5, 2.0],
    ],
    "mean": [
        lambda a, b: ((a[0] + b[0]) / 2, a[1] + b[1]),
        lambda a, b: ((a[0] * a[1] + b[0] * b[1]) / (a[1] + b[1]), a[1] + b[1]),
        lambda a, b: (a[0] + b[0], a[1] + b[1]),
    ],
    "window": [[1.0, 2.0, 3.0], [10.0, 0.0, 0.0], [np.inf, 0.0, 0.0], [100.0, 0.0]],
    "entropy": [
        lambda chunks: logsumexp(joined(chunks)),
        without_a_shift,
        excluded_counts,
        gaps_that_stay,
        lambda chunks: sum(entropy_from_logits(z) for z in chunks),
    ],
    "gap": [0.27846, 0.6931, 1.0, -1.278],
    "depth": [200, 14, 9999, 100, 150],
    "smoothing": [
        other_convention,
        labels_by_chunk,
        overflowing,
        lambda chunks, label, epsilon: softmax_cross_entropy(joined(chunks), label),
    ],
    "running": [
        lambda z: np.full(len(z), logsumexp(z)),
        lambda z: np.log(np.cumsum(np.exp(np.clip(z, -700, 700)))),
        np.cumsum,
    ],
    "backward": [
        lambda chunks, lse, o: [np.exp(z - lse) * v for z, v in chunks],
        lambda chunks, lse, o: [np.exp(z - lse) * (o - v) for z, v in chunks],
        lambda chunks, lse, o: [v - o for z, v in chunks],
        lambda chunks, lse, o: [softmax(z) * (v - o) for z, v in chunks],
    ],
}
