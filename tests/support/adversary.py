"""A search for the inputs on which the promises of softxent come nearest to being broken.

Rows of logits are drawn from families that have broken something before (many equal small terms, cliffs at the ends of
the range, near ties, faces, sums beside the thresholds of the kernel), and the worst of each promise are then changed a
little, round after round. The search measures in long double, many rows at a time (where long double is no wider than
float64, in float32 only); `confirm` measures what it found again in mpmath, with 400 digits.
"""

import exact
import numpy as np

from softxent import entropy as of_probabilities
from softxent import loss, softmax

SIZES = (2, 3, 4, 5, 8, 10, 16, 17, 33, 100, 119, 128, 333, 1000)
LEVELS = (0.5, 1.1, 1.7, 3, 8, 16.6, 17.3, 18.7, 28, 36.04, 36.73, 37.4, 60, 87.3, 88.7, 103.9, 350, 708.3, 745.1)
THRESHOLDS = (0.5, 1, 3, 1e30, 2.0**124, 2.0**1020)
LONG = np.longdouble


# ---- rows


def draw(rng, k, dtype, n=64):
    """n rows of k logits from one family."""
    family = rng.choice([spread, levels, cliffs, ties, faces, near_threshold])
    return family(rng, n, k).astype(dtype)


def spread(rng, n, k):
    shift = rng.choice([0, 0, -3.3, 1000, 1e4, -50])
    return rng.uniform(-1, 1, (n, k)) * 10 ** rng.uniform(-4, 2.6, (n, 1)) + shift


