"""Misprints of the chapter that the gate accepts because they are true, and why."""

REASONS = {
    "ig-(fisher|isometry|names): indices exchanged": "F is symmetric",
    "ig-(isometry|names): (sub flipped|right of sub dropped|i for j|j for i)": (
        "a constant added to one deviation, here a multiple of a probability: the mean of the other deviation is 0"
    ),
    "ig-(near|steepest|below): sign of the side flipped": "a number of at most 0 on the smaller side is a weaker claim",
    "ig-near: (left of sub dropped|right of add dropped|left of add dropped|1 off by one)": (
        "a weaker lower bound: what is dropped is positive, or more than 1 is subtracted"
    ),
    "ig-near: add flipped": (
        "a weaker lower bound, with −ρ for ρ; or the step turned round, which has the same range and variance"
    ),
    "ig-near: right factor dropped": "a weaker upper bound: the square of v is at least twice its form with F",
    "ig-near: (sub flipped|right of sub dropped|exponent raised)": "a weaker upper bound: a larger numerator",
    "ig-steepest: right factor dropped": "the left side is then the square of the sum of r − y, which is 0",
    "ig-steepest: (sub flipped|left of sub dropped|right of sub dropped|left factor dropped)": (
        "a larger right side: (r + y)² for (r − y)², y²/r whose sum is larger by 1, or a mean square for the variance"
    ),
    "ig-below: 4 off by one": "a weaker bound: a fifth for a quarter",
}
