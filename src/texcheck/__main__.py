"""python -m texcheck [--full] chapters/05_gradient.ipynb ...: a line for each printed equation; non-zero if one fails.

python -m texcheck verdicts verifies the whole book with the full search and stores the verdicts.
"""

import sys
from collections import Counter
from pathlib import Path

from texcheck import verdicts
from texcheck.book import check, root_of
from texcheck.tokens import TexError

FULL = 600  # steps of a search from each of its starts


def main(arguments):
    """Check pages and print the verdicts, or store them."""
    budget = FULL if "--full" in arguments else None
    if arguments == ["verdicts"]:
        return store()
    failed, inline = 0, Counter()
    for path in (a for a in arguments if not a.startswith("--")):
        results = check(root_of(path), path, budget=budget)
        inline += results.inline
        for r in results:
            failed += bool(r.error)
            verdict = f"FAILS  {r.error}" if r.error else f"skip   {r.skip}" if r.skip else f"ok     {r.count}"
            print(f"{r.page}:{r.label:<28} {verdict}")
    print(f"inline relations: {inline['hold']} hold, {inline['conditions']} are conditions, {inline['unread']} unread")
    return 1 if failed else 0


def store():
    """Write the verdicts, or say what is false."""
    try:
        verdicts.write(root_of(Path.cwd() / "x"), FULL)
    except TexError as error:
        print(error)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
