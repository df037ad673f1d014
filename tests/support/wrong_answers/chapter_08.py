"""Attempts that the checks of chapter 08 must refuse, each with a hint."""

import numpy as np


def rounded_up(dtype, count):
    return dtype(np.log(float(np.finfo(dtype).max)) - np.log(count))


def divided(dtype, count):
    return dtype(np.log(float(np.finfo(dtype).max)) / count)


def too_careful(dtype, count):
    x = dtype(np.log(float(np.finfo(dtype).max)) - np.log(count))
    return np.nextafter(np.nextafter(x, dtype(0)), dtype(0))


def by_constant(z, keep):
    z = np.where(keep, z, -1e9)
    e = np.exp(z - z.max(-1, keepdims=True))
    return e / e.sum(-1, keepdims=True)


def by_product(z, keep):
    e = np.exp(z - z.max(-1, keepdims=True)) * keep
    return e / np.maximum(e.sum(-1, keepdims=True), 1e-300)


def undefined_row(z, keep):
    z = np.where(keep, z, -np.inf)
    with np.errstate(all="ignore"):
        e = np.exp(z - z.max(-1, keepdims=True))
        return e / e.sum(-1, keepdims=True)


def warning(z, keep):
    """Right in value; the difference of two kept logits near the ends of the range overflows with a warning."""
    z = np.where(keep, z, -np.inf)
    m = z.max(axis=-1, keepdims=True)
    e = np.exp(z - np.where(np.isfinite(m), m, 0))
    total = e.sum(axis=-1, keepdims=True)
    return e / np.where(total > 0, total, 1)


def fast_two_sum(a, b):
    s = a + b
    return s, b - (s - a)


def wider(a, b):
    s = a + b
    return s, float(a) + float(b) - float(s)


WRONG = {
    "safe": [
        rounded_up,
        divided,
        too_careful,
        lambda dtype, count: dtype(np.log(float(np.finfo(dtype).max))),
        lambda dtype, count: np.log(float(np.finfo(dtype).max)) - np.log(count),
    ],
    "log1mexp": [
        lambda x: np.log(1 - np.exp(-x)),
        lambda x: np.log1p(-np.exp(-x)),
        lambda x: np.log(-np.expm1(-x)),
        lambda x: np.where(x > 1, -np.exp(-x), np.log(-np.expm1(-x))),
    ],
    "masked": [by_constant, by_product, undefined_row, warning],
    "two_sum": [fast_two_sum, wider, lambda a, b: (a + b, type(a)(0)), lambda a, b: (a, b)],
}
