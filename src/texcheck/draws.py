"""Where formulas are evaluated: a point holds a value of its kind for every declared symbol.

A point keeps raw numbers (floats, whole numbers, sets); `realized` turns one into a number or a matrix with as many
digits as are wanted, and makes distributions sum to 1 with those digits.
"""

import random
from fractions import Fraction

from texcheck.matrix import Matrix
from texcheck.numbers import Places
from texcheck.tokens import require

DRAWS = 8  # of each size: one per style below
STYLES = ("plain", "rising", "falling", "large", "far", "equal", "zero", "round")
KINDS = ("real", "positive", "above", "unit", "simplex", "joint", "index", "bit", "count", "subset")


def style(name, seed):
    """The style of one symbol in one draw: over eight draws it meets all styles, each time in another order, so that
    two symbols meet in ever new pairs of styles."""
    block, place = divmod(seed, len(STYLES))
    return random.Random(f"styles of {name} {block}").sample(STYLES, len(STYLES))[place]


def draw(name, kind, dims, seed):
    """'real K', 'positive', 'simplex N K', 'index K', 'bit', ...: a raw value of that kind."""
    word, *sizes = kind.split()
    require(word in KINDS, f"unknown kind {kind!r}")
    rng, how = random.Random(f"{name} {seed} {sorted(dims.items())}"), style(name, seed)
    if word in DISCRETE:
        return DISCRETE[word](name, seed, dims[sizes[0]] if sizes else 2)
    shape = ([dims[s] for s in sizes] + [1, 1])[:2]
    rows = [[ENTRY[word](rng, how) for _ in range(shape[1])] for _ in range(shape[0])]
    return ordered(rows, how) if sizes else rows[0][0]


def shuffled(name, seed, values):
    """One of the values: all of them come in each block of so many draws, in an order of the name's own."""
    block, place = divmod(seed, len(values))
    return random.Random(f"{name} {block} {len(values)}").sample(values, len(values))[place]


def subset(name, seed, size):
    """Some of 1 ... size, at least one."""
    rng = random.Random(f"{name} {seed} {size}")
    return frozenset(rng.sample(range(1, size + 1), rng.randint(1, size)))


DISCRETE = {
    "index": lambda name, seed, size: shuffled(name, seed, range(1, size + 1)),
    "bit": lambda name, seed, size: shuffled(name, seed, (0, 1)),
    "count": lambda name, seed, size: shuffled(name, seed, range(1, 9)),
    "subset": subset,
}


def ordered(rows, how):
    """The order or the ties that the style asks for, in each row and, for a vector, along it."""
    if how == "equal":
        return [[rows[0][0]] * len(row) for row in rows]
    if how in ("rising", "falling"):
        falling = how == "falling"
        rows = [sorted(row, reverse=falling) for row in rows]
        return sorted(rows, reverse=falling) if len(rows[0]) == 1 else rows
    return rows


def real(rng, how):
    """Both signs, at the scales 0.1, 1, 10 and 1000."""
    if how in ("zero", "round"):
        return float(rng.choice((-1, 0, 1, 2)) if how == "round" else 0)
    shift = 5 if how == "rising" else 0
    return rng.gauss(0, 1) * {"falling": 0.1, "large": 10, "far": 300}.get(how, 1) + shift


def positive(rng, how):
    """From a thousandth to some thousands."""
    if how in ("zero", "round"):
        return rng.choice((0.5, 1.0, 2.0, 3.0)) if how == "round" else 1.0
    if how == "far":
        return 10 ** rng.uniform(-3.5, 3.5)
    return rng.uniform(0.3, 2) * {"falling": 0.05, "large": 10}.get(how, 1)


def above(rng, how):
    """Above 1."""
    return 1 + positive(rng, how)


def unit(rng, how):
    """Inside (0, 1), also close to its ends."""
    if how in ("zero", "round"):
        return rng.choice((0.25, 0.5, 0.75)) if how == "round" else 0.5
    if how == "far":
        return rng.choice((10 ** -rng.uniform(3, 8), 1 - 2.0 ** -rng.randint(10, 26)))
    x = rng.uniform(0.1, 0.9)
    return {"falling": x * 0.01, "large": 1 - x * 0.01}.get(how, x)


def weight(rng, how):
    """Before normalisation: falling keeps near the centre, large and far put most of the mass on few entries."""
    if how in ("zero", "round"):
        return float(rng.choice((1, 2, 3)) if how == "round" else rng.choice((1, 1, 4)))
    x = rng.expovariate(1) + 0.05
    return {"falling": 1 + x / 10, "large": x**6 + 1e-4, "far": 10 ** rng.uniform(-40, 0)}.get(how, x)


