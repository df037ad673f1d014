"""Every source is cited, has an address, and is called in the list as in the text."""

import doctest
import re

import pytest
from notebooks import CHAPTERS, ROOT, load, markdown
from pybtex.database import Entry, Person, parse_string

import sources

CITED = re.compile(r"\{cite(?::\w+)?\}`([^`]+)`")
ADDRESS = {"doi": r"10\.\d{4,}/\S+", "eprint": r"\d{4}\.\d{4,5}", "url": r"https://\S+", "isbn": r"97[89][\d-]{14}"}
WITHOUT = {  # what has no address that we know for certain
    "auer1996",
    "campenhout1981",
    "debreu1960",
    "faddeev1956",
    "gibbs1902",
    "jaynes1979",
    "luce1959",
    "minsky1969",
    "solla1988",
    "sterbenz1974",
    "tanabe1992",
}


def entries():
    """The sources by their keys."""
    return parse_string((ROOT / "references.bib").read_text(encoding="utf8"), "bibtex").entries


def cited():
    """The keys that some page cites."""
    pages = [markdown(load(path)) for path in CHAPTERS]
    pages += [path.read_text(encoding="utf8") for path in [*ROOT.glob("*.md"), *ROOT.glob("back/*.md")]]
    return {key.strip() for page in pages for keys in CITED.findall(page) for key in keys.split(",")}


def faults(found, used):
    """What is wrong with a list of sources."""
    for key, entry in found.items():
        addresses = {field: entry.fields[field] for field in ADDRESS if field in entry.fields}
        if key not in used:
            yield f"not cited: {key}"
        if bool(addresses) == (key in WITHOUT):
            yield f"no address: {key}" if key not in WITHOUT else f"has an address now: {key}"
        yield from (f"{field} of {key}: {text}" for field, text in addresses.items() if not is_address(field, text))


def is_address(field, text):
    """Has it the form of its kind, and an ISBN its check digit?"""
    digits = [int(digit) for digit in re.findall(r"\d", text)]
    is_sound = field != "isbn" or sum(digits[::2]) % 10 == -3 * sum(digits[1::2]) % 10
    return bool(re.fullmatch(ADDRESS[field], text)) and is_sound


def test_every_source_is_cited_and_has_an_address():
    found = entries()
    assert list(faults(found, cited())) == []
    assert set(found) >= WITHOUT


@pytest.mark.parametrize(
    ("fields", "used", "complaint"),
    [
        ({"doi": "10.1/x"}, {"a"}, "doi of a: 10.1/x"),
        ({"isbn": "978-0-387-31073-3"}, {"a"}, "isbn of a: 978-0-387-31073-3"),
        ({"url": "http://example.org"}, {"a"}, "url of a: http://example.org"),
        ({}, {"a"}, "no address: a"),
        ({"doi": "10.1000/x"}, set(), "not cited: a"),
    ],
)
def test_a_fault_is_noticed(fields, used, complaint):
    assert list(faults({"a": Entry("article", fields)}, used)) == [complaint]


def entry(year, *authors):
    return Entry("book", {"year": year}, {"author": [Person(name) for name in authors]})


def test_the_list_has_the_names_of_the_text():
    """One name, two, more; accents; particles."""
    assert sources.cited(entry("1966", r"Acz{\'e}l, J.")) == "Aczél, 1966"
    assert sources.cited(entry("1951", "Kullback, S.", "Leibler, R.")) == "Kullback and Leibler, 1951"
    assert sources.cited(entry("2022", "Dao, T.", "Fu, D.", "Ré, C.")) == "Dao et al., 2022"
    assert sources.cited(entry("1998", "van der Vaart, Aad")) == "van der Vaart, 1998"


def test_two_that_are_cited_alike_are_refused():
    twice = [entry("1957", "Jaynes, E."), entry("1957", "Jaynes, E.")]
    with pytest.raises(ValueError, match=r"cited alike.*Jaynes, 1957"):
        sources.AuthorYearLabels().format_labels(twice)


def test_the_examples_of_the_docstrings():
    result = doctest.testmod(sources)
    assert result.failed == 0
    assert result.attempted > 0
