"""Every self-check of every built page, answered by keyboard alone; what is remembered, and what is forgotten."""

import json

import pytest
from quizzes import quizzes_of_the_book

from . import site

PAGES = site.pages("<self-check")
KEY = "softmax-cross-entropy-book:answered"
STORED = f"() => localStorage.getItem('{KEY}')"
REFUSE = f"""
const KEY = "{KEY}";
for (const method of ["getItem", "setItem", "removeItem"]) {{
  const allowed = Storage.prototype[method];
  Storage.prototype[method] = function (name, ...rest) {{
    if (name === KEY) throw new DOMException("no", "SecurityError");
    return allowed.call(this, name, ...rest);
  }};
}}"""
MEMORY = ".self-check-memory"


def state(check):
    """What the verdict says, and how it looks."""
    verdict = check.locator("output")
    return verdict.get_attribute("data-state"), verdict.inner_text()


def answer_number(check, text):
    """Type into the field and press Enter."""
    field = check.locator("input[type=text]")
    field.fill(text)
    assert state(check) == (None, "")
    field.press("Enter")
    return state(check)


def answer_choice(check, number):
    """Choose with the space bar and press the button."""
    check.locator(f"input[value='{number}']").press("Space")
    assert state(check) == (None, "")
    check.get_by_role("button", name="Check").press("Enter")
    return state(check)


def give(check, answer):
    """Either kind of answer."""
    return (answer_choice if check.get_attribute("data-correct") else answer_number)(check, answer)


def answer_right(check):
    """The answer that the page holds."""
    said = give(check, check.get_attribute("data-correct") or check.get_attribute("data-answer"))
    assert said == ("right", "✓ Right.")


def expected_hint(check, answer):
    """The first of its hints that is for this answer, else the one for all."""
    x = float(answer)
    for sign, number, width, words in json.loads(check.get_attribute("data-hints") or "[]"):
        if {"<": x < number, ">": x > number, "=": abs(x - number) <= width * (1 + 1e-9)}[sign]:
            return words
    return check.get_attribute("data-hint")


def answer_all(check, right, wrong):
    """The right answers are accepted, the wrong ones refused with their hint."""
    for text in right:
        assert give(check, text)[0] == "right", text
    for text in wrong:
        assert give(check, text) == ("wrong", f"✗ Not yet. Hint: {expected_hint(check, text)}"), text


@pytest.mark.parametrize("name", PAGES)
def test_every_quiz(read, name):
    """Right, and wrong on both sides of the tolerance or in every other option; nothing counts as an answer."""
    reader = read(f"{name}.html", formulas=False)
    reader.unfold()
    for check in reader.page.locator("self-check").all():
        check.get_by_role("button", name="Check").press("Enter")
        assert state(check)[0] == "empty"
        if check.get_attribute("data-correct"):
            right = int(check.get_attribute("data-correct"))
            others = set(range(1, check.locator("input").count() + 1)) - {right}
            assert others
            answer_all(check, [right], others)
        else:
            answer, width = check.get_attribute("data-answer"), float(check.get_attribute("data-tolerance"))
            near = [answer, answer.replace(".", ","), f"{answer}/1", repr(float(answer) + 0.99 * width)]
            step = max(1.01 * width, 1e-3)
            far = [repr(float(answer) + step), repr(float(answer) - step)]
            answer_all(check, near, far)
            assert answer_number(check, "a half")[0] == "empty"


@pytest.mark.parametrize("name", site.pages("data-hints"))
def test_every_hint_is_met(read, name):
    """Each answer that has a hint of its own is wrong, and gets this hint."""
    reader = read(f"{name}.html", formulas=False)
    reader.unfold()
    for check in reader.page.locator("self-check[data-hints]").all():
        for sign, number, _, words in json.loads(check.get_attribute("data-hints")):
            answer = f"{number + {'<': -1, '=': 0, '>': 1}[sign]:g}"
            assert give(check, answer) == ("wrong", f"✗ Not yet. Hint: {words}"), answer


