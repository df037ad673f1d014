"""A page, read in order: declared symbols, the definitions met so far, and the check of each new display."""

import itertools
from importlib import import_module
from types import SimpleNamespace

import numpy as np
from mpmath import mp, mpf

from texcheck.evaluate import COMPARE, DIGITS, DIGITS_PER_ORDER, World, names_in, near, order
from texcheck.parser import Parser, free, leaves
from texcheck.tokens import TexError, expand, is_remark, lines, require, tokenize
from texcheck.values import BUILTIN, DRAWS, draw, is_array, scalar, shape

SAMPLES = 10 * DRAWS            # of an inequality, for each size


class Claim(SimpleNamespace):
    """left, relation, right (trees), text (of both sides): what one relation sign says."""


class Page:
    """What the reader knows at one point of a page."""

    def __init__(self, macros=()):
        self.macros = dict(macros)
        self.kinds, self.ranges, self.sizes, self.definitions = {}, {}, {}, {}
        self.shared, self.used, self.checked, self.displays = set(), set(), set(), {}
        self.reach = {}

    def chapter(self):
        """A fresh page that knows what this one declares and defines: chapters start from the notation page."""
        page = Page(self.macros)
        page.kinds, page.ranges, page.sizes = dict(self.kinds), dict(self.ranges), dict(self.sizes)
        page.definitions, page.shared = dict(self.definitions), set(self.definitions)
        return page

    # ---- what the parser asks

    def isfunction(self, name):
        return name in BUILTIN or any(n == name and arity for n, arity in self.definitions)

    def isindex(self, name):
        return self.kinds.get(name, "").startswith("index")

    # ---- declarations

    def declare(self, symbols, kind):
        r"""One row of the notation table: declare("K", "2 3"), declare("i, j", "1..K"), declare("z", "real K")."""
        if kind.startswith("1.."):
            place, meaning = self.ranges, kind[3:]
        elif kind[0].isdigit():
            place, meaning = self.sizes, [int(n) for n in kind.split()]
        else:
            place, meaning = self.kinds, kind
        for symbol in symbols.split(","):
            name = Parser(self.tokens(symbol), self).symbol()[1]
            known = [group[name] for group in (self.ranges, self.sizes, self.kinds) if name in group]
            require(known in ([], [meaning]) and (name, 0) not in self.definitions, f"{name} already has a meaning")
            place[name] = meaning
        self.reach = {}

    def tokens(self, tex):
        return tokenize(expand(tex, self.macros))

    # ---- displays

    def equation(self, tex, verify=True):
        """Define and check what one display says; the number of relations checked, or TexError."""
        try:
            claims, guard = self.statements(tex)
            if verify:
                self.verify(claims, guard)
            return sum(c.relation not in ("defined", "imposed") for c in claims)
        except (ArithmeticError, ValueError, TypeError, IndexError) as error:         # 0/0, a vector for a number, ...
            raise TexError(f"cannot be evaluated: {error}") from None

    def statements(self, tex):
        """The claims of a display and the conditions under which they are made; definitions are entered."""
        guard, claims = [], []
        for number, part in enumerate(lines(tex, self.macros)):
            if number and all(is_remark(t) or t in "()" for t in part):                      # a remark in words
                continue
            if number and (is_remark(part[0]) or (part[0] == "(" and part[-1] == ")")):      # (i \ne j), \text{if } ...
                bare = part[1:-1] if part[0] == "(" else part
                guard += Parser([], self).condition(bare)
            elif ":=" in part:
                at = part.index(":=")
                claims += self.define(part[:at], part[at + 1:])
            else:
                claims += self.claims(part)
        return claims, guard

    def claims(self, tokens):
        """The relations of one chain."""
        sides, claims = self.chain(tokens)
        require(len(sides) > 1, "nothing is claimed: no relation")
        return claims

    def chain(self, tokens):
        """The sides of a chain, and what its relation signs and the notes of its underbraces claim."""
        parser = Parser(tokens, self)
        sides, relations = parser.chain()
        parser.end()
        pairs = zip(sides, relations, sides[1:], itertools.pairwise(parser.texts), strict=False)
        notes = [Claim(left=x, relation=r, right=y, text=("the braced part", "its note")) for x, r, y in parser.notes]
        return sides, [Claim(left=x, relation=r, right=y, text=t) for x, r, y, t in pairs] + notes

    def define(self, left, right):
        """Enter `left := right`; what follows in the chain is claimed of it."""
        anything = SimpleNamespace(ranges=self.ranges, isindex=self.isindex, isfunction=lambda name: True)
        tree, index, params = Parser(left, anything).symbol(), [], []
        if tree[0] == "at":
            tree, index = tree[1], [i[1] for i in tree[2]]
        if tree[0] == "call":
            require(all(a[0] == "sym" for a in tree[2]), "the arguments of a defined function are names")
            params = [a[1] for a in tree[2]]
        name, key = tree[1], (tree[1], len(params))
        if key in self.shared:                                   # the notation page defines it: here it is a claim
            return self.claims([*left, "=", *right])
        sides, rest = self.chain(right)
        loose = free(sides[0], self.ranges) - set(index) - set(params)
        require(not loose, f"index {', '.join(sorted(loose))} is free on the right of the definition of {name}")
        require(set(params) <= leaves(sides[0]), f"a parameter of {name} does not occur on the right")
        require(key not in self.definitions and name not in self.kinds, f"{name} already has a meaning")
        self.definitions[key], self.reach = (params, index, sides[0]), {}
        computable = set(params) <= set(self.kinds)              # its value, at the drawn arguments, must exist
        first = Claim(left=sides[0], relation="defined", right=sides[0], text=("", ""))
        return [first, *rest] if computable else rest

    # ---- worlds

    def worlds(self, draws):
        """Every size, and `draws` draws of each."""
        for n in range(max(map(len, self.sizes.values()), default=1)):
            dims = {d: v[min(n, len(v) - 1)] for d, v in self.sizes.items()}
            for seed in range(draws):
                yield World(self, dims, Drawn(self.kinds, dims, seed))

    def dependents(self, values):
        """The defined names whose value can change with these symbols."""
        key = frozenset(values)
        if key not in self.reach:
            found, before = set(key), set()
            while found != before:
                before = set(found)
                found |= {name for (name, _), (_, _, body) in self.definitions.items() if names_in(body) & found}
            self.reach[key] = found
        return self.reach[key]

    def verify(self, claims, guard):
        """Evaluate every claim in every world for every value of its free indices; TexError at the first that fails."""
        self.used = set()
        trees = [(c.left, c.right) for c in claims]
        letters = sorted(free([trees, guard], self.ranges))
        sampled = any(c.relation in ("<", ">", "<=", ">=", "!=") for c in claims)
        digits = DIGITS + DIGITS_PER_ORDER * order([trees, guard], self.definitions)
        with mp.workdps(digits):
            tried = 0
            for world in self.worlds(SAMPLES if sampled else DRAWS):
                scopes = [dict(zip(letters, v, strict=True)) for v in itertools.product(*map(world.span, letters))]
                scopes = [s for s in scopes if world.holds(guard, s)]
                tried += len(scopes)
                for number, claim in enumerate(claims, 1):
                    self.verify_claim(claim, number, world, scopes)
        require(tried, "the condition is never met")
        if any(c.relation not in ("defined", "imposed") for c in claims):
            self.checked |= self.used

    def verify_claim(self, claim, number, world, scopes):
        """One relation in one world."""
        ratio = None
        for scope in scopes:
            x, y = scalar(world.ev(claim.left, scope)), scalar(world.ev(claim.right, scope))
            require(np.shape(x) == np.shape(y), f"relation {number}: {shape(x)} {claim.relation} {shape(y)}")
            for u, v in zip(np.ravel(x), np.ravel(y), strict=True):
                if claim.relation == "∝":
                    ratio = u / v if ratio is None else ratio
                    ok = near(u / v, ratio)
                else:
                    ok = holds(claim, u, v)
                if not ok:
                    raise TexError(self.refusal(claim, number, u, v, {**scope, **world.dims}))

    @staticmethod
    def refusal(claim, number, u, v, where):
        places = ", ".join(f"{k} = {n}" for k, n in where.items())
        sides = f"\n    {claim.text[0]} {claim.relation} {claim.text[1]}" if claim.text[0] else ""
        return f"relation {number}: {mp.nstr(u, 6)} {claim.relation} {mp.nstr(v, 6)} is false at {places}{sides}"

    # ---- code

    def agrees(self, tex, function, *arguments):
        r"""Check what is printed against code: page.agrees("L", "softxent.loss.softmax_cross_entropy", "z", "y")."""
        if isinstance(function, str):
            module, _, name = function.rpartition(".")
            function = getattr(import_module(module), name)
        self.used = set()
        with mp.workdps(DIGITS):
            for world in self.worlds(DRAWS):
                printed = self.number(world, tex)
                try:
                    code = np.asarray(function(*[self.number(world, a) for a in arguments]))
                except (TypeError, ValueError, ArithmeticError) as error:
                    raise TexError(f"{tex}: the code raises {type(error).__name__}: {error}") from None
                require(printed.shape == code.shape and np.allclose(printed, code, rtol=1e-11, atol=1e-14),
                        f"{tex} is {printed} as printed and {code} in code")
        self.checked |= self.used

    def number(self, world, tex):
        """A printed expression as floats; an index counts from 0 in code."""
        tokens = self.tokens(tex)
        value = world.ev(Parser(tokens, self).parse(tokens), {})
        if len(tokens) == 1 and self.isindex(tokens[0]):
            return np.array(int(value) - 1)
        array = np.array(value, dtype=float)
        return array[:, 0] if array.ndim == 2 and array.shape[1] == 1 else array

    def unchecked(self):
        """Definitions of this page that no checked claim and no agreement has used: nothing tests their formula."""
        return sorted({name for name, arity in self.definitions if (name, arity) not in self.shared} - self.checked)

    # ---- for readers

    def check(self, label):
        """Print the lines of a display beside their values at one draw."""
        require(label in self.displays, f"no display is labelled {label}")
        claims, guard = self.reader().statements(self.displays[label])
        world, scope = self.example(claims, guard)
        print(f"{label} at {describe(world.dims, scope)}")
        previous = None
        with mp.workdps(DIGITS + DIGITS_PER_ORDER * order([(c.left, c.right) for c in claims], self.definitions)):
            for claim in (c for c in claims if c.text[0]):
                if claim.left is not previous:
                    print(f"    {value_of(world, claim.left, scope):>12}    {claim.text[0]}")
                print(f"  {claim.relation} {value_of(world, claim.right, scope):>12}    {claim.text[1]}")
                previous = claim.right

    def reader(self):
        """A page for which everything defined here is known, so that a definition printed again is a claim."""
        return self.chapter()

    def example(self, claims, guard):
        """The last size, the first draw, and the first values of the free indices that differ, if any do."""
        world = list(self.worlds(1))[-1]
        letters = sorted(free([[(c.left, c.right) for c in claims], guard], self.ranges))
        scopes = [dict(zip(letters, v, strict=True)) for v in itertools.product(*map(world.span, letters))]
        scopes = [s for s in scopes if world.holds(guard, s)]
        return world, max(scopes, key=lambda s: len(set(s.values())))

    def try_(self, tex):
        """Check a derivation of your own with this chapter's notation, and print the verdict."""
        try:
            count = self.reader().equation(tex)
        except TexError as error:
            print(f"✗ {error}")
        else:
            print(f"✓ holds: {count} relation{'s' * (count != 1)} at every draw")


