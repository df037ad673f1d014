"""Misprints of the chapter that the gate accepts because they are true, and why."""

REASONS = {
    "grad-numerator: i for j": "delta_ij e^{z_i} = delta_ij e^{z_j}",
    "grad-jacobian: i for j": "the delta is 0 unless i = j",
    "grad-jacobian-cases: i for j": "the branch holds only for i = j",
    "(grad-(column-sums|row-sums|balance)|batch-weights-balance): sign of the side flipped": "minus 0 is 0",
    "grad-(components|by-cases): right factor dropped": "the target sums to 1, which is the dropped factor",
}
