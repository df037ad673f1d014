"""Attempts that the checks of the companion 15b must refuse, each with a hint."""

import numpy as np

from softxent.softmax import softmax


def pools(Z, w):
    return np.tensordot(w, softmax(Z), axes=1), softmax(np.tensordot(w, Z, axes=1))


def careless(phi, log_said):
    joint = softmax(phi) * np.exp(log_said)
    with np.errstate(invalid="ignore"):
        return (softmax(phi) - joint / joint.sum(axis=1, keepdims=True)) / len(phi)


WRONG = {
    "hand": [
        (0.75, 0.7),
        (0.7, np.sqrt(0.45)),
        (0.7, 0.9),
        (0.7, 0.7),
        (0.6, 0.75),
    ],
    "pools": [
        lambda Z, w: pools(Z, w)[::-1],
        lambda Z, w: pools(Z, np.full(len(w), 1 / len(w))),
        lambda Z, w: (pools(Z, w)[0], softmax(Z.sum(axis=0))),
        lambda Z, w: (pools(Z, w)[0],) * 2,
        lambda Z, w: pools(Z, w)[0],
    ],
    "veto": [
        ([0.5, 0.4, 0.1], [0.0, 0.9, 0.1]),
        ([0.9, 0.05, 0.05], [0.8, 0.1, 0.1]),
        ([1 - 2e-9, 1e-9, 1e-9], [1e-3, 0.9, 0.099]),
        ([0.5, 0.4, 0.2], [0.1, 0.8, 0.1]),
    ],
    "gate": [
        lambda phi, log_said: softmax(phi) - softmax(phi + log_said),
        lambda phi, log_said: (softmax(phi + log_said) - softmax(phi)) / len(phi),
        lambda phi, log_said: (softmax(phi) - softmax(log_said)) / len(phi),
        lambda phi, log_said: -softmax(phi + log_said) / len(phi),
        careless,
    ],
}
