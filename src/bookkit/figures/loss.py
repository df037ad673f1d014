"""The loss and its gradient p − y, while the reader moves the logits."""

from bookkit.figures.element import fixed, show_element
from softxent.loss import softmax_cross_entropy, softmax_cross_entropy_gradient
from softxent.softmax import softmax


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
