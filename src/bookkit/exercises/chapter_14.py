"""The checks of the exercises of chapter 14, contrastive learning."""

import itertools

import numpy as np

from bookkit.exercises.judging import agree, by_hand, require
from softxent.contrastive import info_nce, info_nce_gradient, mutual_information_bound
from softxent.loss import softmax_cross_entropy
from softxent.softmax import logsumexp, softmax


def hand(attempt):
    loss = np.log(5 / 3)
    usual = [
        ([loss, 0.6, 0.2, 0.2], "those are the probabilities: one of them has to lose 1"),
        ([loss, 0.4, -0.2, -0.2], "the sign: p minus the target"),
        ([np.log(3), -0.4, 0.2, 0.2], "the loss is −log p, not the score"),
        ([-loss, -0.4, 0.2, 0.2], "a loss is not negative"),
    ]
    by_hand(attempt, [loss, -0.4, 0.2, 0.2], "the exponentials are 3, 1, 1", usual)


def cold(attempt):
    usual = [
        (1 / np.log(255), "two cosines can differ by 2"),
        (np.log(255) / 2, "that is 1/τ"),
    ]
    by_hand(attempt, 2 / np.log(255), "solve log(1 + 255 exp(−2/τ)) = log 2", usual)


def half(attempt):
    usual = [
        (np.log(9) / 0.8, "that is 1/τ"),
        (0.8 / np.log(10), "one half of the push: as much as nine others together, not ten"),
        (0.9 / np.log(9), "what counts is the difference of the cosines"),
    ]
    by_hand(attempt, 0.8 / np.log(9), "its exponential must equal the sum of the nine others", usual)


def simclr(attempt):
    rng = np.random.default_rng(14)
    for N, tau in ((3, 0.5), (5, 0.1)):
        E = _unit(rng.normal(size=(2 * N, 4)))
        S, partner = E @ E.T / tau, np.roll(np.arange(2 * N), N)
        wanted = softmax_cross_entropy(np.where(np.eye(2 * N) == 1, -np.inf, S), partner)
        usual = [
            (softmax_cross_entropy(S, partner), "a row must not be its own candidate"),
            (softmax_cross_entropy(np.where(np.eye(2 * N) == 1, 0, S), partner), "a score of 0 still counts: use −inf"),
            (softmax_cross_entropy(np.where(np.eye(2 * N) == 1, -np.inf, S * tau), partner), "divide by tau"),
        ]
        agree(attempt(E.copy(), tau), wanted, f"wrong for N = {N}, tau = {tau}", usual)


def embeddings(attempt):
    rng = np.random.default_rng(15)
    Q, K, tau = 3 * rng.normal(size=(4, 3)), rng.normal(size=(4, 3)), 0.4
    lengths = [np.linalg.norm(X, axis=1, keepdims=True) for X in (Q, K)]
    U, V = Q / lengths[0], K / lengths[1]
    G = info_nce_gradient(U @ V.T, tau) / 4
    plain = np.array([G @ V, G.T @ U])
    wanted = [(g - (g * E).sum(1, keepdims=True) * E) / r for g, E, r in zip(plain, (U, V), lengths, strict=True)]
    raw = info_nce_gradient(Q @ K.T, tau) / 4
    usual = [
        (plain, "those are the gradients of the normalised embeddings: one factor is left"),
        ([g / r for g, r in zip(plain, lengths, strict=True)], "the part along the embedding itself must go"),
        (np.multiply(wanted, 4), "the mean loss, not the sum"),
        (wanted[::-1], "the other way round: Q first"),
        ([raw @ K, raw.T @ Q], "divide the embeddings by their lengths first"),
    ]
    agree(attempt(Q.copy(), K.copy(), tau), wanted, "the chain rule through the lengths", usual)


def temperature(attempt):
    rng = np.random.default_rng(16)
    for tau in (0.3, 2.0):
        S = rng.normal(size=(5, 5))
        s, p = S / tau, softmax(S / tau)
        gaps = np.diag(s) - (p * s).sum(1)
        usual = [
            (-gaps.mean() / tau, "the sign is turned"),
            (gaps.sum() / tau, "the mean loss, not the sum"),
            (gaps.mean(), "a factor 1/τ is missing"),
            (gaps.mean() / tau**2, "a factor 1/τ too many: the divided scores have one already"),
        ]
        agree(attempt(S.copy(), tau), gaps.mean() / tau, f"wrong for tau = {tau}", usual)


