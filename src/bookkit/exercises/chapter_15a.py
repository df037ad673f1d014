"""The checks of the exercises of the companion 15a, a model that writes."""

import numpy as np

from bookkit.exercises.judging import agree, by_hand, laws, require
from softxent.entropy import entropy
from softxent.softmax import softmax


def hand(attempt):
    usual = [
        ([2.0, 2.0], "the perplexity is 2 to the power of the bits"),
        ([6.0, 64.0], "per letter: divide by three"),
        ([2 * np.log(2), 4.0], "bits, not nats: logarithms to base 2"),
        ([2.0, np.exp(2)], "e belongs to nats: 2 to the power of the bits"),
        ([-np.log2(7 / 24), 24 / 7], "the mean of the surprisals, not the surprisal of the mean"),
    ]
    by_hand(attempt, [2.0, 4.0], "the surprisals are 1, 2 and 3 bits", usual)


def tokens(attempt):
    usual = [
        ([6.0, np.log2(2.2)], "6 bits are the price of a word: divide by its letters"),
        ([np.log(64) / 6, np.log(2.2)], "bits, not nats: logarithms to base 2"),
        ([64 / 6, 2.2], "a perplexity is an exponential: take logarithms before you divide"),
        ([np.log2(2.2), 1.0], "W first, then L"),
    ]
    by_hand(attempt, [1.0, np.log2(2.2)], "log2 of the perplexity, over the letters of a token", usual)


def nucleus(attempt):
    require(isinstance(attempt, tuple | list) and len(attempt) == 2, "give two things: the law, the divergence")
    (law,) = laws([attempt[0]], 1, 4)
    usual = [
        (np.array([0.1, 0.4, 0, 0]) / 0.5, "the likeliest letters stay, not the first ones"),
        (np.array([0, 0.4, 0.2, 0.3]) / 0.9, "two letters reach the mass already"),
        (np.array([0, 1.0, 0, 0]), "0.4 is less than p: the next letter is needed"),
    ]
    by_hand(law, [0, 4 / 7, 0, 3 / 7], "divide what stays by its mass", usual)
    signs = [
        (np.log(0.7), "a divergence is not negative"),
        (-np.log2(0.7), "nats: the natural logarithm"),
        (-np.log(0.65), "the mass that is kept, not the one that was asked for"),
        (-np.log(0.3), "the mass that is kept, not the one that is cut"),
    ]
    by_hand(attempt[1], -np.log(0.7), "minus the logarithm of the mass that is kept", signs)


def minp(attempt):
    rng = np.random.default_rng(15)
    for z in (
        2 * rng.normal(size=9),
        3 * rng.normal(size=(4, 7)),
        rng.normal(size=(2, 3, 5)),
        np.array([800.0, 799, 0]),
    ):
        for s in (0.1, 0.45, 1.0):
            # what stays is far enough from the edge
            gap = z - z.max(axis=-1, keepdims=True)
            wanted = np.where(gap >= np.log(s), z, -np.inf)
            p = softmax(z)
            usual = [
                (np.where(p >= s, z, -np.inf), "the share is one of the largest probability, not of 1"),
                (np.where(z - z.max() >= np.log(s), z, -np.inf), "the largest logit of each row, not of all rows"),
                (np.where(gap >= np.log(s), z, 0), "a logit of 0 is not impossible: −inf is"),
                (np.where(gap >= np.log(s), p, 0), "return logits, not probabilities"),
                (np.where(gap >= -s, z, -np.inf), "the gap of logits is compared with log s"),
            ]
            found = np.asarray(attempt(z.copy(), s), dtype=float)
            require(found.shape == z.shape, f"the shape is {found.shape}, not {z.shape}")
            for mistake, hint in usual:
                harmless = np.array_equal(mistake, wanted)
                require(harmless or not np.array_equal(found, mistake), hint)
            require(np.array_equal(found, wanted), f"it is wrong for s = {s}")


def batches(attempt):
    rng = np.random.default_rng(16)
    for shapes in ([(7,)], [(2, 6), (5, 3)], [(3, 4), (1, 9), (2, 2)]):
        pairs = [(rng.exponential(size=shape) * (n + 1), rng.random(shape) < 0.7) for n, shape in enumerate(shapes)]
        kept = np.concatenate([losses[mask] for losses, mask in pairs])
        everything = np.concatenate([losses.ravel() for losses, _ in pairs])
        means = np.array([losses[mask].mean() for losses, mask in pairs])
        usual = [
            (np.exp(means.mean()), "that is the mean of the batches' means: divide once, at the end"),
            (np.exp(means).mean(), "that is the mean of perplexities: average the losses first"),
            (np.exp(everything.mean()), "the padding is counted: use the masks"),
            (np.exp(kept.sum() / everything.size), "divide by the tokens that the masks keep"),
            (np.exp(kept).mean(), "the exponential comes last"),
            (kept.mean(), "that is the mean loss: the perplexity is its exponential"),
            (2 ** kept.mean(), "the losses are in nats: e, not 2"),
        ]
        found = attempt([(losses.copy(), mask.copy()) for losses, mask in pairs])
        agree(found, np.exp(kept.mean()), "the sum of all kept losses over their number, then the exponential", usual)


def unsettle(attempt):
    require(isinstance(attempt, tuple | list) and len(attempt) == 2, "give two things: the law, the letters kept")
    (law,) = laws([attempt[0]], 1, 3)
    require((law > 0).all(), "the law must have no zeros")
    kept = sorted({int(k) for k in attempt[1]})
    require(len(kept) == 2 and kept[0] >= 0 and kept[1] <= 2, "keep two of the letters 0, 1 and 2")
    new = law[kept] / law[kept].sum()
    cut = law[({0, 1, 2} - set(kept)).pop()]
    require(cut > law[kept].min(), "the letter that is cut is the rarest: then the entropy falls")
    require(entropy(new) > entropy(law) + 1e-9, "the entropy does not rise: cut a letter that is nearly certain")
