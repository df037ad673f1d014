"""Numbers: how a declared symbol is drawn, and the linear algebra that the evaluator calls.

A number is an mpf, a vector an n x 1 array of mpf, a matrix an n x m array.
"""

import random

import numpy as np
from mpmath import mp, mpf

from texcheck.tokens import require

DRAWS = 8                       # of each size: one per style below
STYLES = ("plain", "other", "small", "large", "ties", "rising", "falling", "edge")


def style(name, seed):
    """The style of one symbol in one draw: over eight draws it meets all styles, each time in another order, so that
    two symbols meet in ever new pairs of styles."""
    block, place = divmod(seed, len(STYLES))
    return random.Random(f"styles of {name}" + f" {block}" * bool(block)).sample(STYLES, len(STYLES))[place]


def draw(name, kind, dims, seed):
    """'real K', 'positive', 'unit', 'simplex N K', 'joint N K', 'index K', 'bit': numbers of that kind."""
    word, *sizes = kind.split()
    rng, how = random.Random(f"{name} {seed} {sorted(dims.items())}"), style(name, seed)
    if word == "index":
        return mpf(1 + (seed + len(name)) % dims[sizes[0]])
    if word == "bit":
        return mpf((seed + len(name)) % 2)
    require(word in ENTRY, f"unknown kind {kind!r}")
    shape = ([dims[s] for s in sizes] + [1, 1])[:2]
    rows = [ordered([ENTRY[word](rng, how) for _ in range(shape[1])], how) for _ in range(shape[0])]
    if shape[1] == 1:
        rows = [[x] for x in ordered([row[0] for row in rows], how)]
    array = np.array([[mpf(x) for x in row] for row in rows], dtype=object)
    if word in ("simplex", "joint"):
        array = array / (array.sum(axis=1, keepdims=True) if word == "simplex" and len(sizes) == 2 else array.sum())
    return array if sizes else array[0, 0]


def ordered(entries, how):
    """The entries with the ties or the order that the style asks for."""
    if how == "ties" and len(entries) > 1:
        entries[1] = entries[0]
    if how in ("rising", "falling"):
        entries.sort(reverse=how == "falling")
    return entries


def real(rng, how):
    """Both signs, at the scales 0.1, 1 and 10."""
    return rng.gauss(0, 1) * {"small": 0.1, "large": 10, "edge": 3}.get(how, 1) + (5 if how == "other" else 0)


def positive(rng, how):
    """From a hundredth to some tens."""
    return rng.uniform(0.3, 2) * {"small": 0.05, "large": 10}.get(how, 1)


def unit(rng, how):
    """Inside (0, 1), also close to its ends."""
    x = rng.uniform(0.1, 0.9)
    return {"small": x * 0.01, "large": 1 - x * 0.01}.get(how, x)


def weight(rng, how):
    """Before normalisation: small keeps near the centre, large and edge put most of the mass on few entries."""
    x = rng.expovariate(1) + 0.05
    return {"small": 1 + x / 10, "large": x**6 + 1e-4, "edge": x if rng.random() < 0.5 else x * 1e-4}.get(how, x)


ENTRY = {"real": real, "positive": positive, "unit": unit, "simplex": weight, "joint": weight}


# ---- linear algebra


def is_array(x):
    return isinstance(x, np.ndarray)


def column(values):
    """A vector."""
    return np.array([[v] for v in values], dtype=object)


def scalar(x):
    """A 1 x 1 array as its number."""
    return x[0, 0] if is_array(x) and x.shape == (1, 1) else x


def shape(x):
    """How a message names the shape."""
    return "x".join(map(str, x.shape)) if is_array(x) else "a number"


def each(f):
    """f, entry by entry."""
    return lambda x: np.vectorize(f, otypes=[object])(x) if is_array(x) else f(x)


def diag(v):
    """The diagonal matrix of a vector, or the diagonal of a matrix as a vector."""
    if v.shape[1] > 1:
        return column(v.diagonal())
    out = np.full((len(v), len(v)), mpf(0), dtype=object)
    np.fill_diagonal(out, v[:, 0])
    return out


def log(x):
    require(x > 0, "log of a number that is not positive")
    return mp.log(x)


def norm(v):
    return mp.sqrt(sum(x * x for x in v.flat))


BUILTIN = {
    **{name: each(getattr(mp, name)) for name in ("exp", "tanh", "cosh", "sinh", "sin", "cos", "sqrt")},
    "log": each(log), "arccos": each(mp.acos), "arctan": each(mp.atan), "abs": each(abs), "diag": diag,
    "tr": lambda a: sum(a.diagonal()), "det": lambda a: mp.det(mp.matrix(a.tolist())),
    "vec": lambda a: a.reshape(-1, 1),
    "norm": norm, "norm2": norm, "normF": norm, "norm1": lambda v: sum(abs(x) for x in v.flat),
    r"norm\infty": lambda v: max(abs(x) for x in v.flat)}
CONSTANTS = {"e": mp.e, r"\pi": mp.pi}
