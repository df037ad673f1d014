"""The tree of a formula: small frozen dataclasses, and what can be asked of any tree.

An index letter, a declared symbol and a defined name are all `Sym`; which of them it is depends on the page.
"""

from dataclasses import dataclass, fields


class Node:
    """Any part of a formula."""

    __slots__ = ()


def node(cls):
    return dataclass(frozen=True, slots=True)(cls)


@node
class Num(Node):
    text: str


@node
class Sym(Node):
    name: str


@node
class At(Node):
    """A component: z_i, X_{nd}, or the row X_n as a column."""

    body: Node
    index: tuple


@node
class Neg(Node):
    body: Node


@node
class Add(Node):
    left: Node
    right: Node


@node
class Sub(Node):
    left: Node
    right: Node


@node
class Mul(Node):
    left: Node
    right: Node


@node
class Dot(Node):
    r"""A product written with \cdot: of two columns it is the inner product."""

    left: Node
    right: Node


@node
class Had(Node):
    left: Node
    right: Node


@node
class Kron(Node):
    left: Node
    right: Node


@node
class Outer(Node):
    """x y^T for columns, the product for numbers: what a covariance averages."""

    left: Node
    right: Node


@node
class Div(Node):
    left: Node
    right: Node


@node
class Pow(Node):
    left: Node
    right: Node


@node
class Transpose(Node):
    body: Node


@node
class Call(Node):
    name: str
    args: tuple
    mark: str = ","


@node
class Big(Node):
    """A sum, product, max, min, arg max or arg min over letters, between limits or under conditions."""

    op: str
    letters: tuple
    low: Node | None
    high: Node | None
    conditions: tuple
    body: Node


@node
class Condition(Node):
    relation: str
    left: Node
    right: Node


@node
class Indicator(Node):
    conditions: tuple


@node
class Branch(Node):
    """A line of cases; without conditions it is the line "otherwise"."""

    value: Node
    conditions: tuple


@node
class Cases(Node):
    branches: tuple


@node
class Diff(Node):
    """The derivative of a body by variables, the first of which is differentiated by last."""

    body: Node
    variables: tuple


@node
class Where(Node):
    """The body where the named symbol has this value."""

    body: Node
    name: str
    value: Node


@node
class Rows(Node):
    """A matrix written out."""

    rows: tuple


@node
class Unit(Node):
    """The column of zeros with a one at this place."""

    index: Node


@node
class Space(Node):
    """Real numbers, columns or matrices: the sizes of R^K or R^{N x K}; with a sign, only those."""

    sizes: tuple
    sign: str = ""


@node
class Whole(Node):
    """The integers from a lowest one on."""

    low: Node | None


@node
class Interval(Node):
    low: Node
    high: Node
    ends: str


@node
class Listed(Node):
    r"""{a, b, c}, or with dots {1, \dots, K}."""

    members: tuple
    dots: bool


@node
class Law(Node):
    """The distribution under an expectation: what it is must sum to 1."""

    body: Node


@node
class Members(Node):
    """The values of a letter for which conditions hold: {k : z_k > 0}."""

    letter: str
    conditions: tuple


def parts(tree):
    """The nodes directly inside a node, a tuple of nodes or anything else."""
    if isinstance(tree, tuple):
        return [part for item in tree for part in ([item] if isinstance(item, Node) else parts(item))]
    if not isinstance(tree, Node):
        return []
    return parts(tuple(getattr(tree, field.name) for field in fields(tree)))


def walk(tree):
    """Every node of a tree, or of a tuple of trees."""
    if isinstance(tree, Node):
        yield tree
    for part in parts(tree):
        yield from walk(part)


def rebuilt(tree, change):
    """The tree with `change` applied to each part."""
    if isinstance(tree, tuple):
        return tuple(rebuilt_part(item, change) for item in tree)
    return type(tree)(*(rebuilt_part(getattr(tree, field.name), change) for field in fields(tree)))


def rebuilt_part(item, change):
    if isinstance(item, Node):
        return change(item)
    return rebuilt(item, change) if isinstance(item, tuple) else item


def names_in(tree):
    """The names of symbols and functions that occur in a tree."""
    found = set()
    for part in walk(tree):
        match part:
            case Sym(name):
                found.add(name)
            case Call(name):
                found.add(name.rstrip("'"))
    return found


def free(tree, ranges):
    """The index letters that a tree leaves free: the formula is claimed for all their values."""
    match tree:
        case Sym(name):
            return {name} & set(ranges)
        case Big(_, letters, low, high, conditions, body):
            return free((low, high), ranges) | (free((conditions, body), ranges) - set(letters))
        case Members(letter, conditions):
            return free(conditions, ranges) - {letter}
        case _:
            return set().union(*(free(part, ranges) for part in parts(tree)))


def order(tree):
    """How many derivatives stand inside each other."""
    inner = max(map(order, parts(tree)), default=0)
    match tree:
        case Diff(_, variables):
            return inner + len(variables)
        case Call(name):
            return inner + name.count("'")
    return inner
