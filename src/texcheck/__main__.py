"""python -m texcheck chapters/05_gradient.ipynb ...: one line for each printed equation; non-zero if one fails."""

import sys

from texcheck.book import check, root_of


def main(paths):
    """Check pages and print the verdicts."""
    failed = 0
    for path in paths:
        for r in check(root_of(path), path):
            failed += bool(r.error)
            verdict = f"FAILS  {r.error}" if r.error else f"skip   {r.skip}" if r.skip else f"ok     {r.count}"
            print(f"{r.page}:{r.label:<28} {verdict}")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
