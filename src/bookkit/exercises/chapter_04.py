"""The checks of the exercises of chapter 04, maximum entropy."""

import numpy as np

from bookkit.exercises.judging import by_hand, require
from softxent.entropy import entropy
from softxent.maxent import gibbs, max_entropy

DIE = np.arange(1, 7)


def two_points(attempt):
    require(abs(attempt(0.5)) < 1e-15, "a fair coin needs no multiplier")
    require(attempt(0.2) < 0 < attempt(0.9), "the sign of the multiplier is that of mu minus the plain mean")
    for mu in (0.1, 0.3, 0.75, 0.999, 1e-9):
        mean = gibbs([0, 1], attempt(mu))[1]
        require(np.isclose(mean, mu, rtol=1e-9, atol=0), f"with your multiplier the mean is {mean:.6g}, not {mu:.6g}")


def mirror(attempt):
    law, multiplier = attempt
    law = np.asarray(law, dtype=float)
    require(law.shape == (6,), "give six probabilities")
    require(np.isclose(law.sum(), 1, rtol=0, atol=4e-3), f"the probabilities add up to {law.sum():.6g}")
    require(np.isclose(law @ DIE, 2.5, rtol=0, atol=0.02), f"your law has the mean {law @ DIE:.4f}")
    best, beta = max_entropy(DIE, 2.5)
    by_hand(law, best, "the mean is right, but the entropy is not the largest")
    by_hand(multiplier, beta, "low faces are favoured: what does that say about the sign?")


def dome(attempt):
    for z, mu in ((DIE, 4.5), (DIE, 2.0), ([0.0, 1.0, 5.0], 3.0)):
        step = 1e-3
        tops = [entropy(max_entropy(z, mu + shift)[0]) for shift in (-step, 0, step)]
        wanted = (tops[0] - 2 * tops[1] + tops[2]) / step**2
        found = attempt(z, mu)
        require(found < 0, "the dome is concave: the second derivative is negative")
        require(np.isclose(found, wanted, rtol=1e-4, atol=0), f"at mean {mu} it is {wanted:.4f}, not {found:.4f}")


def tilted(attempt):
    z, r = np.array([1.0, -2.0, 0.5, 0.5]), np.array([0.1, 0.6, 0.2, 0.1])
    require(np.allclose(attempt(np.zeros(4), r, 2.0), r, rtol=1e-9, atol=0), "with equal scores stay at r")
    require(
        np.allclose(attempt(z, np.full(4, 0.25), 1.0), gibbs(z, 1.0), rtol=1e-9, atol=0),
        "for the uniform reference it is softmax(z / tau)",
    )
    for tau in (0.5, 1.0, 3.0):
        found = np.asarray(attempt(z, r, tau), dtype=float)
        wanted = gibbs(z, 1 / tau, prior=r)
        require(np.allclose(found, wanted, rtol=1e-9, atol=0), f"at tau = {tau} a better policy is {wanted.round(4)}")


def geometric(attempt):
    for mu in (0.1, 1.0, 3.0, 40.0):
        x = attempt(mu)
        require(0 < x < 1, f"the ratio must lie in (0, 1), got {x:.6g}")
        require(
            np.isclose(x / (1 - x), mu, rtol=1e-9, atol=0), f"your law has the mean {x / (1 - x):.6g}, not {mu:.6g}"
        )
