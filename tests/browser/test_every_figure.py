"""What is asked of every interactive figure, whatever it shows."""

import json

import pytest

from . import site
from .figures import done, first, press, values

PAGES = site.pages('class="interactive"')
TAGS = [
    "simplex",
    "temperature",
    "loss",
    "descent",
    "float",
    "stream",
    "attention",
    "reliability",
    "writer",
    "geodesics",
]
FIGURES = {tag: next(name for name in site.pages(f"<{tag}-figure") if name.startswith("chapters/")) for tag in TAGS}

# For each thing to try a state that does it, and one that nearly does.  All lie on the marks of the sliders.
TRIES = {
    "simplex": [
        ({"q": [0.5, 0.3, 0.2]}, {"q": [0.44, 0.3, 0.26]}),
        ({"q": [0.06, 0.15, 0.79]}, {"q": [0.07, 0.14, 0.79]}),
        ({"q": [0.6, 0.4, 0]}, {"q": [0, 0, 1]}),
    ],
    "temperature": [
        ({"tau": 0.05}, {"tau": 0.05, "z": [3, 1.5, 0, -1]}),
        ({"tau": 20}, {"tau": 10}),
        ({"tau": 0.05, "z": [2, 2, 0, -1]}, {"tau": 1, "z": [2, 2, 0, -1]}),
    ],
    "loss": [
        ({"z": [0, 3, -1]}, {"z": [0.8, 3, -1]}),
        ({"z": [6, 0, 0]}, {"z": [4, 0, 0]}),
        ({"z": [1.3, 0, -0.7], "target": "soft"}, {"z": [1.3, 0.3, -0.7], "target": "soft"}),
    ],
    "descent": [
        ({"gap": 10, "steps": 1100}, {"gap": 10, "steps": 900}),
        ({"gap": 12, "eta": 2, "steps": 10}, {"gap": 11.9, "eta": 2, "steps": 10}),
        ({"gap": 1, "steps": 10}, {"gap": 4, "steps": 10}),
    ],
    "float": [
        ({"dtype": "float16", "z": [12, 12, -6]}, {"dtype": "float32", "z": [12, 12, -6]}),
        ({"dtype": "float64", "z": [0, -40, -40]}, {"dtype": "float64", "z": [0, -30, -30]}),
        ({"dtype": "bfloat16", "z": [0.3, -80, -80]}, {"dtype": "bfloat16", "z": [0, -80, -80]}),
    ],
    "attention": [
        ({"Q": [[-1, 1.5], [1.5, -1]]}, {"Q": [[-1, 1.5], [0.5, 0.5]]}),
        ({"Q": [[2, -1], [2, -1.5]]}, {"Q": [[2, -1], [1, 0]]}),
        ({"Q": [[1.5, 0.5], [1, 1]], "causal": True}, {"Q": [[1.5, 0.5], [1, 1]], "causal": False}),
    ],
    "stream": [
        ({"order": [0, 1, 2, 3, 4, 5, 6], "tried": ["another"]}, {"order": [0, 1, 2, 3, 4, 5, 6]}),
        ({"order": [0, 2, 4, 6, 1, 5, 3]}, {"order": [0, 2, 4, 6, 1, 3, 5]}),
    ],
    "reliability": [
        ({"images": "test", "tau": 2.13}, {"images": "test", "tau": 1.73}),
        ({"tau": 1.73}, {"tau": 1}),
    ],
    "writer": [
        ({"text": "the_the_the_"}, {"text": "the_or_the_the_"}),
        ({"top": 15}, {"top": 16}),
        ({"tau": 0.381}, {"tau": 0.369}),
    ],
    "geodesics": [
        ({"p": [0.6, 0.2, 0.2], "q": [0.2, 0.4, 0.4]}, {"p": [0.6, 0.2, 0.2], "q": [0.2, 0.41, 0.39]}),
        ({"p": [0.01, 0.61, 0.38], "q": [0.61, 0.01, 0.38]}, {"p": [0.02, 0.6, 0.38], "q": [0.6, 0.02, 0.38]}),
        ({"p": [0.01, 0.49, 0.5], "q": [0.13, 0.43, 0.44]}, {"p": [0.02, 0.49, 0.49], "q": [0.14, 0.43, 0.43]}),
    ],
}
UPDATE = "(figure, state) => figure.update(state)"


