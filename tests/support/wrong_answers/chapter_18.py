"""Attempts that the checks of chapter 18 must refuse, each with a hint."""

import numpy as np
from scipy import special

from softxent.calibration import expected_calibration_error, fit_temperature
from softxent.entropy import kl_divergence
from softxent.loss import softmax_cross_entropy
from softxent.softmax import log_softmax, logsumexp, softmax


def naive(z, axis=-1):
    e = np.exp(np.asarray(z, dtype=float))
    return e / e.sum(axis=axis, keepdims=True)


def widened(z, axis=-1):
    return special.softmax(np.asarray(z, dtype=float), axis=axis)


def one_maximum(z, axis=-1):
    z = np.asarray(z)
    e = np.exp(z - np.max(z))
    return e / e.sum(axis=axis, keepdims=True)


def last_axis_only(z, axis=-1):
    z = np.asarray(z)
    e = np.exp(z - z.max(axis=-1, keepdims=True))
    return e / e.sum(axis=-1, keepdims=True)


def in_place(z, axis=-1):
    z = np.asarray(z)
    z -= z.max(axis=axis, keepdims=True)
    e = np.exp(z)
    return e / e.sum(axis=axis, keepdims=True)


def mended(z, axis=-1):
    """NaN is replaced, so that nobody notices it."""
    z = np.asarray(z)
    z = z if z.dtype.kind == "f" else z.astype(float)
    with np.errstate(all="ignore"):
        e = np.exp(z - z.max(axis=axis, keepdims=True))
        return np.nan_to_num(e / e.sum(axis=axis, keepdims=True))


def half_precision(z, axis=-1):
    z = np.asarray(z)
    return special.softmax(z.astype(np.float16), axis=axis).astype(z.dtype)


def sums_only(f):
    return np.isclose(f(np.array([[1.0, 2.0, 3.0], [4.0, 4.0, 4.0]])).sum(-1), 1).all()


def loose(f):
    z = np.array([[1.0, 2.0, 3.0], [1000.0, 900.0, -2000.0]])
    given = z.copy()
    return np.allclose(f(z), special.softmax(given, axis=-1)) and np.array_equal(z, given)


def not_larger(f):
    """NaN passes."""
    z = np.array([[1.0, 2.0, 3.0], [1000.0, 900.0, -2000.0]])
    given = z.copy()
    return not (np.abs(f(z) - special.softmax(given, axis=-1)) > 1e-13).any() and np.array_equal(z, given)


def too_strict(f):
    z = np.array([[0.1, 0.7, -0.4]])
    return np.array_equal(f(z), special.softmax(z, axis=-1)) and np.array_equal(f(z), np.exp(log_softmax(z)))


def nearest(m, E):
    bound = E * np.log(2) + np.log(2 - 2.0**-m)
    step = 2.0 ** (np.floor(np.log2(bound)) - m)
    return np.round(bound / step) * step


def link(p):
    return np.log(p[..., :-1]) - np.log(p[..., -1:])


def mean(eta):
    return softmax(np.concatenate([eta, np.zeros((*np.shape(eta)[:-1], 1))], axis=-1))


def naive_mean(eta):
    e = np.exp(np.concatenate([eta, np.zeros((*np.shape(eta)[:-1], 1))], axis=-1))
    return e / e.sum(-1, keepdims=True)


Y, P = np.array([[0.6, 0.3, 0.1], [1, 0, 0]]), np.array([0.5, 0.25, 0.25])
H, CE = special.entr(Y).sum(-1), -(Y * np.log(P)).sum(-1)
SOFT = np.stack([H, CE, CE - H], axis=-1)
BACKWARD = np.stack([H, CE, [kl_divergence(P, Y[0]), CE[1]]], axis=-1)


def through_probabilities(z, y):
    """Right, but the logarithm of a probability that underflows is infinite."""
    p = softmax(z)
    log_ratio = np.log(p) - np.log(y)
    return p * (log_ratio - (p * log_ratio).sum(-1, keepdims=True))


def bounds(loss, K, rest=None):
    rest = 1 - np.exp(-loss) if rest is None else rest
    return np.sqrt(K / (K - 1)) * rest, np.sqrt(2) * rest


def slopes(f, z, h=1e-5):
    return np.array([(f(z + step) - f(z - step)) / (2 * h) for step in h * np.eye(len(z))])


def signless(f, g, z):
    found, wanted = np.abs(g(z)), np.abs(slopes(f, z))
    return np.max(np.abs(found - wanted)) / np.max([found, wanted])


