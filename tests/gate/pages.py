"""The page on which the tests of the checker make their claims."""

from texcheck.page import Page

MACROS = {
    "KL": r"D_{\mathrm{KL}}",
    "E": r"\mathbb{E}",
    "Var": r"\operatorname{Var}",
    "Cov": r"\operatorname{Cov}",
    "LSE": r"\operatorname{LSE}",
    "softmax": r"\operatorname{softmax}",
    "diag": r"\operatorname{diag}",
    "pd": [r"\frac{\partial #1}{\partial #2}", 2],
}
DECLARED = [
    ("K", "2 3 5"),
    ("N", "3 4 2"),
    ("i, j, k", "1..K"),
    ("n", "1..N"),
    (r"\mathbf{z}, \mathbf{v}", "real K"),
    (r"\mathbf{y}", "simplex K"),
    ("R", "joint K K"),
    ("A", "real N K"),
    ("P", "simplex N K"),
    ("c", "index K"),
    ("x, a", "real"),
    (r"\tau", "positive"),
    ("t", "unit"),
    ("b", "bit"),
    (r"\mathbf{1}", "ones K"),
    (r"\mathbf{0}", "zeros K"),
    ("I", "identity K"),
]
DEFINED = [
    r"p_i := \frac{e^{z_i}}{\sum_{k=1}^{K} e^{z_k}}",
    r"L := -\sum_k y_k \log p_k",
    r"\LSE(\mathbf{z}) := \log \sum_k e^{z_k}",
    r"\softmax(\mathbf{z})_i := \frac{e^{z_i}}{\sum_k e^{z_k}}",
    r"H(\mathbf{y}) := -\sum_k y_k \log y_k",
    r"\sigma(x) := \frac{1}{1 + e^{-x}}",
]


def fresh():
    """A page with the symbols and definitions above."""
    page = Page(MACROS)
    for symbols, kind in DECLARED:
        page.declare(symbols, kind)
    for tex in DEFINED:
        page.equation(tex)
    return page
