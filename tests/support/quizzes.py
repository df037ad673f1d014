"""The {quiz} directives in the book's sources, as the tests read them."""

import functools
import re
from pathlib import Path

from texcheck.book import markdown

ROOT = Path(__file__).parents[2]
SOURCES = ["*.md", "back/*.md", "chapters/*.ipynb"]
FENCE = re.compile(r"^(?P<fence>`{3,}|:{3,})\{quiz\}\s*\n(?P<body>.*?)^(?P=fence)\s*$", re.MULTILINE | re.DOTALL)
OPTION = re.compile(r"^:(\w+):\s*(.*)$", re.MULTILINE)


def quizzes(text):
    """The options of each {quiz} in a text, as dictionaries."""
    return [dict(OPTION.findall(match["body"].split("\n\n")[0])) for match in FENCE.finditer(text)]


@functools.cache
def quizzes_of_the_book(root=ROOT):
    """Page (path without suffix) -> its quizzes, for the pages that have one."""
    files = sorted(path for pattern in SOURCES for path in root.glob(pattern))
    found = {path.relative_to(root).with_suffix("").as_posix(): quizzes(markdown(path)) for path in files}
    return {page: held for page, held in found.items() if held}
