"""The checks of the exercises of chapter 15, physics, choice and policy."""

import numpy as np

from bookkit.exercises.judging import agree, by_hand, require
from softxent.softmax import softmax


def states(attempt):
    tau = 1 / np.log(3)
    usual = [
        ([1 / np.log(4), 0.25, -np.log(4 / 3) / np.log(4)], "the odds of the upper state are 1 to 3, not 1 to 4"),
        ([np.log(3), 0.25, -np.log(3) * np.log(4 / 3)], "that is the inverse temperature: exp(−1/τ) is 1/3"),
        ([tau, 0.25, tau * np.log(4 / 3)], "the sign of the free energy: it is −τ log Z"),
        ([tau, 0.25, -np.log(4 / 3)], "log Z is still to be multiplied by the temperature"),
        ([tau, 0.75, -tau * np.log(4 / 3)], "the mean energy is the share of the upper state"),
    ]
    by_hand(attempt, [tau, 0.25, -tau * np.log(4 / 3)], "exp(−1/τ) = 1/3, U is a mean, F = −τ log Z", usual)


def contest(attempt):
    usual = [
        ([5 / 8, np.log(8)], "the noise has a mean of its own, Euler's constant"),
        ([5 / 8, np.log(5) + np.euler_gamma], "that is the mean of the third sum, not of the largest"),
        ([np.log(5) / np.log(10), np.log(8) + np.euler_gamma], "shares are proportional to exponentials of the scores"),
    ]
    by_hand(attempt, [5 / 8, np.log(8) + np.euler_gamma], "softmax for the share, log-sum-exp for the mean", usual)


def buses(attempt):
    car = 1 / (1 + np.sqrt(2))
    usual = [
        ([1 / 3, 1 / 3, 1 / 3], "that is plain softmax, with λ = 1"),
        ([1 / 2, 1 / 4, 1 / 4], "that is the limit for λ → 0"),
        ([1 / 5, 2 / 5, 2 / 5], "within the nest divide by λ; the inclusive value is multiplied by λ afterwards"),
        ([1 / (1 + np.sqrt(2)), np.sqrt(2) / (1 + np.sqrt(2)), np.sqrt(2) / (1 + np.sqrt(2))], "the buses share it"),
    ]
    by_hand(attempt, [car, (1 - car) / 2, (1 - car) / 2], "the nest has the score λ log 2, against 0 of the car", usual)


def race(attempt):
    rng = np.random.default_rng(1)
    for z in (np.array([1.0, -2.0, 0.5]), np.array([800.0, 799.0, -800.0]), rng.normal(size=(4, 3))):
        Y = rng.standard_exponential((200, *z.shape))
        usual = [
            ((z + np.log(Y)).argmax(-1), "the noise is −log Y: small Y are good"),
            (Y.argmin(-1), "that takes no notice of the scores"),
            ((z - Y).argmax(-1), "Y itself is no Gumbel noise: −log Y is"),
            ((z - np.log(Y)).argmin(-1), "that is who comes last"),
        ]
        agree(attempt(z.copy(), Y.copy()), (z - np.log(Y)).argmax(-1), "another class has the largest z − log Y", usual)


def silver(attempt):
    for p in (np.array([0.5, 0.3, 0.2]), np.array([0.1, 0.9]), np.array([0.25, 0.25, 0.25, 0.25])):
        off = 1 - np.eye(len(p))
        table = off * np.outer(p / (1 - p), p)
        usual = [
            (np.outer(p, p), "a class cannot come first and second: after i, only the others are left"),
            (off * np.outer(p, p), "that does not add up to 1: divide by what is left without i"),
            (off * np.outer(p, p) / (off * np.outer(p, p)).sum(), "each row must add up to p_i, the chance of first"),
            (table.T, "rows are who comes first"),
        ]
        agree(attempt(p.copy()), table, f"wrong for p = {p}", usual)


def heat(attempt):
    energies = np.array([[0.0, 1.0, 3.0], [2.0, 2.0, -1.0]])
    for tau in (0.5, 2.0):
        rho = softmax(-energies / tau)
        mean = (rho * energies).sum(-1, keepdims=True)
        variance = (rho * (energies - mean) ** 2).sum(-1)
        wrong = softmax(energies / tau)
        turned = (wrong * (energies - (wrong * energies).sum(-1, keepdims=True)) ** 2).sum(-1) / tau**2
        usual = [
            (variance, "a variance over τ²: the two powers of τ are missing"),
            (variance / tau, "one power of τ is missing"),
            (variance / tau**3, "that is the slope of the entropy, one power of τ too many"),
            (turned, "the sign: low energies are likely"),
        ]
        agree(attempt(energies.copy(), tau), variance / tau**2, f"wrong for tau = {tau}", usual)


def pivot(attempt):
    p = np.array([0.5, 0.3, 0.2])
    for i, h in ((0, 1.0), (2, -0.5)):
        raised = p.copy()
        raised[i] *= np.exp(h)
        usual = [
            (raised, "shares must add up to 1: divide by their sum"),
            (softmax(p + h * np.eye(3)[i]), "shares are no scores: their logarithms are"),
            (p + h * p * (np.eye(3)[i] - p[i]), "that is the first order only: h is not small"),
        ]
        agree(attempt(p.copy(), i, h), raised / raised.sum(), f"wrong for i = {i}, h = {h}", usual)


def quiet(attempt):
    usual = [
        ([2.6, 0.32], "that is the mean reward: exchange the weights"),
        ([1.4, -0.32], "the sign of the step: the first action is the better one"),
        ([1.4, 2.0], "the step is (value − baseline) times (1 − q_1)"),
        ([1.4, 0.0], "the step is not 0: its variance is"),
    ]
    by_hand(attempt, [1.4, 0.32], "b is the mean of the values with exchanged weights; the step is s t (u − v)", usual)


def others(attempt):
    rng = np.random.default_rng(2)
    for R in (np.array([1.0, 2.0, 6.0]), rng.normal(size=(4, 5))):
        n, total = R.shape[-1], R.sum(-1, keepdims=True)
        usual = [
            (np.broadcast_to(total / n, R.shape), "that mean includes the reward itself"),
            ((total - R) / n, "there are n − 1 others"),
            (R - (total - R) / (n - 1), "that is the reward less its baseline: give the baseline"),
        ]
        agree(attempt(R.copy()), (total - R) / (n - 1), f"wrong for n = {n}", usual)


def leash(attempt):
    z, r = np.array([1.0, 0.0, 2.0]), np.array([0.7, 0.2, 0.1])
    for tau in (0.5, 2.0):
        found = attempt(z.copy(), r.copy(), tau)
        require(len(found) == 2, "return two things: policy and value")
        weights = r * np.exp(z / tau)
        usual = [
            (softmax(z / tau), "that forgets the reference: it is the answer for a uniform one"),
            (weights, "divide by the sum: a policy adds up to 1"),
            (softmax(z / tau + np.log(r) / tau), "log r is multiplied by τ before it is divided by τ"),
        ]
        agree(found[0], weights / weights.sum(), f"the policy is wrong for tau = {tau}", usual)
        value = tau * np.log(weights.sum())
        usual = [
            (np.log(weights.sum()), "the logarithm is still to be multiplied by τ"),
            (tau * np.log(np.exp(z / tau).sum()), "that is the soft value without a reference"),
            (z @ weights / weights.sum(), "that is the reward alone: the divergence is paid for"),
        ]
        agree(found[1], value, f"the value is wrong for tau = {tau}", usual)
