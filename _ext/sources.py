"""The list of sources names each as the text cites it, by author and year, and gives the address where it can be read.

Sphinx's extension for BibTeX cites by author and year; its list, in any style that comes with it, has numbers instead.
"""

from collections import Counter
from unicodedata import combining, normalize

from pybtex.plugin import register_plugin
from pybtex.richtext import Text
from pybtex.style.formatting.plain import Style as Plain
from pybtex.style.labels import BaseLabelStyle
from pybtex.style.sorting import BaseSortingStyle


def cited(entry):
    """How the text cites an entry: at most two names, as the style author_year has them."""
    names = [
        str(Text(" ").join(person.rich_prelast_names + person.rich_last_names)) for person in entry.persons["author"]
    ]
    who = " and ".join(names) if len(names) <= 2 else f"{names[0]} et al."
    return f"{who}, {entry.fields['year']}"


def in_order(label):
    """Without accents and capitals.

    >>> in_order("Rényi, 1961") < in_order("Rissanen, 1976")
    True
    """
    return "".join(sign for sign in normalize("NFKD", label) if not combining(sign)).casefold()


class AuthorYearSorting(BaseSortingStyle):
    """The order of the list."""

    def sorting_key(self, entry):
        """Called by pybtex."""
        return in_order(cited(entry))


class AuthorYearLabels(BaseLabelStyle):
    """Labels for the list."""

    def format_labels(self, sorted_entries):
        """One for each entry; two that read the same could not be told apart in the text."""
        labels = [cited(entry) for entry in sorted_entries]
        twice = [label for label, count in Counter(labels).items() if count > 1]
        if twice:
            raise ValueError(f"references.bib: cited alike, tell them apart by the year: {'; '.join(twice)}")
        return labels


class Sources(Plain):
    """Pybtex's plain style with these labels."""

    default_label_style = AuthorYearLabels
    default_sorting_style = AuthorYearSorting


def setup(app):
    """Let Sphinx's extension know it by its name in _config.yml."""
    register_plugin("pybtex.style.formatting", "sources", Sources)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
