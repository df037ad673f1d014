"""Five formulas for softmax and its logarithm in a floating-point format, beside the exact values."""

import numpy as np

from bookkit.figures.element import show_element
from softxent.softmax import log_softmax, softmax


def show_floats(cases):
    """Softmax and its logarithm, computed by five formulas in a format, beside the exact values.

    `cases` are the examples offered: pairs of a dtype name ("float16", "float32" or "float64") and three logits.  The
    figure has bfloat16 as well.  The exact values are those of the logits as the format stores them.
    """
    for k, (dtype, z) in enumerate(cases):
        if dtype not in ("float16", "float32", "float64"):
            raise ValueError(f"cases[{k}] must have the dtype float16, float32 or float64, got {dtype!r}")
        if len(z) != 3 or not np.all(np.abs(z) <= 1000):
            raise ValueError(f"cases[{k}] must have three logits between -1000 and 1000, got {z}")
    heads = ["format", "logits", "formula", "class 1", "class 2", "class 3", "verdict"]
    rows = [row for dtype, z in cases for row in float_rows(dtype, z)]
    show_element("float-figure", {"cases": cases}, "Softmax and its logarithm in floating point", heads, rows)


def float_rows(dtype, z):
    """One row per formula; the exact values stand above those that are compared with them."""
    stored = np.array(z, dtype)
    p, log_p = softmax(stored.astype(float)), log_softmax(stored.astype(float))
    computed = float_formulas(stored)
    rows = [["exact softmax", *(power_of_e(x) for x in log_p), ""]]
    rows += [float_row(p, *one) for one in computed[:2]]
    rows += [["exact log", *(f"{x:.9g}" for x in log_p), ""]]
    rows += [float_row(log_p, *one) for one in computed[2:]]
    first = [dtype, f"({', '.join(f'{x:g}' for x in z)})"]
    return [[*(first if k == 0 else ["", ""]), *row] for k, row in enumerate(rows)]


def float_row(truth, name, values, way):
    """Name, three values, verdict."""
    return [name, *(f"{float(x):.7g}" for x in values), float_verdict(values, truth, way)]


def power_of_e(x):
    """e^x in nine digits, also where it is no float64."""
    if x > -700:
        return f"{np.exp(x):.9g}"
    exponent = np.floor(x / np.log(10))
    return f"{np.exp(x - exponent * np.log(10)):.9g}e{exponent:.0f}"


@np.errstate(all="ignore")
def float_formulas(z):
    """For each formula its name, its values, and the numbers on the way, every operation rounded to the dtype of z.

    exp, log and log1p are evaluated in float64 and rounded, so that every processor prints the same.
    """
    total, shifted_total, s = z[0] * 0, z[0] * 0, z[0] * 0
    d = z - z.max()
    raw, e = rounded_once(np.exp, z), rounded_once(np.exp, d)
    for k in range(len(z)):
        total, shifted_total = total + raw[k], shifted_total + e[k]
        s = s + e[k] * (k != z.argmax())
    naive, shifted = raw / total, e / shifted_total
    return [
        ("naive softmax", naive, [raw, total, naive]),
        ("shifted softmax", shifted, [e, shifted]),
        ("log of softmax", rounded_once(np.log, shifted), [shifted]),
        ("log-softmax", d - rounded_once(np.log, shifted_total), []),
        ("with log1p", d - rounded_once(np.log1p, s), [s]),
    ]


def rounded_once(f, x):
    """f(x), evaluated in float64 and rounded to the dtype of x."""
    return f(x, dtype=np.float64).astype(x.dtype)


@np.errstate(all="ignore")
def float_verdict(values, truth, way):
    """The worst class: "right" within 8 eps, else what went wrong on its way."""
    info, (values, truth, *way) = np.finfo(values.dtype), np.broadcast_arrays(values, truth, *way)
    right = np.abs(values / truth - 1) < 8 * info.eps
    if any((np.isinf(x) & ~right).any() for x in way):
        return "overflow"
    if any(((np.abs(x) < info.tiny) & ~right).any() for x in way):
        return "underflow"
    return "right" if right.all() else "digits lost"
