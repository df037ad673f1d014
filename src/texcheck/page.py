"""What a page knows when it is read in order: declared symbols, definitions, and what each new display claims."""

import itertools
from collections import Counter
from typing import NamedTuple

from texcheck import agreement, axes, reader
from texcheck.claims import Claim, admissible, semidefinite
from texcheck.functions import FUNCTIONS, PRINTED
from texcheck.kinds import kind_of
from texcheck.nodes import At, Call, Node, Sym, free, names_in
from texcheck.pairs import bound
from texcheck.parser import RESERVED, Parser
from texcheck.tokens import expand, lines, require, split, tokenize
from texcheck.verify import verify
from texcheck.words import EQUIVALENT, IMPLIES, conditions, sorted_out

CONSTANT = {"stacks": {"vec"}, "ones": {r"\mathbf1"}, "zeros": {r"\mathbf0"}, "identity": {"I"}}


class Definition(NamedTuple):
    """`name(params)_index := body`, the mark between its parameters, and its source."""

    params: tuple
    index: tuple
    body: Node
    mark: str
    source: str


class Anything:
    """The scope in which the left side of a definition is read: every name may be a function."""

    def __init__(self, page):
        self.ranges, self.isindex, self.known = page.ranges, page.isindex, page.known

    @staticmethod
    def isfunction(name):
        return True

    @staticmethod
    def mark(name, arity):
        return None


