"""The built book as the tests see it: where it lies, its pages, a server for it, and a browser to read it with."""

import functools
import http.server
import os
import threading
from contextlib import contextmanager
from pathlib import Path

from chromium import PATH

ROOT = Path(__file__).parents[2]
SITE = Path(os.environ.get("BOOK_SITE", ROOT / "_build" / "html"))
SCREENSHOTS = ROOT / "_build" / "screenshots"
KEEP_SCREENSHOTS = bool(os.environ.get("SCREENSHOTS"))  # for human eyes; they take a third of the time

ARGUMENTS = ["--no-sandbox", "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1"]

NO_SITE = f"No built book in {SITE}. Run: make book"
NO_PLAYWRIGHT = "Playwright is missing. Run: pip install -c requirements/constraints.txt -r requirements/browser.txt"

WIDTHS = {"wide": 1280, "narrow": 360}
SCHEMES = ["light", "dark"]


def pages(*needles):
    """The built pages, as paths without .html; with needles only those whose HTML holds one of them."""
    files = [f for f in sorted(SITE.rglob("*.html")) if "_static" not in f.relative_to(SITE).parts]
    held = [f for f in files if not needles or any(n in f.read_text(encoding="utf8") for n in needles)]
    return [f.relative_to(SITE).with_suffix("").as_posix() for f in held]


class QuietHandler(http.server.SimpleHTTPRequestHandler):
    """Serves files and logs nothing; HTTP/1.1 keeps connections open, which halves the time of a page."""

    protocol_version = "HTTP/1.1"

    def log_message(self, *args):
        """Say nothing: the tests read the browser's side."""


@contextmanager
def served(folder):
    """The folder on a free port of localhost, as long as the context lasts; yields the address."""
    handler = functools.partial(QuietHandler, directory=folder)
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        server.daemon_threads = True
        server.block_on_close = False
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


@contextmanager
def chromium():
    """A Chromium driven by Playwright: no window, no sandbox (containers have none), and no host but this machine."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=PATH, args=ARGUMENTS)
        yield browser
        browser.close()
