"""Check my formula: the gate in the page says what it says here, and the box can be used by everyone.

The pack that `make live` makes is needed.  A sample of the book's displays is judged in the page and compared with the
verdicts of this Python; FULL=1 takes them all.
"""

import json
import os
import statistics
import time

import psutil
import pytest
from attack_page import fresh, statements
from notebooks import ROOT

import live as boxes
from texcheck import live, verdicts
from texcheck.book import chapters, notation_unverified, results_of

from . import site

PAGE, CHAPTER = "back/formula.html", "chapters/05_gradient.html"
PACK = site.SITE / "_static" / "formula-pack.js"
DISPLAYS, WRONG = 50, 30
FULL = bool(os.environ.get("FULL"))
LONG = 20  # seconds that a check may take on a busy machine before the test asks why
DONE = "() => !['', 'busy'].includes(document.querySelector('.formula-verdict').dataset.state ?? '')"
# Judges a list of questions [page, tex] in one worker; what each chapter knows is told with its first question.
JUDGE = """async ([known, questions]) => {
  const worker = new Worker(URL.createObjectURL(new Blob([formulaPack.worker], { type: "text/javascript" })));
  worker.postMessage({ files: formulaPack.files }, []);
  const ask = (id, page, tex) => new Promise((resolve, reject) => {
    const found = {};
    worker.onmessage = ({ data }) => {
      if (data.found) Object.assign(found, data.found);
      if (data.verdict) Object.assign(found.lines[data.number], data.verdict);
      if (data.failed) reject(new Error(data.failed));
      if (data.done) resolve(found);
    };
    worker.postMessage({ id, known: known[page], page, tex }, []);
  });
  const results = [];
  for (const [id, [page, tex]] of questions.entries()) {
    const start = performance.now();
    results.push({ found: await ask(id + 1, page, tex), seconds: (performance.now() - start) / 1000 });
  }
  worker.terminate();
  return results;
}"""


@pytest.fixture(scope="module", autouse=True)
def the_pack_is_there_and_fresh():
    if not list((ROOT / "_build" / "live").glob("pyodide-*.tgz")):
        pytest.skip("Pyodide could not be fetched: the npm registry is out of reach. Run: make live")
    assert PACK.exists(), "no pack in the built book. Run: make live book"
    assert f'"gate": "{verdicts.gate()}"' in PACK.read_text(encoding="utf8")[:2000], (
        "the gate has changed. Run: make live"
    )


def checked(reader, text):
    """(state, words) of a formula that is typed into the box and checked by Ctrl+Enter."""
    field = reader.page.locator("formula-check textarea")
    field.fill(text)
    field.press("Control+Enter")
    reader.page.wait_for_function(DONE)
    verdict = reader.page.locator(".formula-verdict")
    return verdict.get_attribute("data-state"), verdict.inner_text()


def memory():
    """The largest resident set of a process of the browser, in MB."""
    return max(child.memory_info().rss for child in psutil.Process().children(recursive=True)) / 1e6


# ---- one gate


