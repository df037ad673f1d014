"""The counts that the pages print: equations that the tests check or skip, theorems, exercises, figures, boxes.

"Checked" is what chapters/verdicts.json says of the equations as they are printed now; a missing or stale verdict stops
the build.
"""

import json
import re
from pathlib import Path

import gather
import names
from texcheck.book import chapters, markdown

EXERCISE = re.compile(r"^`{3,}\{exercise\}", re.M)


def count(root):
    """(checked, skipped): the labelled displays of all chapters, each with a fresh verdict."""
    found = [result for page in gather.verdicts_of(root).values() for result in page]
    skipped = sum(1 for result in found if result.skip)
    return len(found) - skipped, skipped


def count_others(root):
    """How many theorems (and lemmas, corollaries, propositions), exercises and figures the chapters have."""
    texts = [markdown(path) for path in chapters(root)]
    cells = [cell for path in chapters(root) for cell in json.loads(path.read_text(encoding="utf8"))["cells"]]
    return {
        "theorems": sum(len(names.theorems(text)) for text in texts),
        "exercises": sum(len(EXERCISE.findall(text)) for text in texts),
        "figures": sum("figure" in cell["metadata"].get("mystnb", {}) for cell in cells),
    }


def substitute(app, config):
    """Offer the numbers to the Markdown pages as {{checked_equations}}, {{theorems}} and so on."""
    checked, skipped = count(Path(app.srcdir))
    boxes, refuted = gather.boxes(Path(app.srcdir))
    numbers = {
        "checked_equations": checked,
        "skipped_equations": skipped,
        "boxes": boxes,
        "refuted": refuted,
        **count_others(Path(app.srcdir)),
    }
    config.myst_substitutions = {**config.myst_substitutions, **{name: str(n) for name, n in numbers.items()}}


def setup(app):
    """Register it before myst-parser reads its configuration."""
    app.connect("config-inited", substitute, priority=100)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
