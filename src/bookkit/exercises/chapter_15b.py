"""The checks of the exercises of the companion 15b, averages of models."""

import numpy as np

from bookkit.exercises.judging import agree, by_hand, laws, require
from softxent.softmax import softmax


def hand(attempt):
    root = np.sqrt(0.45)
    usual = [
        ((0.75, 0.7), "the other way round: the arithmetic pool first"),
        ((0.7, root), "normalise the geometric means: both classes have one"),
        ((0.7, 0.9), "that is the product of the probabilities, normalised: take its root first"),
        ((0.7, 0.7), "the average of the logits is not that of the probabilities"),
    ]
    by_hand(attempt, (0.7, 0.75), "the mean of the probabilities, and the geometric mean of the odds", usual)


def pools(attempt):
    rng = np.random.default_rng(15)
    for shape, scale in (((2, 3), 1), ((3, 5, 4), 1), ((3, 2, 4), 1000)):
        Z, w = scale * rng.normal(size=shape), rng.dirichlet(np.ones(shape[0]))
        arithmetic, geometric = np.tensordot(w, softmax(Z), axes=1), softmax(np.tensordot(w, Z, axes=1))
        usual = [
            ((geometric, arithmetic), "the other way round: the arithmetic pool first"),
            ((softmax(Z).mean(0), softmax(Z.mean(0))), "the models have weights"),
            ((arithmetic, softmax(Z.sum(0))), "the logits are averaged, not added"),
            ((arithmetic, arithmetic), "the second pool averages the logits, before the softmax"),
        ]
        found = attempt(Z.copy(), w.copy())
        require(isinstance(found, tuple | list) and len(found) == 2, "return the pair: arithmetic, geometric")
        agree(
            np.stack(found), np.stack([arithmetic, geometric]), f"wrong for logits of the size {scale}", stacked(usual)
        )


def stacked(usual):
    """Pairs of arrays as single arrays."""
    return [(np.stack(pair), hint) for pair, hint in usual]


def veto(attempt):
    P = np.array(laws(attempt, 2, 3))
    require((P > 0).all(), "no zeros: the bounds are about models without them")
    losses = -np.log(P[:, 0])
    means = np.sqrt(P[0] * P[1])
    excess = -np.log(means[0] / means.sum()) - losses.min()
    require(excess >= 5, f"the loss of the geometric pool is {excess:.2f} nats above that of the better model")


def gate(attempt):
    rng = np.random.default_rng(16)
    for low in (1, 2000):
        phi, log_said = rng.normal(size=(5, 3)), -low * rng.random((5, 3))
        g, nu = softmax(phi), softmax(phi + log_said)
        usual = [
            (g - nu, "the loss is a mean over the batch"),
            ((nu - g) / 5, "the sign is turned: the gradient is the gate minus the responsibilities"),
            ((g - softmax(log_said)) / 5, "the responsibilities weigh the probabilities with the gate"),
            (-nu / 5, "that is the derivative in the logarithms of the experts' probabilities"),
        ]
        found = attempt(phi.copy(), log_said.copy())
        agree(found, (g - nu) / 5, f"wrong where the logarithms go down to {-low}", usual)
