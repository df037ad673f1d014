"""Attempts that the checks of chapter 06 must refuse, each with a hint."""

import numpy as np

from softxent.softmax import softmax, softmax_jvp


def labels_kept(X, W, V):
    return (softmax(X @ W.T) * (X @ V.T)).T @ X / len(X)


def summed(X, W, V):
    return softmax_jvp(X @ W.T, X @ V.T).T @ X


def not_centred(z, y):
    return 1 - y / softmax(z)


def gradient(z, y):
    return softmax(z) - y


WRONG = {
    "hand": [[0.25, 0.375, 0], [0.377, 0.25, 0], [0.375, 0.25, 0.002], [0.5, 0.25, 0.25], [0.375, 0.25], "3/8"],
    "temperature": [[5, 5, 0.4], [10, 100, 0.02], [0.05, 0.005, 400], [5, 50, 0.0401]],
    "hvp": [labels_kept, summed, lambda X, W, V: V],
    "newton": [not_centred, gradient, lambda z, y: np.zeros(4)],
    "hidden": [0.5, 0.7388, -0.739, None],
}
