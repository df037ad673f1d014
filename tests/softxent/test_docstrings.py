"""Every public function says what it does in NumPy's form, and the examples in the docstrings come out as printed."""

import doctest
import importlib
import inspect
import re

import pytest
from notebooks import ROOT
from test_imports import HEAVIER, MODULES

SECTIONS = ("Parameters", "Returns", "Raises", "Notes", "References", "Examples")
NEEDED = ("Parameters", "Returns", "Raises", "Examples")
COMPLETE = (
    "softmax",
    "entropy",
    "loss",
    "maxent",
    "attention",
    "online",
    "fused",
    "likelihood",
    "calibration",
    "choice",
    "sampling",
    "contrastive",
    "geometry",
)  # modules of mathematics: the form is demanded


def public_functions(modules=MODULES, heavier=HEAVIER):
    for name in (name for name in modules if f"softxent.{name}" not in heavier and not name.startswith("_")):
        module = importlib.import_module(f"softxent.{name}")
        for key, function in vars(module).items():
            if inspect.isfunction(function) and function.__module__ == module.__name__ and not key.startswith("_"):
                yield pytest.param(function, id=f"{name}.{key}")


def failures(function):
    """What doctest says against the examples of a docstring; doctest finds no decorated function by itself."""
    lines = []
    module = importlib.import_module(function.__module__)
    (test,) = doctest.DocTestFinder().find(function, function.__name__, module=module, globs=dict(vars(module)))
    result = doctest.DocTestRunner(verbose=False).run(test, out=lines.append)
    return lines, result.attempted


def sections(function):
    """The sections of a docstring: title to text, the summary under the title ''."""
    parts = re.split(r"^([A-Z]\w+)\n-+\n", inspect.getdoc(function) or "", flags=re.M)
    return {"": parts[0], **dict(zip(parts[1::2], parts[2::2], strict=True))}


def complaints(function):
    """What is missing in a docstring of NumPy's form."""
    found = sections(function)
    titles = [title for title in found if title]
    yield from (f"no section {title}" for title in NEEDED if title not in found)
    yield from (f"unknown section {title}" for title in titles if title not in SECTIONS)
    if titles != sorted(titles, key=lambda title: SECTIONS.index(title) if title in SECTIONS else -1):
        yield f"sections out of order: {titles}"
    documented = re.findall(r"^(\w[\w, ]*) :", found.get("Parameters", ""), flags=re.M)
    names = [name for entry in documented for name in entry.split(", ")]
    if names != list(inspect.signature(function).parameters):
        yield f"parameters {names}, but the signature has {list(inspect.signature(function).parameters)}"
    if not re.match(r"\S.*\.\n", found[""]):
        yield "no summary line that ends in a full stop"
    if re.search(r"^\.\. \[", found.get("References", ""), flags=re.M):
        yield "a numbered reference, which breaks the page of the package: use a plain list"
    if ">>>" not in found.get("Examples", ""):
        yield "no example"


@pytest.mark.parametrize("function", list(public_functions()))
def test_docstring(function):
    assert function.__doc__
    lines, attempted = failures(function)
    assert not lines
    assert attempted or function.__module__.rpartition(".")[2] not in COMPLETE


@pytest.mark.parametrize("function", list(public_functions(COMPLETE)))
def test_docstring_is_complete(function):
    assert list(complaints(function)) == []


def test_incomplete_docstrings_are_found():
    def whole(x, y):
        """The sum of two numbers.

        Parameters
        ----------
        x, y : float
            Two numbers.

        Returns
        -------
        float
            x + y.

        Raises
        ------
        TypeError
            For what cannot be added.

        References
        ----------
        - Euclid.

        Examples
        --------
        >>> 1 + 1
        2
        """

    assert list(complaints(whole)) == []
    text = whole.__doc__
    for old, new in [
        ("Raises\n        ------", "Errors\n        ------"),
        ("x, y : float", "x : float"),
        ("The sum of two numbers.", "The sum of two numbers"),
        ("- Euclid", ".. [1] Euclid"),
        (">>> 1 + 1", "1 + 1"),
        ("Returns\n        -------\n        float\n            x + y.", ""),
    ]:
        assert old in text
        whole.__doc__ = text.replace(old, new)
        assert list(complaints(whole)), old
    whole.__doc__ = None
    assert list(complaints(whole))


def test_examples_are_found_and_can_fail():
    from softxent.softmax import softmax

    def wrong():
        """
        >>> 1 + 1
        3
        """

    assert failures(softmax)[1] == 1
    assert failures(wrong)[0]


def test_the_package_pages_show_every_module():
    pages = [path.read_text(encoding="utf8") for path in sorted((ROOT / "back").glob("api_*.md"))]
    shown = [name for page in pages for name in re.findall(r"automodule:: softxent\.(\w+)", page)]
    assert sorted(shown) == sorted(name for name in MODULES if not name.startswith("_"))


def test_the_overview_has_a_line_for_every_function():
    page = (ROOT / "back" / "api.md").read_text(encoding="utf8")
    listed = re.findall(r"^- \{py:func\}`~(softxent\.\w+\.\w+)`: \S", page, flags=re.M)
    functions = [parameter.values[0] for parameter in public_functions(heavier=())]
    assert sorted(listed) == sorted(f"{function.__module__}.{function.__name__}" for function in functions)
