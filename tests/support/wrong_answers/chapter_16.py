"""Attempts that the checks of chapter 16 must refuse, each with a hint."""

import numpy as np

from softxent.geometry import geodesic
from softxent.softmax import softmax


def moment(z, v):
    p = softmax(z)
    return p @ (v - p @ v) ** 3


WRONG = {
    "hand": [[0.75, 1.571], [0.5, 1.571], [0.34375, 1.571], [0.6875, 0.785], [0.6875, 3.14159], [0.6875], [0.5, 1.0]],
    "tosses": [7489.0, 29957.0, 5000 * np.log2(20), 100_000, 150, [14979, 1.0]],
    "angle": [
        lambda p: np.arcsin(np.sqrt(p)),
        lambda p: 2 * np.sqrt(p),
        lambda p: p,
        lambda p: 2 * np.arccos(p),
        lambda p: 0.0,
    ],
    "skew": [
        moment,
        lambda z, v: -moment(z, v) / 6,
        lambda z, v: softmax(z) @ v**3 / 6,
        lambda z, v: softmax(z) @ (v - v.mean()) ** 3 / 6,
        lambda z, v: moment(z, v) / 3,
        lambda z, v: ((v - softmax(z) @ v) ** 3).mean() / 6,
        lambda z, v: 0.0,
    ],
    "middle": [
        lambda p, q: (p + q) / 2,
        lambda p, q: geodesic(p, q, 0.5, kind="exponential"),
        lambda p, q: (np.sqrt(p) + np.sqrt(q)) ** 2 / 4,
        lambda p, q: (np.sqrt(p) + np.sqrt(q)) / (np.sqrt(p) + np.sqrt(q)).sum(),
        lambda p, q: p,
    ],
    "consensus": [
        ([0.6, 0.4, 0.0], [0.0, 0.4, 0.6]),
        ([0.4, 0.55, 0.05], [0.05, 0.55, 0.4]),
        ([0.55, 0.4, 0.05], [0.05, 0.4, 0.55]),
        ([0.6, 0.4], [0.4, 0.6]),
        ([0.6, 0.4, 1e-6], [1e-6, 0.4, 0.6]),
        ([0.6, 0.4, 0.0],),
    ],
    "time": [[0.683, 2.793], [5.585, 0.683], [2.298, 0.683], [2.793, 0.49], [2.793], [1.0, 1.0]],
    "mirror": [
        lambda p, slope, eta: p * np.exp(-eta * slope),
        lambda p, slope, eta: np.maximum(p - eta * slope, 0) / np.maximum(p - eta * slope, 0).sum(),
        lambda p, slope, eta: p * np.exp(eta * slope) / (p * np.exp(eta * slope)).sum(),
        lambda p, slope, eta: softmax(p - eta * slope),
        lambda p, slope, eta: p,
    ],
    "independent": [
        lambda R: R,
        lambda R: np.full((2, 3), 1 / 6),
        lambda R: R.sum(axis=1, keepdims=True) + R.sum(axis=0),
        lambda R: np.sqrt(R.sum(1, keepdims=True) * R.sum(0)) / np.sqrt(R.sum(1, keepdims=True) * R.sum(0)).sum(),
        lambda R: R.sum(axis=0),
    ],
    "volume": [
        [4 * np.pi, 16 * np.pi, 16 * np.pi**2],
        [1.571, 1.571, 1.2337],
        [1.0, 0.5, 1 / 6],
        [3.1416, 6.2832],
        [1.0, 1.0, 1.0],
    ],
}
