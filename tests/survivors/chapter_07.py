"""Misprints of the chapter that the gate accepts because they are true, and why."""

REASONS = {
    "mse-bounded: 2 off by one": "at most 2 is also at most 3",
    "mse-below: (sign of the side flipped|log exchanged|log dropped)": "the left side negative, or the right side larger: x e^x and x are above x log x",
    "mse-ratio: (sign of the side flipped|(left|right) factor dropped|quotient inverted|denominator dropped|1 off by one)": "the left side negative, or a constant above one half",
    "mse-true-bounds: (sign of the side flipped|left factor dropped|right factor dropped|power dropped|exponent raised)": "a smaller lower or a larger upper bound",
    "mse-true-bounds: (2 off by one|4 off by one|1 off by one|sub flipped|right of sub dropped)": "a looser bound again: 1 - p_c is below 1, and a larger exponent makes the lower bound smaller",
    "mse-corner: (sign of the side flipped|right factor dropped|(8|1) off by one|sub flipped|right of sub dropped)": "a larger upper bound, or the left side negative",
    "mse-time-bounds: (sign of the side flipped|(left|right) of (sub|add) dropped|minus dropped|[012] off by one|add flipped|left factor dropped)": "an upper bound for a smaller, or a lower bound for a larger time; each weaker than the printed one",
    "mse-step: (sign of the side flipped|(left|right) of sub dropped|minus dropped|exponent raised|power dropped|(left|right) factor dropped|2 off by one)": "each makes the left side smaller or the right side larger",
    "mse-one-hot: (sign of the side flipped|left factor dropped|quotient inverted|sub flipped|(left|right) of sub dropped|exponent raised|2 off by one)": "each makes the lower bound smaller",
    "mse-influence: (sign of the side flipped|right factor dropped|exponent raised|power dropped|(left|right) of sub dropped|minus dropped|2 off by one|quotient inverted|denominator dropped)": "each makes the left side smaller or the right side larger: the chain has a factor to spare",
    "mse-all-labels-bounds: (sign of the side flipped|left of sub dropped|[12] off by one|right factor dropped|power dropped|sub flipped|right of sub dropped)": "a smaller lower or a larger upper bound",
    "mse-absolute: (left of sub dropped|1 off by one)": "a constant has the derivative 0",
}
