"""A reliability diagram at a temperature and a number of bins that the reader chooses."""

import numpy as np

from bookkit.figures.element import fixed, show_element
from softxent.calibration import expected_calibration_error
from softxent.loss import softmax_cross_entropy
from softxent.softmax import softmax

HEADS = ["images", "τ", "bins", "log loss", "accuracy", "mean confidence", "ECE"]


def show_reliability(parts, taus, bins):
    """The reliability diagram of logits over τ; `parts` maps names to pairs of logits (N, K) and labels (N,).

    The reader chooses the part, τ from 0.2 to 5 and 1 to 30 bins; the table has the given `taus` and `bins`. Logits are
    rounded to two decimals.
    """
    for name, (z, labels) in parts.items():
        if np.ndim(z) != 2 or np.shape(labels) != (len(z),) or not len(z):
            raise ValueError(f"parts[{name!r}] must have logits (N, K) and labels (N,), got {np.shape(z)}")
    if not all(tau > 0 for tau in taus):
        raise ValueError(f"taus must be positive, got {taus}")
    if not all(1 <= b <= 30 for b in bins):
        raise ValueError(f"bins must lie from 1 to 30, got {bins}")
    rounded = {name: (np.round(z, 2) + 0.0, np.asarray(labels)) for name, (z, labels) in parts.items()}
    data = {name: {"z": z.tolist(), "labels": labels.tolist()} for name, (z, labels) in rounded.items()}
    rows = [reliability_row(name, *rounded[name], tau, b) for name in rounded for tau in taus for b in bins]
    show_element("reliability-figure", {"parts": data}, "Calibration of softmax(z / τ)", HEADS, rows)


def reliability_row(name, z, labels, tau, bins):
    """One row of the table: what the figure shows below the diagram."""
    p = softmax(z / tau)
    confidence, correct = p.max(axis=1), p.argmax(axis=1) == labels
    error = expected_calibration_error(confidence, correct, bins=bins)
    numbers = (softmax_cross_entropy(z / tau, labels).mean(), correct.mean(), confidence.mean(), error)
    return [name, f"{tau:g}", str(bins), *map(fixed, numbers)]
