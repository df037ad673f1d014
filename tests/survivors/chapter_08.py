"""Misprints of the chapter that the gate accepts because they are true, and why."""

REASONS = {
    "fp-(bounds|gap-mean): (log exchanged|log dropped)": "a weaker upper bound: log K < K < exp K",
    "fp-product-lower: (sign of the side flipped|sub flipped|(left|right) of sub dropped|1 off by one)": "weaker: 1 - lambda > 0 made smaller, or factors of the product made larger",
    "fp-product-upper: (sign of the side flipped|sub flipped|right of sub dropped|1 off by one)": "weaker: factors of the product made smaller, or a larger right side",
    "fp-product-upper: (quotient inverted|denominator dropped)": "weaker: factors at most 1, and the right side is above 1",
    "fp-gap-exponential: (sign of the side flipped|(left|right) factor dropped|log exchanged|log dropped)": "weaker: all sides are >= 0, u < 1 and log K < K < exp K; without its right factor the first side is log 1 = 0",
    "fp-log1p: (left of sub dropped|denominator dropped)": "a weaker lower bound",
    "fp-log1p-scaling: (sign of the side flipped|left factor dropped|(left|right) of add dropped|1 off by one)": "weaker: log increases, lambda < 1, and the middle lies between 0 and log(1 + r)",
    "fp-log1p-scaling: (log exchanged|log dropped)": "a weaker upper bound: log(1 + r) < 1 + r < exp(1 + r)",
    "fp-lse-lipschitz: (sign of the side flipped|right of add dropped)": "weaker: a left side that is 0 or less",
    "fp-lse-lipschitz: add flipped": "the right side does not change with the sign of eta",
    "fp-condition-(bound|positive): (sign of the side flipped|1 off by one)": "weaker: both sides are positive",
    "fp-kl: left of sub dropped": "sum p_k zeta_k = 0: this is the first line of the chain",
    "fp-series: (2 off by one|(left|right) factor dropped|power dropped)": "a weaker upper bound, as 0 < lambda < 1",
    "fp-clip-bound: sign of the side flipped": "weaker: both sides are positive",
    "fp-clip-gradient: sign of the side flipped": "minus 0 is 0",
}
