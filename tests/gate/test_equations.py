"""Every printed equation of the book holds as printed: one test per label, in reading order."""

import ast
import re
from collections import Counter
from functools import cache

import pytest
from notebooks import ROOT, code_cells, load

from texcheck import TexError, verdicts
from texcheck.book import chapters, check, markdown, notation, notation_unverified, results_of

UNVERIFIED = notation_unverified(ROOT)
LISTED = {path: [r for r in results_of(ROOT, path, UNVERIFIED, verify=False)[1] if r.label] for path in chapters(ROOT)}
DISPLAYS = [result for found in LISTED.values() for result in found if result.tex]
MOST_SKIPS = 0.1
every_chapter = pytest.mark.parametrize("path", chapters(ROOT), ids=lambda path: path.stem)


@cache
def start():
    """The notation page, verified."""
    return notation(ROOT)


@cache
def results(path):
    """Everything that the gate says of a chapter, evaluated once and only by the worker that runs these tests."""
    return check(ROOT, path, start())


@pytest.mark.parametrize(
    ("path", "label"),
    [pytest.param(path, r.label, id=f"{r.page}:{r.label}") for path, found in LISTED.items() for r in found],
)
def test_equation(path, label):
    found = [r for r in results(path) if r.label == label]
    assert found, f"{path.stem}:{label} was not evaluated"
    assert [f"{path.stem}:{label}: {r.error}\n{r.tex}" for r in found if r.error] == []


@every_chapter
def test_the_stored_verdicts_are_those_of_this_run(path):
    """The file that counts and pages are made from says what the gate has just found."""
    known = verdicts.stored(ROOT)
    assert known["gate"] == verdicts.gate(), "run: make verdicts"
    found = {r.label: [r.hash, "skip" if r.skip else r.count] for r in results(path) if r.tex}
    assert known["pages"][path.stem] == found, "run: make verdicts"


def test_a_sign_flipped_after_the_check_is_stale():
    """A verdict belongs to the display that was checked."""
    path = next(p for p in chapters(ROOT) if p.stem == "05_gradient")
    found = [r for r in results_of(ROOT, path, UNVERIFIED, verify=False)[1] if r.tex]
    flipped = next(r for r in found if r.label == "grad-theorem")
    page, _ = results_of(ROOT, path, UNVERIFIED, verify=False)
    tex = flipped.tex.replace(r"\mathbf{p} - \mathbf{y}", r"\mathbf{p} + \mathbf{y}")
    flipped.hash = verdicts.digest(page, tex, page.reader().statements(tex))
    with pytest.raises(TexError, match="grad-theorem has changed since it was checked: run: make verdicts"):
        verdicts.compare(path.stem, found, verdicts.stored(ROOT)["pages"][path.stem])


@every_chapter
def test_code_agrees_and_every_definition_is_used(path):
    labels = {r.label for r in LISTED[path]}
    others = [r for r in results(path) if r.label not in labels and not r.unworded]
    assert [f"{r.page}:{r.label}: {r.error}" for r in others if r.error] == []


@every_chapter
def test_a_false_relation_in_a_sentence_has_a_word_before_it(path):
    """if, for, at, let, with, where, when, suppose or provided."""
    assert [r.label for r in results(path) if r.unworded] == []


def arithmetic(text):
    """The formulas in sentences that say what a sum, product, fraction or root of numbers is exactly."""
    return re.findall(r"\$((?:\\(?:cdot|frac|sqrt)|[-+\d^{}() .])+=\s*-?\d+(?:\.\d+)?)\$", text)


@pytest.mark.parametrize(
    ("page", "formula"),
    [(path.stem, formula) for path in chapters(ROOT) for formula in arithmetic(markdown(path)) if "\\" in formula],
)
def test_arithmetic_in_a_sentence_is_exact(page, formula):
    start().chapter().equation(formula)


def test_labels_are_unique_in_the_book():
    assert [label for label, n in Counter(r.label for r in DISPLAYS).items() if n > 1] == []


@every_chapter
def test_no_display_escapes(path):
    """Every label after a display in the raw text cells is one that the gate has seen."""
    raw = "\n".join(cell.source for cell in load(path).cells if cell.cell_type == "markdown")
    labels = re.findall(r"\$\$[ \t]*\(([^)\s]+)\)", raw)
    assert labels == [r.label for r in DISPLAYS if r.page == path.stem]


def asserts(cell):
    """Whether a cell holds an assertion."""
    return any(isinstance(node, ast.Assert) for node in ast.walk(ast.parse(cell.source)))


@every_chapter
def test_skips_are_few_and_checked_by_a_cell(path):
    """A skipped display names a cell by its tag, and that cell asserts something."""
    displays = [r for r in DISPLAYS if r.page == path.stem]
    skipped = [r for r in displays if r.skip]
    checking = {tag for cell in code_cells(load(path)) if asserts(cell) for tag in cell.metadata.get("tags", [])}
    assert [r.label for r in skipped if r.cell not in checking] == []
    assert len(skipped) <= MOST_SKIPS * len(displays)
