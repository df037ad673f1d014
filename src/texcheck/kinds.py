"""The kinds of a notation table in words: "a vector of K real numbers" is `real K`."""

import re

from texcheck.tokens import require

SIZE = r"\$?([A-Z](?:_\w|_\{\w+\})?)\$?"
NUMBERS = {"real numbers": "real", "positive numbers": "positive", "numbers between 0 and 1": "unit"}
TIMES = r"\s*(?:×|x|by|\$\\times\$|\\times)\s*"
PATTERNS = [
    (r"an? (?:real )?number|a real number", "real"),
    (r"a positive number", "positive"),
    (r"a number greater than 1", "above"),
    (r"a number between 0 and 1|a probability", "unit"),
    (r"a (?:positive )?whole number", "count"),
    (r"0 or 1", "bit"),
    (rf"a vector of {SIZE} real numbers", "real {}"),
    (rf"a vector of {SIZE} positive numbers", "positive {}"),
    (rf"a vector of {SIZE} numbers between 0 and 1", "unit {}"),
    (rf"an? {SIZE}{TIMES}{SIZE} matrix(?: of real numbers)?", "real {} {}"),
    (rf"an? {SIZE}{TIMES}{SIZE} matrix of positive numbers", "positive {} {}"),
    (rf"a (?:distribution|law) over {SIZE} (?:classes|outcomes|keys|values)", "simplex {}"),
    (rf"{SIZE} (?:distributions|laws) over {SIZE} (?:classes|outcomes|keys|values)", "simplex {} {}"),
    (rf"a joint (?:distribution|law) over {SIZE}{TIMES}{SIZE} pairs", "joint {} {}"),
    (rf"(?:a class|an index|an example|a feature|a key), 1 to {SIZE}", "index {}"),
    (rf"(?:indices|index|runs|letters?)(?: from)?,? 1 to {SIZE}", "1..{}"),
    (rf"the vector of {SIZE} ones", "ones {}"),
    (rf"the vector of {SIZE} zeros", "zeros {}"),
    (rf"the {SIZE}{TIMES}\1 identity matrix", "identity {}"),
    (rf"a set of (?:examples|classes|indices), from 1 to {SIZE}", "subset {}"),
]
ROWS = [(re.compile(pattern), kind) for pattern, kind in PATTERNS]
CODE = re.compile(
    r"1\.\.\w+|\d+(?: \d+)*"
    r"|(?:real|positive|above|unit|simplex|joint|index|bit|count|subset|ones|zeros|identity|stacks)"
    r"(?: \w+){0,2}"
)


def kind_of(words):
    """The kind that words or code name."""
    words = " ".join(words.strip().strip("`").split())
    for pattern, kind in ROWS:
        if match := pattern.fullmatch(words):
            return kind.format(*(size for size in match.groups()))
    require(CODE.fullmatch(words), f"no kind is called {words!r}")
    return words


def is_kind(words):
    """Whether the second cell of a row is a declaration."""
    words = " ".join(words.strip().split())
    return (words[:1] == "`" and words[-1:] == "`") or any(pattern.fullmatch(words) for pattern, _ in ROWS)