class Drawn(dict):
    """The drawn values of one world, each drawn when it is first asked for."""

    def __init__(self, kinds, dims, seed, values=()):
        super().__init__(values)
        self.kinds, self.dims, self.seed = kinds, dims, seed

    def __contains__(self, name):
        return super().__contains__(name) or name in self.kinds

    def __missing__(self, name):
        self[name] = draw(name, self.kinds[name], self.dims, self.seed)
        return self[name]

    def __or__(self, values):
        return Drawn(self.kinds, self.dims, self.seed, {**dict(self.items()), **values})


def holds(claim, u, v):
    """Whether one pair of numbers satisfies the relation of a claim."""
    if claim.relation in ("defined", "imposed"):
        return True
    if claim.relation == "≈":
        return abs(u - v) <= half_digit(claim.right)
    return COMPARE[claim.relation](u, v)


def half_digit(tree):
    r"""Half a unit in the last digit of a printed number such as 11.09, -0.693 or 9.36 \times 10^{-14}."""
    while tree[0] == "neg":
        tree = tree[1]
    if tree[0] == "mul" and tree[2][0] == "pow" and tree[2][1] == ("num", "10"):
        sign = -1 if tree[2][2][0] == "neg" else 1
        exponent = tree[2][2][1] if sign == 1 else tree[2][2][1][1]
        return half_digit(tree[1]) * mpf(10) ** (sign * int(exponent))
    require(tree[0] == "num", r"\approx needs a printed number on its right")
    return mpf("0.5000001") * mpf(10) ** -len(tree[1].partition(".")[2])


def describe(dims, scope):
    return ", ".join(f"{k} = {n}" for k, n in {**dims, **scope}.items())


def value_of(world, tree, scope):
    """A value to six digits; a vector or matrix in brackets."""
    value = scalar(world.ev(tree, scope))
    if not is_array(value):
        return mp.nstr(value, 6)
    return "[" + ", ".join(mp.nstr(v, 4) for v in value.flat) + "]"
