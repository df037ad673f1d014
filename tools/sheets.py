"""Print problem sheets for a class: python tools/sheets.py, after make book, writes the PDF of all exercises.

A sheet for each chapter and each companion that has exercises: their statements as on the page, with the numbers of the
book, and no solutions. The bookmarks are the titles.
"""

import shutil
import sys
from string import Template

import chromium
import pdf
from bookkit.published import SHEETS

PRINTED = pdf.ROOT / "_build" / SHEETS
JOINED = pdf.FOLDER / "sheets.html"


def exercises(tree):
    """The exercises of a page, their titles as headings, without ids, links and buttons."""
    found = tree.select("div.exercise")
    for exercise in found:
        for node in exercise.select(pdf.LEFT_OUT):
            node.decompose()
        for node in exercise.select("a"):
            node.unwrap()
        for node in [exercise, *exercise.select("[id]")]:
            node.attrs.pop("id", None)
        exercise.select_one("p.admonition-title").name = "h2"
    return found


def chapter_sheet(name):
    """The sheet of a page of the book, or nothing."""
    tree = pdf.parsed(name)
    if not (found := exercises(tree)):
        return ""
    title = tree.h1
    for node in title.select(pdf.LEFT_OUT):
        node.decompose()
    return f'<article class="bd-article opens-page">{title}{"".join(map(str, found))}</article>'


def write_sheets():
    """Join all sheets to one document."""
    names = pdf.order()
    template = Template((pdf.PAPER / "sheets.html").read_text(encoding="utf8"))
    sheets = "\n".join(chapter_sheet(name) for name in names if name.startswith("chapters/"))
    head = pdf.styles(names) + pdf.formulas(names)
    JOINED.write_text(template.substitute(head=head, sheets=sheets, **pdf.title_page(pdf.ROOT)), encoding="utf8")


def main():
    """Join, set the formulas, print."""
    if not chromium.PATH:
        sys.exit(chromium.MISSING)
    pdf.FOLDER.mkdir(exist_ok=True)
    for name in ("book.css", "book.js"):
        shutil.copyfile(pdf.PAPER / name, pdf.FOLDER / name)
    write_sheets()
    with pdf.paper() as page:
        page.goto(JOINED.as_uri())
        page.wait_for_function("() => document.documentElement.dataset.formulas === 'set'")
        if wide := page.evaluate("() => tooWide()"):
            sys.exit(f"The problem sheets: wider than the paper: {wide}")
        JOINED.write_text(page.content(), encoding="utf8")
        page.pdf(path=PRINTED, outline=True, **pdf.PRINT)
    print(f"The problem sheets: {PRINTED}")


if __name__ == "__main__":
    main()
