"""The book's interactive figures, seen from the notebook: a custom element with a static table inside.

The scripts in _static/figures replace the table where they run; anywhere else (JupyterLab, scripts off) it stands.
Each function displays the element as text/html and the same table as text/plain, and returns None.
"""

import html
import json

import numpy as np
from IPython.display import display

from softxent.entropy import cross_entropy, entropy, kl_divergence
from softxent.loss import softmax_cross_entropy, softmax_cross_entropy_gradient, squared_error_gradient
from softxent.softmax import entropy_from_logits, softmax


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
    return [triple(p), triple(q), *(fixed(x) for x in numbers)]


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


def triple(p):
    """A distribution in two decimals."""
    return f"({', '.join(f'{x:.2f}' for x in p)})"


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
