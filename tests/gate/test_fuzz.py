"""Random expressions are printed, read back and compared with a direct evaluation: the parser reads as a reader does."""

import random

import pytest
from mpmath import mp, mpf
from pages import fresh

from texcheck.evaluate import World
from texcheck.parser import Parser
from texcheck.verify import drawn, sizes

PAGE = fresh()
DIMS = list(sizes(PAGE))[1]  # K = 3
WORLD = World(PAGE, DIMS, drawn(PAGE, PAGE.kinds, DIMS, 0), 80)
with mp.workdps(80):
    NUMBERS = {name: [row[0] for row in WORLD.value(name).rows] for name in ("z", "y")}


class Expression:
    """LaTeX, its precedence (0 sum, 1 product, 2 factor), and its value as a function of the index values."""

    def __init__(self, tex, precedence, value):
        self.tex, self.precedence, self.value = tex, precedence, value

    def within(self, precedence, rng):
        """The LaTeX, in brackets where the context binds more tightly."""
        if self.precedence >= precedence:
            return self.tex
        return rf"\left({self.tex}\right)" if rng.random() < 0.5 else f"({self.tex})"


def leaf(rng, letters):
    """A number, an indexed symbol or a Kronecker delta."""
    i, j = rng.choice(letters), rng.choice(letters)
    kind = rng.choice(["number", "symbol", "symbol", "delta"])
    if kind == "number":
        n = rng.randint(1, 9)
        return Expression(str(n), 2, lambda at: mpf(n))
    if kind == "delta":
        return Expression(rf"\delta_{{{i}{j}}}", 2, lambda at: mpf(at[i] == at[j]))
    name = rng.choice("zy")
    return Expression(
        f"{name}_{i}" if rng.random() < 0.5 else f"{name}_{{{i}}}", 2, lambda at: NUMBERS[name][at[i] - 1]
    )


def grow(rng, depth, letters):
    """A random expression."""
    if depth == 0 or rng.random() < 0.15:
        return leaf(rng, letters)
    return rng.choice(
        [add, subtract, negate, multiply, divide, square, exponential, total, rest, largest, cases, slope]
    )(rng, depth - 1, letters)


def pair(rng, depth, letters):
    return grow(rng, depth, letters), grow(rng, depth, letters)


def add(rng, depth, letters):
    a, b = pair(rng, depth, letters)
    return Expression(f"{a.within(0, rng)} + {b.within(1, rng)}", 0, lambda at: a.value(at) + b.value(at))


def subtract(rng, depth, letters):
    a, b = pair(rng, depth, letters)
    return Expression(f"{a.within(0, rng)} - {b.within(1, rng)}", 0, lambda at: a.value(at) - b.value(at))


def negate(rng, depth, letters):
    a = grow(rng, depth, letters)
    return Expression(f"-{a.within(1, rng)}", 0, lambda at: -a.value(at))


def multiply(rng, depth, letters):
    a, b = pair(rng, depth, letters)
    left, right = a.within(2, rng), b.within(2, rng)
    sign = rng.choice([r"\cdot", r"\times"]) if right[0].isdigit() or right[0] == "(" else rng.choice(["", r"\cdot"])
    return Expression(f"{left} {sign} {right}", 1, lambda at: a.value(at) * b.value(at))


def divide(rng, depth, letters):
    a, b = pair(rng, depth, letters)
    return Expression(rf"\frac{{{a.tex}}}{{{b.tex}}}", 2, lambda at: a.value(at) / b.value(at))


def square(rng, depth, letters):
    a = grow(rng, depth, letters)
    return Expression(f"({a.tex})^2", 2, lambda at: a.value(at) ** 2)


def exponential(rng, depth, letters):
    a = grow(rng, depth, letters)
    tex = rf"e^{{{a.tex}}}" if rng.random() < 0.5 else rf"\exp({a.tex})"
    return Expression(tex, 2, lambda at: mp.exp(a.value(at)))


def bound(rng, depth, letters):
    """A new letter and a body that uses it."""
    k = next(letter for letter in "jki" if letter not in letters) if len(letters) < 3 else letters[-1]
    body = grow(rng, depth, [*letters, k])
    return k, Expression(rf"{body.within(2, rng)} \cdot z_{k}", 1, lambda at: body.value(at) * NUMBERS["z"][at[k] - 1])


def total(rng, depth, letters):
    k, body = bound(rng, depth, letters)
    return Expression(
        rf"\sum_{{{k}=1}}^{{K}} {body.tex}", 0.5, lambda at: sum(body.value({**at, k: n}) for n in (1, 2, 3))
    )


def rest(rng, depth, letters):
    k, body = bound(rng, depth, letters)
    i = rng.choice([letter for letter in letters if letter != k] or ["c"])
    place = {"c": int(WORLD.value("c"))}
    return Expression(
        rf"\sum_{{{k} \ne {i}}} {body.tex}",
        0.5,
        lambda at: sum((body.value({**at, k: n}) for n in (1, 2, 3) if n != {**place, **at}[i]), mpf(0)),
    )


def largest(rng, depth, letters):
    k, body = bound(rng, depth, letters)
    return Expression(rf"\max_{k} ({body.tex})", 0.5, lambda at: max(body.value({**at, k: n}) for n in (1, 2, 3)))


def cases(rng, depth, letters):
    a, b = pair(rng, depth, letters)
    i, j = rng.choice(letters), rng.choice(letters)
    tex = rf"\begin{{cases}} {a.tex} & \text{{if }} {i} = {j} \\ {b.tex} & \text{{otherwise}} \end{{cases}}"
    return Expression(tex, 1, lambda at: (a if at[i] == at[j] else b).value(at))


def slope(rng, depth, letters):
    """A derivative whose answer is known: d/dz_i of z_i times something without z is that something."""
    i, n = rng.choice(letters), rng.randint(2, 9)
    return Expression(rf"\frac{{\partial ({n} z_{i} + y_{i})}}{{\partial z_{i}}}", 2, lambda at: mpf(n))


@pytest.mark.parametrize("block", range(8))
def test_reads_back_what_was_printed(block):
    page, done = WORLD.page, 0
    for seed in range(70 * block, 70 * (block + 1)):
        rng = random.Random(seed)
        expression, at = grow(rng, 4, ["i"]), {"i": rng.randint(1, 3)}
        with mp.workdps(80):
            try:
                wanted = expression.value(at)
            except (ZeroDivisionError, OverflowError):
                continue
            if abs(wanted) > 1e30:  # towers of exponentials: no digits are left to compare
                continue
            tokens = page.tokens(expression.tex)
            found = WORLD.ev(Parser(tokens, page).parse(tokens), at)
            assert abs(found - wanted) <= mpf("1e-40") + mpf("1e-40") * abs(wanted), expression.tex
        done += 1
    assert done > 40
