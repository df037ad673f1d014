r"""Sums over pairs: in `\sum_{i \ne j} p_i p_j` both letters run; in `\sum_{k \ne i} p_k = 1 - p_i` only k does.

The letter that the sum does not name first is bound by it if it occurs in the body and nowhere else in the statement.
"""

from dataclasses import replace

from texcheck.nodes import Big, free, parts, rebuilt


def others(tree, ranges):
    """The letters that only the condition under a sum names, and its body uses."""
    if not isinstance(tree, Big) or tree.high:
        return set()
    return (free(tree.conditions, ranges) & free(tree.body, ranges)) - set(tree.letters)


def visible(tree, ranges):
    """The letters that stand free outside of such sums."""
    if isinstance(tree, Big):
        return free(tree, ranges) - others(tree, ranges)
    if not parts(tree):
        return free(tree, ranges)
    return set().union(*(visible(part, ranges) for part in parts(tree)))


def bound(sides, ranges, given=()):
    """The sides of a statement with the sums over pairs bound; `given` are letters that are free by a left side."""
    shown = set(given).union(*(visible(side, ranges) for side in sides))
    return tuple(bind(side, ranges, shown) for side in sides)


def bind(tree, ranges, shown):
    if isinstance(tree, Big):
        extra = others(tree, ranges) - shown
        tree = replace(tree, letters=(*tree.letters, *sorted(extra)))
        shown = shown | set(tree.letters)
    return rebuilt(tree, lambda part: bind(part, ranges, shown))
