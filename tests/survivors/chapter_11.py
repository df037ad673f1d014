"""Misprints of the chapter that the gate accepts because they are true, and why."""

REASONS = {
    "cal-entropy-slope: (sub flipped|right of sub dropped|denominator dropped)": (
        "what is subtracted, a constant times the sum of dp_k, is 0, whatever the constant: here LSE of anything"
    ),
    "cal-margin-bounds: (sign of the side flipped|right of add dropped)": "the loss is at least 0, and so is its bound",
    "cal-margin-bounds: left of add dropped": "a weaker lower bound: −m/τ, the logarithm of a part of the sum",
    "cal-margin-bounds: log dropped": "a weaker upper bound: x is above log x",
    "cal-margin-bounds: (1 off by one|sub flipped|right of sub dropped)": (
        "a weaker upper bound: a larger constant, or more rivals than there are"
    ),
    "cal-margin-bounds: exponent raised": "a weaker upper bound: e^(1 − m/τ) for e^(−m/τ)",
    "cal-(merge|spread|trace): sign of the side flipped": "a number below 0 on the left is a weaker claim",
    "cal-spread: (quotient inverted|denominator dropped|right of add dropped)": "a bound of 1 or more is true of any p",
    "cal-spread: (1 off by one|left of add dropped|left factor dropped)": (
        "a weaker bound: a larger numerator, or a smaller denominator with fewer rivals or without the 1"
    ),
    "cal-trace: left of sub dropped": "the left side is then minus a sum of squares",
    "cal-trace: (right factor dropped|2 off by one|sub flipped|right of sub dropped|1 off by one)": (
        "a weaker bound: 2, 3 (1 − p), 2 (1 + p) or 2 (2 − p)"
    ),
}
