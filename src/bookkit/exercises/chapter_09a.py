"""The checks of the exercises of chapter 09a, a vocabulary in parts."""

import numpy as np

from bookkit.exercises.judging import agree, by_hand
from softxent.loss import one_hot, softmax_cross_entropy, softmax_cross_entropy_gradient
from softxent.online import log_sum_state
from softxent.softmax import logsumexp


def bytes(attempt):
    usual = [
        ([0.098304, 4202.692608], "a process has an eighth of the classes"),
        ([0.786432, 525.336576], "the first number is asked for each process"),
        ([0.032768, 525.336576], "three numbers of 4 bytes are sent for each token"),
    ]
    by_hand(attempt, [0.098304, 525.336576], "count 4 bytes for each number that is sent", usual)


def messages_of(z, label, cuts):
    """What the processes send for one token; −inf stands for the label's own logit, which its process sends apart."""
    others = np.where(np.arange(len(z)) == label, -np.inf, z)
    starts = [0, *cuts]
    for start, part in zip(starts, np.split(others, cuts), strict=True):
        inside = start <= label < start + len(part)
        yield (*map(float, log_sum_state(part)), float(z[label]) if inside else None)


def parts(attempt):
    z = np.random.default_rng(13).normal(0, 3, 9)
    for label, cuts in ((4, [3, 6]), (0, [1, 5]), (8, [4])):
        wanted = softmax_cross_entropy(z, label)
        usual = [
            (logsumexp(np.delete(z, label)) - z[label], "the label's own term belongs to the log-sum-exp, too"),
            (logsumexp(z), "the label's logit is to be subtracted"),
        ]
        agree(attempt(list(messages_of(z, label, cuts))), wanted, f"wrong for label {label}, cut at {cuts}", usual)
    sure = np.array([0.0, -40.0, -41.0])
    found = attempt(list(messages_of(sure, 0, [1, 2])))
    agree(found, softmax_cross_entropy(sure, 0), "a nearly certain label loses its digits", rtol=1e-6, atol=0)


def input(attempt):
    rng = np.random.default_rng(14)
    x, W = rng.normal(size=4), rng.normal(size=(9, 4))
    for label in (0, 5):
        residual = softmax_cross_entropy_gradient(W @ x, label)
        for classes in (slice(0, 3), slice(3, 9)):
            usual = [
                ((residual + one_hot(label, 9))[classes] @ W[classes], "the target is missing"),
                (residual @ W, "that is the sum of all shares: use the own classes only"),
            ]
            found = attempt(x.copy(), W.copy(), classes, logsumexp(W @ x), label)
            agree(found, residual[classes] @ W[classes], f"wrong for label {label} and {classes}", usual)
