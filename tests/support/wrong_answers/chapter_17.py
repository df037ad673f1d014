"""Attempts that the checks of chapter 17 must refuse, each with a hint."""

import numpy as np


def places_first(W, x, i, j):
    return ((W[i] - W[j]) * x.ravel()).reshape(*x.shape[1:], len(x)).sum(axis=-1)


def for_the_other(W, x, i, j):
    return ((W[j] - W[i]) * x.ravel()).reshape(x.shape).sum(axis=0)


def of_one_class(W, x, i, j):
    return (W[i] * x.ravel()).reshape(x.shape).sum(axis=0)


def to_all_four(a, g):
    return np.kron(g, np.ones((2, 2)))


def of_the_mean(a, g):
    return np.kron(g, np.ones((2, 2))) / 4


def to_the_largest_of_all(a, g):
    return np.where(a == a.max(), np.kron(g, np.ones((2, 2))), 0)


def correlated(image, g):
    padded = np.pad(image, 1)
    rows, columns = image.shape
    return np.array([[(g * padded[i : i + rows, j : j + columns]).sum() for j in range(3)] for i in range(3)])


def flipped(image, g):
    return correlated(image, g)[::-1, ::-1]


def averaged(image, g):
    return correlated(image, g) / g.size


def exchanged(image, g):
    return correlated(image, g).T


def of_constants(u, g, eps):
    return g / np.sqrt(u.var() + eps)


def of_a_constant_variance(u, g, eps):
    return (g - g.mean()) / np.sqrt(u.var() + eps)


def without_eps(u, g, eps):
    v = (u - u.mean()) / u.std()
    return (g - g.mean() - v * (g * v).mean()) / u.std()


def not_averaged(W, residual, height, width):
    return np.ones((W.shape[1], height, width)) * (W.T @ residual)[:, None, None]


def uphill(W, residual, height, width):
    return -not_averaged(W, residual, height, width) / (height * width)


def of_the_features_alone(W, residual, height, width):
    return W.T @ residual / (height * width)


WRONG = {
    "count": [[72, 1152, 2560], [80, 160, 2570], [80, 1168, 10250], [80, 1168, 650], [9, 72, 256]],
    "feature": [[-0.3, 0.5], [0.3, 0.5], [0.5, -0.7, 0.2], [0.3, -0.4], [0.3]],
    "start": [[2, 2], [8, 8], [6, 4], [8, 2], [1, 1]],
    "lost": [[0.999, 0.001996], [0.999, 0.000999], [0.003992, 0.999], [-0.999, -0.003992], [0.999, 0.004]],
    "evidence": [places_first, for_the_other, of_one_class],
    "pool": [to_all_four, of_the_mean, to_the_largest_of_all],
    "filter": [flipped, averaged, exchanged],
    "batchnorm": [of_constants, of_a_constant_variance, without_eps],
    "average": [not_averaged, uphill, of_the_features_alone],
    "noise": [510, 0.5, 0],
}
