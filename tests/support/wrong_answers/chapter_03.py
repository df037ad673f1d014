"""Attempts that the checks of chapter 03 must refuse, each with a hint."""

import numpy as np

from softxent.softmax import softmax, sparsemax


def naive_merge(z, groups):
    with np.errstate(all="ignore"):
        return np.array([np.log(np.exp(z[group]).sum()) for group in groups])


def shares_for_logits(z, groups):
    return np.array([np.log(softmax(z)[group].sum()) for group in groups])


def mean_of_all(z, v):
    return np.where(sparsemax(z) > 0, v - v.mean(), 0)


def softmax_like(z, v):
    s = sparsemax(z)
    return s * (v - s @ v)


WRONG = {
    "hand": [
        [0, np.log(2), 2 * np.log(2)],
        [1 / 7, 2 / 7, 4 / 7],
        [np.log(2), 0, -np.log(2)],
        [0.0, 0.0],
        [-0.69, 0, 0.69],
        [-0.69, 0.003, 0.696],
    ],
    "rise": [lambda p, t: np.log(t / p), lambda p, t: t - p, lambda p, t: np.log(t / (1 - t)), lambda p, t: None],
    "merge": [
        naive_merge,
        shares_for_logits,
        lambda z, groups: np.array([z[group].sum() for group in groups]),
        lambda z, groups: np.array([z[group].max() for group in groups]),
    ],
    "sparse": [mean_of_all, softmax_like, lambda z, v: v - v.mean(), lambda z, v: np.where(sparsemax(z) > 0, v, 0)],
}
