"""Attempts that the checks of chapter 14 must refuse, each with a hint."""

import numpy as np

from softxent.contrastive import info_nce, info_nce_gradient
from softxent.loss import softmax_cross_entropy
from softxent.softmax import logsumexp, softmax


def own_candidate(E, tau):
    return softmax_cross_entropy(E @ E.T / tau, np.roll(np.arange(len(E)), len(E) // 2))


def zero_diagonal(E, tau):
    S = E @ E.T / tau
    np.fill_diagonal(S, 0)
    return softmax_cross_entropy(S, np.roll(np.arange(len(E)), len(E) // 2))


def one_side(E, tau):
    N = len(E) // 2
    return info_nce(E[:N] @ E[N:].T, tau)


def unit(X):
    return X / np.linalg.norm(X, axis=1, keepdims=True)


def of_the_unit_vectors(Q, K, tau):
    U, V = unit(Q), unit(K)
    G = info_nce_gradient(U @ V.T, tau) / len(Q)
    return G @ V, G.T @ U


def without_lengths(Q, K, tau):
    G = info_nce_gradient(Q @ K.T, tau) / len(Q)
    return G @ K, G.T @ Q


def only_divided(Q, K, tau):
    g, f = of_the_unit_vectors(Q, K, tau)
    return g / np.linalg.norm(Q, axis=1, keepdims=True), f / np.linalg.norm(K, axis=1, keepdims=True)


def gaps(S, tau):
    s, p = S / tau, softmax(S / tau)
    return np.diag(s) - (p * s).sum(1)


def mutual_information(R, K):
    return (R * np.log(R / np.outer(R.sum(1), R.sum(0)))).sum()


WRONG = {
    "hand": [
        [np.log(5 / 3), 0.6, 0.2, 0.2],
        [np.log(5 / 3), 0.4, -0.2, -0.2],
        [np.log(3), -0.4, 0.2, 0.2],
        [0.5, 0.1, 0.1, 0.1],
    ],
    "cold": [1 / np.log(255), np.log(255) / 2, 1.0],
    "half": [np.log(9) / 0.8, 0.8 / np.log(10), 0.9 / np.log(9), 0.5],
    "simclr": [own_candidate, zero_diagonal, one_side, lambda E, tau: np.zeros(len(E))],
    "embeddings": [of_the_unit_vectors, without_lengths, only_divided, lambda Q, K, tau: (0 * Q, 0 * K)],
    "temperature": [
        lambda S, tau: -gaps(S, tau).mean() / tau,
        lambda S, tau: gaps(S, tau).sum() / tau,
        lambda S, tau: gaps(S, tau).mean(),
        lambda S, tau: 0.0,
    ],
    "clean": [
        [0.75 * np.log(3) - 0.5 * np.log(2), np.log(2)],
        [np.log(2), np.log(3)],
        [np.log(3), 0.75 * np.log(3) - 0.5 * np.log(2)],
        [0.0, 0.0],
    ],
    "constant": [
        lambda v, data, noise, ratio: logsumexp(v),
        lambda v, data, noise, ratio: -logsumexp(v),
        lambda v, data, noise, ratio: 0.0,
    ],
    "rate": [mutual_information, lambda R, K: np.log(K), lambda R, K: np.log(K) - mutual_information(R, K)],
    "convex": [
        ((3, 3, -3), (3, -3, 3)),
        ((3, 3, -3), (-3, 3, -3)),
        ((1, 0, 0), (2, 1, 0)),
        ((1, 0), (2, 1)),
    ],
}
