"""The {quiz} directive's promises: what it refuses, and that every printed answer is what its expression gives."""

import html
import importlib
import json
import math
import re
import subprocess
import sys
from decimal import Decimal
from pathlib import Path

import numpy as np
import pytest
from quizzes import ROOT, quizzes, quizzes_of_the_book

from quiz import near_enough

EXTENSIONS = Path(__file__).parents[2] / "_ext"
QUIZZES = [(page, quiz) for page, held in quizzes_of_the_book().items() for quiz in held]


def evaluate(expression):
    """The value of a :compute: expression, which may name np, math and softxent's modules by their full path."""
    for module in set(re.findall(r"softxent\.\w+", expression)):
        importlib.import_module(module)
    names = {"np": np, "math": math, "softxent": importlib.import_module("softxent")}
    return float(eval(expression, names))


def agrees(quiz):
    """Does the expression round to the printed answer, or give the right option's number?"""
    if "correct" in quiz:
        return "compute" not in quiz or evaluate(quiz["compute"]) == int(quiz["correct"])
    return abs(evaluate(quiz["compute"]) - float(quiz["answer"])) <= half_unit(quiz["answer"])


def half_unit(printed):
    """Half a unit of the last printed digit; an integer must be met but for the rounding of float64."""
    exponent = Decimal(printed).as_tuple().exponent
    return 0.5 * 10.0**exponent * (1 + 1e-9) if exponent < 0 else 1e-9 * max(1.0, abs(float(printed)))


def test_no_quiz_is_overlooked():
    raw = "".join(path.read_text(encoding="utf8") for path in (ROOT / "chapters").glob("*.ipynb"))
    assert len([page for page, _ in QUIZZES if page.startswith("chapters/")]) == raw.count("{quiz}") > 0


@pytest.mark.parametrize(("page", "quiz"), QUIZZES, ids=[f"{page}-{i}" for i, (page, _) in enumerate(QUIZZES)])
def test_a_printed_answer_is_computed(page, quiz):
    """The reader is never told that a right number is wrong."""
    assert agrees(quiz), (page, quiz, "compute" in quiz and evaluate(quiz["compute"]))


def test_no_wrong_number_is_near_enough():
    """What the build would refuse is refused here too, for every page."""
    widths = [near_enough(quiz["answer"], quiz.get("tolerance")) for _, quiz in QUIZZES if "answer" in quiz]
    assert len(widths) >= 10


@pytest.mark.parametrize(("answer", "tolerance"), [("0.5", None), ("0.1", "0.005"), ("0.811", "0.017"), ("0.0", None)])
def test_a_loose_tolerance_is_refused(answer, tolerance):
    """Two per cent of the answer is the limit."""
    with pytest.raises(ValueError, match=f"of the answer {answer} must be from 0 to .*, 2 % of it"):
        near_enough(answer, tolerance)


@pytest.mark.parametrize("tolerance", ["-0.001", "inf"])
def test_a_tolerance_that_lets_nothing_or_everything_pass_is_refused(tolerance):
    """Neither sign nor size is left to the script."""
    with pytest.raises(ValueError, match="must be from 0 to"):
        near_enough("0.811", tolerance)


@pytest.mark.parametrize(
    ("answer", "tolerance", "width"),
    [("0.811", None, 0.001), ("0.50", None, 0.01), ("10", None, 0), ("-0.50", None, 0.01), ("0.1", "0.002", 0.002)],
)
def test_the_default_is_one_unit_of_the_last_digit(answer, tolerance, width):
    """A tolerance of 2 % itself is still right; an integer must be met."""
    assert near_enough(answer, tolerance) == width


@pytest.mark.parametrize(
    ("answer", "compute", "good"),
    [
        ("0.811", "-0.75 * np.log2(0.75) - 0.25 * np.log2(0.25)", True),
        ("0.812", "-0.75 * np.log2(0.75) - 0.25 * np.log2(0.25)", False),
        ("0.69", "math.log(2)", True),
        ("0.70", "math.log(2)", False),
        ("3", "math.log2(8)", True),
        ("3", "3.001", False),
    ],
)
def test_the_comparison_can_fail(answer, compute, good):
    """One unit in the last place is enough to be caught."""
    assert agrees({"answer": answer, "compute": compute}) is good


def test_a_wrong_option_is_caught():
    """A choice with an expression is held to it."""
    assert agrees({"correct": "2", "compute": "1 + np.argmax([1, 3, 2])"})
    assert not agrees({"correct": "1", "compute": "1 + np.argmax([1, 3, 2])"})


