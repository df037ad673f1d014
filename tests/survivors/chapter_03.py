"""Misprints of the chapter that the gate accepts because they are true, and why."""

REASONS = {
    "sm-open: 1 off by one": "a probability is also below 2",
    "sm-shift: (add flipped|right of add dropped|left factor dropped)": "any other common shift changes nothing either",
    "sm-lipschitz: sign of the side flipped": "minus a norm is below everything positive",
    "sm-lipschitz: (left factor dropped|quotient inverted|denominator dropped|1 off by one)": "a larger constant is weaker",
    "sm-cross: 0 off by one": "what is negative is also below 1",
    "sm-hot: (sign of the side flipped|exponent raised)": "a lower bound below 0, or a larger upper bound, is weaker",
    "sm-sandwich: log (exchanged|dropped)": "K and e^K exceed log K, so the bounds are weaker",
    "sm-xor: (left factor dropped|quotient inverted|denominator dropped|1 off by one)": "a larger multiple of a positive sum",
}
