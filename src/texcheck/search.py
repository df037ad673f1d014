"""A counterexample to an inequality is looked for: a constant wrong in its third digit fails nowhere else.

From the tightest of some draws the search moves on while the relative gap between the sides shrinks: entries are made
equal, 0 or 1, a symbol is copied to another, mixed with it, scaled or moved.  It climbs with floats; what looks like a
counterexample is judged again with all digits.
"""

import itertools
import math
import random

from mpmath import mp

from texcheck.claims import STRICT, Refuted
from texcheck.draws import calm, draw, draw_round, extreme
from texcheck.evaluate import UNDEFINED, World
from texcheck.matrix import entries
from texcheck.nodes import free
from texcheck.verify import drawn, judge, scopes, sizes

CALM = 4  # points near 0
EXTREME = 3  # points beyond the reach of floats
FIRST = 18  # draws of each size that are looked at
STARTS = 3  # of them, from which it climbs
TRUST = 1e-11  # a relative gap that is no rounding of floats
DOUBTS = 4  # how often a counterexample of floats may turn out to be none
LIMITS = {
    "real": (-1e6, 1e6),
    "positive": (1e-4, 1e4),
    "above": (1 + 1e-4, 1e4),
    "unit": (1e-9, 1 - 1e-9),
    "simplex": (1e-60, 1e60),
    "joint": (1e-60, 1e60),
}
FAILURES = (*UNDEFINED, ValueError)  # of math: a logarithm of 0, an overflow


def search(page, claim, number, budget):
    """Refuted if a counterexample is found; otherwise at how many points the sides were compared."""
    names, looked = sorted(page.support([claim.trees]) & set(page.kinds)), 0
    for dims in sizes(page) if names and budget else ():
        hunt = Hunt(page, claim, number, dims, names)
        hunt.run(budget)
        looked += hunt.looked
    return looked


class Hunt:
    """The search for one claim at one size."""

    def __init__(self, page, claim, number, dims, names):
        self.page, self.claim, self.number, self.dims, self.names = page, claim, number, dims, names
        self.letters = sorted(free(claim.trees, page.ranges))
        self.rng, self.doubts = random.Random(f"{claim.text} {sorted(dims.items())}"), 0
        self.looked = 0  # points at which both sides were computed

    def run(self, budget):
        """Climb from the tightest draws, in turn."""
        starts = []
        self.far_out()
        self.edges()
        for seed in range(FIRST + CALM):
            point = self.start(seed)
            starts += [(gap, seed, point, scope) for gap, scope in [self.tightest(point)] if gap is not None]
        starts.sort(key=lambda start: start[:2])
        if self.claim.relation == "!=" and starts and not self.claim.guard:
            self.crossing(starts)
        for gap, _, point, scope in starts[:STARTS]:
            self.climb(gap, point, scope, budget)

    def start(self, seed):
        """A draw, or a point of calm."""
        if seed < FIRST:
            return drawn(self.page, self.names, self.dims, seed)
        return {name: calm(name, self.page.kinds[name], self.dims, seed - FIRST) for name in self.names}

    def far_out(self):
        """Points beyond the reach of floats, judged with all digits where the sides can be computed."""
        for seed in range(EXTREME):
            point = {name: extreme(name, self.page.kinds[name], self.dims, seed) for name in self.names}
            self.judge_precisely(World(self.page, self.dims, point))

    def edges(self):
        """Distributions with zeros, for what is claimed strictly of all distributions."""
        for seed in range(EXTREME):
            point = {name: draw_round(name, self.page.kinds[name], self.dims, seed) for name in self.names}
            changed = {name: edge(name, self.page.kinds[name], raw, seed) for name, raw in point.items()}
            if self.claim.relation in STRICT and changed != point:
                self.judge_precisely(World(self.page, self.dims, changed))

    def crossing(self, starts):
        r"""For \ne: between two points where the difference has opposite signs it is 0 somewhere, unless it jumps."""
        scope = starts[0][3]
        signed = [(self.difference(point, scope), point) for _, _, point, _ in starts]
        low = next((point for d, point in signed if d is not None and d < 0), None)
        high = next((point for d, point in signed if d is not None and d > 0), None)
        if low and high and all(self.page.kinds[name].split()[0] in LIMITS for name in self.names):
            self.bisect(low, high, scope)

    def difference(self, point, scope):
        try:
            world = World(self.page, self.dims, point, None)
            return world.ev(self.claim.left, scope) - world.ev(self.claim.right, scope)
        except (*FAILURES, TypeError):
            return None

    def bisect(self, low, high, scope):
        scale = abs(self.difference(low, scope)) + abs(self.difference(high, scope))
        for _ in range(80):
            middle = {name: between(low[name], high[name]) for name in self.names}
            gap = self.difference(middle, scope)
            if gap is None:
                return
            low, high = (middle, high) if gap < 0 else (low, middle)
        if abs(gap) < 1e-9 * scale:
            precise = World(self.page, self.dims, middle)
            raise Refuted(
                self.claim,
                self.number,
                precise,
                scope,
                precise.ev(self.claim.left, scope),
                precise.ev(self.claim.right, scope),
            )

    def judge_precisely(self, world):
        with mp.workdps(world.digits):
            self.judge_all(world)

    def judge_all(self, world):
        """Judge every value of the letters; what cannot be computed there is passed over."""
        try:
            for scope in scopes(self.claim, world):
                judge(self.claim, self.number, world, scope)
        except Refuted:
            raise
        except UNDEFINED:
            pass

    def tightest(self, point):
        """The smallest gap at a point, and the letters' values there."""
        world, best = World(self.page, self.dims, point, None), (None, None)
        for values in itertools.product(*map(world.span, self.letters)):
            scope = dict(zip(self.letters, values, strict=True))
            gap = self.gap(world, scope)
            if gap is not None and (best[0] is None or gap < best[0]):
                best = gap, scope
        return best

    def climb(self, gap, point, scope, budget):
        for _ in range(budget):
            candidate = moved(self.rng, self.page.kinds, self.dims, point)
            found = self.gap(World(self.page, self.dims, candidate, None), scope)
            if found is not None and found <= gap:
                gap, point = found, candidate

    def gap(self, world, scope):
        """How far the sides are apart, relative to them; a counterexample is judged with all digits."""
        try:
            if self.claim.guard and not world.holds(self.claim.guard, scope):
                return None
            left, right = world.ev(self.claim.left, scope), world.ev(self.claim.right, scope)
        except FAILURES:
            return None
        gap = min(self.relative(u, v) for u, v in zip(entries(left), entries(right), strict=True))
        if not math.isfinite(gap):
            return None
        self.looked += 1
        if gap < -TRUST or (gap < 1e-14 and self.claim.relation in STRICT):
            self.confirm(world, scope)
        return gap

    def relative(self, u, v):
        u, v = (v, u) if self.claim.relation in (">", ">=") else (u, v)
        gap = (v - u) / (abs(u) + abs(v)) if u or v else float(self.claim.relation not in STRICT)
        return abs(gap) if self.claim.relation == "!=" else gap

    def confirm(self, world, scope):
        """Judge a counterexample with all digits, a few times at most if it never is one."""
        if self.doubts < DOUBTS:
            self.doubts += 1
            precise = World(self.page, self.dims, world.point)
            if not self.claim.guard or precise.holds(self.claim.guard, scope):
                judge(self.claim, self.number, precise, scope)


