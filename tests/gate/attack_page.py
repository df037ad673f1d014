"""The chapter page on which the statements of this folder are made, and the lists that hold them."""

import csv
from pathlib import Path

from texcheck.book import macros
from texcheck.page import Page

HERE = Path(__file__).parent
DECLARED = [
    ("K", "2 3 5"),
    ("N", "3 4 2"),
    ("D", "4 2 3"),
    ("i, j, k", "1..K"),
    ("n", "1..N"),
    ("d", "1..D"),
    (r"\mathbf{y}, \mathbf{q}, \mathbf{w}", "simplex K"),
    ("X", "real N D"),
    ("W", "real K D"),
    ("A", "real N K"),
    ("Y, P", "simplex N K"),
    ("R", "joint K K"),
    ("S", "real K K"),
    (r"\mathbf{b}, \mathbf{u}, \mathbf{z}, \mathbf{v}", "real K"),
    (r"\mathbf{o}", "real D"),
    (r"\mathbf{l}", "real N"),
    (r"t, s, \lambda, \varepsilon", "unit"),
    (r"\gamma, \beta, \tau", "positive"),
    ("x, a", "real"),
    ("c, m, r", "index K"),
    ("g, h", "bit"),
]
DEFINED = [
    r"p_i := \frac{e^{z_i}}{\sum_k e^{z_k}}",
    r"H(\mathbf{w}) := -\sum_k w_k \log w_k",
    r"H(\mathbf{w}, \mathbf{q}) := -\sum_k w_k \log q_k",
    r"\KL(\mathbf{w} \,\Vert\, \mathbf{q}) := \sum_k w_k \log \frac{w_k}{q_k}",
    r"L := -\log p_c",
    r"J_{ij} := p_i (\delta_{ij} - p_j)",
    r"\sigma(x) := \frac{1}{1 + e^{-x}}",
    r"\softmax(\mathbf{z})_i := \frac{e^{z_i}}{\sum_k e^{z_k}}",
    r"\LSE(\mathbf{z}) := \log \sum_k e^{z_k}",
    r"f(x) := \begin{cases} x & x > 0 \\ 0 & x \le 0 \end{cases}",
    r"\ell(\mathbf{z}) := \LSE(\mathbf{z}) - z_c",
]


def fresh():
    """A page with the symbols and definitions above."""
    page = Page(macros(HERE.parents[1]))
    for symbols, kind in DECLARED:
        page.declare(symbols, kind)
    for tex in DEFINED:
        page.equation(tex)
    return page


def statements(name):
    """(class, statement, reason) for each row of a list; a statement of several displays has ` ;; ` between them."""
    with (HERE / f"statements_{name}.tsv").open(encoding="utf8", newline="") as file:
        return [tuple(row) for row in csv.reader(file, delimiter="\t", quoting=csv.QUOTE_NONE)][1:]


def say(statement):
    """Print the displays of a statement on a fresh page, one after the other."""
    page = fresh()
    for tex in statement.split(" ;; "):
        page.equation(tex)
