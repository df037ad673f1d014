"""What stands above what: a figure above the code that draws it, the bar at the top above the text."""

PAGE = "chapters/05_gradient.html"


def test_a_figure_stands_above_its_folded_code(read):
    page = read(PAGE, formulas=False).page
    cell = page.locator("div.cell.tag_hide-input:has(img)").first
    label, figure = cell.locator("summary"), cell.locator("img").first
    assert label.inner_text().strip() == "Show the code"
    assert figure.bounding_box()["y"] < label.bounding_box()["y"]


def test_without_scripts_nothing_shows_through_the_bar_at_the_top(read):
    """The theme's colours come with its script."""
    page = read(PAGE, scripts=False).page
    colour = page.locator(".bd-header-article").first.evaluate("(bar) => getComputedStyle(bar).backgroundColor")
    assert colour == "rgb(255, 255, 255)"
