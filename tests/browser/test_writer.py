"""The model that writes: its laws, numbers and texts equal to NumPy, shown as computed, by keyboard and mouse."""

import re

import numpy as np
import pytest

from bookkit.data import ALPHABET, counts, letters
from bookkit.figures.writer import written
from softxent.entropy import entropy
from softxent.softmax import softmax

from . import site
from .figures import TOLERANCE, close, done, first, press, spoiled, values, words

PAGES = site.pages("<writer-figure")
LETTERS = ALPHABET.replace(" ", "_")

# What is drawn: the letters, the numbers at the axis, the heights of the outlines and those of the bars.
COLUMNS = """(figure) => {
  const columns = [...figure.querySelectorAll("g:has(> .figure-target)")];
  const heights = (kind) => columns.map((node) => Number(node.querySelector(kind).getAttribute("height")));
  const letters = columns.map((node) => node.querySelector("text").textContent).join("");
  const ticks = [...figure.querySelectorAll("g:has(> .figure-frame) text")].map((node) => node.textContent);
  return [letters, ticks, heights(".figure-target"), heights(".figure-model")];
}"""


def opened(reader):
    """The figure, its sliders (temperature, k, P) and the choice of how far it looks back."""
    figure = first(reader, "writer-figure")
    return figure, *figure.locator("input").all(), figure.locator("select")


def cube(figure):
    """The counts of triples as an array (27, 27, 27), from the data of the element."""
    n = np.zeros((27, 27, 27))
    for row in figure.evaluate("(figure) => figure.read('table')").split(";"):
        i, j = (LETTERS.index(letter) for letter in row[:2])
        for letter, count in re.findall(r"([a-z_])(\d+)", row[2:]):
            n[i, j, LETTERS.index(letter)] = int(count)
    return n


def tables(n, start):
    """Counts of single letters, of pairs and of triples; the first two letters of the text end no triple."""
    i, j = (LETTERS.index(letter) for letter in start)
    pairs = n.sum(0)
    pairs[i, j] += 1
    singles = pairs.sum(0)
    singles[i] += 1
    return singles, pairs, n


def counts_after(table, text):
    """The row of counts after a text, as far back as the table goes."""
    back = [LETTERS.index(letter) for letter in text[-2:]][3 - table.ndim :]
    return table[tuple(back)]


def bits(p):
    """The entropy of a table of counts or probabilities."""
    return float(entropy(np.ravel(p) / np.sum(p))) / np.log(2)


def kept_by_hand(p, k, mass):
    """How many of the falling probabilities are kept by top-k and then top-p."""
    first_k = p[:k] / p[:k].sum()
    return len(first_k) if mass == 1 else int(np.argmax(np.cumsum(first_k) >= mass - 1e-12)) + 1


def check(figure):
    """The law, the pseudo-random number, the letter and the price of the text; then what is printed and drawn."""
    shown, n = values(figure), cube(figure)
    prompt, start, add = figure.evaluate("(figure) => ['prompt', 'first', 'add'].map((name) => figure.read(name))")
    table = tables(n, start)[shown["order"]]
    row = counts_after(table, prompt + shown["text"]) + add
    ranks = np.argsort(-row, kind="stable")
    p = softmax(np.log(row[ranks]) / shown["tau"])
    kept = kept_by_hand(p, shown["top"], shown["mass"])
    q = p[:kept] / p[:kept].sum()
    assert shown["letters"] == "".join(LETTERS[i] for i in ranks)
    assert shown["kept"] == kept
    assert np.allclose(shown["p"], p, rtol=TOLERANCE, atol=0)
    assert np.allclose(shown["q"], q, rtol=TOLERANCE, atol=0)
    assert close(shown["cut"], p[kept:].sum())
    assert close(shown["entropy"], bits(q))
    u = pow(48271, shown["length"] + 4, 2**31 - 1) * shown["seed"] % (2**31 - 1) / (2**31 - 1)
    assert shown["u"] == u
    assert shown["letter"] == shown["letters"][int(np.argmax(np.cumsum(q) > u))]
    check_prices(shown, table, add, prompt)
    check_shown(figure, shown, row, prompt)
    return shown


def check_prices(shown, table, add, prompt):
    """Bits a letter of the text, each letter after what stands before it, and of the text that was counted."""
    text = shown["text"]
    price = -np.log2((table + add) / (table + add).sum(-1, keepdims=True))
    assert close(shown["usual"], float((table * price).sum() / table.sum()))
    letters = [LETTERS.index(letter) for letter in text]
    costs = [counts_after(price, prompt + text[:i])[k] for i, k in enumerate(letters)]
    assert shown["cost"] is None if not text else close(shown["cost"], float(np.mean(costs)))


def two(x):
    """Two decimals as the figure prints a perplexity."""
    return f"{x:.2f}"


