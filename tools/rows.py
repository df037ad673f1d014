"""Which passage answers what the book was asked: python tools/rows.py writes tests/rows/answered.tsv, with a count.

The five documents that fix the book's subject state 447 things, make 114 mistakes and leave 50 gaps: asked.tsv lists
them.  A passage that answers some says so at its end in a comment that readers do not see:
<!-- answers: S42-03 D3-081 defined, E-S42-02 stated -->
"""

import collections
import re
from pathlib import Path

import nbformat
from docutils.nodes import make_id

ROOT = Path(__file__).parents[1]
ROWS = ROOT / "tests" / "rows"
HOW = ["proved", "defined", "run", "cited", "stated", "named"]
KINDS = {"GAP": "gaps", "E": "mistakes"}
COMMENT = re.compile(r"<!-- answers: (.*?) -->", re.S)
HEADING = re.compile(r"^#{1,4} (.*)$", re.M)


def pages(root):
    """{page: its cells as (kind, text)} of the chapters, the back matter and the pages before them."""
    found = {}
    for path in [root / "intro.md", root / "notation.md", *sorted(root.glob("back/*.md"))]:
        found[path] = [("markdown", path.read_text())]
    for path in sorted([*root.glob("chapters/*.ipynb"), *root.glob("back/*.ipynb")]):
        found[path] = [(cell.cell_type, cell.source) for cell in nbformat.read(path, as_version=4).cells]
    return {path.relative_to(root).with_suffix("").as_posix(): cells for path, cells in found.items()}


def read(comment):
    """[(id, how)] of the inside of one comment."""
    parts = (part.split() for part in comment.split(","))
    return [(name, how) for *names, how in parts for name in names]


def sections(cells):
    """[(heading, what stands below it up to the next one, as cells)] of one page."""
    found = [("", [])]
    for kind, text in cells:
        pieces = re.split(r"(?m)^(?=#{1,4} )", text) if kind == "markdown" else [text]
        for piece in filter(None, pieces):
            heading = HEADING.match(piece) if kind == "markdown" else None
            if heading:
                found.append((heading[1], []))
            found[-1][1].append((kind, piece))
    return found


def anchor(heading):
    """The anchor that the built page gives to a heading."""
    return make_id(re.sub(r"[$`*']", "", heading))


def answers(root):
    """[(id, how, page#anchor, the section's cells)] in the order of the pages."""
    return [
        (name, how, f"{page}#{anchor(heading)}", section)
        for page, cells in pages(root).items()
        for heading, section in sections(cells)
        for kind, text in section
        for comment in (COMMENT.findall(text) if kind == "markdown" else [])
        for name, how in read(comment)
    ]


def table(name):
    """{id: the rest of its line} of a file below tests/rows."""
    lines = (ROWS / name).read_text().splitlines()
    return dict(line.split("\t", 1) for line in lines)


def answered(root):
    """The lines of answered.tsv, in the order of asked.tsv: id, how, places."""
    found = collections.defaultdict(list)
    for name, how, place, _ in answers(root):
        found[name].append((how, place))
    for name, places in found.items():
        places.sort(key=lambda place: HOW.index(place[0]))
        found[name] = [places[0][0], " ".join(dict.fromkeys(place for _, place in places))]
    return ["\t".join([name, *found[name]]) for name in table("asked.tsv") if name in found]


def count(lines):
    """{what was asked: {how it is answered: how often}}."""
    total = collections.defaultdict(collections.Counter)
    for name in table("asked.tsv"):
        total[KINDS.get(name.split("-")[0], "rows")]["asked"] += 1
    for line in lines:
        name, how, _ = line.split("\t")
        total[KINDS.get(name.split("-")[0], "rows")][how] += 1
    return total


def main():
    """Write the table and print the count."""
    lines = answered(ROOT)
    (ROWS / "answered.tsv").write_text("\n".join(lines) + "\n")
    for kind, numbers in count(lines).items():
        rest = numbers["asked"] - sum(numbers[how] for how in HOW)
        print(f"{kind}: {', '.join(f'{numbers[how]} {how}' for how in ['asked', *HOW])}, {rest} left")


if __name__ == "__main__":
    main()
