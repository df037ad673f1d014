"""Attempts that the checks of the companion 01b must refuse, each with a hint."""

import numpy as np

UNIFORM = [1 / 3, 1 / 3, 1 / 3]


def kept(p, groups):
    return p


def overwritten(p, groups):
    q = np.zeros(max(groups) + 1)
    q[groups] = p
    return q


WRONG = {
    "lost": [
        (UNIFORM, UNIFORM),
        ([0.4, 0.6, 0], [0.15, 0.1, 0.75]),
        ([0.4, 0.6, 0], [0.2, 0.3, 0.5]),
        ([1, 0, 0], [0.25, 0.75, 0]),
        ([0.4, 0.6, 0], [0.1, 0.15, 0.5]),
        ([0.1, 0.15, 0.75], [0.4, 0.6, 0]),
    ],
    "merge": [kept, overwritten, lambda p, groups: np.bincount(groups) / len(groups)],
}
