"""The projects for a class: each has its parts, and a table of marks that adds up."""

import re

import pytest
from notebooks import CHAPTERS, load, markdown, number

PARTS = ("Goal", "Data", "Start", "Milestones", "Hand in", "Pitfalls")
HEAD = "| criterion (points) | full marks | half | none |"
FULL = 100


def projects(text):
    """The sections of the page that are projects: title and text."""
    sections = re.split(r"^## ", text, flags=re.M)[1:]
    return [section.split("\n", 1) for section in sections if not section.startswith("Sources")]


def rubric(text):
    """The rows of the table of marks, cell by cell."""
    table = text[text.index(HEAD) :].split("\n\n")[0].splitlines()[2:]
    return [[cell.strip() for cell in row.strip("|").split("|")] for row in table]


def faults(text):
    """What a project lacks, or what does not add up in it."""
    lacking = [part for part in PARTS if f"**{part}" not in text]
    rows = rubric(text) if HEAD in text else []
    marks = [int(match[1]) for row in rows if (match := re.search(r"\((\d+)\)$", row[0]))]
    if len(marks) != len(rows) or sum(marks) != FULL:
        lacking.append(f"{len(rows)} criteria with the marks {marks}")
    return lacking + [row[0] for row in rows if len(row) != 4 or not all(row)]


PAGE = markdown(load(next(path for path in CHAPTERS if number(path) == "18b")))


def test_there_are_three():
    assert len(projects(PAGE)) == 3


@pytest.mark.parametrize(("title", "text"), projects(PAGE))
def test_a_project_is_complete_and_its_marks_add_up(title, text):
    assert faults(text) == [], title


@pytest.mark.parametrize(
    ("right", "wrong"),
    [("(20)", "(21)"), ("(10)", ""), ("**Pitfalls", "**Perils"), ("| half |", "| |"), ("| none |\n|---", "|\n|---")],
)
def test_what_is_missing_is_noticed(right, wrong):
    text = projects(PAGE)[0][1]
    assert right in text
    assert faults(text.replace(right, wrong, 1)) != []
