"""The checks of the exercises of the companion 01b, why this formula."""

import numpy as np

from bookkit.exercises.judging import laws, require
from softxent.entropy import kl_divergence


def lost(attempt):
    p, q = laws(attempt, 2, 3)
    require(max(p.max(), q.max()) < 1, "neither distribution may be one-hot")
    support = p > 0
    ratio = q[support] / p[support]
    require(not np.isclose(kl_divergence(q, p, base=2), 2, rtol=1e-9, atol=0), "the two are exchanged: truth first")
    require(np.isclose(ratio.max(), ratio.min(), rtol=1e-9, atol=0), "Jensen's step is strict: q/p is not constant")
    require(not support.all(), "q/p is constant, but p has no zero, so no mass is lost and q = p")
    found = kl_divergence(p, q, base=2)
    require(np.isclose(found, 2, rtol=1e-9, atol=0), f"the divergence is {found:.4f} bits; how much mass must q lose?")


def merge(attempt):
    p = np.array([0.1, 0.2, 0.3, 0.4, 0.0])
    for groups in ([0, 1, 2, 3, 4], [0, 0, 0, 0, 0], [1, 0, 1, 0, 2], [2, 2, 1, 1, 0]):
        at, size = f"for groups {groups}", max(groups) + 1
        members = [[k for k in range(5) if groups[k] == g] for g in range(size)]
        found = np.asarray(attempt(p.copy(), groups), dtype=float)
        require(
            found.shape == (size,), f"{at} the merged distribution has {size} outcomes, not the shape {found.shape}"
        )
        last, wanted = [p[group[-1]] for group in members], [p[group].sum() for group in members]
        overwritten = np.allclose(found, last) and not np.allclose(found, wanted)
        require(not overwritten, f"{at} a later member replaces an earlier one: numpy.add.at adds instead")
        require(np.allclose(found, wanted, rtol=1e-12, atol=1e-15), f"{at} add up the probabilities of each group")
