"""The page of symptoms: each says why, names a cure, and shows both in a run; the table at its top leads to each."""

import re

from notebooks import ROOT, load

PAGE = load(ROOT / "back" / "symptoms.ipynb")
TABLE = PAGE.cells[0].source
FIRST = next(n for n, cell in enumerate(PAGE.cells) if cell.source.startswith("## "))


def entries():
    """(text, the cell below it) of each entry."""
    for text, below in zip(PAGE.cells[FIRST:], PAGE.cells[FIRST + 1 :], strict=False):
        if text.cell_type == "markdown" and "(symptom-" in text.source:
            yield text.source, below


def test_each_entry_has_a_reason_a_cure_and_a_run():
    for text, below in entries():
        assert "**Why.**" in text
        assert "**Cure.**" in text
        assert text.rstrip().endswith(":"), text[-60:]
        assert below.cell_type == "code"
        assert below.outputs, below.source


def test_the_table_leads_to_each_entry():
    targets = {target for text, _ in entries() for target in re.findall(r"^\(([\w-]+)\)=", text, flags=re.M)}
    assert len(targets) >= 15
    assert set(re.findall(r"\]\((symptom-[\w-]+)\)", TABLE)) == targets
