"""What the checks of the exercises are made of: an attempt is right, or `Wrong` with a hint."""

import numpy as np


class Wrong(Exception):
    """The attempt is not right; the message is the hint."""


def require(right, hint):
    """Go on if this is true; else the attempt is wrong, and the hint says what to look at."""
    if not right:
        raise Wrong(hint)


def agree(found, wanted, hint, usual=(), rtol=1e-9, atol=1e-12):
    """The found array has the shape and, to nine digits, the entries that are wanted.

    `usual` holds usual mistakes, pairs of what they give and the hint that belongs to them.
    """
    found = np.asarray(found, dtype=float)
    require(found.shape == np.shape(wanted), f"the shape is {found.shape}, not {np.shape(wanted)}")
    for mistake, its_hint in usual:
        # in a special case a mistake can give what is right
        harmless = np.allclose(mistake, wanted, rtol=rtol, atol=atol)
        require(harmless or not np.allclose(found, mistake, rtol=rtol, atol=atol), its_hint)
    require(np.allclose(found, wanted, rtol=rtol, atol=atol), hint)


def by_hand(found, wanted, hint, usual=(), rtol=0, atol=1e-3):
    """The same for what is computed with a pencil: three digits after the point are enough."""
    agree(found, wanted, hint, usual, rtol, atol)


def laws(attempt, count, outcomes):
    """The attempt as float vectors, once it is known to be that many distributions on that many outcomes."""
    require(len(attempt) == count, f"give {count} laws, not {len(attempt)}")
    vectors = [np.asarray(law, dtype=float) for law in attempt]
    for law in vectors:
        require(law.shape == (outcomes,), f"each law needs {outcomes} probabilities, got the shape {law.shape}")
        require((law >= 0).all(), f"a probability in {law} is negative")
        require(np.isclose(law.sum(), 1, rtol=1e-9, atol=0), f"{law} does not add up to 1")
    return vectors
