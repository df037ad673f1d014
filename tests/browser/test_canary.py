"""The checks themselves: each fault is put into a page, and the check that should see it must complain."""

import pytest

from . import site

PAGE = min(site.pages('class="math'), key=lambda name: (site.SITE / f"{name}.html").stat().st_size)
FAULTS = {
    "outside request": "<img alt='A picture from another host, long enough' src='https://example.org/x.png'>",
    "console error": "<script>console.error('x')</script>",
    "console warning": "<script>console.warn('x')</script>",
    "error: ": "<script>throw new Error('x')</script>",
    "status 404": "<img alt='A picture that is not there, long enough' src='nowhere.png'>",
    "px too wide": "<div style='width: 3000px'>x</div>",
    "raw TeX": "<p>\\frac left over</p>",
    "1 MathJax errors": "<p class='math'>\\(\\nosuchmacro{x}\\)</p>",
    "2 MathJax errors": "<p class='math'>\\(x^2^3\\) and \\(\\left(x\\)</p>",
    "poor alt text": "<img alt='figure' src='_static/logo.svg'>",
    "broken picture": "<img alt='A picture that is none at all, in words' src='_static/documentation_options.js'>",
    "layout shift": """<script>
      setInterval(() => { document.querySelector("article").style.paddingTop = `${performance.now() % 400}px`; }, 100);
    </script>""",
}
BARRIERS = {
    "image-alt": "<img src='_static/logo.svg'>",
    "color-contrast": "<p style='color: #999; background: #aaa'>faint words</p>",
    "label": "<input type='text'>",
}


def open_spoilt(read, fault):
    """The page with the fault at the top of its article, half a second after it settled."""

    def insert(text):
        head, tail = text.split("<article", 1)
        start = tail.index(">") + 1
        return f"{head}<article{tail[:start]}<!-- -->{fault}{tail[start:]}"

    reader = read(f"{PAGE}.html", spoil=(f"{PAGE}.html", insert))
    reader.page.wait_for_timeout(500)
    return reader


@pytest.mark.parametrize(("complaint", "fault"), FAULTS.items())
def test_a_fault_is_seen(read, complaint, fault):
    """Each kind of fault is named by the check that looks for it."""
    assert any(complaint in said for said in open_spoilt(read, fault).complaints())


@pytest.mark.parametrize(("rule", "fault"), BARRIERS.items())
def test_a_barrier_is_seen(read, rule, fault):
    """axe-core runs and its complaints arrive."""
    assert any(f"axe {rule}" in said for said in open_spoilt(read, fault).axe())


def test_the_page_itself_is_clean(read):
    """Without a fault the same way of opening a page gives no complaint."""
    assert open_spoilt(read, "").complaints() == []
