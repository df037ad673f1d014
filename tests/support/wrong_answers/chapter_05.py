"""Attempts that the checks of chapter 05 must refuse, each with a hint."""

import numpy as np

from softxent.softmax import softmax


def without_the_inner_derivative(z, y, tau):
    return softmax(z / tau) - y


def inverse_temperature(z, y, tau):
    return tau * (softmax(z * tau) - y)


def unscaled_logits(z, y, tau):
    return (softmax(z) - y) / tau


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


def transposed(X, W, b, labels):
    dW, db = summed(X, W, b, labels)
    return dW.T / len(X), db / len(X)


def one_denominator(X, W, b, labels):
    Z = X @ W.T + b
    P = np.exp(Z - Z.max())
    P /= P.sum()
    P[np.arange(len(P)), labels] -= 1
    return P.T @ X / len(X), P.mean(axis=0)


def whole_columns(X, W, b, labels):
    P = softmax(X @ W.T + b)
    P[:, labels] -= 1
    return P.T @ X / len(X), P.mean(axis=0)


def half_the_digits(X, W, b, labels):
    dW, db = summed(X, W, b, labels)
    return (dW / len(X)).astype(np.float32), (db / len(X)).astype(np.float32)


def half_the_digits_within(X, W, b, labels):
    P = softmax((X @ W.T + b).astype(np.float32)).astype(float)
    P[np.arange(len(P)), labels] -= 1
    return P.T @ X / len(X), P.mean(axis=0)


def target_minus_prediction(X, W, b, labels):
    dW, db = summed(X, W, b, labels)
    return -dW / len(X), -db / len(X)


def plain_mean(p, g):
    return p * (g - g.mean(-1, keepdims=True))


WRONG = {
    "hand": [[0.2, 0.3, 0.5], [-0.2, 0.7, -0.5], [0, -1 / 0.3, 0], [0.2, -0.7, 0.4], [0.2, -0.7], "2/10"],
    "read": [[0.25, 0.25, -0.9, 0.4], [0.25, 0.25, 0.9, 0.4], [0.1, 0.25, 0.25, 0.4], [0.25, 0.25, 0.1]],
    "temperature": [without_the_inner_derivative, inverse_temperature, unscaled_logits, lambda z, y, tau: 0 * z],
    "multihot": [[1.0, 1.0, 0.0], [1 / 3, 1 / 3, 1 / 3], [0.6, 0.4, 0.0]],
    "batch": [
        unstable,
        summed,
        transposed,
        one_denominator,
        whole_columns,
        half_the_digits,
        half_the_digits_within,
        target_minus_prediction,
        lambda X, W, b, labels: None,
    ],
    "vjp": [
        lambda p, g: p * g,
        lambda p, g: p * (g - (p * g).sum()),
        lambda p, g: g - (p * g).sum(-1, keepdims=True),
        lambda p, g: p * (1 - p) * g,
        plain_mean,
    ],
    "stuck": [([[1.0], [1.0]], [0, 0]), ([[1.0], [2.0]], [0, 1]), ([[0.0], [0.0]], [0, 1]), ([1.0, 1.0], [0, 1])],
    "step": [2**-52, 1e-9, 1e-2, -1e-5],
    "rising": [[0.5, 0.4, 0.1], [0.2, 0.8], [1 / 3] * 3, [0.1, 0.8, 0.2], [0.0, 0.9, 0.1], [0.2, 0.4, 0.4]],
}
