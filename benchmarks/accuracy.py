"""Accuracy of softxent, SciPy, torch and scikit-learn against mpmath:  python benchmarks/accuracy.py

The first table has one line for each input on which a usual formula loses digits: the exact value, what comes out, and
its relative error in brackets. The second table has the largest error of each function over the inputs of the tests of
accuracy, in eps; benchmarks/fuzz.py looks for worse ones. Every number comes from the run; "-" stands where a library
is not measured.
"""

import sys
from pathlib import Path

import numpy as np
import torch
from scipy import special
from sklearn.metrics import log_loss

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "tests" / "support"))
sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "tests" / "softxent"))

import exact
import machine
from test_accuracy import logits

from softxent.loss import one_hot, softmax_cross_entropy, softmax_cross_entropy_gradient
from softxent.softmax import entropy_from_logits, kl_from_logits, log_softmax, logsumexp, softmax, softmax_jvp

HEADS = ["input", "exact", "softxent", "SciPy", "torch", "scikit-learn"]
FIRST = one_hot(0, 10)


def by_torch(function, *arrays):
    """What a torch function of vectors gives, as a NumPy number or array."""
    return function(*(torch.tensor(x) for x in arrays)).numpy()


def torch_softmax(z):
    return torch.softmax(z, -1)


def torch_logsumexp(z):
    return torch.logsumexp(z, -1)


def torch_loss(z, y):
    return torch.nn.functional.cross_entropy(z[None], y.to(z.dtype)[None])


def torch_entropy(z):
    return torch.distributions.Categorical(logits=z).entropy()


def torch_divergence(z, w):
    return torch.nn.functional.kl_div(w.log_softmax(-1), z.log_softmax(-1), reduction="sum", log_target=True)


def torch_product(z, v):
    return torch.autograd.functional.vjp(lambda x: x.softmax(-1), z, v)[1]


def scipy_product(z, v):
    p = special.softmax(z)
    return p * (v - p @ v)


def hard_inputs():
    """For each input: words, the exact value, then the value of softxent, SciPy, torch and scikit-learn."""
    z = np.array([0.0, -30.0])
    values = logsumexp(z), special.logsumexp(z), by_torch(torch_logsumexp, z)
    yield "logsumexp [0, -30], f64", exact.logsumexp(z), *values

    z = np.array([0.0] + [-40.0] * 9)
    values = softmax_cross_entropy(z, 0), -special.log_softmax(z)[0], by_torch(torch_loss, z, FIRST)
    yield "cross-entropy [0, -40 x 9], label 0, f64", exact.softmax_cross_entropy(z, FIRST), *values

    z = np.float32([0] + [-18] * 9)
    values = softmax_cross_entropy_gradient(z, 0)[0], special.softmax(z)[0] - 1, by_torch(torch_softmax, z)[0] - 1
    yield "gradient p_y - 1, [0, -18 x 9], f32", exact.softmax_cross_entropy_gradient(z, FIRST)[0], *values

    values = entropy_from_logits(z), special.entr(special.softmax(z)).sum(), by_torch(torch_entropy, z)
    yield "entropy [0, -18 x 9], f32", exact.entropy_from_logits(z), *values

    rng = np.random.default_rng(0)
    z = rng.standard_normal(10).astype(np.float32)
    w = z + np.float32(1e-4) * rng.standard_normal(10).astype(np.float32)
    scipys = special.rel_entr(special.softmax(z), special.softmax(w)).sum()
    values = kl_from_logits(z, w), scipys, by_torch(torch_divergence, z, w)
    yield "KL of close softmaxes (1e-4), f32", exact.kl_from_logits(z, w), *values

    z, v = np.float32([15, 0]), np.float32([1.5, 1.2])
    values = softmax_jvp(z, v)[0], scipy_product(z, v)[0], by_torch(torch_product, z, v)[0]
    yield "softmax VJP [15, 0], v [1.5, 1.2], f32", exact.softmax_jvp(z, v)[0], *values

    z = np.random.default_rng(0).normal(0, 3, 10**7).astype(np.float32)
    e = np.exp(z.astype(float) - float(z.max()))
    truth = e / e.sum()
    worst = [abs(p / truth - 1).max() for p in (softmax(z), special.softmax(z), by_torch(torch_softmax, z))]
    yield "softmax of 1e7 classes, f32: largest error", 0, *worst

    z = np.zeros(70_000, np.float16)
    values = logsumexp(z), special.logsumexp(z), by_torch(torch_logsumexp, z)
    yield "logsumexp of 70 000 zeros, f16", exact.mp.log(70_000), *values

    z, y = np.array([0.0, 1.0, -np.inf]), np.array([0.5, 0.5, 0.0])
    values = softmax_cross_entropy(z, y), None, by_torch(torch_loss, z, y)
    yield "cross-entropy, weight 0 at logit -inf, f64", exact.softmax_cross_entropy(z[:2], y[:2]), *values

    p = 1e-20
    z = np.array([np.log(p), 0.0])
    values = softmax_cross_entropy(z, 0), -special.log_softmax(z)[0], by_torch(torch_loss, z, one_hot(0, 2))
    clipped = log_loss([0], [[p, 1 - p]], labels=[0, 1])
    yield "loss of a label with p = 1e-20, f64", exact.softmax_cross_entropy(z, one_hot(0, 2)), *values, clipped


def largest_errors(dtype):
    """For each function: its name, then the largest error in eps of softxent, SciPy and torch."""
    rows = logits(dtype)
    candidates = {
        "softmax": (exact.softmax, softmax, special.softmax, torch.softmax),
        "log_softmax": (exact.log_softmax, log_softmax, special.log_softmax, torch.log_softmax),
        "logsumexp, max z >= 0": (exact.logsumexp, logsumexp, special.logsumexp, torch.logsumexp),
    }
    for name, (truth, ours, scipys, torchs) in candidates.items():
        chosen = [z for z in rows if "max" not in name or z.max() >= 0]
        computed = [ours, scipys, lambda z, f=torchs: by_torch(lambda x: f(x, -1), z)]
        yield name, *(max(exact.error(np.asarray(f(z)), truth(z)) for z in chosen) for f in computed)


def cell(value, truth):
    """A value and its relative error."""
    if value is None:
        return "-"
    if not truth:
        return f"{value:.1e}"
    error = float(abs(exact.mp.mpf(float(value)) / truth - 1)) if np.isfinite(value) else np.inf
    return f"{value:.5g} ({error:.0e})" if np.isfinite(error) else f"{value:.5g}"


def main():
    torch.set_num_threads(1)
    print(machine.description("Accuracy: what comes out, and its relative error"))
    table = [HEADS]
    with np.errstate(all="ignore"):
        for words, truth, *values in hard_inputs():
            cells = [cell(value, truth) for value in values]
            table.append([words, f"{float(truth):.5g}", *cells, *["-"] * (4 - len(cells))])
        machine.show(table)
        errors = [["largest error in eps, spreads up to 700", "softxent", "SciPy", "torch"]]
        for dtype in (np.float64, np.float32):
            for name, *worst in largest_errors(dtype):
                errors.append([f"{name}, {dtype.__name__}", *(f"{x:.3g}" for x in worst)])
        print()
        machine.show(errors)


if __name__ == "__main__":
    main()
