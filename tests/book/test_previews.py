"""What a link shows before it is followed is cut out whole, and cleaned of what makes sense on its own page only."""

import doctest

import previews

PAGE = """<article>
<div class="math notranslate" id="equation-ab"><span class="eqno">(1.2)<a class="headerlink"
 href="#equation-ab">#</a></span>\\[
a = b
\\]</div>
<div class="proof theorem admonition" id="thm-one">
<p class="admonition-title"><span class="caption-number">Theorem 1.1 </span> (One)</p>
<section id="inner"><div>By <a class="reference internal" href="#equation-ab">(1.2)</a>.</div><!-- note --></section>
</div><div class="proof admonition"><p>Proof.</p></div>
<div class="exercise admonition" id="ex-one"><p class="admonition-title">Exercise 1.1</p><p>Do it.</p></div>
<div class="citation" id="id7" role="listitem"><span class="label"><span class="fn-bracket">[</span>Lin, 1991<span
 class="fn-bracket">]</span></span>
<p>Jianhua Lin. <a class="reference external" href="https://doi.org/10.1/x">doi</a></p>
</div>
<dl><dt id="term-law">law</dt><dt id="term-law-zh"><span lang="zh-Hans">分布</span></dt><dd><p>A word.</p></dd>
<dt id="term-nat">nat</dt><dd><p>A unit.</p></dd></dl>
<section id="part"><h2>Part</h2></section></article>"""


def links(*anchors, page="one.html"):
    """A page that links to these anchors."""
    return "".join(f'<a class="word reference internal" href="{page}#{anchor}">x</a>' for anchor in anchors)


def cut(anchor):
    """What is cut out of the page for one anchor."""
    return previews.preview(PAGE, anchor, ["the name", "another"])


def test_what_is_cut_out():
    assert cut("equation-ab") == ("Equation (1.2), the name", '<div class="math">\\[\na = b\n\\]</div>')
    assert cut("thm-one") == (
        '<span class="caption-number">Theorem 1.1 </span> (One)',
        "<section><div>By (1.2).</div></section>",
    )
    assert cut("ex-one") == ("Exercise 1.1", "<p>Do it.</p>")
    name, text = cut("id7")
    assert name == "Lin, 1991"
    assert text == '<p>Jianhua Lin. <a class="reference external" href="https://doi.org/10.1/x">doi</a></p>'
    assert cut("term-law") == ("law", "<p>A word.</p>")
    assert cut("term-law-zh")[1] == "<p>A word.</p>"
    assert cut("term-nat") == ("nat", "<p>A unit.</p>")
    assert cut("part") is cut("nothing") is None


def test_only_what_is_linked_to_is_cut_out():
    """From the page itself, from a page in another folder, and from nowhere."""
    pages = {"one": PAGE, "in/two": links("thm-one", "part", page="../one.html") + links("x", page="gone.html")}
    assert {page: set(cuts) for page, cuts in previews.previews(pages, {}).items()} == {
        "one": {"equation-ab", "thm-one"},
        "in/two": set(),
    }


def test_the_examples_of_the_docstrings():
    result = doctest.testmod(previews)
    assert result.failed == 0
    assert result.attempted > 0
