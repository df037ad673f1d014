"""Between modules of the package only public names pass; what several share stands in _arguments and _numerics."""

import ast
from pathlib import Path

import pytest

import softxent

SHARED = {"_arguments", "_columns", "_newton", "_numerics"}


def private_imports(source):
    """The private names that a module takes from other modules of the package, and private modules but those two."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            yield from (f.name for f in node.names if f.name.startswith("softxent._"))
        if isinstance(node, ast.ImportFrom) and (node.module or "").split(".")[0] == "softxent":
            module = node.module.rpartition(".")[2]
            yield from (module for _ in node.names if module.startswith("_") and module not in SHARED)
            yield from (f.name for f in node.names if f.name.startswith("_"))


@pytest.mark.parametrize("path", sorted(Path(softxent.__file__).parent.glob("*.py")), ids=lambda path: path.stem)
def test_no_private_name_crosses_a_module(path):
    assert list(private_imports(path.read_text(encoding="utf8"))) == []


@pytest.mark.parametrize(
    "source",
    [
        "from softxent.softmax import softmax, _shifted",
        "from softxent._secret import open_name",
        "from softxent import _numerics",
        "import softxent._numerics",
        "def f():\n    from softxent._numerics import _sum",
    ],
)
def test_private_names_are_found(source):
    assert list(private_imports(source))
