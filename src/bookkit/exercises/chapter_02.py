"""The checks of the exercises of chapter 02, cross-entropy."""

import numpy as np

from bookkit.exercises.chapter_01 import laws
from softxent.entropy import kl_divergence


def bits(attempt):
    length, excess = attempt
    assert np.isclose(length, 2.625, rtol=1e-3, atol=0), "take the words of the code for q, and their mean under p"
    assert np.isclose(excess, 0.875, rtol=1e-3, atol=0), "subtract what the truth costs under its own code"


def votes(attempt):
    loss, floor, excess = attempt
    assert np.isclose(loss, 1.5 * np.log(2), rtol=0, atol=1e-3), "weight the logarithms by the shares of the votes"
    assert np.isclose(floor, np.log(2), rtol=0, atol=1e-3), "the least loss is the entropy of the shares"
    assert np.isclose(excess, 0.5 * np.log(2), rtol=0, atol=1e-3), "the excess is the loss minus its least value"


def project(attempt):
    p = np.array([0.4, 0.1, 0.3, 0.2, 0.0])
    for groups in ([0, 1, 2, 3, 4], [0, 0, 0, 0, 0], [0, 0, 1, 1, 1], [1, 0, 1, 0, 2]):
        groups = np.array(groups)
        wanted = [p[groups == g].sum() / (groups == g).sum() for g in groups]
        found = np.asarray(attempt(p.copy(), groups.copy()), dtype=float)
        assert found.shape == (5,), f"the model is a law of the 5 classes, not of shape {found.shape}"
        assert np.isclose(found.sum(), 1, rtol=1e-9, atol=0), f"for groups {groups} the model does not add up to 1"
        assert np.allclose(found, wanted, rtol=1e-9, atol=1e-15), f"for groups {groups} there is a cheaper model"


def spherical(attempt):
    for q in ([1.0, 0.0], [0.6, 0.8 / 2], [0.2, 0.3, 0.5]):
        q = np.array(q)
        found = np.asarray(attempt(q.copy()), dtype=float)
        assert found.shape == q.shape, f"one charge per outcome: the shape must be {q.shape}, not {found.shape}"
        assert (found <= 0).all(), "a charge is minus the probability over the norm, so it is never positive"
        assert np.allclose(found, -q / np.hypot.reduce(q), rtol=1e-9, atol=1e-15), "divide by the Euclidean norm of q"


def sharp(attempt):
    p, q = laws(attempt, 2, 2)
    assert q[0] != q[1], "with equal entries of q the decision is not determined"
    excess, bound = p.max() - p[q.argmax()], np.sqrt(2 * kl_divergence(p, q))
    assert excess > 0, "the decision by q must be the wrong one for p"
    assert excess >= 0.99 * bound, f"the excess error is {excess:.5f}, the bound {bound:.5f}: make both laws fairer"
