"""The checks of the exercises of chapter 05, the gradient of softmax cross-entropy."""

import numpy as np

from softxent.loss import softmax_cross_entropy_gradient
from softxent.softmax import softmax, softmax_jacobian


def agree(found, wanted, hint):
    """The found array has the shape and, to nine digits, the entries that are wanted."""
    found = np.asarray(found, dtype=float)
    assert found.shape == np.shape(wanted), f"the shape is {found.shape}, not {np.shape(wanted)}"
    assert np.allclose(found, wanted, rtol=1e-9, atol=1e-12), hint


def by_hand(found, wanted, hint):
    """The found array has the shape and, to three digits after the point, the entries that are wanted."""
    found = np.asarray(found, dtype=float)
    assert found.shape == np.shape(wanted), f"the shape is {found.shape}, not {np.shape(wanted)}"
    assert np.allclose(found, wanted, rtol=0, atol=1e-3), hint


def hand(attempt):
    by_hand(attempt, [0.2, -0.7, 0.5], "exponentiate, divide by the sum, subtract 1 at the second class")


def temperature(attempt):
    z, y = np.array([1.0, -2.0, 0.5]), np.array([0.2, 0.5, 0.3])
    for tau in (1.0, 0.5, 4.0):
        wanted = (softmax(z / tau) - y) / tau
        agree(attempt(z.copy(), y.copy(), tau), wanted, f"wrong for tau = {tau}: mind the inner derivative")


def multihot(attempt):
    by_hand(attempt, [0.5, 0.5, 0.0], "set the gradient for weights with any sum to zero")


def weights(attempt):
    a, y = np.array([1.0, 2.0, 5.0]), np.array([0.5, 0.3, 0.2])
    agree(attempt(a.copy(), y.copy()), a * y / (a @ y), "it is the theorem with the weights a y: what is their sum?")


def batch(attempt):
    rng = np.random.default_rng(5)
    X, W, b, labels = rng.normal(size=(8, 3)), rng.normal(size=(4, 3)), rng.normal(size=4), rng.integers(4, size=8)
    for scale, name in ((1.0, "ordinary logits"), (1000.0, "logits of 1000")):
        G = softmax_cross_entropy_gradient(X @ (scale * W).T + b, labels) / 8
        dW, db = attempt(X.copy(), scale * W, b.copy(), labels.copy())
        agree(dW, G.T @ X, f"the gradient of W is wrong for {name}")
        agree(db, G.sum(axis=0), f"the gradient of b is wrong for {name}")


def vjp(attempt):
    rng = np.random.default_rng(6)
    z, g = rng.normal(size=(2, 3, 5))
    wanted = (softmax_jacobian(z) @ g[..., None])[..., 0]
    agree(attempt(softmax(z), g.copy()), wanted, "subtract from g its mean under p, row by row, then multiply by p")
