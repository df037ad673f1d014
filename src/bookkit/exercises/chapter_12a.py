"""The checks of the exercises of the companion 12a, other losses."""

import numpy as np

from bookkit.exercises.judging import agree, require
from softxent.loss import one_hot
from softxent.softmax import softmax, sparsemax


def sparse(attempt):
    rng = np.random.default_rng(12)
    for shape in ((4,), (5, 3), (2, 3, 4)):
        z, y = 2 * rng.normal(size=shape), rng.dirichlet(np.ones(shape[-1]), size=shape[:-1])
        found = attempt(z.copy(), y.copy())
        require(isinstance(found, tuple | list) and len(found) == 2, "return the pair: loss, gradient")
        q = sparsemax(z)
        away, near = ((y - z) ** 2).sum(axis=-1), ((q - z) ** 2).sum(axis=-1)
        usual = [
            (away - near, "the squares are halved"),
            (away / 2, "the distance to the nearest distribution is subtracted"),
            (((y - q) ** 2).sum(axis=-1) / 2, "that is the distance of the target from sparsemax, not from the logits"),
            ((away - near).sum() / 2, "one loss for each row: sum along the last axis only"),
        ]
        agree(found[0], (away - near) / 2, "the loss is half the difference of two squared distances", usual)
        signs = [
            (y - q, "the sign of the gradient is turned: prediction minus target"),
            (softmax(z) - y, "that is the gradient with softmax: the prediction is sparsemax"),
            (z - y, "that is the first part of the gradient only"),
        ]
        agree(found[1], q - y, "the gradient is prediction minus target", signs)


def margin(attempt):
    rng = np.random.default_rng(13)
    cosines, labels = rng.uniform(-1, 1, size=(6, 4)), rng.integers(4, size=6)
    y = one_hot(labels, 4)
    for kappa, lam in ((2.0, 0.35), (30.0, 0.1)):
        p = softmax(kappa * (cosines - lam * y))
        usual = [
            (p - y, "the inner derivative is missing: each logit is kappa times its cosine"),
            (kappa * (softmax(kappa * cosines) - y), "the probabilities are those with the handicap"),
            (kappa * (softmax(kappa * cosines - lam * y) - y), "the margin is taken from the cosine, before the scale"),
            (kappa * (softmax(kappa * (cosines + lam * y)) - y), "the label is handicapped, not helped"),
            (kappa * (softmax(kappa * (cosines - lam)) - y), "the margin is taken from the label alone"),
            (kappa * (y - p), "the sign is turned"),
        ]
        found = attempt(cosines.copy(), labels.copy(), kappa, lam)
        agree(found, kappa * (p - y), f"it is wrong for kappa = {kappa}, margin = {lam}", usual)
