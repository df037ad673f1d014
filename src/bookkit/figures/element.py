"""How an interactive figure stands in a notebook: a custom element with a static table inside.

The scripts in _static/figures replace the table where they run; anywhere else (JupyterLab, scripts off) it stands.
`show_element` displays the element as text/html and the same table as text/plain; the numbers have one form each.
"""

import html
import json

from IPython.display import display


def show_element(tag, attributes, caption, heads, rows):
    """Display <tag> with its attributes as JSON and a table as its content; the same table in plain text beside it."""
    words = "".join(f' {name}="{html.escape(json.dumps(value))}"' for name, value in attributes.items())
    table = html_table(caption, heads, rows)
    element = f'<{tag} class="interactive"{words}>\n{table}\n</{tag}>'
    display({"text/html": element, "text/plain": text_table([heads, *rows])}, raw=True)


def html_table(caption, heads, rows):
    """A table with a caption and heads that a screen reader can tell."""
    lines = [f"<table><caption>{html.escape(caption)}</caption>", table_row("th", heads)]
    return "\n".join([*lines, *(table_row("td", row) for row in rows), "</table>"])


def table_row(tag, cells):
    """One row of <th scope="col"> or <td>."""
    scope = ' scope="col"' if tag == "th" else ""
    return "<tr>" + "".join(f"<{tag}{scope}>{html.escape(cell)}</{tag}>" for cell in cells) + "</tr>"


def text_table(rows):
    """Columns padded to one width each."""
    widths = [max(len(row[j]) for row in rows) for j in range(len(rows[0]))]
    return "\n".join("  ".join(cell.rjust(w) for cell, w in zip(row, widths, strict=True)).rstrip() for row in rows)


def point(x, digits):
    """The entries of a vector, never -0.0."""
    return f"({', '.join(f'{round(float(entry), digits) + 0.0:.{digits}f}' for entry in x)})"


def fixed(x):
    """Three decimals, never -0.000."""
    return f"{round(float(x), 3) + 0.0:.3f}"


def small(x):
    """Three decimals, or two digits and a power of ten for a positive number below 0.001."""
    if x == 0 or x >= 0.001:
        return fixed(x)
    digits, power = f"{x:.1e}".split("e-")
    return f"{digits}·10⁻{str(int(power)).translate(str.maketrans('0123456789', '⁰¹²³⁴⁵⁶⁷⁸⁹'))}"