def levels(rng, n, k):
    """A few classes at 0, some at one level below, many at another."""
    counts = np.sort(rng.integers(0, k + 1, (n, 2)), -1)
    column = np.arange(k)
    first, second = -rng.choice(LEVELS, (2, n, 1)) * rng.uniform(0.97, 1.03, (2, n, 1))
    return np.where(column < counts[:, :1] // 4 + 1, 0, np.where(column < counts[:, 1:], first, first + second))


def cliffs(rng, n, k):
    rows = rng.uniform(-1, 1, (n, k)) * rng.choice([1e-3, 1, 5], (n, 1))
    return rows - rng.choice(LEVELS, (n, k)) * (rng.random((n, k)) < rng.random((n, 1)))


def ties(rng, n, k):
    """Classes some last digits apart."""
    return rng.uniform(-20, 20, (n, 1)) * (1 + rng.integers(-3, 4, (n, k)) * rng.choice([2.0**-52, 2.0**-23, 1e-4]))


def faces(rng, n, k):
    rows = spread(rng, n, k)
    rows[:, 1:][rng.random((n, k - 1)) < 0.3] = -np.inf
    return rows


def near_threshold(rng, n, k):
    """Moved so that the sum of the exponentials lies beside a threshold."""
    rows = levels(rng, n, k) if rng.random() < 0.5 else rng.uniform(-3, 0, (n, k))
    sums = np.log(np.exp(rows).sum(-1, keepdims=True))
    return rows - sums + np.log(rng.choice(THRESHOLDS, (n, 1))) + rng.normal(0, 1e-3, (n, 1))


def perturbed(rng, row):
    """The row with its different values changed a little, equal ones alike."""
    values, which = np.unique(row, return_inverse=True)
    values = values.astype(float)
    step = rng.normal(0, 1, values.size) * 10 ** rng.uniform(-14, -0.5)
    changed = np.where(rng.random(values.size) < 0.5, values * (1 + step), values + step)
    return changed[which].astype(row.dtype)


# ---- the truth in long double, (n, K) or (n,)


class Truth:
    """What follows from rows of logits, with the largest class apart."""

    def __init__(self, z):
        z = z.astype(LONG)
        at = z.argmax(-1)[:, None]
        self.m = np.take_along_axis(z, at, -1)
        self.d = z - self.m
        e = np.exp(self.d)
        others = e.copy()
        np.put_along_axis(others, at, 0, -1)
        s = others.sum(-1, keepdims=True)
        self.p = e / (1 + s)
        self.rest = 1 - self.p
        np.put_along_axis(self.rest, at, s / (1 + s), -1)
        self.log_sum = np.log1p(s)
        self.log_p = self.d - self.log_sum
        self.lse = (self.m + self.log_sum)[:, 0]


def weighted(p, x):
    return np.where(p == 0, 0, p * np.where(p == 0, 0, x)).sum(-1)


def relative(got, want, dtype, limit, terms):
    """The error over what is promised: limit · eps, relatively, and 2 spacings of the subnormals for each term."""
    limits = np.finfo(dtype)
    promised = LONG(limits.eps) * (limit * np.abs(want) + 2 * terms * LONG(limits.tiny))
    return np.where(got == want, 0, np.abs(got - want) / promised)


def log_sum_exp(z):
    truth, got = Truth(z), softmax.logsumexp(z)
    m = truth.m[:, 0]
    size = np.maximum(np.abs(truth.lse), np.where(m < 0, -m, 0))
    limit = np.where(m < 0, 4, 3) * np.finfo(z.dtype).eps
    return np.abs(got - truth.lse) / np.maximum(size, z.shape[1] * np.finfo(z.dtype).tiny) / limit


def of_label(z, which):
    """The label's loss and gradient in units of their promises: of the largest, the smallest or the first class."""
    truth, rows = Truth(z), np.arange(len(z))
    label = {"largest": z.argmax(-1), "smallest": z.argmin(-1), "first": 0 * rows}[which]
    got_loss, got_gradient = loss.softmax_cross_entropy_with_gradient(z, label)
    gradient = truth.p.copy()
    gradient[rows, label] = -truth.rest[rows, label]
    squares = (gradient**2).sum(-1)
    return np.maximum.reduce(
        [
            relative(got_loss, -truth.log_p[rows, label], z.dtype, 5, z.shape[1]),
            relative(got_gradient, gradient, z.dtype, 5, z.shape[1]).max(-1),
            relative(loss.squared_error(z, label), squares, z.dtype, 20, z.shape[1]),
        ]
    )


def soft(z):
    """Weights for rows of logits: other rows' probabilities."""
    return Truth(z[::-1] / 2).p.astype(z.dtype)


def of_weights(z):
    truth, y = Truth(z), soft(z)
    got_loss, got_gradient = loss.softmax_cross_entropy_with_gradient(z, y)
    wide = y.astype(LONG)
    gradient = wide.sum(-1, keepdims=True) * truth.p - wide
    of_loss = relative(got_loss, weighted(wide, -truth.log_p), z.dtype, 8, z.shape[1])
    return np.maximum(of_loss, np.abs(got_gradient - gradient).max(-1) / (4 * np.finfo(z.dtype).eps))


def brier(z):
    truth, y = Truth(z), soft(z).astype(LONG)
    v = np.where(truth.p > 0.5, (1 - y) - truth.rest, truth.p - y)
    eps = np.finfo(z.dtype).eps
    roots = np.sqrt(loss.squared_error(z, soft(z)).astype(LONG))
    gradient = 2 * truth.p * (v - weighted(truth.p, v)[:, None])
    return np.maximum(
        np.abs(roots - np.sqrt((v**2).sum(-1))) / (4 * eps),
        np.abs(loss.squared_error_gradient(z, soft(z)) - gradient).max(-1) / (16 * eps),
    )


def entropy_from_logits(z):
    """A term below the normal numbers has its spacings multiplied by its surprisal, which is at most this large."""
    truth = Truth(z)
    want = truth.log_sum[:, 0] - weighted(truth.p, truth.d)
    surprisal = 1 - np.log(float(np.finfo(z.dtype).smallest_subnormal))
    return relative(softmax.entropy_from_logits(z), want, z.dtype, 8, z.shape[1] * surprisal)


def products(z):
    """J v and the entries of J."""
    truth, v = Truth(z), np.cos(np.arange(z.shape[1])).astype(z.dtype)
    x = v.astype(LONG) - v[z.argmax(-1)][:, None].astype(LONG)
    want = truth.p * (x - weighted(truth.p, x)[:, None])
    size = truth.p * (np.abs(x) + weighted(truth.p, np.abs(x))[:, None]) + z.shape[1] * np.finfo(z.dtype).tiny
    errors = np.abs(softmax.softmax_jvp(z, np.broadcast_to(v, z.shape)) - want)
    found = (errors / size).max(-1) / (8 * np.finfo(z.dtype).eps)
    if z.shape[1] <= 10:
        J = -truth.p[:, :, None] * truth.p[:, None, :]
        k = np.arange(z.shape[1])
        J[:, k, k] = truth.p * truth.rest
        found = np.maximum(found, relative(softmax.softmax_jacobian(z), J, z.dtype, 8, z.shape[1]).max((-1, -2)))
    return found


def divergence_terms(p, q):
    """p log(p/q) − p + q in long double, by its series where p is near q."""
    p, q = p.astype(LONG), q.astype(LONG)
    gap = q - p
    u = gap / np.where(p + q == 0, 1, p + q)
    w = np.minimum(u * u, LONG(0.25))
    tail = sum(w**k / LONG(2 * k + 1) for k in range(1, 34))
    far = np.where(p > 0, gap - p * np.log(q / np.where(p > 0, p, 1)), gap)
    return np.where(w < 0.25, u * (gap - 2 * p * tail), far)


def divergences(z):
    """Of the probabilities: entropy, cross-entropy, KL, Jensen–Shannon."""
    p, q = Truth(z).p.astype(z.dtype), soft(z)
    wide, other = p.astype(LONG), q.astype(LONG)
    surprisals = [-np.log(np.where(x > 0, x, 1)) for x in (wide, other)]
    crossed = np.where((wide > 0) & (other == 0), np.inf, wide * surprisals[1]).sum(-1)
    middle = (wide + other) / 2
    js = (divergence_terms(p, middle) + divergence_terms(q, middle)).sum(-1) / 2
    pairs = [
        (of_probabilities.entropy(p), (wide * surprisals[0]).sum(-1), 8),
        (of_probabilities.cross_entropy(p, q), crossed, 8),
        (of_probabilities.kl_divergence(p, q), divergence_terms(p, q).sum(-1), 5),
        (of_probabilities.jensen_shannon_divergence(p, q), js, 5),
    ]
    return np.maximum.reduce([relative(got, want, z.dtype, limit, z.shape[1]) for got, want, limit in pairs])


def kl_from_logits(z):
    """Far from equality, where long double is good enough; the tests of accuracy go near."""
    other = z[::-1] / 2
    p, smallest = Truth(z).p, float(np.finfo(z.dtype).smallest_subnormal)
    want = divergence_terms(np.where(p < smallest, 0, p), Truth(other).p).sum(-1)
    found = relative(softmax.kl_from_logits(z, other), want, z.dtype, 8, z.shape[1])
    undecided = (np.isinf(other) & (p > smallest / 4) & (p < 2 * smallest)).any(-1)  # inf if p is rounded upwards
    return np.where((want > 1e-4) & ~undecided, found, 0)


def binary(z):
    """Each logit with a target of its own: a probability, 0 or 1."""
    y = soft(z)
    y[:, ::3] = np.round(y[:, ::3])
    x, t = z.astype(LONG), y.astype(LONG)
    softplus = [np.maximum(a, 0) + np.log1p(np.exp(-np.abs(a))) for a in (-x, x)]
    terms = [np.where(w == 0, 0, w * np.where(w == 0, 0, f)) for w, f in zip((t, 1 - t), softplus, strict=True)]
    return relative(loss.binary_cross_entropy(z, y), sum(terms), z.dtype, 8, 1).max(-1)


def joints(z):
    """Joint distributions (n, M, K/M), the rows' probabilities, with M the largest divisor of K up to its root."""
    divisor = max(m for m in range(1, int(z.shape[1] ** 0.5) + 1) if z.shape[1] % m == 0)
    p = Truth(z).p.astype(z.dtype).reshape(len(z), divisor, -1)
    return p, p.swapaxes(-1, -2)


def conditional(z):
    """The mean surprisal of the columns given the rows, and of the rows given the columns."""
    return np.maximum.reduce([_conditional(joint) for joint in joints(z)])


def _conditional(joint):
    wide = joint.astype(LONG)
    top = wide.argmax(-1)[..., None]
    others = wide.copy()
    np.put_along_axis(others, top, 0, -1)
    likeliest = np.take_along_axis(wide, top, -1)
    rest = others.sum(-1, keepdims=True)
    log_sum = np.log1p(rest / np.where(likeliest > 0, likeliest, 1))
    surprisals = log_sum - np.log(np.where(wide > 0, wide, likeliest) / np.where(likeliest > 0, likeliest, 1))
    want = weighted(wide, surprisals).sum(-1)
    return relative(of_probabilities.conditional_entropy(joint), want, joint.dtype, 8, joint[0].size)


def mutual(z):
    """The root of the mutual information."""
    joint = joints(z)[0]
    wide = joint.astype(LONG)
    product = wide.sum(-1, keepdims=True) * wide.sum(-2, keepdims=True)
    want = divergence_terms(joint, product).sum((-1, -2))
    got = of_probabilities.mutual_information(joint).astype(LONG)
    return np.abs(np.sqrt(got) - np.sqrt(want)) / (4 * np.finfo(z.dtype).eps)


def projection(z):
    """sparsemax, by the sums of the largest logits; a class 2 eps or more below the threshold must get 0."""
    x, eps = z.astype(LONG) - z.max(-1, keepdims=True), np.finfo(z.dtype).eps
    x = np.maximum(x, -2)  # a class 1 or more below the largest gets 0
    ordered, j = -np.sort(-x, -1), np.arange(1, z.shape[1] + 1)
    sums = ordered.cumsum(-1)
    kept = (1 + j * ordered > sums).sum(-1, keepdims=True)
    theta = (np.take_along_axis(sums, kept - 1, -1) - 1) / kept
    got = softmax.sparsemax(z)
    stray = ((got > 0) & (x <= theta - 2 * LONG(eps))).any(-1)
    return np.where(stray, np.inf, np.abs(got - np.maximum(x - theta, 0)).max(-1) / (2 * eps))


PROMISES = {
    "softmax": lambda z: relative(softmax.softmax(z), Truth(z).p, z.dtype, 4, 1).max(-1),
    "log_softmax": lambda z: relative(softmax.log_softmax(z), Truth(z).log_p, z.dtype, 4, z.shape[1]).max(-1),
    "logsumexp": log_sum_exp,
    "entropy_from_logits": entropy_from_logits,
    "loss and gradient, likely label": lambda z: of_label(z, "largest"),
    "loss and gradient, unlikely label": lambda z: of_label(z, "smallest"),
    "loss and gradient, some label": lambda z: of_label(z, "first"),
    "loss and gradient, weights": of_weights,
    "squared error, weights": brier,
    "softmax_jvp, softmax_jacobian": products,
    "entropies and divergences": divergences,
    "kl_from_logits": kl_from_logits,
    "binary_cross_entropy": binary,
    "conditional_entropy": conditional,
    "mutual_information": mutual,
    "sparsemax": projection,
}


# ---- the search


def search(rng, dtype, batches, sizes=SIZES, climbs=4, names=tuple(PROMISES)):
    """For each promise the worst row found and its error in units of the promise, and the number of rows tried."""
    worst = {name: (0.0, None) for name in names}
    tried = 0
    for _ in range(batches):
        z = draw(rng, int(rng.choice(sizes)), dtype)
        for name in names:
            tried += improve(rng, worst, name, z, climbs)
    return worst, tried


def improve(rng, worst, name, z, climbs):
    """Try the rows, and then changes of the worst of them; the number of rows tried."""
    tried = 0
    for _ in range(climbs + 1):
        with np.errstate(all="ignore"):
            errors = np.asarray(PROMISES[name](z), float)
        assert not np.isnan(errors).any(), (name, z[np.isnan(errors)])
        tried += len(z)
        best = z[errors.argmax()]
        if errors.max() > worst[name][0]:
            worst[name] = float(errors.max()), best.copy()
        z = np.stack([perturbed(rng, best) for _ in range(16)])
    return tried


# ---- the truth in mpmath, for one row


def exact_error(got, want, limit, terms):
    """As `relative`, of one row."""
    limits = np.finfo(got.dtype)
    floor = 2 * terms * exact.mp.mpf(float(limits.tiny))
    pairs = zip(exact.exactly(np.ravel(got)), want, strict=True)
    errors = [abs(a - b) / (limit * abs(b) + floor) for a, b in pairs if a != b]
    return float(max(errors, default=0) / float(limits.eps))


def exact_label(z, label):
    y = np.arange(z.size) == label
    got_loss, got_gradient = loss.softmax_cross_entropy_with_gradient(z, label)
    return max(
        exact_error(got_loss, [exact.softmax_cross_entropy(z, y)], 5, z.size),
        exact_error(got_gradient, exact.softmax_cross_entropy_gradient(z, y), 5, z.size),
        exact_error(loss.squared_error(z, label), [exact.squared_error(z, y)], 20, z.size),
    )


def exact_log_sum_exp(z):
    truth, got = exact.logsumexp(z), float(softmax.logsumexp(z))
    size = max(abs(truth), -float(z.max()), z.size * float(np.finfo(z.dtype).tiny))
    return float(abs(got - truth) / size / float(np.finfo(z.dtype).eps)) / (4 if z.max() < 0 else 3)


def exact_conditional(z):
    tables = [joint[0] for joint in joints(z[None])]
    pairs = [(of_probabilities.conditional_entropy(table), exact.conditional_entropy(table)) for table in tables]
    return max(exact_error(got, [want], 8, z.size) for got, want in pairs)


def exact_mutual(z):
    table = joints(z[None])[0][0]
    got, want = float(of_probabilities.mutual_information(table)), exact.mutual_information(table)
    return float(abs(exact.mp.sqrt(got) - exact.mp.sqrt(want))) / (4 * float(np.finfo(z.dtype).eps))


CONFIRMED = {
    "softmax": lambda z: exact_error(softmax.softmax(z), exact.softmax(z), 4, 1),
    "log_softmax": lambda z: exact_error(softmax.log_softmax(z), exact.log_softmax(z), 4, z.size),
    "logsumexp": exact_log_sum_exp,
    "loss and gradient, likely label": lambda z: exact_label(z, int(z.argmax())),
    "loss and gradient, unlikely label": lambda z: exact_label(z, int(z.argmin())),
    "loss and gradient, some label": lambda z: exact_label(z, 0),
    "conditional_entropy": exact_conditional,
    "mutual_information": exact_mutual,
    "sparsemax": lambda z: exact.error(softmax.sparsemax(z), exact.sparsemax(z), relative=False) / 2,
}


def confirm(name, row):
    """The error of one row in units of the promise by mpmath, or None for a promise that is only screened."""
    return CONFIRMED[name](row) if name in CONFIRMED else None