class Page:
    """What the reader knows at one point of a page."""

    def __init__(self, macros=()):
        self.macros = dict(macros)
        self.kinds, self.ranges, self.sizes, self.definitions = {}, {}, {}, {}
        self.inline = Counter()  # how many inline relations hold, are conditions, unread
        self.constants, self.shared, self.checked, self.displays, self.reach = {}, set(), set(), {}, {}

    def chapter(self):
        """A fresh page that knows what this one declares and defines: chapters start from the notation page."""
        page = type(self)(self.macros)
        page.kinds, page.ranges, page.sizes = dict(self.kinds), dict(self.ranges), dict(self.sizes)
        page.definitions, page.shared, page.constants = dict(self.definitions), set(self.definitions), self.constants
        return page

    # ---- what the parser asks

    def isfunction(self, name):
        return (
            name in PRINTED
            or (name == "vec" and "vec" in self.constants)
            or any(n == name and arity for n, arity in self.definitions)
        )

    def isindex(self, name):
        return name in self.sizes or self.kinds.get(name, "").startswith("index")

    def known(self, name):
        return any(name in group for group in (self.kinds, self.ranges, self.sizes)) or (name, 0) in self.definitions

    def mark(self, name, arity):
        definition = self.definitions.get((name, arity))
        return definition.mark if definition and arity > 1 else None

    def params(self, name):
        definition = self.definitions.get((name, 1))
        return definition.params if definition else None

    def size_of(self, index):
        """The size that a letter runs to."""
        found = axes.size(index.name, self, {}) if isinstance(index, Sym) else None
        require(found, r"\mathbf{e} needs an index whose size is declared")
        return next(iter(found))

    # ---- declarations

    def declare(self, symbols, kind):
        r"""One row of the notation table: declare("K", "2 3 5"), declare("i, j", "1..K"), declare("z", "real K")."""
        kind = kind_of(kind)
        word, _, size = kind.partition(" ")
        if word in CONSTANT:
            place, meaning = self.constants, (word, size)
        elif kind.startswith("1.."):
            place, meaning = self.ranges, kind[3:]
            require(meaning in self.sizes, f"{meaning} is no declared size")
        elif kind[0].isdigit():
            place, meaning = self.sizes, [int(n) for n in kind.split()]
        else:
            place, meaning = self.kinds, kind
            require(all(size in self.sizes for size in kind.split()[1:]), f"{kind!r} names a size that is not declared")
        for symbol in split(self.tokens(symbols), {","}):
            name = Parser(symbol, self).symbol().name
            known = [group[name] for group in (self.ranges, self.sizes, self.kinds) if name in group]
            require(known in ([], [meaning]) and (name, 0) not in self.definitions, f"{name} already has a meaning")
            reserved = name not in CONSTANT[word] if word in CONSTANT else name in RESERVED
            require(not reserved, f"{name} already has a meaning: it is reserved")
            place[name] = meaning
        self.reach = {}

    def tokens(self, tex):
        return tokenize(expand(tex, self.macros))

    # ---- displays

    def equation(self, tex, check=True, budget=None):
        """Define and check what one display says; the number of relations checked, or TexError."""
        claims = self.statements(tex)
        if check:
            verify(self, claims, budget)
            self.checked |= self.needed(claims)
        return sum(claim.relation not in ("defined", "imposed") for claim in claims)

    def needed(self, claims):
        """The definitions that checked claims rest on."""
        return self.support([c.trees for c in claims if c.relation not in ("defined", "imposed")])

    def statements(self, tex):
        """The claims of a display; definitions are entered."""
        found, after = lines(tex, self.macros)
        _, common = sorted_out(after, False) if after else ([], [])
        claims = []
        for number, line in enumerate(found):
            statements, guards = sorted_out(line, not number)
            guard = tuple(c for tokens in guards + common for c in conditions(Parser([], self), tokens))
            for statement in statements:
                claims += self.statement(statement, guard)
        require(claims or any(":=" in s for line in found for s in line), "nothing is claimed: no relation")
        for claim in claims:
            axes.check(claim.trees, self)
        return claims

    def statement(self, tokens, guard):
        """The claims of a definition, of an implication or of a chain."""
        if ":=" in tokens:
            require(not guard, "a definition holds without a condition: use cases")
            at = tokens.index(":=")
            return self.define(tokens[:at], tokens[at + 1 :])
        for signs, both in ((IMPLIES, False), (EQUIVALENT, True)):
            sides = split(tokens, signs)
            if len(sides) > 1:
                require(len(sides) == 2, "one implication at a time")
                return self.implication(*sides, guard) + (self.implication(*sides[::-1], guard) if both else [])
        return self.claims(tokens, guard)

    def implication(self, left, right, guard):
        found = Parser([], self).condition(left)
        whole = {*self.sizes, *self.ranges, *(name for name in self.kinds if self.isindex(name))}
        thin = any(c.relation == "=" and not names_in(c) <= whole for c in found)
        require(not thin, "an equation as a hypothesis is met at too few points to be tried: say what follows from it")
        return self.claims(right, (*guard, *found))

    def claims(self, tokens, guard=()):
        """The relations of one chain."""
        sides, claims = self.chain(tokens, guard)
        require(len(sides) > 1, "nothing is claimed: no relation")
        return claims

    def chain(self, tokens, guard=(), given=()):
        """The sides of a chain, and what its relation signs and the notes of its underbraces claim."""
        parser = Parser(tokens, self)
        sides, relations = parser.chain()
        parser.end()
        sides = bound(sides, self.ranges, {*given, *free(guard, self.ranges)})
        claims = [
            Claim(*semidefinite(r, x, y), t, guard)
            for x, r, y, t in zip(sides, relations, sides[1:], itertools.pairwise(parser.texts), strict=False)
        ]
        for claim in claims:
            admissible(claim, self.ranges)
        notes = [Claim(x, r, y, ("the braced part", "its note"), guard) for x, r, y in parser.notes]
        return sides, claims + notes

    # ---- definitions

    def define(self, left, right):
        """Enter `left := right`; what follows in the chain is claimed of it."""
        name, params, index, mark = self.left_side(left)
        key = name, len(params)
        if key in self.shared:  # the notation page defines it: here it is a claim
            return self.claims([*left, "=", *right])
        self.not_taken(name, key, params)
        sides, rest = self.chain(right, given=index)
        self.closed(sides[0], name, params, index)
        axes.check(sides[0], self)
        self.definitions[key] = Definition(params, index, sides[0], mark, " ".join([*left, ":=", *right]))
        self.reach = {}
        computable = set(params) <= set(self.kinds)  # its value, at the drawn arguments, must exist
        return [Claim(sides[0], "defined", sides[0]), *rest] if computable else rest

    def left_side(self, left):
        r"""Name, parameters and index of p_i, J_{ij}, L, f(x) or f(\mathbf{x})_i."""
        parser = Parser(left, Anything(self))
        tree, index, params, mark = parser.symbol(), (), (), ","
        parser.end()
        if isinstance(tree, At):
            require(
                all(isinstance(i, Sym) and i.name in self.ranges for i in tree.index),
                "a definition holds for every index",
            )
            tree, index = tree.body, tuple(i.name for i in tree.index)
        if isinstance(tree, Call):
            require(all(isinstance(a, Sym) for a in tree.args), "the arguments of a defined function are names")
            params, mark = tuple(a.name for a in tree.args), tree.mark
        require(isinstance(tree, (Sym, Call)), "the left side of := is a name, a component or a function")
        require(
            len(set(index)) == len(index) <= 2 and len(set(params)) == len(params), "a letter twice on the left of :="
        )
        return tree.name, params, index, mark

    def not_taken(self, name, key, params):
        """A name has one meaning on a page; some have theirs in every book."""
        taken = name == "vec" or (name in RESERVED and not (name == "I" and params)) or name in FUNCTIONS or "'" in name
        require(not taken, f"{name} already has a meaning: it is reserved")
        known = any(name in group for group in (self.kinds, self.ranges, self.sizes))
        other = any(n == name and (not arity or not key[1]) for n, arity in self.definitions)
        require(key not in self.definitions and not known and not other, f"{name} already has a meaning")
        for param in params:
            fixed = param in RESERVED or param in self.ranges or param in self.sizes
            require(not fixed, f"{param} already has a meaning: it cannot be a parameter")

    def closed(self, body, name, params, index):
        loose = free(body, self.ranges) - set(index)
        require(not loose, f"index {', '.join(sorted(loose))} is free on the right of the definition of {name}")
        require(set(params) <= names_in(body), f"a parameter of {name} does not occur on the right")
        require(name not in names_in(body), f"{name} already has a meaning: it stands on both sides of :=")

    def dependents(self, values):
        """The defined names whose value can change with these symbols."""
        key = frozenset(values)
        if key not in self.reach:
            found, before = set(key), set()
            while found != before:
                before = set(found)
                found |= {name for (name, _), d in self.definitions.items() if names_in(d.body) & found}
            self.reach[key] = found
        return self.reach[key]

    def support(self, trees):
        """All names that trees rest on, through definitions."""
        found, new = set(), names_in(tuple(trees))
        while new:
            found |= new
            inner = (names_in(d.body) - set(d.params) for (name, _), d in self.definitions.items() if name in new)
            new = set().union(*inner) - found
        return found

    def unchecked(self):
        """Definitions of this page that no checked claim and no agreement has used: nothing tests their formula."""
        return sorted({name for name, arity in self.definitions if (name, arity) not in self.shared} - self.checked)

    # ---- for readers

    def reader(self):
        """A page for which everything defined here is known, so that a definition printed again is a claim."""
        return self.chapter()

    def show(self, label):
        """Print the lines of a display beside their values at one point."""
        reader.show(self, label)

    def check(self, tex):
        """Check a derivation of your own with this chapter's notation, and print the verdict."""
        reader.verdict(self, tex)

    def agrees(self, tex, function, *arguments):
        r"""Check what is printed against code: page.agrees("L", "softxent.loss.softmax_cross_entropy", "z", "y")."""
        agreement.check(self, tex, function, arguments)
