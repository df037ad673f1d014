"""The kernel under all functions of logits: exponentials, their sums, and the divergence of two probabilities.

A softmax is a quotient of exponentials, so a common factor exp(−m) changes nothing but the range: exp(z) overflows for
large z. Yet the shift z − m is rounded, and exp turns that rounding error into a relative error of the result. Hence
the rule here: *do not shift where nothing asks for it*. The exponentials of the logits as they stand are taken first.
Rows whose sum is out of a safe range are done again with the shift, and with its rounding error carried along.

Speed comes from blocks of rows that fit the processor's cache, worked on in place.
"""

from fractions import Fraction
from functools import cache
from typing import NamedTuple

import numpy as np
from numpy.polynomial.chebyshev import chebpts1

BLOCK = 1 << 17  # numbers in a block: 0.5 MiB of float32, 1 MiB of float64, which a second-level cache holds
SMALL = 1 << 15  # numbers in a block where many temporary arrays of its size are needed
FEW = 16  # up to so many classes a block is stored class by class, which makes NumPy's inner loops long


class Exponentials(NamedTuple):
    """The terms of a softmax in each row, up to a common factor.

    ``e`` (n, K) holds all terms, ``apart`` (n, 1) the one that was set apart (0 where none was), ``others`` (n, 1) the
    sum of the others. So log(1 + others/apart) and others/total keep their digits where apart/total is nearly 1.
    """

    e: np.ndarray
    apart: np.ndarray
    others: np.ndarray

    @property
    def total(self):
        """The sum of all terms, (n, 1)."""
        return self.apart + self.others


# ---- blocks


