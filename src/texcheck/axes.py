"""An index knows its axis: a letter that runs to N has no place on an axis of size K.

This is seen before anything is evaluated, so that it does not depend on the sizes that are tried.
"""

from texcheck.functions import ENTRYWISE
from texcheck.nodes import (
    Add,
    At,
    Big,
    Call,
    Condition,
    Diff,
    Div,
    Dot,
    Had,
    Law,
    Mul,
    Neg,
    Sub,
    Sym,
    Transpose,
    Where,
    names_in,
    parts,
    walk,
)
from texcheck.tokens import require


def check(tree, page, running=None):
    """Refuse letters on foreign axes anywhere in a tree; `running` holds the sizes of letters between limits."""
    running = running or {}
    match tree:
        case At(body, index):
            on_axes(tree, axes(body, page) or (), index, page, running)
        case Condition("=" | "!=", Sym(x), Sym(y)):
            a, b = size(x, page, running), size(y, page, running)
            require(
                not a or not b or a & b,
                f"{x} runs to {name(a or '')} and {y} to {name(b or '')}: they are not comparable",
            )
        case Call(f, args):
            arguments(f, args, page)
        case Big(_, letters, low, high) if high:
            running = {**running, letters[0]: (names_in((low, high)) & set(page.sizes)) or None}
        case Big(_, letters):
            running = {k: v for k, v in running.items() if k not in letters}
    for part in parts(tree):
        check(part, page, running)


def on_axes(tree, sizes, index, page, running):
    for axis, term in zip(sizes, index, strict=False):
        for part in walk(term):
            found = isinstance(part, Sym) and size(part.name, page, running)
            require(
                not found or axis in found,
                f"{part.name if found else ''} runs to {name(found or {''})}, but this axis of "
                f"{tree.body.name if isinstance(tree.body, Sym) else 'the body'} has the size {axis}",
            )


def name(sizes):
    return " or ".join(sorted(sizes))


def size(letter, page, running):
    """The sizes that bound a letter; None where it is none, or where its limits are numbers."""
    if letter in running:
        return running[letter]
    if letter in page.ranges:
        return {page.ranges[letter]}
    kind = page.kinds.get(letter, "").split()
    return {kind[1]} if kind[:1] == ["index"] else None


def arguments(f, args, page):
    """The arguments of a function have the sizes of its declared parameters."""
    definition = page.definitions.get((f.rstrip("'"), len(args)))
    for param, arg in zip(definition.params if definition else (), args, strict=False):
        wanted, found = axes(Sym(param), page), axes(arg, page)
        require(
            not wanted or not found or wanted == found,
            f"{f} takes a {' by '.join(wanted or ())} argument and gets one of size {' by '.join(found or ())}",
        )


def axes(tree, page):
    """The sizes of a tree's axes by name, () for a number, None where they are not known."""
    match tree:
        case Sym(symbol):
            return axes_of_symbol(symbol, page)
        case At(body, index):
            whole = axes(body, page)
            return whole[len(index) :] if whole else None
        case Neg(body) | Where(body) | Law(body):
            return axes(body, page)
        case Add(left, right) | Sub(left, right) | Had(left, right):
            return axes(left, page) or axes(right, page)
        case Div(left, _):
            return axes(left, page)
        case Big("sum", _, _, _, _, body):
            return axes(body, page)
        case Mul(left, right) | Dot(left, right):
            scaled = [axes(left, page), axes(right, page)]
            return scaled[scaled[0] == ()] if () in scaled else None
        case Transpose(body):
            whole = axes(body, page)
            return whole[::-1] if whole and len(whole) == 2 else None
        case Call(f, args):
            return axes_of_call(f, args, page)
        case Diff(body, (Sym(symbol),)) if axes(body, page) == ():
            return axes_of_symbol(symbol, page)
    return None


def axes_of_symbol(symbol, page):
    if symbol in page.kinds:
        word, *sizes = page.kinds[symbol].split()
        return () if word in ("index", "bit", "count", "subset") else tuple(sizes)
    if symbol in page.constants:
        word, size_name = page.constants[symbol]
        return (size_name,) * (2 if word == "identity" else 1)
    definition = page.definitions.get((symbol, 0))
    if definition and definition.index:
        return tuple(page.ranges[letter] for letter in definition.index)
    return axes(definition.body, page) if definition else ()


def axes_of_call(f, args, page):
    definition = page.definitions.get((f.rstrip("'"), len(args)))
    if definition:
        return tuple(page.ranges[letter] for letter in definition.index) if definition.index else None
    return axes(args[0], page) if f in ENTRYWISE else None
