"""Misprints of the chapter that the gate accepts because they are true, and why."""

REASONS = {
    "log-jensen: (log exchanged|log dropped|left factor dropped)": "an inequality made weaker",
}
