"""The checks of the exercises of the companion 01a, codes."""

import numpy as np

from bookkit.data import counts, letters
from bookkit.exercises.judging import require
from softxent.entropy import cross_entropy, entropy


def mean(attempt):
    require(not abs(attempt - 3) < 1e-3, "three bits for each of the five words is possible, but not the smallest")
    require(not abs(attempt - 2.8) < 1e-3, "those are the surprisals rounded up; merging the least likely is better")
    ideal = entropy([0.4, 0.2, 0.2, 0.1, 0.1], base=2)
    require(not abs(attempt - ideal) < 1e-2, "that is the entropy; no code reaches it here, as words have whole bits")
    require(abs(attempt - 2.2) < 1e-3, "add up the masses of all merges: each makes the words of its mass a bit longer")


def foreign(attempt):
    prose, source = (counts(letters(name)) / len(letters(name)) for name in ("prose", "source"))
    ideal = cross_entropy(prose, source, base=2)
    require(
        not np.isclose(attempt, ideal, rtol=1e-4), "that is the cross-entropy; the words have whole numbers of bits"
    )
    require(
        not np.isclose(attempt, 4.0991, rtol=1e-4), "that is the prose in its own code; the lengths must be foreign"
    )
    require(not np.isclose(attempt, 4.1523, rtol=1e-4), "that is the source in its own code; weight with the prose")
    require(not np.isclose(attempt, 4.2236, rtol=1e-4), "that is the source in the prose's code: exchange the two")
    require(np.isclose(attempt, 4.1710, rtol=1e-3), "take the source's lengths and their mean under the prose")
