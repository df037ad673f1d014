"""Attempts that the checks of the companion 12a must refuse, each with a hint."""

from softxent.loss import one_hot
from softxent.softmax import softmax, sparsemax


def halves(z, y):
    return ((y - z) ** 2).sum(-1) / 2 - ((sparsemax(z) - z) ** 2).sum(-1) / 2


def forces(cosines, labels, kappa, logits):
    y = one_hot(labels, cosines.shape[-1])
    return kappa * (softmax(logits(y)) - y)


WRONG = {
    "sparse": [
        lambda z, y: halves(z, y),
        lambda z, y: (2 * halves(z, y), sparsemax(z) - y),
        lambda z, y: (((y - z) ** 2).sum(-1) / 2, sparsemax(z) - y),
        lambda z, y: (((y - sparsemax(z)) ** 2).sum(-1) / 2, sparsemax(z) - y),
        lambda z, y: (halves(z, y).sum(), sparsemax(z) - y),
        lambda z, y: (halves(z, y), y - sparsemax(z)),
        lambda z, y: (halves(z, y), softmax(z) - y),
        lambda z, y: (halves(z, y), z - y),
    ],
    "margin": [
        lambda x, n, k, m: forces(x, n, 1, lambda y: k * (x - m * y)),
        lambda x, n, k, m: forces(x, n, k, lambda y: k * x),
        lambda x, n, k, m: forces(x, n, k, lambda y: k * x - m * y),
        lambda x, n, k, m: forces(x, n, k, lambda y: k * (x + m * y)),
        lambda x, n, k, m: -forces(x, n, k, lambda y: k * (x - m * y)),
        lambda x, n, k, m: x,
    ],
}
