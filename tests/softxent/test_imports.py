"""The package is light to import: NumPy, and what is heavier only in the modules that are named for it."""

import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

import pytest

import softxent

HEAVY = ("torch", "sympy", "matplotlib", "scipy", "sklearn", "IPython")
HEAVIER = {
    "softxent.torch_ops": {"torch"},
    "bookkit.plot": {"matplotlib", "IPython"},
    "bookkit.figures.element": {"IPython"},
    "bookkit.exercises": set(),
    "bookkit.data": set(),
}
MODULES = sorted(path.stem for path in Path(softxent.__file__).parent.glob("*.py") if path.stem != "__init__")


def heavy_imports(statement):
    """The heavy packages that a fresh interpreter has loaded after one statement."""
    code = f"{statement}\nimport sys\nprint(*({set(HEAVY)!r} & set(sys.modules)))"
    return set(subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True).stdout.split())


def test_the_package_and_its_numpy_layer_load_nothing_heavy():
    light = [f"softxent.{name}" for name in MODULES if f"softxent.{name}" not in HEAVIER]
    assert {"softxent.entropy", "softxent.softmax", "softxent.loss"} <= set(light)
    assert heavy_imports(f"import softxent, {', '.join(light)}") == set()


@pytest.mark.parametrize("name", [name for name in HEAVIER if find_spec(name)])
def test_the_other_modules_load_only_what_they_are_named_for(name):
    assert heavy_imports(f"import {name}") <= HEAVIER[name]


def test_this_test_can_fail(tmp_path):
    """With empty modules in their place, for the real ones take seconds."""
    for name in HEAVY:
        (tmp_path / f"{name}.py").touch()
    assert heavy_imports(f"import sys; sys.path.insert(0, {str(tmp_path)!r}); import {', '.join(HEAVY)}") == set(HEAVY)
    assert heavy_imports(f"import sys; sys.path.insert(0, {str(tmp_path)!r}); import softxent.loss, torch") == {"torch"}
