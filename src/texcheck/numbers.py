"""Numbers with slopes: a derivative is computed exactly, with the digits of the number itself.

`Dual(tag, value, slope)` is value + slope h for an infinitely small h > 0 that the tag names.  Duals nest, for higher
derivatives: the one with the deeper tag is the outer one.  A comparison that only h could decide raises `Tie`, unless
the tag has a side: then the derivative is one-sided, and h decides.
"""

import math

from mpmath import mp, mpf

from texcheck.tokens import TexError, require


class Tag:
    """The name of an infinitely small number; side 1 or -1 says on which side of the point it lies."""

    __slots__ = ("depth", "side")

    def __init__(self, depth, side):
        self.depth, self.side = depth, side


class Tie(TexError):
    """A comparison inside a derivative that the point itself does not decide."""

    def __init__(self, tag):
        super().__init__("a derivative at a kink")
        self.tag = tag


class Dual:
    """value + slope h."""

    __slots__ = ("slope", "tag", "value")

    def __init__(self, tag, value, slope):
        self.tag, self.value, self.slope = tag, value, slope

    def split(self, other):
        """The tag of the outer of two numbers, and value and slope of both; a constant has the slope None."""
        if type(other) is not Dual or other.tag.depth < self.tag.depth:
            return self.tag, self.value, self.slope, other, None
        if other.tag.depth > self.tag.depth:
            return other.tag, self, None, other.value, other.slope
        return self.tag, self.value, self.slope, other.value, other.slope

    def __add__(self, other):
        tag, x, dx, y, dy = self.split(other)
        return Dual(tag, plus(x, y), dx if dy is None else dy if dx is None else plus(dx, dy))

    def __neg__(self):
        return Dual(self.tag, -self.value, -self.slope)

    def __sub__(self, other):
        tag, x, dx, y, dy = self.split(other)
        return Dual(tag, minus(x, y), dx if dy is None else -dy if dx is None else minus(dx, dy))

    def __mul__(self, other):
        tag, x, dx, y, dy = self.split(other)
        if dy is None:
            return Dual(tag, times(x, y), times(dx, y))
        if dx is None:
            return Dual(tag, times(x, y), times(x, dy))
        return Dual(tag, times(x, y), plus(times(dx, y), times(x, dy)))

    def __truediv__(self, other):
        tag, x, dx, y, dy = self.split(other)
        ratio = over(x, y)
        if dy is None:
            return Dual(tag, ratio, over(dx, y))
        slope = times(ratio, dy)
        return Dual(tag, ratio, over(-slope if dx is None else minus(dx, slope), y))


def plus(x, y):
    """The operators of numbers: a plain number on the left of a Dual would be slow to find what to do."""
    return y + x if type(y) is Dual and type(x) is not Dual else x + y


def minus(x, y):
    return -y + x if type(y) is Dual and type(x) is not Dual else x - y


def times(x, y):
    return y * x if type(y) is Dual and type(x) is not Dual else x * y


def over(x, y):
    if type(y) is Dual and type(x) is not Dual:
        return Dual(y.tag, x, x * 0) / y
    return x / y


def total(terms):
    """The sum of at least one number."""
    result, *rest = terms
    for term in rest:
        result = plus(result, term)
    return result


def plain(x):
    """A number without its slopes."""
    while type(x) is Dual:
        x = x.value
    return x


def number(x, what):
    """A number without its slopes, and nothing else."""
    x = plain(x)
    require(isinstance(x, (int, float, mpf)), f"{what} must be a number")
    return x


def sign(x):
    """-1, 0 or 1; what h decides is a tie, or one-sided."""
    if type(x) is not Dual:
        return (x > 0) - (x < 0)
    found = sign(x.value) or sign(x.slope)
    if found and x.tag.side == 0 and not sign(x.value):
        raise Tie(x.tag)
    return found


# ---- elementary functions


def elementary(precise, fast, slope, domain=None):
    """f for numbers of every kind: from mpmath, from math, and by the chain rule."""

    def f(x):
        if type(x) is Dual:
            y = f(x.value)
            return Dual(x.tag, y, times(slope(x.value, y), x.slope))
        if domain:
            domain(x)
        return precise(x) if type(x) is mpf else fast(x)

    return f


LARGEST = 10**7  # of an exponent: beyond it a tower of powers would take for ever


def bounded(x):
    if x > LARGEST:
        raise OverflowError("a number too large to be computed")


def positive(x):
    require(x > 0, "log of a number that is not positive")


def not_negative(x):
    require(x >= 0, "the square root of a negative number")


def within_one(x):
    require(abs(x) <= 1, "an inverse sine or cosine outside [-1, 1]")


def one(x):
    return x * 0 + 1 if type(x) is not Dual else one(plain(x))


exp = elementary(mp.exp, math.exp, lambda x, y: y, bounded)
log = elementary(mp.ln, math.log, lambda x, y: over(one(x), x), positive)
sqrt = elementary(mp.sqrt, math.sqrt, lambda x, y: over(one(x), plus(y, y)), not_negative)
tanh = elementary(mp.tanh, math.tanh, lambda x, y: minus(one(x), times(y, y)))
sinh = elementary(mp.sinh, math.sinh, lambda x, y: cosh(x), bounded)
cosh = elementary(mp.cosh, math.cosh, lambda x, y: sinh(x), bounded)
sin = elementary(mp.sin, math.sin, lambda x, y: cos(x))
cos = elementary(mp.cos, math.cos, lambda x, y: -sin(x))
tan = elementary(mp.tan, math.tan, lambda x, y: plus(one(x), times(y, y)))
arctan = elementary(mp.atan, math.atan, lambda x, y: over(one(x), plus(one(x), times(x, x))))
arcsin = elementary(mp.asin, math.asin, lambda x, y: over(one(x), cos(y)), within_one)
arccos = elementary(mp.acos, math.acos, lambda x, y: over(-one(x), sin(y)), within_one)


def absolute(x):
    return -x if sign(x) < 0 else x


def power(x, y):
    """x^y for numbers: a whole exponent takes every base, another one a positive base."""
    if type(y) is not Dual and y == int(y) and abs(y) < LARGEST:
        return whole_power(x, int(y))
    if type(x) is not Dual and type(y) is not Dual:
        require(x >= 0, "a broken power of a negative number")
        return x**y
    return exp(times(y, log(x)))


def whole_power(x, n):
    if type(x) is not Dual:
        require(n >= 0 or x != 0, "a negative power of zero")
        return x**n
    if n == 0:
        return one(x)
    return Dual(x.tag, whole_power(x.value, n), times(times(whole_power(x.value, n - 1), one(x) * n), x.slope))


class Places(frozenset):
    """A set of index values; it takes part in no arithmetic."""

    def refuse(self, *others):
        raise TexError("a set is no number")

    __add__ = __radd__ = __sub__ = __rsub__ = __mul__ = __rmul__ = __truediv__ = __rtruediv__ = refuse
    __neg__ = __pow__ = __rpow__ = refuse


def integer(x, what):
    """A number that must be whole, as an int; of the places where a maximum is attained, the first."""
    if isinstance(x, frozenset):
        return min(x)
    x = number(x, what)
    require(x == int(x), f"{what} is {mp.nstr(mpf(x), 6)}, which is not whole")
    return int(x)
