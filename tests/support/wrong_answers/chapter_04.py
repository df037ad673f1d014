"""Attempts that the checks of chapter 04 must refuse, each with a hint."""

import numpy as np

from softxent.maxent import gibbs, max_entropy
from softxent.softmax import softmax

LAW, BETA = max_entropy(np.arange(1, 7), 4.5)
SAME_MEAN = LAW[::-1] + np.array([0.01, -0.02, 0.01, 0, 0, 0])


def slope(z, mu):
    return -float(max_entropy(z, mu)[1])


def convex(z, mu):
    law, _ = max_entropy(z, mu)
    return 1 / (law @ (np.asarray(z) - mu) ** 2)


def variance(z, mu):
    law, _ = max_entropy(z, mu)
    return -law @ (np.asarray(z) - mu) ** 2


WRONG = {
    "two_points": [
        lambda mu: mu,
        lambda mu: np.log(mu),
        lambda mu: np.log(1 - mu) - np.log(mu),
        lambda mu: 2 * (np.log(mu) - np.log1p(-mu)),
    ],
    "mirror": [
        (LAW, BETA),
        (LAW[::-1], BETA),
        ([0, 0.5, 0.5, 0, 0, 0], -BETA),
        (LAW[::-1][:5], -BETA),
        (1 - LAW, -BETA),
        (SAME_MEAN, -BETA),
        (LAW[::-1], -0.37),
    ],
    "dome": [slope, convex, variance],
    "tilted": [
        lambda z, r, tau: softmax(z / tau),
        lambda z, r, tau: softmax(z / tau + r),
        lambda z, r, tau: softmax(z + np.log(r)),
        lambda z, r, tau: softmax((z + np.log(r)) / tau),
        lambda z, r, tau: gibbs(z, -1 / tau, prior=r),
    ],
    "geometric": [lambda mu: mu, lambda mu: 1 / (1 + mu), lambda mu: np.exp(-mu), lambda mu: np.exp(-1 / mu)],
}
