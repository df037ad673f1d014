r"""texcheck: the printed equation is the thing that runs.

`tokens` and `parser` read LaTeX, `values` and `evaluate` compute with it, `page` checks the displays of a page,
`book` walks the pages.  For readers: `page = texcheck.page("05_gradient")`, `page.check("label")`, `page.try_(r"...")`.
Depends on NumPy (arrays of numbers), mpmath (50 digits and more) and PyYAML (the book's configuration).
"""

from texcheck.book import open_page as page
from texcheck.page import Page
from texcheck.tokens import TexError

__all__ = ["Page", "TexError", "page"]
