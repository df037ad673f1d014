"""Softmax at a temperature that the reader chooses, with both limits."""

import numpy as np

from bookkit.figures.element import fixed, show_element, small
from softxent.softmax import entropy_from_logits, softmax


def show_temperature(z, taus):
    """The law softmax(z / τ), its entropy and effective number of classes: z as given, and with its two largest tied.

    The reader chooses τ from 0.05 to 20 and each logit from −6 to 6; the table has the given `taus` and both limits.
    """
    if not (len(z) >= 2 and max(abs(x) for x in z) <= 6):
        raise ValueError(f"z must have at least two entries, all from -6 to 6, got {z}")
    if not all(tau > 0 for tau in taus):
        raise ValueError(f"taus must be positive, got {taus}")
    heads = ["z", "τ", "p", "H(p)", "exp H(p)"]
    rows = [row for logits in (list(z), tied(z)) for row in temperature_rows(logits, taus)]
    caption = f"Probabilities p = softmax(z / τ), their entropy in nats (log {len(z)} is {fixed(np.log(len(z)))})"
    show_element("temperature-figure", {"z": z}, f"{caption}, and the effective number of classes", heads, rows)


def tied(z):
    """The logits with the second largest raised to the largest."""
    second = sorted(range(len(z)), key=lambda k: -z[k])[1]
    return [max(z) if k == second else x for k, x in enumerate(z)]


def temperature_rows(z, taus):
    """One row per temperature; the cold limit is uniform on the top classes, the hot one on all."""
    z = np.array(z, dtype=float)
    cold, hot = np.where(z == z.max(), 0, -np.inf), np.zeros(len(z))
    laws = {"→ 0": cold, **{f"{tau:g}": z / tau for tau in taus}, "→ ∞": hot}
    names = [", ".join(f"{x:g}" for x in z).replace("-", "−")] + [""] * (len(laws) - 1)
    return [
        [name, tau, ", ".join(small(p) for p in softmax(scaled)), fixed(h), fixed(np.exp(h))]
        for name, (tau, scaled) in zip(names, laws.items(), strict=True)
        for h in [entropy_from_logits(scaled)]
    ]
