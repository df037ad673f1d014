"""Attempts that the checks of chapter 09a must refuse, each with a hint."""

import numpy as np


def states(messages):
    return sum(np.exp(m) * (1 + s) for m, s, _ in messages if m > -np.inf)


def label(messages):
    return next(y for *_, y in messages if y is not None)


def softmaxed(x, W, classes, lse, label):
    e = np.exp(W[classes] @ x)
    return (e / e.sum() - (np.arange(len(W))[classes] == label)) @ W[classes]


WRONG = {
    "bytes": [(0.098304, 4202.692608), (0.786432, 525.336576), (0.032768, 525.336576), (1, 1)],
    "parts": [
        lambda messages: np.log(states(messages)) - label(messages),
        lambda messages: np.log(states(messages) + np.exp(label(messages))),
        lambda messages: np.log(states(messages) + np.exp(label(messages))) - label(messages),
        lambda messages: 0.0,
    ],
    "input": [
        lambda x, W, classes, lse, label: np.exp(W[classes] @ x - lse) @ W[classes],
        lambda x, W, classes, lse, label: (np.exp(W @ x - lse) - (np.arange(len(W)) == label)) @ W,
        softmaxed,
    ],
}
