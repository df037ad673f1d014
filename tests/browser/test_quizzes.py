"""Every self-check of every built page, answered right and wrong, by keyboard alone."""

import pytest
from quizzes import quizzes_of_the_book

from . import site

PAGES = site.pages("<self-check")


def state(check):
    """What the verdict says, and how it looks."""
    verdict = check.locator("output")
    return verdict.get_attribute("data-state"), verdict.inner_text()


def answer_number(check, text):
    """Type into the field and press Enter."""
    field = check.locator("input[type=text]")
    field.fill(text)
    field.press("Enter")
    return state(check)


def answer_choice(check, number):
    """Choose with the space bar and press the button."""
    check.locator(f"input[value='{number}']").press("Space")
    check.locator("button").press("Enter")
    return state(check)


def answer_all(check, right, wrong, give):
    """The right answers are accepted, the wrong ones refused with the hint."""
    hint = check.get_attribute("data-hint")
    for text in right:
        assert give(check, text)[0] == "right", text
    for text in wrong:
        said, words = give(check, text)
        assert said == "wrong", text
        assert hint in words


@pytest.mark.parametrize("name", PAGES)
def test_every_quiz(read, name):
    """Right, and wrong on both sides of the tolerance or in every other option; nothing counts as an answer."""
    reader = read(f"{name}.html", formulas=False)
    reader.unfold()
    for check in reader.page.locator("self-check").all():
        check.locator("button").press("Enter")
        assert state(check)[0] == "empty"
        if check.get_attribute("data-correct"):
            right = int(check.get_attribute("data-correct"))
            others = set(range(1, check.locator("input").count() + 1)) - {right}
            assert others
            answer_all(check, [right], others, answer_choice)
        else:
            answer, width = check.get_attribute("data-answer"), float(check.get_attribute("data-tolerance"))
            near = [answer, answer.replace(".", ","), f"{answer}/1", repr(float(answer) + 0.99 * width)]
            step = max(1.01 * width, 1e-3)
            far = [repr(float(answer) + step), repr(float(answer) - step)]
            answer_all(check, near, far, answer_number)
            assert answer_number(check, "a half")[0] == "empty"


@pytest.mark.parametrize("name", PAGES)
def test_no_quiz_is_lost(name):
    """As many self-checks on the page as its source holds."""
    html = (site.SITE / f"{name}.html").read_text(encoding="utf8")
    assert html.count("<self-check ") == len(quizzes_of_the_book(site.SITE.parents[1]).get(name, []))