def book():
    """({chapter: its page}, [(chapter, display)])."""
    start, pages, found = notation_unverified(ROOT), {}, []
    for path in chapters(ROOT):
        pages[path.stem], results = results_of(ROOT, path, start, verify=False)
        found += [(path.stem, r.tex) for r in results if r.tex and not r.skip and r.count]
    return pages, found if FULL else found[:: len(found) // DISPLAYS][:DISPLAYS]


def wrong_ones():
    """Statements of the gate's tests that are false, on the page that they are made on."""
    through = {row[1] for row in statements("through")}
    alone = [row[1] for row in statements("false") if ";;" not in row[1] and row[1] not in through]
    return [("statements", tex) for tex in alone[:: len(alone) // WRONG][:WRONG]]


def outcome(found):
    """What must be the same: each verdict, how often it was tried, the counterexample; or why it cannot be read."""
    kept = ("state", "points", "at", "then", "sides", "message", "read")
    return found.get("message") or [{key: line.get(key) for key in kept} for line in found["lines"]]


def test_the_page_judges_as_this_python_does(read, capsys):
    pages, questions = book()
    questions, pages = questions + wrong_ones(), pages | {"statements": fresh()}
    reader = read(PAGE)
    before, start = memory(), time.perf_counter()
    checked(reader, "1 = 1")
    first = time.perf_counter() - start
    known = {name: live.known(page) for name, page in pages.items()}
    told = {name: live.opened(json.loads(json.dumps(knows))) for name, knows in known.items()}
    reader.page.set_default_timeout(0)
    results = reader.page.evaluate(JUDGE, [known, questions])
    here = [live.judged(told[name], tex) for name, tex in questions]
    seconds = sorted(result["seconds"] for result in results[1:])
    with capsys.disabled():
        print(
            f"\nfirst verdict after {first:.1f} s; {len(results)} more: median {statistics.median(seconds):.2f} s,",
            end=" ",
        )
        print(f"nine of ten within {seconds[len(seconds) * 9 // 10]:.2f} s, longest {seconds[-1]:.1f} s;", end=" ")
        print(f"memory {before:.0f} MB before, {memory():.0f} MB after; pack {PACK.stat().st_size / 1e6:.1f} MB")
    differ = [
        (q, r["found"], h)
        for q, r, h in zip(questions, results, here, strict=True)
        if outcome(r["found"]) != outcome(h)
    ]
    assert differ == []
    assert all(line["state"] == "true" for result in here[:-WRONG] for line in result["lines"])
    assert not any({line["state"] for line in result.get("lines", [])} == {"true"} for result in here[-WRONG:])
    assert reader.complaints() == []


# ---- the box

DERIVATION = r"""\frac{\partial L}{\partial z_i}
= -\sum_k y_k \frac{\partial \log p_k}{\partial z_i}
= -\sum_k y_k (\delta_{ik} + p_i)
= -y_i - p_i"""


def test_verdicts_in_words(read):
    reader = read(PAGE)
    assert reader.page.locator("script[src*='formula-pack']").count() == 0  # nothing is loaded before the first check
    state, words = checked(reader, r"\nabla_{\mathbf{z}} L = \mathbf{p} - \mathbf{y}")
    assert state == "true"
    assert "Holds at all 27 points tried (K = 2, 3, 5). This is a check, not a proof." in words
    state, words = checked(reader, r"\frac{\partial p_i}{\partial z_j} = p_i (\delta_{ij} + p_j)")
    assert state == "false"
    assert "At z = (0, 0), i = 1, j = 1, where p = (0.5, 0.5), the left side is 0.25 and the right side 0.75." in words
    state, words = checked(reader, DERIVATION)
    assert (state, words.splitlines()[0]) == ("false", "✗ Step 2 does not hold.")
    assert reader.page.locator(".formula-lines > li").count() == 3
    state, words = checked(reader, r"\LSE(\mathbf{z}) \ge \max_k z_k")
    assert state == "true"
    assert "; a search for a counterexample compared the sides at " in words
    state, words = checked(reader, r"\log p_i y_i = 1")
    assert (state, words) == (
        "unread",
        r"Not readable. \log a b and \log a / b print ambiguously: bracket its argument.",
    )
    assert checked(reader, r"\ln 2 \approx 0.69")[1].startswith("✓ Holds with 50 digits and more.")
    assert reader.outside() == []


@pytest.mark.parametrize(("width", "scheme"), [("narrow", "dark"), ("wide", "light")])
def test_the_box_is_accessible_and_fits(read, width, scheme):
    reader = read(PAGE, width=width, scheme=scheme)
    checked(reader, DERIVATION)
    assert reader.complaints() == []
    assert [line for line in reader.axe() if "formula" in line] == []
    assert reader.page.locator(".formula-status").get_attribute("role") == "status"


def test_palette_and_examples_by_keyboard(read):
    page = read(PAGE).page
    keys = page.locator(".formula-palette button")
    keys.first.focus()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Enter")
    assert page.locator("formula-check textarea").input_value() == "z_i"
    assert [keys.nth(n).get_attribute("tabindex") for n in range(3)] == ["-1", "0", "-1"]
    page.locator("formula-check select").select_option(index=1)
    assert page.locator("formula-check textarea").input_value() == boxes.all_examples(ROOT)["05_gradient"][0]["tex"]
    page.wait_for_selector(".formula-preview mjx-container")


def test_from_a_disk(read):
    assert checked(read(PAGE, base=site.SITE.as_uri()), r"\sum_k p_k = 1")[0] == "true"


def test_what_takes_too_long_is_stopped_and_the_next_is_checked(read):
    reader = read(PAGE, spoil=("formula.js", lambda text: text.replace("PATIENCE = 30_000", "PATIENCE = 1500")))
    state, words = checked(reader, r"\sum_{k=1}^{100000000} k = 5000000050000000")
    assert state == "absent"
    assert "was stopped" in words
    assert "page.check" in words
    assert checked(reader, r"\sum_k p_k = 1")[0] == "true"


def test_the_page_goes_on_while_it_is_checked(read):
    page = read(PAGE).page
    page.evaluate(
        "() => { window.longest = 0; let last = performance.now(); setInterval(() => {"
        " window.longest = Math.max(longest, performance.now() - last); last = performance.now(); }, 20); }"
    )
    page.locator("formula-check textarea").fill(r"\sum_{k=1}^{100000000} k = 1")
    page.locator("formula-check textarea").press("Control+Enter")
    page.wait_for_function("() => document.querySelector('.formula-status').textContent.match(/Reading|to go/)")
    page.evaluate("() => { window.longest = 0; }")
    page.wait_for_timeout(1500)
    assert page.evaluate("() => longest") < 1000


def test_without_the_pack_one_message(read):
    reader = read(PAGE, fresh=True)
    reader.context.route("**/formula-pack.js", lambda route: route.abort())
    state, words = checked(reader, r"\sum_k p_k = 1")
    assert state == "absent"
    assert words.startswith(
        'This copy of the book has no checker in it. In a notebook of this chapter: page.check(r"""'
    )


def test_without_scripts_the_line_for_a_notebook(read):
    page = read(CHAPTER, scripts=False).page
    page.locator("details.formula-fold > summary").first.click()
    assert 'page = texcheck.page("05_gradient")' in page.locator(".formula-without").inner_text()
    assert page.locator(".formula-examples").is_visible()


def test_no_formula_from_the_address_and_no_address_from_a_formula(read):
    reader = read(f"{PAGE}?tex=1=2&formula=1=2#1=2")
    assert reader.page.locator("formula-check textarea").input_value() == ""
    reader.page.locator("formula-check textarea").fill(
        r"\href{javascript:document.title='x'}{x} \style{position:fixed}{y}"
    )
    reader.page.wait_for_selector(".formula-preview mjx-container")
    html = reader.page.locator(".formula-preview").inner_html()
    assert "javascript:" not in html
    assert "position:fixed" not in html.replace(" ", "")


# ---- which line was changed?


def test_which_line_was_changed(read):
    page = read(CHAPTER).page
    (first, second, *_) = boxes.all_changed(ROOT)["05_gradient"]
    page.locator("details.formula-fold > summary").nth(1).click()
    exercise = page.locator("changed-line")

    def say(line):
        exercise.locator(f"input[value='{line}']").check()
        exercise.locator("button[type=submit]").click()
        return exercise.locator("output").get_attribute("data-state"), exercise.locator("output").inner_text()

    for line in range(1, len(first["lines"])):
        state, words = say(line)
        assert state == ("right" if line == first["line"] else "wrong")
        assert state == "right" or f"Line {line + 1} equals the " in words
    assert exercise.locator("a").count() == 0 or page.locator(exercise.locator("a").get_attribute("href")).count()
    exercise.get_by_text("Another one").click()
    assert exercise.locator("input").count() == len(second["lines"]) - 1
    assert say(second["line"])[0] == "right"


def test_the_checker_looks_at_an_exercise(read):
    reader = read(CHAPTER)
    reader.page.locator("details.formula-fold > summary").nth(1).click()
    reader.page.get_by_text("Let the checker look").click()
    reader.page.wait_for_function(DONE)
    line = boxes.all_changed(ROOT)["05_gradient"][0]["line"]
    assert reader.page.locator(".formula-status").inner_text() == f"✗ Steps {line} and {line + 1} do not hold."
