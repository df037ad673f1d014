"""A book in Markdown and notebooks: its pages in reading order, its macros, the displays of each page.

Nothing here knows which book it is: the table of contents, the macros and the notation page are read from its files.
"""

import json
import re
from pathlib import Path
from types import SimpleNamespace

import yaml

from texcheck.page import Page
from texcheck.tokens import TexError, require

FENCE = re.compile(r"^[ \t]*(?P<mark>`{3,}|~{3,}|:{3,})[ \t]*(?P<info>[^`\n]*)$")
CODE = re.compile(r"\{(?:code\S*|literalinclude|eval-rst|raw|bibliography)\}|[^{\s]")     # what opens a block of code
EVENT = re.compile(
    r"<!--\s*texcheck:\s*(?P<say>.*?)\s*-->"
    r"|\$\$(?P<display>.+?)\$\$[ \t]*(?:\((?P<label>[^)\s]+)\))?"
    r"|^[ \t]*\|\s*\$(?P<symbol>[^$|]+)\$\s*\|\s*`(?P<kind>[^`|]+)`\s*\|"                  # a row of a notation table
    r"|`[^`\n]+`"                                                                           # code: no formulas inside
    r"|(?<![\\$])\$(?P<inline>(?:[^$\\]|\\.)+?)\$"
    r"|^[ \t]*`{3,}\{(?P<directive>math)\}|(?P<environment>\\begin\{(?:equation|align|gather)\*?\})", re.S | re.M)

AGREES = re.compile(r"(?P<tex>.+?)\s+(?P<function>[A-Za-z_]\w*(?:\.\w+)+)\s+(?P<arguments>.+)", re.S)


class Result(SimpleNamespace):
    """What the gate says of one statement: its page and label, its source, how many relations hold, what is wrong."""

    error = skip = cell = None


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


def macros(root):
    """The MathJax macros of _config.yml."""
    config = yaml.safe_load((Path(root) / "_config.yml").read_text(encoding="utf8"))
    try:
        return config["sphinx"]["config"]["mathjax3_config"]["tex"]["macros"]
    except KeyError:
        return {}


def pages(root):
    """(page, the page above it or None) for every page of _toc.yml, in reading order; a page below is a companion."""
    toc = yaml.safe_load((Path(root) / "_toc.yml").read_text(encoding="utf8"))
    found = [(toc["root"], None)] if "root" in toc else []
    for entry in (entry for part in toc.get("parts", [toc]) for entry in part.get("chapters", [])):
        found.append((entry["file"], None))
        found += [(section["file"], entry["file"]) for section in entry.get("sections", [])]
    return found


def contents(root):
    """(notebook, the chapter it is a companion of or None) for the notebooks of _toc.yml, in reading order."""
    place = {page: Path(root) / f"{page}.ipynb" for page, _ in pages(root)}
    return [(place[page], above and place[above]) for page, above in pages(root) if place[page].exists()]


def chapters(root):
    """The notebooks of _toc.yml, in reading order, each chapter followed by its companions."""
    return [path for path, _ in contents(root)]


def opening(root, path, start):
    """The page on which a notebook begins: the notation, for a companion also what its chapter declares and defines."""
    page = start.chapter()
    above = {notebook.resolve(): chapter for notebook, chapter in contents(root)}
    if chapter := above.get(Path(path).resolve()):
        for _ in read(markdown(chapter), page, chapter.stem, verify=False):
            pass
        page = page.chapter()
    return page


def notation(root):
    """The page that every chapter starts from."""
    page = Page(macros(root))
    path = Path(root) / "notation.md"
    results = read(markdown(path), page, "notation") if path.exists() else []
    errors = [f"{path.name}, {r.label}: {r.error}" for r in results if r.error]
    require(not errors, "; ".join(errors))
    return page


def read(text, page, name="", verify=True):
    """Go through a page in reading order and yield a Result for each display and each checked inline formula."""
    skip = None
    for number, event in enumerate(EVENT.finditer(text)):
        result = Result(page=name, label=event["label"], tex=event["display"], count=0)
        try:
            if event["say"]:
                skip = obey(event["say"], page, verify, result) or skip
                if not result.label:
                    continue
            elif event["symbol"]:
                page.declare(event["symbol"], event["kind"])
                continue
            elif event["directive"] or event["environment"]:
                raise TexError("write displays as $$ ... $$ (label)")
            elif event["display"]:
                before = text[text.rfind("\n", 0, event.start()) + 1:event.start()]
                require(not before.strip(), f"{before.strip()[-40:]!r} stands before $$ on its line")
                require(event["label"], f"the display {event['display'].strip()[:60]!r} has no label")
                page.displays[event["label"]] = event["display"]
                if skip:
                    result.skip, result.cell = skip
                    skip = None
                else:
                    result.count = page.equation(event["display"], verify)
            elif event["inline"] and (":=" in event["inline"] or r"\approx" in event["inline"]):
                result.count = page.equation(event["inline"], verify)
                result.label = f"inline-{number}"
            else:
                continue
        except TexError as error:
            result.error = str(error)
            result.label = result.label or f"at {(event['inline'] or event['say'] or event[0]).strip()[:50]}"
        yield result


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


def check(root, path, start=None):
    """All results of one chapter, and an error for each definition that nothing tests."""
    page = opening(root, path, start or notation(root))
    name = Path(path).stem
    results = list(read(markdown(path), page, name))
    for symbol in page.unchecked():
        results.append(Result(page=name, label=f"definition of {symbol}", count=0, tex=None,
                              error=f"the definition of {symbol} is used by no checked claim"))
    return results


def root_of(path):
    """The folder above a page, or above the current folder, that holds _config.yml."""
    for folder in [*Path(path).resolve().parents, Path.cwd(), *Path.cwd().parents]:
        if (folder / "_config.yml").exists():
            return folder
    raise FileNotFoundError(f"no _config.yml above {path}")


def open_page(name):
    """The page of a chapter for its readers: everything on it is known, nothing has been verified yet."""
    here = next((p for p in (Path(f"{name}.ipynb"), Path("chapters") / f"{name}.ipynb") if p.exists()), None)
    if here is None:
        raise FileNotFoundError(f"no notebook {name}.ipynb here or in chapters/")
    root = root_of(here)
    page = opening(root, here.resolve(), notation_unverified(root))
    for _ in read(markdown(here), page, name, verify=False):
        pass
    return page


def notation_unverified(root):
    """The notation page, bound but not verified: what a reader's page starts from."""
    page = Page(macros(root))
    if (Path(root) / "notation.md").exists():
        for _ in read(markdown(Path(root) / "notation.md"), page, "notation", verify=False):
            pass
    return page
