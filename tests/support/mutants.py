"""Small mistakes in a tree: what a misprint does to a formula.

`mutants(tree, letters)` yields (what was done, the changed tree): a sign flipped, a term or a factor dropped, an index
changed, an exponent or a number changed, log and exp exchanged, a quotient inverted.
"""

from dataclasses import fields, replace

from texcheck.nodes import (
    Add,
    At,
    Branch,
    Call,
    Cases,
    Div,
    Dot,
    Had,
    Mul,
    Neg,
    Node,
    Num,
    Pow,
    Sub,
    Sym,
)

NAMES = {Add: "add", Sub: "sub"}


def mutants(tree, letters):
    """All trees that differ from this one by one mistake; `letters` are the index letters that may be confused."""
    if not isinstance(tree, (Neg, Num)):
        yield "sign of the side flipped", Neg(tree)
    yield from deeper(tree, letters)


def deeper(tree, letters):
    """Mistakes at the root of a tree or below it; conditions and index ranges stay as they are."""
    yield from here(tree, letters)
    for field in fields(tree):
        for what, changed in inside(getattr(tree, field.name), letters, tree):
            yield what, replace(tree, **{field.name: changed})


def inside(part, letters, parent):
    """Mutants of a child: a tree, or the trees of a tuple."""
    if isinstance(part, Node):
        yield from deeper(part, letters)
    elif isinstance(part, tuple) and isinstance(parent, (Call, Cases)):
        for n, item in enumerate(part):
            for what, changed in in_branch(item, letters):
                yield what, (*part[:n], changed, *part[n + 1 :])


def in_branch(item, letters):
    if isinstance(item, Branch):
        return ((what, replace(item, value=changed)) for what, changed in deeper(item.value, letters))
    return deeper(item, letters)


def here(tree, letters):
    """Mistakes at the root of a tree."""
    match tree:
        case Add(left, right) | Sub(left, right):
            op = NAMES[type(tree)]
            yield f"{op} flipped", (Sub if op == "add" else Add)(left, right)
            yield f"right of {op} dropped", left
            yield f"left of {op} dropped", right if op == "add" else Neg(right)
        case Neg(body):
            yield "minus dropped", body
        case Mul(left, right) | Dot(left, right) | Had(left, right):
            yield "right factor dropped", left
            yield "left factor dropped", right
        case Div(left, right):
            yield "quotient inverted", Div(right, left)
            yield "denominator dropped", left
        case Pow(base, exponent):
            yield "exponent raised", Pow(base, Add(exponent, Num("1")))
            yield "power dropped", base
        case Call("log" | "exp" as name, (argument,)):
            yield f"{name} exchanged", Call("exp" if name == "log" else "log", (argument,))
            yield f"{name} dropped", argument
        case Num(text):
            yield f"{text} off by one", Add(tree, Num("1"))
        case At(body, index):
            yield from indices(body, index, letters)


def indices(body, index, letters):
    """Another letter in the place of each index, and two indices exchanged."""
    if len(index) == 2 and index[0] != index[1]:
        yield "indices exchanged", At(body, index[::-1])
    for n, letter in enumerate(index):
        for other in letters if isinstance(letter, Sym) else ():
            if other != letter.name:
                yield f"{letter.name} for {other}", At(body, (*index[:n], Sym(other), *index[n + 1 :]))
