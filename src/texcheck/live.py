"""A reader's formula, judged a relation at a time as plain data: what a page in a browser runs.

When the book is built, `known(page)` says what a chapter declares and defines, in a form that JSON keeps.  In the
browser `opened(known)` makes a page of it, and a `Derivation` is read first and then judged, relation by relation.
"""

import re

from mpmath import mp

from texcheck.claims import Refuted
from texcheck.evaluate import DIGITS, UNDEFINED, World
from texcheck.matrix import Matrix, entries
from texcheck.nodes import free
from texcheck.page import Page
from texcheck.printing import RELATION, Printer
from texcheck.reader import closeness, place, shown, simplest
from texcheck.tokens import TexError, require
from texcheck.verify import verify

BACKSLASH = chr(92)
LONGEST = 2000  # characters of a formula
DEEPEST = 40  # brackets inside each other
UNDECLARED = re.compile(r"undeclared symbol (\S+)")
GROUPS = ("kinds", "ranges", "sizes", "constants")
STARTED = (TexError, ArithmeticError, ValueError, TypeError, IndexError, AttributeError, RecursionError, MemoryError)


def known(page):
    """What a chapter declares and defines."""
    definitions = [definition.source for definition in page.definitions.values()]
    return {"macros": page.macros, **{name: getattr(page, name) for name in GROUPS}, "definitions": definitions}


def opened(known):
    """The page of a chapter from what `known` says of it."""
    page = Page(known["macros"])
    for name in GROUPS:
        getattr(page, name).update(known[name])
    for source in known["definitions"]:
        page.equation(source, check=False)
    return page.reader()


class Derivation:
    """The relations of a formula of one line or many; TexError if it cannot be read."""

    def __init__(self, page, tex):
        require(len(tex) <= LONGEST, f"this formula has more than {LONGEST} characters")
        require(depth(tex) <= DEEPEST, f"more than {DEEPEST} brackets stand inside each other")
        self.page = page.reader()
        self.claims = [c for c in self.page.statements(tex) if c.relation not in ("defined", "imposed")]
        require(self.claims, "nothing is claimed: a formula to check has a sign such as =")

    def reading(self):
        """How each relation was read: as typed, and with every implied bracket."""
        printer = Printer(self.page)
        return [{"typed": typed(claim), "read": printer.claim(claim)} for claim in self.claims]

    def verdict(self, number):
        """What is found of one relation, counted from 0."""
        claim = self.claims[number]
        try:
            (tried,) = verify(self.page, [claim])
        except Refuted as refuted:
            return {"state": "false", **counterexample(refuted)}
        except STARTED as error:  # a reader may type anything
            return {"state": "unread", "message": message(error)}
        sizes = sizes_of(self.page, claim)
        varied = bool(sizes or self.page.support([claim.trees]) & set(self.page.kinds))  # else each point is the same
        return {"state": "true", **tried._asdict(), "points": tried.points if varied else 1, "sizes": sizes}


def read(page, tex):
    """(a derivation or None, how it was read or why it cannot be) for anything that is typed."""
    try:
        derivation = Derivation(page, tex)
        return derivation, {"lines": derivation.reading()}
    except STARTED as error:
        return None, {"message": message(error)}


def judged(page, tex):
    """All at once: {"lines": [...]} with a verdict each, or {"message": why it cannot be read}."""
    derivation, found = read(page, tex)
    for number, line in enumerate(found.get("lines", ())):
        line.update(derivation.verdict(number))
    return found


def message(error):
    """What is said to the reader of an error."""
    text = str(error) or type(error).__name__
    name = UNDECLARED.match(text)
    return f"nothing on this page is called {name[1]}: define it first, on a line of its own with :=" if name else text


def depth(tex):
    """How many brackets stand inside each other, of any kind."""
    deepest = level = 0
    for character in tex:
        level += (character in "({[") - (character in ")}]")
        deepest = max(deepest, level)
    return deepest


def typed(claim):
    """A relation as its source has it; a note under a brace has none of its own."""
    left, right = claim.text
    return "" if left == "the braced part" else f"{left} {RELATION.get(claim.relation, claim.relation)} {right}"


# ---- what is said of a relation


def counterexample(refuted):
    """Where a claim fails, in round numbers if it fails at such, and what its sides are there."""
    simple = simplest(refuted)
    claim, world, scope = simple.claim, simple.world, simple.scope
    trees = [claim.left] if claim.relation in ("in", "notin") else [claim.left, claim.right]
    with mp.workdps(DIGITS):
        sides = [plain(World(world.page, world.dims, world.point).ev(tree, scope)) for tree in trees]
    return {
        "relation": claim.relation,
        "at": place(claim, world, scope).removeprefix(" at "),
        "then": computed(claim, world),
        "sides": sides,
        "apart": closeness(simple).partition("differ by ")[2].replace("-", "−"),
    }


def computed(claim, world):
    """'p = (0.268941, 0.731059)': what the page defines and the claim rests on, at the counterexample."""
    page = world.page
    names = [name for name, arity in page.definitions if not arity and name in page.support([claim.trees])]
    return ", ".join(
        f"{name.lstrip(BACKSLASH)} = {plain(x)}" for name in names if (x := value(world, name)) is not None
    )


def value(world, name):
    """The value of a defined name, None where it has none there."""
    try:
        return World(world.page, world.dims, world.point).value(name)
    except UNDEFINED:
        return None


def plain(x):
    """A value as people write it: 2, −0.5, (0.25, 0.75)."""
    if isinstance(x, Matrix):
        columns = x.shape[1]
        found = [plain(v) for v in entries(x)]
        rows = [", ".join(found[n : n + columns]) for n in range(0, len(found), columns)]
        return "(" + (", " if columns == 1 else "; ").join(rows) + ")"
    return shown(x).removesuffix(".0").replace("-", "−")


def sizes_of(page, claim):
    """The sizes that a claim was tried with."""
    names = page.support([claim.trees])
    used = {size for name in names for size in page.kinds.get(name, "").split()[1:]}
    used |= {page.ranges[letter] for letter in names | free(claim.trees, page.ranges) if letter in page.ranges}
    return {size: values for size, values in page.sizes.items() if size in used | names}
