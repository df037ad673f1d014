"""What the tests of the interactive figures share: a figure's values, unrounded, and how it prints numbers."""

import math

TOLERANCE = 1e-12


def values(figure):
    """What the figure shows, unrounded."""
    return figure.evaluate("(figure) => figure.values")


def first(reader, tag):
    """The first such figure of the page, scrolled into the window."""
    figure = reader.page.locator(tag).first
    figure.scroll_into_view_if_needed()
    return figure


def close(a, b):
    """Equal to 1e-12, infinities included."""
    return a == b or math.isclose(a, b, rel_tol=TOLERANCE, abs_tol=TOLERANCE)


def words(x):
    """Three decimals as the figures print them."""
    return "∞" if x == math.inf else f"{round(float(x), 3) + 0.0:.3f}".replace("-", "−")
