"""What the tests of the interactive figures share: a figure's values, unrounded, and how it prints numbers."""

import math

TOLERANCE = 1e-12

# The place in the window of a distribution q in the picture of a triangle.
PLACE = """(figure, q) => {
  const svg = figure.querySelector("svg"), corners = [[30, 300], [330, 300], [180, 300 - 150 * Math.sqrt(3)]];
  const [x, y] = [0, 1].map((axis) => q.reduce((s, qk, k) => s + qk * corners[k][axis], 0));
  const at = new DOMPoint(x, y).matrixTransform(svg.getScreenCTM());
  return [at.x, at.y];
}"""


def values(figure):
    """What the figure shows, unrounded."""
    return figure.evaluate("(figure) => figure.values")


def first(reader, tag):
    """The first such figure of the page, scrolled into the window."""
    figure = reader.page.locator(tag).first
    figure.scroll_into_view_if_needed()
    return figure


def spoiled(file, right, wrong):
    """For read(spoil=...): a script of the figures with a line altered."""
    return f"figures/{file}", lambda text: text.replace(right, wrong)


def press(figure, name):
    """Press the button with this name by keyboard."""
    figure.get_by_role("button", name=name, exact=True).press("Enter")


def close(a, b):
    """Equal to 1e-12, infinities included."""
    return a == b or math.isclose(a, b, rel_tol=TOLERANCE, abs_tol=TOLERANCE)


def drag_by_finger(reader, start, end):
    """Press, move in ten steps, lift; returns how far the page scrolled meanwhile."""
    session, before = reader.context.new_cdp_session(reader.page), reader.page.evaluate("() => scrollY")

    def touch(kind, *points):
        session.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": [{"x": x, "y": y} for x, y in points]})

    touch("touchStart", start)
    for step in range(1, 11):
        touch("touchMove", [a + (b - a) * step / 10 for a, b in zip(start, end, strict=True)])
    touch("touchEnd")
    return reader.page.evaluate("() => scrollY") - before


def words(x):
    """Three decimals as the figures print them."""
    return "∞" if x == math.inf else f"{round(float(x), 3) + 0.0:.3f}".replace("-", "−")


def done(figure):
    """Which of the things to try are marked as done, as a reader sees it: the answer stands in place of the task."""
    shown = [
        [figure.locator(f"li .figure-{part}").nth(n).is_visible() for part in ("ask", "reply")]
        for n in range(figure.locator(".figure-try li").count())
    ]
    assert all(ask != reply for ask, reply in shown)
    return [reply for _, reply in shown]
