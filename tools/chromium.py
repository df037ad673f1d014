"""The browser that prints the book and tests its pages."""

import os
import shutil

NAMES = ["chromium", "chromium-browser", "google-chrome", "chromium-headless-shell"]
PATH = os.environ.get("CHROMIUM") or next(filter(None, map(shutil.which, NAMES)), None)
MISSING = "No Chromium found. Debian or Ubuntu: apt-get install chromium; or set CHROMIUM=/path/to/it."
