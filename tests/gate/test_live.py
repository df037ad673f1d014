"""What a page in a browser runs: what a chapter knows as JSON, verdicts as plain data, how a formula was read."""

import json
from functools import cache

import pytest
from attack_page import fresh, statements
from notebooks import ROOT

import changed
import live as boxes
import pack
from texcheck import live
from texcheck.book import chapters, notation_unverified, results_of
from texcheck.dots import RUNNING
from texcheck.nodes import Big, Dot, Law, Mul, Node, Outer, rebuilt, walk
from texcheck.printing import Printer

EXAMPLES = boxes.all_examples(ROOT)
CHANGED = boxes.all_changed(ROOT)
STEMS = [path.stem for path in chapters(ROOT)]
FEW = 5  # displays: a page with fewer needs no box
WITH_BOX = [stem for stem in STEMS if stem in EXAMPLES]
every_chapter = pytest.mark.parametrize("stem", STEMS)


@cache
def chapter(stem):
    """(the page, its results)."""
    path = next(path for path in chapters(ROOT) if path.stem == stem)
    return results_of(ROOT, path, notation_unverified(ROOT), verify=False)


@cache
def told_again(stem):
    """The page of a chapter as the browser makes it."""
    return live.opened(json.loads(json.dumps(live.known(chapter(stem)[0]))))


def states(page, tex):
    """The verdicts on the relations, or why the formula cannot be read."""
    found = live.judged(page, tex)
    return [line["state"] for line in found["lines"]] if "lines" in found else found["message"]


# ---- what a page knows


@every_chapter
def test_a_page_told_again_is_the_same(stem):
    page, again = chapter(stem)[0].reader(), told_again(stem)
    for group in ("macros", "kinds", "ranges", "sizes", "definitions", "shared"):
        assert getattr(again, group) == getattr(page, group), group
    assert {name: tuple(c) for name, c in again.constants.items()} == page.constants


@every_chapter
def test_what_a_page_knows_is_small(stem):
    assert len(json.dumps(live.known(chapter(stem)[0]))) < 5000


# ---- how a formula was read


def plainly(tree):
    """A tree without what only its source shows: the sign of a product, the law under an expectation."""
    match tree:
        case Law(body):
            return plainly(body)
        case Dot(left, right) | Outer(left, right):
            return Mul(plainly(left), plainly(right))
    return rebuilt(tree, plainly) if isinstance(tree, (Node, tuple)) else tree


def printed_and_read(page, claim):
    """(the trees of a claim, those of what is printed of it)."""
    printer = Printer(page)
    left, right = printer.tex(claim.left), printer.tex(claim.right)
    tex = printer.claim(claim) if claim.relation not in ("defined", "imposed") else f"{left} = {right}"
    (again,) = page.reader().statements(tex)
    return plainly((claim.left, claim.right)), plainly((again.left, again.right))


@every_chapter
def test_what_is_printed_back_is_read_as_the_same_tree(stem):
    page, displays = chapter(stem)[0].reader(), [r for r in chapter(stem)[1] if r.tex and not r.skip]
    claims = [c for r in displays for c in page.reader().statements(r.tex)]
    assert claims or not displays
    for claim in claims:
        trees, again = printed_and_read(page, claim)
        assert again == trees, claim.text


@pytest.mark.parametrize("kind", ["true", "false"])
def test_statements_are_printed_back_as_well(kind):
    """Every third one that can be read: they are wilder than the book."""
    page, found = fresh().reader(), 0
    for _, statement, _ in statements(kind)[::3]:
        for tex in statement.split(" ;; ") if ":=" not in statement else ():
            derivation, _ = live.read(page, tex)
            for claim in derivation.claims if derivation else ():
                if any(isinstance(part, Big) and part.letters == (RUNNING,) for part in walk(claim.trees)):
                    continue  # a sum with dots comes back with a letter
                trees, again = printed_and_read(derivation.page, claim)
                found += 1
                assert again == trees, claim.text
    assert found > 50


