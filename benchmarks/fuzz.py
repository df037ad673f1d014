"""Search for inputs that break a promise of softxent, for as long as one likes:  python benchmarks/fuzz.py [minutes]

Prints, for each promise and dtype, the worst error over what the docstring promises (more than 1 breaks it), measured
in long double and for the main functions in mpmath, and the row: its number of classes and its largest different
logits. Ends with status 1 where a promise is broken. The seed is the time, and is printed; a second argument sets it.
"""

import sys
import time
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "tests"))
sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "tests" / "support"))

import adversary


def hunt(dtype, seconds, seed):
    """The worst of each promise in so much time, and the number of rows tried."""
    rng = np.random.default_rng(seed)
    end = time.monotonic() + seconds
    worst, tried = adversary.search(rng, dtype, 1)
    while time.monotonic() < end:
        more, count = adversary.search(rng, dtype, 10)
        worst = {name: max(worst[name], more[name], key=lambda found: found[0]) for name in worst}
        tried += count
    return worst, tried


def line(name, ratio, row):
    values = np.unique(row)[::-1]
    confirmed = adversary.confirm(name, row)
    exact = "-" if confirmed is None else f"{confirmed:.3f}"
    return f"{name:36} {ratio:.3f}  {exact:>6}  {row.size:5} classes, {values[:4].tolist()}"


def main():
    minutes = float(sys.argv[1]) if len(sys.argv) > 1 else 1.0
    seed = int(sys.argv[2]) if len(sys.argv) > 2 else time.time_ns()
    broken = False
    for dtype in (np.float32, np.float64):
        worst, tried = hunt(dtype, 30 * minutes, seed)
        print(f"\n{dtype.__name__}, {tried} rows, seed {seed}: error over promise, the same by mpmath, where")
        for name, (ratio, row) in worst.items():
            print(line(name, ratio, row))
            broken |= ratio > 1
    sys.exit(int(broken))


if __name__ == "__main__":
    main()
