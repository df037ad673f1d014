"""The checks of chapter 18, the workshop, and the wrong softmaxes that its test suites are to find."""

import warnings

import mpmath
import numpy as np
from scipy import special

from bookkit.data import digit_logits
from bookkit.exercises.judging import agree, by_hand, laws, require
from softxent.calibration import expected_calibration_error, fit_temperature
from softxent.entropy import kl_divergence
from softxent.loss import softmax_cross_entropy, softmax_cross_entropy_gradient
from softxent.softmax import log_softmax, logsumexp, softmax, softmax_jvp

FORMATS = {"float16": (10, 15), "bfloat16": (7, 127), "float32": (23, 127), "float64": (52, 1023)}


# The softmaxes of problem 1, none of them right.


def _divided(e, axis=-1):
    return e / e.sum(axis=axis, keepdims=True)


def _naive(z):
    return _divided(np.exp(z))


def _mean_shift(z):
    return _divided(np.exp(z - z.mean(axis=-1, keepdims=True)))


def _one_shift(z):
    return _divided(np.exp(z - z.max()))


def _first_axis(z):
    return _divided(np.exp(z - z.max(axis=0)), axis=0)


def _in_place(z):
    z -= z.max(axis=-1, keepdims=True)
    return _divided(np.exp(z))


def _added(z):
    e = np.exp(z - z.max(axis=-1, keepdims=True))
    return e / (e.sum(axis=-1, keepdims=True) + 1e-7)


def _clipped(z):
    return _naive(np.clip(z, -500, 500))


def _single(z):
    return _divided(np.exp((z - z.max(axis=-1, keepdims=True)).astype(np.float32)))


BROKEN = {
    "A": (_naive, "overflows for large logits"),
    "B": (_mean_shift, "is shifted by the mean and overflows for logits far apart"),
    "C": (_one_shift, "is shifted by the largest logit of all rows, and loses the other rows"),
    "D": (_first_axis, "divides by the sums over the first axis"),
    "E": (_in_place, "changes its argument"),
    "F": (_added, "adds 0.0000001 to the denominator"),
    "G": (_clipped, "clips the logits at 500"),
    "H": (_single, "computes in single precision"),
}


# The tests of the figure: each says whether f passes.


def _example(f):
    return np.allclose(f(np.array([1.0, 2.0, 3.0])), [0.09003057, 0.24472847, 0.66524096])


def _sums_to_one(f):
    return np.isclose(f(np.array([0.3, -1.0, 2.0, 0.0])).sum(), 1)


def _small_shift(f):
    z = np.array([0.3, -1.0, 2.0])
    return np.allclose(f(z.copy()), f(z + 5))


def _large_shift(f):
    z = np.array([0.3, -1.0, 2.0])
    return np.allclose(f(z.copy()), f(z + 1000))


def _far_apart(f):
    return np.allclose(f(np.array([1000.0, 900.0, -2000.0])), [1, 0, 0])


def _rows(f):
    z = np.array([[1.0, 2.0, 3.0], [-800.0, -801.0, -803.0]])
    return np.allclose(f(z.copy()), [f(z[0].copy()), f(z[1].copy())])


def _unchanged(f):
    z = np.array([1.0, 2.0, 3.0])
    f(z)
    return bool((z == [1, 2, 3]).all())


def _digits(f):
    exact = [0.09003057317038046, 0.24472847105479764, 0.6652409557748219]
    return np.allclose(f(np.array([1.0, 2.0, 3.0])), exact, rtol=1e-14, atol=0)


TESTS = {
    "one example": _example,
    "sum is 1": _sums_to_one,
    "shift by 5": _small_shift,
    "shift by 1000": _large_shift,
    "far apart": _far_apart,
    "row by row": _rows,
    "input kept": _unchanged,
    "14 digits": _digits,
}


def passed(f, test):
    """Whether the function passes the test, warnings apart."""
    with np.errstate(all="ignore"):
        return bool(test(f))


# Problem 1


def mean(attempt):
    z = np.asarray(attempt, dtype=float)
    require(z.shape == (3,), f"give three logits, not the shape {z.shape}")
    require((np.abs(z) <= 1000).all(), "no logit may be larger than 1000 in size")
    largest = (z - z.mean()).max()
    require(z.mean() <= z.max() - 1, "the mean must lie well below the largest logit")
    require(largest > 709.79, f"after the shift the largest logit is {largest:.1f}: exp of it is still finite")


