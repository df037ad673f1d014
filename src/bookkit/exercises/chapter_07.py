"""The checks of the exercises of chapter 07, cross-entropy beside squared error."""

import numpy as np

from bookkit.exercises.judging import agree, by_hand
from softxent.softmax import softmax, softmax_jacobian


def hand(attempt):
    usual = [
        ([0.2, -0.7, 0.5], "that is p - y, the gradient of the cross-entropy"),
        ([0.024, -0.234, 0.21], "the square has the derivative 2 (p - y)"),
        ([-0.048, 0.468, -0.42], "the signs are turned"),
        ([0.064, -0.294, 0.25], "each probability depends on every logit, not on its own alone"),
    ]
    hint = "subtract the mean residual from each residual, then multiply by 2 p"
    by_hand(attempt, [0.048, -0.468, 0.42], hint, usual)


def step(attempt):
    for eta, K in ((0.1, 2), (0.1, 10), (3.0, 1000)):
        usual = [
            (eta * K, "the two losses differ in more than the mean over K: one of them has a half"),
            (2 * eta / K, "a loss that is divided by K has a smaller gradient, and needs a larger step"),
        ]
        hint = "write one loss as a multiple of the other: mind the half and the K"
        agree(attempt(eta, K), eta * K / 2, hint, usual)


def time(attempt):
    for u0, u1 in ((3.0, 0.0), (1.0, -2.0), (6.0, 5.0)):
        # one over the force 2 p² (1 − p), integrated by Gauss–Legendre
        nodes, weights = np.polynomial.legendre.leggauss(60)
        u = (u0 + u1) / 2 + (u0 - u1) / 2 * nodes
        p = softmax(np.stack([u, 0 * u], axis=-1))
        wanted = (u0 - u1) / 2 * weights @ (1 / (2 * p[:, 0] ** 2 * p[:, 1]))
        usual = [
            (-wanted, "a time is positive: mind which end comes first"),
            (2 * wanted, "a factor of 2: the force is 2 p^2 (1 - p)"),
        ]
        hint = f"wrong from {u0} to {u1}: mirror the logits, and mind which end comes first"
        agree(attempt(u0, u1), wanted, hint, usual)


def concave(attempt):
    hint = "set the second derivative to zero: p (1 - p) = 1/6, then take the logit"
    by_hand(
        attempt, np.log(2 + np.sqrt(3)), hint, [(0.2113, "that is the probability; the question asks for its logit")]
    )


def absolute(attempt):
    for z, c in (([0.5, -1.0, 2.0, 0.0], 0), ([0.5, -1.0, 2.0, 0.0], 2), ([3.0, 3.0], 1)):
        wanted = -2 * softmax_jacobian(z)[c]
        p = softmax(z)
        usual = [
            (-2 * p[c], "that is one factor of the derivative; p_c (delta_kc - p_k) is the rest"),
            (p - np.eye(len(z))[c], "that is the gradient of the cross-entropy"),
        ]
        hint = f"wrong for the label {c}: differentiate 2 (1 - p_c) by every logit"
        agree(attempt(np.array(z), c), wanted, hint, usual)
