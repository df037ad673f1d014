"""The checks of the exercises of chapter 08, log-sum-exp in floating point."""

import math
import warnings
from fractions import Fraction

import numpy as np

from bookkit.exercises.judging import require

# log(1 − exp(−x)) to 17 digits, from mpmath with 400 digits
LOG1MEXP = {
    1e-20: -46.051701859880914,
    1e-5: -11.512930464966062,
    0.5: -0.93275212956718857,
    1.0: -0.45867514538708189,
    5.0: -0.0067607494494885578,
    40.0: -4.2483542552915890e-18,
    700.0: -9.8596765437597709e-305,
}


def safe(attempt):
    for dtype in (np.float16, np.float32, np.float64):
        for count in (1, 2, 10, 50_000):
            threshold = math.log(float(np.finfo(dtype).max)) - math.log(count)
            x, place = attempt(dtype, count), f"for {dtype.__name__} and K = {count}"
            require(float(dtype(x)) == float(x), f"{place}: {x} is no {dtype.__name__}")
            slack = 1e-13 if dtype is np.float64 else 0
            require(float(x) <= threshold + slack, f"{place}: K exp({float(x):.6g}) is more than the largest number")
            above = float(np.nextafter(dtype(x), dtype(np.inf)))
            require(above > threshold - slack, f"{place}: {above:.6g} would still be safe")


def log1mexp(attempt):
    x = np.array(list(LOG1MEXP))
    with np.errstate(all="ignore"):
        found = np.asarray(attempt(x), dtype=float)
    require(found.shape == x.shape, f"one value for each x: shape {x.shape}, not {found.shape}")
    for value, wanted, place in zip(found, LOG1MEXP.values(), x, strict=True):
        require(np.isclose(value, wanted, rtol=4e-15, atol=0), f"at x = {place:g} it is {wanted:.6g}, not {value:.6g}")


def masked(attempt):
    inf, nan = np.inf, np.nan
    z = np.array([[1.0, 2.0, 3.0], [1000.0, 1000.0, -1000.0], [nan, 0.0, inf], [5.0, nan, inf], [1e308, -1e308, 0.0]])
    keep = np.array([[True, True, True], [True, True, False], [False, True, False], 3 * [False], [True, True, False]])
    e = np.exp([-2.0, -1.0, 0.0])
    wanted = np.array([e / e.sum(), [0.5, 0.5, 0.0], [0.0, 1.0, 0.0], [0.0, 0.0, 0.0], [1.0, 0.0, 0.0]])
    with np.errstate(over="warn", divide="warn", invalid="warn"), warnings.catch_warnings():
        warnings.simplefilter("error")
        found = np.asarray(attempt(z.copy(), keep.copy()))
        single = np.asarray(attempt(z[1].copy(), keep[1].copy()))
    require(found.shape == z.shape, f"the result has the shape of z, {z.shape}, not {found.shape}")
    for row, (value, right) in enumerate(zip(found, wanted, strict=True)):
        require(np.allclose(value, right, rtol=1e-14, atol=0), f"row {row} with keep {keep[row]} gives {value}")
    require(np.allclose(single, wanted[1], rtol=1e-14, atol=0), "a single row without batch axes must work too")


def two_sum(attempt):
    rng = np.random.default_rng(8)
    for dtype in (np.float32, np.float64):
        for a, b in (rng.normal(size=(200, 2)) * 2.0 ** rng.integers(-20, 20, size=(200, 2))).astype(dtype):
            s, e = attempt(a, b)
            require(s == a + b, f"the first part is the rounded sum of {a} and {b}")
            require(np.asarray(e).dtype == dtype, f"compute in {dtype.__name__}, the type of the arguments")
            exact = Fraction(float(a)) + Fraction(float(b))
            require(Fraction(float(s)) + Fraction(float(e)) == exact, f"the parts do not add up to {a} + {b} exactly")