def test_answers_are_remembered_and_forgotten(read):
    """A right answer is marked, here and after a reload, on this page alone; forgetting asks first, by keyboard."""
    name, other = [page for page in PAGES if len(quizzes_of_the_book(site.SITE.parents[1])[page]) > 1][:2]
    reader = read(f"{name}.html", formulas=False, fresh=True)
    page = reader.page
    marks, foot = page.locator(".self-check-solved"), page.locator(MEMORY)
    total = page.locator("self-check").count()
    seen = lambda: [mark.is_visible() for mark in marks.all()]  # noqa: E731
    assert seen() == [False] * total
    assert foot.inner_text() == ""
    answer_right(page.locator("self-check").nth(1))
    for _ in range(2):
        marks.nth(1).wait_for()
        assert seen() == [n == 1 for n in range(total)]
        assert f"Self-checks answered on this page: 1 of {total}." in foot.inner_text()
        page.reload()
    assert len(json.loads(page.evaluate(STORED))) == 1
    page.goto(f"{reader.base}/{other}.html")
    assert "Self-checks answered on this page: 0 of" in foot.inner_text()
    assert not any(seen())
    page.goto(f"{reader.base}/{name}.html")
    for key, kept in [("Escape", True), ("Enter", True), ("Tab", False)]:
        foot.get_by_role("button", name="Forget my answers").press("Enter")
        assert page.evaluate("() => document.activeElement.textContent") == "Keep them"
        page.keyboard.press(key)
        if key == "Tab":
            page.keyboard.press("Enter")
        assert (page.evaluate(STORED) is not None) is kept
    assert not any(seen())
    assert foot.locator("[role=status]").inner_text() == "Your answers are forgotten."
    page.reload()
    assert foot.inner_text() == ""


def test_a_wrong_answer_is_not_remembered(read):
    """Nor one that is empty."""
    page = read(f"{PAGES[0]}.html", formulas=False, fresh=True).page
    check = page.locator("self-check").first
    check.get_by_role("button", name="Check").press("Enter")
    wrong = {"1", "2"} - {check.get_attribute("data-correct")} if check.get_attribute("data-correct") else {"-7"}
    assert give(check, wrong.pop())[0] == "wrong"
    assert page.evaluate(STORED) is None


@pytest.mark.parametrize("stored", ["not JSON", "{}", "7", "null", '["unknown"]'])
def test_what_is_stored_may_be_anything(read, stored):
    """The page works, and a right answer is remembered."""
    page = read(f"{PAGES[0]}.html", formulas=False, fresh=True).page
    page.evaluate("([key, text]) => localStorage.setItem(key, text)", [KEY, stored])
    page.reload()
    answer_right(page.locator("self-check").first)
    assert page.locator("self-check").first.get_attribute("data-id") in json.loads(page.evaluate(STORED))


def test_refused_storage_is_no_fault(read):
    """Without storage the marks last as long as the page, and nothing is said on the console."""
    reader = read(f"{PAGES[0]}.html", formulas=False, fresh=True)
    reader.page.add_init_script(REFUSE)
    reader.page.reload()
    check = reader.page.locator("self-check").first
    answer_right(check)
    assert check.locator(".self-check-solved").is_visible()
    assert [words for words in reader.noise if "mathjax" not in words and "ERR_FAILED" not in words] == []
    assert reader.page.evaluate("() => { try { localStorage.getItem(KEY) } catch { return 'refused' } }") == "refused"


def test_answers_are_remembered_on_files(read):
    """A book that was unpacked and opened from the disk remembers as well.

    Another process of the browser keeps what is stored, and may hand it out after the page is there: the mark waits.
    """
    reader = read(f"{PAGES[0]}.html", base=site.SITE.as_uri(), formulas=False, fresh=True)
    answer_right(reader.page.locator("self-check").first)
    reader.page.reload()
    reader.page.locator(".self-check-solved").first.wait_for()


def test_no_two_quizzes_share_a_name():
    """Each has a name of its own in the whole book."""
    names = [
        part.split('"')[0]
        for page in PAGES
        for part in (site.SITE / f"{page}.html").read_text(encoding="utf8").split('<self-check role="group"')[1:]
        for part in [part.split('data-id="')[1]]
    ]
    assert len(set(names)) == len(names) >= len(PAGES)


@pytest.mark.parametrize("name", PAGES)
def test_no_quiz_is_lost(name):
    """As many self-checks on the page as its source holds."""
    html = (site.SITE / f"{name}.html").read_text(encoding="utf8")
    assert html.count("<self-check ") == len(quizzes_of_the_book(site.SITE.parents[1]).get(name, []))
