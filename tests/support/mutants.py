"""Small mistakes in a tree: what a misprint does to a formula.

`mutants(tree, letters)` yields (what was done, the changed tree): a sign flipped, a term or a factor dropped, an index
changed, an exponent or a number changed, log and exp exchanged, a quotient inverted.
"""


def mutants(tree, letters):
    """All trees that differ from this one by one mistake; `letters` are the index letters that may be confused."""
    if tree[0] not in ("neg", "num"):
        yield "sign of the side flipped", ("neg", tree)
    yield from deeper(tree, letters)


def deeper(tree, letters):
    """Mistakes at the root of a tree or below it."""
    yield from here(tree, letters)
    for place, part in enumerate(tree):
        for what, changed in inside(part, letters, tree[0]):
            yield what, (*tree[:place], changed, *tree[place + 1:])


def inside(part, letters, op):
    """Mutants of a child: a tree, or a list of trees; conditions and index ranges stay as they are."""
    if isinstance(part, tuple) and part and isinstance(part[0], str):
        yield from deeper(part, letters)
    elif isinstance(part, list) and op in ("call", "cases"):
        for n, item in enumerate(part):
            tree = item[0] if op == "cases" else item
            for what, changed in deeper(tree, letters):
                yield what, [*part[:n], (changed, item[1]) if op == "cases" else changed, *part[n + 1:]]


def here(tree, letters):
    """Mistakes at the root of a tree."""
    op = tree[0]
    if op in ("add", "sub"):
        yield f"{op} flipped", ("sub" if op == "add" else "add", *tree[1:])
        yield f"right of {op} dropped", tree[1]
        yield f"left of {op} dropped", tree[2] if op == "add" else ("neg", tree[2])
    if op == "neg":
        yield "minus dropped", tree[1]
    if op in ("mul", "had"):
        yield "right factor dropped", tree[1]
        yield "left factor dropped", tree[2]
    if op == "div":
        yield "quotient inverted", ("div", tree[2], tree[1])
        yield "denominator dropped", tree[1]
    if op == "pow":
        yield "exponent raised", ("pow", tree[1], ("add", tree[2], ("num", "1")))
        yield "power dropped", tree[1]
    if op == "call" and tree[1] in ("log", "exp"):
        yield f"{tree[1]} exchanged", ("call", "exp" if tree[1] == "log" else "log", tree[2])
        yield f"{tree[1]} dropped", tree[2][0]
    if op == "num":
        yield f"{tree[1]} off by one", ("add", tree, ("num", "1"))
    if op == "at":
        yield from indices(tree, letters)


def indices(tree, letters):
    """Another letter in the place of each index, and two indices exchanged."""
    _, body, index = tree
    if len(index) == 2 and index[0] != index[1]:
        yield "indices exchanged", ("at", body, index[::-1])
    for n, letter in enumerate(index):
        for other in letters if letter[0] == "sym" else ():
            if other != letter[1]:
                yield f"{letter[1]} for {other}", ("at", body, [*index[:n], ("sym", other), *index[n + 1:]])
