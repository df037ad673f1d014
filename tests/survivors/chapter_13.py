"""Misprints of the chapter that the gate accepts because they are true, and why."""

REASONS = {
    "att-query: (sub flipped|right of sub dropped)": "a constant added to one deviation: the mean of the other is 0",
    "att-range: (sign of the side flipped|left factor dropped|quotient inverted|denominator dropped|1 off by one)": "weaker: a larger right side, or a negative left one",
    "att-saturation: sign of the side flipped": "weaker: a negative left side",
    "att-saturation: (k|j) for i": "the free index of the bound renamed",
    "att-saturation: (left|right) factor dropped": "weaker: the mean deviation is below the range",
    "att-saturation: (2 off by one|sub flipped|right of sub dropped|1 off by one)": "weaker: a larger right side",
}
