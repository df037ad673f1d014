"""Pages that are gathered from the chapters when the book is built, so that none of them can fall behind.

A page says where: the comment <!-- gather: checked --> is replaced by what `checked` writes of each chapter, in MyST.
"""

import json
import re
from pathlib import Path

from sphinx.errors import ExtensionError

import landing
import names
from texcheck import TexError, verdicts
from texcheck.book import AGREES, chapters, markdown

MARKER = re.compile(r"<!-- gather: (\w+) -->")
WRONG = re.compile(r"^## Commonly printed wrong[^\n]*\n(.*?)(?=^## |\Z)", re.M | re.S)
BOX = re.compile(r"^`{3,}\{admonition\}", re.M)
RUN = "\n```python\n"  # how `shown` begins a code cell
DISPLAY = re.compile(r"\$\$([^$]+)\$\$[ \t]*\(([^)\s]+)\)")
FRONT = ["grad-softmax", "grad-loss", "grad-theorem"]
CHAIN = re.compile(r"(:?=)(?:.*=)?(.*)", re.S)
BESIDE = re.compile(r"(\{doc\}`(?:[^`<]*<)?)(?=\d)")  # a link to the chapter beside
COMMENT = re.compile(r"<!--.*?-->", re.S)
LABEL = re.compile(r"(\$\$)[ \t]*\([^)\s]+\)")  # an equation keeps its number in its chapter only


def heading(path):
    """A chapter's title, and a line that leads to it."""
    title = re.search(r"^# (.+)$", markdown(path), flags=re.M)[1]
    return f"## {title}\n\nChapter: {{doc}}`/chapters/{path.stem}`\n"


def field(path, name):
    """What a chapter says at its top after **Question.** or **Answer.**"""
    return re.search(rf"\*\*{name}\.\*\* (.+)", markdown(path))[1].strip()


def glance(root):
    """Every chapter's question and answer."""
    for path in chapters(root):
        yield f"{heading(path)}\n*{field(path, 'Question').replace('*', '')}*\n\n{field(path, 'Answer')}\n"


def by_name(root):
    """Every theorem by its title and every equation by its names, with what they say, folded chapter by chapter."""
    for path in chapters(root):
        entries = [*named_theorems(texts(path)), *named_equations(markdown(path))]
        if entries:
            yield fold(heading(path), entries)


def texts(path):
    """The text cells of a chapter as they are."""
    cells = json.loads(path.read_text(encoding="utf8"))["cells"]
    return "\n\n".join("".join(cell["source"]) for cell in cells if cell["cell_type"] == "markdown")


def fold(head, entries):
    """A chapter's entries behind a disclosure; _static/names.js adds a field that looks through them."""
    title, chapter = head.strip().split("\n\n")
    summary = f"<summary>{len(entries)} theorems and equations</summary>"
    return f'{title}\n\n{chapter}\n\n<details class="names">\n{summary}\n\n{"".join(entries)}</details>\n'


def entry(name, text):
    """One entry, a box that the script can hide."""
    return f"::::::{{div}} named\n{name}\n\n{text}\n::::::\n\n"


def named_theorems(text):
    """The theorems of a chapter with their statements; a formula keeps its number in its chapter only."""
    for title, label in names.theorems(text):
        said = LABEL.sub(r"\1", COMMENT.sub("", names.statement(text, label)))
        yield entry(f"**{title}** ({{prf:ref}}`{label}`)", BESIDE.sub(r"\1/chapters/", said))


def named_equations(text):
    """The equations of a chapter that have a name, each once, with all its names."""
    printed = {label: tex.strip() for tex, label in DISPLAY.findall(text)}
    called = {}
    for name, label in names.equations(text):
        called.setdefault(label, []).append(f"**{name}**")
    for label, all_names in called.items():
        yield entry(f"{', '.join(all_names)} {{eq}}`{label}`", f"$$\n{printed[label]}\n$$")


