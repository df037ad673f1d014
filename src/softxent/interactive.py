"""The book's interactive figures, seen from the notebook: a custom element with a static table inside.

The scripts in _static/figures replace the table where they run; anywhere else (JupyterLab, scripts off) it stands.
Each function displays the element as text/html and the same table as text/plain, and returns None.
"""

import html
import json

import numpy as np
from IPython.display import display

from softxent.attention import attention, causal_mask
from softxent.entropy import cross_entropy, entropy, kl_divergence
from softxent.loss import softmax_cross_entropy, softmax_cross_entropy_gradient, squared_error_gradient
from softxent.softmax import entropy_from_logits, log_softmax, softmax


def show_simplex(truths, q):
    """Three outcomes: the reader chooses p among `truths` and moves q; shown are H(p), H(p, q) and both divergences."""
    for k, p in enumerate(truths):
        if len(p) != 3 or min(p) <= 0:
            raise ValueError(f"truths[{k}] must have three positive entries, got {p}")
    if len(q) != 3:
        raise ValueError(f"q must have three entries, got {q}")
    heads = ["p", "q", "H(p)", "KL(p‖q)", "H(p, q)", "KL(q‖p)"]
    rows = [simplex_row(p, other) for p in truths for other in (q, p)]
    show_element("simplex-figure", {"truths": truths, "q": q}, "Entropies and divergences in nats", heads, rows)


def simplex_row(p, q):
    """What the figure shows at one p and q."""
    numbers = [entropy(p), kl_divergence(p, q), cross_entropy(p, q), kl_divergence(q, p)]
    return [point(p, 2), point(q, 2), *(fixed(x) for x in numbers)]


def show_loss(z, targets):
    """The loss of the logits z for each named target, its gradient p - y, and the gradient's length."""
    for name, y in targets.items():
        if len(y) != len(z):
            raise ValueError(f"targets[{name!r}] must have {len(z)} entries, as z has, got {y}")
    heads = ["target", "class", "z", "p", "y", "p − y", "loss"]
    rows = [row for name, y in targets.items() for row in loss_rows(name, z, y)]
    show_element("loss-figure", {"z": z, "targets": targets}, "Softmax, cross-entropy and its gradient", heads, rows)


def loss_rows(name, z, y):
    """One row per class; the loss stands in the first."""
    gradient, p = softmax_cross_entropy_gradient(z, y), softmax(z)
    losses = [fixed(softmax_cross_entropy(z, y))] + [""] * (len(z) - 1)
    names = [name] + [""] * (len(z) - 1)
    return [
        [names[k], str(k + 1), *(fixed(x) for x in (z[k], p[k], y[k], gradient[k])), losses[k]] for k in range(len(z))
    ]


def show_temperature(z, taus):
    """The law softmax(z / τ), its entropy and effective number of classes: z as given, and with its two largest tied.

    The reader chooses τ from 0.05 to 20 and each logit from −6 to 6; the table has the given `taus` and both limits.
    """
    if not (len(z) >= 2 and max(abs(x) for x in z) <= 6):
        raise ValueError(f"z must have at least two entries, all from -6 to 6, got {z}")
    if not all(tau > 0 for tau in taus):
        raise ValueError(f"taus must be positive, got {taus}")
    heads = ["z", "τ", "p", "H(p)", "exp H(p)"]
    rows = [row for logits in (list(z), tied(z)) for row in temperature_rows(logits, taus)]
    caption = f"Probabilities p = softmax(z / τ), their entropy in nats (log {len(z)} is {fixed(np.log(len(z)))})"
    show_element("temperature-figure", {"z": z}, f"{caption}, and the effective number of classes", heads, rows)


def tied(z):
    """The logits with the second largest raised to the largest."""
    second = sorted(range(len(z)), key=lambda k: -z[k])[1]
    return [max(z) if k == second else x for k, x in enumerate(z)]


def temperature_rows(z, taus):
    """One row per temperature; the cold limit is uniform on the top classes, the hot one on all."""
    z = np.array(z, dtype=float)
    cold, hot = np.where(z == z.max(), 0, -np.inf), np.zeros(len(z))
    laws = {"→ 0": cold, **{f"{tau:g}": z / tau for tau in taus}, "→ ∞": hot}
    names = [", ".join(f"{x:g}" for x in z).replace("-", "−")] + [""] * (len(laws) - 1)
    return [
        [name, tau, ", ".join(small(p) for p in softmax(scaled)), fixed(h), fixed(np.exp(h))]
        for name, (tau, scaled) in zip(names, laws.items(), strict=True)
        for h in [entropy_from_logits(scaled)]
    ]


DESCENTS = {"cross-entropy": softmax_cross_entropy_gradient, "squared error": squared_error_gradient}
TABLED_STEPS = (0, 10, 100, 1000)


