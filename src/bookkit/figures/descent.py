"""Gradient descent on two logits: cross-entropy beside squared error."""

import numpy as np

from bookkit.figures.element import show_element, small
from softxent.loss import softmax_cross_entropy_gradient, squared_error_gradient
from softxent.softmax import softmax

DESCENTS = {"cross-entropy": softmax_cross_entropy_gradient, "squared error": squared_error_gradient}


TABLED_STEPS = (0, 10, 100, 1000)


def show_descent(gap, eta, gaps):
    """Gradient descent on two logits from (0, gap), class 1 being true: cross-entropy beside squared error.

    The reader chooses the gap from 0 to 12 and the step size η from 0.1 to 10; the table has the given `gaps`.
    """
    if not all(0 <= a <= 12 for a in (gap, *gaps)):
        raise ValueError(f"gap and gaps must lie from 0 to 12, got {gap} and {gaps}")
    if not 0.1 <= eta <= 10:
        raise ValueError(f"eta must lie from 0.1 to 10, got {eta}")
    heads = ["gap", "descent on", "gradient", *(f"p₁ after {n}" for n in TABLED_STEPS)]
    rows = [descent_row(a, eta, name) for a in gaps for name in DESCENTS]
    caption = f"Length of the first gradient, and probability of the true class after some steps of size {eta:g}"
    show_element("descent-figure", {"gap": gap, "eta": eta}, caption, heads, rows)


def descent_row(gap, eta, name):
    """What one descent has reached after 0, 10, 100, 1000 steps."""
    p = softmax(descent_path(DESCENTS[name], gap, eta, TABLED_STEPS[-1]))[:, 0]
    first = np.linalg.norm(DESCENTS[name]([0, gap], 0))
    return [f"{gap:g}", name, small(first), *(small(p[n]) for n in TABLED_STEPS)]


def descent_path(gradient, gap, eta, steps):
    """The logits at each step, from (0, gap) for the label 0: shape (steps + 1, 2)."""
    path = [np.array([0, gap], dtype=float)]
    for _ in range(steps):
        path.append(path[-1] - eta * gradient(path[-1], 0))
    return np.array(path)
