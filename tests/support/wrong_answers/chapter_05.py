"""Attempts that the checks of chapter 05 must refuse, each with a hint."""

import numpy as np

from softxent.softmax import softmax


def without_the_inner_derivative(z, y, tau):
    return softmax(z / tau) - y


def inverse_temperature(z, y, tau):
    return tau * (softmax(z * tau) - y)


def unstable(X, W, b, labels):
    with np.errstate(all="ignore"):
        P = np.exp(X @ W.T + b)
        P /= P.sum(axis=1, keepdims=True)
    P[np.arange(len(P)), labels] -= 1
    return P.T @ X / len(P), P.mean(axis=0)


def summed(X, W, b, labels):
    Z = X @ W.T + b
    P = softmax(Z)
    P[np.arange(len(P)), labels] -= 1
    return P.T @ X, P.sum(axis=0)


WRONG = {
    "hand": [[0.2, 0.3, 0.5], [-0.2, 0.7, -0.5], [0.2, -0.7], "2/10"],
    "temperature": [without_the_inner_derivative, inverse_temperature],
    "multihot": [[1.0, 1.0, 0.0], [1 / 3, 1 / 3, 1 / 3]],
    "weights": [lambda a, y: y, lambda a, y: a * y],
    "batch": [unstable, summed, lambda X, W, b, labels: None],
    "vjp": [lambda p, g: p * g, lambda p, g: p * (g - (p * g).sum()), lambda p, g: g - (p * g).sum(-1, keepdims=True)],
}
