"""The checks of the exercises of chapter 11, temperature and calibration."""

import numpy as np

from bookkit.data import digit_logits
from bookkit.exercises.judging import agree, by_hand, laws, require
from softxent.calibration import expected_calibration_error, fit_temperature
from softxent.entropy import entropy, kl_divergence
from softxent.softmax import softmax


def hand(attempt):
    usual = [
        ([0.0, 0.08], "in ten bins the two groups lie in different ones: take absolute values before you add"),
        ([0.2, 0.2], "in a single bin the two gaps have opposite signs"),
        ([0.08, 0.2], "the other way round: ten bins first"),
    ]
    by_hand(attempt, [0.2, 0.08], "gap times share of each bin: 0.15 · 0.4 and 0.2333 · 0.6", usual)


def odds(attempt):
    usual = [
        (0.5, "that is the inverse temperature"),
        (1.2, "a temperature divides logits, not probabilities"),
        (3.0, "compare logarithms of odds, not odds"),
    ]
    by_hand(attempt, 2.0, "the log-odds are log 9, and must become log 3", usual)


def spread(attempt):
    usual = [
        (np.log(999), "that would do for one rival: there are 999"),
        (np.log(1000 * 999), "K − 1 = 999 rivals, not 1000"),
    ]
    by_hand(attempt, 2 * np.log(999), "solve 1/(1 + 999 exp(−R)) = 999/1000", usual)


def slope(attempt):
    z = np.array([[1.0, -2.0, 0.5], [3.0, 3.0, 0.0]])
    for tau in (0.5, 2.0):
        p = softmax(z / tau)
        mean = (p * z).sum(-1, keepdims=True)
        variance = (p * (z - mean) ** 2).sum(-1)
        plain = softmax(z)
        usual = [
            (variance / tau, "that has the variance of z / τ or a power of τ too few: see the third line of the chain"),
            (variance / tau**2, "one factor 1/τ is missing"),
            (variance, "the powers of τ are missing"),
            (-variance / tau**3, "the sign is turned: the entropy rises"),
            (z.var(-1) / tau**3, "the variance is to be taken under p"),
            ((plain * (z - (plain * z).sum(-1, keepdims=True)) ** 2).sum(-1) / tau**3, "p is that of z / τ"),
        ]
        agree(attempt(z.copy(), tau), variance / tau**3, f"wrong for tau = {tau}", usual)


def classes(attempt):
    require(len(attempt) == 3, "give three things: predictions, frequencies, how often")
    Q, F = np.array(laws(attempt[0], 2, 2)), np.array(laws(attempt[1], 2, 2))
    (w,) = laws([attempt[2]], 1, 2)
    require((w > 0).all(), "each prediction must occur")
    require((Q.max(axis=1) > 0.5).all(), "a prediction of one half predicts no class")
    top, right = Q.max(axis=1), F[[0, 1], Q.argmax(axis=1)]
    gaps = [w @ right - top[0]] if np.isclose(*top) else right - top
    require(np.allclose(gaps, 0, atol=1e-9), "it is not calibrated in its confidence")
    merged = np.allclose(Q[0], Q[1])
    truth = w @ F if merged else F
    require(not np.allclose(truth, Q[0] if merged else Q), "it is calibrated class by class as well")


def ece(attempt):
    rng = np.random.default_rng(11)
    confidence = np.concatenate([rng.beta(4, 1, 300), np.arange(1, 11) / 10])
    correct = rng.random(310) < confidence**2
    for bins in (1, 10, 15):
        wanted = expected_calibration_error(confidence, correct, bins=bins)
        gap = correct - confidence
        upper = np.bincount(np.minimum((confidence * bins).astype(int), bins - 1), weights=gap)
        lower = np.bincount(np.searchsorted(np.arange(1, bins) / bins, confidence), weights=gap)
        count = np.bincount(np.searchsorted(np.arange(1, bins) / bins, confidence))
        usual = [
            (np.abs(gap).mean(), "take the absolute value of each bin, not of each image"),
            (abs(gap.mean()), "take absolute values before you add the bins"),
            (np.abs(upper).sum() / 310, "an edge belongs to the lower bin"),
            (np.mean(np.abs(lower[count > 0] / count[count > 0])), "weight each bin with the number of its images"),
            (np.abs(lower).sum(), "divide by the number of images"),
        ]
        agree(attempt(confidence.copy(), correct.copy(), bins), wanted, f"wrong for {bins} bins", usual)


def worse(attempt):
    said, right = (np.asarray(x, dtype=float) for x in attempt)
    require(said.shape == right.shape == (2,), "give two confidences and two shares")
    require(((said > 0.5) & (said < 1)).all(), "the confidences must lie between 1/2 and 1")
    require(((right >= 0) & (right <= 1)).all(), "the shares must lie between 0 and 1")
    require(said.mean() > right.mean(), "it is not over-confident on the whole")
    gaps = np.log(said / (1 - said))
    z = np.array([[gaps[0], 0], [gaps[1], 0]])
    tau = fit_temperature(z, np.stack([right, 1 - right], axis=1))
    require(tau > 1, f"the temperature of least log loss is {tau:.2f}")
    before, after = (np.abs(right - softmax(z / t)[:, 0]).mean() for t in (1, tau))
    require(after >= 3 * before, f"the ECE goes from {before:.4f} to {after:.4f}, at the temperature {tau:.2f}")


def fit(attempt):
    z, labels = digit_logits("test")
    for part, scale in ((slice(0, 255), 1.0), (slice(255, 400), 0.01)):
        wanted = fit_temperature(scale * z[part], labels[part])
        usual = [(1 / wanted, "that is beta: return 1/beta")]
        agree(attempt(scale * z[part], labels[part]), wanted, "it is not the temperature of least log loss", usual)


def ensemble(attempt):
    rng = np.random.default_rng(12)
    Q, w = rng.dirichlet([0.5, 1, 2], 4), rng.dirichlet(np.ones(4))
    mean, wanted = w @ Q, [w @ entropy(Q), w @ kl_divergence(Q, w @ Q)]
    usual = [
        ([entropy(mean), wanted[1]], "the first is the mean of the entropies, not the entropy of the mean"),
        ([wanted[0], entropy(mean)], "the second is what the mean has more"),
        ([wanted[0], w @ kl_divergence(np.broadcast_to(mean, Q.shape), Q)], "the divergences run from each model"),
        ([entropy(Q).mean(), kl_divergence(Q, Q.mean(0)).mean()], "the models have weights"),
        (wanted[::-1], "the other way round: the mean entropy first"),
    ]
    agree(attempt(Q.copy(), w.copy()), wanted, "mean entropy and mean divergence from the mean", usual)


def bias(attempt):
    z, b = (np.asarray(x, dtype=float) for x in attempt)
    require(z.ndim == 1 and z.shape == b.shape and len(z) >= 2, "give two vectors of one length, two classes or more")
    require((z[0] > z[1:]).all(), "before, the first class must have the largest logit alone")
    require((z + b).max() > (z + b)[0], "after, another class must be ahead")
