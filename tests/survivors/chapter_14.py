"""Misprints of the chapter that the gate accepts because they are true, and why."""

REASONS = {
    "con-hinge: sign of the side flipped": "a number that is not positive, s_c − max s, below a loss that is not negative",
    "con-hinge: log (exchanged|dropped)": "a weaker upper bound: K, or its exponential, is above log K",
    "con-two-bound: left of sub dropped": "a weaker claim: minus a loss is at most 0, and the information is at least 0",
    "con-read: left factor dropped": "what is dropped is 1/p_c times p_c, which is 1",
}