def check_shown(figure, shown, row, prompt):
    """The text, the table, the bars, and the dashed edge right of what is kept."""
    price = [words(shown["cost"]), two(2 ** shown["cost"])] if shown["text"] else ["–", "–"]
    now = [str(shown["kept"]), words(shown["cut"]), words(shown["entropy"]), *price]
    usual = [words(shown["usual"]), two(2 ** shown["usual"])]
    uncut = ["27", "0.000", words(bits(row)), *usual]
    table = [row.locator("td").all_inner_texts() for row in figure.locator("tbody tr").all()]
    assert table == [list(pair) for pair in zip(now, uncut, strict=True)]
    assert figure.locator(".figure-sheet").evaluate("(node) => node.textContent") == (
        f"The text: {prompt}{shown['text']}".replace("_", " ")
    )
    letters, ticks, outlines, bars = figure.evaluate(COLUMNS)
    assert letters.replace("␣", "_") == shown["letters"]
    end = min(end for end in (0.1, 0.2, 0.5, 1) if max(shown["p"] + shown["q"]) <= end)
    assert ticks == ["0", f"{end / 2:g}", f"{end:g}"]
    assert shown["end"] == end
    assert outlines == pytest.approx([170 * x / end for x in shown["p"]], abs=1e-9)
    assert bars == pytest.approx([170 * x / end for x in shown["q"]] + [0] * (27 - shown["kept"]), abs=1e-9)
    edge = figure.locator("svg > .figure-limit").first.get_attribute("d")
    assert edge == ("" if shown["kept"] == 27 else f"M{36 + 12 * shown['kept']} 14V184")


@pytest.mark.parametrize("name", PAGES)
def test_by_keyboard(read, name):
    """Every slider to both ends and a mark inward, looking back at none, one and two letters; then reset."""
    figure, temperature, top, mass, back = opened(read(f"{name}.html", formulas=False))
    start = check(figure)
    assert (start["tau"], start["top"], start["mass"], start["order"], start["text"]) == (1, 27, 1, 2, "")
    for option in ("no letter", "one letter", "two letters"):
        back.select_option(option)
        for key, tau in (("Home", 0.2), ("End", 5), ("ArrowLeft", 4.92)):
            temperature.press(key)
            assert check(figure)["tau"] == tau
        for key, k in (("Home", 1), ("End", 27), ("ArrowLeft", 26)):
            top.press(key)
            assert check(figure)["top"] == k
        for key, share in (("Home", 0.05), ("End", 1), ("ArrowLeft", 0.95)):
            mass.press(key)
            assert check(figure)["mass"] == share
        press(figure, "One letter")
        check(figure)
    press(figure, "Reset")
    assert check(figure) == start


@pytest.mark.parametrize("name", PAGES)
def test_equal_seeds_give_equal_texts(read, name):
    """Letter by letter what was announced comes; again the same from the start; another seed writes another text."""
    figure, *_ = opened(read(f"{name}.html", formulas=False, width="narrow"))
    start, text = values(figure), ""
    for _ in range(12):
        text += values(figure)["letter"]
        press(figure, "One letter")
        assert check(figure)["text"] == text
    press(figure, "Start again")
    assert values(figure) == start
    for _ in range(12):
        figure.get_by_role("button", name="One letter").click()
    assert values(figure)["text"] == text
    press(figure, "Another seed")
    assert (check(figure)["seed"], values(figure)["text"]) == (2, "")
    for _ in range(12):
        press(figure, "One letter")
    assert values(figure)["text"] != text


@pytest.mark.parametrize(
    ("tau", "k", "mass", "seed"), [(1, 27, 1, 1), (0.5, 27, 1, 7), (1.5, 6, 0.8, 9999), (1, 1, 1, 3)]
)
def test_the_text_is_that_of_the_table_on_paper(read, tau, k, mass, seed):
    """Python writes the same; a full line is followed by a new one."""
    figure, *_ = opened(read(f"{PAGES[0]}.html", formulas=False))
    figure.page.emulate_media(reduced_motion="no-preference")
    figure.evaluate("(figure, [tau, top, mass, seed]) => figure.update({ tau, top, mass, seed })", [tau, k, mass, seed])
    seen = {
        f"{row[:2]}{letter}": int(count)
        for row in figure.evaluate("(figure) => figure.read('table')").split(";")
        for letter, count in re.findall(r"([a-z_])(\d+)", row[2:])
    }
    text = written(seen, 0.1, "the_", tau, k, mass, seed, 80)
    press(figure, "▶ Write a line")
    figure.get_by_role("button", name="▶ Write a line").wait_for()
    assert check(figure)["text"] == text
    assert figure.locator(".figure-result").inner_text() == "The line is full. The next letter begins a new one."
    press(figure, "One letter")
    assert check(figure)["text"] == text[0]


@pytest.mark.parametrize("name", PAGES)
def test_what_was_never_seen(read, name):
    """After a pair that was never counted all letters are equally likely."""
    figure, *_ = opened(read(f"{name}.html", formulas=False))
    figure.evaluate("(figure) => figure.update({ text: 'qz' })")
    shown = check(figure)
    assert shown["p"] == pytest.approx([1 / 27] * 27)
    assert shown["letters"] == LETTERS


