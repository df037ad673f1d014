"""Attempts that the checks of chapter 11 must refuse, each with a hint."""

import numpy as np

from softxent.entropy import entropy, kl_divergence
from softxent.softmax import softmax


def variance(z, tau):
    p = softmax(z / tau)
    return (p * (z - (p * z).sum(-1, keepdims=True)) ** 2).sum(-1)


def per_image(confidence, correct, bins):
    return np.abs(correct - confidence).mean()


def upper_edges(confidence, correct, bins):
    index = np.minimum((confidence * bins).astype(int), bins - 1)
    return np.abs(np.bincount(index, weights=correct - confidence)).sum() / len(confidence)


def unweighted(confidence, correct, bins):
    index = np.searchsorted(np.arange(1, bins) / bins, confidence)
    count = np.bincount(index)
    gaps = np.abs(np.bincount(index, weights=correct - confidence))[count > 0] / count[count > 0]
    return gaps.mean()


WRONG = {
    "hand": [[0.0, 0.08], [0.2, 0.2], [0.08, 0.2], [0.2], [0.3, 0.1]],
    "odds": [0.5, 3.0, 1.2, -2.0],
    "spread": [np.log(999), np.log(999_000), 10.0, [1.0, 2.0]],
    "slope": [
        lambda z, tau: variance(z, tau) / tau**2,
        lambda z, tau: variance(z, 1) / tau**3,
        lambda z, tau: -variance(z, tau) / tau**3,
        lambda z, tau: z.var(-1) / tau**3,
        lambda z, tau: 0.0,
    ],
    "classes": [
        ([[0.8, 0.2], [0.2, 0.8]], [[0.8, 0.2], [0.2, 0.8]], [0.5, 0.5]),
        ([[0.8, 0.2], [0.2, 0.8]], [[0.9, 0.1], [0.2, 0.8]], [0.5, 0.5]),
        ([[0.8, 0.2], [0.3, 0.7]], [[0.9, 0.1], [0.4, 0.6]], [0.5, 0.5]),
        ([[0.8, 0.2], [0.2, 0.8]], [[0.9, 0.1], [0.3, 0.7]], [1.0, 0.0]),
        ([[0.8, 0.2], [0.8, 0.2]], [[0.9, 0.1], [0.7, 0.3]], [0.5, 0.5]),
        ([[0.8, 0.2]], [[0.9, 0.1]], [1.0]),
    ],
    "ece": [per_image, upper_edges, unweighted, lambda c, r, bins: abs((r - c).mean()), lambda c, r, bins: 0.0],
    "worse": [
        ([0.99, 0.7], [0.95, 0.73]),
        ([0.9, 0.9], [0.7, 0.7]),
        ([0.9, 0.7], [0.95, 0.8]),
        ([0.9, 0.4], [0.5, 0.3]),
        ([0.6, 0.9], [0.62, 0.87]),
        ([0.9], [0.8]),
    ],
    "fit": [lambda z, labels: 1.0, lambda z, labels: 1.72, lambda z, labels: None],
    "ensemble": [
        lambda Q, w: (entropy(w @ Q), w @ kl_divergence(Q, w @ Q)),
        lambda Q, w: (entropy(Q).mean(), kl_divergence(Q, Q.mean(0)).mean()),
        lambda Q, w: (w @ kl_divergence(Q, w @ Q), w @ entropy(Q)),
        lambda Q, w: w @ entropy(Q),
    ],
    "bias": [([1.0, 0.0], [0.0, 0.5]), ([0.0, 1.0], [0.0, 2.0]), ([1.0, 0.0], [0.0]), ([1.0, 1.0], [0.0, 1.0])],
}