def stable(attempt):
    for dtype in (np.float64, np.float32, np.float16):
        for row in ([1, 2, 3], [1000, 999, 1000], [-1000, -1001, -1003], [0.5, -7, 3, 3.25], [5], [3, -np.inf, 1]):
            _judge_row(attempt, np.array(row, dtype=dtype))
    _judge_row(attempt, np.array([800.0, 100.0, 90.0]))
    _judge_axes(attempt)
    _judge_edges(attempt)


def _judge_row(attempt, z):
    kept, place = z.copy(), f"for {z} in {z.dtype}"
    with warnings.catch_warnings(), np.errstate(over="warn", invalid="warn", divide="warn"):
        warnings.simplefilter("error")
        found = np.asarray(attempt(z))
    require(np.array_equal(z, kept), f"{place}: your function changes its argument")
    require(found.shape == z.shape, f"{place}: the shape is {found.shape}")
    require(found.dtype == z.dtype, f"{place}: the result is {found.dtype}; keep the type of the logits")
    exact = _exact_softmax(z)
    gap = np.minimum(z.max() - z.astype(float), 800)
    info = np.finfo(z.dtype)
    allowed = float(info.eps) * (gap + len(z) + 4) * exact + float(info.smallest_subnormal)
    wrong = ~(np.abs(found.astype(float) - exact) <= allowed)
    require(not wrong.any(), f"{place}: it gives {found}, and the exact values are {exact.astype(z.dtype)}")


def _exact_softmax(z):
    """The softmax of one row, from 40 digits, rounded once."""
    with mpmath.workdps(40):
        e = [mpmath.exp(mpmath.mpf(float(x))) for x in z]
        total = mpmath.fsum(e)
        return np.array([float(x / total) for x in e])


def _judge_axes(f):
    z = np.random.default_rng(18).normal(size=(2, 3, 4)) * 300
    for axis in (-1, 0, 1, 2):
        found = np.asarray(f(z.copy(), axis=axis))
        wanted = special.softmax(z, axis=axis)
        agree(found, wanted, f"it is not SciPy's softmax along axis {axis}", rtol=1e-12, atol=0)
    require(np.asarray(f([1, 2, 3])).dtype == np.float64, "whole numbers give float64")
    require(np.allclose(f(np.array([[1, 2, 3]])), special.softmax([1, 2, 3])), "whole numbers are wrong")


def _judge_edges(f):
    inf, nan = np.inf, np.nan
    for row in ([1.0, nan, 2.0], [nan, -inf, 0.0], [inf, 0.0, 1.0], [-inf, -inf, -inf]):
        with np.errstate(all="ignore"):
            found = np.asarray(f(np.array([row, [0.0, 0.0, 0.0]])))
        require(np.isnan(found[0]).all(), f"the row {row} has no softmax: all its entries must be NaN, not {found[0]}")
        require(np.allclose(found[1], 1 / 3), "a NaN or an infinity in one row must not touch the other rows")


def suite(attempt):
    right = {
        "the package's softmax": softmax,
        "SciPy's softmax": lambda z: special.softmax(z, axis=-1),
        "exp of the log-softmax": lambda z: np.exp(log_softmax(z)),
    }
    for name, f in right.items():
        require(_accepts(attempt, f), f"it refuses {name}, which is right: how many digits do you ask for?")
    for f, fault in BROKEN.values():
        require(not _accepts(attempt, f), f"it accepts a function that {fault}")


def _accepts(attempt, f):
    """Whether a suite accepts f: it returns something true, and no assertion fails."""
    with np.errstate(all="ignore"), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            return bool(attempt(f))
        except AssertionError:
            return False


# Problem 2


def largest(attempt):
    exact = [np.log(2 - 2.0**-m) + E * np.log(2) for m, E in FORMATS.values()]
    power = [(E + 1) * np.log(2) for _, E in FORMATS.values()]
    usual = [
        (power, "M is a little below the next power of two; for bfloat16 the difference shows"),
        ([E * np.log(2) for _, E in FORMATS.values()], "the significand of M is nearly 2, not 1"),
        (np.array(exact) / np.log(2), "that is the logarithm to base 2"),
    ]
    by_hand(attempt, exact, "log M = E log 2 + log(2 - 2^-m), in the order of the table", usual)


