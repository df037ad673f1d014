"""Every place at which the book answers what it was asked is an anchor of a built page."""

import functools
import re

from . import site

TABLE = site.SITE.parents[1] / "tests" / "rows" / "answered.tsv"


@functools.cache
def anchors(page):
    """The ids of a built page."""
    return set(re.findall(r'\sid="([^"]+)"', (site.SITE / f"{page}.html").read_text()))


def test_every_place_exists():
    places = {place for line in TABLE.read_text().splitlines() for place in line.split("\t")[2].split()}
    assert len(places) > 100
    missing = [place for place in sorted(places) if place.split("#")[1] not in anchors(place.split("#")[0])]
    assert missing == []