def blocks(z, *others, size=BLOCK):
    """The rows of z (..., K) as blocks x (n, K) of float32 or wider, not to be written to, and those of the others.

    A block has no more numbers than size, or is one row. Others of shape (...) come as columns (n, 1). They are views
    where reshape makes one, as it does of new arrays.
    """
    classes = z.shape[-1]
    rows = z.size // classes
    if classes >= 256:
        np.setbufsize(256)  # else NumPy copies each (n, 1) operand out into rows; leaving `quiet` restores the size
    order = "F" if classes <= FEW else "C"
    flat = [a.reshape(rows, a.size // max(rows, 1)) for a in (z, *others)]
    step = max(1, size // classes)
    for i in range(0, rows, step):
        x, *rest = (a[i : i + step] for a in flat)
        yield np.asarray(x, np.promote_types(x.dtype, np.float32), order), *rest


def scratch(x, out):
    """Room for the exponentials of x: the rows of the result where they have the same layout, else new."""
    return out if out.dtype == x.dtype and x.shape[1] > FEW else np.empty_like(x)


def write(values, out):
    """Copy a block into the rows of the result, unless it was computed there."""
    if values is not out:
        out[...] = values


def pieces(x, size=BLOCK):
    """The columns of a block, in slices of about so many numbers: more than one of BLOCK only where a row is longer."""
    width = max(1, size // max(1, len(x)))
    return (slice(j, j + width) for j in range(0, x.shape[1], width))


# ---- sums


def minus(x):
    """−x, and 0 where x is 0: the negative of 0.0 is −0.0, which is equal to it but prints as −0."""
    return 0 - x


def row_sums(x):
    """The sums of the rows of numbers >= 0, (n, 1), within 2 eps at any length.

    Four numbers are added in three roundings at most; what is left is added without error and rounded once: four in
    all, 2 eps (chapter 08a of the book has the proof). Up to 16 numbers are added by halves, in four roundings.
    (NumPy's own sum adds chains of 16 numbers one by one, which can cost 8 eps.)
    """
    if x.size <= BLOCK:
        parts = _parts(x)
    else:
        parts = _exact_parts(np.hstack([part for columns in pieces(x) for part in _parts(x[:, columns])]))
    return sum(parts).astype(x.dtype)


def signed_row_sums(x):
    """The sums of the rows, (n, 1), within 2 eps of the sums of the absolute values."""
    return row_sums(np.maximum(x, 0)) - row_sums(np.maximum(-x, 0))


def _plain_sums(x):
    """What x.sum(-1, keepdims=True) is, in less time."""
    return np.einsum("ij->i", x)[:, None]


def _parts(x):
    """A few columns (n, 1) that add up to the sums of the rows."""
    if x.shape[1] <= FEW:
        return (_sums_by_halves(x),)
    last = x.shape[1] // 4 * 4
    # the four quarters of a row, added by a matrix product: in whatever order, that is three additions
    quarters = np.ones(4, x.dtype) @ x[:, :last].reshape(len(x), 4, -1)
    return x[:, last:].sum(-1, keepdims=True), *_exact_parts(quarters)


def _sums_by_halves(x):
    """The sums of the rows, the left half being added to the right half until one column is left."""
    while x.shape[1] > 1:
        half = x.shape[1] // 2
        left, x = x[:, :half], x[:, half:].copy("K")
        x[:, x.shape[1] - half :] += left
    return x


def _exact_parts(x):
    """One column (n, 1) or two that add up to the sums of the rows up to eps².

    float64 is wide enough to add float32. Else: adding and subtracting a number σ above the sum leaves multiples of the
    last digit of σ, and these add up without rounding, in any order; the remainders are so small that the rounding of
    their sum does not matter (Rump, Ogita and Oishi 2008).
    """
    if x.dtype == np.float32:
        return (_plain_sums(x.astype(np.float64)),)
    plain = _plain_sums(x)
    sigma = 2 * plain
    high = x + sigma
    high -= sigma
    total = _plain_sums(high)
    low = _plain_sums(np.subtract(x, high, out=high))
    wide = np.isfinite(sigma)  # an infinite or NaN sum needs no care
    return np.where(wide, low, 0), np.where(wide, total, plain)


# ---- exponentials


def exponentials(x, at=None, out=None):
    """The terms of the softmax of each row of a block, the one in column ``at`` (n,) set apart; written over out.

    Where the sum of exp(x) is safe, exp(x) itself is right, and its argument is exact. All other rows are shifted.
    """
    e = np.empty_like(x) if out is None else out
    if overflows(x).all():
        return shifted(x, at, e)
    terms = _terms(np.exp(x, out=e), at)
    safe = is_safe(terms.total)[:, 0]
    if safe.all():
        return terms
    if not safe.any():
        return shifted(x, at, e)
    again = shifted(x[~safe], None if at is None else at[~safe], np.empty_like(x[~safe]))
    for array, rows in zip(terms, again, strict=True):
        array[~safe] = rows
    return terms


def is_safe(total):
    """Whether a sum of exponentials lies between 1/2 and a quarter of the reciprocal of the smallest normal number.

    Then a term below the normal numbers is a probability below them, or nearly, and no quotient by the sum leaves them.
    """
    return (total >= 1 / 2) & (total <= largest_safe(total.dtype))


@cache
def largest_safe(dtype):
    """The largest sum of exponentials that is safe."""
    return 1 / (4 * np.finfo(dtype).tiny)


def overflows(x):
    """Whether a glance at the first 128 logits tells that the sum of the exponentials of a row is too large, (n,)."""
    return x[:, :128].max(-1) > np.log(largest_safe(x.dtype))


def largest(x):
    """The columns of the largest entries, (n,): the first one of several, and the first NaN if there is one."""
    return x.argmax(-1)


def at_column(x, at):
    """The entries of the rows of x in the columns at, as a new column (n, 1)."""
    return x[np.arange(len(x)), at][:, None]


def _terms(e, at):
    """The exponentials with their sums."""
    if at is None:
        return Exponentials(e, np.zeros((len(e), 1), e.dtype), row_sums(e))
    apart = at_column(e, at)
    e[np.arange(len(e)), at] = 0
    others = row_sums(e)
    e[np.arange(len(e)), at] = apart[:, 0]
    return Exponentials(e, apart, others)


def shifted(x, at, out):
    """The terms exp(x − m) with m = max x, for any x, written over out."""
    m = x.max(-1, keepdims=True)
    low = x.min(-1, keepdims=True)
    # a difference of two floats is exact if one lies between the other and its double (Sterbenz 1974)
    if (low >= np.where(m > 0, m / 2, 2 * m)).all():
        np.exp(np.subtract(x, m, out=out), out=out)
    elif x.dtype == np.float32:
        _shift_in_float64(x, m, out)
    else:
        _shift_and_carry(x, m, low, out)
    terms = _terms(out, at)
    # m − m is 0, or NaN where m is infinite: there softmax is not defined
    return terms._replace(others=terms.others + (m - m))


def _shift_in_float64(x, m, out):
    """exp(x − m) of float32. In float64 the difference is exact, or off by less than anything that matters."""
    for columns in pieces(x):
        d = np.subtract(x[:, columns], m, dtype=np.float64)
        out[:, columns] = np.exp(d, out=d)


def _shift_and_carry(x, m, low, out):
    """exp(x − m) = exp(d + c) = exp(d) (1 + c), with d = x − m rounded and c its error: c² is far below eps."""
    for columns in pieces(x):
        d = x[:, columns] - m
        c = rounding_error(x[:, columns], m, d, low)
        e = np.exp(d, out=d)
        c *= e
        np.add(e, c, out=out[:, columns])


def rounding_error(x, m, d, low):
    """The float c with d + c = x − m exactly, where d is x − m rounded and low the least x of each row.

    |x| ≤ |m|: fast two-sum (Dekker 1971). Otherwise two-sum (Knuth 1969), which takes three operations more.
    """
    if (low >= -m).all():
        c = x - (d + m)
    else:
        b = d - x
        c = (x - (d - b)) - (m + b)
    return np.where(np.isinf(d), 0, c)


# ---- what follows from them


def probabilities(x):
    """p = softmax(x) of a block and 1 − p, both to their last digits."""
    at = largest(x)
    terms = exponentials(x, at)
    p = terms.e / terms.total
    rest = 1 - p
    # 1 − p = others/total for the largest class
    rest[np.arange(len(x)), at] = (terms.others / terms.total)[:, 0]
    return p, rest


def log_probabilities(x, out=None):
    """log softmax(x) of a block, written over out."""
    at = largest(x)
    e, apart, others = exponentials(x, at, out)
    # x − LSE(x) = (x − m) − log(1 + s): neither part is positive, so nothing cancels
    result = np.subtract(x, at_column(x, at), out=e)
    result -= np.log1p(others / apart)
    return result


# ---- divergences


def divergences(p, q, gap, log_ratio=None):
    """The terms p log(p/q) − p + q of a divergence of two blocks, all to their last digits, given gap = q − p.

    A caller that knows log(q/p) better than the rounded p and q do passes log_ratio.
    """
    terms = np.empty_like(gap)
    for columns in pieces(gap, SMALL):
        ratio = None if log_ratio is None else log_ratio[:, columns]
        terms[:, columns] = _divergences(p[:, columns], q[:, columns], gap[:, columns], ratio)
    return terms


def _divergences(p, q, gap, log_ratio):
    """Near p = q the three parts of a term cancel: for q = p (1 + t) they leave p (t − log(1 + t)), about p t²/2.

    log(q/p) = 2 artanh u = 2 u (1 + tail) with u = (q − p)/(q + p) and tail = u²/3 + u⁴/5 + ...; gap − 2 p u = u gap;
    so gap − p log(q/p) = u (gap − 2 p tail), where nothing cancels. It serves for |u| < 1/2, that is 1/3 < q/p < 3.
    """
    u = gap / (p + q)
    w = np.fmin(u * u, 1 / 4)  # 1/4 also for NaN
    near = artanh_tail(w)
    near *= -2 * p
    near += gap
    near *= u
    if (w < 1 / 4).all():
        return near
    if log_ratio is None:
        log_ratio = _log_ratio(q, p)
    terms = np.where(w < 1 / 4, near, gap - p * log_ratio)
    # p log(p/q) = 0 for p = 0, whatever q is
    return np.where(p == 0, gap, terms)


def _log_ratio(q, p):
    """log(q/p), also where the quotient is no normal number."""
    ratio = q / p
    normal = (ratio >= np.finfo(ratio.dtype).tiny) & (ratio < np.inf)
    result = np.log(ratio)
    return result if normal.all() else np.where(normal, result, np.log(q) - np.log(p))


def artanh_tail(w):
    """artanh(u)/u − 1 = w/3 + w²/5 + w³/7 + ... for w = u² in [0, 1/4]: w times a polynomial, by Horner's scheme."""
    top = 2.0 ** np.ceil(np.log2(max(w.max(initial=0), 1e-30)))
    first, *coefficients = _artanh_polynomial(float(top), w.dtype)
    x = w * (2 / top).astype(w.dtype)
    x -= 1
    result = first * x
    for coefficient in coefficients[:-1]:
        result += coefficient
        result *= x
    result += coefficients[-1]
    result *= w
    return result


@cache
def _artanh_polynomial(top, dtype):
    """Coefficients, highest first, of 1/3 + w/5 + w²/7 + ... for w in [0, top] as a polynomial in x = 2 w/top − 1.

    Interpolation at Chebyshev's points needs fewer terms than the series does. Its error falls like ρ to the power of
    minus the degree, where ρ belongs to the ellipse through the singularity at w = 1 (Trefethen 2013, theorem 8.2).
    """
    pole = 2 / top - 1
    degree = np.ceil(-np.log(np.finfo(dtype).eps) / np.log(pole + np.sqrt(pole**2 - 1)))
    points = [Fraction(float(x)) for x in chebpts1(int(degree) + 1)]
    values = [sum((Fraction(top) * (x + 1) / 2) ** k / (2 * k + 3) for k in range(32)) for x in points]
    return [dtype.type(float(c)) for c in interpolate(points, values)]


def interpolate(points, values):
    """The coefficients of the polynomial through the points, highest first, by Newton's divided differences."""
    differences = list(values)
    for j in range(1, len(points)):
        for i in reversed(range(j, len(points))):
            differences[i] = (differences[i] - differences[i - 1]) / (points[i] - points[i - j])
    coefficients = []
    for point, difference in zip(reversed(points), reversed(differences), strict=True):
        # q(x) (x − point) + difference
        coefficients = [a - point * b for a, b in zip([*coefficients, 0], [0, *coefficients], strict=True)]
        coefficients[-1] += difference
    return coefficients
