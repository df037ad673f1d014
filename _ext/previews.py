"""What a link shows before it is followed (_static/preview.js): the equation, the theorem, the term, the source.

It is cut out of the built pages, so that it is what the reader would find there.  Each page's cuttings are one classic
script, _static/previews/PAGE.js, because a page from file:// may not fetch; it is loaded when a link to that page is
pointed at, and not before.  Nothing is cut out that no page links to.
"""

import json
import posixpath
import re
from pathlib import Path

LINK = re.compile(r'<a class="[^"]*\breference internal\b[^"]*" href="([^"#]*)#([^"]+)"')
COMMENT = re.compile(r"<!--.*?-->", re.S)
HEADERLINK = re.compile(r'<a class="headerlink".*?</a>', re.S)
INNER_LINK = re.compile(r'<a class="[^"]*\breference internal\b[^"]*"[^>]*>(.*?)</a>', re.S)
IDENTITY = re.compile(r' (?:id|role)="[^"]*"')
EQNO = re.compile(r'<span class="eqno">(.*?)</span>', re.S)
TITLE = re.compile(r'<p class="admonition-title">(.*?)</p>', re.S)
BOXES = re.compile(r"\b(?:proof|exercise)\b.*\badmonition\b")


def element_at(html, anchor):
    """The element with that id as its classes and its inner HTML, or None.

    >>> element_at('<p><div class="a" id="x"><div>1</div>2</div>3</p>', "x")
    ('a', '<div>1</div>2')
    """
    opened = re.search(rf'<(\w+)(?: class="([^"]*)")? id="{re.escape(anchor)}"[^>]*>', html)
    if not opened:
        return None
    depth = 1
    for found in re.compile(rf"<(/?){opened[1]}\b[^>]*>").finditer(html, opened.end()):
        depth += -1 if found[1] else 1
        if depth == 0:
            return opened[2] or "", html[opened.end() : found.start()]
    return None


def cleaned(html):
    """Without what makes sense on its own page only: anchors, links that are relative to it, notes for the gate.

    >>> cleaned('<p id="a">See <a class="reference internal" href="#b">(1.2)</a>.<!-- name: no --></p>')
    '<p>See (1.2).</p>'
    """
    html = HEADERLINK.sub("", COMMENT.sub("", html))
    return IDENTITY.sub("", INNER_LINK.sub(r"\1", html)).strip()


def equation(inner, names):
    """Its number and names, and the formula."""
    number = EQNO.search(inner)
    name = f"Equation {cleaned(number[1])}" + "".join(f", {one}" for one in names[:1])
    return name, f'<div class="math">{cleaned(EQNO.sub("", inner))}</div>'


def box(inner, names):
    """A theorem, a definition or an exercise: its title and what it says."""
    return cleaned(TITLE.search(inner)[1]), cleaned(TITLE.sub("", inner, count=1))


def source(inner, names):
    """An entry of the list of sources."""
    label, text = inner.split("<p>", 1)
    return re.sub(r"<[^>]*>|\[|\]", "", label).strip(), f"<p>{text.strip()}"


def term(html, anchor):
    """An entry of the glossary; its Chinese names lead to the same text."""
    found = re.search(rf'<dt id="{re.escape(anchor)}">(.*?)</dt>.*?<dd>(.*?)</dd>', html, flags=re.S)
    return found and (cleaned(found[1]), cleaned(found[2]))


def preview(html, anchor, names):
    """(name, text) of what stands at an anchor, or None if it is nothing that can be shown in short."""
    if anchor.startswith("term-"):
        return term(html, anchor)
    classes, inner = element_at(html, anchor) or ("", "")
    if anchor.startswith("equation-"):
        return equation(inner, names) if EQNO.search(inner) else None
    if BOXES.search(classes) and TITLE.search(inner):
        return box(inner, names)
    return source(inner, names) if classes == "citation" else None


def targets(pages):
    """{page: anchors that some page links to}."""
    found = {page: set() for page in pages}
    for page, html in pages.items():
        for path, anchor in LINK.findall(html):
            there = posixpath.normpath(posixpath.join(posixpath.dirname(page), path)) if path else f"{page}.html"
            found.get(there.removesuffix(".html"), set()).add(anchor)
    return found


def previews(pages, names):
    """{page: {anchor: (name, text)}}; names is {(page, anchor): names of an equation}."""
    return {
        page: {
            anchor: cut
            for anchor in sorted(anchors)
            if (cut := preview(pages[page], anchor, names.get((page, anchor), [])))
        }
        for page, anchors in targets(pages).items()
    }


def equation_names(env):
    """{(page, anchor): names}."""
    names = {}
    for name, _, kind, page, anchor, _ in env.get_domain("name").get_objects():
        if kind == "equation":
            names.setdefault((page, anchor), []).append(name)
    return names


def write(app, error):
    """One script for each page, an empty one too, so that the browser never asks for what is not there."""
    if error or app.builder.format != "html":
        return
    out = Path(app.outdir)
    pages = {page: (out / f"{page}.html").read_text(encoding="utf8") for page in app.env.found_docs}
    for page, cut in previews(pages, equation_names(app.env)).items():
        path = out / "_static" / "previews" / f"{page}.js"
        path.parent.mkdir(parents=True, exist_ok=True)
        text = json.dumps(cut, ensure_ascii=False, separators=(",", ":"))
        path.write_text(f"(window.bookPreviews ??= {{}})[{json.dumps(page)}] = {text};\n", encoding="utf8")


def setup(app):
    """Register it."""
    app.connect("build-finished", write)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
