"""A printed formula against code: the only place that needs NumPy, and only when it is asked for."""

from importlib import import_module

from mpmath import mp

from texcheck.draws import DRAWS
from texcheck.evaluate import DIGITS, World
from texcheck.matrix import Matrix
from texcheck.parser import Parser
from texcheck.tokens import TexError, require
from texcheck.verify import drawn, sizes

REACH = 60  # logits beyond it have no digits left in float64


def check(page, tex, function, arguments):
    """The function, given the numbers of its arguments, returns the numbers of the formula."""
    numpy = import_module("numpy")
    if isinstance(function, str):
        module, _, name = function.rpartition(".")
        function = getattr(import_module(module), name)
    trees = {source: parsed(page, source) for source in (tex, *arguments)}
    names = sorted(page.support(tuple(trees.values())) & set(page.kinds))
    with mp.workdps(DIGITS):
        for world in points(page, names):
            printed = as_array(numpy, world, tex, trees[tex])
            try:
                code = numpy.asarray(function(*[as_array(numpy, world, a, trees[a]) for a in arguments]))
            except (TypeError, ValueError, ArithmeticError) as error:
                raise TexError(f"{tex}: the code raises {type(error).__name__}: {error}") from None
            same = printed.shape == code.shape and numpy.allclose(printed, code, rtol=1e-11, atol=1e-14)
            require(same, f"{tex} is {printed} as printed and {code} in code")
    page.checked |= page.support((trees[tex],))


def parsed(page, tex):
    tokens = page.tokens(tex)
    return Parser(tokens, page).parse(tokens)


def points(page, names):
    """Draws within the reach of float64."""
    for dims in sizes(page):
        for seed in range(DRAWS):
            point = drawn(page, names, dims, seed)
            if all(within(raw) for raw in point.values()):
                yield World(page, dims, point)


def within(raw):
    values = [x for row in raw for x in row] if isinstance(raw, list) else [raw]
    return all(isinstance(x, frozenset) or abs(x) <= REACH for x in values)


def as_array(numpy, world, tex, tree):
    """The value of an expression as floats; an index counts from 0 in code."""
    value = world.ev(tree, {})
    if world.page.kinds.get(tex, "").startswith("index"):
        return numpy.array(int(value) - 1)
    if not isinstance(value, Matrix):
        return numpy.array(float(value))
    array = numpy.array([[float(x) for x in row] for row in value.rows])
    return array[:, 0] if array.shape[1] == 1 else array