def smallest(attempt):
    exact = [-(E + m) * np.log(2) for m, E in FORMATS.values()]
    usual = [
        (
            [-(E + m - 1) * np.log(2) for m, E in FORMATS.values()],
            "a result above half of that number is rounded to it",
        ),
        ([-(E - 1) * np.log(2) for _, E in FORMATS.values()], "below the normal numbers there are the subnormal ones"),
        (-np.array(exact), "the logarithm of a number below 1 is negative"),
    ]
    by_hand(attempt, exact, "half of the smallest positive number is 2^(-E - m)", usual)


def ends(attempt):
    for m, E in [*list(FORMATS.values())[:3], (2, 15), (3, 7)]:
        threshold = np.log(2 - 2.0 ** (-m - 1)) + E * np.log(2)
        step = 2.0 ** (np.floor(np.log2(threshold)) - m)
        wanted, found = np.floor(threshold / step) * step, float(attempt(m, E))
        place = f"for m = {m} and E = {E}"
        require(found / step == np.floor(found / step), f"{place}: {found} is no number of that format")
        require(found <= wanted, f"{place}: exp({found}) is rounded to infinity")
        require(found == wanted, f"{place}: exp({found + step}) is finite too")


def silent(attempt):
    z = np.asarray(attempt, dtype=float)
    require(z.shape == (10,), f"give ten logits, not the shape {z.shape}")
    small = z.astype(np.float16)
    require((small == z).all(), "they must be numbers of float16")
    with np.errstate(all="ignore"):
        e = np.exp(small)
        total = e.sum()
    require(
        np.isfinite(e).all(), "one of the exponentials is infinite: infinity by infinity gives NaN, which is noticed"
    )
    require(np.isinf(total), f"the sum is {total}, which is finite, so the result is right")


# Problem 3


def link(attempt):
    require(len(attempt) == 2, "give two functions: link and mean")
    to_eta, to_p = attempt
    rng = np.random.default_rng(3)
    P = rng.dirichlet([1, 2, 3, 4], size=(2, 5))
    eta = np.log(P[..., :-1] / P[..., -1:])
    usual = [
        (-eta, "the sign is turned: class k stands above, the last class below"),
        (np.log(P[..., 1:] / P[..., :1]), "the reference is the last class, not the first"),
        (np.log(P[..., :-1]), "those are logarithms, not log-odds against the last class"),
        (special.logit(P[..., :-1]), "those are the log-odds of a class against all others"),
    ]
    agree(to_eta(P.copy()), eta, "the link is log(p_k / p_K) for k < K", usual)
    agree(to_p(eta.copy()), P, "the mean is the softmax of eta with a 0 appended")
    z = np.array([[1000.0, 999.0], [-1000.0, -1000.0], [0.0, 0.0]])
    wanted = softmax(np.pad(z, ((0, 0), (0, 1))))
    with np.errstate(all="ignore"):
        found = to_p(z.copy())
    agree(found, wanted, "it must survive log-odds of 1000")


# Problem 4


def soft(attempt):
    y, p = np.array([[0.6, 0.3, 0.1], [1, 0, 0]]), np.array([0.5, 0.25, 0.25])
    entropies, cross = special.entr(y).sum(-1), -(y * np.log(p)).sum(-1)
    wanted = np.stack([entropies, cross, cross - entropies], axis=-1)
    backward = wanted.copy()
    backward[0, 2] = kl_divergence(p, y[0])
    require(not np.isnan(np.asarray(attempt, dtype=float)).any(), "0 log 0 is 0 here, not NaN")
    usual = [
        (wanted / np.log(2), "those are bits: take natural logarithms"),
        (backward, "the divergence runs from the target to the model"),
        (wanted[:, [1, 0, 2]], "entropy first, cross-entropy second"),
    ]
    by_hand(attempt, wanted, "cross-entropy = entropy + divergence holds in each row", usual)


