"""The checks of the exercises of chapter 06, curvature."""

import numpy as np

from bookkit.exercises.judging import agree, by_hand, require
from softxent.softmax import softmax, softmax_jacobian


def hand(attempt):
    hint = "try the eigenvectors (0, 1, -1) and (1, 1, 1); the third is orthogonal to both"
    usual = [
        ([0.25, 0.375, 0], "these are the eigenvalues; give the largest first"),
        ([0.5, 0.25, 0.25], "these are the probabilities; J is diag(p) minus p p^T"),
    ]
    by_hand(attempt, [3 / 8, 1 / 4, 0], hint, usual)


def temperature(attempt):
    usual = [
        ([5, 5, 0.4], "the Hessian has the inner derivative twice, and the step follows from its bound"),
        ([10, 100, 0.02], "J has a largest eigenvalue of at most one half"),
        ([0.05, 0.005, 400], "a temperature below 1 multiplies by 1 / tau"),
    ]
    hint = "the inner derivative enters once for the map and twice for the Hessian"
    by_hand(attempt, [5, 50, 0.04], hint, usual, rtol=1e-3, atol=0)


def hvp(attempt):
    rng = np.random.default_rng(6)
    X, W, V = rng.normal(size=(5, 2)), rng.normal(size=(3, 2)), rng.normal(size=(3, 2))
    hessian = sum(np.kron(softmax_jacobian(W @ x), np.outer(x, x)) for x in X) / 5
    wanted = (hessian @ V.ravel()).reshape(3, 2)
    P = softmax(X @ W.T)
    usual = [
        (5 * wanted, "that is the sum over the examples; the loss is their mean"),
        ((P * (X @ V.T)).T @ X / 5, "J v is p (v - <p, v>): the mean under p is missing"),
    ]
    agree(attempt(X.copy(), W.copy(), V.copy()), wanted, "each example adds (J V x) x^T / N", usual)


def newton(attempt):
    rng = np.random.default_rng(7)
    for target in (np.array([0.0, 1.0, 0.0, 0.0]), softmax(rng.normal(size=4))):
        z = rng.normal(size=4)
        found = np.asarray(attempt(z.copy(), target.copy()), dtype=float)
        usual = [(softmax_jacobian(z) @ (softmax(z) - target), "that is the gradient itself; solve J v = p - y")]
        agree(softmax_jacobian(z) @ found, softmax(z) - target, "J v is not p - y: divide p - y by p", usual)
        require(abs(found.sum()) < 1e-9, "the entries must add up to 0: subtract their plain mean")


def hidden(attempt):
    x = float(attempt)
    require(x > 0, "x times sigmoid of x is negative for negative x: look to the right of 0")
    require(abs(x / (1 + np.exp(-x)) - 0.5) < 1e-6, "x times sigmoid of x is not one half: bisect between 0 and 2")
