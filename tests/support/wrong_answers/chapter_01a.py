"""Attempts that the checks of the companion 01a must refuse, each with a hint."""

WRONG = {
    "mean": [3, 2.8, 2.122, 2.0],
    "foreign": [4.12276, 4.09911, 4.15233, 4.22364, 5],
}
