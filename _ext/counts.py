"""The counts that the introduction prints: how many labelled equations are checked, and how many are skipped."""

from pathlib import Path

from texcheck.book import chapters, markdown, notation_unverified, read


def count(root):
    """(checked, skipped): the labelled displays of all chapters; nothing is evaluated here."""
    start = notation_unverified(root)
    found = [result for path in chapters(root)
             for result in read(markdown(path), start.chapter(), path.stem, verify=False) if result.tex]
    skipped = sum(1 for result in found if result.skip)
    return len(found) - skipped, skipped


def substitute(app, config):
    """Offer both numbers to the Markdown pages as {{checked_equations}} and {{skipped_equations}}."""
    checked, skipped = count(Path(app.srcdir))
    config.myst_substitutions = {**config.myst_substitutions, "checked_equations": str(checked),
                                 "skipped_equations": str(skipped)}


def setup(app):
    """Register it before myst-parser reads its configuration."""
    app.connect("config-inited", substitute, priority=100)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
