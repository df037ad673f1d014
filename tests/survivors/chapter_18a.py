"""Misprints of the companion that the gate accepts because they are true, and why."""

REASONS = {
    "clinic-twice: sign of the side flipped": "the loss is positive, and minus a positive number is not",
    "clinic-twice: right of add dropped": "the bound becomes log 1 = 0, and a loss of a label is not negative",
    "clinic-twice: left of add dropped": "log((K - 1)/e) is smaller than log(1 + (K - 1)/e), so a weaker bound",
    "clinic-twice: left of sub dropped": "log(1 - 1/e) is negative, so a weaker bound",
    "clinic-twice: 1 off by one": "K - 2 in the place of K - 1 is a weaker bound",
    "clinic-shared-gradient: exponent raised": "a 1 added to all logits adds 1 to the logarithm, and nothing to its slope",
    "clinic-shared-gradient: m for n": "the slope of the sum of Y_nk Z_mk in Z_ni, at the term m = n, is Y_ni too",
    "clinic-shared-gradient: k for i": "the slope of the sum of Y_mi Z_mk in Z_ni, at the term k = i, is Y_ni too",
}
