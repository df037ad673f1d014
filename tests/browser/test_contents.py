"""Finding one's way: the contents at the right follow the reader, and the search at the left stays in sight."""

import pytest

from . import site

WITH_CONTENTS = site.pages('class="bd-toc-nav')
CHAPTERS = [name for name in WITH_CONTENTS if name.startswith("chapters/")]
# What a script or a style does everywhere is looked at where it is hardest: much text, many subsections, a companion.
HARDEST = ["chapters/08_log_sum_exp", "chapters/07_squared_error", "chapters/01a_codes"]
LINK = ".bd-toc-nav a[href^='#']"

# For each link of the contents, after one step of the reader: what is marked, and is it in sight?
FOLLOW = """async ([selector, step]) => {
  const links = [...document.querySelectorAll(selector)];
  const inSight = ({ top, bottom, height }) => height > 0 && top >= 0 && bottom <= innerHeight;
  const steps = {
    jump: (link) => document.getElementById(decodeURIComponent(link.hash.slice(1))).scrollIntoView(),
    click: (link) => { link.click(); },
  };
  const frame = () => new Promise((resume) => requestAnimationFrame(() => setTimeout(resume, 20)));
  const found = [];
  for (const link of links) {
    if (step === "click" && !inSight(link.getBoundingClientRect()))
      link.parentElement.parentElement.parentElement.querySelector("a").click();      // the section that it is in
    await frame(); await frame();
    const reachable = step === "jump" || inSight(link.getBoundingClientRect());
    steps[step](link);
    await frame(); await frame();
    const marked = [...document.querySelectorAll(`${selector}.active`)].pop()?.hash;
    found.push([link.hash, marked, reachable && inSight(link.getBoundingClientRect())]);
  }
  return found;
}"""


def astray(page, step):
    """The links that are not marked and in sight when the reader is where they lead."""
    found = page.evaluate(FOLLOW, [LINK, step])
    assert found
    return [(link, marked, seen) for link, marked, seen in found if marked != link or not seen]


@pytest.mark.parametrize("name", CHAPTERS)
def test_the_contents_follow_a_click(read, name):
    """Every section and subsection can be reached from the contents, and is marked when it has been."""
    assert astray(read(f"{name}.html", formulas=False).page, "click") == []


@pytest.mark.parametrize("name", HARDEST)
def test_the_contents_follow_the_reader(read, name):
    """Scrolling to a heading marks its link and opens the subsections beside it, with the formulas set."""
    page = read(f"{name}.html").page
    assert astray(page, "jump") == []
    assert page.locator(f"{LINK}[aria-current=true]").count() == 1
    page.evaluate("scrollTo(0, 0)")
    page.wait_for_function("() => !document.querySelector('.bd-toc-nav .active')")


def test_the_subsections_are_there_without_scripts(read):
    """What no script opens is open."""
    page = read("chapters/08_log_sum_exp.html", scripts=False).page
    links = page.locator(".bd-toc-nav li.toc-h3 a")
    assert links.count() == page.locator("article h3").count() > 0
    assert all(link.is_visible() for link in links.all())


@pytest.mark.parametrize("name", [CHAPTERS[0], CHAPTERS[len(CHAPTERS) // 2], CHAPTERS[-1]])
def test_the_search_stays_in_sight(read, name):
    """The theme scrolls the list of chapters to the open one; the search button above stays, and nothing covers it."""
    page = read(f"{name}.html", formulas=False).page
    for scroll in ("(bar) => {}", "(bar) => { bar.scrollTop = bar.scrollHeight; }"):
        page.locator(".bd-sidebar-primary").evaluate(scroll)
        hit = page.locator(".bd-sidebar-primary .search-button__button").evaluate(
            """(button) => { const box = button.getBoundingClientRect();
               return button.contains(document.elementFromPoint(box.x + box.width / 2, box.y + box.height / 2)); }"""
        )
        assert hit
    page.locator(".bd-sidebar-primary .search-button__button").click()
    assert page.locator("#search-input").is_visible()
