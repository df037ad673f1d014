"""The alarm rings: in a copy of the book, one thing at a time is made false, and the check that must see it, does.

Each test changes a copied chapter (or the copied package), runs the same command as `make test` runs on the real one,
and looks for the name of the culprit in the report.  The unchanged copy passes.
"""

import json
import os
import re
import shutil
import subprocess
import sys

import pytest
from notebooks import ROOT

CHAPTER = "01_entropy_and_kl"


@pytest.fixture
def book(tmp_path):
    """A copy of the book with one chapter, its gate and its conventions."""
    for folder in ("src", "tests", "tools"):
        shutil.copytree(ROOT / folder, tmp_path / folder, ignore=shutil.ignore_patterns("__pycache__", "*.egg-info"))
    for name in ("_config.yml", "notation.md", "pyproject.toml"):
        shutil.copy(ROOT / name, tmp_path / name)
    (tmp_path / "chapters").mkdir()
    for name in ("matplotlibrc", f"{CHAPTER}.ipynb"):
        shutil.copy(ROOT / "chapters" / name, tmp_path / "chapters" / name)
    toc = f"format: jb-book\nroot: notation\nparts:\n- chapters:\n  - file: chapters/{CHAPTER}\n"
    (tmp_path / "_toc.yml").write_text(toc)
    return tmp_path


def edit(book, change):
    """Apply `change` to the copied chapter's notebook; it returns the name of the cell that it touched."""
    path = book / "chapters" / f"{CHAPTER}.ipynb"
    notebook = json.loads(path.read_text(encoding="utf8"))
    name = change(notebook["cells"])
    path.write_text(json.dumps(notebook), encoding="utf8")
    return name


def pytest_in(book, *arguments):
    """Run pytest in the copy, with the copied packages first on the path."""
    path = os.pathsep.join(str(book / name) for name in ("src", "tests", "tests/support", "tests/gate", "tools"))
    environment = {**os.environ, "PYTHONPATH": path, "PYTHONDONTWRITEBYTECODE": "1"}
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-p", "no:xdist", *arguments]
    return subprocess.run(command, cwd=book, env=environment, capture_output=True, text=True, check=False)


def nbval(book):
    return pytest_in(book, "--nbval", "chapters")


def caught(run, name):
    """The run failed, and its report names the culprit."""
    return run.returncode == 1 and name in run.stdout


def cell_with(cells, output):
    """The number, among the code cells, of the first one with such an output, and that output."""
    for number, cell in enumerate(c for c in cells if c["cell_type"] == "code"):
        for stored in cell["outputs"]:
            if output(stored):
                return number, cell, stored
    raise LookupError("the chapter has no such output")


def is_number(stored):
    text = "".join(stored.get("data", {}).get("text/plain", stored.get("text", "")))
    return "image/png" not in stored.get("data", {}) and re.search(r"\d\.\d\d", text)


def test_the_unchanged_copy_passes(book):
    run = nbval(book)
    assert run.returncode == 0, run.stdout[-3000:]


def test_a_changed_stored_number_is_caught(book):
    def change(cells):
        number, _, stored = cell_with(cells, is_number)
        key = stored if "text" in stored else stored["data"]
        field = "text" if "text" in stored else "text/plain"
        text = "".join(key[field])
        last = re.search(r"\d\.\d(\d)", text)
        key[field] = text[: last.start(1)] + str((int(last[1]) + 1) % 10) + text[last.end(1) :]
        return f"Cell {number}"

    name = edit(book, change)
    assert caught(nbval(book), name)


def test_a_changed_curve_is_caught(book):
    def change(cells):
        number, cell, _ = cell_with(cells, lambda stored: "image/png" in stored.get("data", {}))
        source = "".join(cell["source"])
        plot = re.search(r"\.plot\((\w[^,]*), ", source)
        cell["source"] = source[: plot.end()] + "1.01 * " + source[plot.end() :]
        return f"Cell {number}"

    name = edit(book, change)
    assert caught(nbval(book), name)


def test_a_sign_error_in_the_package_is_caught(book):
    path = book / "src" / "softxent" / "entropy.py"
    source = path.read_text(encoding="utf8")
    wrong = re.sub(r"(def surprisal\(.*?\breturn )", r"\1-1.0 * ", source, count=1, flags=re.S)
    assert wrong != source
    path.write_text(wrong, encoding="utf8")
    assert caught(nbval(book), f"{CHAPTER}.ipynb::Cell")


def test_a_changed_printed_sign_is_caught(book):
    def change(cells):
        for cell in (c for c in cells if c["cell_type"] == "markdown"):
            source = "".join(cell["source"])
            display = re.search(r"\$\$(?:(?!\$\$).)*?&= -(?:(?!\$\$).)*\$\$ \(([\w-]+)\)", source, flags=re.S)
            if display:
                start = source.index("&= -", display.start())
                cell["source"] = source[:start] + "&= " + source[start + 4 :]
                return f"{CHAPTER}:{display[1]}"
        raise LookupError("no line of a chain starts with a minus sign")

    name = edit(book, change)
    assert caught(pytest_in(book, "tests/gate/test_equations.py"), name)


def test_a_stripped_execution_count_is_caught(book):
    def change(cells):
        cell = next(c for c in cells if c["cell_type"] == "code" and c["outputs"])
        cell["execution_count"] = None
        return cell["id"]

    name = edit(book, change)
    assert caught(pytest_in(book, "tests/book/test_book.py", "-k", "stored_outputs"), name)
