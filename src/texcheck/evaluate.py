"""The value of a tree in a world: a point, sizes, and a number of digits.

A tree is compiled once to a closure of (world, values of the index letters); what is costly is remembered by world.
"""

import itertools
import operator
from functools import cache

from mpmath import mp, mpf

from texcheck import matrix
from texcheck.draws import realized
from texcheck.functions import FUNCTIONS, STACKED, diag, largest, smallest
from texcheck.matrix import Matrix, beside, column, component, entries, is_column, is_table, scalar, shape
from texcheck.nodes import (
    Add,
    At,
    Big,
    Call,
    Cases,
    Diff,
    Div,
    Dot,
    Had,
    Indicator,
    Kron,
    Law,
    Members,
    Mul,
    Neg,
    Num,
    Outer,
    Pow,
    Rows,
    Sub,
    Sym,
    Transpose,
    Unit,
    Where,
    walk,
)
from texcheck.numbers import Dual, Places, Tag, Tie, exp, integer, minus, plain, plus, power, sign, times, total
from texcheck.tokens import TexError, require

DIGITS = 50
CONSTANTS = {"e": lambda: +mp.e, r"\pi": lambda: +mp.pi}
FLOATS = {"e": float(mp.e), r"\pi": float(mp.pi)}
CONSTANT = {r"\mathbf1": "ones", r"\mathbf0": "zeros", "I": "identity"}  # of the first size, or of a declared one
UNDEFINED = (TexError, ArithmeticError)


class World:
    """One point at one precision; `digits` None computes with floats.

    `memo` holds the values of names, `seen` those of the costly parts of formulas by the values of their letters,
    `moved` the worlds in which one number has moved by an infinitely small step.
    """

    def __init__(self, page, dims, point, digits=DIGITS, memo=(), depth=0):
        self.page, self.dims, self.point, self.digits, self.depth = page, dims, point, digits, depth
        self.memo, self.seen, self.moved, self.tags = dict(memo), {}, {}, {}
        self.real = mpf if digits else float

    def at(self, digits):
        """The same point with other digits."""
        return World(self.page, self.dims, self.point, digits)

    def holding(self, values, deeper=0):
        """The same world with other values for some symbols; what does not depend on them is kept."""
        touched = self.page.dependents(values)
        kept = {name: value for name, value in self.memo.items() if name not in touched}
        return World(self.page, self.dims, self.point, self.digits, kept | values, self.depth + deeper)

    def span(self, letter):
        require(letter in self.page.ranges, f"index {letter} has no declared range")
        return range(1, self.dims[self.page.ranges[letter]] + 1)

    def value(self, name):
        if name not in self.memo:
            self.memo[name] = self.compute(name)
        return self.memo[name]

    def compute(self, name):
        if name in self.page.kinds:
            return realized(self.page.kinds[name], self.point[name], self.real)
        if definition := self.page.definitions.get((name, 0)):
            return self.table(definition.index, definition.body)
        if name in self.dims:
            return self.real(self.dims[name])
        if name in CONSTANT:
            return self.constant(*self.page.constants.get(name, (CONSTANT[name], next(iter(self.dims), None))))
        require(name in CONSTANTS, f"undeclared symbol {name}")
        return CONSTANTS[name]() if self.digits else FLOATS[name]

    def constant(self, word, size):
        """The vector of ones or zeros, or the identity matrix, of its declared size."""
        ones = column([self.real(word != "zeros")] * self.dims[size])
        return diag(ones) if word == "identity" else ones

    def table(self, index, body):
        """The vector or matrix of a body with one or two free indices."""
        run = compiled(body)
        if not index:
            return run(self, {})
        first, *rest = (self.span(letter) for letter in index)
        return Matrix(
            [[run(self, dict(zip(index, (n, *m), strict=True))) for m in itertools.product(*rest)] for n in first]
        )

    def ev(self, tree, scope):
        """The value of a tree when the index letters have these values."""
        return scalar(compiled(tree)(self, scope))

    def holds(self, conditions, scope):
        return all(true(self, condition, scope) for condition in conditions)

    # ---- derivatives

    def tag(self, side):
        if side not in self.tags:
            self.tags[side] = Tag(self.depth + 1, side)
        return self.tags[side]

    def slope(self, f):
        """The derivative at 0 of f, a function of one small step; left and right must agree where they differ."""
        try:
            return self.one_sided(f, 0)[1]
        except Tie as tie:
            if tie.tag is not self.tag(0):
                raise
        right, left = self.one_sided(f, 1), self.one_sided(f, -1)
        kink = not all(alike(x, y) for x, y in zip(right, left, strict=True))
        require(not kink, "a derivative at a kink: left and right differ")
        require(alike(right[0], f(self.real(0), "at")), "a derivative at a kink: the value jumps")
        return right[1]

    def one_sided(self, f, side):
        """(the value beside the point, the slope there)."""
        tag = self.tag(side)
        result = f(Dual(tag, self.real(0), self.real(side or 1)), side)
        value, slope = each(result, lambda x: head(x, tag)), each(result, lambda x: tail(x, tag))
        return value, matrix.neg(slope) if side < 0 else slope

    def shifted(self, name, place, step, side):
        """The world in which one component of a variable is larger by the step."""
        key = name, place, side
        if key not in self.moved:
            x = self.value(name)
            self.moved[key] = self.holding({name: x.moved(place, step) if place else plus(x, step)}, deeper=1)
        return self.moved[key]