def in_sum(f, g, z):
    return abs(np.sum(g(z)) - np.sum(slopes(f, z)))


def without_nan(f, g, z):
    found, wanted = np.asarray(g(z)), slopes(f, z)
    return np.nanmax(np.abs(found - wanted)) / np.nanmax(np.abs([found, wanted]))


def tiny_step(f, g, z):
    found, wanted = np.asarray(g(z)), slopes(f, z, 1e-13)
    return np.max(np.abs(found - wanted)) / np.max(np.abs([found, wanted]))


def moved(f, g, z):
    wanted, found = slopes(f, z), np.asarray(g(z))
    z += 1e-5
    return np.max(np.abs(found - wanted)) / np.max(np.abs([found, wanted]))


def norms(W, b, x, c):
    p, own = softmax(W @ x + b), np.eye(len(W))[c]
    return [np.linalg.norm(v) for v in (p - own, (p - own) @ W, p[c] * (p - own) @ W)]


def own_logit_only(W, b, x, c):
    p = softmax(W @ x + b)
    return [*norms(W, b, x, c)[:2], np.linalg.norm(p[c] * (1 - p[c]) * W[c])]


HESSIAN = np.diag([1 / 2, 1 / 3, 1 / 6]) - np.outer([1 / 2, 1 / 3, 1 / 6], [1 / 2, 1 / 3, 1 / 6])


def rank(X):
    return np.linalg.matrix_rank(X)


def soft_hinge(z, label, t, tau, all_start=False):
    own = np.eye(len(z))[label]
    u = z - z[label] + t * (1 - own) * (not all_start)
    return tau * logsumexp(u / tau), softmax(u / tau) - own


def report(z, labels, folds, own=False, reverse=False):
    rows = []
    for part in np.array_split(np.arange(len(z)), folds):
        rest = part if own else np.setdiff1d(np.arange(len(z)), part)
        tau = fit_temperature(z[rest], labels[rest])
        losses = [softmax_cross_entropy(z[part] / t, labels[part]).mean() for t in (1, tau)]
        laws = [softmax(z[part] / t) for t in (1, tau)]
        rows.append(
            [tau, *losses, *(expected_calibration_error(p.max(-1), p.argmax(-1) == labels[part]) for p in laws)]
        )
    return np.array(rows)[:: -1 if reverse else 1]


def floor(confidence, u):
    return np.mean([expected_calibration_error(confidence, row < confidence) for row in u])


M, E = np.array([10, 7, 23, 52]), np.array([15, 127, 127, 1023])
WIDE = np.array([10, 1000, 50_000])

