"""The gate refuses misprints: every labelled equation of the book, with one small mistake at a time.

A mistake in a claim must be refused there; a mistake in a definition must make some statement of its chapter false.
What is still true survives, and tests/survivors says why: mostly inequalities that a mistake has made weaker.
"""

import re
import time
from dataclasses import replace
from importlib import import_module
from types import SimpleNamespace

import pytest
from mutants import mutants
from notebooks import ROOT, number

from texcheck import axes
from texcheck.book import AGREES, chapters, markdown, notation, opening, read
from texcheck.nodes import free, names_in
from texcheck.tokens import TexError
from texcheck.verify import verify

REFUSALS = (TexError, ArithmeticError)
START = notation(ROOT)
TURNED = {"<": ">", ">": "<", "<=": ">=", ">=": "<=", "!=": "="}
UNCLAIMED = ("defined", "imposed")
BUDGET = 20  # steps of a search: most mistakes are larger than it must see
LAST = 600  # steps for what survives that and has no reason to


def statements(path):
    """The chapter's page when all is read, and its checked displays: label, claims, letters, defined names."""
    page, displays = opening(ROOT, path, START), []
    for result in read(markdown(path), page, path.stem, verify=False):
        if result.tex and not result.skip and not result.error:
            displays.append(SimpleNamespace(label=result.label, tex=result.tex, defined=set(page.definitions)))
    before = page.shared
    for display in displays:
        display.defined, before = display.defined - before, before | display.defined
        display.claims = page.reader().statements(display.tex)
        display.letters = sorted(free(tuple(c.trees for c in display.claims), page.ranges))
    return page, displays


def accepted(page, claims, budget=BUDGET):
    """Whether the gate finds nothing false in these claims."""
    try:
        for claim in claims:
            axes.check(claim.trees, page)
        verify(page, claims, budget)
    except REFUSALS:
        return False
    return True


def misprints(display):
    """(what, claims) for each small mistake in a side or a relation; an inner side of a chain stands in two claims."""
    claims = [c for c in display.claims if c.relation not in UNCLAIMED]
    for c in claims:
        if c.relation in TURNED:
            yield "relation turned", [replace(c, relation=TURNED[c.relation])]
    for tree in {id(tree): tree for c in claims for tree in (c.left, c.right)}.values():
        for what, changed in mutants(tree, display.letters):
            yield (
                what,
                [
                    replace(c, **{side: changed})
                    for c in claims
                    for side in ("left", "right")
                    if getattr(c, side) is tree
                ],
            )


def broken_definitions(page, displays):
    """(label, what, name, page) for each small mistake in a definition."""
    for display in displays:
        for key in display.defined:
            definition = page.definitions[key]
            if any(
                c.left == definition.body
                for c in display.claims
                if c.relation != "defined" and c.text[0] not in ("", key[0])
            ):
                continue  # a chain: it is mutated as a side of its claims
            for what, changed in mutants(
                definition.body, sorted({*definition.index, *free(definition.body, page.ranges)})
            ):
                other = page.reader()
                other.definitions[key] = definition._replace(body=changed)
                yield display.label, f"definition, {what}", key[0], other


def agreements(path):
    """The comments that tie a printed definition to a function."""
    text = re.findall(r"<!--\s*texcheck: agrees (.*?)\s*-->", markdown(path), flags=re.S)
    return [AGREES.fullmatch(say).groupdict() for say in text]


def survives(page, name, displays, agrees):
    """Whether every statement that depends on the name is still accepted."""
    reach = page.dependents({name})
    for display in displays:
        checked = [c for c in display.claims if c.relation != "defined"]
        if names_in(tuple(c.trees for c in checked)) & reach and not accepted(page, checked):
            return False
    for say in agrees:
        try:
            page.agrees(say["tex"], say["function"], *say["arguments"].split())
        except REFUSALS:
            return False
    return True


def judge(path, reasons):
    """The number of mutants of a chapter, and the survivors as 'label: what was done'.

    One without a reason is searched once more, with the steps of the full search.
    """
    page, displays = statements(path)
    count, survivors = 0, []
    for display in displays:
        reader = page.reader()
        for what, claims in misprints(display):
            count += 1
            name = f"{display.label}: {what}"
            if accepted(reader, claims) and (explained(name, reasons) or accepted(reader, claims, LAST)):
                survivors.append(name)
    for label, what, name, broken in broken_definitions(page, displays):
        count += 1
        if survives(broken, name, displays, agreements(path)):
            survivors.append(f"{label}: {what}")
    return count, survivors


def explained(survivor, reasons):
    """Whether a reason on file says why this mistake leaves a true statement."""
    return any(re.fullmatch(reason, survivor) for reason in reasons)


@pytest.mark.parametrize("path", chapters(ROOT), ids=lambda path: path.stem)
def test_misprints_are_refused(path):
    start = time.process_time()
    reasons = import_module(f"survivors.chapter_{number(path)}").REASONS
    count, survivors = judge(path, reasons)
    print(f"{path.stem}: {count} misprints, {len(survivors)} still true, {time.process_time() - start:.1f} s")
    assert [s for s in survivors if not explained(s, reasons)] == [], "accepted without a reason"
    assert [r for r in reasons if not any(re.fullmatch(r, s) for s in survivors)] == [], "explains nothing any more"
