"""Every printed equation of the book holds as printed: one test per label, in reading order."""

import ast
import re
from collections import Counter

import pytest

from notebooks import ROOT, code_cells, load
from texcheck.book import chapters, check, notation

START = notation(ROOT)
RESULTS = [result for path in chapters(ROOT) for result in check(ROOT, path, START)]
DISPLAYS = [result for result in RESULTS if result.tex]
MOST_SKIPS = 0.1


@pytest.mark.parametrize("result", RESULTS, ids=[f"{r.page}:{r.label}" for r in RESULTS])
def test_equation(result):
    assert result.error is None, f"{result.page}:{result.label}: {result.error}\n{result.tex}"


def test_labels_are_unique_in_the_book():
    assert [label for label, n in Counter(r.label for r in DISPLAYS).items() if n > 1] == []


@pytest.mark.parametrize("path", chapters(ROOT), ids=lambda path: path.stem)
def test_no_display_escapes(path):
    """Every label after a display in the raw text cells is one that the gate has seen."""
    raw = "\n".join(cell.source for cell in load(path).cells if cell.cell_type == "markdown")
    labels = re.findall(r"\$\$[ \t]*\(([^)\s]+)\)", raw)
    assert labels == [r.label for r in DISPLAYS if r.page == path.stem]


def asserts(cell):
    """Whether a cell holds an assertion."""
    return any(isinstance(node, ast.Assert) for node in ast.walk(ast.parse(cell.source)))


@pytest.mark.parametrize("path", chapters(ROOT), ids=lambda path: path.stem)
def test_skips_are_few_and_checked_by_a_cell(path):
    """A skipped display names a cell by its tag, and that cell asserts something."""
    displays = [r for r in DISPLAYS if r.page == path.stem]
    skipped = [r for r in displays if r.skip]
    checking = {tag for cell in code_cells(load(path)) if asserts(cell) for tag in cell.metadata.get("tags", [])}
    assert [r.label for r in skipped if r.cell not in checking] == []
    assert len(skipped) <= MOST_SKIPS * len(displays)
