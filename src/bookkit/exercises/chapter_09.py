"""The checks of the exercises of chapter 09, online and fused computations."""

import numpy as np

from bookkit.exercises.judging import agree, by_hand, require
from softxent.loss import one_hot, softmax_cross_entropy
from softxent.softmax import entropy_from_logits, logsumexp, softmax


def hand(attempt):
    usual = [
        ([np.log(12), 35 / 12], "that sum counts the maximum, which the states of the package keep out"),
        ([np.log(12), 11 / 12], "there are two maxima in the second group: one of them counts"),
        ([np.log(12), 5 / 4 + 1 / 3], "the first sum must be brought to the larger maximum"),
        ([np.log(12), 5 / 4 + 1 / 6], "the maximum of the first group must join the sum"),
        ([np.log(35), 23 / 12], "m is the maximum, not the log-sum-exp"),
    ]
    by_hand(attempt, [np.log(12), 23 / 12], "find both states first; their maxima are log 6 and log 12", usual)


def mean(attempt):
    a, b = (2.0, 3), (5.0, 1)
    agree(attempt(a, b), [2.75, 4], "wrong for (2, 3) and (5, 1)", [([3.5, 4], "weigh the means by the sizes")])
    for left, right in ((a, (0.0, 0)), ((0.0, 0), a)):
        agree(attempt(left, right), a, "(0, 0) is not neutral")
    agree(attempt((0.0, 0), (0.0, 0)), [0, 0], "two empty groups are an empty group")


def window(attempt):
    z = np.asarray(attempt, dtype=float)
    require(z.shape == (3,), "give three numbers")
    require(np.isfinite(z).all(), "no number may be infinite: excluded numbers are no example")
    left = np.exp(z - z.max()).sum() - np.exp(z[0] - z.max())
    require(left == 0, f"subtracting the first leaves {left:.3g}: how much larger must the first number be?")


def entropy(attempt):
    rng = np.random.default_rng(9)
    rows = [rng.normal(0, 3, 12), np.arange(12.0), np.arange(12.0)[::-1] + 1000, np.zeros(12)]
    for z in rows:
        usual = [(logsumexp(z), "that is the log-sum-exp: subtract the mean of z")]
        for cuts in ([4, 8], range(1, 12)):
            found = attempt(iter(np.split(z.copy(), cuts)))
            agree(found, entropy_from_logits(z), "wrong: does the weighted sum move with the maximum?", usual)
    z = np.array([1.0, -np.inf, 0.5, 3.0])
    found = attempt(iter(np.split(z, 2)))
    agree(found, entropy_from_logits(z), "wrong with an excluded class, whose product 0 times infinity should be 0")


def gap(attempt):
    x = float(attempt)
    require(x >= 0, "the gap is not negative")
    usual = [(0.2785, "that is the largest mean gap: the gap is asked for"), (0.6931, "at log 2 the slope is not zero")]
    by_hand(x, 1.2784645, "set the derivative of x / (1 + exp(x)) to zero", usual)


def depth(attempt):
    usual = [
        (200, "a chain over B numbers makes B - 1 merges"),
        (14, "that is the tree's: both levels are chains here"),
        (9999, "that is one chain"),
        (100, "that is the size of a chunk"),
    ]
    by_hand(attempt, 198, "minimise (B - 1) + (K / B - 1)", usual)


def smoothing(attempt):
    rng = np.random.default_rng(10)
    z = rng.normal(0, 3, 10)
    for label, epsilon in ((0, 0.1), (7, 0.3), (9, 0.0)):
        y = (1 - epsilon) * one_hot(label, 10) + epsilon / 10
        wanted = softmax_cross_entropy(z, y)
        usual = [
            (softmax_cross_entropy(z, label), "that is the loss without smoothing"),
            (softmax_cross_entropy(z, y - epsilon / 10), "the part of the other classes is missing"),
            (
                softmax_cross_entropy(z, (1 - epsilon - epsilon / 9) * one_hot(label, 10) + epsilon / 9),
                "the share epsilon goes to all K classes, the label among them",
            ),
        ]
        for cuts in ([3, 4], range(1, 10)):
            found = attempt(iter(np.split(z.copy(), cuts)), label, epsilon)
            agree(found, wanted, f"wrong for label {label}, epsilon {epsilon}", usual if epsilon else ())
    large = attempt(iter([np.array([1000.0]), np.array([998.0])]), 0, 0.1)
    agree(large, softmax_cross_entropy([1000.0, 998.0], [0.95, 0.05]), "wrong for logits of 1000: does exp overflow?")


def running(attempt):
    z = 1000 + np.random.default_rng(11).normal(0, 300, 16)
    for row in (z, z[:1], np.arange(8.0)):
        wanted = [logsumexp(row[: n + 1]) for n in range(len(row))]
        usual = (
            [(np.full(len(row), wanted[-1]), "that is the log-sum-exp of all, at every place")] if len(row) > 1 else ()
        )
        agree(attempt(row.copy()), wanted, "compare with logsumexp(z[:n])", usual)


def backward(attempt):
    rng = np.random.default_rng(12)
    z, v = rng.normal(size=(2, 9))
    p = softmax(z)
    o = p @ v
    chunks = zip(np.split(z, [4]), np.split(v, [4]), strict=True)
    found = np.concatenate([np.atleast_1d(part) for part in attempt(chunks, logsumexp(z), o)])
    usual = [
        (p * v, "the second half is missing: every score acts on every weight"),
        (p * (o - v), "the sign is turned"),
        (v - o, "a factor p is missing"),
        (p, "these are the weights"),
    ]
    agree(found, p * (v - o), "p is exp(z - lse), and the gradient p (v - o)", usual)
