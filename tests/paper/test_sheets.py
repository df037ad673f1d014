"""The problem sheets: every exercise, and nothing of a solution. What should be there is read from the notebooks."""

import re

import pikepdf
import pytest
from bs4 import BeautifulSoup
from notebooks import CHAPTERS, load

import sheets

EXERCISE = re.compile(r"^(`{3,})\{exercise\} *([^\n]*)\n(?::label: (\S+)\n)(.*?)^\1 *$", re.M | re.S)
SOLUTION = re.compile(r"^`{3,}\{solution-start\}.*?^`{3,}\n(.*?)^`{3,}\{solution-end\}", re.M | re.S)
BLOCK = re.compile(r"^(`{3,}).*?^\1 *$|\$\$.*?\$\$.*?$|<!--.*?-->|^\|.*?$", re.M | re.S)
SPECIAL = re.compile(r"\$[^$]*\$|\{[\w:]+\}`[^`]*`|`[^`]*`|\[[^\]]*\]\([^)]*\)|[*_\\]|\((?:c|r|p|tm)\)|^[-\d.]+ ", re.M)
LEAST = 5  # words in a row that a solution does not share with a statement by chance


def text_of(path):
    """The text cells of a chapter."""
    return "\n\n".join(cell.source for cell in load(path).cells if cell.cell_type == "markdown")


TEXTS = {path.stem: text_of(path) for path in CHAPTERS}
EXERCISES = [(name, *match) for name, text in TEXTS.items() for match in EXERCISE.findall(text)]


def words(text):
    """A text as words in lower case with one space between them."""
    return " ".join(re.findall(r"[^\W\d_]+", text.lower()))


def runs(source, least=LEAST):
    """What stands in a piece of MyST between formulas, code and links: runs of words."""
    plain = SPECIAL.sub("\x00", BLOCK.sub("\x00", source))
    found = (words(part) for part in re.split(r"\x00|\n\n", plain))
    return [run for run in found if run.count(" ") + 1 >= least]


@pytest.fixture(scope="module")
def printed():
    """The document that was printed, formulas set."""
    return BeautifulSoup(sheets.JOINED.read_text(encoding="utf8"), "html.parser")


@pytest.fixture(scope="module")
def said(printed):
    """The words of all exercises on the sheets."""
    exercises = printed.select("main .exercise")
    for node in printed.select("mjx-container, code"):
        node.decompose()
    return [words(exercise.get_text(" ")) for exercise in exercises]


def test_every_exercise_is_on_its_sheet(said):
    """In the order of the book, with its whole statement."""
    assert len(said) == len(EXERCISES) == sum(text.count("{exercise}") for text in TEXTS.values())
    for (name, _, title, label, source), exercise in zip(EXERCISES, said, strict=True):
        missing = [run for run in [words(title.split("$")[0]), *runs(source)] if run not in exercise]
        assert missing == [], f"{name}, {label}"


def solution_runs():
    """What only solutions say: (chapter, words)."""
    statements = " ".join(run for *_, source in EXERCISES for run in runs(source, 1))
    for name, text in TEXTS.items():
        for solution in SOLUTION.findall(text):
            yield from ((name, run) for run in runs(solution) if run not in statements)


def test_no_solution_is_on_a_sheet(printed, said):
    everything, only = " ".join(said), list(solution_runs())
    assert len(only) > 500
    assert [(name, run) for name, run in only if run in everything] == []
    assert printed.select(".solution, .cell, .quiz, details, button, script[src*=figures]") == []


def test_the_file_has_a_bookmark_for_each_exercise():
    """The title of each exercise, with its number; so the pages that were printed hold them all."""
    with pikepdf.open(sheets.PRINTED) as book, book.open_outline() as outline:
        titles = [item.title for chapter in outline.root for item in chapter.children]
        assert len(outline.root) == len({name for name, *_ in EXERCISES})
    for (_, _, title, label, _), found in zip(EXERCISES, titles, strict=True):
        assert words(title.split("$")[0]) in words(found), label
