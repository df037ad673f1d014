"""The checks of the exercises of chapter 01, entropy and KL divergence."""

import numpy as np

from bookkit.data import ALPHABET, counts, encode, letters
from softxent.entropy import entropy, kl_divergence, surprisal


def laws(attempt, count, outcomes):
    """The attempt as float vectors, once it is known to be that many distributions on that many outcomes."""
    assert len(attempt) == count, f"give {count} laws, not {len(attempt)}"
    vectors = [np.asarray(law, dtype=float) for law in attempt]
    for law in vectors:
        assert law.shape == (outcomes,), f"each law needs {outcomes} probabilities, got the shape {law.shape}"
        assert (law >= 0).all(), f"a probability in {law} is negative"
        assert np.isclose(law.sum(), 1, rtol=1e-9, atol=0), f"{law} does not add up to 1"
    return vectors


def near(found, wanted):
    """Equal to three digits, as with a pencil."""
    return abs(found - wanted) <= 1e-3


def bits(attempt):
    in_bits, in_nats = attempt
    assert not (near(in_bits, 2 * np.log(2)) and near(in_nats, 2)), "the two are exchanged: first bits, then nats"
    assert not near(in_bits, 29 / 8), "that is the plain mean of the surprisals; weight each by its probability"
    assert near(in_bits, 2), "list the eight surprisals in bits, then take their mean under p"
    assert not near(in_nats, 2 / np.log(2)), "a bit is log 2 nats, so multiply by log 2, do not divide"
    assert near(in_nats, 2 * np.log(2)), "a bit is log 2 nats, so nats are fewer than bits"


def price(attempt):
    own, cross, divergence = attempt
    assert not near(own, 1.5 * np.log(2)), "these are nats; the surprisal of 1/2 is 1 bit"
    assert near(own, 1.5), "the surprisals under the truth are 1, 2 and 2 bits; take their mean under p"
    assert not near(cross, 1.5), "weight the surprisals under the model with the probabilities of the truth, not of q"
    assert near(cross, 1.75), "the surprisals under the model are 2, 2 and 1 bits; take their mean under p"
    assert not near(divergence, -0.25), "the divergence is cross-entropy minus entropy, and never negative"
    assert near(divergence, 0.25), "the divergence is what is left of the cross-entropy without the entropy"


def hardest(attempt):
    symbol, found = attempt
    pairs = counts(letters("prose"), 2)
    after = entropy(pairs / pairs.sum(axis=1, keepdims=True), base=2)
    before = entropy((pairs / pairs.sum(axis=0)).T, base=2)
    best = after.max()
    assert not near(found, before.max()), "those are the letters before it: take rows of the table, not columns"
    assert not near(found, best * np.log(2)), "these are nats, not bits"
    assert symbol == ALPHABET[after.argmax()], f"not {symbol!r}: compare the entropies of the rows over their sums"
    assert near(found, best), "the symbol is right; the entropy of its row, divided by its sum, is another number"


def logs(attempt):
    inf = np.inf
    cases = [(np.log([0.5, 0.5]), np.log([0.25, 0.75]), 0.5 * np.log(4 / 3), "an ordinary pair"),
             (np.array([0.0, -inf]), np.log([0.5, 0.5]), np.log(2), "an outcome with p = 0"),
             (np.array([0.0, -inf]), np.array([0.0, -inf]), 0.0, "an outcome with p = q = 0"),
             (np.log([0.5, 0.5]), np.array([0.0, -inf]), inf, "an outcome with p > 0 = q"),
             (np.log([0.5, 0.5]), np.array([0.0, -2000.0]), 1000 - np.log(2), "log q = -2000"),
             (np.array([0.0, -800.0]), np.array([0.0, -inf]), inf, "p that underflows, and q = 0")]
    for log_p, log_q, wanted, name in cases:
        with np.errstate(divide="raise", invalid="raise"):
            found = attempt(log_p, log_q)
        assert np.isclose(found, wanted, rtol=1e-9, atol=1e-15), f"{name}: it is {wanted:.6g}, not {found:.6g}"


def evidence(attempt):
    prose, source = (counts(letters(name)) / len(letters(name)) for name in ("prose", "source"))
    ratio = np.log2(prose / source)
    for passage in ("why this formula", "return x"):
        found, wanted = float(attempt(passage)), ratio[encode(passage)].sum()
        at = f"for {passage!r}"
        assert not np.isclose(found, -wanted), f"{at} the sign is turned: positive is in favour of the prose"
        assert not np.isclose(found, wanted * np.log(2)), f"{at} these are nats, not bits"
        assert not np.isclose(found, wanted / len(passage)), f"{at} this is the mean; evidence adds up over the letters"
        assert np.isclose(found, wanted), f"{at} it is {wanted:.4f}, not {found:.4f}: add log2 of p/q over the letters"


def smoothing(attempt):
    known, later, extra = letters("prose")[:20_000], letters("prose")[20_000:30_000], 0.5

    def cost(known, later, axis):
        model = counts(known, 3) + extra
        return (counts(later, 3) * surprisal(model / model.sum(axis=axis, keepdims=True))).sum() / (len(later) - 2)

    found, wanted = float(attempt(known, later, extra)), cost(known, later, 2) / np.log(2)
    assert not np.isclose(found, wanted * np.log(2)), "these are nats, not bits"
    assert not np.isclose(found, cost(later, later, 2) / np.log(2)), "the model must come from the known text alone"
    assert not np.isclose(found, cost(known, known, 2) / np.log(2)), "charge the later text, not the known one"
    assert not np.isclose(found, cost(known, later, None) / np.log(2)), "that is the price of triples: divide each row"
    assert not np.isclose(found, wanted * (len(later) - 2)), "give bits per letter, not for the whole text"
    assert np.isclose(found, wanted), f"it is {wanted:.4f} bits per letter, not {found:.4f}"


def triangle(attempt):
    p, q, r = laws(attempt, 3, 2)
    direct, detour = kl_divergence(p, r), kl_divergence(p, q) + kl_divergence(q, r)
    back = kl_divergence(r, p)
    assert np.isfinite(direct), "the direct divergence must be finite: no zero where p has mass"
    assert direct > 0, "the first and the last law are the same: that way costs nothing, with or without a detour"
    ratio = direct / detour
    turned = 10 * (kl_divergence(r, q) + kl_divergence(q, p)) <= back
    assert 10 * detour <= direct or not turned, "in the other order it works: give p, q, r from the start to the end"
    assert 10 * detour <= direct, f"direct {direct:.4g}, detour {detour:.4g}: {ratio:.3g} times cheaper, not ten times"
