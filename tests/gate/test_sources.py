"""Misprints that really were printed: each is refused as printed and accepted when corrected.

The formulas restate, in the style of this book, displays on softmax and cross-entropy from five course texts.  In one
of them the logits are called a and the derivation of the softmax derivative runs over six displays.
"""

import pytest

from texcheck import TexError
from texcheck.page import Page

DECLARED = [
    ("K", "2 3"),
    ("N", "3 4"),
    ("i, j, k", "1..K"),
    ("n", "1..N"),
    (r"\mathbf{a}, \mathbf{v}", "real K"),
    (r"\mathbf{y}, \mathbf{r}, \mathbf{s}", "simplex K"),
    ("C", "positive"),
    ("c", "index K"),
    ("Y", "simplex N K"),
    ("Q", "simplex N K"),
    ("M", "real"),
    ("u", "real"),
]
DEFINED = [
    r"p_i := \frac{e^{a_i}}{\sum_k e^{a_k}}",
    r"L := -\sum_k y_k \log p_k",
    r"\ell := -\log p_c",
    r"J := \operatorname{diag}(\mathbf{p}) - \mathbf{p}\mathbf{p}^\top",
    r"H(\mathbf{r}) := -\sum_k r_k \log r_k",
    r"\sigma(u) := \frac{1}{1 + e^{-u}}",
    r"B := \frac{1}{N} \sum_n \sum_i (Y_{ni} - Q_{ni})^2",
]

