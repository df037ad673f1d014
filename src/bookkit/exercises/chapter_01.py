"""The checks of the exercises of chapter 01, entropy and KL divergence."""

import numpy as np

from bookkit.data import ALPHABET, counts, encode, letters
from bookkit.exercises.judging import laws, require
from softxent.entropy import entropy, kl_divergence, surprisal


def near(found, wanted, atol=1e-3):
    """Equal to three digits, as with a pencil."""
    return abs(found - wanted) <= atol


def values(attempt, *names):
    """The values of an attempt, once there are as many as these names."""
    count = len(attempt) if isinstance(attempt, tuple | list | np.ndarray) else 1
    require(count == len(names), f"give {len(names)} values, ({', '.join(names)}), not {count}")
    return attempt


def bits(attempt):
    in_bits, in_nats = values(attempt, "bits", "nats")
    right_bits, right_nats = near(in_bits, 2, 5e-3), near(in_nats, 2 * np.log(2), 5e-3)
    require(not (near(in_bits, 2 * np.log(2)) and near(in_nats, 2)), "the two are exchanged: first bits, then nats")
    require(not near(in_bits, 29 / 8), "that is the plain mean of the surprisals; weight each by its probability")
    require(right_bits, "list the eight surprisals in bits, then take their mean under p")
    require(not near(in_nats, 2 / np.log(2)), "a bit is log 2 nats, so multiply by log 2, do not divide")
    require(right_nats or not near(in_nats, 2 * np.log(2), 5e-2), "nearly: take log 2 with three digits")
    require(right_nats, "a bit is log 2 nats, so nats are fewer than bits")


def price(attempt):
    own, cross, divergence = values(attempt, "entropy", "cross", "divergence")
    require(not near(own, 1.5 * np.log(2)), "these are nats; the surprisal of 1/2 is 1 bit")
    require(near(own, 1.5), "the surprisals under the truth are 1, 2 and 2 bits; take their mean under p")
    require(not near(cross, 1.5), "weight the surprisals under the model with the probabilities of the truth, not of q")
    require(near(cross, 1.75), "the surprisals under the model are 2, 2 and 1 bits; take their mean under p")
    require(not near(divergence, -0.25), "the divergence is cross-entropy minus entropy, and never negative")
    require(near(divergence, 0.25), "the divergence is what is left of the cross-entropy without the entropy")


def hardest(attempt):
    symbol, found = values(attempt, "symbol", "bits")
    symbol = " " if symbol == "␣" else symbol
    pairs = counts(letters("prose"), 2)
    after = entropy(pairs / pairs.sum(axis=1, keepdims=True), base=2)
    before = entropy((pairs / pairs.sum(axis=0)).T, base=2)
    best = after.max()
    require(not near(found, before.max()), "those are the letters before it: take rows of the table, not columns")
    require(not near(found, best * np.log(2)), "these are nats, not bits")
    require(symbol == ALPHABET[after.argmax()], f"not {symbol!r}: compare the entropies of the rows over their sums")
    require(near(found, best), "the symbol is right; the entropy of its row, divided by its sum, is another number")


def logs(attempt):
    inf = np.inf
    cases = [
        (np.log([0.5, 0.5]), np.log([0.25, 0.75]), 0.5 * np.log(4 / 3), "an ordinary pair"),
        (np.array([0.0, -inf]), np.log([0.5, 0.5]), np.log(2), "an outcome with p = 0"),
        (np.array([0.0, -inf]), np.array([0.0, -inf]), 0.0, "an outcome with p = q = 0"),
        (np.log([0.5, 0.5]), np.array([0.0, -inf]), inf, "an outcome with p > 0 = q"),
        (np.log([0.5, 0.5]), np.array([0.0, -2000.0]), 1000 - np.log(2), "log q = -2000"),
        (np.array([0.0, -800.0]), np.array([0.0, -inf]), inf, "p that underflows, and q = 0"),
    ]
    for log_p, log_q, wanted, name in cases:
        with np.errstate(divide="raise", invalid="raise"):
            found = attempt(log_p, log_q)
        require(np.isclose(found, wanted, rtol=1e-9, atol=1e-15), f"{name}: it is {wanted:.6g}, not {found:.6g}")


def evidence(attempt):
    prose, source = (counts(letters(name)) / len(letters(name)) for name in ("prose", "source"))
    ratio = np.log2(prose / source)
    for passage in ("why this formula", "return x"):
        found, wanted = float(attempt(passage)), ratio[encode(passage)].sum()
        at = f"for {passage!r}"
        require(not np.isclose(found, -wanted), f"{at} the sign is turned: positive is in favour of the prose")
        require(not np.isclose(found, wanted * np.log(2)), f"{at} these are nats, not bits")
        require(
            not np.isclose(found, wanted / len(passage)), f"{at} this is the mean; evidence adds up over the letters"
        )
        require(
            np.isclose(found, wanted), f"{at} it is {wanted:.4f}, not {found:.4f}: add log2 of p/q over the letters"
        )


def cost(known, later, extra, size=3, axis=-1):
    """Bits per letter of `later` under the counts of `known`, each raised by `extra`."""
    model, paid = counts(known, size) + extra, counts(later, size)
    return (paid * surprisal(model / model.sum(axis=axis, keepdims=True), base=2)).sum() / paid.sum()


def smoothing(attempt):
    known, later, extra = letters("prose")[:20_000], letters("prose")[20_000:30_000], 0.5
    found, wanted = float(attempt(known, later, extra)), cost(known, later, extra)
    require(
        np.isfinite(found), f"it is {found}: a triple that was never counted must not be impossible, raise every count"
    )
    usual = [
        (wanted * np.log(2), "these are nats, not bits"),
        (2**wanted, "that is the perplexity; give its logarithm to base 2"),
        (wanted * (len(later) - 2), "give bits per letter, not for the whole text"),
        (wanted * (1 - 2 / len(later)), "the first two letters are not charged: divide by the number of triples"),
        (cost(later, later, extra), "the model must come from the known text alone"),
        (cost(known, known, extra), "charge the later text, not the known one"),
        (cost(known, later, 1), "this adds 1 to every count, whatever `extra` is"),
        (cost(known, later, extra, size=2), "this is with one letter before: count triples, not pairs"),
        (cost(known, later, extra, axis=None), "that is the price of triples: divide each row"),
        (cost(known, later, extra, axis=0), "each row belongs to the two letters before: sum the last axis"),
    ]
    for mistake, hint in usual:
        require(not np.isclose(found, mistake, rtol=1e-9), hint)
    require(np.isclose(found, wanted, rtol=1e-9), f"it is {wanted:.6f} bits per letter, not {found:.6f}")


def triangle(attempt):
    p, q, r = laws(attempt, 3, 2)
    direct, detour = kl_divergence(p, r), kl_divergence(p, q) + kl_divergence(q, r)
    back = kl_divergence(r, p)
    require(np.isfinite(direct), "the direct divergence must be finite: no zero where p has mass")
    require(direct > 0, "the first and the last law are the same: that way costs nothing, with or without a detour")
    ratio = direct / detour
    turned = 10 * (kl_divergence(r, q) + kl_divergence(q, p)) <= back
    require(10 * detour <= direct or not turned, "in the other order it works: give p, q, w from the start to the end")
    require(
        10 * detour <= direct, f"direct {direct:.4g}, detour {detour:.4g}: {ratio:.3g} times cheaper, not ten times"
    )
