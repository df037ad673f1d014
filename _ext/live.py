"""The box in which a reader's formula is checked, and the exercise "Which line was changed?".

    ```{formula-check} 05_gradient
    ```

    ```{changed-line}
    ```

Both stand before the exercises of each chapter, folded; elsewhere the argument names the chapter.  What the box knows
(declarations, definitions, symbols) is exported from the pages themselves; its examples stand in formulas.yml, the
exercises in chapters/changed.json, which tools/changed.py has made.  formula-pack.js is put beside the pages if
`make live` has made it: the book is built without it as well, and the box then says so.
"""

import html
import json
import re
import shutil
from collections import Counter
from functools import cache
from pathlib import Path

import yaml
from docutils import nodes
from sphinx.errors import ExtensionError
from sphinx.util.docutils import SphinxDirective

from texcheck import live
from texcheck.book import chapters, notation_unverified, results_of
from texcheck.printing import Printer, function, scripts

EXAMPLES = "_ext/formulas.yml"
CHANGED = "chapters/changed.json"
PACK = Path("_build") / "live" / "formula-pack.js"
MARKER = "<!-- formulas: links -->"
EXERCISES = re.compile(r"^(?:\([\w-]+\)=\n)?## Exercises", re.M)
LESS = r"\u003c"  # a script ends at the next </
MOST = 14  # names in a palette
KINDS = {
    "real": "a real number",
    "positive": "a positive number",
    "above": "a number greater than 1",
    "unit": "a number between 0 and 1",
    "count": "a whole number",
    "bit": "0 or 1",
    "index": "a class or an index",
    "subset": "a set of indices",
}
TABLES = {
    "real": "real numbers",
    "positive": "positive numbers",
    "unit": "numbers between 0 and 1",
    "simplex": "probabilities with the sum 1",
    "joint": "probabilities with the sum 1",
}
WRITING = {
    r"\sum_k ": "sum over the classes",
    r"\frac{}{}": "fraction",
    r"\log ": "natural logarithm",
    "e^{}": "exponential",
    r"\frac{\partial }{\partial z_i}": "derivative by a component",
    r"\nabla_{\mathbf{z}} ": "gradient",
    r"\delta_{ij}": "1 if i = j, else 0",
    r"^\top ": "transpose",
    r"\le ": "at most",
}
LOOKS = {
    r"\frac{}{}": r"\frac{a}{b}",
    "e^{}": "e^{x}",
    r"^\top ": r"A^\top",
    r"\frac{\partial }{\partial z_i}": r"\frac{\partial}{\partial z_i}",
}
WITHOUT = (
    "Here a formula is checked by a script, in a browser. In a notebook, "
    '<code>page = texcheck.page("{page}")</code> and then <code>page.check(r"...")</code> do the same.'
)
SECTION = """({label})=
## Check a formula of your own

```{{formula-check}}
```
"""
EXERCISE = """
```{changed-line}
```
"""


@cache
def page_of(root, stem):
    """(the page of a chapter when all is read, its displays)."""
    path = next(path for path in chapters(root) if path.stem == stem)
    page, results = results_of(root, path, notation_unverified(root), verify=False)
    return page.reader(), [result.tex for result in results if result.tex]


@cache
def all_examples(root):
    return yaml.safe_load((root / EXAMPLES).read_text(encoding="utf8"))


@cache
def all_changed(root):
    return json.loads((root / CHANGED).read_text(encoding="utf8"))


# ---- the symbols


def symbols(page, displays):
    """{tex: meaning} of what may be inserted: the names that the chapter prints most, then signs to write with."""
    printed, printer = Counter(re.findall(r"\\[A-Za-z]+|[A-Za-z]", " ".join(displays))), Printer(page)
    names = {name: list(forms(page, printer, name)) for name in {**page.kinds, **named(page)}}
    found = {name: f for name, f in names.items() if f and printed[core(name)]}
    kept = sorted(found, key=lambda name: -printed[core(name)])[:MOST]
    return {tex: meaning for name in found if name in kept for tex, meaning in found[name]} | WRITING


def named(page):
    """The defined names and functions."""
    return {name: arity for name, arity in page.definitions}


def core(name):
    r"""The letter of a name: z of \hat{z}, D of D_KL."""
    return re.search(r"\\?[A-Za-z]+", re.sub(r"\\(?:hat|tilde|bar|mathcal|mathsf|mathbf)\{?", "", name.split("_")[0]))[
        0
    ]


def forms(page, printer, name):
    """(tex, meaning) of a name, and of its components."""
    if arity := named(page).get(name):
        yield f"{function(name)}()" if arity == 1 else f"{function(name)}", "a function of this book"
        return
    index, axes = component(page, name)
    yield printer.symbol(name), meaning(page, name, axes)
    if axes:
        yield f"{plain(name)}_{{{index}}}" if len(index) > 1 else f"{plain(name)}_{index}", "a component of it"


def plain(name):
    r"""The letter of a component: `\hat{q}`, or `{L_{\mathrm{b}}}`."""
    base, _, below = name.partition("_")
    return f"{{{base}{scripts(below, '')}}}" if below else base


def component(page, name):
    """(letters for its axes, the axes)."""
    definition = page.definitions.get((name, 0))
    if definition:
        return "".join(definition.index), [page.ranges[letter] for letter in definition.index]
    word, *axes = page.kinds[name].split()
    axes = [] if word in ("index", "subset", "count", "bit") else axes
    return "".join(letters(page, axes)), axes


def letters(page, axes):
    """A letter for each axis, no letter twice."""
    taken = []
    for axis in axes:
        taken.append(next(n for n, size in page.ranges.items() if size == axis and n not in taken))
    return taken


