"""The glossary in two languages: readable anchors, Chinese terms marked as Chinese and together in the general index.

Sphinx drops from an anchor what is not ASCII.  Of a Chinese term nothing is left, and it would be called term-0, term-1
and so on, in the order of the page; and in the index each of their first characters would be a heading of its own.
"""

import re

from docutils import nodes
from markupsafe import Markup, escape
from sphinx import addnodes
from sphinx.domains.std import Glossary

CHINESE = re.compile("[\u3400-\u9fff]")
LANGUAGE = "zh-Hans"
SORTS_LAST, HEADING = "中文", "Chinese"  # in the index after Z; a heading "Chinese" would divide the letter C


class BilingualGlossary(Glossary):
    """Sphinx's directive; an entry has one English term, and below it any number of Chinese ones."""

    def run(self):
        """Let Sphinx make the entries, then correct their terms."""
        made = super().run()
        for entry in (entry for node in made for entry in node.findall(nodes.definition_list_item)):
            first, *chinese = (node for node in entry if isinstance(node, nodes.term))
            slug = anchor(first.astext())
            self.rename(first, slug, None)
            for number, term in enumerate(chinese, 1):
                self.rename(term, f"{slug}-zh" + (f"-{number}" if number > 1 else ""), SORTS_LAST)
                self.mark(term)
        return made

    def rename(self, term, slug, key):
        """Use this anchor on the page, for references, and in the index (from which the search learns of it)."""
        text, std = term.astext(), self.env.get_domain("std")
        term["ids"] = [slug]
        self.state.document.note_explicit_target(term)
        std.objects["term", text] = std.data["terms"][text.lower()] = (self.env.docname, slug)
        for index in term.findall(addnodes.index):
            index["entries"] = [(kind, name, slug, main, key) for kind, name, _, main, _ in index["entries"]]

    def mark(self, term):
        """Put the words into an element of their own: docutils makes lang="..." of such a class."""
        words = [node for node in term if not isinstance(node, addnodes.index)]
        rest = [node for node in term if isinstance(node, addnodes.index)]
        term.children = []
        term += [nodes.inline("", "", *words, classes=[f"language-{LANGUAGE}"]), *rest]


def anchor(term):
    """The name of an English term in an address.

    >>> anchor("Kullback–Leibler divergence"), anchor("Gibbs’ inequality")
    ('term-kullback-leibler-divergence', 'term-gibbs-inequality')
    """
    return nodes.make_id(f"term-{term.replace('–', '-')}")


def marked(name):
    """A name in the index, as HTML.

    >>> marked("log-odds"), marked("对数几率")
    ('log-odds', Markup('<span lang="zh-Hans">对数几率</span>'))
    """
    return Markup(f'<span lang="{LANGUAGE}">{escape(name)}</span>') if CHINESE.search(name) else name


def mark_index(app, page, template, context, doctree):
    """The general index: the names in Chinese, under a heading in English."""
    if page == "genindex":
        context["genindexentries"] = [
            (HEADING if letter == SORTS_LAST else letter, [(marked(name), rest) for name, rest in entries])
            for letter, entries in context["genindexentries"]
        ]


def setup(app):
    """Register both."""
    app.add_directive_to_domain("std", "glossary", BilingualGlossary, override=True)
    app.connect("html-page-context", mark_index)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
