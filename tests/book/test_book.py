"""The conventions of the book: what nbval does not see, and what keeps the chapters alike."""

import ast
import copy
import re
import statistics
import sys
import tomllib
from collections import Counter

import pytest
from notebooks import CHAPTERS, OTHERS, ROOT, code_cells, load, markdown, number, prose

from execute import normalise
from launch import address, needs
from texcheck.book import pages

ids = [path.stem for path in CHAPTERS]
every_chapter = pytest.mark.parametrize("chapter", [load(path) for path in CHAPTERS], ids=ids)
NOTEBOOKS = [*CHAPTERS, *OTHERS]
every_notebook = pytest.mark.parametrize(
    "chapter", [load(path) for path in NOTEBOOKS], ids=[path.stem for path in NOTEBOOKS]
)
IS_COMPANION = {path: not number(path).isdigit() for path in CHAPTERS}
chapter_or_companion = pytest.mark.parametrize(
    ("chapter", "is_companion"), [(load(path), below) for path, below in IS_COMPANION.items()], ids=ids
)
LONGEST, MEDIAN = 20, 5
DISTRIBUTIONS = {"sklearn": "scikit-learn", "IPython": "ipython", "yaml": "pyyaml"}  # where the names differ
COMMENT = re.compile(r"<!--.*?-->", re.S)
RAW_FLOAT = re.compile(r"\d\.\d{13,}")  # printed to its last, machine-dependent digits


def lines(cell):
    """The lines of a code cell that are not empty, apart from those that say what to install."""
    return [line for line in cell.source.splitlines() if line.strip() and line not in needs(address(ROOT))]


def where(cell):
    """How a failure names a cell: its id and its first line."""
    return f"{cell.id}: {cell.source.splitlines()[0] if cell.source else '(empty)'}"


def unsound_outputs(chapter):
    """Cells whose stored state nbval would not compare, or would compare and fail for the wrong reason."""
    for count, cell in enumerate((cell for cell in chapter.cells if cell.cell_type == "code"), 1):
        if cell.execution_count != count:
            yield f"{where(cell)}: execution_count is {cell.execution_count}, not {count}: nbval would not compare it"
        tags = set(cell.metadata.get("tags", []))
        if found := tags & {"nbval-skip", "nbval-ignore-output", "nbval-raises-exception", "raises-exception"}:
            yield f"{where(cell)}: tagged {sorted(found)}"
        for output in cell.outputs:
            if output.output_type == "error" or output.get("name") == "stderr":
                yield f"{where(cell)}: stored {output.output_type} {output.get('name', '')}"
            text = str(output.get("text", "")) + str(output.get("data", {}).get("text/plain", ""))
            if "image/svg+xml" in output.get("data", {}):
                yield f"{where(cell)}: an SVG output never matches"
            if " at 0x" in text:
                yield f"{where(cell)}: a memory address in the output"
            if RAW_FLOAT.search(text):
                yield f"{where(cell)}: a float with machine-dependent digits in the output"


def is_silent_expression(cell):
    """True where the last statement is an expression that should have shown something, and nothing is stored."""
    body = ast.parse(cell.source).body
    calls = {"show", "check", "display"}
    if not body or not isinstance(body[-1], ast.Expr) or cell.outputs:
        return False
    value = body[-1].value
    return not (isinstance(value, ast.Call) and getattr(value.func, "id", "") in calls)


@every_notebook
def test_stored_outputs_are_compared(chapter):
    assert list(unsound_outputs(chapter)) == []
    assert [where(c) for c in code_cells(chapter) if is_silent_expression(c)] == []


@every_notebook
def test_stored_in_normal_form(chapter):
    before = copy.deepcopy(chapter)
    ids = [cell.id for cell in chapter.cells]
    assert normalise(chapter) == before
    assert [cell.id for cell in chapter.cells] == ids, "run make execute"


def folded(chapter, is_folded):
    """The code cells that are folded."""
    return [where(cell) for cell in code_cells(chapter) if is_folded(cell.metadata)]


@every_chapter
def test_jupyterlab_folds_what_the_page_folds(chapter):
    in_the_page = folded(chapter, lambda metadata: {"hide-input", "hide-cell"} & set(metadata.get("tags", [])))
    assert folded(chapter, lambda metadata: metadata.get("jupyter", {}).get("source_hidden")) == in_the_page


@every_chapter
def test_cells_are_short(chapter):
    counts = {where(cell): len(lines(cell)) for cell in code_cells(chapter)}
    assert {name: n for name, n in counts.items() if n > LONGEST} == {}
    assert statistics.median(counts.values()) <= MEDIAN


@every_chapter
def test_one_import_cell(chapter):
    importing = [
        cell
        for cell in code_cells(chapter)
        if any(isinstance(node, ast.Import | ast.ImportFrom) for node in ast.walk(ast.parse(cell.source)))
    ]
    assert importing == code_cells(chapter)[:1], [where(c) for c in importing]
    rest = [node for node in ast.parse(importing[0].source).body if not isinstance(node, ast.Import | ast.ImportFrom)]
    assert [ast.unparse(node) for node in rest if not ast.unparse(node).startswith("page = texcheck.page(")] == []


