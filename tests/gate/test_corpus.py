"""The checker tells the true statements of this folder from the false ones.

`statements_false.tsv` must be refused, `statements_true.tsv` accepted.  `statements_beyond.tsv` holds false statements
that no sampling can find, such as formulas that interpolate the sizes; they stand here so that nobody takes
silence for a proof.

A plain run takes every eighth statement; ALL_STATEMENTS=1, as in `make test-gate`, takes all, which needs six minutes
of one processor.
"""

import os
from collections import Counter

import pages_false
import pytest
from attack_page import fresh, say, statements

from texcheck import TexError
from texcheck.book import markdown, read

STEP = 1 if os.environ.get("ALL_STATEMENTS") else 8
BEYOND, UNREAD, THROUGH = statements("beyond"), statements("unread"), statements("through")
FALSE = [row for row in statements("false") + statements("own") if row[1] not in {known[1] for known in THROUGH}]
TRUE = [row for row in statements("true") if row[1] not in {unread[1] for unread in UNREAD}]


def labelled(rows):
    """One parameter for each statement, named by its class and number."""
    numbers = Counter()
    for group, *_ in rows:
        numbers[group] += 1
        yield f"{group}-{numbers[group]}"


@pytest.fixture(scope="module", autouse=True)
def the_page_itself_is_sound():
    fresh()


@pytest.mark.parametrize(("group", "statement", "reason"), FALSE[::STEP], ids=list(labelled(FALSE))[::STEP])
def test_false(group, statement, reason):
    with pytest.raises(TexError):
        say(statement)


@pytest.mark.parametrize(("group", "statement", "why"), TRUE[::STEP], ids=list(labelled(TRUE))[::STEP])
def test_true(group, statement, why):
    say(statement)


@pytest.mark.parametrize(("group", "statement", "reason"), THROUGH, ids=labelled(THROUGH))
def test_through(group, statement, reason):
    """False, and still accepted: the page that says what "checked" means lists these kinds."""
    say(statement)


@pytest.mark.parametrize(("group", "statement", "why"), UNREAD, ids=labelled(UNREAD))
def test_unread(group, statement, why):
    """True, and refused on purpose or not read yet."""
    with pytest.raises(TexError):
        say(statement)


def test_no_statement_stands_twice():
    everything = [row[1] for row in (*FALSE, *TRUE, *BEYOND)]
    assert [s for s, times in Counter(everything).items() if times > 1] == []


def errors(text, tmp_path):
    """What the checker finds wrong on a page."""
    path = tmp_path / "page.md"
    path.write_bytes(text.encode())
    return [result.error for result in read(markdown(path), fresh(), "page") if result.error]


@pytest.mark.parametrize("name", pages_false.FALSE)
def test_false_page(name, tmp_path):
    assert errors(pages_false.FALSE[name], tmp_path)


@pytest.mark.parametrize("name", pages_false.SOUND)
def test_sound_page(name, tmp_path):
    assert errors(pages_false.SOUND[name], tmp_path) == []
