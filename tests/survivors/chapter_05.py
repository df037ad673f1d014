"""Misprints of the chapter that the gate accepts because they are true, and why."""

REASONS = {
    "grad-jacobian-cases: i for j": "the branch holds only for i = j",
    "grad-jacobian-cases: (left of sub|right factor) dropped": "0 times S is 0, with S or without",
    "(grad-(jacobian-sums|balance)|batch-weights-balance): sign of the side flipped": "minus 0 is 0",
    "batch-weights-balance: right factor dropped": "the sum over the classes is 0 for each example, whatever it multiplies",
    "grad-rate-half: left of sub dropped": "the sum of squares is positive: without it the left side is smaller still",
    "grad-rate-half: (exponent raised|2 off by one)": "a higher power of a probability is smaller, and so is the left side",
    "grad-(components|by-cases): right factor dropped": "the target sums to 1, which is the dropped factor",
}
