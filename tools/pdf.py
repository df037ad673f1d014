"""Print the built book as one PDF: python tools/pdf.py writes _build/softmax-and-cross-entropy.pdf.

The pages are the HTML that readers see on a screen, with the same formulas and numbers: joined in the order of
_toc.yml, their anchors made distinct, and printed by Chromium.  It prints twice or more: each copy tells on which page
each chapter, section and entry of the index lies, until the next one changes nothing.
"""

import io
import json
import os
import shutil
import sys
from contextlib import contextmanager
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from string import Template
from urllib.parse import unquote, urlsplit

import pikepdf
import yaml
from bs4 import BeautifulSoup
from playwright.sync_api import sync_playwright

import chromium
from texcheck.book import pages

ROOT = Path(__file__).parents[1]
SITE = ROOT / "_build" / "html"
PAPER = ROOT / "tools" / "paper"
FOLDER = ROOT / "_build" / "pdf"
PDF = ROOT / "_build" / "softmax-and-cross-entropy.pdf"
LEFT_OUT = "a.headerlink, script, .genindex-jumpbox, button"
SHEET = {"width": 665, "height": 980}  # CSS pixels between the margins of book.css
ARGUMENTS = ["--no-sandbox", "--allow-file-access-from-files"]  # the fonts of the formulas are files
PRINT = {"prefer_css_page_size": True, "print_background": True, "tagged": True}
MOST_PRINTS = 5
PATIENCE = 600_000  # ms: some ten thousand formulas on one page


def order(root=ROOT):
    """The names of all pages in reading order, the index last."""
    return [*(page for page, _ in pages(root)), "genindex"]


def anchor(name, fragment=""):
    """The id, in the joined document, of a page or of a place in it.

    >>> anchor("chapters/05_gradient", "equation-grad-loss")
    'page-05_gradient--equation-grad-loss'
    """
    return "page-" + name.rsplit("/", 1)[-1] + (f"--{fragment}" if fragment else "")


def link(href, name, names):
    """Where a link of the page `name` leads in the joined document; None if it leads to no page of it."""
    parts = urlsplit(href)
    if parts.scheme:
        return href
    target = os.path.normpath(os.path.join(os.path.dirname(name), parts.path)) if parts.path else f"{name}.html"
    page = target.removesuffix(".html")
    return f"#{anchor(page, unquote(parts.fragment))}" if page in names else None


def article(name, names):
    """The text of a page, its ids, links and pictures made to fit the joined document, and nothing folded."""
    text = parsed(name).select_one("article.bd-article")
    for node in text.select(f"{LEFT_OUT}, details.hide > summary"):
        node.decompose()
    for node in text.select("details.hide"):
        node.name = "div"
    for node in text.select("[id]"):
        node["id"] = anchor(name, node["id"])
    for node in text.select("img[src]"):
        node["src"] = os.path.relpath(SITE / os.path.dirname(name) / node["src"], FOLDER)
    for node in text.select("details"):
        node["open"] = ""
    turn_links(text, name, names)
    text["id"], text["class"] = anchor(name), ["bd-article", "opens-page"]
    return text


def turn_links(text, name, names):
    """Links between pages of the book become links inside the document; what leads to no page is plain text."""
    for node in text.select("a[href]"):
        if target := link(node["href"], name, names):
            node["href"] = target
        else:
            node.unwrap()


def parsed(name):
    """A page of the built book as a tree."""
    return BeautifulSoup((SITE / f"{name}.html").read_text(encoding="utf8"), "html.parser")


def sheet(name, names):
    """A page of the book alone, ready to have its formulas set."""
    template = Template((PAPER / "page.html").read_text(encoding="utf8"))
    return template.substitute(head=styles(names) + formulas(names), article=article(name, names))


def running_titles(titles):
    """Style rules that print the title of each page of the book, by its anchor, at the head of its sheets."""
    rule = '#{0} {{ page: sheet-{0}; }}\n@page sheet-{0} {{ @top-center {{ content: "{1}"; }} }}'
    return "\n".join(rule.format(place, title.replace('"', "'")) for place, title in titles.items())


@cache
def head(name, selector):
    """Lines from the head of a chapter's page, their addresses made to fit."""
    kept = parsed(name).select(selector)
    for node in kept:
        for key in {"src", "href"} & set(node.attrs):
            node[key] = node[key].replace("../_static", "../html/_static")
    return "\n".join(map(str, kept))


def styles(names):
    """The style sheets of the book."""
    return head(names[1], "head link[rel=stylesheet]")


