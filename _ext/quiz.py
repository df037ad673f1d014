"""The {quiz} directive: a numeric or single-choice self-check that answers back, and can be read without scripts.

    ```{quiz}
    :answer: 0.811
    :compute: softxent.entropy.entropy([0.75, 0.25], base=2)
    :unit: bits
    :hint: add up p times log2(1/p) over both outcomes

    What is the entropy of a coin that falls heads three times in four?
    +++
    $H = 0.75 \\log_2(4/3) + 0.25 \\log_2 4$, about 0.811 bits.
    ```

A choice has `:correct: 2` (counted from 1) in place of `:answer:`, and its question ends in a bullet list of options.
`:hints: 1: ... | 3: ...` has hints of their own for wrong options; for a number, `< 0: ... | > 1: ... | 0.562: ...`.
The first that fits is shown, and `:hint:` where none does.
The reader's number counts if it differs from the answer by `:tolerance:` at most.  By default that is one unit of the
answer's last printed digit, so that a number which is cut off there counts as well as a rounded one.  A tolerance over
2 % of the answer is refused: a wrong number would count (0.14 for 0.1, say).  `:compute:` is not rendered:
tests/book/test_quiz.py evaluates it and compares.
"""

import hashlib
import html
import json
import re
from decimal import Decimal, InvalidOperation

from docutils import nodes
from docutils.parsers.rst import directives
from sphinx.util.docutils import SphinxDirective

SEPARATOR = "+++"
LOOSEST = Decimal("0.02")
OPTIONS = ["answer", "tolerance", "unit", "hint", "hints", "compute"]
HINT = re.compile(r"(?P<sign>[<>]?)\s*(?P<number>-?[\d.]+):\s+(?P<words>\S.*)")


class quiz(nodes.General, nodes.Element):
    """The whole self-check; its attribute `data` becomes the data-* attributes of <self-check>."""


class quiz_answer(nodes.General, nodes.Element):
    """What follows the separator: the answer in full."""


class QuizDirective(SphinxDirective):
    """See the module's docstring."""

    has_content = True
    option_spec = dict.fromkeys(OPTIONS, directives.unchanged_required)
    option_spec["correct"] = directives.positive_int

    def run(self):
        """Parse question and answer into one quiz node, after the checks that spare the reader a broken one."""
        lines = [line.strip() for line in self.content]
        if SEPARATOR not in lines:
            raise self.error(f"a quiz needs a line '{SEPARATOR}' with the answer in full after it")
        cut = lines.index(SEPARATOR)
        name = hashlib.sha1("\n".join(lines).encode()).hexdigest()[:8]
        question, answer = quiz("", data={"id": name} | self.data() | self.hints()), quiz_answer()
        self.state.nested_parse(self.content[:cut], self.content_offset, question)
        self.state.nested_parse(self.content[cut + 1 :], self.content_offset + cut + 1, answer)
        self.check_options(question, answer)
        question += answer
        self.set_source_info(question)
        return [question]

    def data(self):
        """What the script needs: the right answer, how near is near enough, the unit and the hint."""
        given = self.options
        if ("answer" in given) == ("correct" in given):
            raise self.error("a quiz needs either :answer: (a number) or :correct: (the number of an option)")
        if "hint" not in given or "$" in given["hint"]:
            raise self.error("a quiz needs a :hint: in plain text (no formulas: a script prints it)")
        if "correct" in given:
            return {"correct": given["correct"], "hint": given["hint"]}
        if "compute" not in given:
            raise self.error("a numeric quiz needs :compute:, the expression that its answer is tested against")
        return self.numeric_data(given)

    def hints(self):
        """The hints for single answers: sign, number, how near is near enough, words."""
        if "hints" not in self.options:
            return {}
        found = [HINT.fullmatch(part.strip()) for part in self.options["hints"].split(" | ")]
        if not all(found) or "$" in self.options["hints"]:
            raise self.error(":hints: must be 'number: plain text', parted by ' | '; < or > may precede a number")
        hints = [(m["sign"] or "=", float(m["number"]), float(last_digit(m["number"])), m["words"]) for m in found]
        if "correct" in self.options and any(h[0] != "=" or h[1] == self.options["correct"] for h in hints):
            raise self.error(":hints: of a choice must be for wrong options")
        return {"hints": json.dumps(hints)}

    def numeric_data(self, given):
        """The attributes of a numeric self-check."""
        try:
            tolerance = near_enough(given["answer"], given.get("tolerance"))
        except InvalidOperation as error:
            raise self.error(":answer: and :tolerance: must be decimal numbers") from error
        except ValueError as error:
            raise self.error(str(error)) from error
        data = {"answer": given["answer"], "tolerance": tolerance, "hint": given["hint"]}
        return data | ({"unit": given["unit"]} if "unit" in given else {})

    def check_options(self, question, answer):
        """A choice ends in a list that holds the right option; nothing is empty."""
        if not question.children or not answer.children:
            raise self.error("a quiz needs a question and an answer in full")
        if "correct" in self.options:
            last = question.children[-1]
            if not isinstance(last, nodes.bullet_list) or not 1 <= self.options["correct"] <= len(last):
                raise self.error("the question must end in a bullet list that holds the :correct: option")


