"""Verdicts are stored like outputs: what was checked, by a hash, and how many relations held.

`python -m texcheck verdicts` writes the file when every display has been verified; it is committed.  Whoever prints
"checked" asks it: a display that has no verdict, or has changed since (itself, a definition or a declaration that it
rests on, or the gate), stops them.
"""

import hashlib
import json
from pathlib import Path

from texcheck.nodes import names_in
from texcheck.tokens import TexError, expand, tokenize

FILE = Path("chapters") / "verdicts.json"
AGAIN = "run: make verdicts"


def digest(page, tex, claims):
    """A hash of a display and of all that it rests on."""
    trees, printed = tuple(claim.trees for claim in claims), " ".join(tokenize(expand(tex, page.macros)))
    bodies = tuple(d.body for d in page.definitions.values() if d.source in printed)
    names = page.support((trees, bodies)) | names_in((trees, bodies))
    rests = [f"{name} {arity} {d.source}" for (name, arity), d in page.definitions.items() if name in names]
    declared = [
        f"{name} : {group[name]}"
        for group in (page.kinds, page.ranges, page.constants)
        for name in group
        if name in names
    ]
    text = json.dumps([printed, page.sizes, sorted(rests), sorted(declared)], sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def gate():
    """A hash of the gate's own source."""
    text = "".join(path.read_text(encoding="utf8") for path in sorted(Path(__file__).parent.glob("*.py")))
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def collected(root, budget=None):
    """The verdicts on all chapters; TexError if anything is false."""
    from texcheck.book import chapters, check, notation

    start, pages, inline = notation(root), {}, {}
    for path in chapters(root):
        results = check(root, path, start, budget)
        wrong = [f"{r.page}:{r.label}: {r.error}" for r in results if r.error and not r.unworded]
        if wrong:
            raise TexError("\n".join(wrong))
        pages[path.stem] = {r.label: [r.hash, "skip" if r.skip else r.count] for r in results if r.tex}
        inline[path.stem] = dict(sorted(results.inline.items()))
    return {"gate": gate(), "inline": inline, "pages": pages}


def write(root, budget=None):
    """Verify the book and store the verdicts."""
    text = json.dumps(collected(root, budget), indent=0, ensure_ascii=False)
    (Path(root) / FILE).write_text(text + "\n", encoding="utf8")


def stored(root):
    try:
        return json.loads((Path(root) / FILE).read_text(encoding="utf8"))
    except FileNotFoundError:
        raise TexError(f"no verdicts are stored in {FILE}: {AGAIN}") from None


def results(root):
    """{path: results} of all chapters as they are printed now; TexError unless each display has a fresh verdict."""
    from texcheck.book import chapters, notation_unverified, results_of

    known = stored(root)
    if known["gate"] != gate():
        raise TexError(f"the gate has changed since the verdicts were stored: {AGAIN}")
    start, found = notation_unverified(root), {}
    for path in chapters(root):
        found[path] = [r for r in results_of(root, path, start, verify=False)[1] if r.tex]
        compare(path.stem, found[path], known["pages"].get(path.stem, {}))
    return found


def compare(page, found, known):
    """TexError at the first display whose verdict is missing or stale."""
    for result in found:
        verdict = known.get(result.label)
        if verdict is None:
            raise TexError(f"{page}: the equation {result.label} has never been checked: {AGAIN}")
        if verdict != [result.hash, "skip" if result.skip else result.count]:
            raise TexError(f"{page}: the equation {result.label} has changed since it was checked: {AGAIN}")