def each(x, f):
    return x.each(f) if type(x) is Matrix else f(x)


def head(x, tag):
    return x.value if type(x) is Dual and x.tag is tag else x


def tail(x, tag):
    return x.slope if type(x) is Dual and x.tag is tag else plain(x) * 0


def alike(x, y):
    """Two numbers or matrices that agree to 25 digits (floats: 9)."""
    return all(close(plain(u), plain(v)) for u, v in zip(entries(x), entries(y), strict=True))


def close(u, v):
    return abs(u - v) <= (mpf("1e-25") if isinstance(u, mpf) else 1e-9) * (abs(u) + abs(v))


# ---- comparisons


def true(world, condition, scope):
    """Whether a condition holds for these values of the letters."""
    if condition.relation in ("in", "notin"):
        return member(world, condition.left, condition.right, scope) == (condition.relation == "in")
    x, y = world.ev(condition.left, scope), world.ev(condition.right, scope)
    if condition.relation == "true":
        return True
    pairs = list(zip(entries(x), entries(y), strict=True)) if shape(x) == shape(y) else None
    require(pairs is not None, f"a condition compares {shape(x)} with {shape(y)}")
    found = [order_of(u, v) for u, v in pairs]
    return any(found) if condition.relation == "!=" else all(HOLDS[condition.relation](s, 0) for s in found)


def order_of(u, v):
    """-1, 0 or 1: how two numbers compare; 0 if they agree in all but ten digits (floats: to 13)."""
    if type(u) is Dual or type(v) is Dual:
        return sign(minus(u, v))
    if isinstance(u, frozenset) or isinstance(v, frozenset):
        return int(u != v)
    gap = abs(u - v)
    if gap == 0 or gap <= (mp.eps * 10**10 if isinstance(gap, mpf) else 1e-13) * (abs(u) + abs(v)):
        return 0
    return 1 if u > v else -1


HOLDS = {"=": operator.eq, "!=": operator.ne, "<": operator.lt, ">": operator.gt, "<=": operator.le, ">=": operator.ge}


def member(world, element, collection, scope):
    """Whether a value lies in a set."""
    from texcheck.sets import contains

    return contains(world, world.ev(element, scope), collection, scope)


# ---- compiling


@cache
def compiled(tree):
    """A closure of (world, scope)."""
    run = compile_node(tree)
    return remembering(tree, run) if isinstance(tree, (Big, Call, Diff, Law, Where)) else run


def remembering(tree, run):
    """What is costly is computed once for each world and each value of the letters in it."""
    names = sorted({part.name for part in walk(tree) if isinstance(part, Sym)})
    ident = object()

    def remembered(world, scope):
        key = (ident, *[scope.get(name) for name in names])
        if key not in world.seen:
            world.seen[key] = run(world, scope)
        return world.seen[key]

    return remembered


BINARY = {
    Add: matrix.add,
    Sub: matrix.sub,
    Mul: matrix.mul,
    Dot: matrix.dot,
    Had: matrix.had,
    Div: matrix.div,
    Kron: matrix.kron,
    Outer: matrix.outer,
}