def meaning(page, name, axes):
    if name not in page.kinds:
        return "defined on this page"
    word = page.kinds[name].split()[0]
    return f"{' × '.join(axes)} {TABLES[word]}" if axes else KINDS[word]


# ---- the box


class OfChapter(SphinxDirective):
    """What is written of one chapter, in HTML."""

    optional_arguments = 1

    def run(self):
        stem = self.arguments[0] if self.arguments else self.env.docname.rpartition("/")[2]
        root = Path(self.env.app.srcdir)
        for source in (EXAMPLES, CHANGED, f"chapters/{stem}.ipynb"):
            self.env.note_dependency(str(root / source))
        return [nodes.raw("", self.written(root, stem) if self.arguments else self.folded(root, stem), format="html")]

    def folded(self, root, stem):
        summary = f"<summary>{self.summary}</summary>"
        return f'<details class="formula-fold">{summary}\n{self.written(root, stem)}</details>\n'


class FormulaCheck(OfChapter):
    """See the module's docstring."""

    summary = (
        "Type a formula or a derivation in the notation of this chapter: it is checked here, as the book's own are."
    )

    def written(self, root, stem):
        return box(root, stem)


class ChangedLine(OfChapter):
    """See the module's docstring."""

    summary = "Which line was changed? Derivations of this chapter, each with one mistake."

    def written(self, root, stem):
        return changed(all_changed(root)[stem])


def box(root, stem):
    """The element, as _static/formula.js expects it."""
    page, displays = page_of(root, stem)
    known = json.dumps(live.known(page)).replace("<", LESS)
    return (
        f'<formula-check role="group" aria-label="Check my formula" data-page="{stem}">\n'
        f'<p class="formula-without">{WITHOUT.format(page=stem)}</p>\n'
        f'<ul class="formula-symbols">{"".join(symbol(*s) for s in symbols(page, displays).items())}</ul>\n'
        f'<ul class="formula-examples">{"".join(map(example, examples(root, stem)))}</ul>\n'
        f'<script type="application/json">{known}</script>\n</formula-check>\n'
    )


def examples(root, stem):
    return [item for item in all_examples(root).get(stem, ()) if "tex" in item]


def changed(found):
    """The exercises as data, and the first of them to be read without scripts."""
    first, *_ = found
    lines = "".join(f"<li>{inline(relation_before(n) + line)}</li>" for n, line in enumerate(first["lines"]))
    answer = f"Line {first['line'] + 1}. It should be {inline(first['was'])}."
    told = [{**item, "href": f"#equation-{item['label']}" if item["label"] else ""} for item in found]
    data = json.dumps([{key: item[key] for key in item if key not in ("hash", "label")} for item in told])
    return (
        '<changed-line role="group" aria-label="Which line was changed?">\n'
        f"<p>One line of this derivation was changed. Which?</p>\n<ol>{lines}</ol>\n"
        f"<details><summary>Answer</summary><p>{answer}</p></details>\n"
        f'<script type="application/json">{data.replace("<", LESS)}</script>\n</changed-line>\n'
    )


def relation_before(number):
    return "= " if number else ""


def inline(tex):
    return f'<span class="math notranslate nohighlight">\\({html.escape(tex)}\\)</span>'


def symbol(tex, title):
    look = LOOKS.get(tex, tex.replace("()", r"(\cdot)"))
    return f'<li data-tex="{html.escape(tex)}" title="{html.escape(title)}">{inline(look)}</li>'


def example(item):
    """Words, and the formula as source: this is also what a page without scripts shows."""
    tex = item["tex"].strip()
    attributes = f'data-say="{html.escape(item["say"])}" data-tex="{html.escape(tex)}"'
    return f"<li {attributes}>{html.escape(item['say'])}: <code>{html.escape(tex)}</code></li>"


# ---- its place in the book


def label(path):
    return f"check-{path.stem.replace('_', '-')}"


def insert(app, docname, text):
    """Put the box before a chapter's exercises, and the links to all boxes into their place."""
    root = Path(app.srcdir)
    path = next((path for path in chapters(root) if path.stem == docname.rpartition("/")[2]), None)
    if path and examples(root, path.stem):
        text[0] = with_box(text[0], path, root)
    elif MARKER in text[0]:
        text[0] = text[0].replace(
            MARKER, "\n".join(f"- {{doc}}`/chapters/{p.stem}`" for p in chapters(root) if examples(root, p.stem))
        )


def with_box(text, path, root):
    """The notebook with the box before its exercises."""
    notebook = json.loads(text)
    for cell in notebook["cells"]:
        source = "".join(cell["source"])
        if cell["cell_type"] == "markdown" and (found := EXERCISES.search(source)):
            section = SECTION.format(label=label(path)) + (EXERCISE if all_changed(root).get(path.stem) else "")
            cell["source"] = f"{source[: found.start()]}{section}\n{source[found.start() :]}"
            return json.dumps(notebook)
    raise ExtensionError(f"{path.name} has no section ## Exercises, before which its box could stand")


def copy_pack(app, error):
    """Put the pack beside the scripts, if it was made."""
    source = Path(app.srcdir) / PACK
    if not error and app.builder.format == "html" and source.exists():
        shutil.copyfile(source, Path(app.outdir) / "_static" / PACK.name)


def setup(app):
    """Register them."""
    app.add_directive("formula-check", FormulaCheck)
    app.add_directive("changed-line", ChangedLine)
    app.connect("source-read", insert)
    app.connect("build-finished", copy_pack)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
