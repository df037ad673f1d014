r"""Dots: what runs in a_1 + a_2 + \dots + a_K is found by comparing a first term with the last."""

from texcheck.nodes import Node, Num, Sym

RUNNING = "‥"  # the letter of a sum that is printed with dots


def pattern(first, last):
    """(body, low, high): the body equals `first` where its letter is the number low, and `last` where it is high."""
    if isinstance(first, Num) and first != last and first.text.isdigit():
        return Sym(RUNNING), first, last
    if type(first) is not type(last) or not isinstance(first, Node):
        return (first, None, None) if first == last else (None, None, None)
    if first == last:
        return first, None, None
    found, values = set(), []
    for x, y in zip(fields_of(first), fields_of(last), strict=True):
        body, low, high = pattern_of(x, y)
        if body is None:
            return None, None, None
        found |= {(low, high)} - {(None, None)}
        values.append(body)
    return (type(first)(*values), *found.pop()) if len(found) == 1 else (None, None, None)


def pattern_of(x, y):
    if isinstance(x, tuple) and isinstance(y, tuple) and len(x) == len(y):
        found = [pattern_of(a, b) for a, b in zip(x, y, strict=True)]
        ends = {f[1:] for f in found} - {(None, None)}
        good = all(f[0] is not None for f in found) and len(ends) <= 1
        return (tuple(f[0] for f in found), *(ends.pop() if ends else (None, None))) if good else (None, None, None)
    if isinstance(x, Node) and isinstance(y, Node):
        return pattern(x, y)
    return (x, None, None) if x == y else (None, None, None)


def fields_of(tree):
    return [getattr(tree, name) for name in tree.__dataclass_fields__]
