"""What the checker accepts, finds false, and refuses to read."""

import numpy as np
import pytest
from pages import fresh

from texcheck import TexError
from texcheck.verify import worlds

TRUE = [
    r"\sum_{k=1}^{K} p_k = 1",
    r"\frac{\partial p_i}{\partial z_j} = p_i (\delta_{ij} - p_j)",
    r"\pd{p_i}{z_j} = p_i (\delta_{ij} - p_j)",
    r"\frac{\partial p_i}{\partial z_j} = \begin{cases} p_i(1 - p_i) & \text{if } i = j \\ -p_i p_j & \text{if } i \ne j \end{cases}",
    r"\frac{\partial p_i}{\partial z_j} = -p_i p_j \qquad (i \ne j)",
    r"\nabla_{\mathbf{z}} L = \mathbf{p} - \mathbf{y}",
    r"\nabla^2_{\mathbf{z}} L = \diag(\mathbf{p}) - \mathbf{p}\mathbf{p}^\top",
    r"\frac{\partial^2 L}{\partial z_i \partial z_j} = p_i (\mathbb{1}\{i = j\} - p_j)",
    r"\frac{\partial L}{\partial p_k} = -\frac{y_k}{p_k}",
    r"\begin{aligned} \frac{\partial L}{\partial z_i} &= \sum_k \frac{\partial L}{\partial p_k} \frac{\partial p_k}{\partial z_i} \\"
    r" &= p_i \underbrace{\sum_k y_k}_{= 1} - y_i \end{aligned}",
    r"\begin{aligned} \log p_i &= z_i - \log \sum_k e^{z_k} && \text{(logarithm of a quotient)} \\ &= z_i - \LSE(\mathbf{z}) \end{aligned}",
    r"\begin{aligned} (z_1 - a)^2 &= z_1^2 - 2 a z_1 \\ & + a^2 \end{aligned}",
    r"\log \sum_k e^{z_k} = a + \log \sum_k e^{z_k - a}",
    r"-\log p_c = \log \sum_k e^{z_k - z_c}",
    r"p_i \propto e^{z_i}",
    r"\max_k z_k \le \LSE(\mathbf{z}) \le \max_k z_k + \log K",
    r"\E_{k \sim \mathbf{y}}[-\log p_k] = L",
    r"\Var_{k \sim \mathbf{p}}(z_k) = \sum_k p_k \bigl(z_k - \E_{j \sim \mathbf{p}}[z_j]\bigr)^2",
    r"\Cov_{k \sim \mathbf{p}}(z_k, v_k) = \mathbf{z}^\top (\diag(\mathbf{p}) - \mathbf{p}\mathbf{p}^\top) \mathbf{v}",
    r"\mathbf{1}^\top \mathbf{p} = \lVert \mathbf{p} \rVert_1 = 1",
    r"\lvert \mathbf{p}^\top \mathbf{v} \rvert \le \lVert \mathbf{v} \rVert_\infty",
    r"\softmax(\mathbf{z} / \tau)_i = \frac{e^{z_i / \tau}}{\sum_k e^{z_k / \tau}}",
    r"\nabla_{\mathbf{z}} \LSE(\mathbf{z}) = \softmax(\mathbf{z})",
    r"\sigma'(x) = \sigma(x)(1 - \sigma(x))",
    r"\frac{d}{d x} \sigma(x) = \sigma(x) \sigma(-x)",
    r"\sum_{i,j} R_{ij} = 1",
    r"\sum_k P_{nk} = 1",
    r"\nabla_A \left(\sum_{n,k} A_{nk}^2\right) = 2 A",
    r"\ln 65504 \approx 11.09",
    r"\frac{1}{3000} \approx 3.33 \times 10^{-4}",
    r"b^2 = b",
    r"p_1 + p_2 \le 1 \qquad \softmax(\mathbf{z})_1 > 0",
    r"\frac{\partial L}{\partial z_i} \overset{!}{=} 0",
    # the third derivative of log-sum-exp needs more digits than 50
    r"\frac{\partial^3 \LSE(\mathbf{z})}{\partial z_i \partial z_j \partial z_k}"
    r" = p_i (\delta_{ij} - p_j)(\delta_{ik} - p_k) - p_i p_j (\delta_{jk} - p_k)",
]
FALSE = {
    "a swapped index": r"\frac{\partial p_i}{\partial z_j} = p_i (\delta_{ij} - p_i)",
    "a sign": r"\nabla_{\mathbf{z}} L = \mathbf{y} - \mathbf{p}",
    "an index that differs between the sides": r"p_j = \frac{e^{z_i}}{\sum_k e^{z_k}}",
    "one branch": r"\frac{\partial p_i}{\partial z_i} = \begin{cases} p_i(1 - p_j) & i = j \\ -p_i p_j & i \ne j \end{cases}",
    "true only for one-hot targets": r"L = z_c - a - \log \sum_k e^{z_k - a}",
    "a power": r"p_i \propto e^{2 z_i}",
    "the last digit": r"\ln 65504 \approx 11.10",
    "the last digit of a power of ten": r"\frac{1}{3000} \approx 3.34 \times 10^{-4}",
    "a direction": r"\max_k z_k \ge \LSE(\mathbf{z})",
    "an underbrace": r"\frac{\partial L}{\partial z_i} = p_i \underbrace{\sum_k y_k}_{=2} - y_i",
    "the end of a chain": r"\LSE(\mathbf{z}) = z_i - \log p_i = z_i - p_i",
    "only the second line": r"\begin{aligned} \log p_i &= z_i - \LSE(\mathbf{z}) \\ &= z_i + \LSE(\mathbf{z}) \end{aligned}",
    # accepted by a checker that draws once per size, from tame distributions
    "the first is not the largest": r"\max_k z_k = z_1",
    "the class is not the second": r"z_c = z_2",
    "probabilities come close to 1": r"p_c \le 0.99",
    "and close to 0": r"y_1 \ge 0.02",
    "concentration has no such bound": r"\sum_k p_k^2 \ge 0.34",
    "a number may be negative": r"\lvert x \rvert = x",
    "or positive": r"\lvert x \rvert = -x",
    "a logit may be large": r"\LSE(\mathbf{z}) \le 5",
    "order is not given": r"z_1 \ge z_2",
    "nor is the other order": r"z_1 \le z_2",
    "a high temperature beside large logits": r"\max_k z_k - \log K \le \sum_k \softmax(\mathbf{z} / \tau)_k z_k",
    "there are ties": r"z_1 \ne z_2",
    "a bit may be 1": r"b = 0",
}
REFUSED = {
    r"p_i = \frac{e^{z_i}}{\sum_k e_k^z}": "Euler",
    r"x_12 = 1": "braces",
    r"1/2 x = x": "ambiguously",
    r"\log x a = 1": "ambiguously",
    r"{x + 1} a = a": "visible",
    r"q_i = p_i": "undeclared",
    r"\mathbf{p} + 1 = \mathbf{y}": "sum of a column of 2 and a number",
    r"\sum_i y_k = 1": "body",
    r"f(x) := a": "parameter",
    r"q := p_i": "free",
    r"p_i := z_i": "already",
    r"p_i (1 - p_i)": "no relation",
    r"\lim_{x} x = 0": "subset",
    r"\mathbf{p}\mathbf{p} = 1": "product",
    r"\max_k p_k z_k = 1": "ambiguously",
    r"\sum p_k = 1": "needs its index",
    r"\frac{\partial L}{\partial (z_1)} = 1": "subset",
    r"\log(x)^2 = 1": "ambiguously",
    r"p_i = p_i \qquad (i \ne i)": "never met",
    r"\log (-e^x) = 1": "not positive",
    r"z_4 = 1": "out of range",
    r"\frac{d^3}{d x^2} \sigma(x) = x": "order 3 by 2",
    r"\frac{\partial L}{\partial z_i \partial z_j} = x": "order 1 by 2",
    r"x \approx x": "printed number",
    r"I(x": "cannot read|too early",
}


