"""Attempts that the checks of chapter 01 must refuse, each with a hint."""

import numpy as np

UNIFORM = [1 / 3, 1 / 3, 1 / 3]


def kept(p, groups):
    return p


def overwritten(p, groups):
    q = np.zeros(max(groups) + 1)
    q[groups] = p
    return q


def naive(log_p, log_q):
    return (np.exp(log_p) * (log_p - log_q)).sum()


def skipping(log_p, log_q):
    with np.errstate(all="ignore"):
        return np.nansum(np.exp(log_p) * (log_p - log_q))


def through_probabilities(log_p, log_q):
    p, q = np.exp(log_p), np.exp(log_q)
    with np.errstate(all="ignore"):
        return np.where(p > 0, p * np.log(p / q), 0).sum()


WRONG = {
    "bits": [(2 * np.log(2), 2), (8, 8 * np.log(2)), (2, 2 / np.log(2))],
    "lost": [(UNIFORM, UNIFORM), ([0.4, 0.6, 0], [0.15, 0.1, 0.75]), ([0.4, 0.6, 0], [0.2, 0.3, 0.5]),
             ([1, 0, 0], [0.25, 0.75, 0]), ([0.4, 0.6, 0], [0.1, 0.15, 0.5])],
    "merge": [kept, overwritten, lambda p, groups: np.bincount(groups) / len(groups)],
    "triangle": [([0.5, 0.5], [0.25, 0.75], [0.1, 0.9]), ([0.5, 0.5], [0.5, 0.5], [1, 0]), (UNIFORM, UNIFORM, UNIFORM),
                 ([0.5, 0.5], [0.4, 0.6])],
    "logs": [naive, skipping, through_probabilities, lambda log_p, log_q: (np.exp(log_q) * (log_q - log_p)).sum()],
}
