"""Misprints of the companion that the gate accepts because they are true, and why."""

REASONS = {
    "ent-hessian: i for j": "delta_ij / p_i = delta_ij / p_j",
    "ent-averaging: (sign of the side flipped|add flipped|right of add dropped|left of add dropped)": "weaker: phi >= 0",
    "ent-grouping: i for j": "h(t) = h(1 - t)",
    "ent-renyi-bound: (sign of the side flipped|log exchanged|log dropped)": "weaker: both entropies are >= 0, log K < K",
    "gibbs-jensen: (sign of the side flipped|right factor dropped)": "on full support the right sides are log 1 = 0",
    "gibbs-lost-mass: (denominator dropped|0 off by one)": "weaker: the dropped denominator is < 1",
    "kl-pinsker: (sign of the side flipped|2 off by one)": "weaker: a smaller right side",
    "js-bound: (log exchanged|log dropped|2 off by one)": "weaker: a larger upper bound",
}
