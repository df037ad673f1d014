"""Each line of a listing is an element of its own, so that _static/book.css can wrap it and indent what is wrapped."""

import re

from pygments.formatters import HtmlFormatter
from sphinx.highlighting import PygmentsBridge

TAG = re.compile("<[^>]*>")


def indent(line):
    """By how many spaces the text of a line of HTML is indented.

    >>> indent('    <span class="k">return</span> x'), indent('<span class="w">  </span><span class="n">x</span>')
    (4, 2)
    """
    text = TAG.sub("", line)
    return len(text) - len(text.lstrip(" "))


class Lines(HtmlFormatter):
    """Sphinx's formatter with a <span class="code-line"> around each line, its end included."""

    def wrap(self, source):
        """Called by Pygments with pairs (whether this is code, HTML)."""
        lines = ((is_code, self.line(html) if is_code else html) for is_code, html in source)
        return super().wrap(lines)

    def line(self, html):
        """The indent is told in characters; without one nothing needs to be told."""
        width = indent(html)
        style = f' style="--indent:{width}"' if width else ""
        return f'<span class="code-line"{style}>{html}</span>'


def setup(app):
    """Let Sphinx use it."""
    PygmentsBridge.html_formatter = Lines
    return {"parallel_read_safe": True, "parallel_write_safe": True}