@pytest.mark.parametrize(
    ("tex", "read"),
    [
        (r"-\sum_k y_k \log p_k = L", r"-\sum_{k} \left(y_{k} \cdot \log\left(p_{k}\right)\right) = L"),
        (r"\sum_k p_k + 1 = 2", r"\sum_{k} p_{k} + 1 = 2"),
        (r"\log p_i - 1 < 0", r"\log\left(p_{i}\right) - 1 < 0"),
        (r"a / u \le a", r"\frac{a}{u} \le a"),
        (r"-u^2 \le 0", r"-u^{2} \le 0"),
        (r"-(a + u) = -a - u", r"-\left(a + u\right) = -a - u"),
        (r"\delta_{ij} = \delta_{ji}", r"\mathbb{1}\{i = j\} = \mathbb{1}\{j = i\}"),
        (r"\frac{\partial L}{\partial z_i} = p_i", r"\frac{\partial}{\partial z_{i}} \left(L\right) = p_{i}"),
        (r"\nabla_{\mathbf z} L = \mathbf p", r"\nabla_{\mathbf{z}} \left(L\right) = \mathbf{p}"),
        (r"(\sum_k p_k) a = a", r"\left(\sum_{k} p_{k}\right) \cdot a = a"),
        (r"\mathbf{y}^\top \mathbf z = a", r"\mathbf{y}^\top \cdot \mathbf{z} = a"),
    ],
)
def test_implied_brackets_are_printed(tex, read):
    assert live.judged(told_again("05_gradient"), tex)["lines"][0]["read"] == read


# ---- verdicts


def test_a_true_relation_says_what_was_tried():
    (line,) = live.judged(told_again("05_gradient"), r"\nabla_{\mathbf{z}} L = \mathbf{p} - \mathbf{y}")["lines"]
    assert (line["state"], line["points"], line["searched"]) == ("true", 27, 0)
    assert line["sizes"] == {"K": [2, 3, 5]}


def test_arithmetic_is_tried_once():
    (line,) = live.judged(told_again("05_gradient"), r"\ln 2 \approx 0.69")["lines"]
    assert (line["state"], line["points"], line["sizes"]) == ("true", 1, {})


def test_a_search_is_counted():
    (line,) = live.judged(told_again("05_gradient"), r"\LSE(\mathbf{z}) \ge \max_k z_k")["lines"]
    assert line["state"] == "true"
    assert line["searched"] > 3 * 3 * 50  # sizes, starts, steps of which at least half can be computed


def test_a_false_relation_has_a_counterexample_in_round_numbers():
    tex = r"\frac{\partial p_i}{\partial z_j} = p_i (\delta_{ij} + p_j)"
    (line,) = live.judged(told_again("05_gradient"), tex)["lines"]
    assert line["at"] == "z = (0, 0), i = 1, j = 1"
    assert line["then"] == "p = (0.5, 0.5)"
    assert line["sides"] == ["0.25", "0.75"]


def test_whole_vectors_are_shown():
    (line,) = live.judged(told_again("05_gradient"), r"\mathbf{p} = \mathbf{y}")["lines"]
    assert line["sides"] == ["(0.731059, 0.268941)", "(0.25, 0.75)"]


def test_sides_that_agree_to_six_digits_are_told_apart():
    (line,) = live.judged(told_again("05_gradient"), r"t \cdot 10^{-9} + 1 = 1")["lines"]
    assert (line["state"], line["at"], line["sides"], line["apart"]) == ("false", "t = 1/2", ["1", "1"], "5.0e−10")


def test_the_wrong_step_is_named_and_the_others_are_judged():
    tex = r"\frac{\partial L}{\partial z_i} = -\sum_k y_k (\delta_{ik} - p_i) \\ = -y_i - p_i \\ = -(p_i + y_i)"
    assert states(told_again("05_gradient"), tex) == ["true", "false", "true"]


UNREADABLE = {
    "": "nothing is claimed",
    "p_i": "nothing is claimed",
    "p_i =": "ends too early",
    r"\log p_i y_i = 1": "ambiguously",
    r"__import__('os').system('true') = 1": "cannot read|subset|nothing",
    "x" * 2001: "more than 2000 characters",
    "(" * 300 + "a" + ")" * 300 + " = a": "more than 40 brackets",
    r"\frac{" * 300: "more than 40 brackets",
    r"\begin{cases}": "too early|cases",
}


@pytest.mark.parametrize("tex", UNREADABLE)
def test_anything_may_be_typed(tex):
    found = live.judged(told_again("05_gradient"), tex)
    assert "lines" not in found
    assert any(words in found["message"] for words in UNREADABLE[tex].split("|")), found["message"]


@pytest.mark.parametrize(
    ("tex", "words"), [("q = 1", "nothing on this page is called q"), (r"\frac{1}{0} = 1", "division by zero")]
)
def test_what_cannot_be_computed_says_why(tex, words):
    (line,) = live.judged(told_again("05_gradient"), tex)["lines"]
    assert line["state"] == "unread"
    assert words in line["message"]


