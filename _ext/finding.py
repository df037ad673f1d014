"""What the search of the pages (_static/search.js) looks through, written when the book is built.

Sphinx's own search knows in which pages a word stands; a page here is long, so this one knows the sections, glossary
entries and functions, with their text.  It is read from the built pages, so that it holds what a reader sees, whichever
pages were built this time.  The names of equations, theorems and terms come from names.py; what practitioners type and
no text says, with the section that answers it, stands in asked.yml.
"""

import json
import keyword
import re
from dataclasses import dataclass, replace
from html.entities import html5
from html.parser import HTMLParser
from pathlib import Path

import yaml
from sphinx.util import logging

ASKED = Path(__file__).with_name("asked.yml")
REPEATS = {
    "back/by_name",
    "back/checked",
}  # what stands there stands in a chapter: only their opening is looked through
KINDS = {"equation", "theorem", "term", "function", "module", "class"}
VOID = {"img", "br", "hr", "input", "meta", "link", "wbr", "source", "col", "embed"}
HEADINGS = {"h1", "h2", "h3", "h4"}
BLOCKS = {"p", "div", "li", "td", "th", "dt", "dd", "section", *HEADINGS}
UNREAD_TAGS = {"script", "style", "button", "nav", "summary", "formula-check", "changed-line"}
UNREAD = {"headerlink", "cell_output", "eqno"}
STRING = re.compile(r"""[rfb]*(?:\"\"\".*?\"\"\"|\"[^\"\n]*\"|'[^'\n]*')""", re.S)
SYMBOLS = {"infty": "∞", "partial": "∂", "cdot": "·", "to": "→", "dots": "…", "top": "ᵀ", "varepsilon": "ε"}
OPERATORS = {"log", "exp", "max", "min", "sup", "softmax", "LSE", "KL", "diag", "tr", "E", "R", "Var"}
STYLES = r"\\(?:mathbf|mathrm|mathsf|mathbb|mathcal|boldsymbol|operatorname|text)\s*\{([^{}]*)\}"
logger = logging.getLogger(__name__)


def plain(tex):
    r"""A short formula as one would type it, or an ellipsis.

    >>> plain(r"\(\frac{1}{\sqrt{D}} \mathbf{q}\)"), plain(r"\(\KL(\mathbf{p} \,\|\, \mathbf{q}) \ge 0\)")
    ('1/√D q', 'KL(p ‖ q) ≥ 0')
    >>> plain(r"\(e^{z_k - m}\)"), plain(r"\[\underbrace{x}_{y}\]")
    ('e^(z_k - m)', '…')
    """
    text = re.sub(r"\\[()\[\],;!: ]|\\(?:left|right|q?quad)\b", " ", tex).replace(r"\|", "‖")
    text = re.sub(STYLES, r"\1", text)
    text = re.sub(r"\\sqrt\{(\w+)\}", r"√\1", text)
    text = re.sub(r"\\[dt]?frac\{([^{}]*)\}\{([^{}]*)\}", r"\1/\2", text)
    text = re.sub(r"\\([A-Za-z]+)", lambda found: symbol(found[1]), text)
    text = re.sub(r"([_^])\{([^{}]*\W[^{}]*)\}", r"\1(\2)", text)
    text = " ".join(re.sub(r"[{}]", "", text).split())
    return "…" if "\\" in text or len(text) > 60 else text


def symbol(name):
    r"""What a command prints, by its name in LaTeX or, where that is the same, in HTML; else a backslash.

    >>> symbol("infty"), symbol("log"), symbol("le"), symbol("alpha"), symbol("underbrace")
    ('∞', 'log', '≤', 'α', '\\')
    """
    return SYMBOLS.get(name) or (name if name in OPERATORS else html5.get(f"{name};", "\\"))


@dataclass
class Element:
    """An open element of a page: where its text goes, if anywhere."""

    tag: str
    unit: dict | None = None
    field: str = "text"
    read: bool = False
    formula: list | None = None