PRINTED = {
    "the base for the exponent in the denominator": (
        r"p_i = \frac{e^{a_i}}{\sum_k e_k^a}",
        r"p_i = \frac{e^{a_i}}{\sum_k e^{a_k}}",
    ),
    "another index on the left of the shift": (
        r"\begin{aligned} p_j &= \frac{C e^{a_i}}{C \sum_k e^{a_k}} \\ &= \frac{e^{a_i + \log (C)}}{\sum_k e^{a_k + \log (C)}} \end{aligned}",
        r"\begin{aligned} p_i &= \frac{C e^{a_i}}{C \sum_k e^{a_k}} \\ &= \frac{e^{a_i + \log (C)}}{\sum_k e^{a_k + \log (C)}} \end{aligned}",
    ),
    "the wrong numerator on the left of the derivative": (
        r"\frac{\partial p_j}{\partial a_j} = \frac{\partial \frac{e^{a_i}}{\sum_k e^{a_k}}}{\partial a_j}",
        r"\frac{\partial p_i}{\partial a_j} = \frac{\partial \frac{e^{a_i}}{\sum_k e^{a_k}}}{\partial a_j}",
    ),
    "the same in the summary by cases": (
        r"\frac{\partial p_j}{\partial a_j} = \begin{cases} p_i (1 - p_j) & \text{if } i = j \\ -p_j \cdot p_i & \text{if } i \ne j \end{cases}",
        r"\frac{\partial p_i}{\partial a_j} = \begin{cases} p_i (1 - p_j) & \text{if } i = j \\ -p_j \cdot p_i & \text{if } i \ne j \end{cases}",
    ),
    "a derivative by the exponential": (
        r"\frac{\partial}{\partial a_j} \left(\sum_k e^{a_k}\right) = 1",
        r"\frac{\partial}{\partial a_j} \left(\sum_k e^{a_k}\right) = e^{a_j}",
    ),
    "a sum without its index": (
        r"\frac{\partial L}{\partial a_i} = -\sum y_k \frac{1}{p_k} \times \frac{\partial p_k}{\partial a_i}",
        r"\frac{\partial L}{\partial a_i} = -\sum_k y_k \frac{1}{p_k} \times \frac{\partial p_k}{\partial a_i}",
    ),
    "the sign of the fused loss": (
        r"\ell = a_c - M - \log \sum_j e^{a_j - M}",
        r"\ell = M + \log \sum_j e^{a_j - M} - a_c",
    ),
    "the sign of the semidefinite Jacobian": (
        r"\mathbf{v}^\top J \mathbf{v} \le 0",
        r"\mathbf{v}^\top J \mathbf{v} \ge 0",
    ),
    "the sign of the entropy": (r"H(\mathbf{r}) = \sum_k r_k \log r_k", r"H(\mathbf{r}) = -\sum_k r_k \log r_k"),
    "the sign of the log-likelihood": (
        r"\log p_c = -\sum_k \delta_{kc} \log p_k",
        r"\log p_c = \sum_k \delta_{kc} \log p_k",
    ),
    "the sign of its gradient": (
        r"\frac{\partial}{\partial a_i} (\log p_c) = p_i - \delta_{ic}",
        r"\frac{\partial}{\partial a_i} (\log p_c) = \delta_{ic} - p_i",
    ),
    "a mean squared error without the index of the example": (
        r"B = \frac{1}{N} \sum_n \sum_i (y_i - r_i)^2",
        r"B = \frac{1}{N} \sum_n \sum_i (Y_{ni} - Q_{ni})^2",
    ),
    "an equality where mass can be lost": (
        r"\sum_{k \ne c} r_k \frac{s_k}{r_k} = 1",
        r"\sum_{k \ne c} r_k \frac{s_k}{r_k} \le 1",
    ),
    "an unconstrained derivative taken for the error": (
        r"\frac{\partial L}{\partial p_k} = p_k - y_k",
        r"\frac{\partial L}{\partial p_k} = -\frac{y_k}{p_k}",
    ),
    "the factor of the squared error through a sigmoid": (
        r"\frac{d}{d u} (\sigma(u) - y_1)^2 = (\sigma(u) - y_1) \sigma(u) (1 - \sigma(u))",
        r"\frac{d}{d u} (\sigma(u) - y_1)^2 = 2 (\sigma(u) - y_1) \sigma(u) (1 - \sigma(u))",
    ),
    "the shift in log-sum-exp": (
        r"\log \sum_k e^{a_k} = M + \log \sum_k e^{a_k + M}",
        r"\log \sum_k e^{a_k} = M + \log \sum_k e^{a_k - M}",
    ),
    "column sums for row sums of a map without shift invariance": (
        r"\sum_j \frac{\partial}{\partial y_j} \frac{y_i^2}{\sum_k y_k^2} = 0",
        r"\sum_i \frac{\partial}{\partial y_j} \frac{y_i^2}{\sum_k y_k^2} = 0",
    ),
}
AS_PRINTED = [
    r"\begin{aligned} \frac{\partial p_i}{\partial a_j} &= \frac{e^{a_i} \sum_{k=1}^{K} e^{a_k} - e^{a_j} e^{a_i}}{\left(\sum_{k=1}^{K} e^{a_k}\right)^2} \\"
    r" &= \frac{e^{a_i} \left(\sum_{k=1}^{K} e^{a_k} - e^{a_j}\right)}{\left(\sum_{k=1}^{K} e^{a_k}\right)^2} \\"
    r" &= \frac{e^{a_j}}{\sum_{k=1}^{K} e^{a_k}} \times \frac{\left(\sum_{k=1}^{K} e^{a_k} - e^{a_j}\right)}{\sum_{k=1}^{K} e^{a_k}} \\"
    r" &= p_i (1 - p_j) \end{aligned} \qquad (i = j)",
    r"\begin{aligned} \frac{\partial p_i}{\partial a_j} &= \frac{0 - e^{a_j} e^{a_i}}{\left(\sum_{k=1}^{K} e^{a_k}\right)^2} \\"
    r" &= \frac{-e^{a_j}}{\sum_{k=1}^{K} e^{a_k}} \times \frac{e^{a_i}}{\sum_{k=1}^{K} e^{a_k}} \\ &= -p_j \cdot p_i \end{aligned} \qquad (i \ne j)",
    r"\begin{aligned} \frac{\partial L}{\partial a_i} &= -\sum_k y_k \frac{\partial \log (p_k)}{\partial a_i} \\"
    r" &= -\sum_k y_k \frac{\partial \log (p_k)}{\partial p_k} \times \frac{\partial p_k}{\partial a_i} \\"
    r" &= -y_i (1 - p_i) - \sum_{k \ne i} y_k \frac{1}{p_k} (-p_k \cdot p_i) \\ &= -y_i (1 - p_i) + \sum_{k \ne i} y_k \cdot p_i \\"
    r" &= -y_i + y_i p_i + \sum_{k \ne i} y_k \cdot p_i \\ &= p_i \left(y_i + \sum_{k \ne i} y_k\right) - y_i \\ &= p_i - y_i \end{aligned}",
]


@pytest.fixture
def page():
    page = Page()
    for symbols, kind in DECLARED:
        page.declare(symbols, kind)
    for tex in DEFINED:
        page.equation(tex)
    return page


@pytest.mark.parametrize("name", PRINTED)
def test_misprint(page, name):
    printed, corrected = PRINTED[name]
    with pytest.raises(TexError):
        page.equation(printed)
    assert page.equation(corrected) > 0


@pytest.mark.parametrize("tex", AS_PRINTED, ids=["equal indices", "different indices", "the gradient"])
def test_what_was_printed_right_is_accepted(page, tex):
    """Also where a line is right only under its condition, such as e^{a_j} for e^{a_i} when i = j."""
    assert page.equation(tex) > 1
