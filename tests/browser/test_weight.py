"""What a page weighs over a compressing server, and how still it stays on a slow machine."""

import gzip
from urllib.parse import urlsplit

import pytest

from . import site

CHAPTERS = [name for name in site.pages() if name.startswith("chapters/")]
LIMITS = {"book": 300_000, "face": 200_000}
OURS = [path.name for path in (site.ROOT / "_static").rglob("*") if path.is_file()]


def part(address):
    """To whom a file belongs: the book (page, pictures, our _static), its text face or the theme."""
    path = urlsplit(address).path
    if path.endswith("/typeface.css"):
        return "face"
    own = path.endswith(".html") or "/_images/" in path or path.rsplit("/", 1)[-1] in OURS
    return "book" if own else "theme"


def weights(reader):
    """Compressed bytes and number of requests for each part."""
    table = {"book": [0, 0], "face": [0, 0], "theme": [0, 0]}
    for response in reader.responses:
        if not response.url.startswith("data:"):
            row = table[part(response.url)]
            row[0] += len(gzip.compress(response.body()))
            row[1] += 1
    return table


def test_weight_of_each_chapter(read):
    """Our share stays below 300 kB, the text face below 200 kB; all shares but MathJax's are written beside the
    screenshots."""
    tables = {name: weights(read(f"{name}.html", fresh=True, formulas=False)) for name in CHAPTERS}
    lines = [
        f"{name}: " + ", ".join(f"{who} {size / 1000:.0f} kB in {count}" for who, (size, count) in table.items())
        for name, table in tables.items()
    ]
    site.SCREENSHOTS.mkdir(parents=True, exist_ok=True)
    (site.SCREENSHOTS / "weights.txt").write_text("\n".join(lines) + "\n", encoding="utf8")
    sizes = {(name, who): table[who][0] for name, table in tables.items() for who in LIMITS}
    assert all(table["face"][1] for table in tables.values())
    assert {key: size for key, size in sizes.items() if size > LIMITS[key[1]]} == {}


@pytest.mark.parametrize("width", site.WIDTHS)
def test_the_longest_chapter_is_still_on_a_slow_machine(read, width):
    """No jump while formulas are set, with the processor slowed down four times."""
    longest = max(CHAPTERS, key=lambda name: (site.SITE / f"{name}.html").stat().st_size)
    assert read(f"{longest}.html", width=width, fresh=True, slowdown=4).shift() == []