def clean(attempt):
    independent = 0.75 * np.log(3) - 0.5 * np.log(2)
    usual = [
        ([independent, np.log(2)], "the second is no bound: it can exceed log 2"),
        ([np.log(2), np.log(3)], "ties cost something: the loss is not 0 with independent negatives"),
        ([np.log(3), independent], "the other way round"),
        ([np.log(3) - np.log(2), np.log(3)], "take the mean of the logarithms, not the logarithm of the mean"),
    ]
    by_hand(attempt, [independent, np.log(3)], "the loss is the log of the number of candidates that equal X", usual)


def constant(attempt):
    rng = np.random.default_rng(17)
    for K, ratio in ((3, 1), (6, 10)):
        v, noise = rng.normal(size=K), rng.dirichlet(np.ones(K))
        for data in (softmax(v), rng.dirichlet(np.ones(K))):
            wanted = _constant(v, data, noise, ratio)
            fits = np.allclose(data, softmax(v))
            usual = [(logsumexp(v), "the sign: the model is exp(v + b)")]
            usual += [] if fits else [(-logsumexp(v), "right only where the data have the law softmax(v)")]
            usual += [(wanted - np.log(ratio), "log κ belongs to the logit, not to b")] if ratio != 1 else []
            agree(
                attempt(v.copy(), data.copy(), noise.copy(), ratio), wanted, "not the b of least loss", usual, atol=1e-7
            )


def rate(attempt):
    rng = np.random.default_rng(18)
    for shape, K in (((2, 3), 2), ((3, 2), 4)):
        R = rng.dirichlet(np.ones(6)).reshape(shape)
        critic = np.log(R / np.outer(R.sum(1), R.sum(0)))
        wanted = _mean_bound(R, critic, K)
        usual = [
            (np.log(K) - wanted, "that is the mean loss: subtract it from log K"),
            ((R * critic).sum(), "that is the mutual information itself"),
            (_mean_bound(R, np.log(R), K), "the best critic divides by the probability of y"),
        ]
        agree(attempt(R.copy(), K), wanted, f"wrong for a table {shape} and K = {K}", usual)


def convex(attempt):
    require(len(attempt) == 2, "give two points")
    first, second = (np.asarray(point, dtype=float) for point in attempt)
    require(first.shape == second.shape == (3,), "each point has three numbers: q, K1, K2")
    ends = (_pair_loss(first) + _pair_loss(second)) / 2
    middle = _pair_loss((first + second) / 2)
    require(first[0] != second[0], "for one anchor it is convex in the candidates: let q move too")
    require((first[1:] != second[1:]).any(), "for fixed candidates it is convex in the anchor: let them move too")
    require(middle > ends + 1e-9, f"the mean of the two is {ends:.3f}, the loss at the midpoint {middle:.3f}")


def _unit(X):
    return X / np.linalg.norm(X, axis=1, keepdims=True)


def _pair_loss(point):
    q, right, wrong = point
    return info_nce([[q * right, q * wrong]])[0]


def _constant(v, data, noise, ratio):
    """By halving: the derivative of the loss in b increases."""

    def slope(b):
        u = v + b - np.log(noise) - np.log(ratio)
        return (data + ratio * noise) @ (0.5 * (1 + np.tanh(u / 2))) - 1

    low, high = -50.0, 50.0
    for _ in range(60):
        middle = (low + high) / 2
        low, high = (low, middle) if slope(middle) > 0 else (middle, high)
    return (low + high) / 2


def _mean_bound(joint, critic, K):
    """log K − E L, summed over every possible draw, with the partner first."""
    noise, total = joint.sum(0), 0.0
    for x, y in np.ndindex(joint.shape):
        for others in itertools.product(range(len(noise)), repeat=K - 1):
            S = critic[x, [y, *others]][None]
            total += joint[x, y] * noise[list(others)].prod() * mutual_information_bound(S)
    return total