@pytest.mark.parametrize("name", PAGES)
def test_the_axis_ends_where_it_is_needed(read, name):
    """At 0.1, 0.2, 0.5 or 1, which the ticks and the description say; the highest bar reaches a third of the height."""
    figure, temperature, *_ = opened(read(f"{name}.html", formulas=False))
    temperature.press("Home")
    ends, highest = set(), []
    for _ in range(130):
        temperature.press("ArrowRight")
        shown = check(figure)
        ends.add(shown["end"])
        highest.append(max(shown["p"]) / shown["end"])
        assert f" The axis ends at {shown['end']:g}." in figure.evaluate("(figure) => figure.summary()")
    assert ends == {0.1, 0.2, 0.5, 1}
    assert 1 / 3 < min(highest) <= max(highest) <= 1


@pytest.mark.parametrize("name", PAGES)
def test_the_tasks_by_keyboard(read, name):
    """k at 1 and a line make a loop; k alone finds the letters that hold 90 %; the entropy is met on a mark of τ."""
    figure, temperature, top, _, _ = opened(read(f"{name}.html", formulas=False))
    top.press("Home")
    press(figure, "▶ Write a line")
    figure.get_by_role("button", name="▶ Write a line").wait_for()
    assert done(figure) == [True, False, False]
    press(figure, "Reset")
    while not done(figure)[1]:
        top.press("ArrowLeft")
    shown = check(figure)
    assert shown["cut"] <= 0.1 < shown["cut"] + shown["p"][shown["kept"] - 1]
    press(figure, "Reset")
    while not done(figure)[2]:
        temperature.press("ArrowLeft")
    assert check(figure)["entropy"] == pytest.approx(3, abs=0.04)


@pytest.mark.parametrize("name", PAGES)
def test_nothing_jumps(read, name):
    """The figure keeps its size whatever is shown."""
    figure, temperature, top, _, _ = opened(read(f"{name}.html", formulas=False, width="narrow"))
    before = figure.bounding_box()
    for text in ("e", "the_and_" * 9, "w" * 80, "_" * 80):
        figure.evaluate("(figure, text) => figure.update({ text })", text)
        for key in ("Home", "End"):
            temperature.press(key)
            top.press(key)
            assert figure.bounding_box() == before


def test_the_table_is_that_of_the_chapter(read):
    """The page carries the counts of the letters that the chapter counts, and what it adds."""
    figure, *_ = opened(read(f"{PAGES[0]}.html", formulas=False))
    string = letters("prose")[:100_000]
    found = tables(cube(figure), figure.evaluate("(figure) => figure.read('first')"))
    assert all(np.array_equal(table, counts(string, length)) for length, table in enumerate(found, start=1))
    assert figure.evaluate("(figure) => figure.read('add')") == 0.1


WRONG = [
    ("Math.log(n) / tau", "Math.log(n) * tau"),
    ("const few = Math.min(k, p.length)", "const few = p.length"),
    ("held += p[keep++] / whole", "held += p[keep++]"),
    ("held < mass - 1e-12", "held < 1 - mass"),
    ("% MODULUS", "% (MODULUS + 1)"),
    ("THROWN_AWAY = 3", "THROWN_AWAY = 2"),
    ("total <= u", "total > u"),
    ("numbers[k] - numbers[j]", "numbers[j] - numbers[k]"),
    ("piece.slice(piece.length - 1 - order, -1)", "piece.slice(0, order)"),
    ("start.length > order", "start.length > 2"),
    ("n + this.add);", "n);"),
    ("nats / Math.LN2", "nats"),
    ("sum(next.p.slice(next.kept))", "sum(next.q.slice(1))"),
    ("whole.slice(whole.length - this.order)", "whole.slice(0, this.order)"),
    ("text.slice(0, n)", "text.slice(0, n + 1)"),
    ("-n * bits", "-(n + this.add) * bits"),
    ("(BASE - TOP) * (value / end)", "(BASE - TOP) * value"),
    ("Math.max(p[0], q[0]) <= end", "p[0] <= end"),
    ("String(share * end)", "String(share)"),
    ("LEFT + PITCH * kept", "LEFT + PITCH * (kept + 1)"),
]


@pytest.mark.parametrize(("right", "wrong"), WRONG)
def test_a_wrong_formula_is_seen(read, right, wrong):
    """The comparison with NumPy fails when a line of the script is altered: with a text, τ below 1 and both cuts."""
    figure, *_ = opened(read(f"{PAGES[0]}.html", formulas=False, spoil=spoiled("writer.js", right, wrong)))
    state = {"order": 1, "tau": 0.8, "top": 5, "mass": 0.7, "seed": 5, "text": "softmax_u"}
    figure.evaluate("(figure, state) => figure.update(state)", state)
    with pytest.raises(AssertionError):
        check(figure)


def test_the_figure_is_in_the_book():
    """The tests above ran on something."""
    assert PAGES
