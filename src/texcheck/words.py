"""The words of a display: which of them open a condition, which join statements, and which are refused."""

from texcheck.tokens import CLOSING as CLOSERS
from texcheck.tokens import OPENING as OPENERS
from texcheck.tokens import RELATIONS, closes_at_end, is_remark, require, split, words_of

UNIVERSAL = {"for", "for all", "for every", "for each", "for any"}
OPENING = {"if", "when", "whenever", "where", "at", "let", "with", "suppose", "provided", "provided that"} | UNIVERSAL
JOINING = {"and", "so", "hence", "thus", "therefore", "and so", "and hence", "and thus", "and therefore", "but", "also"}
IMPLIES = {r"\implies", r"\Rightarrow", r"\Longrightarrow"}
EQUIVALENT = {r"\iff", r"\Leftrightarrow", r"\Longleftrightarrow"}


def clauses(statement):
    r"""[(words, tokens)]: `A \text{ if } B` has the clauses ("", A) and ("if", B)."""
    found, depth = [("", [])], 0
    for token in statement:
        depth += (token in OPENERS or token.startswith(r"\begin")) - (token in CLOSERS or token.startswith(r"\end"))
        if is_remark(token) and not depth:
            found.append((words_of(token).strip(" ,.;:()~").lower(), []))
        else:
            found[-1][1].append(token)
    return found if found[0][1] else found[1:]


def in_brackets(statement):
    r"""The inside of a condition in brackets, (i \ne j) or (\text{for } a > 0); None for anything else."""
    if statement[0] != "(" or not closes_at_end(statement):
        return None
    inside = statement[1:-1]
    related = any(len(split(inside, {sign})) > 1 for sign in RELATIONS)
    return inside if related or any(map(is_remark, inside)) else None


def conditions(parser, tokens, otherwise=()):
    """What the words and relations of a condition say; nothing where they say otherwise."""
    found = ()
    for word, math in clauses(tokens):
        if word in otherwise:
            require(not math, f"nothing stands after {word!r}")
            return ()
        require(word in OPENING or word in ("", "and"), f"{word!r} opens no condition: {', '.join(sorted(OPENING))} do")
        found += parser.condition(math, universal=word in UNIVERSAL)
    require(
        found or any(word in UNIVERSAL for word, _ in clauses(tokens)) or r"\forall" in tokens, "an empty condition"
    )
    return found


def sorted_out(line, first):
    """(statements, conditions) of one line, as lists of tokens; nothing is claimed after a condition."""
    statements, guards = [], []
    for place, statement in enumerate(line):
        inside = None if first and not place else in_brackets(statement)
        if inside is not None:
            guards.append(inside)
            continue
        if runs(statement):
            guards.append(statement)
            continue
        for word, math in clauses(statement):
            if math:
                sort_clause(word, math, statements, guards)
    return statements, guards


def runs(statement):
    r"""i = 1, \dots, K: what a letter runs over."""
    return statement[1:2] == ["="] and statement[3:6] == [",", r"\dots", ","]


def sort_clause(word, math, statements, guards):
    """One clause: what follows a listed word is a condition, and what joins a condition belongs to it."""
    if (word in UNIVERSAL or math[0] == r"\forall") and not set(math) & set(RELATIONS):
        return  # for all i: what a free letter says anyway
    if word in OPENING or math[0] == r"\forall" or (word == "and" and guards):
        guards.append([rf"\text{{{word}}}", *math] if word else math)
        return
    require(word in JOINING or not word, f"{word!r} opens no condition: {', '.join(sorted(OPENING))} do")
    require(not guards, "nothing is claimed after a condition: it stands last on its line")
    statements.append(math)