def test_a_definition_of_the_readers_own_holds_for_one_check_only():
    page = told_again("05_gradient")
    assert states(page, r"q_i := \frac{y_i + p_i}{2} \\ \sum_i q_i = 1") == ["true"]
    assert states(page, r"q_i := 2 y_i \\ \sum_i q_i = 1") == ["false"]


@pytest.mark.parametrize("kind", ["false", "true"])
def test_verdicts_are_those_of_the_gate(kind):
    """Every fortieth statement: true if and only if the gate takes it."""
    page = fresh()
    for row in statements(kind)[::40]:
        try:
            page.reader().equation(row[1])
            expected = True
        except live.STARTED:
            expected = False
        found = states(page, row[1])
        assert (isinstance(found, list) and set(found) == {"true"}) == expected, row[1]


# ---- examples and exercises


def test_every_chapter_has_its_examples_and_an_exercise():
    """In _ext/formulas.yml one that is true, one that is false and one to complete; exercises: tools/changed.py."""
    for stem in STEMS:
        if stem not in EXAMPLES:
            assert len([r for r in chapter(stem)[1] if r.tex and not r.skip]) < FEW, stem
            continue
        found = [item for item in EXAMPLES.get(stem, ()) if "tex" in item]
        assert 3 <= len(found) <= 5, stem
        assert {item.get("holds", "fill") for item in found} == {True, False, "fill"}, stem
        assert CHANGED.get(stem), stem


@pytest.mark.parametrize(
    ("stem", "item"),
    [pytest.param(stem, i, id=f"{stem}-{i['say']}") for stem in WITH_BOX for i in EXAMPLES[stem] if "tex" in i],
)
def test_examples_are_what_they_say(stem, item):
    page, tex = told_again(stem), item["tex"].strip().replace("\n", r" \\ ")
    if "fill" in item:
        assert isinstance(states(page, tex), str)  # cannot be read before it is completed
        assert set(states(page, tex.replace("?", item["fill"]))) == {"true"}
    else:
        assert ("false" in states(page, tex)) != item["holds"]
        assert "unread" not in states(page, tex)


@pytest.mark.parametrize("stem", WITH_BOX)
def test_exercises_rest_on_what_is_printed_now(stem):
    """Stale: run python tools/changed.py."""
    known = {result.label: result.hash for result in chapter(stem)[1]}
    page = chapter(stem)[0]
    known[""] = {changed.digest(page, item["chain"]) for item in EXAMPLES[stem] if "chain" in item} | {
        changed.digest(page, " = ".join(item["carried"])) for item in EXAMPLES[stem] if "carried" in item
    }
    for made in CHANGED[stem]:
        assert made["hash"] in known[made["label"]], made["label"] or made["lines"]


@pytest.mark.parametrize("stem", WITH_BOX)
def test_one_line_and_no_other_is_the_answer(stem):
    """The gate says it again, of the first exercise of each chapter and of those that are carried on."""
    for made in CHANGED[stem]:
        if made is CHANGED[stem][0] or "carried" in made:
            place, steps = made["line"], range(len(made["lines"]) - 1)
            expected = {place - 1} if "carried" in made else {place - 1, place} & set(steps)
            assert changed.wrong_steps(told_again(stem), made["lines"]) == expected


@pytest.mark.parametrize("stem", WITH_BOX)
def test_with_the_printed_line_all_steps_hold(stem):
    for made in CHANGED[stem][:1]:
        lines = [made["was"] if n == made["line"] else line for n, line in enumerate(made["lines"])]
        assert "carried" in made or changed.wrong_steps(told_again(stem), lines) == set()


# ---- the pack


def test_another_pyodide_is_refused():
    with pytest.raises(SystemExit, match="has the SHA-256 2d711642b726b044"):
        pack.pinned(b"x")


def test_the_pack_has_the_gate_and_its_licences():
    files = pack.sources()
    assert {"texcheck/live.py", "mpmath/__init__.py", "LICENSE.texcheck", "LICENSE.mpmath"} <= set(files)
    assert not any("/tests/" in name for name in files)
    assert pack.archive(files) == pack.archive(files)


# ---- the palette


@every_chapter
def test_every_symbol_of_the_palette_can_be_read(stem):
    page, displays = boxes.page_of(ROOT, stem)
    for tex in list(boxes.symbols(page, displays))[: -len(boxes.WRITING)]:
        if "()" not in tex and not page.isfunction(tex.split("_")[0]):
            live.Derivation(page, f"{tex} = {tex}")
