"""The book's interactive figures, seen from the notebook: a custom element with a static table inside.

The scripts in _static/figures replace the table where they run; anywhere else (JupyterLab, scripts off) it stands.
Each function displays the element as text/html and the same table as text/plain, and returns None.
"""

import html
import json

from IPython.display import display

from softxent.entropy import cross_entropy, entropy, kl_divergence
from softxent.loss import softmax_cross_entropy, softmax_cross_entropy_gradient
from softxent.softmax import softmax


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


def triple(p):
    """A distribution in two decimals."""
    return f"({', '.join(f'{x:.2f}' for x in p)})"


def fixed(x):
    """Three decimals, never -0.000."""
    return f"{round(float(x), 3) + 0.0:.3f}"


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
