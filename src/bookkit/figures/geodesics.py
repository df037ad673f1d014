"""Three lines between two distributions over three classes, each of them straight in its own way."""

import numpy as np

from bookkit.figures.element import fixed, point, show_element
from softxent.softmax import softmax

NODES, WEIGHTS = np.polynomial.legendre.leggauss(100)
TIMES, WEIGHTS = (NODES + 1) / 2, WEIGHTS / 2
HEADS = ["line", "t", "point at t", "length"]
LEAST = 0.01


def show_geodesics(p, q, ts):
    """The mixture line, the exponential line and the Fisher–Rao arc from p to q; no entry of either is below 0.01.

    The reader moves p, q and t from 0 to 1; the table has the points at the given `ts`, and the Fisher–Rao lengths.
    """
    for name, x in (("p", p), ("q", q)):
        if len(x) != 3 or min(x) < LEAST or abs(sum(x) - 1) > 1e-9:
            raise ValueError(f"{name} must be three probabilities of {LEAST} or more, got {x}")
    if not all(0 <= t <= 1 for t in ts):
        raise ValueError(f"ts must lie from 0 to 1, got {ts}")
    ends, t = (np.array(p, dtype=float), np.array(q, dtype=float)), np.array(ts, dtype=float)
    rows = [row for name, line in LINES.items() for row in line_rows(name, line, *ends, t)]
    caption = f"Three lines from p = {point(p, 2)} to q = {point(q, 2)}, and their Fisher–Rao lengths"
    show_element("geodesics-figure", {"p": list(p), "q": list(q)}, caption, HEADS, rows)


def line_rows(name, line, p, q, ts):
    """One row for each t; the length stands in the first."""
    path, _ = line(p, q, ts)
    _, speed = line(p, q, TIMES)
    length = fixed(WEIGHTS @ speed)
    first = [name, length], *[["", ""]] * (len(ts) - 1)
    return [[start, f"{t:g}", point(x, 3), end] for (start, end), t, x in zip(first, ts, path, strict=True)]


def mixture(p, q, t):
    """The points (1 − t) p + t q, and the Fisher–Rao speed there, the root of Σ (q − p)² / point."""
    path = p + np.multiply.outer(t, q - p)
    return path, np.sqrt(((q - p) ** 2 / path).sum(axis=1))


def exponential(p, q, t):
    """The points proportional to p^(1 − t) q^t; the speed is the standard deviation of log(q / p)."""
    path, ratio = softmax(np.log(p) + np.multiply.outer(t, np.log(q / p))), np.log(q / p)
    mean = path @ ratio
    return path, np.sqrt((path * (ratio - mean[:, None]) ** 2).sum(axis=1))


def arc(p, q, t):
    """The squares of the points of the great circle from √p to √q; the speed is twice the angle between these."""
    a, b = np.sqrt(p), np.sqrt(q)
    angle = 2 * np.arcsin(np.linalg.norm(a - b) / 2)
    if angle == 0:
        return np.broadcast_to(p, (len(t), 3)), np.zeros(len(t))
    root = np.multiply.outer(np.sin((1 - t) * angle), a) + np.multiply.outer(np.sin(t * angle), b)
    return (root / np.sin(angle)) ** 2, np.full(len(t), 2 * angle)


LINES = {"mixture": mixture, "exponential": exponential, "Fisher–Rao arc": arc}
