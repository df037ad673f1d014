"""The checks of the exercises of chapter 01, entropy and KL divergence."""

import numpy as np

from softxent.entropy import kl_divergence


def laws(attempt, count, outcomes):
    """The attempt as float vectors, once it is known to be that many distributions on that many outcomes."""
    assert len(attempt) == count, f"give {count} laws, not {len(attempt)}"
    vectors = [np.asarray(law, dtype=float) for law in attempt]
    for law in vectors:
        assert law.shape == (outcomes,), f"each law needs {outcomes} probabilities, got the shape {law.shape}"
        assert (law >= 0).all(), f"a probability in {law} is negative"
        assert np.isclose(law.sum(), 1, rtol=1e-9, atol=0), f"{law} does not add up to 1"
    return vectors


def bits(attempt):
    in_bits, in_nats = attempt
    assert np.isclose(in_bits, 2, rtol=1e-3, atol=0), "list the eight surprisals in bits, then take their mean under p"
    assert np.isclose(in_nats, 2 * np.log(2), rtol=1e-3, atol=0), "a bit is log 2 nats, so nats are fewer than bits"


def lost(attempt):
    p, q = laws(attempt, 2, 3)
    assert max(p.max(), q.max()) < 1, "neither law may be one-hot"
    support = p > 0
    ratio = q[support] / p[support]
    assert np.isclose(ratio.max(), ratio.min(), rtol=1e-9, atol=0), "Jensen's step is strict: q/p is not constant"
    found = kl_divergence(p, q, base=2)
    assert np.isclose(found, 2, rtol=1e-9, atol=0), f"the divergence is {found:.4f} bits; how much mass must q lose?"


def merge(attempt):
    p = np.array([0.1, 0.2, 0.3, 0.4, 0.0])
    for groups in ([0, 1, 2, 3, 4], [0, 0, 0, 0, 0], [1, 0, 1, 0, 2], [2, 2, 1, 1, 0]):
        wanted = [sum(p[k] for k in range(5) if groups[k] == g) for g in range(max(groups) + 1)]
        found = np.asarray(attempt(p.copy(), groups), dtype=float)
        assert found.shape == (len(wanted),), f"for groups {groups} the merged law has {len(wanted)} outcomes"
        assert np.allclose(found, wanted, rtol=1e-12, atol=1e-15), f"for groups {groups} every member counts"


def triangle(attempt):
    p, q, r = laws(attempt, 3, 2)
    direct, detour = kl_divergence(p, r), kl_divergence(p, q) + kl_divergence(q, r)
    assert np.isfinite(direct), "the direct divergence must be finite: no zero where p has mass"
    assert 10 * detour <= direct, f"direct {direct:.4g}, detour {detour:.4g}: the detour is not ten times cheaper"


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