@pytest.mark.parametrize("tex", TRUE)
def test_true(tex):
    page = fresh()
    assert page.equation(tex) > 0 or "!" in tex


@pytest.mark.parametrize("name", FALSE)
def test_false(name):
    with pytest.raises(TexError, match="is false"):
        fresh().equation(FALSE[name])


@pytest.mark.parametrize("tex", REFUSED)
def test_refused(tex):
    with pytest.raises(TexError, match=REFUSED[tex]):
        fresh().equation(tex)


def test_a_refusal_names_the_sides_the_numbers_and_the_place():
    with pytest.raises(
        TexError, match=r"relation 2: 2.0 = 0.0 is false at a = 1, z = \(1, 0\), i = 1\n    z_i \+ a = z_i - a"
    ):
        fresh().equation(r"a + z_i = z_i + a = z_i - a")


def test_an_imposed_condition_is_no_claim():
    assert fresh().equation(r"\frac{\partial L}{\partial z_i} \overset{!}{=} 0") == 0


def test_a_symbol_keeps_its_meaning():
    with pytest.raises(TexError, match="already has a meaning"):
        fresh().declare("c", "real")
    with pytest.raises(TexError, match="already has a meaning"):
        fresh().declare("p", "simplex K")


def test_a_definition_of_the_notation_page_is_a_claim_in_a_chapter():
    chapter = fresh().chapter()
    assert chapter.equation(r"L := \LSE(\mathbf{z}) - \mathbf{y}^\top \mathbf{z}") == 1
    with pytest.raises(TexError, match="is false"):
        chapter.equation(r"L := \LSE(\mathbf{z}) + \mathbf{y}^\top \mathbf{z}")


def test_a_definition_needs_a_claim_or_code():
    page = fresh()
    page.equation(r"q_i := y_i^2")
    assert "q" in page.unchecked()
    page.equation(r"q_1 = y_1^2")
    assert "q" not in page.unchecked()


def test_agreement_with_code():
    def softmax(z):
        return np.exp(z) / np.exp(z).sum()

    page = fresh()
    page.agrees("p", softmax, "z")
    page.agrees("p_c", lambda z, c: softmax(z)[c], "z", "c")
    page.agrees(r"\softmax(\mathbf{z})", "softxent.softmax.softmax", r"\mathbf{z}")
    with pytest.raises(TexError, match="in code"):
        page.agrees("p", lambda z: np.exp(z) / np.exp(z).max(), "z")
    with pytest.raises(TexError, match="in code"):
        page.agrees("p", lambda z: softmax(z)[:, None], "z")


def test_derivatives_by_one_component_share_their_shifted_worlds():
    page = fresh()
    (claim,) = page.statements(r"\frac{\partial p_i}{\partial z_j} = p_i (\delta_{ij} - p_j)")
    world = next(worlds(page, [claim], 1))
    for i, j in ((1, 1), (2, 1), (1, 2)):
        world.ev(claim.left, {"i": i, "j": j})
    assert len(world.moved) == 2  # one for each component
    assert all(shifted.memo["p"] is not world.memo.get("p") for shifted in world.moved.values())