def opened(read, tag, **options):
    """The figure of this kind, in its chapter."""
    options = {"formulas": False, **options}
    return first(read(f"{FIGURES[tag]}.html", **options), f"{tag}-figure")


def reopened(read, figure, link, tag, base=None):
    """The figure after its link was opened."""
    page = link.removeprefix(f"{base}/") if base else link.split("/", 3)[3]
    return first(read(page, formulas=False, **({"base": base} if base else {})), f"{tag}-figure")


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


@pytest.mark.parametrize("tag", FIGURES)
def test_what_is_tried_is_recognised(read, tag):
    """Nothing is done at first, nor by what comes near; each task by its own state; that is said, and stays said."""
    figure = opened(read, tag)
    assert figure.locator(".figure-question").inner_text().endswith("?")
    start = values(figure)
    assert done(figure) == [False] * len(TRIES[tag])
    for n, (state, near) in enumerate(TRIES[tag]):
        press(figure, "Reset")
        figure.evaluate(UPDATE, near)
        assert not done(figure)[n], near
        press(figure, "Reset")
        assert values(figure) == start
        figure.evaluate(UPDATE, state)
        assert done(figure)[n], state
        figure.page.wait_for_timeout(900)
        reply = figure.locator("li .figure-reply").nth(n).inner_text().removeprefix("✓ ")
        assert f"Done. {reply}" in figure.locator("[role=status]").inner_text()
    press(figure, "Reset")
    assert done(figure) == [True] * len(TRIES[tag])


@pytest.mark.parametrize("tag", FIGURES)
def test_a_task_is_no_other_task(read, tag):
    """What does the first does not do all: a mark is for its own task."""
    figure = opened(read, tag)
    figure.evaluate(UPDATE, TRIES[tag][0][0])
    assert done(figure) == [True] + [False] * (len(TRIES[tag]) - 1)


@pytest.mark.parametrize("tag", FIGURES)
def test_a_link_holds_the_state(read, tag, address):
    """The link leads to the figure's place and gives back every value, over http and from a file; others ignore it."""
    figure = opened(read, tag)
    start = values(figure)
    figure.evaluate(UPDATE, TRIES[tag][1][0])
    shown, link = values(figure), figure.evaluate("(figure) => figure.link")
    assert f"?figure={tag}&" in link
    assert shown != start
    again = reopened(read, figure, link, tag)
    assert values(again) == shown
    assert done(again) == [False] * len(TRIES[tag])
    assert again.evaluate("(f) => f.closest('[id]').id") == link.split("#")[1]
    files = site.SITE.as_uri()
    assert values(reopened(read, figure, link.replace(address, files), tag, files)) == shown
    press(again, "Reset")
    assert values(again) == start


@pytest.mark.parametrize("tag", FIGURES)
def test_a_wrong_link_is_passed_over(read, tag, address):
    """Fields that are missing, too many, out of range, or no numbers; and the link of another figure."""
    figure = opened(read, tag)
    start, link = values(figure), figure.evaluate("(figure) => figure.link")
    query = link.split("?")[1].split("#")[0]
    names = [part.split("=")[0] for part in query.split("&")]
    wrong = [query.replace(f"figure={tag}", "figure=other")]
    wrong += ["&".join(p for p in query.split("&") if not p.startswith(f"{name}=")) for name in names]
    wrong += [f"{name}={bad}&{query}" for name in names for bad in ["", "x", "1,1", "1e9", "NaN,NaN,NaN", "%3Cb%3E"]]
    page = figure.page
    for words in wrong:
        page.evaluate("(q) => history.replaceState(null, '', '?' + q)", words)
        assert figure.evaluate("(figure) => JSON.stringify(figure.linked())") == "{}", words
    page.evaluate("(q) => history.replaceState(null, '', '?' + q)", query)
    assert json.loads(figure.evaluate("(figure) => JSON.stringify(figure.linked())"))
    assert values(figure) == start


@pytest.mark.parametrize("tag", ["loss", "float"])
def test_the_link_is_copied(read, tag):
    """To the clipboard; where that is refused, the link stands in a field, selected."""
    figure = opened(read, tag, fresh=True)
    figure.page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    press(figure, "Copy link to this state")
    figure.get_by_role("button", name="Link copied ✓").wait_for()
    link = figure.evaluate("(figure) => figure.link")
    assert figure.page.evaluate("() => navigator.clipboard.readText()") == link
    figure.get_by_role("button", name="Copy link to this state").wait_for()
    figure.page.evaluate("() => Object.defineProperty(navigator, 'clipboard', { value: undefined })")
    press(figure, "Copy link to this state")
    field = figure.get_by_label("Link to this state")
    assert field.input_value() == link
    assert field.evaluate("(field) => field.value.slice(field.selectionStart, field.selectionEnd)") == link


