"""Misprints of the chapter that the gate accepts because they are true, and why."""

REASONS = {
    "me-hessian: i for j": "delta_ij / x_i = delta_ij / x_j",
    "me-third-bound: (sign of the side flipped|power dropped|sub flipped|right of sub dropped|left factor dropped)": "weaker: a smaller left side (deviations have mean zero), or a raw second moment for the variance",
    "me-bounds: (log exchanged|log dropped)": "a weaker upper bound: log K < K",
    "me-energy-slope: exponent raised": "a constant factor does not change the derivative of a logarithm",
}