def compile_node(tree):
    match tree:
        case Num(text):
            return constant(text)
        case Sym(name):
            return symbol(name)
        case At(body, index):
            return at(compiled(body), [compiled(i) for i in index])
        case Neg(body):
            return unary(matrix.neg, body)
        case Transpose(body):
            return unary(matrix.transpose, body)
        case Pow(Call("norm" | "norm2" | "normF" as name, (body,)), Num("2")):
            return squared(compiled(body), name == "normF")
        case Members(letter, conditions):
            return members(letter, conditions)
        case Pow(Sym("e"), exponent):
            return euler(compiled(exponent))
        case Pow(base, exponent):
            return pow_(compiled(base), compiled(exponent))
        case Indicator(conditions):
            return lambda w, ix: w.real(w.holds(conditions, ix))
        case Cases(branches):
            return cases(branches)
        case Call(name, args):
            return call(name, [compiled(a) for a in args])
        case Big():
            return big(tree)
        case Diff(body, variables):
            return lambda w, ix: derivative(w, ix, body, variables)
        case Where(body, name, value):
            return where(compiled(body), name, compiled(value))
        case Rows(rows):
            return table([[compiled(x) for x in row] for row in rows])
        case Law(body):
            return law(compiled(body))
        case Unit(index):
            return unit(compiled(index), index)
    return binary(BINARY[type(tree)], compiled(tree.left), compiled(tree.right))


def unary(f, body):
    run = compiled(body)
    return lambda w, ix: f(run(w, ix))


def binary(f, left, right):
    return lambda w, ix: f(left(w, ix), right(w, ix))


@cache
def constant(text):
    whole, _, broken = text.partition(".")
    top, bottom = int(whole + broken), 10 ** len(broken)
    if bottom == 1:
        precise, fast = mpf(top), float(top)
        return lambda w, ix: precise if w.digits else fast
    return lambda w, ix: w.real(top) / w.real(bottom)


def symbol(name):
    return lambda w, ix: w.real(ix[name]) if name in ix else w.value(name)


def at(body, index):
    """A component, counted from 1."""
    return lambda w, ix: component(body(w, ix), [integer(i(w, ix), "an index") - 1 for i in index])


def euler(exponent):
    def run(w, ix):
        x = exponent(w, ix)
        require(type(x) is not Matrix, f"e to the power of {shape(x)}")
        return exp(x)

    return run


def squared(body, frobenius):
    r"""\lVert x \rVert^2 without the root, which has no derivative at 0."""

    def run(w, ix):
        x = body(w, ix)
        require(not is_table(x) or frobenius, "norm of a matrix: write \\lVert A \\rVert_F")
        require(type(x) is Matrix, "norm of a number")
        return total(times(v, v) for v in x)

    return run


def members(letter, conditions):
    return lambda w, ix: Places(n for n in w.span(letter) if w.holds(conditions, {**ix, letter: n}))


def pow_(base, exponent):
    def run(w, ix):
        x, y = base(w, ix), exponent(w, ix)
        require(type(y) is not Matrix, f"power of {shape(x)} by {shape(y)}")
        if type(x) is not Matrix:
            return power(x, y)
        return matrix.matrix_power(x, integer(y, "the power of a matrix"))

    return run


def cases(branches):
    values = [(compiled(b.value), b.conditions) for b in branches]

    def run(w, ix):
        hit = [v for v, c in values if c and w.holds(c, ix)] or [v for v, c in values if not c]
        require(len(hit) == 1, f"{len(hit)} of the cases apply at " + ", ".join(f"{k} = {n}" for k, n in ix.items()))
        return hit[0](w, ix)

    return run


def table(rows):
    return lambda w, ix: Matrix([[x(w, ix) for x in row] for row in rows])


def law(run):
    def checked(w, ix):
        x = run(w, ix)
        require(type(x) is Matrix, "an expectation needs a distribution, as a vector")
        values = [plain(v) for v in x]
        whole = abs(sum(values) - 1) <= (mpf("1e-30") if w.digits else 1e-6)
        require(whole and min(values) >= 0, "what stands below an expectation is no distribution: it does not sum to 1")
        return x

    return checked


def unit(run, index):
    def column_of(w, ix):
        size = w.dims[w.page.size_of(index)]
        k = integer(run(w, ix), "an index")
        return column([w.real(n == k) for n in range(1, size + 1)])

    return column_of


def where(body, name, value):
    return lambda w, ix: body(w.holding({name: value(w, ix)}), ix)


