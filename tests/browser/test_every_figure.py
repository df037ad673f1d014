"""What is asked of every interactive figure, whatever it shows."""

import pytest

from . import site
from .figures import first

PAGES = site.pages('class="interactive"')


@pytest.mark.parametrize("name", PAGES)
def test_a_screen_reader_is_told(read, name):
    """Every control has a name, values are spoken in words, and one sentence follows when the figure is still."""
    figure = first(read(f"{name}.html", formulas=False), ".interactive")
    sliders = figure.locator("input[type=range]").all()
    for slider in sliders[:1]:
        slider.press("ArrowRight")
        assert slider.get_attribute("aria-label")
        assert slider.get_attribute("aria-valuetext")
    if not sliders:
        figure.locator("button").first.press("Enter")
    assert figure.locator("[role=status]").inner_text() == ""
    figure.page.wait_for_timeout(900)
    assert figure.locator("[role=status]").inner_text().endswith(".")