def reverse(attempt):
    rng = np.random.default_rng(4)
    z, y = rng.normal(size=(6, 4)) * 2, rng.dirichlet([1, 1, 2, 2], 6)
    log_ratio = log_softmax(z) - np.log(y)
    p = softmax(z)
    mean_ratio = (p * log_ratio).sum(-1, keepdims=True)
    wanted = p * (log_ratio - mean_ratio)
    usual = [
        (p - y, "that is the gradient of the divergence of the model from the target, KL(y || p)"),
        (p * log_ratio, "its entries do not add up to 0: the probabilities depend on all logits"),
        (log_ratio + 1, "that is the derivative in p: go on to z with the Jacobian"),
        (-wanted, "the sign is turned"),
    ]
    agree(attempt(z.copy(), y.copy()), wanted, "p_i (log(p_i / y_i) - divergence)", usual)
    with np.errstate(all="ignore"):
        found = attempt(np.array([[1000.0, 0.0]]), np.array([[0.5, 0.5]]))
    agree(found, [[0.0, 0.0]], "for logits of 1000 it must be 0: take the logarithm of p from log_softmax")


# Problem 5


def size(attempt):
    for loss, K in ((0.5, 2), (1.0, 3), (2.5, 10), (1e-12, 4), (50.0, 1000)):
        rest = -np.expm1(-loss)
        wanted = [rest * np.sqrt(K / (K - 1)), rest * np.sqrt(2)]
        usual = [
            (wanted[::-1], "least first"),
            ([rest, wanted[1]], "the rest is shared by K - 1 classes: their squares count too"),
            ([wanted[0], rest * 2], "2 (1 - p_c) is the sum of the sizes, not the Euclidean norm"),
            ([(1 - rest) * x / rest for x in wanted], "p_c is exp(-L), and the residual is 1 - p_c"),
        ]
        agree(attempt(loss, K), wanted, f"wrong for the loss {loss:g} and {K} classes", usual, atol=0)


def gradcheck(attempt):
    rng = np.random.default_rng(5)
    for scale in (1.0, 1000.0):
        z = scale + rng.normal(size=5)
        for y in (np.eye(5)[1], rng.dirichlet(np.ones(5))):
            _judge_check(attempt, z, y)


def _judge_check(attempt, z, y):
    def f(z):
        return softmax_cross_entropy(z, y)

    def right(z):
        return softmax_cross_entropy_gradient(z, y)

    wrong = {
        "the right gradient with the wrong sign": lambda z: -right(z),
        "softmax alone, without the target": softmax,
        "the gradient divided by the number of classes": lambda z: right(z) / 5,
        "a gradient that is wrong in its last entry": lambda z: right(z) + 0.01 * np.eye(5)[4],
        "a gradient of zeros": np.zeros_like,
        "a gradient that is NaN in one entry": lambda z: right(z) + np.array([0, 0, np.nan, 0, 0]),
        "a gradient of ones": np.ones_like,
    }
    kept = z.copy()
    found = float(attempt(f, right, z))
    require(np.array_equal(z, kept), "your check changes the point")
    require(0 <= found < 1e-6, f"for the right gradient at {z.round(1)} it gives {found:.2g}, not less than 1e-6")
    for name, g in wrong.items():
        with np.errstate(all="ignore"):
            found = float(attempt(f, g, z.copy()))
        require(not found < 1e-3, f"for {name} it gives {found:.2g}, which is small")


# Problem 6


def peak(attempt):
    usual = [
        (1.0, "at t = 1 the product is sigma(1), which is below 1"),
        (0.738835031131608, "that is where t sigma(t) = 1/2"),
        (1.5434046384182084, "that is where t tanh(t/2) = 1"),
    ]
    by_hand(attempt, 1.2784645427610738, "halve an interval: t sigma(t) rises from 0", usual)


def sensitivity(attempt):
    rng = np.random.default_rng(6)
    W, b = rng.normal(size=(4, 6)), rng.normal(size=4)
    for c, x in enumerate(rng.normal(size=(4, 6))):
        z = W @ x + b
        p = softmax(z)
        residual = p - np.eye(4)[c]
        of_p = softmax_jvp(z, np.eye(4)[c]) @ W
        wanted = [np.linalg.norm(v) for v in (residual, residual @ W, of_p)]
        usual = [
            ([wanted[0], wanted[0], wanted[2]], "go on from the logits to the pixels: multiply by W transposed"),
            ([wanted[0], wanted[1], np.linalg.norm(p * (1 - p) * np.eye(4)[c] @ W)], "p_c depends on every logit"),
            ([wanted[0], wanted[1], wanted[1]], "the gradient of the loss is that of p_c divided by -p_c"),
            ([abs(residual).sum(), *wanted[1:]], "take Euclidean norms"),
        ]
        agree(attempt(W.copy(), b.copy(), x.copy(), c), wanted, "norms of p - y, W^T (p - y) and W^T J e_c", usual)


