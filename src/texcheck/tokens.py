r"""From LaTeX source to tokens: macros are expanded, spacing and layout dropped, lines of a chain joined.

`lines(tex, macros)` gives the lines of a display; a line is a list of statements, each a list of tokens.  A token is a
command (``\frac``), an environment's ``\begin{cases}``, words (``\text{if}``), a number, or one character.
"""

import re


class TexError(Exception):
    """The formula is false, ambiguous, outside the subset, or cannot be evaluated; the message says which."""


def require(condition, message):
    """Raise TexError with this message unless the condition holds."""
    if not condition:
        raise TexError(message)


WORDS = r"\\(?:text|textrm|textit|textbf|mathrm|operatorname)\*?\s*\{(?P<words>[^{}]*)\}"
TOKEN = re.compile(WORDS.replace("?P<words>", "?:") + r"|\\(?:begin|end)\{\w+\*?\}|:=|\\[A-Za-z]+|\\.|\d+(?:\.\d+)?|\S")
SIZES = ["big", "Big", "bigg", "Bigg"]
SPACING = {
    "\\" + name
    for name in [
        "left",
        "right",
        "middle",
        "displaystyle",
        "textstyle",
        "limits",
        "nolimits",
        "mathstrut",
        ",",
        ";",
        ":",
        "!",
        " ",
        ">",
        *SIZES,
        *(s + side for s in SIZES for side in "lrm"),
    ]
} | {"~"}
RELATIONS = {
    "=": "=",
    ":=": ":=",
    r"\coloneqq": ":=",
    r"\le": "<=",
    r"\leq": "<=",
    r"\leqslant": "<=",
    r"\ge": ">=",
    r"\geq": ">=",
    r"\geqslant": ">=",
    "<": "<",
    ">": ">",
    r"\lt": "<",
    r"\gt": ">",
    r"\ne": "!=",
    r"\neq": "!=",
    r"\equiv": "=",
    r"\approx": "≈",
    r"\propto": "∝",
    r"\succeq": "⪰",
    r"\preceq": "⪯",
    r"\in": "in",
    r"\notin": "notin",
    r"\imposed": "imposed",
}
BRACKETS = {
    "(": ")",
    "[": "]",
    r"\{": r"\}",
    r"\lvert": r"\rvert",
    r"\lVert": r"\rVert",
    r"\lfloor": r"\rfloor",
    r"\lceil": r"\rceil",
    r"\langle": r"\rangle",
}
OPENING = set(BRACKETS) | {"{"}
CLOSING = set(BRACKETS.values()) | {"}"}
ALIGNMENT = r"(?:align|aligned|alignedat|equation|gather|gathered|split|multline|flalign|alignat)"
LAYOUT = re.compile(rf"\\begin\{{{ALIGNMENT}\*?\}}(?:\[[a-z]\])?")
END = re.compile(rf"\\end\{{{ALIGNMENT}\*?\}}")
COMMENT = re.compile(r"(?<!\\)%.*|\\(?:tag|label)\*?\{[^}]*\}|\\blacksquare|\\square|\\notag|\\nonumber|\\qed\b")
CONTINUES = (*(set(RELATIONS) - {r"\in", r"\notin"}), "+", "-", r"\cdot", r"\times")
REWRITTEN = [
    (re.compile(r"\\overset\s*\{\s*!\s*\}\s*\{?\s*=\s*\}?"), r"\\imposed "),
    (re.compile(r"\\stackrel\s*\{\s*!\s*\}\s*\{?\s*=\s*\}?"), r"\\imposed "),
    (re.compile(r"(?<=\d)(?:\{,\}|\\,)(?=\d{3}(?!\d))"), ""),  # 10{,}000
    (re.compile(r"\\not\s*="), r"\\ne "),
    (re.compile(r"\\not\s*\\in\b"), r"\\notin "),
    (re.compile(r"\\(?:dots[bcmio]?|cdots|ldots)(?![A-Za-z])"), r"\\dots "),
    (
        re.compile(r"\\arg\s*\\(max|min)(?![A-Za-z])|\\operatorname\*?\{arg\s*(?:\\,|~|\\ )?\s*(max|min)\}"),
        lambda m: rf"\arg{m[1] or m[2]} ",
    ),
    (re.compile(r"\\mathrm\{d\}|\\mathrm d(?![A-Za-z])"), "d "),
    (re.compile(r"\\(?:bold)?mathbf\s*1(?!\d)"), r"\\mathbf{1}"),
    (re.compile(r"\\mathbf\s*0(?!\d)"), r"\\mathbf{0}"),
    (re.compile(r"\\(?:Pr|mathbb\s*\{P\})(?![A-Za-z])"), r"\\operatorname{Pr}"),
    (re.compile(r"\\bm(?![A-Za-z])"), r"\\boldsymbol "),
    (re.compile(r"\\left\s*\."), "("),
    (re.compile(r"\\right\s*(?:\||\\vert|\\rvert)(?=\s*_)"), r")\\vert "),
    (re.compile(r"\\\\\s*\[[^\]]*\]"), r"\\\\ "),
]


