"""The checks of the exercises of chapter 13, attention."""

import numpy as np

from bookkit.exercises.judging import agree, by_hand, require
from softxent.attention import attention
from softxent.softmax import logsumexp, softmax, softmax_jvp


def hand(attempt):
    output, derivative = np.asarray(attempt, dtype=float)
    require(np.isclose(output, 7, rtol=1e-3), "the exponentials of the scores are 3 and 1: what are the weights?")
    wanted = 0.75 * np.log(3)
    require(np.isclose(derivative, wanted, rtol=1e-3), "two keys: the product of weights, key and value differences")


def recompute(attempt):
    rng = np.random.default_rng(131)
    for scale, name in ((1.0, "ordinary scores"), (1000.0, "scores of 1000")):
        S, V, dO = scale * rng.normal(size=(4, 6)), rng.normal(size=(6, 3)), rng.normal(size=(4, 3))
        found = attempt(S.copy(), logsumexp(S), V.copy(), softmax(S) @ V, dO.copy())
        dA = dO @ V.T
        usual = [(softmax(S) * dA, "the mean under the weights is missing: the row sums of dO O are that mean")]
        hint = f"wrong for {name}: weights are exp(S - lse), row sums those of dO O"
        agree(found, softmax_jvp(S, dA), hint, usual)


def pointer(attempt):
    m = np.array([1.0, 0.0, 1.0, 0.0])
    for s in ([0.3, -1.0, 2.0, 0.5], [0.0, 1000.0, -1000.0, 1.0]):
        posterior = softmax(np.where(m, s, -np.inf))
        hint = f"wrong for the scores {s}: subtract from the weights those among the marked words"
        usual = [
            (softmax(s) - m, "the target is a distribution: the marked words share 1"),
            (softmax(s) - m / m.sum(), "the marked words do not share 1 equally: their scores decide"),
        ]
        agree(attempt(np.array(s), m.copy()), softmax(s) - posterior, hint, usual)


def tie(attempt):
    hint = "near 0 the density of x is 1 / sqrt(4 pi D); what is the integral of the sensitivity?"
    usual = [
        (1 / np.pi, "the answer has a square root"),
        (2 / np.sqrt(np.pi), "that is twice as much: look at each of the two factors again"),
    ]
    by_hand(attempt, 1 / np.sqrt(np.pi), hint, usual)


def heads(attempt):
    rng = np.random.default_rng(132)
    X, *W = rng.normal(size=(5, 6)), *rng.normal(size=(4, 6, 6))
    for number in (1, 2, 3):
        groups = np.split(np.arange(6), number)
        parts = [attention(*(X @ w[:, group] for w in W[:3])) for group in groups]
        single = attention(*(X @ w for w in W[:3])) @ W[3]
        usual = [] if number == 1 else [(single, "that is one head over all features, whatever the number of heads")]
        hint = f"wrong for {number} heads: each group of features is a head of its own, with its own scale"
        agree(attempt(X.copy(), *(w.copy() for w in W), number), np.hstack(parts) @ W[3], hint, usual)
