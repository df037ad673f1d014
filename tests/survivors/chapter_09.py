"""Misprints of the chapter that the gate accepts because they are true, and why."""

REASONS = {
    "on-gap: (log exchanged|log dropped)": "a weaker upper bound: log K < K < exp K",
    "on-gap: sign of the side flipped": "weaker: a left side that is 0 or less",
}
