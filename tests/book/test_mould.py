"""How long a chapter is, its main line, which ends where the exercises begin, and its companions; and how wide.

Words are those of the prose: headings count; formulas, code, tables, comments and what is folded do not.
"""

import re

import pytest
from notebooks import CHAPTERS, ROOT, TO_BE_SHORTENED, load, number, prose

from launch import address, needs

LIMITS = {"words": 3500, "cells": 25, "displays": 30}
COMPANION = {"words": 3000, "cells": 25, "displays": 30}
LINE = 76
# characters of a printed line that 360 px show: in the text, and once a solution has started
PHONE = {"end": 35, "start": 31}
HIDES = {"hide-input", "hide-cell", "remove-cell"}
FOLDED = re.compile(r"^(`{3,}|:{3,})\{admonition\}.*\n:class:[^\n]*dropdown.*?^\1[ \t]*$", re.M | re.S)
TABLE = re.compile(r"^\|.*\|[ \t]*$", re.M)


def main_line(notebook):
    """The cells before the heading "Exercises"."""
    starts = [n for n, cell in enumerate(notebook.cells) if re.search(r"^## Exercises", cell.source, flags=re.M)]
    return notebook.cells[: starts[0]] if starts else notebook.cells


def shows_source(cell):
    """Whether a reader sees the code of a cell without unfolding it."""
    return cell.cell_type == "code" and not HIDES & set(cell.metadata.get("tags", []))


def size(notebook):
    """The words, the visible code cells and the labelled displays of the main line."""
    notebook = notebook.copy()
    notebook.cells = main_line(notebook)
    words = re.findall(r"\w[\w'’-]*", TABLE.sub("", FOLDED.sub("", prose(notebook))))
    text = "\n\n".join(cell.source for cell in notebook.cells if cell.cell_type == "markdown")
    displays = len(re.findall(r"^\$\$ \([\w-]+\)", text, flags=re.M))
    return {"words": len(words), "cells": sum(map(shows_source, notebook.cells)), "displays": displays}


def long_lines(notebook):
    """The visible lines of code that are wider than a page; an address may be."""
    shown = (cell for cell in notebook.cells if shows_source(cell))
    all_lines = [line for cell in shown for line in cell.source.splitlines() if len(line) > LINE]
    return [line for line in all_lines if line not in needs(address(ROOT))]


def printed(output):
    """What a reader sees of an output as text, line by line; a picture or a figure has its text for others."""
    data = output.get("data", {"text/plain": output.get("text", "")})
    return data["text/plain"].splitlines() if set(data) == {"text/plain"} else []


def wide_outputs(notebook):
    """The printed lines that are wider than a phone."""
    place = "end"
    for cell in notebook.cells:
        place = [place, *re.findall(r"^`{3,}\{solution-(start|end)\}", cell.source, flags=re.M)][-1]
        for output in cell.get("outputs", []):
            yield from (line for line in printed(output) if len(line) > PHONE[place])


def excess(path):
    """What is over its limit: {name: how many there are}."""
    limits = LIMITS if number(path).isdigit() else COMPANION
    found = size(load(path))
    over = {name: found[name] for name in limits if found[name] > limits[name]}
    lines = {"long lines": long_lines(load(path)), "wide outputs": list(wide_outputs(load(path)))}
    return over | {name: found for name, found in lines.items() if found}


@pytest.mark.parametrize("path", CHAPTERS, ids=lambda path: path.stem)
def test_a_chapter_can_be_finished(path):
    if number(path) in TO_BE_SHORTENED:
        assert excess(path), f"{path.stem} keeps the limits now: take it off the list"
    else:
        assert excess(path) == {}


def test_a_long_chapter_is_noticed():
    """The chapters on the list are over a limit, each one that the counts are made of."""
    over = {name for path in CHAPTERS if number(path) in TO_BE_SHORTENED for name in excess(path)}
    assert over == {"words", "cells", "displays", "long lines", "wide outputs"}
