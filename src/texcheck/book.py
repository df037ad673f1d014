"""A book in Markdown and notebooks: its pages in reading order, its macros, the displays of each page.

Nothing here knows which book it is: the table of contents, the macros and the notation page are read from its files.
"""

import json
import re
from collections import Counter
from importlib import import_module
from pathlib import Path
from types import SimpleNamespace

from texcheck import verdicts
from texcheck.kinds import is_kind
from texcheck.page import Page
from texcheck.tokens import RELATIONS, TexError, require, tokenize
from texcheck.verify import verify as verified

FENCE = re.compile(r"^[ \t]*(?P<mark>`{3,}|~{3,}|:{3,})[ \t]*(?P<info>[^`\n]*)$")
CODE = re.compile(r"\{(?:code\S*|literalinclude|bibliography)\}|[^{\s]")  # what opens a block of code
EVENT = re.compile(
    r"<!--\s*texcheck:\s*(?P<say>.*?)\s*-->|<!--.*?-->"
    r"|\$\$(?P<display>.+?)\$\$[ \t]*(?:\((?P<label>[^)\s]+)\))?"
    r"|^[ \t]*\|\s*\$(?P<symbol>[^$|]+)\$\s*\|(?=\s*(?P<kind>[^|\n]+?)\s*\|)"  # a row of a notation table
    r"|(?P<other>^[ \t>*+-]*(?:`{3,}|~{3,}|:{3,})[ \t]*\{math\}|\{math(?:\s[^}]*)?\}`"
    r"|\\[(]|\\\[(?!\d)|^[ \t]*\.\. math::|:math:`"
    r"|\\begin\{[A-Za-z]+\*?\})"
    r"|(?<!`)(?P<ticks>`{1,2})(?!`)[^\n]*?(?<!`)(?P=ticks)(?!`)"  # code: no formulas inside
    r"|(?<![\\$])\$(?P<inline>(?:[^$\\\n]|\\.|\n(?![ \t]*\n))+?)\$(?!\$)",
    re.S | re.M,
)
LONE = re.compile(r"(?<!\\)\$")
AGREES = re.compile(r"(?P<tex>.+?)\s+(?P<function>[A-Za-z_]\w*(?:\.\w+)+)\s+(?P<arguments>.+)", re.S)
OPENS = re.compile(r"\b(?:if|for|at|let|with|where|when|suppose|provided)\b", re.I)
SENTENCE = re.compile(
    r"(?:[.?!:;]\s|\n[ \t]*\n|^[ \t]*(?:[-*+|>]|\d+\.)\s|^#+ |\b(?:then|hence|therefore|thus|we have)\b)", re.M | re.I
)
FEW = 2  # draws of an inline relation, of each size
CARRIED = Path(__file__).parents[1] / "bookkit" / "book"  # what a wheel has of its book (setup.py); absent elsewhere


class Result(SimpleNamespace):
    """What the gate says of one statement: its page and label, its source, how many relations hold, what is wrong."""

    error = skip = cell = hash = None
    unworded = False  # a false relation in a sentence that has no word for a condition


def markdown(path):
    """The text of a page; literal code is left out."""
    text = Path(path).read_text(encoding="utf8")
    if Path(path).suffix == ".ipynb":
        text = "\n\n".join("".join(c["source"]) for c in json.loads(text)["cells"] if c["cell_type"] == "markdown")
    return without_code(text)


def without_code(text):
    """The text without its code blocks; what stands in the fences of directives, however deep, remains."""
    kept, fences = [], []
    for line in text.splitlines():
        fence = FENCE.match(line)
        if fence and fences and closes(fence, fences[-1]):
            fences.pop()
        elif fence and not (fences and fences[-1][1]):
            fences.append((fence["mark"], not fence["info"] or bool(CODE.match(fence["info"]))))
            kept.append("" if fences[-1][1] else line)
        elif not (fences and fences[-1][1]):
            kept.append(line)
    return "\n".join(kept)


def closes(fence, opened):
    """A bare fence of the same kind, at least as long, ends the innermost block."""
    mark = opened[0]
    return not fence["info"].strip() and fence["mark"][0] == mark[0] and len(fence["mark"]) >= len(mark)


def settings(path):
    """A file in YAML, which only a book needs: a formula is read without it."""
    return import_module("yaml").safe_load(path.read_text(encoding="utf8"))


