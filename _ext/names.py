"""Equations, theorems and terms by their names: in the general index, and in the search.

An equation has names if a comment says so under its label, `<!-- name: softmax Jacobian; derivative of softmax -->`; a
theorem has its title; a term stands in the glossary.  The names are entries of the index, and objects of a domain of
Sphinx, from which the search has them (finding.py).
"""

import re
from pathlib import Path
from typing import ClassVar

from docutils import nodes
from sphinx import addnodes
from sphinx.domains import Domain, ObjType
from sphinx.transforms import SphinxTransform

from texcheck.book import markdown

NAMED = re.compile(
    r"\$\$[ \t]*\((?P<label>[^)\s]+)\)\s*(?:<!--\s*texcheck:[^>]*-->\s*)*"
    r"<!--\s*name:\s*(?P<names>[^>]*?)\s*-->"
)
THEOREM = re.compile(
    r"^`{3,}\{prf:(?:theorem|lemma|corollary|proposition)\} (?P<title>.+)\n:label: (?P<label>\S+)", re.M
)


def equations(text):
    """(name, label) of every equation that has a name, in the order of the text."""
    return [(name.strip(), found["label"]) for found in NAMED.finditer(text) for name in found["names"].split(";")]


def theorems(text):
    """(title, label) of every theorem, lemma, corollary and proposition."""
    return [(found["title"], found["label"]) for found in THEOREM.finditer(text)]


def statement(text, label):
    """What the theorem with that label says, in MyST, if its fences are in the text."""
    opened = re.search(rf"^(?P<fence>`{{3,}})\{{prf:[^\n]+\n:label: {re.escape(label)}\n", text, flags=re.M)
    return text[opened.end() : text.index(f"\n{opened['fence']}", opened.end())].strip()


KINDS = ("equation", "theorem", "term")


class NameDomain(Domain):
    """What the search finds by name: the name, its kind, its page and its anchor."""

    name, label = "name", "names"
    object_types: ClassVar = {kind: ObjType(kind) for kind in KINDS}
    initial_data: ClassVar = {"found": []}

    def clear_doc(self, docname):
        """Forget a page that is read again."""
        self.data["found"] = [entry for entry in self.data["found"] if entry[2] != docname]

    def merge_domaindata(self, docnames, otherdata):
        """Take over what another process has read."""
        self.data["found"] += [entry for entry in otherdata["found"] if entry[2] in docnames]

    def get_objects(self):
        """As Sphinx wants them, for its own search too, which no page uses."""
        return [(name, name, kind, page, anchor, 1) for name, kind, page, anchor in self.data["found"]]


class NameThings(SphinxTransform):
    """Note the names on a page before the domains collect the index."""

    default_priority = 500

    def apply(self, **kwargs):
        """An object for each name; for equations and theorems also an entry of the index, which terms have already."""
        path = Path(self.env.doc2path(self.env.docname))
        text = markdown(path) if path.suffix == ".ipynb" else ""
        named = [(name, "equation", f"equation-{label}") for name, label in equations(text)]
        named += [(name, "theorem", label) for name, label in theorems(text)]
        for name, kind, anchor in named:
            entry = name if kind == "equation" else f"{name} (theorem)"
            self.document.insert(0, addnodes.index("", entries=[("single", entry, anchor, "", None)]))
        named += [(term.astext(), "term", term["ids"][0]) for term in self.document.findall(nodes.term) if term["ids"]]
        found = self.env.get_domain("name").data["found"]
        found += [(name, kind, self.env.docname, anchor) for name, kind, anchor in named]


def setup(app):
    """Register both."""
    app.add_domain(NameDomain)
    app.add_transform(NameThings)
    return {"parallel_read_safe": True, "parallel_write_safe": True, "env_version": 2}
