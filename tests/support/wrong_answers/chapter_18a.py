"""Attempts that the checks of the companion 18a must refuse, each with a hint."""

import numpy as np

from softxent.loss import softmax_cross_entropy
from softxent.softmax import softmax

CYCLE = np.eye(3)[[1, 2, 0]] + np.array([0.2, 0.1, 0.0])


def by_quotients(step, accept):
    """A gradient check: does the central difference with this step agree, in the sense of `accept`?"""

    def check(f, g, z):
        found = [(f(z + step * e) - f(z - step * e)) / (2 * step) for e in np.eye(z.size)]
        return bool(accept(np.array(found), g(z)))

    return check


def added(z, labels):
    p = softmax(z)
    return -np.log(np.take_along_axis(p, np.expand_dims(labels, -1), axis=-1)[..., 0] + 1e-300)


def for_a_matrix(z, labels):
    s = z - z.max(axis=1, keepdims=True)
    return np.log(np.exp(s).sum(axis=1)) - s[np.arange(len(z)), labels]


def each_text(z, labels, keep):
    each = softmax_cross_entropy(z, labels)
    return np.mean([row[kept].mean() for row, kept in zip(each, keep, strict=True)])


def with_zeros(z, labels, keep):
    each = softmax_cross_entropy(z, np.where(keep, labels, 0))
    return (each * keep).sum() / max(1, keep.sum())


def without_a_guard(z, labels, keep):
    if not keep.any():
        return 1.0
    return softmax_cross_entropy(z[keep], labels[keep]).mean()


def subtracting(change):
    def gradient(W, X, labels):
        G = softmax(X @ W.T).T @ X
        change(G, labels, X)
        return G / len(X)

    return gradient


def once(G, labels, X):
    G[labels] -= X


def in_place(W, X, labels):
    G = subtracting(lambda G, n, X: np.subtract.at(G, n, X))(W, X, labels)
    W -= G
    return G


WRONG = {
    "witness": [
        (np.eye(3), np.arange(3)),
        (CYCLE, CYCLE.argmax(axis=1)),
        (CYCLE, [1, 2, 1]),
        (np.zeros((3, 3)), np.array([1, 1, 1])),
        (np.eye(4)[:3], np.array([3, 3, 3])),
        (CYCLE, np.array([[2], [0], [1]])),
        (CYCLE, np.array([2.0, 0.0, 1.0])),
        CYCLE,
    ],
    "loss": [
        added,
        for_a_matrix,
        lambda z, labels: softmax_cross_entropy(z, labels).mean(),
        lambda z, labels: -softmax_cross_entropy(z, labels),
        lambda z, labels: np.asarray(softmax_cross_entropy(z, labels)).sum(),
        lambda z, labels: softmax_cross_entropy(np.maximum(z, -250), labels),
    ],
    "padding": [
        lambda z, labels, keep: (softmax_cross_entropy(z, np.where(keep, labels, 0)) * keep).mean(),
        with_zeros,
        each_text,
        without_a_guard,
        lambda z, labels, keep: softmax_cross_entropy(z, np.where(keep, labels, 0))[keep].sum(),
        lambda z, labels, keep: softmax_cross_entropy(z, labels).mean(),
    ],
    "weights": [
        subtracting(once),
        lambda W, X, labels: len(X) * subtracting(lambda G, n, X: np.subtract.at(G, n, X))(W, X, labels),
        lambda W, X, labels: -subtracting(lambda G, n, X: np.subtract.at(G, n, X))(W, X, labels),
        in_place,
        lambda W, X, labels: softmax(X @ W.T).T @ X / len(X),
    ],
    "judge": [
        lambda f, g, z: True,
        lambda f, g, z: False,
        by_quotients(1e-16, lambda found, given: not np.any(abs(found - given) > 1)),
        by_quotients(6e-6, lambda found, given: abs(found - given).max() < 1e-6),
        by_quotients(6e-6, lambda found, given: np.allclose(found, given, atol=0.1)),
        by_quotients(6e-6, lambda found, given: not abs(found - given).max() > 1e-6 * abs(found).max()),
        by_quotients(6e-6, lambda found, given: abs(found - given).max() <= 1e-2 * abs(found).max()),
        by_quotients(6e-6, lambda found, given: abs(found - given).sum() ** 2),
        lambda f, g, z: 1.0,
    ],
}
