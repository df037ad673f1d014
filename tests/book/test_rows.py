"""What the book was asked, 447 rows, 114 mistakes and 50 gaps, and where it answers (tools/rows.py)."""

import re

from notebooks import ROOT

import rows

ASKED = rows.table("asked.tsv")
LEFT = rows.table("left.tsv")
ANSWERS = rows.answers(ROOT)
DISPLAY = re.compile(r"^\$\$ \([\w-]+\)", re.M)
PROVES = re.compile(r"\{prf:(proof|ref)\}|\{solution|dropdown")
INLINE = re.compile(r"(?<![\\$])\$[^$]+\$")
# what a section must hold for an answer of this kind to be possible at all
NEEDS = {
    "proved": lambda kinds, text: DISPLAY.search(text) or PROVES.search(text) or len(INLINE.findall(text)) >= 3,
    "defined": lambda kinds, text: DISPLAY.search(text) or re.search(r"\*\*\w|^\|", text, re.M),
    "run": lambda kinds, text: "code" in kinds or "{figure}" in text,
    "cited": lambda kinds, text: "{cite" in text or "{bibliography}" in text,
    "stated": lambda kinds, text: len(text) > 80,
    "named": lambda kinds, text: len(text) > 80,
}


def impossible(how, section):
    """Whether a section cannot hold an answer of that kind; what is said of its rows does not count."""
    text = rows.COMMENT.sub("", "\n".join(text for _, text in section))
    return not NEEDS[how]({kind for kind, _ in section}, text)


def test_what_was_asked_is_complete():
    kinds = [rows.KINDS.get(name.split("-")[0], "rows") for name in ASKED]
    assert {kind: kinds.count(kind) for kind in kinds} == {"rows": 447, "mistakes": 114, "gaps": 50}


def test_every_answer_names_something_that_was_asked():
    assert {name for name, *_ in ANSWERS} - set(ASKED) == set()
    assert {how for _, how, *_ in ANSWERS} - set(rows.HOW) == set()


def test_all_is_answered_or_left_with_a_reason():
    answered = {name for name, *_ in ANSWERS}
    assert answered & set(LEFT) == set()
    assert set(ASKED) - answered - set(LEFT) == set()


def test_only_of_a_mistake_it_is_said_that_the_right_thing_stands_there():
    assert [name for name, how, *_ in ANSWERS if how == "stated" and not name.startswith("E-")] == []


def test_where_it_is_answered_something_stands():
    assert [(name, how, place) for name, how, place, section in ANSWERS if impossible(how, section)] == []


def test_an_empty_section_answers_nothing():
    bare = [("markdown", "## Heading\n\nA sentence.\n\n<!-- answers: S42-03 proved -->")]
    assert all(impossible(how, bare) for how in rows.HOW)


def test_the_table_is_that_of_the_pages():
    assert (ROOT / "tests" / "rows" / "answered.tsv").read_text().splitlines() == rows.answered(ROOT)
