"""How a claim is verified: at many points of every size, for every value of its free indices.

Two sides are compared with 50 digits.  Where these do not tell them apart, or a side cannot be computed with them, more
digits decide: two numbers are equal if their difference shrinks with every digit that is added.
"""

import itertools
from typing import NamedTuple

from mpmath import mp, mpf

from texcheck.claims import ORDERED, STRICT, Refuted, half_digit, running_letter
from texcheck.draws import DRAWS, Printed, draw, draw_round, extreme, mild, tiny
from texcheck.evaluate import HOLDS, UNDEFINED, World, true
from texcheck.matrix import entries, scalar, shape
from texcheck.nodes import Call, Condition, Div, Num, free, names_in, walk
from texcheck.tokens import TexError, require

MORE = (400, 1600)  # digits
CONFIRMED = 400  # digits with which each equation is seen once more, at its first point
APART = mpf("1e-25")  # a relative difference that no rounding makes
TOGETHER = mpf("1e-40")  # one that rounding may make, with 50 digits
SHRUNK = mpf("1e-20")  # of a difference that is only rounding, when digits are added
UNSEEN = mpf(10) ** -1500  # a difference that 1600 digits may not show
ROUND = 30  # points in round numbers, for claims under a condition
TINY = 5  # points close to 0 for them, and as many far out
STANDARD = 100  # steps of a search from each of its starts; see search.py


PIECEWISE = ("abs", "max", "min", "floor", "ceil")
MARKS = 8  # printed numbers that are tried as values


class Tried(NamedTuple):
    """At how many points a claim was judged with all digits, and at how many more a search compared its sides."""

    points: int
    searched: int


def verify(page, claims, budget=None, draws=DRAWS + 1):
    """TexError at the first claim that is false, or cannot be evaluated; what was tried for each of them."""
    from texcheck.search import search

    met = [0] * len(claims)
    seen = [set() for _ in claims]
    for world in worlds(page, claims, draws):
        for n, claim in enumerate(claims):
            met[n] += check(claim, n + 1, world, seen[n])
    under_condition = [n for n, claim in enumerate(claims) if conditional(page, claim)]
    for world, far in further(page, [claims[n] for n in under_condition]):
        for n in under_condition:
            met[n] += (passed_over if far else check)(claims[n], n + 1, world, seen[n])
    require(all(met), "the condition is never met")
    searched = [0] * len(claims)
    for n, claim in enumerate(claims):
        require(
            claim.relation != "imposed" or len(seen[n]) > 1 or 0 in seen[n],
            r"what \overset{!}{=} asks for is met nowhere: one side is always the larger",
        )
        if claim.relation in ORDERED:
            searched[n] = search(page, claim, n + 1, STANDARD if budget is None else budget)
    return list(map(Tried, met, searched))


def sizes(page):
    """The sizes that are tried, one after the other."""
    for n in range(max(map(len, page.sizes.values()), default=1)):
        yield {d: v[min(n, len(v) - 1)] for d, v in page.sizes.items()}


def drawn(page, names, dims, seed):
    """A point; after each round of styles there is one at which symbols of the same kind are equal."""
    twins = seed % (DRAWS + 1) == DRAWS
    return {name: draw(page.kinds[name] if twins else name, page.kinds[name], dims, seed) for name in names}


def worlds(page, claims, draws):
    """Every size, and so many draws of each; what holds no drawn symbol is evaluated once for each size."""
    names = sorted(page.support([c.trees for c in claims]) & set(page.kinds))
    for dims in sizes(page):
        for seed in range(draws if names else 1):
            yield World(page, dims, drawn(page, names, dims, seed))


def further(page, claims):
    """(world, whether it lies far out) at more points, for claims under a condition or in pieces."""
    names = sorted(page.support([c.trees for c in claims]) & set(page.kinds))
    makers = [draw_round] * ROUND + [tiny] * TINY + [extreme] * TINY
    for dims in sizes(page) if names else ():
        for seed, make in enumerate(makers):
            point = {name: make(name, page.kinds[name], dims, seed) for name in names}
            yield World(page, dims, point), make is extreme
    yield from at_thresholds(page, claims, names)