def edge(name, kind, raw, seed):
    """A distribution with a zero, or with nothing else but one entry."""
    if kind.split()[0] not in ("simplex", "joint"):
        return raw
    size = len(raw) * len(raw[0])
    kept = random.Random(f"{name} {seed} edge").sample(range(size), 1 if seed % 2 else size - 1)
    width = len(raw[0])
    return [[x if r * width + c in kept else 0.0 for c, x in enumerate(row)] for r, row in enumerate(raw)]


def between(low, high):
    if isinstance(low, list):
        return [[(x + y) / 2 for x, y in zip(*rows, strict=True)] for rows in zip(low, high, strict=True)]
    return (low + high) / 2


# ---- moves


def moved(rng, kinds, dims, point):
    """A point beside this one: one or two symbols have changed."""
    new = dict(point)
    for _ in range(rng.choice((1, 1, 2))):
        name = rng.choice(list(new))
        new[name] = changed(rng, name, kinds, dims, new)
    return new


def changed(rng, name, kinds, dims, point):
    """Another value of one symbol."""
    word, raw = kinds[name].split()[0], point[name]
    if word not in LIMITS:
        return draw(name, kinds[name], dims, rng.randrange(1000))
    alike = [other for other in point if other != name and kinds[other] == kinds[name]]
    rows = [list(row) for row in raw] if isinstance(raw, list) else [[raw]]
    if alike and rng.random() < 0.2:
        rows = mixed(rng, rows, point[rng.choice(alike)])
    elif word in ("real", "positive", "above") and rng.random() < 0.1:
        factor = rng.choice((0.1, 0.5, 2, 10))
        rows = [[x * factor for x in row] for row in rows]
    else:
        change_entry(rng, word, rows)
    low, high = LIMITS[word]
    rows = [[min(max(x, low), high) for x in row] for row in rows]
    return rows if isinstance(raw, list) else rows[0][0]


def mixed(rng, rows, other):
    """On the line through another symbol of the same kind: at it, before it or behind it."""
    other, s = other if isinstance(other, list) else [[other]], rng.choice((0, 0, 0.01, 0.1, 0.5, 2))
    if rng.random() < 0.25:
        other, s = [[-y for y in row] for row in other], 0
    return [[y + s * (x - y) for x, y in zip(*pair, strict=True)] for pair in zip(rows, other, strict=True)]


def change_entry(rng, word, rows):
    """Move one entry, or make it equal to another, or give it a special value."""
    row = rng.choice(rows)
    place, how, scale = rng.randrange(len(row)), rng.random(), 10 ** rng.uniform(-4, 1.3)
    if how < 0.15:
        row[place] = rng.choice(rng.choice(rows))
    elif how < 0.22:
        row[place] = float(rng.choice(SPECIAL[word]))
    elif word == "real":
        row[place] += rng.gauss(0, scale)
    elif word == "unit":
        odds = math.log(row[place] / (1 - row[place])) + rng.gauss(0, scale)
        row[place] = 1 / (1 + math.exp(-min(max(odds, -30), 30)))
    else:
        row[place] *= math.exp(min(max(rng.gauss(0, scale), -60), 60))


SPECIAL = {"real": (0, 1, -1), "positive": (1,), "above": (2,), "unit": (0.5,), "simplex": (1,), "joint": (1,)}
