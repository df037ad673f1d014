"""The truth: the defining formulas in mpmath, with so many digits that 1 + exp(−700) keeps 96 of its small part."""

from functools import cache

import mpmath
import numpy as np

mp = mpmath.MPContext()
mp.dps = 400


def exactly(x):
    """The floats of an array as the numbers that they are, in nested lists."""
    return [exactly(row) for row in x] if np.ndim(x) else mp.mpf(float(x))


@cache
def exp(x):
    """exp x, computed once for every x."""
    return mp.exp(x)


@cache
def log(x):
    """log x with log 0 = −inf, computed once for every x."""
    return mp.log(x) if x else mp.ninf


def weighted(p, x):
    """Σ p x with 0 · inf = 0."""
    return mp.fsum(a * b for a, b in zip(p, x, strict=True) if a)


def logsumexp(z):
    return log(mp.fsum(exp(x) for x in exactly(z)))


def softmax(z):
    e = [exp(x) for x in exactly(z)]
    total = mp.fsum(e)
    return [x / total for x in e]


def log_softmax(z):
    lse = logsumexp(z)
    return [x - lse for x in exactly(z)]


def entropy(p):
    return -weighted(exactly(p), [log(x) for x in exactly(p)])


def cross_entropy(p, q):
    return -weighted(exactly(p), [log(x) for x in exactly(q)])


def kl_divergence(p, q):
    """With −p + q in each term, as the package defines it: rounded probabilities do not sum to 1."""
    return cross_entropy(p, q) - entropy(p) + mp.fsum(exactly(q)) - mp.fsum(exactly(p))


def jensen_shannon_divergence(p, q):
    middle = [(a + b) / 2 for a, b in zip(exactly(p), exactly(q), strict=True)]
    return -weighted(middle, [log(x) for x in middle]) - (entropy(p) + entropy(q)) / 2


def conditional_entropy(joint):
    marginal = [mp.fsum(row) for row in exactly(joint)]
    return entropy(np.ravel(joint)) + weighted(marginal, [log(x) for x in marginal])


def mutual_information(joint):
    """With −p + q in each term, q the product of the marginals."""
    rows, columns = ([mp.fsum(x) for x in exactly(table)] for table in (joint, np.transpose(joint)))
    total = mp.fsum(rows)
    entropies = sum(weighted(p, [log(x) for x in p]) for p in (rows, columns))
    return -entropy(np.ravel(joint)) - entropies + total**2 - total


def entropy_from_logits(z):
    return -weighted(softmax(z), log_softmax(z))


def kl_from_logits(z, w):
    return weighted(softmax(z), [a - b for a, b in zip(log_softmax(z), log_softmax(w), strict=True)])


def sparsemax(z):
    """max(z − θ, 0), with θ from the largest set of classes that all lie above the θ of their own."""
    ordered = sorted(exactly(z), reverse=True)
    thresholds = [(mp.fsum(ordered[: j + 1]) - 1) / (j + 1) for j in range(len(ordered))]
    theta = max(t for x, t in zip(ordered, thresholds, strict=True) if x > t)
    return [max(x - theta, mp.mpf(0)) for x in exactly(z)]


def softmax_jvp(z, v):
    p, v = softmax(z), exactly(v)
    mean = weighted(p, v)
    return [a * (b - mean) for a, b in zip(p, v, strict=True)]


def softmax_cross_entropy(z, y):
    return -weighted(exactly(y), log_softmax(z))


def softmax_cross_entropy_gradient(z, y):
    total = mp.fsum(exactly(y))
    return [total * a - b for a, b in zip(softmax(z), exactly(y), strict=True)]


def squared_error(z, y):
    return mp.fsum((a - b) ** 2 for a, b in zip(softmax(z), exactly(y), strict=True))


def squared_error_gradient(z, y):
    p = softmax(z)
    v = [a - b for a, b in zip(p, exactly(y), strict=True)]
    mean = weighted(p, v)
    return [2 * a * (b - mean) for a, b in zip(p, v, strict=True)]


def binary_cross_entropy(z, y):
    z, y = exactly(z), exactly(y)
    return y * log(1 + exp(-z)) + (1 - y) * log(1 + exp(z))


def error(computed, truth, relative=True):
    """The largest error of any entry in eps of the computed dtype, relative to the truth or absolute.

    Below the smallest normal number a float's spacing no longer shrinks: there the error is relative to that number,
    which makes 1 eps one spacing.
    """
    limits = np.finfo(computed.dtype)
    got, want = exactly(np.ravel(computed)), truth if isinstance(truth, list) else [truth]
    sizes = [max(abs(b), float(limits.tiny)) if relative else 1 for b in want]
    return float(max(abs(a - b) / size for a, b, size in zip(got, want, sizes, strict=True)) / float(limits.eps))