TIMES = {
    "temperature": ("▶ Sweep τ", "tau", 20),
    "descent": ("▶ Play", "steps", 10_000),
    "writer": ("▶ Write a line", "length", 80),
    "geodesics": ("▶ Run t", "t", 1),
}


@pytest.mark.parametrize("tag", TIMES)
def test_play_advances_and_stops(read, tag):
    """By the same button, and by any other control; it goes on where it was, and ends by itself."""
    figure = opened(read, tag)
    name, field, end = TIMES[tag]
    figure.page.emulate_media(reduced_motion="no-preference")

    def now():
        return values(figure)[field]

    for stop in [lambda: press(figure, "❚❚ Pause"), lambda: figure.locator("input").last.press("ArrowLeft")]:
        before = now()
        press(figure, name)
        figure.page.wait_for_timeout(500)
        stop()
        stopped = now()
        assert stopped > before
        figure.page.wait_for_timeout(300)
        assert now() == stopped
    press(figure, name)
    figure.get_by_role("button", name=name).wait_for()
    assert now() == end
    press(figure, name)
    assert now() < end
    press(figure, "Reset")


@pytest.mark.parametrize("tag", TIMES)
def test_play_with_less_motion(read, tag):
    """Two pictures a second at most, where the reader asked for less motion; there are many otherwise."""
    figure = opened(read, tag)
    count = """async (figure) => {
      let drawn = 0;
      const draw = figure.draw;
      figure.draw = (values) => (drawn++, draw.call(figure, values));
      figure.player.node.click();
      await new Promise((resolve) => setTimeout(resolve, 1000));
      figure.player.stop();
      return drawn;
    }"""
    assert figure.evaluate(count) <= 2
    figure.page.emulate_media(reduced_motion="no-preference")
    press(figure, "Reset")
    assert figure.evaluate(count) > 2


CONTRAST = """(figure) => {
  const paint = (words) => {
    const context = document.createElement("canvas").getContext("2d", { willReadFrequently: true });
    context.fillStyle = words;
    context.fillRect(0, 0, 1, 1);
    return [...context.getImageData(0, 0, 1, 1).data];
  };
  const light = (words) => {
    const [r, g, b] = paint(words).map((c) => (c <= 10.31475 ? c / 3294.6 : ((c / 255 + 0.055) / 1.055) ** 2.4));
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const ground = light(getComputedStyle(document.body).backgroundColor);
  const ratio = (words) => {
    const [high, low] = [light(words), ground].sort((a, b) => b - a);
    return (high + 0.05) / (low + 0.05);
  };
  const parts = [...figure.querySelectorAll("svg :is(text, path, circle, rect)")];
  const drawn = parts.filter((part) => !part.matches(".figure-grip, .figure-frame"));
  return drawn.flatMap((part) => {
    const { fill, stroke } = getComputedStyle(part);
    const seen = [fill, part.matches(".figure-mark *") ? "none" : stroke].filter((words) => !/none|, 0\\)/.test(words));
    return seen.map((words) => [part.parentNode.getAttribute("class") ?? part.getAttribute("class"), ratio(words)]);
  });
}"""


@pytest.mark.parametrize("scheme", site.SCHEMES)
@pytest.mark.parametrize("tag", FIGURES)
def test_lines_and_letters_stand_out(read, tag, scheme):
    """4.5:1 on the page's ground, light or dark, for every letter, line and area that carries meaning."""
    found = opened(read, tag, scheme=scheme).evaluate(CONTRAST)
    assert found or tag == "float"
    assert [one for one in found if one[1] < 4.5] == []


@pytest.mark.parametrize("tag", FIGURES)
def test_a_finger_meets_every_control(read, tag):
    """At least 44 pixels high on a phone, and wide."""
    figure = opened(read, tag, width="narrow")
    for control in figure.locator("input[type=range], button, select, label:has(input[type=checkbox])").all():
        box = control.bounding_box()
        assert min(box["height"], box["width"]) >= 44, control.evaluate("(node) => node.outerHTML")
