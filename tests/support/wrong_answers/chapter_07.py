"""Attempts that the checks of chapter 07 must refuse, each with a hint."""

import numpy as np

from softxent.loss import softmax_cross_entropy_gradient
from softxent.softmax import softmax


def clock(u):
    return (3 * u - np.exp(-u) + 3 * np.exp(u) + np.exp(2 * u) / 2) / 2


def sigmoids(z, c):
    p = softmax(z)
    return 2 * (p - np.eye(len(p))[c]) * p * (1 - p)


WRONG = {
    "hand": [
        [0.2, -0.7, 0.5],
        [0.024, -0.234, 0.21],
        [0.064, -0.294, 0.25],
        [-0.048, 0.468, -0.42],
        [0.048, -0.468],
        [0.048, -0.47, 0.42],
    ],
    "step": [lambda eta, K: eta, lambda eta, K: eta * K, lambda eta, K: 2 * eta / K, lambda eta, K: None],
    "time": [
        lambda u0, u1: clock(u1) - clock(u0),
        lambda u0, u1: clock(-u0) - clock(-u1),
        lambda u0, u1: u0 - u1,
        lambda u0, u1: 2 * (clock(-u1) - clock(-u0)),
    ],
    "concave": [np.log(2), 0.2113, 1.315, "log 3", [1.3169, 1.3169]],
    "absolute": [softmax_cross_entropy_gradient, sigmoids, lambda z, c: -2 * softmax(z)[c]],
}