def penalty(attempt):
    usual = [
        (3.35927504536959, "each logit is half the gap"),
        (4.59511985013459, "that is the gap of the probability 0.99"),
    ]
    by_hand(attempt, 3.913994819506328, "solve sigma(-g) = g/200: the logits are g/2 and -g/2", usual)


# Problem 7


def hessian(attempt):
    p = np.array([3, 2, 1]) / 6
    wanted = np.diag(p) - np.outer(p, p)
    usual = [
        (-wanted, "the sign is turned"),
        (np.diag(p * (1 - p)), "the logits act on each other: there are entries off the diagonal"),
        (np.diag(p) - np.outer(p, p) * (1 - np.eye(3)), "on the diagonal stands p - p^2"),
        (np.diag(p * (1 - p)) + np.outer(p, p) * (1 - np.eye(3)), "off the diagonal it is negative"),
    ]
    by_hand(attempt, wanted, "p_i (1 - p_i) on the diagonal, -p_i p_j off it", usual)


def eigen(attempt):
    root = np.sqrt(13)
    wanted = [(11 + root) / 36, (11 - root) / 36, 0]
    usual = [
        (wanted[::-1], "in falling order"),
        ([1 / 4, 2 / 9, 5 / 36], "those are the entries of the diagonal"),
        ([1 / 2, 1 / 3, 1 / 6], "those are the probabilities"),
    ]
    by_hand(attempt, wanted, "their sum is 11/18, one is 0, and the product of the others is 1/12", usual)


def nullity(attempt):
    rng = np.random.default_rng(7)
    for N, D, rank, K in ((5, 3, 3, 4), (2, 6, 2, 3), (9, 5, 2, 2), (1, 4, 1, 3), (4, 4, 3, 5)):
        X = rng.normal(size=(N, rank)) @ rng.normal(size=(rank, D))
        wanted = D + (K - 1) * (D - rank)
        usual = [
            ((K - 1) * rank, "that is the rank"),
            (K * D - K * rank, "the direction of the ones in the logits is flat too"),
            (D, "features that no example uses are flat as well"),
            (1, "the ones may be multiplied by a number for each feature"),
        ]
        agree(attempt(X, K), wanted, f"wrong for N = {N}, D = {D}, K = {K} and X of rank {rank}", usual)


# Problem 8


def wide(attempt):
    K = np.array([10, 1000, 50_000])
    wanted = np.log(K - 1) - np.log(np.expm1(0.01))
    usual = [
        (np.log(K) - np.log(np.expm1(0.01)), "there are K - 1 rivals"),
        (np.log(K - 1) - 0.01, "solve (K - 1) exp(-m) = exp(0.01) - 1"),
        (np.full(3, -np.log(np.expm1(0.01))), "the number of rivals counts"),
    ]
    by_hand(attempt, wanted, "m = log(K - 1) - log(exp(0.01) - 1)", usual)


def margin(attempt):
    for K in (2, 10, 50_000):
        for loss in (1e-20, 1e-3, np.log(K), 5.0, 60.0, 800.0):
            with mpmath.workdps(400):
                wanted = float(mpmath.log(K - 1) - mpmath.log(mpmath.expm1(mpmath.mpf(float(loss)))))
            with np.errstate(all="ignore"):
                found = float(attempt(loss, K))
            usual = [
                (np.log(K) - loss, "that holds for small margins only"),
                (-wanted, "the sign is turned"),
            ]
            agree(found, wanted, f"wrong for the loss {loss:g} and {K} classes: {found:.6g}", usual, 1e-12, 1e-14)


def hinge(attempt):
    rng = np.random.default_rng(8)
    for z, tau in ((rng.normal(size=5), 1.0), (1000 * rng.normal(size=5), 0.01), (rng.normal(size=5), 0.2)):
        for label, delta in ((0, 0.0), (3, 1.0)):
            found = attempt(z.copy(), label, delta, tau)
            require(len(found) == 2, "return the loss and its gradient")
            own = np.eye(5)[label]
            u = z - z[label] + delta * (1 - own)
            loss = tau * logsumexp(u / tau)
            q = softmax(u / tau)
            usual = [
                (logsumexp(u / tau), "the factor tau is missing"),
                (tau * logsumexp((z - z[label]) / tau), "the rivals have a start of delta"),
                (tau * logsumexp(np.delete(u, label) / tau), "the label itself is in the sum, with e^0"),
            ]
            agree(found[0], loss, f"the loss is wrong for tau = {tau} and delta = {delta}", usual, 1e-9, 1e-9)
            usual = [
                ((q - own) / tau, "the factor tau in front cancels the 1/tau of the chain rule"),
                (softmax(z / tau) - own, "the start of the rivals acts on the probabilities too"),
                (own - q, "the sign is turned"),
            ]
            agree(found[1], q - own, f"the gradient is wrong for tau = {tau} and delta = {delta}", usual)


