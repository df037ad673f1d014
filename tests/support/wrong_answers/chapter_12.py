"""Attempts that the checks of chapter 12 must refuse, each with a hint."""

import numpy as np

from softxent.softmax import softmax


def careless_floor(epsilon, K):
    y = np.full(K, epsilon / K)
    y[0] += 1 - epsilon
    with np.errstate(all="ignore"):
        return -(y * np.log(y)).sum()


def floor_of_others(epsilon, K):
    y = np.full(K, epsilon / (K - 1))
    y[0] = 1 - epsilon
    y = y[y > 0]
    return -(y * np.log(y)).sum()


def floor_in_bits(epsilon, K):
    y = np.full(K, epsilon / K)
    y[0] += 1 - epsilon
    y = y[y > 0]
    return -(y * np.log2(y)).sum()


def floor_of_the_label(epsilon, K):
    return -np.log(1 - epsilon + epsilon / K)


def overflowing(Z, T, tau):
    with np.errstate(all="ignore"):
        p, q = np.exp(Z / tau), np.exp(T / tau)
        return tau * (p / p.sum(1, keepdims=True) - q / q.sum(1, keepdims=True)) / len(Z)


def unfocal_without_the_factor(p, gamma):
    odds = p / (1 - p) ** gamma
    return odds / odds.sum(-1, keepdims=True)


def unfocal_the_wrong_way(p, gamma):
    odds = p * (1 - p) ** gamma * (1 - gamma * p * np.log(p) / (1 - p))
    return odds / odds.sum(-1, keepdims=True)


def unfocal_over_the_batch(p, gamma):
    odds = p / ((1 - p) ** gamma * (1 - gamma * p * np.log(p) / (1 - p)))
    return odds / odds.sum()


WRONG = {
    "hand": [
        [[4 / 5, 1 / 15, 1 / 15, 1 / 15], [17 / 20, 1 / 20, 1 / 20, 1 / 20]],
        [[17 / 20, 1 / 20, 1 / 20, 1 / 20]] * 2,
        [[4 / 5, 1 / 15, 1 / 15, 1 / 15]] * 2,
        [[4 / 5, 1 / 20, 1 / 20, 1 / 20], [4 / 5, 1 / 15, 1 / 15, 1 / 15]],
        [[1, 0, 0, 0], [1, 0, 0, 0]],
        [0.85, 0.05],
    ],
    "convert": [lambda omega, K: omega, lambda omega, K: omega * (K - 1) / K, lambda omega, K: omega / K],
    "gap": [np.log(9), 4.5, 10.8, [13.017, 13.017]],
    "floor": [careless_floor, floor_of_others, floor_in_bits, floor_of_the_label, lambda epsilon, K: 0.0],
    "distil": [
        overflowing,
        lambda Z, T, tau: (softmax(Z / tau) - softmax(T / tau)) / tau / len(Z),
        lambda Z, T, tau: (softmax(Z / tau) - softmax(T / tau)) / len(Z),
        lambda Z, T, tau: tau**2 * (softmax(Z / tau) - softmax(T / tau)) / len(Z),
        lambda Z, T, tau: tau * (softmax(Z / tau) - softmax(T / tau)),
        lambda Z, T, tau: tau * (softmax(T / tau) - softmax(Z / tau)) / len(Z),
        lambda Z, T, tau: tau * (softmax(Z) - softmax(T)) / len(Z),
    ],
    "weights": [[0.9, 0.09, 0.01], [1 / 0.9, 1 / 0.09, 100], [1, 10, 90], [1 / 111, 0.0901, 0.9009]],
    "clinic": [0.2, 0.5, 10.0, 20 / 21, 0.00252, [0.96, 0.04]],
    "unfocal": [
        unfocal_without_the_factor,
        unfocal_the_wrong_way,
        unfocal_over_the_batch,
        lambda p, gamma: p,
        lambda p, gamma: p[..., :1],
    ],
}
