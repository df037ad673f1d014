"""The pages that are gathered from the chapters leave nothing out, and the counts that are printed are the gate's."""

import re

import nbformat
import pytest
from notebooks import CHAPTERS, ROOT, load, markdown

import counts
import gather
import names
from texcheck.book import chapters

LABELS = [label for path in CHAPTERS for label in re.findall(r"\$\$[ \t]*\(([^)\s]+)\)", markdown(load(path)))]


def test_the_counts_are_those_of_the_labels():
    checked, skipped = counts.count(ROOT)
    assert checked + skipped == len(LABELS)
    assert skipped == sum(markdown(load(path)).count("<!-- texcheck: skip ") for path in CHAPTERS)


def test_every_label_is_listed_as_checked():
    text = "\n".join(gather.checked(ROOT))
    assert re.findall(r"^\| \{eq\}`([^`]+)`", text, flags=re.M) == LABELS
    assert text.count("| not evaluated (") == counts.count(ROOT)[1]


def test_every_theorem_is_listed():
    text = "\n".join(markdown(load(path)) for path in CHAPTERS)
    labels = re.findall(r"^:label: ((?:thm|prop|cor|lem)-\S+)", text, flags=re.M)
    assert re.findall(r"^\*\*.+ \(\{prf:ref\}`([^`]+)`\)$", "\n".join(gather.by_name(ROOT)), flags=re.M) == labels


def test_every_name_of_an_equation_is_listed():
    """No comment is overlooked, each belongs to a label, and no two equations share a name."""
    boxes = re.findall(r"^(.+) \{eq\}`([^`]+)`\n\n\$\$\n", "\n".join(gather.by_name(ROOT)), flags=re.M)
    listed = [name for heads, _ in boxes for name in re.findall(r"\*\*(.+?)\*\*", heads)]
    comments = re.findall(r"<!--\s*name:(.*?)-->", "\n".join(markdown(load(path)) for path in CHAPTERS))
    assert listed == [name.strip() for comment in comments for name in comment.split(";")]
    assert {label for _, label in boxes} <= set(LABELS)
    assert len({name.casefold() for name in listed}) == len(listed)
    assert not [name for name in listed if re.search(r"[$`\\.{}]", name)]


CHAPTER = """````{prf:theorem} One
:label: thm-one
For all $x$, as {doc}`04_other` says,

$$
x = x
$$ (one)
<!-- name: identity; sameness -->
````

After it.

$$
y = 1
$$ (two)
<!-- name: the one -->
"""


def test_a_name_stands_beside_what_it_names():
    """A statement ends where its box does; a formula has no label there; a link leads to its page from anywhere."""
    (theorem,), equations = gather.named_theorems(CHAPTER), list(gather.named_equations(CHAPTER))
    assert (
        "**One** ({prf:ref}`thm-one`)\n\nFor all $x$, as {doc}`/chapters/04_other` says,\n\n$$\nx = x\n$$\n" in theorem
    )
    assert "After" not in theorem + equations[1]
    assert "**identity**, **sameness** {eq}`one`\n\n$$\nx = x\n$$\n" in equations[0]
    assert "**the one** {eq}`two`\n\n$$\ny = 1\n$$\n" in equations[1]


def test_a_name_belongs_to_the_label_above_it():
    """Comments for the gate may stand between; a name after other text is none."""
    text = (
        "$$\na\n$$ (ab)\n<!-- texcheck: agrees a b.c d -->\n  <!-- name: one; two words -->\n\n"
        "$$x$$ (xy)\n\nText <!-- name: no -->"
    )
    assert names.equations(text) == [("one", "ab"), ("two words", "ab")]


def test_every_box_of_a_misprint_is_gathered_with_its_run():
    text = "\n".join(gather.printed_wrong(ROOT))
    for path in CHAPTERS:
        for after in re.split(r"^## Commonly printed wrong", markdown(load(path)), flags=re.M)[1:]:
            for box in re.findall(r"^```\{admonition\} (.+)$", after.split("\n## ")[0], flags=re.M):
                assert box in text
    assert text.count("page.check(") >= 10
    assert "✗ relation" in text


def box(title):
    return nbformat.v4.new_markdown_cell(f"```{{admonition}} {title}\n:class: warning\nWrong.\n```")


def book_of(tmp_path, *cells):
    """A book with one chapter of these cells."""
    (tmp_path / "chapters").mkdir()
    nbformat.write(nbformat.v4.new_notebook(cells=list(cells)), tmp_path / "chapters" / "01_one.ipynb")
    (tmp_path / "_toc.yml").write_text("format: jb-book\nroot: intro\nparts:\n- chapters:\n  - file: chapters/01_one\n")
    return tmp_path


def test_a_box_counts_as_refuted_only_if_a_run_follows_before_the_next_box(tmp_path):
    """A run before the section, one after it, and a second run of the same box count for nothing."""
    text, run = nbformat.v4.new_markdown_cell, nbformat.v4.new_code_cell
    root = book_of(
        tmp_path,
        run("1"),
        text("## Commonly printed wrong"),
        box("a"),
        run("2"),
        run("3"),
        box("b"),
        box("c"),
        text("In numbers:"),
        run("4"),
        box("d"),
        text("## Exercises"),
        run("5"),
    )
    assert gather.boxes(root) == (4, 2)


def test_every_box_is_counted():
    text = "\n".join(gather.printed_wrong(ROOT))
    assert gather.boxes(ROOT)[0] == text.count("\n:class: warning") > gather.boxes(ROOT)[1] > 0


def test_every_question_has_its_answer():
    assert len(list(gather.glance(ROOT))) == len(chapters(ROOT))


def test_an_unlabelled_box_or_a_missing_answer_is_noticed(tmp_path):
    """A chapter without an answer stops the build; nothing is left out in silence."""
    cell = nbformat.v4.new_markdown_cell("# A chapter\n\n**Question.** Why?")
    (tmp_path / "chapters").mkdir()
    nbformat.write(nbformat.v4.new_notebook(cells=[cell]), tmp_path / "chapters" / "01_bad.ipynb")
    (tmp_path / "_toc.yml").write_text("format: jb-book\nroot: intro\nparts:\n- chapters:\n  - file: chapters/01_bad\n")
    (tmp_path / "_config.yml").write_text("title: none\n")
    with pytest.raises(TypeError):
        list(gather.glance(tmp_path))
