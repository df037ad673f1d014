"""The checks of the exercises of chapter 12, soft targets and unequal classes."""

import numpy as np

from bookkit.exercises.judging import agree, by_hand, require
from softxent.loss import focal_loss_gradient, one_hot, smooth_labels
from softxent.softmax import softmax


def hand(attempt):
    s, o = [17 / 20, 1 / 20, 1 / 20, 1 / 20], [4 / 5, 1 / 15, 1 / 15, 1 / 15]
    usual = [
        ([o, s], "the order is turned: first the target that is spread over all classes"),
        ([s, s], "the second spreads over the other classes only: the label gets nothing back"),
        ([o, o], "the first spreads over all classes: the label gets its part back"),
        ([[0.8, 0.05, 0.05, 0.05], o], "the first does not add up to 1: the label gets its part back"),
    ]
    by_hand(attempt, [s, o], "take a fifth from the label, spread it over four classes, or over three", usual)


def convert(attempt):
    for omega, K in ((0.1, 10), (0.25, 2), (0.1, 1000)):
        wanted = omega * K / (K - 1)
        usual = [
            (omega, "the conventions differ: the label would keep more than in the paper"),
            (omega * (K - 1) / K, "that is the way back: from torch's share to the other"),
        ]
        agree(attempt(omega, K), wanted, f"the label must keep 1 - omega, for omega = {omega}, K = {K}", usual)


def gap(attempt):
    usual = [
        (np.log(0.9 / 0.1 * 49_999), "that is the gap of the other convention, over the K - 1 other classes"),
        (np.log(0.9 / (0.1 / 50_000)), "the label gets its own part of the spread back"),
        (np.log(9), "the tenth is shared by 50 000 classes"),
    ]
    wanted = np.log(1 + 50_000 * 9)
    apart = [(mistake, hint) for mistake, hint in usual if abs(mistake - wanted) > 1e-3]
    by_hand(attempt, wanted, "the logarithm of the label's share over that of another class", apart)


def floor(attempt):
    for epsilon, K in ((0.1, 10), (0.3, 2), (0.0, 5), (1.0, 4)):
        target = smooth_labels(one_hot(0, K), epsilon)
        other = smooth_labels(one_hot(0, K), epsilon, among="others")
        floors = [-(y[y > 0] * np.log(y[y > 0])).sum() for y in (target, other)]
        value = float(attempt(epsilon, K))
        require(not np.isnan(value), f"for epsilon = {epsilon} it is NaN: 0 log 0 counts as 0")
        usual = [
            (floors[1], "that is the floor of the other convention"),
            (floors[0] / np.log(2), "that is in bits: take the natural logarithm"),
            (-np.log(target[0]), "every class with a share counts, not only the label"),
            (0.0, "a soft target has an entropy above 0"),
        ]
        agree(value, floors[0], f"it is the entropy of the target: wrong for epsilon = {epsilon}, K = {K}", usual)


def distil(attempt):
    rng = np.random.default_rng(12)
    for scale, name in ((1.0, "ordinary logits"), (1000.0, "logits of 1000")):
        Z, T = scale * rng.normal(size=(2, 6, 4))
        for tau in (4.0, 0.5):
            difference = (softmax(Z / tau) - softmax(T / tau)) / 6
            usual = [
                (difference / tau, "that is without the factor tau squared"),
                (difference, "tau squared, times the inner derivative 1 / tau, leaves a tau"),
                (tau**2 * difference, "the inner derivative of z / tau is missing"),
                (6 * tau * difference, "that is the gradient of the sum, not of the mean"),
                (-tau * difference, "the sign is turned: student minus teacher"),
                (tau * (softmax(Z) - softmax(T)) / 6, "the probabilities are those at the temperature tau"),
            ]
            found = np.asarray(attempt(Z.copy(), T.copy(), tau))
            require(np.isfinite(found).all(), f"it is not finite for {name}: does exp overflow?")
            agree(found, tau * difference, f"it is wrong for {name}, tau = {tau}", usual)


def weights(attempt):
    pi = np.array([0.9, 0.09, 0.01])
    usual = [
        (1 / pi, "right up to a factor: the mean under the frequencies is to be 1"),
        (pi, "the rare class needs the large weight"),
        (1 / pi / (1 / pi).sum(), "right up to a factor: the mean under the frequencies is to be 1, not the sum"),
    ]
    by_hand(attempt, 1 / (3 * pi), "divide the frequency that is wanted by the one that is there", usual)


def clinic(attempt):
    usual = [
        (0.5 * 0.2 / (0.5 * 0.2 + 0.5 * 0.8), "the old frequencies are to be divided out"),
        (0.2 * 0.01 / (0.2 * 0.01 + 0.8 * 0.99), "that is the wrong direction: there are more ill people now"),
        (0.5, "the patient was found conspicuous: one fifth against one in a hundred"),
        (10.0, "normalise: the two probabilities add up to 1"),
        (20 / 21, "the healthy side changes, too: divide by 99 hundredths"),
    ]
    by_hand(attempt, 99 / 103, "multiply each probability by new over old frequency, then normalise", usual)


def unfocal(attempt):
    rng = np.random.default_rng(12)
    for shape in ((5,), (3, 4), (2, 3, 2)):
        p = rng.dirichlet(np.ones(shape[-1]), size=shape[:-1])
        for gamma in (2.0, 0.5, 0.0):
            y = np.asarray(attempt(p.copy(), gamma), dtype=float)
            require(y.shape == p.shape, f"the shape is {y.shape}, not {p.shape}")
            require(np.isfinite(y).all(), "it is not finite")
            require(np.allclose(y.sum(axis=-1), 1), "the probabilities must add up to 1 in each row")
            require(gamma == 0 or not np.allclose(y, p, rtol=1e-6), "that is what the model reports")
            left = focal_loss_gradient(np.log(p), y, gamma)
            require(np.allclose(left, 0, rtol=0, atol=1e-9), f"with this truth p is no optimum for gamma = {gamma}")
