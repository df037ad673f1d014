"""A chapter can be finished: on a wide screen its page, the exercises with it, is not longer than that."""

import pytest
from notebooks import CHAPTERS, TO_BE_SHORTENED, number

HIGHEST = 22_000  # px


@pytest.mark.parametrize("name", [path.stem for path in CHAPTERS if number(path) not in TO_BE_SHORTENED])
def test_a_page_is_not_too_long(read, name):
    page = read(f"chapters/{name}.html", width="wide").page
    assert page.evaluate("() => document.documentElement.scrollHeight") <= HIGHEST
