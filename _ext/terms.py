"""The first use of a glossary term on a page leads to its entry, quietly; the preview shows what the entry says.

Linked are whole words of running text: not in headings, tables, captions, formulas, code, quizzes or other links.  A
term that a page sets in bold is defined there, and needs no link from then on.  Words that are left alone, and other
forms of a term, stand in terms.yml.
"""

import re
from pathlib import Path

import yaml
from docutils import nodes
from sphinx.transforms.post_transforms import SphinxPostTransform
from sphinx.util import logging
from sphinx.util.nodes import make_refnode

from glossary import CHINESE

LISTED = Path(__file__).with_name("terms.yml")
GLOSSARY = "back/glossary"
PAGES = re.compile(r"chapters/|back/(?:symptoms|glance)$")
UNTOUCHED = (nodes.title, nodes.reference, nodes.literal, nodes.math, nodes.raw, nodes.table, nodes.caption, nodes.term)
UNTOUCHED_NAMES = re.compile(r"title|quiz|pending_xref")
logger = logging.getLogger(__name__)


def plurals(word):
    """A word in the singular and in the plural.

    >>> plurals("logit"), plurals("entropy"), plurals("log-odds"), plurals("simplex")
    (['logit', 'logits'], ['entropy', 'entropies'], ['log-odds'], ['simplex'])
    """
    if re.search("[^aeiou]y$", word):
        return [word, f"{word[:-1]}ies"]
    return [word] if re.search("[sxz.]$", word) else [word, f"{word}s"]


def pattern_of(word):
    """How a word may stand in the text: over two lines, with either apostrophe, and with a capital if it has none.

    >>> bool(re.fullmatch(pattern_of("arg max"), "Arg\\nmax")), bool(re.fullmatch(pattern_of("NaN"), "nan"))
    (True, False)
    """
    escaped = re.escape(word).replace(r"\ ", r"\s+").replace("'", "['’]")
    first = f"[{word[0].upper()}{word[0]}]" if word[0].islower() else re.escape(word[0])
    return first + escaped[len(re.escape(word[0])) :]


def normal(word):
    """A word as the vocabulary has it.

    >>> normal("Gibbs’\\ninequality")
    "Gibbs' inequality"
    """
    return re.sub(r"\s+", " ", word).replace("’", "'")


class Vocabulary:
    """The words that are linked, and the entry of each."""

    def __init__(self, terms, listed):
        self.entries = {
            normal(form): term
            for term in terms
            if term not in listed["not_linked"]
            for word in [term, *listed["forms"].get(term, [])]
            for form in plurals(word)
        }
        words = sorted(self.entries, key=len, reverse=True)
        self.pattern = re.compile(rf"(?<![\w-])(?:{'|'.join(map(pattern_of, words))})(?![\w-])")

    def entry(self, found):
        """The term that a match stands for."""
        word = normal(found)
        return self.entries.get(word) or self.entries[word[0].lower() + word[1:]]

    def pieces(self, text, seen):
        """(piece, its term or None): the text, divided at the first uses of terms, which are noted as seen."""
        done = 0
        for found in self.pattern.finditer(text):
            term = self.entry(found[0])
            if term not in seen:
                seen.add(term)
                yield text[done : found.start()], None
                yield found[0], term
                done = found.end()
        yield text[done:], None


def parents(node):
    """From the node outwards."""
    while node.parent is not None:
        node = node.parent
        yield node


def is_untouched(node):
    """Does a text stand where no link belongs?"""
    around = list(parents(node))
    outside = not any(isinstance(one, nodes.paragraph) for one in around)
    inside = any(isinstance(one, UNTOUCHED) or UNTOUCHED_NAMES.search(type(one).__name__) for one in around)
    return outside or inside or any("cell_output" in one.get("classes", []) for one in around)


class LinkTerms(SphinxPostTransform):
    """After the references are resolved, and on the pages of the text only."""

    default_priority = 600
    formats = ("html",)

    def run(self, **kwargs):
        """Go through the texts in the order of the page."""
        if not PAGES.match(self.env.docname):
            return
        places = {term: self.place(term) for term in english_terms(self.env)}
        vocabulary, seen = Vocabulary(places, read_listed(places)), set()
        for text in list(self.document.findall(nodes.Text)):
            if any(isinstance(one, nodes.strong) for one in parents(text)):
                list(vocabulary.pieces(str(text), seen))  # defined here
            elif not is_untouched(text):
                self.link(text, vocabulary.pieces(str(text), seen), places)

    def place(self, term):
        """(page, anchor) of an entry."""
        return self.env.get_domain("std").objects["term", term]

    def link(self, text, pieces, places):
        """The pieces in the place of the text."""
        made = [nodes.Text(piece) if term is None else self.reference(piece, *places[term]) for piece, term in pieces]
        if len(made) > 1:
            text.parent.replace(text, made)

    def reference(self, word, page, anchor):
        """A link to the glossary."""
        made = make_refnode(self.app.builder, self.env.docname, page, anchor, nodes.Text(word))
        made["classes"].append("glossary-word")
        return made


def english_terms(env):
    """The terms of the glossary, without their Chinese names."""
    objects = env.get_domain("std").objects
    return [name for kind, name in objects if kind == "term" and not CHINESE.search(name)]


def read_listed(terms):
    """terms.yml; a word that is no entry is a mistake."""
    listed = yaml.safe_load(LISTED.read_text(encoding="utf8"))
    for word in {*listed["not_linked"], *listed["forms"]} - set(terms):
        logger.warning("terms.yml names %r, which the glossary has not", word, once=True)
    return listed


def depend_on_the_glossary(app, docname, source):
    """A page is written again when the glossary or the list changes."""
    if PAGES.match(docname):
        app.env.note_dependency(app.env.doc2path(GLOSSARY))
        app.env.note_dependency(str(LISTED))


def setup(app):
    """Register both."""
    app.add_post_transform(LinkTerms)
    app.connect("source-read", depend_on_the_glossary)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
