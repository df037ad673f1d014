"""The picture in the README: python tools/picture.py photographs the first page of the built book."""

import io
import sys
from pathlib import Path

from PIL import Image
from playwright.sync_api import sync_playwright

import chromium

ROOT = Path(__file__).parents[1]
PAGE = ROOT / "_build" / "html" / "intro.html"
PICTURE = ROOT / ".github" / "first-page.png"
WINDOW = {"width": 1280, "height": 800}
COLOURS = 128


def photograph():
    """The page as it opens, when its formulas are set."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium.PATH, args=["--no-sandbox"])
        page = browser.new_page(viewport=WINDOW, color_scheme="light")
        page.goto(PAGE.as_uri())
        page.wait_for_function("() => document.documentElement.dataset.formulas === 'set'")
        drawn = page.screenshot()
        browser.close()
    return Image.open(io.BytesIO(drawn)).convert("RGB")


def main():
    """A palette is enough for a page of text: tens of kilobytes."""
    if not chromium.PATH:
        sys.exit(chromium.MISSING)
    photograph().quantize(COLOURS, method=Image.Quantize.FASTOCTREE).save(PICTURE, optimize=True)
    print(f"{PICTURE} ({PICTURE.stat().st_size / 1000:.0f} kB)")


if __name__ == "__main__":
    main()
