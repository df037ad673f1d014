"""What the first page and the pages on running, reporting and teaching gather: see gather.py."""

import json
import re

import yaml

from bookkit.published import NOTEBOOKS, PDF, SHEETS, WHEEL, address, requirement
from softxent import __version__
from texcheck.book import chapters

LIVE = re.compile(r"<[a-z]+-figure ")
FOUND_ON = {NOTEBOOKS: "all notebooks, with the wheel", WHEEL: "the wheel alone", PDF: "the book on paper"}


def live_figures(root):
    """(chapter, cell, HTML) of each interactive figure, as its notebook has stored it."""
    for path in chapters(root):
        for cell in json.loads(path.read_text(encoding="utf8"))["cells"]:
            shown = ["".join(output.get("data", {}).get("text/html", "")) for output in cell.get("outputs", [])]
            yield from ((path, cell, html) for html in shown if LIVE.match(html))


def loss_figure(root):
    """The interactive loss figure with its table, from the chapter that shows it."""
    yield next(html for _, _, html in live_figures(root) if html.startswith("<loss-figure "))


def live(root):
    """A list of the interactive figures, each with the first sentence of its caption."""
    for path, cell, _ in live_figures(root):
        figure = cell["metadata"]["mystnb"]["figure"]
        sentence = re.match(r"[^.?]*[.?]", " ".join(figure["caption"].split()))[0]
        yield f"- {{doc}}`/chapters/{path.stem}`, {{numref}}`{figure['name']}`: {sentence}"


def citation(root):
    """CITATION.cff."""
    return yaml.safe_load((root / "CITATION.cff").read_text(encoding="utf8"))


def authors(root):
    """The names in CITATION.cff, as one says them."""
    *others, last = [name_of(author) for author in citation(root)["authors"]]
    return f"{', '.join(others)} and {last}" if others else last


def name_of(author):
    """A person's given and family names, or the name of a group."""
    return author.get("name") or f"{author['given-names']} {author['family-names']}"


def imprint(root):
    """One line: version, authors, licences, and where to go on."""
    yield (
        f"Version {__version__}, by {authors(root)}. Text: CC BY 4.0, code: MIT. {{ref}}`Cite it <cite>`, "
        "{doc}`run it </back/run>`, {doc}`report a misprint </back/report>`."
    )


def cite(root):
    """An entry for BibTeX; without a year before the first release, without an address while none is known."""
    source, url = citation(root), address(root)
    names = " and ".join(f"{{{a['name']}}}" if "name" in a else name_of(a) for a in source["authors"])
    released = str(source.get("date-released", ""))[:4]
    fields = {"author": names, "title": source["title"], "version": __version__, "year": released, "url": url}
    lines = [f"  {field} = {{{value}}}," for field, value in fields.items() if value]
    yield "\n".join(["```bibtex", "@book{softxent,", *lines, "}", "```"])


def report(root):
    """Where a report goes."""
    if url := address(root):
        yield f"[Open an issue]({url.removesuffix('.git')}/issues/new), and write there"
    else:
        yield (
            "This copy of the book comes from a repository without a public address, so there is no list of issues. "
            "Write to whoever gave you the copy, or keeps the site where you read it:"
        )


def downloads(root):
    """Links to what lies beside the pages; a line that says so where nothing does."""
    there = [name for name in FOUND_ON if (root / "_build" / "html" / name).exists()]
    links = [f'<a href="../{name}" download>{name}</a> ({FOUND_ON[name]})' for name in there]
    if links:
        yield f"Take {', or '.join(links)}."
    else:
        yield "This copy of the pages was built without them: `make site` in the repository makes them."


def sheets(root):
    """A link to the problem sheets; a line that says how to make them where they are not."""
    if (root / "_build" / "html" / SHEETS).exists():
        yield f'<a href="../{SHEETS}" download>{SHEETS}</a>.'
    else:
        yield "This copy of the pages was built without them; `make site` in the repository makes them."


def install(root):
    """The line for pip."""
    yield f'pip install jupyterlab "{requirement(address(root))}"'


def launch(root):
    """Colab and Binder, if the address is known."""
    if address(root):
        yield "**Colab and Binder**: the rocket at the top of a chapter's page; the first cell fetches the book there."
    else:
        yield "Colab and Binder need the address of a public repository; this copy of the book has none."


WRITERS = {
    function.__name__: function
    for function in (loss_figure, live, imprint, cite, report, downloads, sheets, install, launch)
}


def rests_on(root, names):
    """The files beside the chapters from which these writers make something; a missing one counts as changed."""
    own = [root / "_config.yml", root / "CITATION.cff", root / "src" / "softxent" / "__init__.py"]
    beside = {"downloads": FOUND_ON, "sheets": [SHEETS]}
    files = [root / "_build" / "html" / name for asked in beside.keys() & names for name in beside[asked]]
    return (own if WRITERS.keys() & names else []) + files
