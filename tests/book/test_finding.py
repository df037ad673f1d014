"""What the search looks through: text goes to its section, formulas become plain, and asked.yml is in order."""

import doctest
import re

from notebooks import CHAPTERS, load, markdown

import finding
import listings

PAGE = r"""<nav><section id="menu">menu</section></nav><article>
<section id="page"><h1>1. Page<a class="headerlink" href="#">#</a></h1><p>Top.<br>Still top.</p></p>
<section id="part"><h2>Part of <span class="math">\(\mathbf{z}\)</span></h2>
<div class="math"><span class="eqno">(1.1)</span>\[x_i \le 1\]</div>
<section class="content"><p>Inside a theorem.</p></section>
<div class="cell_input"><div class="highlight"><pre>p = softmax(z)  # text
</pre></div></div><div class="cell_output"><div class="highlight"><pre>0.5</pre></div></div><p>After.</section>
<p>Below.</p></section>
<dl class="glossary"><dt id="term-law">law</dt><dt id="term-law-zh">分布</dt><dd><p>A word.</p></dd></dl>
<dl class="py"><dt class="sig" id="pack.f"><span>f(z)</span></dt><dd><p>A function.</p></dd></dl></article>
<footer>not read</footer>"""


def units(page):
    """anchor -> (title, text, code)."""
    return {
        unit["anchor"]: tuple(finding.spaced(unit[key]) for key in ("title", "text", "code"))
        for unit in finding.Reader(page).units
    }


def test_text_goes_to_its_unit():
    assert units(PAGE) == {
        "": ("1. Page", "Top. Still top. Below.", ""),
        "part": ("Part of z", "x_i ≤ 1 Inside a theorem. After.", "p = softmax(z) # text"),
        "term-law": ("law 分布", "A word.", ""),
        "pack.f": ("pack.f", "f(z) A function.", ""),
    }


def test_all_anchors_are_known():
    assert finding.Reader(PAGE).ids >= {"page", "part", "term-law", "term-law-zh", "pack.f"}


def test_formulas_leave_no_command():
    """Of every inline formula of the book either a line that one could type is left, or an ellipsis."""
    formulas = {tex for path in CHAPTERS for tex in re.findall(r"(?<!\$)\$([^$\n]+)\$(?!\$)", markdown(load(path)))}
    plain = {finding.plain(tex) for tex in formulas}
    assert [text for text in plain if re.search(r"[\\{}]", text)] == []
    assert len(plain) > len(formulas) / 2


def test_what_is_asked_is_in_order():
    """Nothing twice, and every place is a page and an anchor (that they exist is said by the build)."""
    synonyms, noise, asked = finding.read_asked()
    words = [typed.lower() for typed, _, _ in asked]
    assert sorted(set(words)) == sorted(words)
    assert all(re.fullmatch(r"[\w/]+#[\w-]+", f"{page}#{anchor}") for _, page, anchor in asked)
    assert all(isinstance(value, str) for value in [*synonyms.values(), *noise])


def test_the_examples_of_the_docstrings():
    for module in (finding, listings):
        result = doctest.testmod(module)
        assert result.failed == 0
        assert result.attempted > 0
