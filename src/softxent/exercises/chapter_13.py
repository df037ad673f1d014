"""The checks of the exercises of chapter 13, attention."""

import numpy as np

from softxent.attention import attention
from softxent.exercises.chapter_05 import agree
from softxent.softmax import logsumexp, softmax, softmax_jvp


def hand(attempt):
    output, derivative = np.asarray(attempt, dtype=float)
    assert np.isclose(output, 7, rtol=1e-3), "the exponentials of the scores are 3 and 1: what are the weights?"
    wanted = 0.75 * np.log(3)
    assert np.isclose(derivative, wanted, rtol=1e-3), "two keys: the product of weights, key and value differences"


def recompute(attempt):
    rng = np.random.default_rng(131)
    for scale, name in ((1.0, "ordinary scores"), (1000.0, "scores of 1000")):
        S, V, dO = scale * rng.normal(size=(4, 6)), rng.normal(size=(6, 3)), rng.normal(size=(4, 3))
        found = attempt(S.copy(), logsumexp(S), V.copy(), softmax(S) @ V, dO.copy())
        agree(found, softmax_jvp(S, dO @ V.T), f"wrong for {name}: weights are exp(S - lse), row sums those of dO O")


def pointer(attempt):
    m = np.array([1.0, 0.0, 1.0, 0.0])
    for s in ([0.3, -1.0, 2.0, 0.5], [0.0, 1000.0, -1000.0, 1.0]):
        posterior = softmax(np.where(m, s, -np.inf))
        hint = f"wrong for the scores {s}: subtract from the weights those among the marked words"
        agree(attempt(np.array(s), m.copy()), softmax(s) - posterior, hint)


def tie(attempt):
    hint = "near 0 the density of x is 1 / sqrt(4 pi D); what is the integral of the sensitivity?"
    assert np.isclose(float(attempt), 1 / np.sqrt(np.pi), rtol=1e-3), hint


def heads(attempt):
    rng = np.random.default_rng(132)
    X, *W = rng.normal(size=(5, 6)), *rng.normal(size=(4, 6, 6))
    for number in (1, 2, 3):
        groups = np.split(np.arange(6), number)
        parts = [attention(*(X @ w[:, group] for w in W[:3])) for group in groups]
        hint = f"wrong for {number} heads: each group of features is a head of its own, with its own scale"
        agree(attempt(X.copy(), *(w.copy() for w in W), number), np.hstack(parts) @ W[3], hint)
