"""Memory that a call takes beyond its input, as multiples of the input:  python benchmarks/memory.py

The peak of what NumPy holds during the call, the result included, as tracemalloc sees it. It does not see torch's own
memory, so torch is not in the table.
"""

import os

os.environ.setdefault("OMP_NUM_THREADS", "1")

import tracemalloc

import machine
import numpy as np
from scipy import special

from softxent.entropy import kl_divergence
from softxent.loss import softmax_cross_entropy_with_gradient
from softxent.softmax import log_softmax, logsumexp, softmax

SHAPES = [(2500, 1000), (50, 50257), (20, 128256), (1, 10**7)]


def extra(call, size):
    """The peak of the allocations during the call, in units of size bytes."""
    call()
    tracemalloc.start()
    call()
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    return f"{peak / size:.2f}"


def lines(z, name):
    labels = np.zeros(len(z), int)
    p = softmax(z)
    q = np.roll(p, 1, axis=-1)
    calls = {
        "logsumexp": (lambda: logsumexp(z), lambda: special.logsumexp(z, axis=-1)),
        "softmax": (lambda: softmax(z), lambda: special.softmax(z, axis=-1)),
        "log_softmax": (lambda: log_softmax(z), lambda: special.log_softmax(z, axis=-1)),
        "loss and gradient": (lambda: softmax_cross_entropy_with_gradient(z, labels), None),
        "kl_divergence": (lambda: kl_divergence(p, q), lambda: special.rel_entr(p, q).sum(-1)),
    }
    for function, (ours, scipys) in calls.items():
        cells = [extra(call, z.nbytes) if call else "-" for call in (ours, scipys)]
        yield [f"{function}, {name}", str(z.shape), f"{z.nbytes / 1e6:.0f}", *cells]


def main():
    print(machine.description("Memory beyond the input"))
    table = [["function, input", "shape", "input, MB", "softxent", "SciPy"]]
    with np.errstate(all="ignore"):
        for dtype, name in ((np.float32, "f32"), (np.float64, "f64")):
            for shape in SHAPES:
                table += lines(np.random.default_rng(0).normal(0, 1, shape).astype(dtype), name)
        shifted = np.random.default_rng(0).normal(0, 60, (50, 50257)).astype(np.float32)
        table += lines(shifted, "N(0, 60), f32")
    machine.show(table)


if __name__ == "__main__":
    main()