class Reader(HTMLParser):
    """Collects from a page its anchors and its units: each section, glossary entry and function, with its text."""

    def __init__(self, page):
        super().__init__()
        self.ids, self.units, self.open = set(), [], [Element("")]
        self.feed(page)
        self.close()

    def handle_starttag(self, tag, attributes):
        """Note the anchor, and where the text of the element goes."""
        if tag in VOID:
            self.handle_data(" ")
            return
        attributes = dict(attributes)
        anchor, classes = attributes.get("id") or "", set((attributes.get("class") or "").split())
        self.ids.add(anchor)
        element = self.inner(tag, classes)
        if element.read and anchor:
            element.unit = self.opened(tag, anchor, classes) or element.unit
        self.open.append(element)
        if tag in BLOCKS:
            self.handle_data(" ")

    def inner(self, tag, classes):
        """An element goes on with what is around it, but for headings, terms, listings and formulas."""
        element = replace(self.open[-1], tag=tag)
        element.read = (element.read or tag == "article") and not (tag in UNREAD_TAGS or classes & UNREAD)
        if tag in HEADINGS or (tag == "dt" and "sig" not in classes):
            element.field = "title"
        if "highlight" in classes:
            element.field = "code"
        if "math" in classes:
            element.formula = []
        return element

    def opened(self, tag, anchor, classes):
        """The unit that a section, a function or a term opens; the same term in another language opens none."""
        if tag == "section":
            return self.add(anchor)
        if tag == "dt" and ("sig" in classes or anchor.startswith("term-")):
            unit = self.units[-1] if "-zh" in anchor else self.add(anchor, anchor if "sig" in classes else "")
            self.open[-1].unit = unit  # for the dd beside it
            return unit
        return None

    def add(self, anchor, title=""):
        """A new unit; the first of a page is led to without an anchor."""
        self.units.append({"anchor": anchor if self.units else "", "title": title, "text": "", "code": ""})
        return self.units[-1]

    def handle_endtag(self, tag):
        """Close what was opened; unclosed elements inside go with it, and an end without a beginning is passed over."""
        if all(element.tag != tag for element in self.open):
            return
        while (element := self.open.pop()).tag != tag:
            pass
        outer = self.open[-1]
        if element.formula is not None and outer.formula is None:
            self.handle_data(plain("".join(element.formula)))

    def handle_data(self, data):
        """Text belongs to the formula, to the listing or to the unit that is open."""
        element = self.open[-1]
        if element.read and element.formula is not None:
            element.formula.append(data)
        elif element.read and element.unit is not None:
            element.unit[element.field] += data


def spaced(text):
    """Runs of white space as one blank."""
    return " ".join(text.split())


def identifiers(code):
    """The names in a listing, each once; of its strings, which may be formulas, and of its comments nothing.

    >>> identifiers("p = softmax(z) - softmax(w)  # a law"), identifiers(r'page.check(r"H(p) = 0")')
    ('softmax', 'page check')
    """
    names = re.findall(r"[A-Za-z_]\w{2,}", re.sub("#.*", "", STRING.sub(" ", code)))
    return " ".join(dict.fromkeys(name for name in names if not keyword.iskeyword(name)))


def read_asked():
    """The synonyms and the noise of asked.yml, and (words, page, anchor) for each line of the rest."""
    listed = yaml.safe_load(ASKED.read_text(encoding="utf8"))
    synonyms, noise = listed.pop("synonyms"), listed.pop("noise")
    return synonyms, noise, [(words, *place.split("#")) for place, asked in listed.items() for words in asked]


def named(env):
    """(name, kind, page, anchor) of equations, theorems, terms and of what Python's domain knows."""
    for domain in ("name", "py"):
        for name, _, kind, page, anchor, _ in env.get_domain(domain).get_objects():
            if kind in KINDS:
                yield name, kind, page, anchor


def index(app):
    """The pages with their units, and all names; a page is told by its number."""
    pages = sorted(app.env.found_docs, key=lambda page: (not page.startswith("chapters/"), page))
    readers = {page: Reader((Path(app.outdir) / f"{page}.html").read_text(encoding="utf8")) for page in pages}
    number = {page: count for count, page in enumerate(pages)}
    names = list(named(app.env))
    synonyms, noise, asked = read_asked()
    for words, page, anchor in asked:
        if page not in readers or anchor not in readers[page].ids:
            logger.warning("asked.yml leads to %s#%s, which is not there", page, anchor)
        else:
            names.append((words, "section", page, anchor))
    return {
        "pages": [[page, spaced(readers[page].units[0]["title"]) if readers[page].units else page] for page in pages],
        "units": [
            [number[page], unit["anchor"], spaced(unit["title"]), spaced(unit["text"]), identifiers(unit["code"])]
            for page in pages
            for unit in readers[page].units[: 1 if page in REPEATS else None]
        ],
        "synonyms": synonyms,
        "noise": noise,
        "names": [[name, kind, number[page], anchor] for name, kind, page, anchor in names],
    }


def write(app, error):
    """A classic script, because a page from file:// may not fetch."""
    if not error and app.builder.format == "html":
        text = json.dumps(index(app), ensure_ascii=False, separators=(",", ":"))
        (Path(app.outdir) / "_static" / "search-index.js").write_text(f"var bookIndex = {text};\n", encoding="utf8")


def setup(app):
    """Register it."""
    app.connect("build-finished", write)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
