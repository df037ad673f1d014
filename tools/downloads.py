"""Put beside the built pages what readers take away: python tools/downloads.py, after make book and make pdf.

The wheel; a zip of it, the notebooks and the versions with which their outputs were stored; the PDFs that were printed.
"""

import shutil
import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path

from bookkit.published import NAME, NOTEBOOKS, PDF, SHEETS, WHEEL
from texcheck.book import chapters

ROOT = Path(__file__).parents[1]
SITE = ROOT / "_build" / "html"
PRINTED = [ROOT / "_build" / PDF, ROOT / "_build" / SHEETS]
PINS = ROOT / "requirements" / "constraints.txt"
SOURCES = ("src", "chapters", "*.toml", "setup.py", "_*.yml", "notation.md", "README.md", "LICENSE*")
LEFT_OUT = shutil.ignore_patterns("__pycache__", "*.egg-info")


def copy_sources(folder):
    """What the wheel is built from: a build leaves its traces in the copy."""
    for path in (path for pattern in SOURCES for path in ROOT.glob(pattern)):
        if path.is_dir():
            shutil.copytree(path, folder / path.name, ignore=LEFT_OUT)
        else:
            shutil.copy(path, folder)


def build_wheel(folder):
    """Build the wheel into the folder, and return its path."""
    with tempfile.TemporaryDirectory() as copy:
        copy_sources(Path(copy))
        command = [sys.executable, "-m", "pip", "wheel", "--quiet", "--disable-pip-version-check", "--no-deps"]
        subprocess.run([*command, "--wheel-dir", folder, copy], check=True)
    return folder / WHEEL


def zip_notebooks(folder, wheel):
    """Zip the notebooks of the book, the wheel and the versions into one folder, and return the path."""
    path = folder / NOTEBOOKS
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for member in (wheel, PINS, *chapters(ROOT), *ROOT.glob("back/*.ipynb")):
            archive.write(member, f"{NAME}/{member.name}")
    return path


def main(folder=SITE):
    """Replace what an earlier run left."""
    for old in (*folder.glob("softxent-*.whl"), folder / NOTEBOOKS, folder / PDF, folder / SHEETS):
        old.unlink(missing_ok=True)
    found = [wheel := build_wheel(folder), zip_notebooks(folder, wheel)]
    found += [Path(shutil.copy(path, folder)) for path in PRINTED if path.exists()]
    for path in found:
        print(f"{path} ({path.stat().st_size / 1e6:.1f} MB)")


if __name__ == "__main__":
    main()
