"""The checks of the exercises of chapter 07, cross-entropy beside squared error."""

import numpy as np

from softxent.exercises.chapter_05 import agree
from softxent.exercises.chapter_06 import by_pencil
from softxent.softmax import softmax, softmax_jacobian


def hand(attempt):
    by_pencil(attempt, [0.048, -0.468, 0.42], "subtract the mean residual from each residual, then multiply by 2 p")


def step(attempt):
    for eta, K in ((0.1, 2), (0.1, 10), (3.0, 1000)):
        agree(attempt(eta, K), eta * K / 2, "write one loss as a multiple of the other: mind the half and the K")


def time(attempt):
    for u0, u1 in ((3.0, 0.0), (1.0, -2.0), (6.0, 5.0)):
        # one over the force 2 p² (1 − p), integrated by Gauss–Legendre
        nodes, weights = np.polynomial.legendre.leggauss(60)
        u = (u0 + u1) / 2 + (u0 - u1) / 2 * nodes
        p = softmax(np.stack([u, 0 * u], axis=-1))
        wanted = (u0 - u1) / 2 * weights @ (1 / (2 * p[:, 0] ** 2 * p[:, 1]))
        agree(attempt(u0, u1), wanted, f"wrong from {u0} to {u1}: mirror the logits, and mind which end comes first")


def concave(attempt):
    hint = "set the second derivative to zero: p (1 - p) = 1/6, then take the logit"
    by_pencil(attempt, np.log(2 + np.sqrt(3)), hint)


def absolute(attempt):
    for z, c in (([0.5, -1.0, 2.0, 0.0], 0), ([0.5, -1.0, 2.0, 0.0], 2), ([3.0, 3.0], 1)):
        wanted = -2 * softmax_jacobian(z)[c]
        agree(attempt(np.array(z), c), wanted, f"wrong for the label {c}: differentiate 2 (1 - p_c) by every logit")