def expand(tex, macros):
    r"""The source with MathJax macros replaced: {"KL": r"D_{\mathrm{KL}}"}, or {"half": [r"\frac{#1}{2}", 1]}."""
    for _ in range(8):
        before = tex
        for name, macro in macros.items():
            body, arity = (macro, 0) if isinstance(macro, str) else (macro[0], macro[1] if len(macro) > 1 else 0)
            pattern = r"\\" + name + r"(?![A-Za-z])" + r"\s*\{([^{}]*)\}" * arity
            tex = re.sub(pattern, lambda m, body=body: fill(body, m.groups()), tex)
        if tex == before:
            return tex
    raise TexError(f"the macros do not come to an end in {tex[:60]!r}")


def fill(body, arguments):
    """The body of a macro with #1, #2, ... replaced."""
    for number, argument in enumerate(arguments, 1):
        body = body.replace(f"#{number}", argument)
    return body


def tokenize(tex):
    """The tokens of a formula without comments, spacing and alignment environments."""
    require(not re.search(r"(?<!\\)\$", tex), "a dollar inside a formula: end the words before it")
    tex = COMMENT.sub("", tex)
    for pattern, new in REWRITTEN:
        tex = pattern.sub(new, tex)
    tokens = TOKEN.findall(END.sub("", LAYOUT.sub("", tex)))
    return [token for token in tokens if token not in SPACING]


def words_of(token):
    r"""The words inside \text{...}, \mathrm{...} or \operatorname{...}; None for any other token."""
    match = re.fullmatch(WORDS, token)
    return match and match["words"].strip()


def is_remark(token):
    r"""Words of a sentence, \text{...}, as against a name, \mathrm{...} or \operatorname{...}."""
    return token.startswith(r"\text")


def split(tokens, marks):
    """Split at the marks that stand outside all brackets and environments."""
    pieces, depth = [[]], 0
    for token in tokens:
        depth += token in OPENING or token.startswith(r"\begin")
        depth -= token in CLOSING or token.startswith(r"\end")
        if token in marks and not depth:
            pieces.append([])
        else:
            pieces[-1].append(token)
    return pieces


def lines(tex, macros=()):
    """The lines of a display, each a list of statements, and the statements that follow its alignment and so all lines.

    Remarks are left out; a line that continues a chain joins the line before.
    """
    body, after = divided(expand(tex, dict(macros)))
    found = []
    for line in split(tokenize(body), [r"\\"]):
        pieces = [trimmed(unaligned(piece)) for piece in split(without_remark(line), [r"\quad", r"\qquad"])]
        first = pieces[0][0] if pieces[0] else ""
        rest = [piece for piece in pieces if piece]
        if found and (first in RELATIONS or (first in CONTINUES and line[0] == "&")):
            require(not is_aside(found[-1][-1]), "a chain goes on after its condition")
            found[-1][-1] += rest.pop(0)
            found[-1] += rest
        elif found and rest and is_aside(rest[0]):
            found[-1] += rest
        elif rest:
            found.append(rest)
    return found, [piece for piece in map(trimmed, split(after, [r"\quad", r"\qquad"])) if piece]


def divided(tex):
    r"""A display and what stands behind its alignment: \begin{aligned} ... \end{aligned} \qquad (i \ne j)."""
    ends = list(END.finditer(tex))
    if not ends or not LAYOUT.match(tex.strip()):
        return tex, []
    return tex[: ends[-1].end()], without_remark(tokenize(tex[ends[-1].end() :]))


def is_aside(statement):
    """Words or a bracket that begin a line: they speak of the line before."""
    return is_remark(statement[0]) or (statement[0] == "(" and closes_at_end(statement))


def closes_at_end(statement):
    """Whether the bracket that opens a statement ends it."""
    depth = 0
    for place, token in enumerate(statement):
        depth += (token in OPENING) - (token in CLOSING)
        if not depth:
            return place == len(statement) - 1
    return False


def unaligned(piece):
    """A statement without the alignment marks on its own level."""
    return [token for part in split(piece, "&") for token in part]


def without_remark(line):
    r"""A line without the words at its right end that alignment or space sets apart: `&& \text{chain rule}`."""
    end = len(line)
    while end and (is_remark(line[end - 1]) or line[end - 1] in "(.,;)&" or line[end - 1] in (r"\quad", r"\qquad")):
        end -= 1
    tail = line[end:]
    marks = [n for n, t in enumerate(tail) if t in ("&", r"\quad", r"\qquad") and any(map(is_remark, tail[n:]))]
    return line[:end] + tail[: marks[0]] if marks else line


def trimmed(piece):
    """A statement without its closing punctuation."""
    while piece and piece[-1] in (".", ",", ";"):
        piece = piece[:-1]
    return piece
