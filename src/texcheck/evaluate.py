"""The value of a tree in a world: sizes, random numbers for every declared symbol, definitions computed on demand."""

import itertools

import numpy as np
from mpmath import e, exp, mpf

from texcheck.parser import leaves
from texcheck.tokens import TexError, require
from texcheck.values import BUILTIN, CONSTANTS, column, diag, is_array, scalar, shape

STEP = mpf(10) ** -25                  # of a central difference, which errs by its square
DIGITS, DIGITS_PER_ORDER = 50, 30      # a difference quotient of order n loses 25 n digits


def order(tree, definitions, seen=()):
    """How many derivatives stand inside each other in a tree, definitions included."""
    if not isinstance(tree, (tuple, list)):
        body = [d[2] for (name, _), d in definitions.items() if name == tree] if tree not in seen else []
        return max((order(b, definitions, (*seen, tree)) for b in body), default=0)
    inner = max((order(t, definitions, seen) for t in tree), default=0)
    primes = tree[1].count("'") if tree[:1] == ("call",) else 0
    return inner + (len(tree[2]) if tree[:1] == ("diff",) else primes)


COSTLY = ("big", "call", "diff")        # what is worth remembering


class World:
    """One draw.  `given` holds the drawn or shifted values, `memo` the names that were computed from them, `seen` the
    costly parts of formulas by the values of their indices, `moved` the worlds one step of a derivative away."""

    def __init__(self, page, dims, given, memo=(), names=None):
        self.page, self.dims, self.given, self.memo = page, dims, given, dict(memo)
        self.seen, self.moved, self.names = {}, {}, {} if names is None else names

    def holding(self, values):
        """The same world with other values for some symbols; what does not depend on them is kept."""
        touched = self.page.dependents(values)
        kept = {name: value for name, value in self.memo.items() if name not in touched}
        return World(self.page, self.dims, self.given | values, kept, self.names)

    def span(self, index):
        require(index in self.page.ranges, f"index {index} has no declared range")
        return range(1, self.dims[self.page.ranges[index]] + 1)

    def value(self, name):
        if name in self.given:
            return self.given[name]
        if name not in self.memo:
            self.memo[name] = self.compute(name)
        return self.memo[name]

    def compute(self, name):
        if (name, 0) in self.page.definitions:
            self.page.used.add(name)
            _, index, body = self.page.definitions[name, 0]
            return self.table(index, body)
        if name in self.dims:
            return mpf(self.dims[name])
        if name in (r"\mathbf0", r"\mathbf1"):
            return column(mpf(name[-1]) for _ in self.span("i"))
        if name == "I":
            return diag(self.value(r"\mathbf1"))
        require(name in CONSTANTS, f"undeclared symbol {name}")
        return +CONSTANTS[name]

    def table(self, index, body):
        """The vector or matrix of a body with one or two free indices."""
        if not index:
            return self.ev(body, {})
        spans = [self.span(letter) for letter in index]
        rows = [[self.ev(body, dict(zip(index, (first, *rest), strict=True))) for rest in itertools.product(*spans[1:])]
                for first in spans[0]]
        return np.array(rows, dtype=object)

    def ev(self, tree, ix):
        """The value of a tree when the index letters have the values ix; a costly one is computed once."""
        if tree[0] not in COSTLY:
            return self.fresh(tree, ix)
        if id(tree) not in self.names:
            self.names[id(tree)] = tree, sorted(names_in(tree))       # the tree is kept, so that its id stays its own
        key = (id(tree), *((name, ix[name]) for name in self.names[id(tree)][1] if name in ix))
        if key not in self.seen:
            self.seen[key] = self.fresh(tree, ix)
        return self.seen[key]

    def fresh(self, tree, ix):
        """The same, computed."""
        op, *a = tree
        if op in ARITHMETIC:
            return ARITHMETIC[op](*[self.ev(t, ix) for t in a])
        if op == "num":
            return mpf(a[0])
        if op == "sym":
            return mpf(ix[a[0]]) if a[0] in ix else self.value(a[0])
        if op == "at":
            return component(self.ev(a[0], ix), self.place(a[1], ix))
        if op == "indicator":
            return mpf(self.holds(a[0], ix))
        if op == "cases":
            hit = [v for v, c in a[0] if c and self.holds(c, ix)] or [v for v, c in a[0] if not c]
            require(len(hit) == 1, f"{len(hit)} cases apply at {ix}")
            return self.ev(hit[0], ix)
        if op == "call":
            return self.call(a[0], [self.ev(t, ix) for t in a[1]])
        return self.big(*a, ix) if op == "big" else self.diff(a[0], a[1], ix)

    def place(self, index, ix):
        """Where a component stands, counted from 0."""
        return [(ix[t[1]] if t[0] == "sym" and t[1] in ix else int(self.ev(t, ix))) - 1 for t in index]

    def call(self, name, args):
        """A function of the page, its derivative f'(x), or a built-in one."""
        if f := self.page.definitions.get((name, len(args))):
            self.page.used.add(name)
            return self.holding(dict(zip(f[0], args, strict=True))).table(f[1], f[2])
        if name.endswith("'") and len(args) == 1:
            return (self.call(name[:-1], [args[0] + STEP]) - self.call(name[:-1], [args[0] - STEP])) / (2 * STEP)
        require(name in BUILTIN and len(args) == 1, f"undeclared function {name} of {len(args)} arguments")
        return BUILTIN[name](*args)

    def holds(self, conditions, ix):
        return all(COMPARE[r](self.ev(x, ix), self.ev(y, ix)) for r, x, y in conditions)

    def big(self, op, names, low, high, conditions, body, ix):
        """A sum, product, max or min over index letters."""
        spans = [range(int(self.ev(low, ix)), int(self.ev(high, ix)) + 1)] if high else map(self.span, names)
        scopes = [{**ix, **dict(zip(names, v, strict=True))} for v in itertools.product(*spans)]
        terms = [self.ev(body, s) for s in scopes if self.holds(conditions, s)]
        if op in ("max", "min"):
            require(terms, f"{op} of nothing")
            return (max if op == "max" else min)(terms)
        total = terms[0] if terms else mpf(op == "prod")
        for term in terms[1:]:
            total = ARITHMETIC["add" if op == "sum" else "mul"](total, term)
        return total

    def diff(self, body, variables, ix):
        """Central difference; what depends on the variable follows, what it was computed from stays."""
        *rest, v = variables
        name, index = (v[1], None) if v[0] == "sym" else (v[1][1], self.place(v[2], ix))
        x = self.value(name)
        if index is not None or not is_array(x):
            require(is_array(x) == (index is not None), f"{name} has no such component")
            place = tuple(index + [0] * (2 - len(index))) if index else ()
            return self.quotient(name, x, place, body, rest, ix)
        parts = [[self.quotient(name, x, (r, c), body, rest, ix) for c in range(x.shape[1])] for r in range(x.shape[0])]
        if not is_array(parts[0][0]):
            return np.array(parts, dtype=object)                  # the gradient has the shape of the variable
        require(x.shape[1] == 1, f"the derivative of {shape(parts[0][0])} by {shape(x)} is no matrix")
        return np.hstack([row[0] for row in parts])               # Jacobian with entries d f_i / d x_k

    def quotient(self, name, x, place, body, rest, ix):
        """(f(x + h) - f(x - h)) / 2h in one component; the other variables are differentiated inside."""
        def shifted(h):
            world = self.step(name, x, place, h)
            return world.diff(body, rest, ix) if rest else world.ev(body, ix)
        return (shifted(STEP) - shifted(-STEP)) / (2 * STEP)

    def step(self, name, x, place, h):
        """The world in which one component of a variable is larger by h."""
        key = name, place, h > 0
        if key not in self.moved:
            y = x.copy() if place else x + h
            if place:
                y[place] += h
            self.moved[key] = self.holding({name: y})
        return self.moved[key]


