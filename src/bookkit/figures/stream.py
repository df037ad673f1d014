"""Numbers that are merged group by group, in an order that the reader chooses, into one log-sum-exp."""

import numpy as np

from bookkit.figures.element import fixed, show_element
from softxent.softmax import logsumexp


def show_stream(z):
    """The states (m, s) of groups of numbers, m their maximum and s the sum of exp(z − m).

    The reader merges neighbouring groups until one is left; the table takes the numbers one by one.
    """
    if not (2 <= len(z) <= 8 and max(abs(x) for x in z) <= 9):
        raise ValueError(f"z must have two to eight entries, all from -9 to 9, got {z}")
    heads = ["number", "m", "s", "m + log s"]
    caption = "The state (m, s) of the numbers so far, taken one by one, and their log-sum-exp"
    show_element("stream-figure", {"z": z}, caption, heads, stream_rows(z))


def stream_rows(z):
    """After each number: the number, the maximum so far, the sum of exp(z − m), and m + log s."""
    z = np.array(z, dtype=float)
    parts = [z[: n + 1] for n in range(len(z))]
    rows = [(x[-1], x.max(), np.exp(x - x.max()).sum(), logsumexp(x)) for x in parts]
    return [[f"{number:g}".replace("-", "−"), *(fixed(x).replace("-", "−") for x in rest)] for number, *rest in rows]
