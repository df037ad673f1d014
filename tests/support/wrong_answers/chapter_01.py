"""Attempts that the checks of chapter 01 must refuse, each with a hint."""

import numpy as np

from bookkit.data import counts, encode, letters

UNIFORM = [1 / 3, 1 / 3, 1 / 3]
PROSE, SOURCE = (counts(letters(name)) / len(letters(name)) for name in ("prose", "source"))


def naive(log_p, log_q):
    return (np.exp(log_p) * (log_p - log_q)).sum()


def skipping(log_p, log_q):
    with np.errstate(all="ignore"):
        return np.nansum(np.exp(log_p) * (log_p - log_q))


def through_probabilities(log_p, log_q):
    p, q = np.exp(log_p), np.exp(log_q)
    with np.errstate(all="ignore"):
        return np.where(p > 0, p * np.log(p / q), 0).sum()


def against(passage):
    return np.log2(SOURCE / PROSE)[encode(passage)].sum()


def in_nats(passage):
    return np.log(PROSE / SOURCE)[encode(passage)].sum()


def averaged(passage):
    return np.log2(PROSE / SOURCE)[encode(passage)].mean()


def price(model, paid, axis=2):
    return -(paid * np.log2(model / model.sum(axis=axis, keepdims=True))).sum() / paid.sum()


def unraised(known, later, extra):
    with np.errstate(all="ignore"):
        return price(counts(known, 3), counts(later, 3))


WRONG = {
    "bits": [
        (2 * np.log(2), 2),
        (8, 8 * np.log(2)),
        (2, 2 / np.log(2)),
        (29 / 8, 2.5127),
        (2, 2),
        (2, 1.38),
        2,
        (2, 1.386, 0),
    ],
    "price": [
        (1.5 * np.log(2), 1.75 * np.log(2), 0.25 * np.log(2)),
        (1.5, 1.5, 0),
        (1.5, 1.75, -0.25),
        (1.5, 1.75, 0),
        (2, 1.75, 0.25),
        (1.5, 2, 0.5),
        (1.5, 1.75),
    ],
    "hardest": [("q", 0.0), (" ", 3.971 * np.log(2)), ("e", 3.150), (" ", 4.055), ("␣", 4.055), " ", (" ",)],
    "triangle": [
        ([0.5, 0.5], [0.25, 0.75], [0.1, 0.9]),
        ([0.5, 0.5], [0.5, 0.5], [1, 0]),
        (UNIFORM, UNIFORM, UNIFORM),
        ([0.5, 0.5], [0.4, 0.6]),
        ([0.5, 0.5], [0.5, 0.5], [0.5, 0.5]),
        ([np.exp(-100), 1 - np.exp(-100)], [1e-4, 1 - 1e-4], [0.01, 0.99]),
    ],
    "logs": [naive, skipping, through_probabilities, lambda log_p, log_q: (np.exp(log_q) * (log_q - log_p)).sum()],
    "evidence": [against, in_nats, averaged, lambda passage: 0.068 * len(passage)],
    "smoothing": [
        lambda known, later, extra: price(counts(known, 3) + extra, counts(later, 3)) * np.log(2),
        lambda known, later, extra: price(counts(later, 3) + extra, counts(later, 3)),
        lambda known, later, extra: price(counts(known, 3) + extra, counts(known, 3)),
        lambda known, later, extra: price(counts(known, 3) + extra, counts(later, 3), axis=None),
        lambda known, later, extra: price(counts(known, 3) + extra, counts(later, 3)) * (len(later) - 2),
        lambda known, later, extra: price(counts(known, 2) + extra, counts(later, 2), axis=1),
        lambda known, later, extra: price(counts(known, 3) + extra, counts(later, 3), axis=0),
        lambda known, later, extra: price(counts(known, 3) + 1, counts(later, 3)),
        lambda known, later, extra: 2 ** price(counts(known, 3) + extra, counts(later, 3)),
        lambda known, later, extra: price(counts(known, 3) + extra, counts(later, 3)) * (1 - 2 / len(later)),
        unraised,
    ],
}
