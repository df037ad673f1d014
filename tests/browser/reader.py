"""A page open in the browser, and what is wrong with it: each check returns its complaints, none if all is well."""

import re
from importlib.util import find_spec
from pathlib import Path

from . import site

# Sums the layout shifts that no key press or click explains.
WATCH_SHIFTS = """
window.layoutShift = 0;
new PerformanceObserver((list) => {
  for (const entry of list.getEntries()) if (!entry.hadRecentInput) window.layoutShift += entry.value;
}).observe({ type: "layout-shift", buffered: true });
"""
PATIENCE = 120_000  # ms: a busy machine may take its time; nothing that is asserted depends on it
SETTLED = "() => document.readyState === 'complete' && document.documentElement.dataset.formulas === 'set'"
# Before axe-core looks at a page: the inside of formulas, of which it has nothing to say, and all but the first
# token of each kind on each ground in listings.  A chapter has 20 000 of them, which would take most of the time.
THIN_OUT = """() => {
  const seen = new Set();
  const isKnown = (token) => {
    const kind = token.className + getComputedStyle(token.closest("pre").parentElement).backgroundColor;
    return seen.has(kind) || !seen.add(kind);
  };
  const known = [...document.querySelectorAll("pre span[class]")].filter(isKnown);
  known.forEach((token) => token.replaceWith(...token.childNodes));
  document.querySelectorAll("mjx-container > *").forEach((part) => part.replaceChildren());
}"""
# A formula that does not parse, and a command that MathJax does not know (it prints the name in red).
MATHJAX_ERRORS = "[data-mml-node=merror], [data-mml-node=mtext][fill=red]"
CUT = """() => [...document.querySelectorAll(".cell_input pre")]
  .filter((pre) => pre.checkVisibility() && pre.scrollWidth > pre.clientWidth + 1).map((pre) => pre.textContent)"""
REASONS = """() => [...document.querySelectorAll("div.math [data-mml-node=mtext]")]
  .filter((text) => text.checkVisibility())
  .map((text) => [text.closest("div.math").id, text.getBoundingClientRect().right
                  - text.closest("mjx-container").getBoundingClientRect().right])"""
# Titles of what folds whose words reach under the button that opens them.
COVERED = """() => {
  const meet = (a, b) => a.right > b.left + 1 && a.bottom > b.top + 4 && a.top < b.bottom - 4;
  const isCovered = (button) => {
    const words = document.createRange();
    words.setStart(button.parentElement, 0);
    words.setEndBefore(button);
    const box = button.getBoundingClientRect();
    return [...words.getClientRects()].some((line) => meet(line, box));
  };
  return [...document.querySelectorAll(".toggle > .admonition-title > button")]
    .filter((button) => button.checkVisibility() && isCovered(button))
    .map((button) => button.parentElement.firstChild.textContent);
}"""
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa"]


def new_context(browser, width="wide", scheme="light", scripts=True, touch=False, formulas=True):
    """A window of its own with no history; without formulas a chapter is there in a fifth of the time."""
    context = browser.new_context(
        viewport={"width": site.WIDTHS[width], "height": 800},
        color_scheme=scheme,
        java_script_enabled=scripts,
        has_touch=touch,
        reduced_motion="reduce",
    )
    if not formulas:
        context.route("**/mathjax/*", lambda route: route.abort())
    return context


