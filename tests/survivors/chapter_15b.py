"""Misprints of the companion that the gate accepts because they are true, and why."""

REASONS = {
    "pool-arithmetic-loss: minus dropped": "weaker: on the left log p <= 0; a dropped minus on the right would be refused",
    "pool-arithmetic-loss: log (exchanged|dropped)": "weaker: on the left -e^p or -p is negative",
    "pool-arithmetic-loss: left factor dropped": "weaker: without the weights the sum of the losses is larger",
}
