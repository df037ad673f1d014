"""The search field finds the terms of the glossary, in English and in Chinese."""

import pytest

WORDS = {"cross-entropy": "term-cross-entropy", "交叉熵": "term-cross-entropy-zh"}


@pytest.mark.parametrize(("word", "anchor"), WORDS.items())
def test_search_leads_to_the_entry(read, word, anchor):
    """The results hold a link to the term itself."""
    page = read("search.html").page
    page.goto(f"{page.url}?q={word}")
    link = page.locator(f'#search-results li a[href*="glossary.html"][href*="#{anchor}"]').first
    link.wait_for()
    link.click()
    page.wait_for_url(f"**/glossary.html*#{anchor}")
    assert page.locator(f"#{anchor}").is_visible()
