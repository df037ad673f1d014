"""Verdicts are stored like outputs: what was checked, by a hash, and how many relations held.

`python -m texcheck verdicts` writes the file when every display has been verified; it is committed.  Whoever prints
"checked" asks it: a display that has no verdict, or has changed since (itself, a definition or a declaration that it
rests on, or the gate), stops them.
"""

import hashlib
import json
from functools import partial
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


def page_verdicts(root, budget, path):
    """The verdicts on a page, the counts of its inline relations, and what is false on it."""
    from texcheck.book import check

    results = check(root, path, budget=budget)
    wrong = [f"{r.page}:{r.label}: {r.error}" for r in results if r.error and not r.unworded]
    verdicts = {r.label: [r.hash, "skip" if r.skip else r.count] for r in results if r.tex}
    return verdicts, dict(sorted(results.inline.items())), wrong


def collected(root, budget=None):
    """The verdicts on all chapters, checked side by side; TexError if anything is false."""
    from concurrent.futures import ProcessPoolExecutor  # which a browser's Python does not have

    from texcheck.book import chapters

    paths = list(chapters(root))
    with ProcessPoolExecutor() as pool:
        found = list(pool.map(partial(page_verdicts, root, budget), paths))
    if wrong := [line for _, _, lines in found for line in lines]:
        raise TexError("\n".join(wrong))
    pages, inline, _ = zip(*found, strict=True)
    names = [path.stem for path in paths]
    return {
        "gate": gate(),
        "inline": dict(zip(names, inline, strict=True)),
        "pages": dict(zip(names, pages, strict=True)),
    }


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
