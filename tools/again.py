"""Verify a third of the chapters again with the full search: python tools/again.py compares with what is stored.

make verdicts does all of them and takes longer than the rest of the tests.  Which third is drawn by the commit, so that
no chapter is spared for long.  Hashes and counts of all chapters are compared by make test.
"""

import json
import subprocess
import sys
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from pathlib import Path

from texcheck.__main__ import FULL
from texcheck.book import chapters
from texcheck.verdicts import page_verdicts, stored

ROOT = Path(__file__).parents[1]
SHARE = 3


def commit():
    """The commit that is checked out, as a number."""
    return int(subprocess.check_output(["git", "rev-parse", "HEAD"], cwd=ROOT, text=True), 16)


def drawn(paths, number):
    """A third of the chapters."""
    return [path for place, path in enumerate(paths) if place % SHARE == number % SHARE]


def differs(page, known, found):
    """What is false on a page, and what is not as it is stored."""
    verdicts, inline, wrong = json.loads(json.dumps(found))
    stale = [f"{page}: the verdicts differ from those stored"] * ([verdicts, inline] != known)
    return [*wrong, *stale]


def main():
    """Non-zero if a relation is false, or a verdict is not the one that is stored."""
    paths, known = drawn(list(chapters(ROOT)), commit()), stored(ROOT)
    with ProcessPoolExecutor() as pool:
        found = list(pool.map(partial(page_verdicts, ROOT, FULL), paths))
    said = [
        line
        for path, of_page in zip(paths, found, strict=True)
        for line in differs(path.stem, [known["pages"].get(path.stem), known["inline"].get(path.stem)], of_page)
    ]
    print("\n".join(said or [f"verified again: {', '.join(path.stem for path in paths)}"]))
    return bool(said)


if __name__ == "__main__":
    sys.exit(main())
