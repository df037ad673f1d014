"""Attempts that the checks of chapter 15 must refuse, each with a hint."""

import numpy as np

from softxent.choice import soft_value
from softxent.softmax import softmax

TAU = 1 / np.log(3)


def variance(energies, tau, sign=-1):
    rho = softmax(sign * energies / tau)
    return (rho * (energies - (rho * energies).sum(-1, keepdims=True)) ** 2).sum(-1)


def overflowing(z, Y):
    with np.errstate(all="ignore"):
        return (Y * np.exp(-z)).argmin(-1)


def raised(p, i, h):
    p[i] *= np.exp(h)
    return p


def without_diagonal(p):
    return np.outer(p, p) * (1 - np.eye(len(p)))


def tempered(z, r, tau):
    weights = r * np.exp(z / tau)
    return weights / weights.sum(), tau * np.log(weights.sum())


WRONG = {
    "states": [
        [1 / np.log(4), 0.25, -np.log(4 / 3) / np.log(4)],
        [np.log(3), 0.25, -np.log(3) * np.log(4 / 3)],
        [TAU, 0.25, TAU * np.log(4 / 3)],
        [TAU, 0.25, -np.log(4 / 3)],
        [TAU, 0.75, -TAU * np.log(4 / 3)],
        [TAU, 0.25],
    ],
    "contest": [
        [5 / 8, np.log(8)],
        [5 / 8, np.log(5) + np.euler_gamma],
        [np.log(5) / np.log(10), np.log(8) + np.euler_gamma],
        [0.5, 1.0],
    ],
    "buses": [[1 / 3, 1 / 3, 1 / 3], [1 / 2, 1 / 4, 1 / 4], [0.2, 0.4, 0.4], [0.41421, 0.58579, 0.58579], [0.4, 0.6]],
    "race": [
        lambda z, Y: (z + np.log(Y)).argmax(-1),
        lambda z, Y: Y.argmin(-1),
        lambda z, Y: (z - Y).argmax(-1),
        lambda z, Y: (z - np.log(Y)).argmin(-1),
        overflowing,
    ],
    "silver": [
        lambda p: np.outer(p, p),
        without_diagonal,
        lambda p: without_diagonal(p) / without_diagonal(p).sum(),
        lambda p: (without_diagonal(p) / (1 - p)[:, None]).T,
        lambda p: np.zeros((len(p), len(p))),
    ],
    "heat": [
        lambda e, tau: variance(e, tau),
        lambda e, tau: variance(e, tau) / tau,
        lambda e, tau: variance(e, tau) / tau**3,
        lambda e, tau: variance(e, tau, sign=1) / tau**2,
        lambda e, tau: 0.0,
    ],
    "pivot": [
        raised,
        lambda p, i, h: softmax(p + h * np.eye(3)[i]),
        lambda p, i, h: p + h * p * (np.eye(3)[i] - p[i]),
        lambda p, i, h: p,
    ],
    "quiet": [[2.6, 0.32], [1.4, -0.32], [1.4, 2.0], [1.4, 0.0], [2.0, 0.1]],
    "others": [
        lambda R: np.broadcast_to(R.mean(-1, keepdims=True), R.shape),
        lambda R: (R.sum(-1, keepdims=True) - R) / R.shape[-1],
        lambda R: R - (R.sum(-1, keepdims=True) - R) / (R.shape[-1] - 1),
        lambda R: R.mean(-1),
    ],
    "leash": [
        lambda z, r, tau: (softmax(z / tau), soft_value(z, tau)),
        lambda z, r, tau: (r * np.exp(z / tau), soft_value(z + tau * np.log(r), tau)),
        lambda z, r, tau: (softmax((z + np.log(r)) / tau), soft_value(z, tau)),
        lambda z, r, tau: (tempered(z, r, tau)[0], soft_value(z, tau)),
        lambda z, r, tau: (tempered(z, r, tau)[0], tempered(z, r, tau)[1] / tau),
        lambda z, r, tau: (tempered(z, r, tau)[0], tempered(z, r, tau)[0] @ z),
        lambda z, r, tau: tempered(z, r, tau)[:1],
    ],
}
