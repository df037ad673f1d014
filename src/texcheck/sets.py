r"""What stands on the right of \in: R^K, intervals, whole numbers, sets that are listed, drawn or an arg max."""

from texcheck.evaluate import compiled, order_of
from texcheck.matrix import Matrix, entries
from texcheck.nodes import Interval, Listed, Space, Whole
from texcheck.numbers import number, plain
from texcheck.tokens import require


def contains(world, x, collection, scope):
    """Whether x is an element."""
    match collection:
        case Space(sizes, sign):
            return of_shape(world, x, sizes) and all(SIGNS[sign](plain(v)) for v in entries(x))
        case Whole(low):
            return whole(x) and (low is None or order_of(plain(x), world.ev(low, scope)) >= 0)
        case Interval(low, high, ends):
            return between(plain(x), world.ev(low, scope), world.ev(high, scope), ends)
        case Listed(members, dots):
            return listed(x, [world.ev(m, scope) for m in members], dots)
    found = compiled(collection)(world, scope)
    require(isinstance(found, frozenset), r"the right side of \in is no set")
    return whole(x) and int(plain(x)) in found


SIGNS = {"": lambda v: True, ">": lambda v: v > 0, ">=": lambda v: v >= 0}


def of_shape(world, x, sizes):
    """Whether x is a number, a column or a matrix of these sizes."""
    wanted = [int(world.ev(size, {})) for size in sizes]
    found = list(x.shape) if isinstance(x, Matrix) else []
    return found == ([*wanted, 1] if len(wanted) == 1 else wanted)


def whole(x):
    return not isinstance(x, (Matrix, frozenset)) and plain(x) == int(plain(x))


def between(x, low, high, ends):
    """Whether low < x < high, with the ends that belong."""
    above, below = order_of(number(x, "an element of an interval"), low), order_of(x, high)
    return (above > 0 or (above == 0 and ends[0] == "[")) and (below < 0 or (below == 0 and ends[1] == "]"))


def listed(x, members, dots):
    if dots:
        return whole(x) and members[0] <= plain(x) <= members[-1]
    return any(order_of(plain(x), m) == 0 for m in members)
