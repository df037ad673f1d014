"""The glossary: in order, nothing twice, every entry says something and leads to the chapter that treats it."""

import json
import re
import subprocess
import sys
import unicodedata
from collections import Counter

import pytest
from notebooks import CHAPTERS, ROOT, load, markdown

ENGLISH = re.compile(r"[A-Za-z][A-Za-zé–' -]*[a-zA-Z]")
CHINESE = re.compile(r"(?:[A-Za-z-]+ ?)?[\u4e00-\u9fff]+")  # a name or a formula's word may come first: KL散度
LINK = re.compile(r"\{(?:eq|prf:ref|ref|doc)\}`[^`]+`")
UNTREATED = {
    "VC dimension",
}
BOLD = {word.lower() for path in CHAPTERS for word in re.findall(r"\*\*([^*\n]+?)[.,:]?\*\*", markdown(load(path)))}


def entries(text):
    """(terms, definition) of every entry of a page's glossary."""
    body = re.search(r"^```\{glossary\}\n:sorted:\n\n(.*?)^```$", text, flags=re.M | re.S)[1]
    for block in body.strip("\n").split("\n\n"):
        lines = block.split("\n")
        terms = [line for line in lines if not line.startswith(" ")]
        yield terms, " ".join(line.strip() for line in lines[len(terms) :])


def faults(found):
    """What is wrong with a list of entries."""
    first = [terms[0] for terms, _ in found]
    if first != sorted(first, key=lambda term: unicodedata.normalize("NFD", term.lower())):
        yield "not in order"
    count = Counter(term.lower() for terms, _ in found for term in terms)
    yield from (f"twice: {term}" for term, n in count.items() if n > 1)
    for (english, *chinese), definition in found:
        if not ENGLISH.fullmatch(english):
            yield f"not English: {english}"
        yield from (f"not Chinese: {term}" for term in chinese if not CHINESE.fullmatch(term))
        if not re.match(r"[\"A-Z$].{30,}\.\)?$", definition):
            yield f"no sentence: {english}"
        if not LINK.search(definition) and english not in UNTREATED:
            yield f"no link: {english}"
        if english in UNTREATED and (LINK.search(definition) or english.lower() in BOLD):
            yield f"a chapter treats it: {english}"


FOUND = list(entries((ROOT / "back" / "glossary.md").read_text(encoding="utf8")))


def test_the_glossary_has_no_fault():
    assert list(faults(FOUND)) == []
    assert len(FOUND) >= 80
    assert {terms[0] for terms, _ in FOUND} >= UNTREATED


@pytest.mark.parametrize(
    ("terms", "definition", "complaint"),
    [
        (["Gibbs' inequality"], "A sentence that says all that is to say, see {eq}`thm`.", "twice: gibbs' inequality"),
        (["zzz", "熵"], "A sentence that says all that is to say, see {eq}`thm`.", "twice: 熵"),
        (["aaa"], "A sentence that says all that is to say, see {eq}`thm`.", "not in order"),
        (["zzz", "zzzz"], "A sentence that says all that is to say, see {eq}`thm`.", "not Chinese: zzzz"),
        (["交换"], "A sentence that says all that is to say, see {eq}`thm`.", "not English: 交换"),
        (["zzz"], "see {eq}`thm`", "no sentence: zzz"),
        (["zzz"], "A sentence that says all that is to say, and nothing more.", "no link: zzz"),
        (
            ["VC dimension"],
            "A sentence that says all that is to say, see {eq}`thm`.",
            "a chapter treats it: VC dimension",
        ),
    ],
)
def test_a_fault_is_noticed(terms, definition, complaint):
    """Each check fails for the entry that it is meant for."""
    assert complaint in list(faults([*FOUND, (terms, definition)]))


SMALL = """# Page

```{glossary}
:sorted:

Kullback–Leibler divergence
KL散度
相对熵
  Cross-entropy minus entropy; see {term}`entropy` and {term}`熵`.

entropy
熵
  The mean surprisal.
```
"""


@pytest.fixture(scope="module")
def built(tmp_path_factory):
    """The files of a small site: name -> text."""
    folder = tmp_path_factory.mktemp("glossary")
    (folder / "index.md").write_text(SMALL, encoding="utf8")
    (folder / "conf.py").write_text(f"import sys; sys.path.append({str(ROOT / '_ext')!r})\n", encoding="utf8")
    settings = ["-D", "extensions=myst_parser,glossary", "-D", "project=glossary", "-W", "-n", "-q", "-b", "html"]
    subprocess.run([sys.executable, "-m", "sphinx", *settings, str(folder), str(folder / "html")], check=True)
    return {p.name: p.read_text(encoding="utf8") for p in (folder / "html").glob("*.[hj][ts]*")}


def test_terms_have_readable_anchors_and_a_language(built):
    page = built["index.html"]
    assert re.findall(r'<dt id="([^"]*)">(?:<span lang="zh-Hans">)?([^<]*)<', page) == [
        ("term-entropy", "entropy"),
        ("term-entropy-zh", "熵"),
        ("term-kullback-leibler-divergence", "Kullback–Leibler divergence"),
        ("term-kullback-leibler-divergence-zh", "KL散度"),
        ("term-kullback-leibler-divergence-zh-2", "相对熵"),
    ]
    assert len(re.findall(r'<dt id="[^"]*-zh(?:-2)?"><span lang="zh-Hans">', page)) == 3
    assert 'href="#term-entropy"' in page
    assert page.count('href="#term-entropy-zh"') == 2  # the reference and the term's own mark


def test_index_and_search_find_both_languages(built):
    index, search = built["genindex.html"], built["searchindex.js"]
    assert re.findall(r'<h2 id="([^"]*)">\1</h2>', index) == ["E", "K", "Chinese"]
    assert '<a href="index.html#term-entropy-zh"><strong><span lang="zh-Hans">熵</span></strong></a>' in index
    assert '<a href="index.html#term-entropy"><strong>entropy</strong></a>' in index
    found = json.loads(re.fullmatch(r"Search\.setIndex\((.*)\)", search)[1])
    assert found["indexentries"]["entropy"] == [[0, "term-entropy", True]]
    assert found["indexentries"]["熵"] == [[0, "term-entropy-zh", True]]
    assert found["terms"]["熵"] == 0  # so does the text
