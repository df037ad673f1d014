"""Misprints of the chapter that the gate accepts because they are true, and why."""

REASONS = {
    "xent-vertex: (minus dropped|log exchanged|log dropped)": "weaker: the right side is not positive, H(p, q) >= 0",
    "xent-reverse-steps: (add flipped|right of add dropped|1 off by one)":
        "the Jacobian's columns sum to 0, so a constant added to the logarithms changes nothing",
    "xent-convex: (sign of the side flipped|left factor dropped|sub flipped|right of sub dropped|1 off by one)":
        "weaker: -H <= 0, a larger model in the logarithm, or a larger weight on the right",
    "xent-hessian: i for j": "delta_ij is 0 unless i = j",
    "xent-not-convex: (quotient inverted|denominator dropped|1 off by one|2 off by one)": "H_b(t, 1/2) = log 2 for every t",
    "xent-not-convex: (minus dropped|log exchanged|log dropped)": "weaker: the right side becomes negative",
    "xent-log-sum: (log exchanged|log dropped)": "weaker: exp(r) > r > log r",
    "xent-joint: sign of the side flipped": "minus a divergence is not positive",
    "xent-joint: (left|right) of add dropped": "half of the proof: lambda p log(lambda p / mixture) <= lambda p log(p/q)",
    "xent-joint: (left factor dropped|sub flipped|right of sub dropped|1 off by one)":
        "weaker: a larger second argument on the left, or a larger weight on the right",
    "xent-insurance: sign of the side flipped": "minus a cross-entropy is not positive",
    "xent-insurance: right of add dropped": "equality: the proof drops lambda w",
    "xent-insurance: (left factor dropped|sub flipped|right of sub dropped|1 off by one)": "weaker: a larger model on the left",
    "xent-ceiling: (minus dropped|log exchanged|log dropped)": "weaker: log, minus exp, minus x are <= 0; log r < r < exp(r)",
    "xent-ceiling: left of add dropped": "equality: the proof drops (1 - lambda) q_k",
    "xent-ceiling: (right factor|left factor|right of sub|denominator) dropped": "weaker: a larger mixture",
    "xent-ceiling: (sub flipped|1 off by one|quotient inverted)": "weaker: a larger mixture",
    "xent-linear-score: (sign of the side flipped|left of sub dropped)": "weaker: the right side is not positive",
    "xent-pinsker-binary: (sign of the side flipped|left factor dropped|exponent raised|2 off by one)":
        "weaker: |t - s| < 1, so a higher power, a factor less or a minus lowers the right side",
    "xent-(pinsker|bretagnolle): (sign of the side flipped|2 off by one)": "weaker: a smaller multiple of the variation",
    "xent-pinsker: denominator dropped": "weaker: a larger right side",
    "xent-bretagnolle: (sub flipped|right of sub dropped|1 off by one)": "weaker: the variation is at most 1",
    "xent-affinity: (sign of the side flipped|right factor dropped|4 off by one|sub flipped|right of sub dropped)":
        "weaker: the sum is at most 2, or a larger right side",
    "xent-affinity: (1 off by one|exponent raised|2 off by one)": "weaker: the affinity is at most 1",
    "xent-affinity-bound: (sign of the side flipped|log exchanged|log dropped|right factor dropped)":
        "weaker: the left side is >= 0, as the affinity is <= 1 and sqrt(p) >= p",
    "xent-affinity-bound: (left factor dropped|quotient inverted|denominator dropped|1 off by one)":
        "weaker: sqrt(q) >= q makes the left side >= 0, or a larger multiple of the divergence on the right",
    "xent-regret: left of sub dropped": "weaker: it says q_i - q_j <= p_i, and q_i <= q_j",
    "xent-regret: (i for j|j for i)": "one pair of the four terms cancels, and p_i - p_j is left",
    "xent-regret: sub flipped": "weaker: the sum becomes 2",
}
