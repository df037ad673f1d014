"""Attempts that the checks of the companion 08a must refuse, each with a hint."""

import numpy as np


def one_after_another(x):
    return np.add.accumulate(x)[-1]


def sigma_too_small(x):
    sigma = np.abs(x).max() + 1e-300
    high = (x + sigma) - sigma
    return np.add.accumulate(high)[-1] + np.add.accumulate(x - high)[-1]


WRONG = {
    "count": [
        lambda E: 4 * E + 8,
        lambda E: 2 * E + 4.5,
        lambda E: 4 * E + 9.5,
        lambda E: 4 * E + 7.5,
        lambda E: 4 * E,
    ],
    "range": [(-7.601, 79.042), (-0.693, 85.95), (0, 79.042), (-0.693, 80.429), (0, 1)],
    "fast": [(1e308, 1.7e308), (2.0**53 + 2, 3.0), (1.0, 2.0), (0.1, 0.2)],
    "shift": [[300, -300], [1.0, -30.1], [800.0, -0.1], [np.inf, 0], [1, 2, 3]],
    "signed": [one_after_another, sigma_too_small, np.sum],
}