def test_nested_and_colon_fences_are_found():
    """The reader of sources sees a quiz inside an exercise, and one fenced with colons."""
    inner = "```{quiz}\n:answer: 2\n:compute: 1 + 1\n\nWhat?\n+++\nTwo.\n```"
    text = f"````{{exercise}} Sum\n:label: ex\n\n{inner}\n````\n\n:::{{quiz}}\n:correct: 1\n\n- a\n- b\n+++\nx\n:::\n"
    assert quizzes(text) == [{"answer": "2", "compute": "1 + 1"}, {"correct": "1"}]


GOOD = "```{quiz}\n:answer: 0.50\n:compute: 1 / 2\n:hint: halve it\n\nHalf of one?\n\n+++\n\nOne half.\n```\n"
CHOICE = "```{quiz}\n:correct: 2\n:hint: the larger\n\nWhich?\n\n- one\n- two\n\n+++\n\nTwo is larger.\n```\n"
FAULTS = {
    "needs a line '+++'": GOOD.replace("+++", "---"),
    "a question and an answer": GOOD.replace("One half.", ""),
    "either :answer:": GOOD.replace(":answer: 0.50\n", ""),
    "needs a :hint:": GOOD.replace(":hint: halve it\n", ""),
    "plain text": GOOD.replace("halve it", "see $x$"),
    "needs :compute:": GOOD.replace(":compute: 1 / 2\n", ""),
    "decimal numbers": GOOD.replace("0.50", "one half"),
    "must be from 0 to 0.01": GOOD.replace("0.50", "0.5"),
    "end in a bullet list": CHOICE.replace("correct: 2", "correct: 3"),
    "parted by": CHOICE.replace("the larger", "the larger\n:hints: one: too small"),
    "for wrong options": CHOICE.replace("the larger", "the larger\n:hints: 2: right"),
    "must end in": CHOICE.replace("- one\n- two", "one or two"),
}


@pytest.fixture
def build(tmp_path):
    """build(text, builder) -> what the builder wrote for a page with that text, and the warnings."""

    def run(text, builder):
        (tmp_path / "index.md").write_text("# Page\n\n" + text, encoding="utf8")
        (tmp_path / "conf.py").write_text(f"import sys; sys.path.append({str(EXTENSIONS)!r})\n", encoding="utf8")
        settings = ["-D", "extensions=myst_parser,quiz", "-D", "project=quiz", "-b", builder]
        command = [sys.executable, "-m", "sphinx", "-q", *settings, str(tmp_path), str(tmp_path / builder)]
        done = subprocess.run(command, capture_output=True, text=True, check=True)
        written = [p for p in (tmp_path / builder).rglob("*") if p.name in ("index.html", "quiz.tex", "index.txt")]
        return written[0].read_text(encoding="utf8"), done.stderr

    return run


def test_a_broken_quiz_is_refused(build):
    """An author hears of each fault when the book is built, where a warning is an error."""
    warnings = build("\n".join(FAULTS.values()), "html")[1]
    assert warnings.count("ERROR") == len(FAULTS)
    assert all(complaint in warnings for complaint in FAULTS)


def test_the_element_carries_what_the_script_needs(build):
    """Answer, tolerance and hint as attributes; question and answer as plain HTML; the expression is not shown."""
    page, warnings = build(GOOD + "\n" + CHOICE, "html")
    assert 'data-answer="0.50" data-tolerance="0.01" data-hint="halve it"' in page
    assert 'data-correct="2" data-hint="the larger"' in page
    assert page.count("<details><summary>Answer</summary>") == 2
    assert "1 / 2" not in page
    assert warnings == ""


def test_hints_for_single_answers(build):
    """Sign, number, how near is near enough, words; another question is another quiz, another hint is not."""
    with_hints = GOOD.replace(
        "halve it", "halve it\n:hints: < 0: lengths are positive | 0.25: halved twice | 2: doubled"
    )
    other = GOOD.replace("Half of one?", "One half of one?")
    page, warnings = build("\n".join([GOOD, with_hints, other]), "html")
    assert warnings == ""
    hints = json.loads(html.unescape(re.search(r'data-hints="([^"]*)"', page).group(1)))
    assert hints == [["<", 0, 0, "lengths are positive"], ["=", 0.25, 0.01, "halved twice"], ["=", 2, 0, "doubled"]]
    first, second, third = re.findall(r'data-id="([0-9a-f]{8})"', page)
    assert first == second != third


@pytest.mark.parametrize("builder", ["latex", "text"])
def test_paper_holds_question_and_answer(build, builder):
    """The other builders print both, the answer under its name."""
    page, warnings = build(GOOD + "\n" + CHOICE, builder)
    assert all(words in page for words in ["Half of one?", "Answer.", "One half.", "Two is larger."])
    assert warnings == ""