# Problem 9


def cold(attempt):
    first, second = laws(attempt, 2, 3)
    require(not np.allclose(first, [1, 0, 0]), "in the first, two classes share the top")
    require(not np.allclose(second, [0, 0, 0]), "in the second, all logits are negative: subtract the largest first")
    require(np.allclose(first, [0.5, 0.5, 0]), "in the first, divide by the exponential of the largest logit")
    require(np.allclose(second, [0, 1, 0]), "in the second, which logit is the largest?")


def best(attempt):
    usual = [
        (np.log(4) / 5, "that is the inverse temperature"),
        (5 / np.log(2), "weigh the gaps to the label's logit: 1 above, 4 below"),
        (1.0, "at tau = 1 the mean logit is above the label's"),
    ]
    by_hand(attempt, 5 / np.log(4), "solve: the mean of the logits under softmax(z / tau) is 1", usual)


def hot(attempt):
    rng = np.random.default_rng(9)
    for z in rng.normal(size=(4, 5)) * 3:
        wanted = z.mean() - z[2]
        usual = [
            (-wanted, "the sign is turned: an example whose logit is below the mean pays more than log K"),
            (-z[2], "log-sum-exp moves too"),
            (softmax(z) @ z - z[2], "at an infinite temperature all classes weigh the same"),
            (z.max() - z[2], "that is the cold limit of tau times the loss"),
        ]
        agree(attempt(z.copy(), 2), wanted, "expand the loss to first order in 1/tau", usual)


# Problem 10


def folds(attempt):
    z, labels = digit_logits("test")
    for parts in (4, 3):
        wanted = np.array([_fold(z, labels, part) for part in np.array_split(np.arange(len(z)), parts)])
        own = wanted.copy()
        own[:, 0] = [fit_temperature(z[part], labels[part]) for part in np.array_split(np.arange(len(z)), parts)]
        found = np.asarray(attempt(z.copy(), labels.copy(), parts), dtype=float)
        require(found.shape == wanted.shape, f"the shape is {found.shape}, not {wanted.shape}")
        require(
            not np.allclose(found[:, 0], own[:, 0]), "the temperature comes from the other folds, not from this one"
        )
        for column, name in enumerate(("temperature", "loss before", "loss after", "ECE before", "ECE after")):
            usual = [(wanted[::-1, column], "the folds are in another order")]
            hint = f"with {parts} folds the {name} is wrong: fit on the other folds, judge on this one, 15 bins"
            agree(found[:, column], wanted[:, column], hint, usual, rtol=1e-6)


def _fold(z, labels, part):
    """Temperature from the other rows; loss and ECE of these rows before and after."""
    rest = np.setdiff1d(np.arange(len(z)), part)
    tau = fit_temperature(z[rest], labels[rest])
    losses = [softmax_cross_entropy(z[part] / t, labels[part]).mean() for t in (1, tau)]
    return [tau, *losses, *(_ece(softmax(z[part] / t), labels[part]) for t in (1, tau))]


def _ece(p, labels):
    return expected_calibration_error(p.max(-1), p.argmax(-1) == labels)


def floor(attempt):
    rng = np.random.default_rng(10)
    confidence, u = rng.beta(4, 1, 200), rng.random((50, 200))
    each = [expected_calibration_error(confidence, row < confidence) for row in u]
    usual = [
        (0.0, "a calibrated model has an ECE above 0 on every finite sample"),
        (
            expected_calibration_error(np.tile(confidence, 50), (u < confidence).ravel()),
            "one ECE for each row of u, then the mean",
        ),
        (
            np.mean([expected_calibration_error(confidence, row > confidence) for row in u]),
            "right where u is below the confidence",
        ),
        (np.max(each), "take the mean over the rows"),
    ]
    agree(attempt(confidence.copy(), u.copy()), np.mean(each), "mean over the rows of u of the ECE with 15 bins", usual)