def at_thresholds(page, claims, names):
    """One symbol at a time at the numbers that the claims print, between them and beyond, at the smallest size."""
    printed = thresholds(page, claims)
    for name in names if printed else ():
        for seed, x in enumerate(printed):
            point = drawn(page, names, next(sizes(page)), seed % 2)
            point[name] = moved_to(page.kinds[name], point[name], x)
            if point[name] is not None:
                yield World(page, next(sizes(page)), point), False


def moved_to(kind, raw, x):
    """A raw value whose first entry is x; None where the kind has no such value."""
    word, inside = kind.split()[0], {"real": True, "positive": x > 0, "above": x > 1, "unit": 0 < x < 1}
    if not inside.get(word):
        return None
    return [[x, *raw[0][1:]], *raw[1:]] if isinstance(raw, list) else x


def thresholds(page, claims):
    """The numbers in claims, with the points between neighbours and beside them."""
    trees = tuple(claim.trees for claim in claims)
    found = {Printed(part.text) for part in walk(trees) if isinstance(part, Num) and float(part.text) < 1e6}
    quotients = {
        float(p.left.text) / float(p.right.text)
        for p in walk(trees)
        if isinstance(p, Div) and isinstance(p.left, Num) and isinstance(p.right, Num) and float(p.right.text)
    }
    marks = sorted(found | quotients)[:MARKS]
    between = [(x + y) / 2 for x, y in itertools.pairwise(marks)]
    beside = [x * (1 + s) for x in marks for s in (-0.1, 0.001, 0.1)]
    return [*marks, *between, *beside, *(-x for x in marks)]


def conditional(page, claim):
    """Whether a claim has a condition, or one inside that is not about index letters, or pieces."""
    bodies = tuple(
        d.body for (name, _), d in page.definitions.items() if name in page.support([claim.trees]) and d.params
    )
    inside = list(walk((claim.left, claim.right, bodies)))
    conditions = any(isinstance(c, Condition) and names_in(c) & set(page.kinds) - indices_of(page) for c in inside)
    return bool(claim.guard) or conditions or any(isinstance(c, Call) and c.name in PIECEWISE for c in inside)


def indices_of(page):
    return {name for name, kind in page.kinds.items() if kind.startswith("index")}


def scopes(claim, world):
    """The values of the free letters for which the conditions hold."""
    letters = sorted(free(claim.trees, world.page.ranges))
    for values in itertools.product(*map(world.span, letters)):
        scope = dict(zip(letters, values, strict=True))
        if not claim.guard or world.holds(claim.guard, scope):
            yield scope


def check(claim, number, world, seen):
    """One claim in one world; whether its conditions are met there.  `seen`: the signs of an imposed equation."""
    ratios, met = {}, False
    with mp.workdps(world.digits):
        for scope in scopes(claim, world):
            met = True
            if claim.relation == "∝":
                proportional(claim, number, world, scope, ratios)
            else:
                judge(claim, number, world, scope, seen)
        if met and claim.relation in ("=", "<=", ">=") and not seen:
            seen.add("confirmed")
            digits = CONFIRMED if world.point else MORE[-1]
            with mp.workdps(digits):
                judge(claim, number, world.at(digits), scope, seen)
    return met


def passed_over(claim, number, world, seen):
    """The same at a further point, which is passed over where a side cannot be computed."""
    try:
        return check(claim, number, world, seen)
    except Refuted:
        raise
    except UNDEFINED:
        return False


def judge(claim, number, world, scope, seen=None):
    """One claim for one value of the letters: Refuted if it is false."""
    if claim.relation in ("in", "notin"):
        if not belongs(claim, world, scope):
            raise Refuted(claim, number, world, scope, value(world, claim.left, scope), None)
        return
    left, right = sides(claim, world, scope)
    for place, (u, v) in enumerate(zip(left, right, strict=True)):
        if claim.relation == "imposed":
            seen.add((u > v) - (u < v))
        elif not holds(claim, world, scope, place, u, v):
            raise Refuted(claim, number, world, scope, u, v)


