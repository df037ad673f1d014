"""The first page shows what the chapters store; what it says of version and authors stands in one place each."""

import re

import pytest
import yaml
from notebooks import CHAPTERS, ROOT, code_cells, load

import gather
import landing
from bookkit.published import NOTEBOOKS, PDF, SHEETS, WHEEL
from softxent import __version__

CITATION = yaml.safe_load((ROOT / "CITATION.cff").read_text(encoding="utf8"))


def stored(tag):
    """The outputs of all chapters that begin with such an element."""
    cells = [cell for path in CHAPTERS for cell in code_cells(load(path))]
    shown = [output.get("data", {}).get("text/html", "") for cell in cells for output in cell.outputs]
    return [html for html in shown if html.startswith(f"<{tag} ")]


def test_the_loss_figure_is_that_of_its_chapter():
    assert list(landing.loss_figure(ROOT)) == stored("loss-figure")[:1]


def test_a_blank_line_would_end_the_element():
    """In Markdown; a chapter's output has none, and its table is inside."""
    (figure,) = landing.loss_figure(ROOT)
    assert "\n\n" not in figure
    assert figure.index("<table>") < figure.index("</loss-figure>")


def test_every_live_figure_is_listed_once():
    names = re.findall(r"\{numref\}`(fig-\S+)`", "\n".join(landing.live(ROOT)))
    assert len(names) == len(set(names)) == len([cell for tag in TAGS for cell in stored(tag)])
    assert all(line.endswith((".", "?")) for line in landing.live(ROOT))


TAGS = {f"{path.stem}-figure" for path in (ROOT / "src" / "bookkit" / "figures").glob("*.py")}


def test_one_version():
    assert CITATION["version"] == __version__
    assert f"Version {__version__}," in "".join(landing.imprint(ROOT))


@pytest.mark.parametrize(
    ("people", "said", "cited"),
    [
        ([{"name": "A Group"}], "A Group", "{A Group}"),
        ([{"given-names": "Ada", "family-names": "Lovelace"}], "Ada Lovelace", "Ada Lovelace"),
        (
            [{"name": "A Group"}, {"given-names": "Ada", "family-names": "Lovelace"}, {"name": "Another"}],
            "A Group, Ada Lovelace and Another",
            "{A Group} and Ada Lovelace and {Another}",
        ),
    ],
)
def test_names_come_from_the_citation_file(tmp_path, people, said, cited):
    (tmp_path / "CITATION.cff").write_text(yaml.safe_dump({**CITATION, "authors": people}))
    (tmp_path / "_config.yml").write_text("repository: {url: ''}\n")
    assert f"by {said}. Text" in "".join(landing.imprint(tmp_path))
    assert f"author = {{{cited}}}," in "".join(landing.cite(tmp_path))


def test_a_citation_has_a_year_and_an_address_once_there_are_such(tmp_path):
    (tmp_path / "_config.yml").write_text("repository: {url: 'https://example.org/book'}\n")
    (tmp_path / "CITATION.cff").write_text(yaml.safe_dump({**CITATION, "date-released": "2031-05-06"}))
    entry = "".join(landing.cite(tmp_path))
    assert "year = {2031}," in entry
    assert "url = {https://example.org/book}," in entry
    assert not re.search("year|url", "".join(landing.cite(ROOT))) or CITATION.get("date-released")


def test_only_what_is_there_can_be_downloaded(tmp_path):
    beside = tmp_path / "_build" / "html"
    beside.mkdir(parents=True)
    assert "make site" in "".join(landing.downloads(tmp_path))
    (beside / NOTEBOOKS).touch()
    there = "".join(landing.downloads(tmp_path))
    assert f'href="../{NOTEBOOKS}"' in there
    assert not any(name in there for name in (WHEEL, PDF, "make site"))


def test_the_problem_sheets_are_linked_where_they_are(tmp_path):
    beside = tmp_path / "_build" / "html"
    beside.mkdir(parents=True)
    assert "make site" in "".join(landing.sheets(tmp_path))
    (beside / SHEETS).touch()
    assert "".join(landing.sheets(tmp_path)).startswith(f'<a href="../{SHEETS}" download>')


def test_a_page_is_made_again_when_what_it_says_changes():
    assert landing.rests_on(ROOT, {"front"}) == []
    assert ROOT / "CITATION.cff" in landing.rests_on(ROOT, {"cite"})
    assert ROOT / "_build" / "html" / PDF in landing.rests_on(ROOT, {"downloads"})
    assert ROOT / "_build" / "html" / SHEETS in landing.rests_on(ROOT, {"sheets"})


def test_every_marker_has_its_writer():
    pages = [*ROOT.glob("*.md"), *ROOT.glob("back/*.md")]
    asked = {name for path in pages for name in gather.MARKER.findall(path.read_text(encoding="utf8"))}
    assert asked == set(gather.WRITERS)
