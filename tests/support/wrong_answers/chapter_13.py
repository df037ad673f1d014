"""Attempts that the checks of chapter 13 must refuse, each with a hint."""

import numpy as np

from softxent.attention import attention
from softxent.softmax import softmax


def without_the_mean(S, lse, V, O, dO):
    return np.exp(S - lse[:, None]) * (dO @ V.T)


def mean_of_the_block(S, lse, V, O, dO):
    return np.exp(S - lse[:, None]) * (dO @ V.T - (dO * O).sum())


def unshifted(S, lse, V, O, dO):
    with np.errstate(all="ignore"):
        return np.exp(S) / np.exp(lse)[:, None] * (dO @ V.T - (dO * O).sum(1, keepdims=True))


def overflowing(s, m):
    with np.errstate(all="ignore"):
        return softmax(s) - m * np.exp(s) / (m * np.exp(s)).sum()


def one_scale_for_all(X, W_Q, W_K, W_V, W_O, heads):
    n, E = X.shape
    Q, K, V = (np.reshape(X @ W, (n, heads, E // heads)).swapaxes(0, 1) for W in (W_Q, W_K, W_V))
    return attention(Q / np.sqrt(heads), K, V).swapaxes(0, 1).reshape(n, E) @ W_O


def without_swapping_back(X, W_Q, W_K, W_V, W_O, heads):
    n, E = X.shape
    Q, K, V = (np.reshape(X @ W, (n, heads, E // heads)).swapaxes(0, 1) for W in (W_Q, W_K, W_V))
    return attention(Q, K, V).reshape(n, E) @ W_O


WRONG = {
    "hand": [(7, 0.75), (5, 0.75 * np.log(3)), (7, 3 / 16 * np.log(3)), (7.01, 0.75 * np.log(3)), 7],
    "recompute": [without_the_mean, mean_of_the_block, unshifted],
    "pointer": [lambda s, m: softmax(s) - m, lambda s, m: softmax(s) - m / m.sum(), overflowing],
    "tie": [1 / np.pi, 2 / np.sqrt(np.pi), 0],
    "heads": [one_scale_for_all, without_swapping_back, lambda X, *W: attention(*(X @ w for w in W[:3])) @ W[3]],
}
