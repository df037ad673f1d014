"""Entropies and divergences of two distributions over three outcomes, one of which the reader moves."""

from bookkit.figures.element import fixed, point, show_element
from softxent.entropy import cross_entropy, entropy, kl_divergence


def show_simplex(truths, q):
    """Three outcomes: the reader chooses p among `truths` and moves q; shown are H(p), H(p, q) and both divergences."""
    for k, p in enumerate(truths):
        if len(p) != 3 or min(p) <= 0:
            raise ValueError(f"truths[{k}] must have three positive entries, got {p}")
    if len(q) != 3:
        raise ValueError(f"q must have three entries, got {q}")
    heads = ["p", "q", "H(p)", "KL(p‖q)", "H(p, q)", "KL(q‖p)"]
    rows = [simplex_row(p, other) for p in truths for other in (q, p)]
    show_element("simplex-figure", {"truths": truths, "q": q}, "Entropies and divergences in nats", heads, rows)


def simplex_row(p, q):
    """What the figure shows at one p and q."""
    numbers = [entropy(p), kl_divergence(p, q), cross_entropy(p, q), kl_divergence(q, p)]
    return [point(p, 2), point(q, 2), *(fixed(x) for x in numbers)]
