"""What a reader sees: a display beside numbers, the verdict on a derivation, a counterexample to follow by hand."""

import itertools

from mpmath import mp

from texcheck.draws import draw_round, written
from texcheck.evaluate import DIGITS, UNDEFINED, World
from texcheck.matrix import Matrix, entries, scalar
from texcheck.nodes import free
from texcheck.tokens import TexError, require
from texcheck.verify import judge, scopes, sizes

ROUND_POINTS = 24  # how many points in round numbers are tried for a refusal
SIGNS = {"in": "∈", "notin": "∉", "!=": "≠", "<=": "≤", ">=": "≥"}
PRINTED = {"in": r"\in", "notin": r"\notin", "!=": r"\ne", "<=": r"\le", ">=": r"\ge", "≈": r"\approx", "∝": r"\propto"}
SHOWN = 6  # significant digits


def refusal(refuted):
    """The message of a refutation, at a point in round numbers if the claim fails at one."""
    simple = simplest(refuted)
    claim, where = simple.claim, place(simple.claim, simple.world, simple.scope)
    lines = (
        f"\n    {claim.text[0]} {PRINTED.get(claim.relation, claim.relation)} {claim.text[1]}" if claim.text[0] else ""
    )
    right = f"{claim.text[1] if simple.v is None else shown(simple.v)} "
    sign = SIGNS.get(claim.relation, claim.relation)
    return f"relation {simple.number}: {shown(simple.u)} {sign} {right}is false{where}{closeness(simple)}{lines}"


def closeness(refuted):
    """How far the sides are apart where six digits do not show it."""
    u, v = refuted.u, refuted.v
    if v is None or isinstance(u, (Matrix, frozenset)) or shown(u) != shown(v) or u == v:
        return ""
    with mp.workdps(refuted.world.digits):
        return f": the sides differ by {shown(u - v)}"


def simplest(refuted):
    """The refutation at the first point in round numbers where the claim fails; otherwise the one that was found."""
    page, claim = refuted.world.page, refuted.claim
    names = sorted(page.support([claim.trees]) & set(page.kinds))
    if claim.relation in ("∝", "≈") or not names:
        return refuted
    for dims in sizes(page):
        for seed in range(ROUND_POINTS):
            point = {name: draw_round(name, page.kinds[name], dims, seed) for name in names}
            found = failure(claim, refuted.number, World(page, dims, point))
            if found:
                return found
    return refuted


def failure(claim, number, world):
    """The refutation of a claim in a world, if it fails there."""
    try:
        with mp.workdps(DIGITS):
            for scope in scopes(claim, world):
                judge(claim, number, world, scope, set())
    except UNDEFINED as error:
        return error if hasattr(error, "claim") else None
    return None


def place(claim, world, scope):
    """' at z = (1, −1), i = 1': the symbols and letters that a claim depends on."""
    page = world.page
    support = page.support([claim.trees])
    said = {name: written(page.kinds[name], raw) for name, raw in world.point.items() if name in support}
    said |= {letter: str(value) for letter, value in scope.items()}
    said |= {size: str(world.dims[size]) for size in sorted(set(world.dims) & names_of_sizes(claim, said, page))}
    return " at " + ", ".join(f"{name.lstrip(chr(92))} = {value}" for name, value in said.items()) if said else ""


def names_of_sizes(claim, said, page):
    """The sizes that a claim prints, and those that no vector shows."""
    shown_by = {size for name in said if name in page.kinds for size in page.kinds[name].split()[1:]}
    return page.support([claim.trees]) & set(page.sizes) - shown_by


def shown(x):
    """A number to six digits; a vector or matrix in brackets."""
    if isinstance(x, frozenset):
        return "{" + ", ".join(map(str, sorted(x))) + "}"
    if isinstance(x, Matrix):
        return "[" + ", ".join(mp.nstr(v, 4) for v in entries(x)) + "]"
    return mp.nstr(x, SHOWN)


def show(page, label):
    """Print the lines of a display beside their values at one point."""
    require(label in page.displays, f"no display is labelled {label}")
    known = page.reader()
    claims = [c for c in known.statements(page.displays[label]) if c.text[0]]
    world, scope = example(known, claims)
    print(f"{label}{place(claims[0], world, scope) if claims else ''}")
    previous = None
    with mp.workdps(DIGITS):
        for claim in claims:
            if claim.left is not previous:
                print(f"    {shown(world.ev(claim.left, scope)):>12}    {claim.text[0]}")
            right = shown(scalar(world.ev(claim.right, scope))) if claim.relation not in ("in", "notin") else ""
            print(f"  {claim.relation} {right:>12}    {claim.text[1]}")
            previous = claim.right


def example(page, claims):
    """A point in round numbers, and values of the free letters that differ where they can."""
    dims = list(sizes(page))[min(1, len(list(sizes(page))) - 1)]
    names = sorted(page.support([c.trees for c in claims]) & set(page.kinds))
    for seed in range(3, ROUND_POINTS):
        world = World(page, dims, {name: draw_round(name, page.kinds[name], dims, seed) for name in names})
        found = [s for s in scopes_of_all(claims, world)]
        if found:
            return world, max(found, key=lambda s: len(set(s.values())))
    raise TexError("no point in round numbers meets the conditions")


def scopes_of_all(claims, world):
    """The values of all letters of a display for which every line can be computed."""
    letters = sorted(free(tuple(c.trees for c in claims), world.page.ranges))
    guard = tuple(g for c in claims for g in c.guard)
    for values in itertools.product(*map(world.span, letters)):
        scope = dict(zip(letters, values, strict=True))
        if world.holds(guard, scope) and computable(claims, world, scope):
            yield scope


def computable(claims, world, scope):
    try:
        with mp.workdps(DIGITS):
            for claim in claims:
                world.ev(claim.left, scope)
                claim.relation in ("in", "notin") or world.ev(claim.right, scope)
    except UNDEFINED:
        return False
    return True


def verdict(page, tex):
    """Check a derivation with a page's notation, and print whether it holds."""
    try:
        count = page.reader().equation(tex)
    except TexError as error:
        print(f"✗ {error}")
    else:
        print(f"✓ holds: {count} relation{'s' * (count != 1)} at every draw")