class Reader:
    """Opens one page and keeps a record of its requests and of the console."""

    def __init__(self, context, base, scripts=True):
        self.context, self.base, self.scripts = context, base, scripts
        self.requests, self.responses, self.noise = [], [], []

    def is_ours(self, url):
        """Does the address belong to the book (or to the page itself)?"""
        return url.startswith((self.base, "data:", "blob:"))

    def open(self, name, slowdown=1):
        """Go to a page, on a processor that is slower by a factor, and wait until its formulas are set."""
        self.page = self.context.new_page()
        self.page.set_default_timeout(PATIENCE)
        self.page.on("request", lambda request: self.requests.append(request.url))
        self.page.on("requestfailed", lambda request: self.noise.append(f"failed: {request.url} {request.failure}"))
        self.page.on("response", self.note_response)
        self.page.on("console", self.note_console)
        self.page.on("pageerror", lambda error: self.noise.append(f"error: {error}"))
        self.page.add_init_script(WATCH_SHIFTS)
        if slowdown != 1:
            session = self.context.new_cdp_session(self.page)
            session.send("Emulation.setCPUThrottlingRate", {"rate": slowdown})
        self.page.goto(f"{self.base}/{name}", wait_until="load")
        if self.scripts:
            self.page.wait_for_function(SETTLED)
        return self

    def note_response(self, response):
        """All are kept; a status of 400 or more is a complaint."""
        self.responses.append(response)
        if response.status >= 400:
            self.noise.append(f"status {response.status}: {response.url}")

    def note_console(self, message):
        """Errors and warnings are complaints, the theme's log lines are not."""
        if message.type in ("error", "warning"):
            self.noise.append(f"console {message.type}: {message.text}")

    def complaints(self):
        """Everything that can be said without touching the page, in the order of gravity."""
        said = [*self.outside(), *self.noise, *self.overflow(), *self.raw_tex(), *self.shift(), *self.pictures()]
        return said + self.covered()

    def covered(self):
        """The words of a title that folds do not reach under its button."""
        return [f"covered by its button: {title!r}" for title in self.page.evaluate(COVERED)]

    def outside(self):
        """Requests that leave the book."""
        return [f"outside request: {url}" for url in self.requests if not self.is_ours(url)]

    def overflow(self):
        """The page is no wider than the window, and what is wider scrolls in its own box."""
        wide = self.page.evaluate("() => document.documentElement.scrollWidth - document.documentElement.clientWidth")
        return [f"the page is {wide} px too wide: {self.widest()}"] if wide > 0 else []

    def widest(self):
        """The element that reaches farthest to the right, for the message."""
        return self.page.evaluate(
            """() => [...document.querySelectorAll("article *")].map((e) => [e.getBoundingClientRect().right, e])
               .sort((a, b) => b[0] - a[0]).slice(0, 1).map(([x, e]) => x + " " + e.outerHTML.slice(0, 120)).join()"""
        )

    def raw_tex(self):
        """No TeX is left in what can be read (code and names still folded excepted); MathJax reports no error."""
        text = self.page.evaluate(
            """() => { const copy = document.querySelector("main").cloneNode(true);
               const unread = "pre, code, script, mjx-container, details.names:not([open])";
               copy.querySelectorAll(unread).forEach((e) => e.remove());
               return copy.textContent; }"""
        )
        left = re.findall(r"\$\$|\\\(|\\\[|\\[a-z]{2,}.{0,20}", text)
        errors = self.page.locator(MATHJAX_ERRORS).count()
        return [f"raw TeX: {piece!r}" for piece in left] + [f"{errors} MathJax errors"] * bool(errors)

    def shift(self):
        """Nothing jumps while the page settles."""
        total = self.page.evaluate("() => window.layoutShift")
        return [f"layout shift {total:.3f}"] if total >= 0.05 else []

    def pictures(self):
        """Every picture of the text loads and has an alternative text that says something."""
        found = self.page.evaluate(
            """() => [...document.querySelectorAll("article img")].map((e) => [e.src, e.alt, e.naturalWidth])"""
        )
        poor = [f"poor alt text {alt!r}: {src}" for src, alt, _ in found if is_poor(alt)]
        return poor + [f"broken picture: {src}" for src, _, width in found if width == 0]

    def photograph(self, name):
        """The whole page as a picture."""
        self.page.screenshot(path=site.SCREENSHOTS / f"{name}.jpg", full_page=True, type="jpeg", quality=70)

    def unfold(self):
        """Open everything that folds, disclosures and the solutions' buttons, and wait for the formulas in it."""
        self.page.evaluate("() => document.querySelectorAll('details').forEach((d) => { d.open = true; })")
        self.page.evaluate("() => document.querySelectorAll('button.toggle-button-hidden').forEach((b) => b.click())")
        if self.scripts:
            self.page.wait_for_function("() => !document.querySelector('details.names[open]:not([data-set=done])')")
            self.page.evaluate("() => new Promise((next) => requestAnimationFrame(() => setTimeout(next, 100)))")

    def cut(self):
        """The lines of code, and the reasons of a derivation's lines, that end behind an edge."""
        code = [f"cut: {text[:80]!r}" for text in self.page.evaluate(CUT)]
        return code + [f"a reason of {label} ends {by} px beyond" for label, by in self.reasons() if by > 1]

    def reasons(self):
        """(label, how far it reaches beyond its formula) of each reason that stands in a derivation."""
        return self.page.evaluate(REASONS)

    def height(self):
        """Of the whole page, in px."""
        return self.page.evaluate("() => document.documentElement.scrollHeight")

    def axe(self):
        """axe-core's violations of WCAG 2.1 A and AA, with everything that folds opened."""
        self.unfold()
        self.page.evaluate(THIN_OUT)
        self.page.evaluate(axe_source())
        run = "(tags) => axe.run(document, { runOnly: tags, resultTypes: ['violations'] })"
        report = self.page.evaluate(run, RULES)
        return [
            f"axe {rule['id']}: {node['target']} {node['html'][:150]} {node['failureSummary'][:200]}"
            for rule in report["violations"]
            for node in rule["nodes"]
        ]


def is_poor(alt):
    """An alternative text is a sentence, not a file name."""
    return alt is None or len(alt) < 30 or " " not in alt.strip()


def axe_source():
    """axe-core as the Python package carries it."""
    folder = Path(find_spec("axe_playwright_python").origin).parent
    return (folder / "axe.min.js").read_text(encoding="utf8")
