"""A glossary term is linked at its first use on a page, as a whole word of running text, and nowhere else."""

import doctest
import re
import subprocess
import sys

import pytest
import yaml
from notebooks import ROOT

import terms

TERMS = ["entropy", "cross-entropy", "NaN", "Gibbs’ inequality", "arg max", "logit", "key"]
LISTED = {"not_linked": {"key": "an everyday word"}, "forms": {"arg max": ["argmax"]}}


def linked(text, seen=()):
    """The words of a text that are linked, with their entries."""
    pieces = terms.Vocabulary(TERMS, LISTED).pieces(text, set(seen))
    return [(piece, term) for piece, term in pieces if term]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Entropy and entropy and entropies", [("Entropy", "entropy")]),
        ("The cross-entropy of two logits", [("cross-entropy", "cross-entropy"), ("logits", "logit")]),
        ("pre-entropy, entropy-like, negentropy, nan, logitless", []),
        ("NaN; Gibbs' inequality; Arg\nmax", [("NaN",) * 2, ("Gibbs' inequality", TERMS[3]), ("Arg\nmax", "arg max")]),
        ("the argmax, then arg max", [("argmax", "arg max")]),
        ("a key", []),
    ],
)
def test_whole_words_at_their_first_use(text, words):
    assert linked(text) == words


def test_no_piece_of_the_text_is_lost():
    text = "An entropy, a logit, and an entropy."
    pieces = list(terms.Vocabulary(TERMS, LISTED).pieces(text, {"logit"}))
    assert "".join(piece for piece, _ in pieces) == text
    assert [term for _, term in pieces if term] == ["entropy"]


PAGE = """# Entropy of a page

A surprisal. **Logit** is defined here, and `entropy` is code, $entropy$ a formula, [entropy](https://x.org) a link.

| entropy |
|---------|
| entropy |

:::{admonition} Entropy as a title
The entropy, the logit, the surprisal, twice the entropy.
:::
"""
GLOSSARY = """# Glossary

```{glossary}
:sorted:

entropy
熵
  A mean surprisal.

logit
  A score.

surprisal
  A logarithm.
```
"""


def test_where_a_page_is_linked(tmp_path):
    """The first use in running text; not in headings, bold, code, formulas, tables, links or the glossary."""
    for name, text in {"index": "# Index\n", "chapters/one": PAGE, "back/glossary": GLOSSARY}.items():
        path = tmp_path / f"{name}.md"
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, encoding="utf8")
    (tmp_path / "terms.yml").write_text("not_linked: {}\nforms: {}\n")
    (tmp_path / "conf.py").write_text(
        f"import sys; sys.path.append({str(ROOT / '_ext')!r})\nimport pathlib, terms\n"
        f"terms.LISTED = pathlib.Path({str(tmp_path / 'terms.yml')!r})\n"
        "myst_enable_extensions = ['dollarmath', 'colon_fence']\nsuppress_warnings = ['toc.not_included']\n"
    )
    settings = ["-D", "extensions=myst_parser,glossary,terms", "-D", "project=terms", "-q", "-b", "html"]
    subprocess.run([sys.executable, "-m", "sphinx", *settings, str(tmp_path), str(tmp_path / "html")], check=True)
    page = (tmp_path / "html" / "chapters" / "one.html").read_text(encoding="utf8")
    links = re.findall(r'<a class="glossary-word reference internal" href="([^"]*)">(?:<span[^>]*>)?([^<]*)', page)
    assert links == [
        ("../back/glossary.html#term-surprisal", "surprisal"),
        ("../back/glossary.html#term-entropy", "entropy"),
    ]
    assert page.index("A <a") < page.index("The <a")
    assert "glossary-word" not in (tmp_path / "html" / "back" / "glossary.html").read_text(encoding="utf8")


def test_the_list_says_why():
    """No word is left alone without a reason."""
    listed = yaml.safe_load(terms.LISTED.read_text(encoding="utf8"))
    assert all(isinstance(reason, str) and len(reason) > 10 for reason in listed["not_linked"].values())
    assert all(isinstance(forms, list) for forms in listed["forms"].values())


def test_the_examples_of_the_docstrings():
    result = doctest.testmod(terms)
    assert result.failed == 0
    assert result.attempted > 0
