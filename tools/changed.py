"""Make the exercises "Which line was changed?": python tools/changed.py writes chapters/changed.json.

They are drawn from the book's own chains of equations, and from those in _ext/formulas.yml.  One line is changed as
people change it by mistake, and the gate confirms that exactly the steps beside that line fail, so that no other line
can be the answer.  Where formulas.yml has a derivation with a mistake that is carried on, exactly one step fails.  The
file is committed; with each exercise stands a hash of what it rests on, and a test compares it with the pages.
"""

import itertools
import json
import random
import re
from pathlib import Path

import yaml

from texcheck import live, verdicts
from texcheck.book import chapters, notation_unverified, results_of

ROOT = Path(__file__).parents[1]
FILE = ROOT / "chapters" / "changed.json"
SWAPS = [
    (r" \+ ", " - "),
    (r" - ", " + "),
    (r"^- ", ""),
    (r"_i(?![a-z])", "_j"),
    (r"_j(?![a-z])", "_i"),
    (r"_k(?![a-z])", "_i"),
    (r"_\{i j\}", "_{j j}"),
    (r"\\mathbf\{p\}", r"\\mathbf{y}"),
    (r"\\mathbf\{p\}", r"\\mathbf{q}"),
    (r"p_k", "q_k"),
    (r"q_k", "p_k"),
    (r"p_i", "y_i"),
    (r"\\log ", ""),
    (r"\^2", ""),
    (r"\^\{2\}", ""),
    (r"\\frac\{(\w+)\}\{(\w+)\}", r"\\frac{\2}{\1}"),
    (r"2 ", ""),
    (r"\\tau", "1"),
    (r"\\min", r"\\max"),
    (r"e\^\{- ?", "e^{"),
]
SHORTEST, LONGEST = 3, 7  # lines
TRIES = 6  # changes of one chain
MOST = 8  # exercises of one chapter


def chain(page, tex):
    """The sides of a display that is one chain of equations without a condition; none for any other."""
    claims = [c for c in page.reader().statements(tex) if c.relation != "defined" and c.text[0] != "the braced part"]
    joined = all(a.text[1] == b.text[0] for a, b in itertools.pairwise(claims))
    pure = claims and joined and all(c.relation == "=" and not c.guard for c in claims)
    return [claims[0].text[0], *(c.text[1] for c in claims)] if pure else []


def changes(lines, rng):
    """[(place, the lines with that one changed)] in random order; the first line stays."""
    found = []
    for place in range(1, len(lines)):
        for pattern, new in SWAPS:
            for match in re.finditer(pattern, lines[place]):
                start, end = match.span()
                line = lines[place][:start] + match.expand(new) + lines[place][end:]
                found.append((place, [*lines[:place], line.strip(), *lines[place + 1 :]]))
    return rng.sample(found, min(TRIES, len(found)))


def wrong_steps(page, lines):
    """The steps that the gate finds false; None if one of them cannot be judged."""
    found = live.judged(page, " = ".join(lines)).get("lines", [])
    states = [line["state"] for line in found if line["typed"]]
    return (
        None
        if len(states) != len(lines) - 1 or "unread" in states
        else {n for n, s in enumerate(states) if s == "false"}
    )


def unique(page, lines, place):
    """Whether the steps beside this line are false and no others."""
    return wrong_steps(page, lines) == {place - 1, place} & set(range(len(lines) - 1))


def changed(page, label, tex, known):
    """An exercise on one chain of equations, None if there is none; `known` is the hash of its verdict."""
    lines = chain(page, tex)
    if not SHORTEST <= len(lines) <= LONGEST or wrong_steps(page, lines) != set():
        return None
    for place, found in changes(lines, random.Random(label)):
        if unique(page, found, place):
            return {"label": label, "hash": known, "lines": found, "line": place, "was": lines[place]}
    return None


def carried(page, item):
    """An exercise on a derivation in which one step is wrong and the others follow."""
    lines, place = item["carried"], item["line"] - 1
    if wrong_steps(page, lines) != {place - 1}:
        raise SystemExit(f"{lines[0]}: the step to line {place + 1} is not the one that is wrong")
    told = {"lines": lines, "line": place, "was": item["was"], "carried": True}
    return {"label": "", "hash": digest(page, " = ".join(lines)), **told}


def digest(page, tex):
    """A hash of a formula and what it rests on."""
    known = page.reader()
    return verdicts.digest(known, tex, known.statements(tex))


def exercises(path, start, own=()):
    """The exercises of a chapter, the longest derivations first, and its own."""
    page, results = results_of(ROOT, path, start, verify=False)
    shown = [(r.label, r.tex, r.hash) for r in results if r.tex and not r.skip and not r.error]
    shown += [("", item["chain"], digest(page, item["chain"])) for item in own if "chain" in item]
    found = [made for made in (changed(page, *pair) for pair in shown) if made]
    found = sorted(found, key=lambda made: -len(made["lines"]))[:MOST]
    return found + [carried(page, item) for item in own if "carried" in item]


def sources():
    """What formulas.yml has for each chapter."""
    return yaml.safe_load((ROOT / "_ext" / "formulas.yml").read_text(encoding="utf8"))


def main():
    """Write them all."""
    start = notation_unverified(ROOT)
    found = {path.stem: exercises(path, start, sources().get(path.stem, ())) for path in chapters(ROOT)}
    FILE.write_text(json.dumps(found, indent=1, ensure_ascii=False) + "\n", encoding="utf8")
    print(", ".join(f"{stem}: {len(made)}" for stem, made in found.items()))


if __name__ == "__main__":
    main()
