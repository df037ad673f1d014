"""The figure of the stream that merges: equal to the package in every order, by keyboard, with its verdicts."""

import math

import pytest

from softxent.softmax import logsumexp

from . import site
from .figures import TOLERANCE, close, first, spoiled, values, words

PAGES = site.pages("<stream-figure")


def opened(reader):
    """The figure, the buttons of its gaps, and those of the orders."""
    figure = first(reader, "stream-figure")
    buttons = figure.locator("button").all()
    gaps = len(values(figure)["z"]) - 1
    return figure, buttons[:gaps], buttons[gaps : gaps + 3]


def check(figure):
    """The states against the package; the table and the line against the states."""
    shown = values(figure)
    z, groups = shown["z"], shown["groups"]
    assert [group["first"] for group in groups] == [0, *(group["last"] + 1 for group in groups[:-1])]
    for group in groups:
        part = z[group["first"] : group["last"] + 1]
        assert group["m"] == max(part)
        assert math.isclose(group["s"], sum(math.exp(x - max(part)) for x in part), rel_tol=TOLERANCE)
        assert close(group["lse"], float(logsumexp(part)))
    rows = [row.locator("td").all_inner_texts() for row in figure.locator("tbody tr:visible").all()]
    assert rows == [[words(group[key]) for key in ("m", "s", "lse")] for group in groups]
    assert figure.locator(".figure-branch").count() == len(z) - len(groups)
    return shown


@pytest.mark.parametrize("name", PAGES)
def test_by_keyboard(read, name):
    """From the right, which makes a chain; then in rounds; then one by one; then again."""
    figure, gaps, (chain, rounds, again) = opened(read(f"{name}.html", formulas=False))
    n = len(check(figure)["z"])
    for gap in reversed(gaps):
        gap.press("Enter")
        assert gap.is_disabled()
        shown = check(figure)
    line, fewest = figure.locator(".figure-result"), math.ceil(math.log2(n))
    lse = words(logsumexp(shown["z"]))
    start = f"LSE {lse} after {n - 1} merges in"
    assert line.inner_text() == f"{start} {n - 1} rounds. It can be done in {fewest}."
    tried = " You have tried {} orders, all with this result."
    rounds.press("Space")
    assert check(figure)["orders"] == 2
    assert line.inner_text() == f"{start} {fewest} rounds. No order takes fewer.{tried.format(2)}"
    chain.press("Enter")
    assert line.inner_text() == f"{start} {n - 1} rounds. It can be done in {fewest}.{tried.format(3)}"
    rounds.press("Enter")
    assert check(figure)["orders"] == 3
    again.press("Enter")
    assert len(check(figure)["groups"]) == n
    assert line.inner_text() == f"{n} groups, 0 merges so far."


@pytest.mark.parametrize("name", PAGES[:1])
def test_a_wrong_merge_is_noticed(read, name):
    spoil = spoiled("stream.js", "a.s * Math.exp(a.m - m)", "a.s")
    figure, gaps, _ = opened(read(f"{name}.html", formulas=False, spoil=spoil))
    gaps[0].press("Enter")
    with pytest.raises(AssertionError):
        check(figure)
