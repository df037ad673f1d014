"""Where the book is published, and the one line that installs it.

The address of the repository stands in one line of _config.yml, `repository: {url: ...}`, and may be empty.
"""

from pathlib import Path
from urllib.parse import urlsplit

import yaml

from softxent import __version__

NAME = "softmax-and-cross-entropy"
WHEEL = f"softxent-{__version__}-py3-none-any.whl"
NOTEBOOKS = f"{NAME}-notebooks.zip"
PDF = f"{NAME}.pdf"
SHEETS = f"{NAME}-exercises.pdf"


def address(root):
    """The address of the repository, or None while nobody has entered it."""
    return yaml.safe_load((Path(root) / "_config.yml").read_text(encoding="utf8"))["repository"]["url"] or None


def site(url):
    """The address at which .github/workflows/publish.yml puts the pages; None if the repository is not on GitHub."""
    where = urlsplit(url or "")
    if where.netloc != "github.com":
        return None
    owner, name = where.path.strip("/").removesuffix(".git").split("/")
    host = f"https://{owner.lower()}.github.io"
    return host if name.lower() == f"{owner.lower()}.github.io" else f"{host}/{name}"


def requirement(url):
    """What pip is to install: the wheel on the site, or the file, where no site is known."""
    return f"softxent[book] @ {site(url)}/{WHEEL}" if site(url) else f"./{WHEEL}[book]"
