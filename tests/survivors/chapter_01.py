"""Misprints of the chapter that the gate accepts because they are true, and why."""

REASONS = {
    "joint-parts: sign of the side flipped": "weaker: entropies are >= 0",
    "log-jensen: (log exchanged|log dropped|left factor dropped)": "an inequality made weaker",
}