def near_enough(answer, tolerance=None):
    """How far a number may be from the answer; at most 2 % of it.

    >>> near_enough("0.811"), near_enough("0.5", "0.005"), near_enough("-3")
    (0.001, 0.005, 0.0)
    >>> near_enough("0.1")
    Traceback (most recent call last):
    ValueError: the tolerance 0.1 of the answer 0.1 must be from 0 to 0.002, 2 % of it: set :tolerance:
    """
    width = last_digit(answer) if tolerance is None else Decimal(tolerance)
    most = LOOSEST * abs(Decimal(answer))
    if not 0 <= width <= most:
        raise ValueError(
            f"the tolerance {width} of the answer {answer} must be from 0 to {most.normalize():f}, 2 % of it:"
            " set :tolerance:"
        )
    return float(width)


def last_digit(number):
    """One unit of the last digit of a printed number; an integer must be met exactly.

    >>> [str(last_digit(number)) for number in ("0.811", "-2.50", "3")]
    ['0.001', '0.01', '0']
    """
    exponent = Decimal(number).as_tuple().exponent
    return Decimal(1).scaleb(exponent) if exponent < 0 else Decimal(0)


def visit_quiz_html(self, node):
    """Open the custom element that _static/quiz.js brings to life."""
    data = "".join(f' data-{name}="{html.escape(str(value))}"' for name, value in node["data"].items())
    self.body.append(f'<self-check role="group" aria-label="Self-check"{data}>\n')


def visit_answer_html(self, node):
    """The answer waits behind a disclosure, which needs no script."""
    self.body.append("<details><summary>Answer</summary>\n")


def visit_answer_plain(self, node):
    """On paper the answer follows the question."""
    node.insert(0, nodes.paragraph("", "", nodes.strong("", "Answer.")))


def close(tag):
    """A departure that writes a closing tag."""
    return lambda self, node: self.body.append(f"</{tag}>\n")


def nothing(self, node):
    """Other builders print the children and nothing else."""


def setup(app):
    """Register the directive and how each builder prints it."""
    others = dict.fromkeys(["latex", "text", "man", "texinfo"], (nothing, nothing))
    app.add_node(quiz, html=(visit_quiz_html, close("self-check")), **others)
    others = dict.fromkeys(["latex", "text", "man", "texinfo"], (visit_answer_plain, nothing))
    app.add_node(quiz_answer, html=(visit_answer_html, close("details")), **others)
    app.add_directive("quiz", QuizDirective)
    return {"parallel_read_safe": True, "parallel_write_safe": True, "env_version": 2}
