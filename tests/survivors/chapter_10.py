"""Misprints of the chapter that the gate accepts because they are true, and why."""

REASONS = {
    "ml-constant: (log exchanged|log dropped|minus dropped|right factor dropped)": "a smaller lower bound: the mutated last side is negative, or 1 less",
    "ml-family: k for i": "the delta makes k equal to i",
    "ml-(score-mean|general-score): sign of the side flipped": "minus zero is zero",
    "ml-second: (k for j|sub flipped|right of sub dropped)": "the targets are constants: their sign, their index and their absence leave no trace in a derivative",
    "ml-(recession|unbounded): sign of the side flipped": "weaker: the lower bound is not positive",
    "ml-unbounded: k for i": "weaker: the lower bound is 0 or negative",
    "ml-third: sign of the side flipped": "weaker: a left side that is not positive",
    "ml-bounded: (minus dropped|log exchanged|log dropped|1 off by one|exponent raised|sub flipped|right of sub dropped"
    "|k for i)": "weaker: a left side that is smaller, or a larger upper bound",
    "ml-range: (sign of the side flipped|sub flipped|right of sub dropped|left of sub dropped|2 off by one)": "weaker: one logit, or a sum of two, obeys the same bound; or a larger constant",
    "ml-lipschitz: (sign of the side flipped|power dropped|exponent raised|left of sub dropped|right of sub dropped"
    "|2 off by one)": "weaker: a smaller left side or a larger constant",
}