def call(name, args):
    """A function of the page, its derivative f'(x), or a built-in one."""
    base, primes = name.rstrip("'"), name.count("'")

    def run(w, ix):
        values = [scalar(a(w, ix)) for a in args]
        if (base, len(args)) in w.page.definitions:
            return primed(w, base, primes, values)
        if name == "vec" and name in w.page.constants:
            return STACKED[w.page.constants[name][1]](*values)
        require(name in FUNCTIONS, f"undeclared function {name} of {len(args)} arguments")
        result = FUNCTIONS[name](*values)
        return w.real(result) if isinstance(result, int) else result

    return run


def primed(w, name, primes, values):
    """f(x), f'(x), f''(x), ..."""
    definition = w.page.definitions[name, len(values)]
    if not primes:
        return w.holding(dict(zip(definition.params, values, strict=True))).table(definition.index, definition.body)
    require(len(values) == 1 and type(values[0]) is not Matrix, f"{name}' needs one argument, a number")
    deeper = w.holding({}, deeper=1)
    return w.slope(lambda step, side: primed(deeper, name, primes - 1, [plus(values[0], step)]))


def big(tree):
    """A sum, product, max or min over index letters."""
    body, gather, letters = compiled(tree.body), GATHER[tree.op], tree.letters
    low, high = tree.low and compiled(tree.low), tree.high and compiled(tree.high)

    def run(w, ix):
        spans = [limits(low(w, ix), high(w, ix))] if high else map(w.span, letters)
        scopes = [{**ix, **dict(zip(letters, v, strict=True))} for v in itertools.product(*spans)]
        if tree.conditions:
            scopes = [s for s in scopes if w.holds(tree.conditions, s)]
        return gather(w, [body(w, s) for s in scopes], scopes, letters)

    return run


def limits(low, high):
    return range(integer(low, "a lower limit"), integer(high, "an upper limit") + 1)


def summed(w, terms, scopes, letters):
    result = terms[0] if terms else w.real(0)
    for term in terms[1:]:
        result = matrix.add(result, term)
    return result


def multiplied(w, terms, scopes, letters):
    result = terms[0] if terms else w.real(1)
    for term in terms[1:]:
        result = matrix.mul(result, term)
    return result


def extreme(choose):
    def gather(w, terms, scopes, letters):
        require(terms, "max or min of nothing")
        return choose(terms)

    return gather


def where_extreme(choose):
    """All places of the largest term, as a set."""

    def gather(w, terms, scopes, letters):
        require(terms and len(letters) == 1, "arg max over one letter only")
        best = choose([plain(t) for t in terms])
        return Places(s[letters[0]] for s, t in zip(scopes, terms, strict=True) if order_of(plain(t), best) == 0)

    return gather


GATHER = {
    "sum": summed,
    "prod": multiplied,
    "max": extreme(largest),
    "min": extreme(smallest),
    "argmax": where_extreme(largest),
    "argmin": where_extreme(smallest),
}


def derivative(w, ix, body, variables):
    """By a component or a number; by a whole vector or matrix it has that shape, and of a vector it is the Jacobian."""
    first, *rest = variables
    inner = Diff(body, tuple(rest)) if rest else body
    run = compiled(inner)
    name, index = (first.name, ()) if isinstance(first, Sym) else (first.body.name, first.index)
    x = w.value(name)
    discrete = w.page.kinds.get(name, "").split()[:1] in (["index"], ["bit"], ["count"], ["subset"])
    require(not discrete, f"{name} takes whole values: there is no derivative by it")

    def by(place):
        return w.slope(lambda step, side: run(w.shifted(name, place, step, side), ix))

    if index or type(x) is not Matrix:
        require((type(x) is Matrix) == bool(index), f"{name} has no such component")
        return by(place_in(x, [integer(compiled(i)(w, ix), "an index") - 1 for i in index]) if index else ())
    return whole_derivative(x, by)


def place_in(x, index):
    component(x, index)
    require(len(index) == 2 or is_column(x), "a derivative by a row: name its entry")
    return (*index, 0)[:2]


def whole_derivative(x, by):
    slopes = [[by((r, c)) for c in range(x.shape[1])] for r in range(x.shape[0])]
    if type(slopes[0][0]) is not Matrix:
        return Matrix(slopes)
    require(x.shape[1] == 1, f"the derivative of {shape(slopes[0][0])} by {shape(x)} is no matrix")
    return beside([row[0] for row in slopes])
