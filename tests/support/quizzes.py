"""The {quiz} directives in the book's sources, as the tests read them."""

import functools
import json
import re
from pathlib import Path

ROOT = Path(__file__).parents[2]
SOURCES = ["*.md", "back/*.md", "chapters/*.ipynb"]
FENCE = re.compile(r"^(?P<fence>`{3,}|:{3,})\{quiz\}\s*\n(?P<body>.*?)^(?P=fence)\s*$", re.MULTILINE | re.DOTALL)
OPTION = re.compile(r"^:(\w+):\s*(.*)$", re.MULTILINE)


def markdown(path):
    """The words of a page; of a notebook its Markdown cells."""
    text = path.read_text(encoding="utf8")
    if path.suffix == ".md":
        return text
    cells = json.loads(text)["cells"]
    return "\n\n".join("".join(cell["source"]) for cell in cells if cell["cell_type"] == "markdown")


def quizzes(text):
    """The options of each {quiz} in a text, as dictionaries."""
    return [dict(OPTION.findall(match["body"].split("\n\n")[0])) for match in FENCE.finditer(text)]


@functools.cache
def quizzes_of_the_book(root=ROOT):
    """Page (path without suffix) -> its quizzes, for the pages that have one."""
    files = sorted(path for pattern in SOURCES for path in root.glob(pattern))
    found = {path.relative_to(root).with_suffix("").as_posix(): quizzes(markdown(path)) for path in files}
    return {page: held for page, held in found.items() if held}
