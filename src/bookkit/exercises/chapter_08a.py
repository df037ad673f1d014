"""The checks of the exercises of the companion 08a, how large the error can be."""

from fractions import Fraction

import numpy as np

from bookkit.exercises.judging import by_hand, require

EPS = 2.0**-52


def count(attempt):
    E = np.array([0.6, 1.0, 2.0])
    found = [float(attempt(e)) for e in E]
    usual = [
        (4 * E + 8, "the product of the two probabilities is rounded as well"),
        (2 * E + 4.5, "both probabilities carry errors, and in a product they add up"),
        (4 * E + 9.5, "that is reciprocal and product; the text of the exercise has a quotient, one operation"),
        (4 * E + 7.5, "with the largest term apart, one more addition is needed for the sum"),
    ]
    by_hand(found, 4 * E + 8.5, "numerator, denominator, quotient: what does one probability cost?", usual)


def range(attempt):
    top, classes = 124 * np.log(2), np.log(1000)
    usual = [
        ([-np.log(2) - classes, top - classes], "the other classes may be far below: then the sum is exp(m) alone"),
        ([-np.log(2), top], "all classes may be equal: then the sum is 1000 exp(m)"),
        ([0, top - classes], "the sum may be as small as 1/2"),
        ([-np.log(2), 126 * np.log(2) - classes], "a quarter of the reciprocal of the smallest normal number"),
    ]
    by_hand(attempt, [-np.log(2), top - classes], "the sum lies between exp(m) and 1000 exp(m)", usual)


def fast(attempt):
    a, x = (np.float64(number) for number in attempt)
    total = a + x
    require(np.isfinite(total), "the sum must not overflow")
    left = Fraction(float(a)) + Fraction(float(x)) - Fraction(float(total))
    require(abs(a) < abs(x), "for |a| >= |x| it is a theorem that it works")
    found = Fraction(float(x - (total - a)))
    require(found != left, f"the rounding error is {float(left):g}, and fast two-sum gives it: is the sum - a exact?")


def shift(attempt):
    z = np.asarray(attempt, dtype=np.float64)
    require(z.shape == (2,), f"two logits are wanted, not the shape {z.shape}")
    require(np.isfinite(z).all(), "the logits must be finite")
    m, low = float(z.max()), float(z.min())
    require(m - low <= 708, "the smaller probability is not a normal number any more")
    lost = abs(Fraction(low) - Fraction(m) - Fraction(low - m)) / Fraction(EPS)
    require(lost > 0, "the difference is a float: nothing is lost")
    require(lost > 100, f"the shift is off by {float(lost):.3g} eps; where are the floats further apart?")


def signed(attempt):
    rng = np.random.default_rng(8)
    for n in (3, 1000, 100_000):
        x = rng.standard_normal(n)
        x = np.concatenate([x, -x, [1e-10, -3e-11]])
        rng.shuffle(x)
        x[: x.size // 2] *= 1 + EPS
        exact = sum(map(Fraction, x.tolist()))
        promised = abs(exact) * Fraction(1.01 * EPS / 2)
        promised += Fraction(8 * x.size**2 * (EPS / 2) ** 2 * float(np.abs(x).sum()))
        error = abs(Fraction(float(attempt(x.copy()))) - exact)
        require(error <= promised, f"for {x.size} numbers the error is {float(error / promised):.1e} times the bound")
    require(float(attempt(np.zeros(4))) == 0, "the sum of zeros is 0")
