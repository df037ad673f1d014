"""Every code exercise: the wrong answers are refused with a hint, and a solution of its chapter passes."""

import re
import subprocess
import sys
from importlib import import_module

import pytest
from notebooks import CHAPTERS, ROOT, code_cells, load, number

from bookkit.exercises import check, judges

MODULES = sorted(path.stem for path in (ROOT / "src" / "bookkit" / "exercises").glob("chapter_*.py"))


def chapter_of(module):
    """The chapter of a module of checks: 05 of chapter_05, 01a of the companion's chapter_01a."""
    return module.removeprefix("chapter_")


def wrong_answers():
    """(key, attempt) for every wrong answer on file."""
    for module in MODULES:
        for name, attempts in import_module(f"wrong_answers.{module}").WRONG.items():
            for count, attempt in enumerate(attempts):
                yield pytest.param(f"{chapter_of(module)}.{name}", attempt, id=f"{chapter_of(module)}.{name}-{count}")


@pytest.mark.parametrize(("key", "attempt"), list(wrong_answers()))
def test_wrong_answer_is_refused_with_a_hint(key, attempt, capsys):
    check(key, attempt)
    out = capsys.readouterr().out
    assert out.startswith(f"✗ {key}: ")
    assert len(out) > len(key) + 15


@pytest.mark.parametrize("module", MODULES)
def test_hints_depend_on_the_attempt(module, capsys):
    for name, attempts in import_module(f"wrong_answers.{module}").WRONG.items():
        for attempt in attempts:
            check(f"{chapter_of(module)}.{name}", attempt)
        assert len(set(capsys.readouterr().out.splitlines())) > 1 or len(attempts) == 1, name


@pytest.mark.parametrize("key", ["05.batch"])
def test_each_usual_mistake_has_a_hint_of_its_own(key, capsys):
    chapter, name = key.split(".")
    attempts = import_module(f"wrong_answers.chapter_{chapter}").WRONG[name]
    for attempt in attempts:
        check(key, attempt)
    hints = capsys.readouterr().out.splitlines()
    assert len(set(hints)) == len(hints) == len(attempts)


@pytest.mark.parametrize("module", MODULES)
def test_every_exercise_has_wrong_answers_and_a_passing_solution(module):
    names = judges(chapter_of(module))
    assert sorted(import_module(f"wrong_answers.{module}").WRONG) == sorted(names)
    chapter = next(path for path in CHAPTERS if number(path) == chapter_of(module))
    stored = "".join(o.get("text", "") for cell in code_cells(load(chapter)) for o in cell.outputs)
    assert [name for name in names if f"✓ {chapter_of(module)}.{name}\n" not in stored] == []


BY_HAND = {
    "01.bits": (2, 1.39),
    "01.hardest": ("␣", 3.971),
    "02.bits": (2.625, 0.875),
    "02.votes": (1.040, 0.693, 0.347),
    "03.hand": [-0.693, 0, 0.693],
    "04.mirror": ([0.347, 0.240, 0.165, 0.114, 0.079, 0.054], -0.371),
    "05.hand": [0.2, -0.7, 0.5],
    "05.multihot": [0.4995, 0.4995, 0.001],
    "06.hand": [0.375, 0.25, 0],
    "06.temperature": [5, 50, 0.04],
    "07.hand": [0.048, -0.468, 0.42],
    "07.concave": 1.317,
    "10.frequencies": [[-0.441], [-0.035], [0.476]],
    "13.hand": (7, 0.824),
    "13.tie": 0.564,
    "18.largest": [11.090, 88.719, 88.723, 709.783],
    "18.smallest": [-17.329, -92.882, -103.972, -745.133],
    "18.soft": [[0.898, 0.970, 0.072], [0, 0.693, 0.693]],
    "18.peak": 1.278,
    "18.penalty": 3.914,
    "18.hessian": [[0.25, -0.167, -0.083], [-0.167, 0.222, -0.056], [-0.083, -0.056, 0.139]],
    "18.eigen": [0.406, 0.205, 0],
    "18.wide": [6.797, 11.507, 15.420],
    "18.best": 3.607,
}


@pytest.mark.parametrize("key", BY_HAND)
def test_three_digits_are_enough_where_no_computer_is_asked_for(key, capsys):
    check(key, BY_HAND[key])
    assert capsys.readouterr().out == f"✓ {key}\n"


def test_check_names_what_an_attempt_raises(capsys):
    check("01.bits", "not numbers")
    assert capsys.readouterr().out.startswith("✗ 01.bits: ")


@pytest.mark.parametrize("key", ["99.x", "05.absent", "05.agree", "05", "", "..", "judging.laws"])
def test_an_unknown_key_gets_one_clear_line(key, capsys):
    check(key, 0)
    assert re.fullmatch(rf"✗ {re.escape(key)}: there is no such exercise; there is .+\n", capsys.readouterr().out)


def test_a_wrong_answer_is_refused_without_assertions():
    """python -O drops assert statements."""
    command = 'from bookkit.exercises import check; check("04.mirror", ([9] * 6, 9))'
    run = subprocess.run([sys.executable, "-O", "-c", command], capture_output=True, text=True, check=True)
    assert run.stdout.startswith("✗ 04.mirror: ")


def test_a_usual_mistake_that_is_right_in_a_special_case_does_not_refuse(capsys):
    check("07.step", lambda eta, K: eta * K / 2)  # for K = 2 that is also 2 eta / K
    assert capsys.readouterr().out == "✓ 07.step\n"