def imported(chapter):
    """The top-level names of the modules that the import cell needs."""
    for node in ast.walk(ast.parse(code_cells(chapter)[0].source)):
        if isinstance(node, ast.Import):
            yield from (alias.name.split(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield node.module.split(".")[0]


@every_chapter
def test_the_import_cell_says_what_to_install(chapter):
    """Who has downloaded this file alone reads it there; and the command installs all that is imported."""
    opening = needs(address(ROOT))
    assert code_cells(chapter)[0].source.splitlines()[: len(opening)] == opening, "run: python tools/launch.py"
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf8"))["project"]
    installed = {
        re.match(r"[\w-]+", need)[0] for need in [*project["dependencies"], *project["optional-dependencies"]["book"]]
    }
    ours = {path.name for path in (ROOT / "src").iterdir()}
    others = set(imported(chapter)) - ours - set(sys.stdlib_module_names)
    assert {DISTRIBUTIONS.get(name, name) for name in others} <= installed


@every_chapter
def test_a_sentence_leads_to_each_cell(chapter):
    """A code cell follows another one, or text that ends in a colon, a full stop, or a directive's fence."""
    bare = [
        where(cell)
        for before, cell in zip(chapter.cells, chapter.cells[1:], strict=False)
        if cell.cell_type == "code"
        and before.cell_type == "markdown"
        and COMMENT.sub("", before.source).rstrip()[-1:] not in (":", ".", "`")
    ]
    assert bare == []


@every_chapter
def test_figures_have_caption_name_and_alt_text(chapter):
    plots = [cell for cell in code_cells(chapter) if any("image/png" in o.get("data", {}) for o in cell.outputs)]
    for cell in plots:
        assert lines(cell)[-1].startswith("show("), where(cell)
        options = cell.metadata.get("mystnb", {})
        assert len(options.get("figure", {}).get("caption", "")) > 20, where(cell)
        assert options["figure"].get("name", "").startswith("fig-"), where(cell)
        assert len(options.get("image", {}).get("alt", "")) > 30, where(cell)


@every_chapter
def test_no_number_in_the_prose_escapes_the_checks(chapter):
    """A decimal stands in math, where the gate reads it, or in an output; versions are named in code font."""
    text = re.sub(r"(?:[Tt]heorem|[Ll]emma|[Ss]ections?|[Cc]hapter|[Ee]quation) \d+(?:\.\d+)+", "", prose(chapter))
    assert re.findall(r".{0,40}\d\.\d.{0,20}", text) == []


@chapter_or_companion
def test_anatomy(chapter, is_companion):
    """A companion has its question, its answer and its sources; the sections between are those that it needs."""
    text = markdown(chapter)
    for word in ("**Question", "**Answer", "**Needs", "**Module"):
        assert word in text, f"{word} is missing at the top"
    headings = re.findall(r"^## (.+)$", text, flags=re.M)
    sections = ["Sources"] + ["What goes wrong", "Commonly printed wrong", "Exercises"] * (not is_companion)
    for heading in sections:
        assert any(heading.lower() in h.lower() for h in headings), f"no section {heading!r} among {headings}"


@chapter_or_companion
def test_every_exercise_is_solved(chapter, is_companion):
    text = "\n".join(cell.source for cell in chapter.cells if cell.cell_type == "markdown")
    exercises = re.findall(r"^`{3,}\{exercise\}.*?^:label: (\S+)", text, flags=re.M | re.S)
    solutions = re.findall(r"^`{3,}\{solution(?:-start)?\} (\S+)", text, flags=re.M)
    assert len(exercises) >= 3 or is_companion
    assert sorted(exercises) == sorted(solutions)


def definitions(chapter):
    """Names of the functions that a chapter defines."""
    return [
        node.name
        for cell in code_cells(chapter)
        for node in ast.walk(ast.parse(cell.source))
        if isinstance(node, ast.FunctionDef)
    ]


def test_no_function_is_defined_twice():
    """A function that two chapters need belongs into softxent, and no chapter hides a package function."""
    in_chapters = Counter(name for path in CHAPTERS for name in set(definitions(load(path))))
    sources = set((ROOT / "src" / "softxent").glob("*.py")) - {ROOT / "src" / "softxent" / "torch_ops.py"}  # has twins
    modules = [ast.parse(path.read_text()) for path in sources]
    public = Counter(
        node.name
        for module in modules
        for node in module.body
        if isinstance(node, ast.FunctionDef) and not node.name.startswith("_")
    )
    assert [name for name, n in in_chapters.items() if n > 1 or name in public] == []
    assert [name for name, n in public.items() if n > 1] == []


def test_every_page_is_in_the_table_of_contents():
    files = [*ROOT.glob("*.md"), *ROOT.glob("back/*.md"), *ROOT.glob("chapters/*.ipynb"), *OTHERS]
    found = [path.relative_to(ROOT).with_suffix("").as_posix() for path in files]
    outside = {"README", "CONTRIBUTING", "CHANGELOG", "LICENSE-TEXT"}
    assert sorted(set(found) - outside) == sorted(page for page, _ in pages(ROOT))


def test_every_package_function_is_documented():
    for path in (ROOT / "src" / "softxent").glob("[!_]*.py"):
        module = ast.parse(path.read_text())
        assert ast.get_docstring(module), path.name
        bare = [n.name for n in module.body if isinstance(n, ast.FunctionDef) and not ast.get_docstring(n)]
        assert bare == [], path.name