def belongs(claim, world, scope):
    r"""\in, with more digits where 50 do not show it."""
    condition = Condition(claim.relation, claim.left, claim.right)
    if true(world, condition, scope):
        return True
    with mp.workdps(MORE[-1]):
        return true(world.at(MORE[-1]), condition, scope)


def sides(claim, world, scope):
    """The entries of both sides; with more digits where these do not suffice to compute them."""
    try:
        return computed(claim, world, scope)
    except UNDEFINED:
        if world.digits is None:
            raise
    try:
        with mp.workdps(MORE[-1]):
            return computed(claim, world.at(MORE[-1]), scope)
    except ArithmeticError as error:
        raise TexError(
            f"cannot be evaluated{place_of(claim, world, scope)}: {str(error) or 'division by zero'}"
        ) from None
    except Refuted:
        raise
    except TexError as error:
        raise TexError(f"{error}{place_of(claim, world, scope)}") from None


def place_of(claim, world, scope):
    from texcheck.reader import place

    return place(claim, world, scope)


def computed(claim, world, scope):
    left = world.ev(claim.left, scope)
    if claim.relation == "defined":
        return [], []
    right = world.ev(claim.right, scope)
    if isinstance(left, frozenset) or isinstance(right, frozenset):
        return as_sets(left), as_sets(right)
    require(
        getattr(left, "shape", 0) == getattr(right, "shape", 0),
        f"{shape(left)} {claim.relation} {shape(right)} is false: the sides have different shapes",
    )
    return entries(left), entries(right)


def as_sets(x):
    """Two sets are equal if their sums of powers of two are."""
    members = x if isinstance(x, frozenset) else {int(x)}
    return [mpf(sum(2**n for n in members))]


def value(world, tree, scope):
    return scalar(world.ev(tree, scope))


def holds(claim, world, scope, place, u, v):
    """Whether one pair of entries satisfies the relation of a claim."""
    relation, gap = claim.relation, abs(u - v)
    if relation == "≈":
        return gap <= half_digit(claim.right)
    larger = max(abs(u), abs(v))
    if relation in ("=", "<=", ">=") and (
        gap <= mpf(10) ** (10 - world.digits) * larger or (relation != "=" and HOLDS[relation](u, v))
    ):
        return True
    if relation in STRICT and gap > APART * larger and larger > APART and HOLDS[relation](u, v):
        return True
    found, gap = decided(claim, world, scope, place, gap)
    if HOLDS[relation](found, 0):
        return True
    return gap < UNSEEN and not mild(world.point, world.page.kinds)  # so far out that no digits decide it


def decided(claim, world, scope, place, gap):
    """How the left side compares with the right, -1, 0 or 1, with as many digits as it takes; and the gap."""
    levels = [digits for digits in MORE if digits > world.digits]
    if not levels:
        u, v = (entry[place] for entry in computed(claim, world, scope))
        return (u > v) - (u < v), gap
    for digits in levels:
        with mp.workdps(digits):
            left, right = computed(claim, world.at(digits), scope)
            u, v, before, gap = left[place], right[place], gap, abs(left[place] - right[place])
        if gap > before * SHRUNK and digits == MORE[-1]:
            return (1 if u > v else -1), gap
        if gap <= before * SHRUNK and claim.relation not in STRICT:
            return 0, gap
    return 0, gap


def proportional(claim, number, world, scope, ratios):
    r"""\propto: the ratio stays the same while the running letter moves and the others stand still."""
    running = running_letter(claim.left, world.page.ranges)
    key = tuple((k, n) for k, n in scope.items() if k != running)
    left, right = sides(claim, world, scope)
    require(len(left) == 1, r"\propto of vectors: write their entries")
    u, v = left[0], right[0]
    first = ratios.setdefault(key, (u, v))
    gap = abs(u * first[1] - v * first[0])
    if gap > TOGETHER * abs(u * first[1]) or v == 0:
        raise Refuted(claim, number, world, scope, u, v)