# ---- arithmetic with shapes


def component(x, k):
    """x_k, x_{nk}, or the row x_n of a matrix as a column."""
    if not is_array(x) or len(k) > 2:                             # not require: its message costs more than the test
        raise TexError(f"{shape(x)} has no such component")
    for n, size in zip(k, x.shape, strict=False):
        if not 0 <= n < size:
            raise TexError("index out of range")
    return x[k[0], k[1]] if len(k) == 2 else scalar(x[k[0]].reshape(-1, 1))


def alike(x, y, what):
    if getattr(x, "shape", ()) != getattr(y, "shape", ()):        # np.shape would make an array of a number first
        raise TexError(f"{what} of {shape(x)} and {shape(y)}")


def add(x, y):
    alike(x, y, "sum")
    return x + y


def sub(x, y):
    alike(x, y, "difference")
    return x - y


def had(x, y):
    alike(x, y, "elementwise product")
    return x * y


def mul(x, y):
    """Numbers scale, matrices multiply."""
    if not (is_array(x) and is_array(y)):
        return y * x if is_array(y) else x * y                    # mpmath is slow to find that it cannot take an array
    require(x.shape[1] == y.shape[0], f"product of {shape(x)} and {shape(y)}")
    return scalar(x.dot(y))


def outer(x, y):
    """x y^T for vectors, the product for numbers: what a covariance averages."""
    return mul(x, y.T if is_array(y) else y) if is_array(x) else x * y


def div(x, y):
    if is_array(y):
        raise TexError(f"quotient of {shape(x)} by {shape(y)}")
    return x / y


def power(x, y):
    """A power of a number, or a whole power of a square matrix."""
    require(not is_array(y), f"power of {shape(x)} by {shape(y)}")
    if not is_array(x):
        return exp(y) if x == +e else x**y                        # the logarithm of e is known
    require(x.shape[0] == x.shape[1] and y == int(y) and y > 0, f"power {y} of {shape(x)}")
    return x if y == 1 else x.dot(power(x, y - 1))


def transpose(x):
    require(is_array(x), "transpose of a number")
    return x.T


def kron(x, y):
    return np.kron(x, y)


ARITHMETIC = {"neg": lambda x: -x, "T": transpose, "add": add, "sub": sub, "had": had, "mul": mul, "outer": outer,
              "div": div, "pow": power, "kron": kron}


def near(u, v):
    """Equal to 22 digits, or to 1e-30 near zero: far above what differences lose, far below what a mistake makes."""
    return abs(u - v) <= mpf("1e-30") + mpf("1e-22") * (abs(u) + abs(v))


COMPARE = {"=": near, "!=": lambda u, v: not near(u, v), "<": lambda u, v: u < v, ">": lambda u, v: u > v,
           "<=": lambda u, v: u < v or near(u, v), ">=": lambda u, v: u > v or near(u, v)}


def names_in(tree):
    """The strings in a tree that can be names of symbols."""
    return {leaf for leaf in leaves(tree) if isinstance(leaf, str)}
