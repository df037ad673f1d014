"""The checks of the exercises of chapter 02, cross-entropy."""

import numpy as np

from bookkit.exercises.judging import by_hand, laws, require
from softxent.entropy import kl_divergence


def bits(attempt):
    length, excess = attempt
    usual = [
        (1.75, "that is the cost under the code for p; the words are those of the code for q"),
        (2.25, "the words are right, but the outcomes occur as p says, not equally often"),
        (2.625 * np.log(2), "that is in nats; a code has bits"),
    ]
    by_hand(length, 2.625, "take the words of the code for q, and their mean under p", usual)
    by_hand(excess, 0.875, "subtract what the truth costs under its own code", [(-0.875, "the excess is not negative")])


def votes(attempt):
    loss, floor, excess = attempt
    require(np.isclose(loss, 1.5 * np.log(2), rtol=0, atol=1e-3), "weight the logarithms by the shares of the votes")
    require(np.isclose(floor, np.log(2), rtol=0, atol=1e-3), "the least loss is the entropy of the shares")
    require(np.isclose(excess, 0.5 * np.log(2), rtol=0, atol=1e-3), "the excess is the loss minus its least value")


def project(attempt):
    p = np.array([0.4, 0.1, 0.3, 0.2, 0.0])
    for groups in ([0, 1, 2, 3, 4], [0, 0, 0, 0, 0], [0, 0, 1, 1, 1], [1, 0, 1, 0, 2]):
        groups = np.array(groups)
        wanted = [p[groups == g].sum() / (groups == g).sum() for g in groups]
        found = np.asarray(attempt(p.copy(), groups.copy()), dtype=float)
        require(found.shape == (5,), f"the model is a law of the 5 classes, not of shape {found.shape}")
        require(np.isclose(found.sum(), 1, rtol=1e-9, atol=0), f"for groups {groups} the model does not add up to 1")
        require(np.allclose(found, wanted, rtol=1e-9, atol=1e-15), f"for groups {groups} there is a cheaper model")


def spherical(attempt):
    for q in ([1.0, 0.0], [0.6, 0.8 / 2], [0.2, 0.3, 0.5]):
        q = np.array(q)
        found = np.asarray(attempt(q.copy()), dtype=float)
        require(found.shape == q.shape, f"one charge per outcome: the shape must be {q.shape}, not {found.shape}")
        require((found <= 0).all(), "a charge is minus the probability over the norm, so it is never positive")
        require(np.allclose(found, -q / np.hypot.reduce(q), rtol=1e-9, atol=1e-15), "divide by the Euclidean norm of q")


def sharp(attempt):
    p, q = laws(attempt, 2, 2)
    require(q[0] != q[1], "with equal entries of q the decision is not determined")
    excess, bound = p.max() - p[q.argmax()], np.sqrt(2 * kl_divergence(p, q))
    require(excess > 0, "the decision by q must be the wrong one for p")
    require(excess >= 0.99 * bound, f"the excess error is {excess:.5f}, the bound {bound:.5f}: make both laws fairer")