def formulas(names):
    """MathJax with the settings of the book, here with fonts: the letters can be searched."""
    folder = Path(find_spec("sphinx-mathjax-offline").origin).parent / "static" / "mathjax"
    chtml = {"fontURL": (folder / "output" / "chtml" / "fonts" / "woff-v2").as_uri(), "adaptiveCSS": False}
    settings = head(names[1], "head script:-soup-contains('window.MathJax')")
    return (
        f"{settings}\n<script>window.MathJax.chtml = {json.dumps(chtml)}</script>\n"
        f'<script defer src="{(folder / "tex-chtml.js").as_uri()}"></script>'
    )


def title_page(root):
    """Title, author and licences from _config.yml."""
    config = yaml.safe_load((root / "_config.yml").read_text(encoding="utf8"))
    return {key: config[key] for key in ("title", "author", "copyright")}


@contextmanager
def paper():
    """A sheet of paper in Chromium."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium.PATH, args=ARGUMENTS)
        page = browser.new_page(viewport=SHEET, color_scheme="light")
        page.set_default_timeout(PATIENCE)
        page.on("requestfailed", lambda request: sys.exit(f"The book on paper lacks {request.url}"))
        page.on("pageerror", lambda error: sys.exit(f"The book on paper: {error}"))
        page.emulate_media(media="print")
        yield page
        browser.close()


def typeset(page, name, names):
    """A page of the book with its formulas set and fitted to the paper: HTML, styles of the formulas, title."""
    file = FOLDER / f"{anchor(name)}.html"
    file.write_text(sheet(name, names), encoding="utf8")
    page.goto(file.as_uri())
    page.wait_for_function("() => document.documentElement.dataset.formulas === 'set'")
    if wide := page.evaluate("() => tooWide()"):
        sys.exit(f"The book on paper: wider than a sheet in {name}: {wide}")
    return page.evaluate("() => typesetPage()")


def write_book(page):
    """Join all pages to one document and open it."""
    names = order()
    for name in ("book.css", "book.js"):
        shutil.copyfile(PAPER / name, FOLDER / name)
    articles, formula_styles, titles = zip(*(typeset(page, name, names) for name in names), strict=True)
    heads = running_titles(dict(zip(map(anchor, names), titles, strict=True)))
    template = Template((PAPER / "book.html").read_text(encoding="utf8"))
    (FOLDER / "book.html").write_text(
        template.substitute(
            head=styles(names), styles=formula_styles[1] + heads, articles="\n".join(articles), **title_page(ROOT)
        ),
        encoding="utf8",
    )
    page.goto((FOLDER / "book.html").as_uri())


def pages_of_places(pdf):
    """{anchor: page number}, from the destinations that Chromium writes for the targets of links."""
    numbers = {page.objgen: number for number, page in enumerate(pdf.pages, 1)}
    return {name[1:]: numbers[place[0].objgen] for name, place in pdf.Root.Dests.items()}


def settled(page):
    """Print until the page numbers that stand in the book are those of its pages.

    Under break-after: avoid, Chromium may break a page at one of two places in turn, so that a copy is like the last
    but one: from the third copy on, that one gives the numbers.
    """
    copies = [{}]
    for _ in range(MOST_PRINTS):
        numbers = copies[-2] if len(copies) > 2 else copies[-1]
        page.evaluate("(pages) => fillPageNumbers(pages)", numbers)
        pdf = pikepdf.open(io.BytesIO(page.pdf(**PRINT)))
        copies.append(pages_of_places(pdf))
        if copies[-1] == numbers:
            return pdf
    sys.exit("The book on paper: the page numbers do not settle")


def finish(pdf, heads, title):
    """Title and bookmarks, and the file packed (Chromium leaves the accessibility tags uncompressed)."""
    pages = pages_of_places(pdf)
    with pdf.open_metadata() as metadata:
        metadata["dc:title"] = title
    with pdf.open_outline() as outline:
        for level, place, words in heads:
            shelf = outline.root if level == 1 else outline.root[-1].children
            shelf.append(pikepdf.OutlineItem(words, pages[place] - 1))
    pdf.save(PDF, object_stream_mode=pikepdf.ObjectStreamMode.generate)
    print(f"The book on paper: {PDF} ({len(pdf.pages)} pages)")


def main():
    """Join, print, number, print again."""
    if not chromium.PATH:
        sys.exit(chromium.MISSING)
    FOLDER.mkdir(exist_ok=True)
    with paper() as page:
        write_book(page)
        heads, title = page.evaluate("() => [listHeads(), document.title]")
        finish(settled(page), heads, title)


if __name__ == "__main__":
    main()
