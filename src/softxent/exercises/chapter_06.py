"""The checks of the exercises of chapter 06, curvature."""

import numpy as np

from softxent.exercises.chapter_05 import agree
from softxent.softmax import softmax, softmax_jacobian


def by_pencil(found, wanted, hint):
    """The found array has the shape and, to three digits, the entries that are wanted: answers found on paper."""
    found = np.asarray(found, dtype=float)
    assert found.shape == np.shape(wanted), f"the shape is {found.shape}, not {np.shape(wanted)}"
    assert np.allclose(found, wanted, rtol=1e-3, atol=1e-9), hint


def hand(attempt):
    hint = "try the eigenvectors (0, 1, -1) and (1, 1, 1); the third is orthogonal to both"
    by_pencil(attempt, [3 / 8, 1 / 4, 0], hint)


def temperature(attempt):
    by_pencil(attempt, [5, 50, 0.04], "the inner derivative enters once for the map and twice for the Hessian")


def hvp(attempt):
    rng = np.random.default_rng(6)
    X, W, V = rng.normal(size=(5, 2)), rng.normal(size=(3, 2)), rng.normal(size=(3, 2))
    hessian = sum(np.kron(softmax_jacobian(W @ x), np.outer(x, x)) for x in X) / 5
    wanted = (hessian @ V.ravel()).reshape(3, 2)
    agree(attempt(X.copy(), W.copy(), V.copy()), wanted, "each example adds (J V x) x^T / N")


def newton(attempt):
    rng = np.random.default_rng(7)
    for target in (np.array([0.0, 1.0, 0.0, 0.0]), softmax(rng.normal(size=4))):
        z = rng.normal(size=4)
        found = np.asarray(attempt(z.copy(), target.copy()), dtype=float)
        agree(softmax_jacobian(z) @ found, softmax(z) - target, "J v is not p - y: divide p - y by p")
        assert abs(found.sum()) < 1e-9, "the entries must add up to 0: subtract their plain mean"


def hidden(attempt):
    x = float(attempt)
    assert abs(x / (1 + np.exp(-x)) - 0.5) < 1e-6, "x times sigmoid of x is not one half: bisect between 0 and 2"
