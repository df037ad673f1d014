"""The checks of the exercises of the companion 16a, what a small divergence guarantees."""

import numpy as np

from bookkit.exercises.judging import agree, by_hand, laws, require
from softxent.entropy import kl_divergence


def hand(attempt):
    divergence = np.log(4 / 3) / 2
    usual = [
        ((divergence / np.log(2), 12), "in nats: take the natural logarithm"),
        ((np.log(27 / 16) / 4, 13), "that is the divergence of the loaded coin from the fair one"),
        ((divergence, 11), "eleven tosses still fall short: round up"),
        ((divergence, 13), "13 tosses follow from the divergence in the other direction"),
        ((divergence, 17), "the factor one half: solve exp(−m KL)/2 = 1/10"),
    ]
    by_hand(
        attempt, (divergence, 12), "the divergence is a mean of two logarithms, and m is at least log 5 over it", usual
    )


def free(attempt):
    groups = np.asarray(attempt)
    require(groups.shape == (5,) and groups.dtype.kind in "iu", "give five whole numbers, one for each class")
    p, q = np.array([2, 1, 4, 3, 2]) / 12, np.array([4, 2, 2, 3, 1]) / 12
    names = np.unique(groups)
    coarse = (groups[:, None] == names).astype(float)
    lost = kl_divergence(p, q) - kl_divergence(p @ coarse, q @ coarse)
    require(lost < 1e-9, f"this loses {lost:.4f} nats: a group has classes with different ratios p / q")
    require(len(names) == 3, f"nothing is lost, but {len(names)} groups are not the fewest")


def chain(attempt):
    rng = np.random.default_rng(16)
    for shape in ((3, 4), (2, 5)):
        R, S = (rng.dirichlet(np.ones(shape[0] * shape[1])).reshape(shape) for _ in range(2))
        f, g = R.sum(1), S.sum(1)
        rows = kl_divergence(R / f[:, None], S / g[:, None])
        first, second = kl_divergence(f, g), f @ rows
        whole = kl_divergence(R.ravel(), S.ravel())
        columns = kl_divergence(R.sum(0), S.sum(0))
        usual = [
            ((first, rows.mean()), "the mean is taken with the probabilities of the first outcome"),
            ((first, g @ rows), "the mean is taken under the first joint distribution, R"),
            ((first, whole), "the second part is what the pair has beyond the first outcome"),
            ((columns, whole - columns), "the first outcome is the row"),
            ((second, first), "the other way round: the first outcome first"),
        ]
        agree(attempt(R.copy(), S.copy()), (first, second), "their sum must be the divergence of the pair", usual)


def far(attempt):
    p, q = laws(attempt, 2, np.shape(attempt[0])[0] if np.ndim(attempt[0]) == 1 else 2)
    require((p > 0).all() and (q > 0).all(), "no zeros: the divergence would be infinite, or a class could be dropped")
    variation, divergence = np.abs(p - q).sum() / 2, kl_divergence(p, q)
    require(variation <= 0.01 + 1e-12, f"the total variation is {variation:.4f}")
    require(divergence >= 2, f"the divergence is {divergence:.4f} nats")


def order(attempt):
    rng = np.random.default_rng(17)
    pairs = [([0.6, 0.2, 0.2], [0.5, 0.4, 0.1]), ([0.5, 0.4, 0.1], [0.6, 0.2, 0.2]), ([0.2, 0.8], [0.5, 0.5])]
    pairs += [
        ([0.1, 0.2, 0.7], [0.7, 0.1, 0.2]),
        ([1, 0, 0], [0.2, 0.3, 0.5]),
        ([0.5, 0.5, 0, 0], [0.55, 0.15, 0.15, 0.15]),
    ]
    for size in (3, 3, 3, 4, 4, 5):
        p = rng.dirichlet(np.ones(size))
        pairs += [(p, 0.7 * p + 0.3 * rng.permutation(p)), (p, rng.dirichlet(np.ones(size)))]
    for p, q in pairs:
        p, q = np.asarray(p, float), np.asarray(q, float)
        sums = [np.cumsum(np.sort(law)[::-1]) for law in (p, q)]
        wanted = bool((sums[0] >= sums[1] - 1e-12).all())
        found = attempt(p.copy(), q.copy())
        require(isinstance(found, bool | np.bool_), "answer True or False")
        hint = (
            "entropy is not the order" if wanted != (entropy(p) <= entropy(q)) else "compare the sums of the m largest"
        )
        require(found == wanted, f"for {p.round(3)} and {q.round(3)}: {hint}")


def entropy(p):
    """The entropy of a distribution that may have zeros."""
    return -(p[p > 0] * np.log(p[p > 0])).sum()


def transfers(attempt):
    rng = np.random.default_rng(18)
    for size in (2, 3, 5, 8):
        p = np.sort(rng.dirichlet(np.ones(size)))[::-1]
        q = np.sort(0.5 * p + 0.3 * rng.permutation(p) + 0.2 * rng.permutation(p))[::-1]
        moves = attempt(p.copy(), q.copy())
        require(len(moves) <= size - 1, f"{len(moves)} transfers for {size} classes: {size - 1} are enough")
        law = p.copy()
        for giver, taker, amount in moves:
            require(amount >= 0, "an amount is negative")
            gap = law[giver] - law[taker]
            require(
                gap >= amount - 1e-12, f"class {giver} cannot give {amount:.4f} to {taker}: it has only {gap:.4f} more"
            )
            law[giver] -= amount
            law[taker] += amount
        require(np.allclose(law, q, rtol=0, atol=1e-9), f"they lead to {law.round(4)}, not to {q.round(4)}")
