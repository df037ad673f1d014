"""Attempts that the checks of chapter 10 must refuse, each with a hint."""

import numpy as np

COUNTS = np.array([2.0, 3.0, 5.0])


def groups(x, labels):
    return [[v for v, c in zip(x, labels, strict=True) if c == k] for k in (0, 1)]


def forgets_ties(x, labels):
    low, high = groups(x, labels)
    return bool(low and high) and not (max(low) < min(high) or max(high) < min(low))


def forgets_equal_features(x, labels):
    low, high = groups(x, labels)
    return bool(low and high) and not (max(low) <= min(high) or max(high) <= min(low))


def forgets_one_direction(x, labels):
    low, high = groups(x, labels)
    return bool(low and high) and (not max(low) <= min(high) or len(set(x)) == 1)


def probabilities(X, w):
    return 1 / (1 + np.exp(-(X @ w)))


def gradient_step(X, t, w):
    return w + X.T @ (t - probabilities(X, w))


def uphill(X, t, w):
    p = probabilities(X, w)
    return w - np.linalg.solve((X.T * (p * (1 - p))) @ X, X.T @ (t - p))


def only_the_step(X, t, w):
    p = probabilities(X, w)
    return -np.linalg.solve((X.T * (p * (1 - p))) @ X, X.T @ (t - p))


def unweighted(X, t, w):
    return w + np.linalg.solve(X.T @ X, X.T @ (t - probabilities(X, w)))


def hoeffding(bound, tail=2):
    return lambda K, a, eps, delta: int(np.ceil(bound(K, a) ** 2 * np.log(tail / delta) / (2 * eps**2)))


WRONG = {
    "frequencies": [
        np.log(COUNTS)[:, None],
        (COUNTS / 10)[:, None],
        np.log(COUNTS / 10)[:, None],
        np.log(COUNTS) - np.log(COUNTS).mean(),
        (COUNTS - COUNTS.mean())[:, None],
        [[-0.44], [-0.04], [0.48]],
    ],
    "exists": [
        lambda x, labels: len(set(labels)) == 2,
        forgets_ties,
        forgets_equal_features,
        forgets_one_direction,
        lambda x, labels: True,
    ],
    "irls": [gradient_step, uphill, only_the_step, unweighted],
    "decay": [
        lambda N, kappa: 1 / (N * kappa),
        lambda N, kappa: kappa**-0.5,
        lambda N, kappa: (kappa / N) ** -0.5,
        lambda N, kappa: (N * kappa) ** 0.5,
    ],
    "size": [
        hoeffding(lambda K, a: a),
        hoeffding(lambda K, a: np.log(K) + a),
        hoeffding(lambda K, a: np.log1p((K - 1) * np.exp(a)), tail=1),
        lambda K, a, eps, delta: np.log1p((K - 1) * np.exp(a)) ** 2 * np.log(2 / delta) / (2 * eps**2),
    ],
}
