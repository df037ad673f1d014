"""Attempts that the checks of chapter 02 must refuse, each with a hint."""

import numpy as np


def total(p, groups):
    return np.bincount(groups, weights=p)[groups]


def merged(p, groups):
    return np.bincount(groups, weights=p)


def uniform_on_groups(p, groups):
    return (1 / np.bincount(groups))[groups] / len(set(groups.tolist()))


WRONG = {
    "bits": [(1.75, 0.875), (2.625, 1.75), (2.625 * np.log(2), 0.875 * np.log(2)), (2.625, -0.875), (2.25, 0.5)],
    "votes": [
        (1.5, 1.0, 0.5),
        (1.5 * np.log(2), 0, 1.5 * np.log(2)),
        (np.log(2), np.log(2), 0),
        (1.5 * np.log(2), np.log(3), 1.5 * np.log(2) - np.log(3)),
        (1.5 * np.log(2), np.log(2), 0.5),
    ],
    "project": [total, merged, uniform_on_groups, lambda p, groups: p, lambda p, groups: np.full(5, 0.2)],
    "spherical": [
        lambda q: q / np.sqrt((q**2).sum()),
        lambda q: -q / abs(q).sum(),
        lambda q: -q / (q**2).sum(),
        lambda q: -q[0] / np.sqrt((q**2).sum()),
    ],
    "sharp": [
        ([0.9, 0.1], [0.1, 0.9]),
        ([0.51, 0.49], [0.6, 0.4]),
        ([0.51, 0.49], [0.49, 0.51]),
        ([0.51, 0.49], [0.5, 0.5]),
        ([0.51, 0.49], [0.49, 0.52]),
    ],
}
