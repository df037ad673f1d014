"""Misprints of the companion that the gate accepts because they are true, and why."""

REASONS = {
    "err-mean: sign of the side flipped": "weaker: a left side that is 0 or less",
    "err-log-three: (sign of the side flipped|add flipped|left of add dropped)": "weaker: a left side below 0",
    "err-log-three: (right of add dropped|log exchanged|log dropped|3 off by one)": "weaker: the left side 0 or over a larger denominator; over log 3 it is log(1 + lambda) <= lambda",
    "err-log-three: (quotient inverted|denominator dropped)": "weaker: a larger right side or a smaller left one, as lambda < 1 < log 3",
    "err-lse-negative: (sign of the side flipped|sub flipped|(left|right) of sub dropped)": "the triangle inequality holds for either sign of either part, and for one of them",
    "err-rest: (sign of the side flipped|left factor dropped|quotient inverted|denominator dropped)": "weaker: a smaller side on the left or a larger one on the right, as 0 < lambda < 1 and r > 0; the first two sides agree in their numerators",
    "err-rest: (1 off by one|(left|right) of add dropped)": "weaker: a denominator on the left made larger, or one on the right made smaller",
    "err-kl-square: (sign of the side flipped|left of sub dropped)": "weaker: a lower bound that is negative, or 0 or less in place of a positive middle",
    "err-kl-square: (exponent raised|2 off by one|quotient inverted|denominator dropped|power dropped)": "weaker for 0 < lambda < 1: a smaller lower bound or a larger upper one",
}
