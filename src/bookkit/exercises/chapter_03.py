"""The checks of the exercises of chapter 03, softmax."""

import numpy as np

from bookkit.exercises.judging import agree, require
from softxent.softmax import logsumexp, softmax, sparsemax


def hand(attempt):
    found = np.asarray(attempt, dtype=float)
    require(found.shape == (3,), f"three logits are wanted, not an array of shape {found.shape}")
    right = np.allclose(softmax(found), [1 / 7, 2 / 7, 4 / 7], rtol=1e-3, atol=0)
    require(right, "their softmax is another law; three digits after the point are enough")
    require(abs(found.sum()) < 3e-3, "the law is right; now subtract the mean, so that the sum is 0")


def rise(attempt):
    for z, t in (([0.3, -1.0, 2.0], 0.5), ([0.3, -1.0], 0.05), ([-4.0, 0.0, 1.0, 1.5], 0.99)):
        raised = np.array(z)
        raised[0] += attempt(softmax(z)[0], t)
        found = softmax(raised)[0]
        require(abs(found - t) < 1e-9, f"at K = {len(z)} the probability became {found:.4f}, not {t}: compare odds")


def merge(attempt):
    z, groups = np.array([1.0, -2.0, 0.5, 3.0, 0.0]), [[0, 3], [1], [2, 4]]
    wanted = [softmax(z)[group].sum() for group in groups]
    agree(softmax(attempt(z.copy(), groups)), wanted, "the softmax of the coarse logits is not the sum over each group")
    large = np.asarray(attempt(z + 1000, groups), dtype=float)
    require(np.isfinite(large).all(), "logits near 1000 overflow: use logsumexp")
    agree(large, [logsumexp(z[group] + 1000) for group in groups], "logits near 1000 come out wrong")


def sparse(attempt):
    for z in ([0.3, 0.1, -0.2, -3.0], [2.0, 0.0, 1.9], [0.25, 0.5], [5.0, 0.0, 0.0]):
        z, v, step = np.array(z), np.array([1.0, -2.0, 0.5, 3.0])[: len(z)], 1e-6
        wanted = (sparsemax(z + step * v) - sparsemax(z - step * v)) / (2 * step)
        kept = sparsemax(z) > 0
        usual = (
            []
            if kept.all()
            else [
                (v - v.mean(), "classes with probability 0 do not move, and do not count in the mean"),
                (kept * (v - v.mean()), "the mean is that of the classes with p > 0 alone"),
                (kept * v, "the sum of p must not change: subtract a mean"),
            ]
        )
        hint = f"at z = {z.tolist()} a difference quotient gives {wanted.round(3).tolist()}"
        agree(attempt(z.copy(), v.copy()), wanted, hint, usual, rtol=0, atol=1e-7)