def macros(root):
    """The MathJax macros of _config.yml."""
    config = settings(Path(root) / "_config.yml")
    try:
        return config["sphinx"]["config"]["mathjax3_config"]["tex"]["macros"]
    except KeyError:
        return {}


def pages(root):
    """(page, the page above it or None) for every page of _toc.yml, in reading order; a page below is a companion."""
    toc = settings(Path(root) / "_toc.yml")
    found = [(toc["root"], None)] if "root" in toc else []
    for entry in (entry for part in toc.get("parts", [toc]) for entry in part.get("chapters", [])):
        found.append((entry["file"], None))
        found += [(section["file"], entry["file"]) for section in entry.get("sections", [])]
    return found


def contents(root):
    """(notebook, the chapter it is a companion of or None) for chapters/ in _toc.yml, in reading order."""
    place = {page: Path(root) / f"{page}.ipynb" for page, _ in pages(root) if page.startswith("chapters/")}
    listed = [(place[page], place.get(above)) for page, above in pages(root) if page in place]
    return [(notebook, above) for notebook, above in listed if notebook.exists()]


def chapters(root):
    """The chapters, in reading order, each followed by its companions; other notebooks are none."""
    return [path for path, _ in contents(root)]


def opening(root, path, start):
    """The page on which a notebook begins: the notation, for a companion also what its chapter declares and defines."""
    page = start.chapter()
    above = {notebook.stem: chapter for notebook, chapter in contents(root)}  # a copy may lie anywhere
    if chapter := above.get(Path(path).stem):
        for _ in read(markdown(chapter), page, chapter.stem, verify=False):
            pass
        page = page.chapter()
    return page


def notation(root, verify=True):
    """The page that every chapter starts from."""
    page = Page(macros(root))
    path = Path(root) / "notation.md"
    results = list(read(markdown(path), page, "notation", verify)) if path.exists() else []
    errors = [f"{path.name}, {r.label}: {r.error}" for r in results if r.error and verify]
    require(not errors, "; ".join(errors))
    return page


def notation_unverified(root):
    """The notation page, bound but not verified: what a reader's page and the build start from."""
    return notation(root, verify=False)


# ---- one page


def read(text, page, name="", verify=True, budget=None):
    """Go through a page in reading order and yield a Result for each display and each checked inline formula."""
    skip, end = None, 0
    for number, event in enumerate(EVENT.finditer(text)):
        result = Result(page=name, label=event["label"], tex=event["display"], count=0)
        try:
            require(not LONE.search(text, end, event.start()), "a lone $ before this place: write \\$ for the sign")
            end = event.end()
            if event["say"]:
                skip = obey(event["say"], page, verify, result) or skip
            elif event["symbol"]:
                is_kind(event["kind"]) and page.declare(event["symbol"], event["kind"])
            elif event["other"]:
                raise TexError("write displays as $$ ... $$ (label), at the start of a line")
            elif event["display"]:
                skip = display(event, text, page, verify, budget, skip, result)
            elif event["inline"]:
                inline(event, text, page, verify, result, number)
            if not result.label:
                continue
        except TexError as error:
            result.error = str(error)
            result.label = result.label or f"at {(event['inline'] or event['say'] or event[0]).strip()[:50]}"
        yield result
    if LONE.search(text, end):
        yield Result(page=name, label="at the end", tex=None, count=0, error="a lone $: write \\$ for the sign")


def display(event, text, page, verify, budget, skip, result):
    """A display: skipped, or read and verified."""
    before = text[text.rfind("\n", 0, event.start()) + 1 : event.start()]
    require(not before.strip(), f"{before.strip()[-40:]!r} stands before $$ on its line")
    require(event["label"], f"the display {event['display'].strip()[:60]!r} has no label")
    page.displays[event["label"]] = event["display"]
    if skip:
        result.skip, result.cell = skip
        result.hash = verdicts.digest(page, event["display"], ())
        return None
    claims = page.statements(event["display"])
    result.count, result.hash = counted(claims), verdicts.digest(page, event["display"], claims)
    if verify:
        verified(page, claims, budget)
        page.checked |= page.needed(claims)
    return None


def counted(claims):
    return sum(claim.relation not in ("defined", "imposed") for claim in claims)