def show_descent(gap, eta, gaps):
    """Gradient descent on two logits from (0, gap), class 1 being true: cross-entropy beside squared error.

    The reader chooses the gap from 0 to 12 and the step size η from 0.1 to 10; the table has the given `gaps`.
    """
    if not all(0 <= a <= 12 for a in (gap, *gaps)):
        raise ValueError(f"gap and gaps must lie from 0 to 12, got {gap} and {gaps}")
    if not 0.1 <= eta <= 10:
        raise ValueError(f"eta must lie from 0.1 to 10, got {eta}")
    heads = ["gap", "descent on", "gradient", *(f"p₁ after {n}" for n in TABLED_STEPS)]
    rows = [descent_row(a, eta, name) for a in gaps for name in DESCENTS]
    caption = f"Length of the first gradient, and probability of the true class after some steps of size {eta:g}"
    show_element("descent-figure", {"gap": gap, "eta": eta}, caption, heads, rows)


def descent_row(gap, eta, name):
    """What one descent has reached after 0, 10, 100, 1000 steps."""
    p = softmax(descent_path(DESCENTS[name], gap, eta, TABLED_STEPS[-1]))[:, 0]
    first = np.linalg.norm(DESCENTS[name]([0, gap], 0))
    return [f"{gap:g}", name, small(first), *(small(p[n]) for n in TABLED_STEPS)]


def descent_path(gradient, gap, eta, steps):
    """The logits at each step, from (0, gap) for the label 0: shape (steps + 1, 2)."""
    path = [np.array([0, gap], dtype=float)]
    for _ in range(steps):
        path.append(path[-1] - eta * gradient(path[-1], 0))
    return np.array(path)


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


def show_attention(examples, values):
    """Two tokens' queries and keys in the plane, their weights, and the outputs on the segment between two values.

    `examples` are named settings: triples of two queries, two keys, and whether the causal mask is on.
    """
    if np.shape(values) != (2, 2):
        raise ValueError(f"values must be two points of the plane, got {values}")
    for name, (Q, K, _) in examples.items():
        if np.shape(Q) != (2, 2) or np.shape(K) != (2, 2):
            raise ValueError(f"examples[{name!r}] must have two queries and two keys in the plane, got {Q} and {K}")
        if not np.all(np.abs([Q, K]) <= 3):
            raise ValueError(f"examples[{name!r}] must have features between -3 and 3, got {Q} and {K}")
    heads = ["example", "token", "query", "key", "scores", "weights", "output"]
    rows = [row for name, example in examples.items() for row in attention_rows(name, *example, values)]
    data = {name: {"Q": Q, "K": K, "causal": causal} for name, (Q, K, causal) in examples.items()}
    caption = f"Attention over the values {point(values[0], 1)} and {point(values[1], 1)}"
    show_element("attention-figure", {"examples": data, "values": values}, caption, heads, rows)


def attention_rows(name, Q, K, causal, values):
    """One row per token; the weights are the outputs for the values (1, 0) and (0, 1)."""
    allowed = causal_mask(2) if causal else np.ones((2, 2), bool)
    scores = np.where(allowed, np.array(Q) @ np.transpose(K) / np.sqrt(2), -np.inf)
    weights, outputs = attention(Q, K, np.eye(2), allowed), attention(Q, K, values, allowed)
    results = [[point(x[n], 3) for x in (scores, weights, outputs)] for n in range(2)]
    return [[name * (n == 0), str(n + 1), point(Q[n], 2), point(K[n], 2), *results[n]] for n in range(2)]


def point(x, digits):
    """The entries of a vector, never -0.0."""
    return f"({', '.join(f'{round(float(entry), digits) + 0.0:.{digits}f}' for entry in x)})"


def fixed(x):
    """Three decimals, never -0.000."""
    return f"{round(float(x), 3) + 0.0:.3f}"


def small(x):
    """Three decimals, or two digits and a power of ten for a positive number below 0.001."""
    if x == 0 or x >= 0.001:
        return fixed(x)
    digits, power = f"{x:.1e}".split("e-")
    return f"{digits}·10⁻{str(int(power)).translate(str.maketrans('0123456789', '⁰¹²³⁴⁵⁶⁷⁸⁹'))}"


def show_element(tag, attributes, caption, heads, rows):
    """Display <tag> with its attributes as JSON and a table as its content; the same table in plain text beside it."""
    words = "".join(f' {name}="{html.escape(json.dumps(value))}"' for name, value in attributes.items())
    table = html_table(caption, heads, rows)
    element = f'<{tag} class="interactive"{words}>\n{table}\n</{tag}>'
    display({"text/html": element, "text/plain": text_table([heads, *rows])}, raw=True)


def html_table(caption, heads, rows):
    """A table with a caption and heads that a screen reader can tell."""
    lines = [f"<table><caption>{html.escape(caption)}</caption>", table_row("th", heads)]
    return "\n".join([*lines, *(table_row("td", row) for row in rows), "</table>"])


def table_row(tag, cells):
    """One row of <th scope="col"> or <td>."""
    scope = ' scope="col"' if tag == "th" else ""
    return "<tr>" + "".join(f"<{tag}{scope}>{html.escape(cell)}</{tag}>" for cell in cells) + "</tr>"


def text_table(rows):
    """Columns padded to one width each."""
    widths = [max(len(row[j]) for row in rows) for j in range(len(rows[0]))]
    return "\n".join("  ".join(cell.rjust(w) for cell, w in zip(row, widths, strict=True)).rstrip() for row in rows)
