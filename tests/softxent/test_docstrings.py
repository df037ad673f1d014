"""Every public function says what it does, and the examples in the docstrings come out as printed."""

import doctest
import importlib
import inspect
import re

import pytest
from notebooks import ROOT
from test_imports import HEAVIER, MODULES


def public_functions():
    for name in (name for name in MODULES if f"softxent.{name}" not in HEAVIER and not name.startswith("_")):
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


@pytest.mark.parametrize("function", list(public_functions()))
def test_docstring(function):
    assert function.__doc__
    assert not failures(function)[0]


def test_examples_are_found_and_can_fail():
    from softxent.softmax import softmax

    def wrong():
        """
        >>> 1 + 1
        3
        """

    assert failures(softmax)[1] == 1
    assert failures(wrong)[0]


def test_the_package_page_shows_every_module():
    page = (ROOT / "back" / "api.md").read_text(encoding="utf8")
    shown = re.findall(r"automodule:: softxent\.(\w+)", page)
    assert sorted(shown) == sorted(name for name in MODULES if not name.startswith("_"))
