"""Equations and theorems by their names: in the general index, and in the search.

An equation has names if a comment says so under its label, `<!-- name: softmax Jacobian; derivative of softmax -->`; a
theorem has its title.  The names are objects of a Sphinx domain, which the search knows, and entries of the index.
"""

import re
from pathlib import Path
from typing import ClassVar

from sphinx import addnodes
from sphinx.domains import Domain, ObjType
from sphinx.transforms import SphinxTransform

from texcheck.book import markdown

NAMED = re.compile(r"\$\$[ \t]*\((?P<label>[^)\s]+)\)\s*(?:<!--\s*texcheck:[^>]*-->\s*)*"
                   r"<!--\s*name:\s*(?P<names>[^>]*?)\s*-->")
THEOREM = re.compile(r"^`{3,}\{prf:(?:theorem|lemma|corollary|proposition)\} (?P<title>.+)\n:label: (?P<label>\S+)",
                     re.M)


def equations(text):
    """(name, label) of every equation that has a name, in the order of the text."""
    return [(name.strip(), found["label"]) for found in NAMED.finditer(text) for name in found["names"].split(";")]


def theorems(text):
    """(title, label) of every theorem, lemma, corollary and proposition."""
    return [(found["title"], found["label"]) for found in THEOREM.finditer(text)]


class NameDomain(Domain):
    """What the search finds by name: the name, its kind, its page and its anchor."""

    name, label = "name", "names"
    object_types: ClassVar = {kind: ObjType(kind, searchprio=0) for kind in ("equation", "theorem")}
    initial_data: ClassVar = {"found": []}

    def clear_doc(self, docname):
        """Forget a page that is read again."""
        self.data["found"] = [entry for entry in self.data["found"] if entry[2] != docname]

    def merge_domaindata(self, docnames, otherdata):
        """Take over what another process has read."""
        self.data["found"] += [entry for entry in otherdata["found"] if entry[2] in docnames]

    def get_type_name(self, type, primary=False):
        """How a result of the search calls the thing: "equation, in 6. Curvature"."""
        return type.lname

    def get_objects(self):
        """As the search wants them."""
        return [(name, name, kind, docname, anchor, 0) for name, kind, docname, anchor in self.data["found"]]


class NameThings(SphinxTransform):
    """Note the names of a page's equations and theorems before the domains collect the index."""

    default_priority = 500

    def apply(self, **kwargs):
        """One index node and one object for each name."""
        path = Path(self.env.doc2path(self.env.docname))
        if path.suffix != ".ipynb":
            return
        text, found = markdown(path), self.env.get_domain("name").data["found"]
        named = [(name, "equation", f"equation-{label}") for name, label in equations(text)]
        named += [(name, "theorem", label) for name, label in theorems(text)]
        for name, kind, anchor in named:
            entry = name if kind == "equation" else f"{name} (theorem)"
            self.document.insert(0, addnodes.index("", entries=[("single", entry, anchor, "", None)]))
            found.append((name, kind, self.env.docname, anchor))


def setup(app):
    """Register both."""
    app.add_domain(NameDomain)
    app.add_transform(NameThings)
    return {"parallel_read_safe": True, "parallel_write_safe": True, "env_version": 1}