ENTRY = {"real": real, "positive": positive, "above": above, "unit": unit, "simplex": weight, "joint": weight}


class Printed(float):
    """A number as a formula prints it: 3.7 is 37/10 with all digits."""

    def __new__(cls, text):
        number = super().__new__(cls, text)
        number.text = text
        return number


def realized(kind, raw, real):
    """A raw value as numbers; `real` makes a number of a float."""
    if isinstance(raw, frozenset):
        return Places(raw)
    if not isinstance(raw, list):
        return real(getattr(raw, "text", raw))
    word, *sizes = kind.split()
    rows = [[real(getattr(x, "text", x)) for x in row] for row in raw]
    if word == "simplex" and len(sizes) == 2:
        return Matrix([[x / whole for x in row] for row in rows for whole in [sum(row)]])
    if word in ("simplex", "joint"):
        whole = sum(map(sum, rows))
        return Matrix([[x / whole for x in row] for row in rows])
    return Matrix(rows)


def calm(name, kind, dims, seed):
    """Near 0, near the uniform distribution: where a constant in a bound shows."""
    raw = draw(name, kind, dims, STYLES.index("plain") + seed)
    if kind.split()[0] != "real":
        return raw
    rng = random.Random(f"{name} {seed} calm")
    return [[rng.gauss(0, 0.01) for _ in row] for row in raw] if isinstance(raw, list) else rng.gauss(0, 0.01)


def tiny(name, kind, dims, seed):
    """Close to 0 at every scale."""
    raw = draw(name, kind, dims, seed)
    if kind.split()[0] != "real":
        return raw
    rng = random.Random(f"{name} {seed} tiny")
    scale = 10 ** rng.uniform(-8, 0)
    return [[scale * rng.gauss(0, 1) for _ in row] for row in raw] if isinstance(raw, list) else scale * rng.gauss(0, 1)


def extreme(name, kind, dims, seed):
    """Numbers far outside of what a computer's exponential can take."""
    raw, word = draw(name, kind, dims, seed), kind.split()[0]
    if word not in ("real", "positive"):
        return raw
    rng = random.Random(f"{name} {seed} extreme")
    scale = rng.choice((1, -1)) * 10 ** rng.uniform(2.5, 5) if word == "real" else 10 ** rng.uniform(-6, 6)
    return [[scale * rng.random() for _ in row] for row in raw] if isinstance(raw, list) else scale


def mild(points, kinds):
    """Whether the values are so tame that two numbers which agree to 1600 digits there are equal."""
    return all(mild_value(kinds[name].split()[0], raw) for name, raw in points.items())


def mild_value(word, raw):
    if word not in ENTRY:
        return True
    values = [x for row in raw for x in row] if isinstance(raw, list) else [raw]
    low = 0 if word == "real" else 1 / 30
    return all(low <= abs(x) <= 30 or x == 0 for x in values)


ROUND = {
    "real": (0, 1, -1, 2, -2, 3),
    "positive": (1, 2, 3, 0.5),
    "above": (2, 3, 4, 1.5),
    "unit": (0.5, 0.25, 0.75, 0.2),
    "simplex": (1, 3, 1, 4, 2),
    "joint": (1, 3, 1, 2, 4),
}


def draw_round(name, kind, dims, seed):
    """The same kinds, in numbers that can be followed by hand."""
    word, *sizes = kind.split()
    if word in DISCRETE:
        return draw(name, kind, dims, seed)
    rng = random.Random(f"{name} {seed} round")
    rows, columns = ([dims[s] for s in sizes] + [1, 1])[:2]
    pick = ROUND[word][: (1, 2)[seed]] if seed < 2 else ROUND[word]
    table = [[float(rng.choice(pick)) for _ in range(columns)] for _ in range(rows)]
    return table if sizes else table[0][0]


def written(kind, raw):
    """A raw value as people write it: (1, -1), 0.25, {1, 3}."""
    if isinstance(raw, frozenset):
        return "{" + ", ".join(map(str, sorted(raw))) + "}"
    if not isinstance(raw, list):
        return number(raw)
    value = realized(kind, raw, float)
    rows = [", ".join(map(number, row)) for row in value.rows]
    return "(" + (", " if value.shape[1] == 1 else "; ").join(rows) + ")"


def number(x):
    """A number as a small fraction or with four digits, with a minus sign."""
    small = Fraction(x).limit_denominator(60)
    if abs(float(small) - x) < 1e-14:
        return str(small).replace("-", "−")
    return f"{x:.4g}".replace("-", "−")