def inline(event, text, page, verify, result, number):
    """An inline definition or number is checked like a display, another relation only if it can be read."""
    tex = event["inline"]
    if ":=" in tex or r"\approx" in tex:
        result.count, result.label = page.equation(tex, verify), f"inline-{number}"
    elif verify and set(tokenize(tex)) & set(RELATIONS):
        found = relation(tex, page, text[: event.start()])
        result.unworded = isinstance(found, TexError)
        page.inline["unworded" if result.unworded else found] += 1
        require(
            not result.unworded,
            f"{found}\n    no word before it makes it a condition: if, for, at, let, with, where, "
            "when, suppose, provided",
        )


def relation(tex, page, before):
    """What an inline relation does: it holds, is a condition, cannot be read; or the error that it makes."""
    try:
        known = page.reader()
        claims = known.statements(tex)
    except TexError:
        return "unread"
    try:
        verified(known, claims, 0, FEW)
    except TexError as error:
        if not hasattr(error, "claim"):
            return "unread"
        return "conditions" if opened(before, tex) else error
    return "hold"


def opened(before, tex):
    """Whether a word in the sentence so far opens a condition; a row of a table says what its symbol is."""
    cells = before[before.rfind("\n") + 1 :].split("|")
    row = len(cells) > 3 and not cells[0].strip() and is_kind(cells[2])
    if row:
        symbols = re.sub(r"\\(?:mathbf|boldsymbol)\{(.*?)\}", r"\1", cells[1].strip(" $")).split(",")
        return any(symbol.strip() in tex for symbol in symbols)
    return bool(OPENS.search(SENTENCE.split(before[-600:])[-1]))


def obey(say, page, verify, result):
    """A comment to texcheck: a declaration, an agreement with code, or a skip, which is returned."""
    word, _, rest = say.partition(" ")
    if word == "skip":
        reason, _, cell = rest.partition(", see cell ")
        require(reason and cell, "write: skip reason, see cell name")
        return reason.strip(), cell.strip()
    if word == "agrees":
        match = AGREES.fullmatch(rest)
        require(match, f"write: agrees printed package.module.function argument ..., not {say!r}")
        if verify:
            page.agrees(match["tex"], match["function"], *match["arguments"].split())
            result.label, result.count = f"agrees-{match['function'].rpartition('.')[2]}", 1
    else:
        symbols, colon, kind = say.partition(" : ")
        require(colon, f"cannot understand the comment {say!r}")
        page.declare(symbols, kind.strip())
    return None


# ---- a chapter


def results_of(root, path, start, verify=True, budget=None):
    """The page of a chapter when all is read, and its results."""
    page = opening(root, path, start)
    return page, list(read(markdown(path), page, Path(path).stem, verify, budget))


def check(root, path, start=None, budget=None):
    """All results of one chapter, and an error for each definition that nothing tests."""
    page, results = results_of(root, path, start or notation(root), budget=budget)
    for symbol in page.unchecked():
        results.append(
            Result(
                page=Path(path).stem,
                label=f"definition of {symbol}",
                count=0,
                tex=None,
                error=f"the definition of {symbol} is used by no checked claim",
            )
        )
    return Results(results, page.inline)


class Results(list):
    """Results, and how many inline relations hold, are conditions, or cannot be read."""

    def __init__(self, results, inline):
        super().__init__(results)
        self.inline = Counter(inline)


def root_of(path):
    """The folder above a page, or above the current folder, that holds _config.yml; else the book that is installed."""
    for folder in [*Path(path).resolve().parents, Path.cwd(), *Path.cwd().parents, CARRIED]:
        if (folder / "_config.yml").exists():
            return folder
    raise FileNotFoundError(f"no _config.yml above {path}")


def open_page(name):
    """The page of a chapter for its readers: everything on it is known, nothing has been verified yet.

    It is read from the notebook here, in chapters/, or, if there is none, in the book that is installed.
    """
    places = [Path(f"{name}.ipynb"), *(folder / "chapters" / f"{name}.ipynb" for folder in (Path(), CARRIED))]
    here = next(filter(Path.exists, places), None)
    if here is None:
        raise FileNotFoundError(f"no notebook {name}.ipynb here or in chapters/")
    root = root_of(here)
    page, _ = results_of(root, here.resolve(), notation_unverified(root), verify=False)
    return page
