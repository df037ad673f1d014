"""The digest of a figure: it changes with every curve, and never with rounding noise."""

import numpy as np
import pytest
from matplotlib.figure import Figure

from bookkit.plot import digest, new_figure, sample, show, to_scale

x = np.linspace(0, 1, 200)


def drawn(draw):
    """The digest of a fresh figure on which `draw` has drawn."""
    figure, axes = new_figure()
    draw(axes)
    return digest(figure)


CHANGES = {
    "a curve": (lambda ax: ax.plot(x, x**2), lambda ax: ax.plot(x, x**2.01)),
    "one entry between the samples": (lambda ax: ax.plot(x, x), lambda ax: ax.plot(x, x + 0.9 * (x == x[101]))),
    "a bar": (lambda ax: ax.bar([1, 2, 3], [3, 1, 2]), lambda ax: ax.bar([1, 2, 3], [3, 1.1, 2])),
    "a label": (lambda ax: ax.set_xlabel("p"), lambda ax: ax.set_xlabel("q")),
    "a scale": (lambda ax: ax.plot(x + 1, x + 1), lambda ax: ax.loglog(x + 1, x + 1)),
    "points": (lambda ax: ax.scatter(x, x**2), lambda ax: ax.scatter(x, x**3)),
    "a contour": (lambda ax: ax.contour(np.outer(x, x)), lambda ax: ax.contour(np.outer(x, x**2))),
    "a filled area": (lambda ax: ax.fill_between(x, x), lambda ax: ax.fill_between(x, x**2)),
    "arrows": (lambda ax: ax.quiver([0], [0], [1], [1]), lambda ax: ax.quiver([0], [0], [1], [2])),
    "an image": (lambda ax: ax.imshow(np.outer(x, x)), lambda ax: ax.imshow(np.outer(x, x**2))),
    "a text": (lambda ax: ax.text(0, 0, "p"), lambda ax: ax.text(0, 0, "q")),
    "a legend": (lambda ax: ax.legend(ax.plot(x, x), ["p"]), lambda ax: ax.legend(ax.plot(x, x), ["q"])),
}


@pytest.mark.parametrize("name", CHANGES)
def test_digest_changes_with(name):
    one, other = CHANGES[name]
    assert drawn(one) == drawn(one)
    assert drawn(one) != drawn(other)


def test_digest_ignores_rounding_noise():
    noise = 1e-15 * np.random.default_rng(0).standard_normal(x.size)
    assert drawn(lambda ax: ax.plot(x, x**2)) == drawn(lambda ax: ax.plot(x, x**2 + noise))


def test_ties_fall_one_way():
    assert to_scale(0.00125, 1.0) == to_scale(0.00125 - 1e-17, 1.0) == to_scale(0.00125 + 1e-17, 1.0)


def test_sample_of_what_is_not_finite():
    assert sample([np.nan, np.inf]) == "[2 entries]"
    assert sample([1.0, np.nan]) == "[1 nan]"


def test_show_displays_one_bundle(monkeypatch):
    shown = []
    monkeypatch.setattr("bookkit.plot.display", lambda bundle, raw: shown.append(bundle))
    figure, axes = new_figure()
    axes.plot(x, x)
    assert show(figure) is None
    assert set(shown[0]) == {"image/png", "text/plain"}
    assert shown[0]["text/plain"] == digest(figure)


def test_new_figure_is_known_to_nobody_else():
    figure, axes = new_figure(rows=2, columns=3)
    assert type(figure) is Figure
    assert axes.shape == (2, 3)
