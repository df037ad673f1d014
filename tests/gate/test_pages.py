"""What the checker sees on a page, and what it says to readers."""

import json
import time

import pytest
from pages import fresh

import texcheck
from texcheck.__main__ import main
from texcheck.book import chapters, check, markdown, without_code

NOTATION = """
| symbol | kind | meaning |
|---|---|---|
| $K$ | `2 3 5` | classes |
| $i, k$ | indices, 1 to $K$ | letters |
| $\\mathbf{z}$ | a vector of $K$ real numbers | logits |
| $w$ | per chapter | for people only |
"""
CHAPTER = """
$$ p_i := \\frac{e^{z_i}}{\\sum_k e^{z_k}} $$ (soft)

<!-- texcheck: agrees p softxent.softmax.softmax z -->

$$ \\sum_k p_k = 1 $$ (sum)
"""


@pytest.fixture
def book(tmp_path):
    """A book of one chapter; call it with what to append to the chapter."""

    def write(extra=""):
        (tmp_path / "chapters").mkdir(exist_ok=True)
        (tmp_path / "_config.yml").write_text(
            "sphinx: {config: {mathjax3_config: {tex: {macros: {R: '\\mathbb{R}'}}}}}"
        )
        (tmp_path / "_toc.yml").write_text("parts: [{chapters: [{file: chapters/01_one}, {file: notation}]}]")
        (tmp_path / "notation.md").write_text(NOTATION)
        cells = [{"cell_type": "markdown", "metadata": {}, "source": CHAPTER + extra}]
        path = tmp_path / "chapters" / "01_one.ipynb"
        path.write_text(json.dumps({"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 5}))
        return path

    return write


def errors(book, extra=""):
    path = book(extra)
    return {r.label: r.error for r in check(path.parent.parent, path) if r.error}


def test_a_sound_chapter(book):
    path = book("Inline, $\\log 2 \\approx 0.693$ and $s := p_1$, then\n\n$$ s = p_1 $$ (used)")
    results = {r.label: (r.count, r.error) for r in check(path.parent.parent, path)}
    assert list(results) == ["soft", "agrees-softmax", "sum", "inline-3", "inline-4", "used"]
    assert not any(error for _, error in results.values())


def test_errors_are_found_where_they_stand(book):
    assert errors(book, "$$ p_1 = z_1 $$ (wrong)").keys() == {"wrong"}
    assert "is false" in str(errors(book, "a wrong digit, $\\log 2 \\approx 0.694$"))
    assert "no label" in str(errors(book, "$$ p_1 = p_1 $$"))
    assert "'so that' stands before" in str(errors(book, "so that $$\np_1 = p_1\n$$ (late)"))
    assert "write displays as" in str(errors(book, "```{math}\nx\n```"))
    assert "write displays as" in str(errors(book, "\\begin{align} x &= y \\end{align}"))
    assert "used by no checked claim" in str(errors(book, "$$ s := p_1 $$ (idle)"))
    assert "cannot understand" in str(errors(book, "<!-- texcheck: nonsense -->"))
    assert "skip reason, see cell" in str(errors(book, "<!-- texcheck: skip limit -->"))
    assert "in code" in str(errors(book, "<!-- texcheck: agrees p softxent.softmax.log_softmax z -->"))
    assert "code raises TypeError" in str(errors(book, "<!-- texcheck: agrees p softxent.softmax.softmax_jvp z -->"))
    assert "already has a meaning" in str(errors(book, "<!-- texcheck: \\mathbf{p} : simplex K -->"))


def test_a_skip_holds_for_one_display(book):
    skip = "<!-- texcheck: skip limit, see cell hot -->\n$$ \\lim_{a} p_1 = 7 $$ (limit)\n\n"
    assert errors(book, skip) == {}
    assert errors(book, skip + "$$ p_1 = 7 $$ (next)").keys() == {"next"}


def test_displays_inside_directives_are_seen(book):
    proof = "````{prf:proof}\nText.\n\n```{quiz}\n:answer: 1\n```\n\n$$ p_1 = 7 $$ (inside)\n````\n"
    assert errors(book, proof).keys() == {"inside"}
    colons = ":::{note}\n$$ p_1 = 7 $$ (colons)\n:::\n"
    assert errors(book, colons).keys() == {"colons"}


def test_code_is_not_read(book):
    code = "```latex\n$$ p_1 = 7 $$ (code)\n```\n\n```{code-block} python\n$$ p_1 = 7 $$\n```\nand `$x := y$`\n"
    assert errors(book, code) == {}


def test_fences_nest():
    text = "````{a}\nkeep\n```\ndrop\n```\nkeep\n```{b}\nkeep\n```\n````\nkeep\n~~~\ndrop\n~~~\n"
    assert "drop" not in without_code(text)
    assert without_code(text).count("keep") == 4


def test_the_reading_order_is_that_of_the_contents(book):
    path = book()
    assert chapters(path.parent.parent) == [path]
    assert "soft" in markdown(path)


def test_the_command(book, capsys):
    path = book()
    assert main([str(path)]) == 0
    assert "01_one:sum" in capsys.readouterr().out
    assert main([str(book("$$ p_1 = 7 $$ (wrong)"))]) == 1
    assert "FAILS" in capsys.readouterr().out


def test_readers_see_lines_beside_numbers(book, monkeypatch, capsys):
    monkeypatch.chdir(book("$$ \\log p_i = z_i - \\log \\sum_k e^{z_k} $$ (logs)").parent)
    start = time.perf_counter()
    page = texcheck.page("01_one")
    assert time.perf_counter() - start < 0.5
    page.show("logs")
    head, left, right = capsys.readouterr().out.splitlines()
    assert head.startswith("logs at z = (")
    assert head.endswith(", i = 1")
    assert left.split()[0] == right.split()[1] != "0.0"
    page.show("soft")
    assert capsys.readouterr().out.count("\n") == 3
    with pytest.raises(texcheck.TexError, match="no display is labelled"):
        page.show("absent")


def test_readers_try_their_own(capsys):
    page = fresh()
    page.check(r"\frac{\partial L}{\partial z_i} = p_i - y_i")
    page.check(r"\frac{\partial L}{\partial z_i} = y_i - p_i")
    page.check(r"\frac{\partial L}{\partial z_i} = \frac")
    holds, false, sides, unreadable = capsys.readouterr().out.splitlines()
    assert holds.startswith("✓ holds: 1 relation")
    assert "is false at " in false
    assert "i = 1" in false
    assert sides == r"    \frac{\partial L}{\partial z_i} = y_i - p_i"
    assert unreadable == "✗ the formula ends too early"