def verdicts_of(root):
    """{path: results} of the chapters; ExtensionError in one line where a verdict is missing or stale."""
    try:
        return verdicts.results(root)
    except TexError as error:
        raise ExtensionError(str(error)) from None


def checked(root):
    """Every labelled equation, what the tests do with it, and the functions that they compare with printed formulas."""
    for path, found in verdicts_of(root).items():
        rows = [f"| {{eq}}`{r.label}` | `{r.label}` | {verdict(r)} |" for r in found]
        skips = sum(bool(r.skip) for r in found)
        head = f"The tests evaluate {len(found) - skips} equations; {skips} are skipped."
        table = "| equation | label | what is checked |\n|---|---|---|\n" + "\n".join(rows)
        yield f"{heading(path)}\n{head}{functions(path)}\n\n{table}\n"


def verdict(result):
    """One cell of the table: how many relations the gate tests, or who tests in its place."""
    if result.skip:
        return f"not evaluated ({result.skip}); the cell tagged `{result.cell}` asserts it"
    if not result.count:
        return "a definition: what uses it is evaluated with it"
    return "1 relation" if result.count == 1 else f"{result.count} relations"


def functions(path):
    """The package functions that the gate compares with a printed formula of the chapter."""
    says = re.findall(r"<!--\s*texcheck: agrees (.*?)\s*-->", markdown(path), flags=re.S)
    equal = sorted({AGREES.fullmatch(say)["function"] for say in says})
    listed = ", ".join(f"`{name}`" for name in equal)
    return f" They compare with a printed formula, at random points: {listed}." if equal else ""


def printed_wrong(root):
    """The boxes "Commonly printed wrong", with the runs that follow most of them."""
    for path in chapters(root):
        found = section(path)
        if found:
            yield f"{heading(path)}\n" + LABEL.sub(r"\1", found) + "\n"


def section(path):
    """What a chapter shows under "Commonly printed wrong"; empty if it has no such section."""
    cells = json.loads(path.read_text(encoding="utf8"))["cells"]
    found = WRONG.search("\n\n".join(shown(cell) for cell in cells))
    return found[1] if found else ""


def boxes(root):
    """(boxes, boxes with a run) of all chapters; a run is a code cell between a box and the next one."""
    parts = [part for path in chapters(root) for part in BOX.split(section(path))[1:]]
    return len(parts), sum(RUN in part for part in parts)


def shown(cell):
    """A text cell as it is; a code cell as its source and what it printed."""
    source = "".join(cell["source"])
    if cell["cell_type"] == "markdown":
        return source
    printed = "".join("".join(o.get("text", o.get("data", {}).get("text/plain", ""))) for o in cell["outputs"])
    output = f"\n\n```text\n{printed.rstrip()}\n```" if printed else ""
    return f"```python\n{source}\n```{output}"


def front(root):
    """Softmax, the loss and its gradient as a chapter prints them (of a chain the ends), with links to them."""
    printed = {label: tex.strip() for path in chapters(root) for tex, label in DISPLAY.findall(markdown(path))}
    rows = [CHAIN.sub(r"&\1\2", printed[label]) for label in FRONT]
    links = " and ".join(f"{{eq}}`{label}`" for label in FRONT)
    lines = " \\\\[1ex]\n".join(rows)
    yield f"{links}:\n\n$$\n\\begin{{aligned}}\n{lines}\n\\end{{aligned}}\n$$\n"


WRITERS = {
    **{"front": front, "glance": glance, "by_name": by_name, "checked": checked, "printed_wrong": printed_wrong},
    **landing.WRITERS,
}


def fill(app, docname, text):
    """Put what is gathered in the place of the marker; the page depends on every chapter."""
    root = Path(app.srcdir)
    if found := set(MARKER.findall(text[0])):
        for path in [*chapters(root), *landing.rests_on(root, found)]:
            app.env.note_dependency(str(path))
        text[0] = MARKER.sub(lambda found: "\n".join(WRITERS[found[1]](root)), text[0])


def setup(app):
    """Register it."""
    app.connect("source-read", fill)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
