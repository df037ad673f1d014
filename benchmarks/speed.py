"""CPU time of softxent beside SciPy and torch, in one thread:  python benchmarks/speed.py [words of the lines wanted]

The functions of a line are timed in turn, round after round, so that a disturbance meets all of them. A line has the
median of softxent in milliseconds, then the median over the rounds of its time divided by that of the other library
in the same round, with the quartiles.
"""

import os

os.environ.setdefault("OMP_NUM_THREADS", "1")

import sys
import time
from functools import partial

import machine
import numpy as np
import torch
from scipy import special

from softxent.attention import attention
from softxent.entropy import kl_divergence
from softxent.loss import softmax_cross_entropy_with_gradient
from softxent.softmax import log_softmax, logsumexp, softmax

SHAPES = [(1000, 10), (128, 1000), (32, 50257), (8, 128256), (1, 10**7)]
ROUNDS = 21
ENOUGH = 2e6  # numbers to process in a measurement: small inputs are repeated


def normal(shape, dtype, scale=1.0, offset=0.0):
    return (np.random.default_rng(0).normal(0, scale, shape) + offset).astype(dtype)


def log_probabilities(shape, dtype):
    return special.log_softmax(normal(shape, np.float64, 3), axis=-1).astype(dtype)


def torch_loss_and_gradient(z, labels):
    z.grad = None
    torch.nn.functional.cross_entropy(z, labels, reduction="sum").backward()


def scipy_divergence(p, q):
    return special.rel_entr(p, q).sum(-1)


def of_logits(z):
    """For each function of logits: its name, and a call of softxent, of SciPy (or None) and of torch on z."""
    t = torch.from_numpy(z)
    yield "logsumexp", lambda: logsumexp(z), lambda: special.logsumexp(z, axis=-1), lambda: t.logsumexp(-1)
    yield "softmax", lambda: softmax(z), lambda: special.softmax(z, axis=-1), lambda: t.softmax(-1)
    yield "log_softmax", lambda: log_softmax(z), lambda: special.log_softmax(z, axis=-1), lambda: t.log_softmax(-1)
    labels = np.random.default_rng(1).integers(0, z.shape[1], len(z))
    leaf, aims = torch.tensor(z, requires_grad=True), torch.from_numpy(labels)
    calls = partial(softmax_cross_entropy_with_gradient, z, labels), None, partial(torch_loss_and_gradient, leaf, aims)
    yield "loss and gradient", *calls


def shifted_inputs():
    for shape in [(128, 1000), (32, 50257)]:
        yield "offset 1e4, f32", normal(shape, np.float32, offset=1e4)
        yield "offset 1e4, f64", normal(shape, np.float64, offset=1e4)
        yield "N(0, 60), f32", normal(shape, np.float32, 60)
        yield "log-probabilities, f32", log_probabilities(shape, np.float32)
        yield "log-probabilities, f64", log_probabilities(shape, np.float64)


def divergences(dtype):
    for shape in [(128, 1000), (32, 50257)]:
        p, q = softmax(normal((2, *shape), dtype, 2))
        yield "kl_divergence", shape, partial(kl_divergence, p, q), partial(scipy_divergence, p, q), None
        near = softmax(np.log(p) + dtype(0.01) * normal(shape, dtype))
        yield "kl, p near q", shape, partial(kl_divergence, p, near), partial(scipy_divergence, p, near), None


def attentions(dtype):
    for length in (512, 2048):
        arrays = np.random.default_rng(2).normal(0, 1, (3, 1, length, 64)).astype(dtype)
        torchs = partial(torch.nn.functional.scaled_dot_product_attention, *(torch.from_numpy(x) for x in arrays))
        yield "attention", (length, 64), partial(attention, *arrays), None, torchs


def cases():
    """All lines: name, dtype, shape, size, then the calls of softxent, SciPy and torch."""
    for dtype in (np.float32, np.float64):
        name = f"f{np.dtype(dtype).itemsize * 8}"
        for shape in SHAPES:
            for function, *calls in of_logits(normal(shape, dtype)):
                yield f"{function}, {name}", shape, *calls
        for function, shape, *calls in (*divergences(dtype), *attentions(dtype)):
            yield f"{function}, {name}", shape, *calls
    for words, z in shifted_inputs():
        for function, *calls in of_logits(z):
            yield f"{function}, {words}", z.shape, *calls


def timed(call, repetitions):
    start = time.process_time()
    for _ in range(repetitions):
        call()
    return (time.process_time() - start) / repetitions


def measure(calls, repetitions, rounds):
    """The seconds of each call in each round, (rounds, calls); the first round only warms up."""
    return np.array([[timed(call, repetitions) for call in calls] for _ in range(rounds + 1)])[1:]


def ratios(seconds):
    low, middle, high = np.quantile(seconds[:, 0] / seconds[:, 1], [0.25, 0.5, 0.75])
    return f"{middle:.2f} ({low:.2f}-{high:.2f})"


def line(name, shape, ours, scipys, torchs):
    repetitions = max(1, int(ENOUGH / np.prod(shape)))
    others = [call for call in (scipys, torchs) if call]
    seconds = measure([ours, *others], repetitions, 7 if np.prod(shape) > ENOUGH else ROUNDS)
    columns = iter(range(1, 1 + len(others)))
    cells = [ratios(seconds[:, [0, next(columns)]]) if call else "-" for call in (scipys, torchs)]
    return [name, str(shape), f"{1e3 * np.median(seconds[:, 0]):.3f}", *cells]


def main():
    torch.set_num_threads(1)
    print(machine.description("CPU time, one thread"))
    table = [["function, input", "shape", "softxent, ms", "/ SciPy", "/ torch"]]
    with np.errstate(all="ignore"):
        for name, shape, *calls in cases():
            if all(word in f"{name} {shape}" for word in sys.argv[1:]):
                table.append(line(name, shape, *calls))
    machine.show(table)


if __name__ == "__main__":
    main()