WRONG = {
    "mean": [[1000, 0, 0], [500, -500, 0], [2000, -2000, 0], [710, 710, 710], [1.0, 2.0]],
    "stable": [naive, widened, one_maximum, last_axis_only, in_place, mended, half_precision],
    "suite": [sums_only, loose, not_larger, too_strict, lambda f: True, lambda f: False],
    "largest": [(E + 1) * np.log(2), E * np.log(2), E + 1.0, [11.1, 88.7, 88.7, 709.8], [11.09]],
    "ends": [nearest, lambda m, E: (E + 1) * np.log(2), lambda m, E: nearest(m, E) - 1, lambda m, E: 11.0859375],
    "smallest": [-(E + M - 1) * np.log(2), -(E - 1) * np.log(2), (E + M) * np.log(2), -(E + M) * 1.0],
    "silent": [np.full(10, 12.0), np.full(10, 8.0), np.full(10, 9.1), np.full(9, 9.0)],
    "link": [
        (lambda p: -link(p), mean),
        (lambda p: np.log(p[..., 1:] / p[..., :1]), mean),
        (lambda p: special.logit(p[..., :-1]), mean),
        (lambda p: np.log(p[..., :-1]), mean),
        (link, softmax),
        (link, naive_mean),
        (link, lambda eta: np.flip(mean(eta), -1)),
    ],
    "soft": [SOFT / np.log(2), BACKWARD, SOFT[:, [1, 0, 2]], SOFT.T, np.where(SOFT, SOFT, np.nan), SOFT + 0.1],
    "reverse": [
        lambda z, y: softmax(z) - y,
        lambda z, y: softmax(z) * (log_softmax(z) - np.log(y)),
        lambda z, y: log_softmax(z) - np.log(y) + 1,
        lambda z, y: -through_probabilities(z, y),
        through_probabilities,
    ],
    "size": [
        lambda L, K: bounds(L, K)[::-1],
        lambda L, K: (1 - np.exp(-L), np.sqrt(2) * (1 - np.exp(-L))),
        lambda L, K: (bounds(L, K)[0], 2 * (1 - np.exp(-L))),
        lambda L, K: bounds(L, K, np.exp(-L)),
        bounds,
    ],
    "gradcheck": [signless, in_sum, without_nan, tiny_step, moved, lambda f, g, z: 0.0, lambda f, g, z: 1.0],
    "peak": [1.0, 0.738835, 1.543405, 2.0],
    "sensitivity": [
        own_logit_only,
        lambda W, b, x, c: [norms(W, b, x, c)[0], *norms(W, b, x, c)[::2]],
        lambda W, b, x, c: [*norms(W, b, x, c)[:2], norms(W, b, x, c)[1]],
        lambda W, b, x, c: [2 * (1 - softmax(W @ x + b)[c]), *norms(W, b, x, c)[1:]],
    ],
    "penalty": [3.359275, 4.59512, 1.957, 100.0],
    "hessian": [
        -HESSIAN,
        np.diag(np.diag(HESSIAN)),
        np.abs(HESSIAN),
        HESSIAN + np.diag(np.array([9, 4, 1]) / 36),
        HESSIAN[:2, :2],
    ],
    "eigen": [[0, 0.2054, 0.4057], [1 / 4, 2 / 9, 5 / 36], [1 / 2, 1 / 3, 1 / 6], [0.4, 0.2, 0]],
    "nullity": [
        lambda X, K: (K - 1) * rank(X),
        lambda X, K: K * (X.shape[1] - rank(X)),
        lambda X, K: X.shape[1],
        lambda X, K: 1,
        lambda X, K: K * X.shape[1] - len(X),
    ],
    "wide": [np.log(WIDE) - np.log(np.expm1(0.01)), np.log(WIDE - 1) - 0.01, np.full(3, 4.600166), [6.8, 11.5, 15.4]],
    "margin": [
        lambda L, K: np.log(K - 1) - np.log(np.exp(L) - 1),
        lambda L, K: np.log(K - 1) - np.log(np.expm1(L)),
        lambda L, K: np.log(K) - L,
        lambda L, K: np.log(-np.expm1(-L)) + L - np.log(K - 1),
    ],
    "hinge": [
        lambda z, label, t, tau: (soft_hinge(z, label, t, tau)[0] / tau, soft_hinge(z, label, t, tau)[1]),
        lambda z, label, t, tau: soft_hinge(z, label, t, tau, all_start=True),
        lambda z, label, t, tau: (soft_hinge(z, label, t, tau)[0], soft_hinge(z, label, t, tau)[1] / tau),
        lambda z, label, t, tau: (soft_hinge(z, label, t, tau)[0], -soft_hinge(z, label, t, tau)[1]),
        lambda z, label, t, tau: (soft_hinge(z, label, t, tau)[0], softmax(z / tau) - np.eye(len(z))[label]),
        lambda z, label, t, tau: soft_hinge(z, label, t, tau)[:1],
    ],
    "cold": [
        [[1, 0, 0], [0, 1, 0]],
        [[0.5, 0.5, 0], [1, 0, 0]],
        [[0.5, 0.5, 0], [0, 0, 0]],
        [[0.4, 0.6, 0], [0, 1, 0]],
        [[0.5, 0.5, 0]],
    ],
    "best": [np.log(4) / 5, 5 / np.log(2), 1.0, 3.0],
    "hot": [
        lambda z, c: z[c] - np.mean(z),
        lambda z, c: -z[c],
        lambda z, c: softmax(z) @ z - z[c],
        lambda z, c: np.max(z) - z[c],
        lambda z, c: 0.0,
    ],
    "folds": [
        lambda z, labels, folds: report(z, labels, folds, own=True),
        lambda z, labels, folds: report(z, labels, folds, reverse=True),
        lambda z, labels, folds: report(z, labels, 5),
        lambda z, labels, folds: report(z, labels, folds)[:, [0, 1, 2, 4, 3]],
    ],
    "floor": [
        lambda confidence, u: 0.0,
        lambda confidence, u: expected_calibration_error(np.tile(confidence, len(u)), (u < confidence).ravel()),
        lambda confidence, u: floor(confidence, 1 - u),
        lambda confidence, u: np.mean([expected_calibration_error(confidence, row > confidence) for row in u]),
        lambda confidence, u: np.max([expected_calibration_error(confidence, row < confidence) for row in u]),
    ],
}
