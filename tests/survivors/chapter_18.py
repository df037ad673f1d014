"""Misprints of the chapter that the gate accepts because they are true, and why."""

REASONS = {
    "ws-shift: (add flipped|right of add dropped|left factor dropped)": (
        "softmax is the same for every shift: minus a, none, 1"
    ),
    "ws-family: left factor dropped": "the factor is the sum of the target's entries, which is 1",
    "ws-norms: (sign of the side flipped|left factor dropped|quotient inverted|left of sub dropped|exponent raised)": (
        "a weaker lower bound: a factor of 1 or less in place of K/(K − 1), or a third power of 1 − p"
    ),
    "ws-norms: (sub flipped|right of sub dropped|2 off by one|right factor dropped|power dropped|1 off by one)": (
        "a weaker bound: below K/(K + 1), 1 or a third power; above 2, 3 (1 − p)², 2 (1 − p), 2 (1 + p)² or 2 (2 − p)²"
    ),
    "ws-mean-gap: (sign of the side flipped|right of add dropped|left of add dropped|left factor dropped|1 off by one)": (
        "a weaker lower bound: a number of at most 0, or the logarithm of a part of the sum, with fewer rivals"
    ),
    "ws-smallest-gap: (minus dropped|log exchanged|log dropped)": (
        "the left side is then negative, or the right side is x or exp x in place of log x"
    ),
    "ws-smallest-gap: (1 off by one|sub flipped|right of sub dropped|exponent raised)": (
        "a weaker upper bound: a larger constant, more rivals, or e times the terms"
    ),
    "ws-hinge: sign of the side flipped": "the largest u is at least 0, that of the label, and so is the middle",
    "ws-hinge: (log exchanged|log dropped)": "a weaker upper bound: K or exp K in place of log K",
    "ws-hinge-gradient: exponent raised": "e times the sum adds the constant τ to the function",
    "ws-hot: denominator dropped": "a weaker upper bound: 1 in place of 1/8",
}
