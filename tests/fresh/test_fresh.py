"""A downloaded notebook alone runs after one pip line: in a new environment, in an empty folder, with its outputs."""

import os
import shutil
import subprocess
import sys

import pytest
from notebooks import CHAPTERS, ROOT, number

from downloads import build_wheel

COMPANIONS = [path for path in CHAPTERS if not number(path).isdigit()]
SHOWING_EQUATIONS = [path for path in CHAPTERS if "texcheck.page(" in path.read_text(encoding="utf8")]
TAKEN = {path for path in CHAPTERS if number(path) in ("01", "05")} | {COMPANIONS[0], SHOWING_EQUATIONS[0]}
STYLE = "import matplotlib, bookkit.plot; print(matplotlib.rcParams['savefig.transparent'])"
SYMBOLS = "import texcheck; print(*texcheck.page({0!r}).definitions)"


@pytest.fixture(scope="session")
def python(tmp_path_factory):
    """The Python of a new environment with the wheel, in the versions with which the outputs were stored."""
    folder = tmp_path_factory.mktemp("environment")
    subprocess.run([sys.executable, "-m", "venv", folder], check=True)
    wheel, pins = build_wheel(folder), ROOT / "requirements" / "constraints.txt"
    pip = ["-m", "pip", "install", "--quiet", "--no-compile", "--constraint", pins, f"{wheel}[book]", "nbval"]
    found = run(folder / "bin" / "python", folder, *pip)
    assert found.returncode == 0, found.stderr
    return folder / "bin" / "python"


def run(python, folder, *arguments):
    """Run Python in the folder, where nothing but what is installed can be imported, or counts as installed."""
    environment = {key: value for key, value in os.environ.items() if key != "PYTHONPATH"}
    environment |= {"MPLCONFIGDIR": str(folder / "none"), "OMP_NUM_THREADS": "1"}
    command = [python, *arguments]
    return subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=False)


def test_downloaded_notebooks_give_their_stored_outputs(python, tmp_path):
    for path in TAKEN:
        shutil.copy(path, tmp_path)
    found = run(python, tmp_path, "-m", "pytest", "--nbval", "-q", "-p", "no:cacheprovider", tmp_path)
    assert found.returncode == 0, found.stdout[-3000:] + found.stderr[-1000:]


def test_figures_have_the_style_of_the_book(python, tmp_path):
    """The digest of a figure does not depend on the style, so nbval would not see it missing."""
    assert run(python, tmp_path, "-c", STYLE).stdout.split()[-1] == "True"


def test_a_companion_starts_from_what_its_chapter_defines(python, tmp_path):
    """Its chapter is not in the folder: the wheel has its text. Nor is the page itself, as on Colab."""
    companion = COMPANIONS[0].stem
    chapter = next(path.stem for path in CHAPTERS if number(path) == number(COMPANIONS[0])[:-1])
    known = [set(run(python, tmp_path, "-c", SYMBOLS.format(name)).stdout.split()) for name in (chapter, companion)]
    assert known[0]
    assert known[0] <= known[1]


def test_the_gate_reads_a_downloaded_notebook(python, tmp_path):
    """What it prints holds, by the notation and the definitions that the wheel has."""
    path = shutil.copy(COMPANIONS[0], tmp_path)
    found = run(python, tmp_path, "-m", "texcheck", path)
    assert found.returncode == 0, found.stdout + found.stderr
    assert " ok " in found.stdout
