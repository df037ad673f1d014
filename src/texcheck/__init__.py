r"""texcheck: the printed equation is the thing that runs.

`tokens`, `words` and `parser` read LaTeX into the `nodes` of a tree; `axes` and `pairs` look at what its indices mean.
`draws`, `numbers`, `matrix`, `functions`, `sets` and `evaluate` compute with it; `page` holds what is known, `verify`
and `search` try to refute a claim, `reader` says what a reader sees, `book` walks the pages, `verdicts` keeps results.
`printing` prints a tree with every implied bracket, `live` judges a formula as plain data, for a page in a browser.
For readers: `page = texcheck.page("05_gradient")`, `page.show("label")`, `page.check(r"...")`.
Depends on mpmath (50 digits and more) and PyYAML (the book's configuration); NumPy only where code is compared.
"""

from texcheck.book import open_page as page
from texcheck.page import Page
from texcheck.tokens import TexError

__all__ = ["Page", "TexError", "page"]
