r"""From LaTeX source to tokens: macros are expanded, spacing and layout dropped, lines of a chain joined.

`lines(tex, macros)` gives the statements of one display, each a list of tokens.  A token is a command (``\frac``), an
environment's ``\begin{cases}``, words (``\text{if}``), a number, or one character.
"""

import re


class TexError(Exception):
    """The formula is false, ambiguous, outside the subset, or cannot be evaluated; the message says which."""


def require(condition, message):
    """Raise TexError with this message unless the condition holds."""
    if not condition:
        raise TexError(message)


WORDS = r"\\(?:text|textrm|mathrm|operatorname)\*?\s*\{(?P<words>[^{}]*)\}"
TOKEN = re.compile(WORDS.replace("?P<words>", "?:") + r"|\\(?:begin|end)\{\w+\*?\}|:=|\\[A-Za-z]+|\\.|\d+(?:\.\d+)?|\S")
SPACING = {"\\" + name for name in ["left", "right", "bigl", "bigr", "Bigl", "Bigr", "biggl", "biggr", "big", "Big",
                                     "displaystyle", "limits", ",", ";", ":", "!", " "]} | {"~"}
RELATIONS = {"=": "=", ":=": ":=", r"\le": "<=", r"\leq": "<=", r"\ge": ">=", r"\geq": ">=", "<": "<", ">": ">",
             r"\ne": "!=", r"\neq": "!=", r"\approx": "≈", r"\propto": "∝", r"\in": "in", r"\imposed": "imposed"}
BRACKETS = {"(": ")", "[": "]", r"\{": r"\}", r"\lvert": r"\rvert", r"\lVert": r"\rVert"}
OPENING = set(BRACKETS) | {"{"}
CLOSING = set(BRACKETS.values()) | {"}"}
LAYOUT = re.compile(r"\\(?:begin|end)\{(?:align|aligned|equation|gather|gathered|split)\*?\}")
COMMENT = re.compile(r"(?<!\\)%.*|\\(?:tag|label)\{[^}]*\}|\\blacksquare|\\square|\\notag|\\nonumber")
CONTINUES = (*(set(RELATIONS) - {r"\in"}), "+", "-", r"\cdot", r"\times")


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
    tex = LAYOUT.sub("", COMMENT.sub("", tex))
    tex = re.sub(r"\\overset\s*\{\s*!\s*\}\s*\{?\s*=\s*\}?", r"\\imposed ", tex)
    return [token for token in TOKEN.findall(tex) if token not in SPACING]


def words_of(token):
    r"""The words inside \text{...}, \mathrm{...} or \operatorname{...}; None for any other token."""
    match = re.fullmatch(WORDS, token)
    return match and match["words"].strip()


def is_remark(token):
    r"""Words of a sentence, \text{...}, as against a name, \mathrm{...} or \operatorname{...}."""
    return token.startswith(r"\text")


def split(tokens, marks):
    """Split at the marks that stand outside all brackets and environments."""
    parts, depth = [[]], 0
    for token in tokens:
        depth += token in OPENING or token.startswith(r"\begin")
        depth -= token in CLOSING or token.startswith(r"\end")
        if token in marks and not depth:
            parts.append([])
        else:
            parts[-1].append(token)
    return parts


def lines(tex, macros=()):
    """The statements of a display: its lines without remarks; a line that continues a chain joins the one before."""
    statements = []
    for line in split(tokenize(expand(tex, dict(macros))), [r"\\"]):
        parts = [trimmed(unaligned(part)) for part in split(without_remark(line), [r"\quad", r"\qquad"])]
        first = parts[0][0] if parts[0] else ""
        if statements and (first in RELATIONS or (first in CONTINUES and line[0] == "&")):
            statements[-1] += parts.pop(0)
        statements += [part for part in parts if part]
    return statements


def unaligned(part):
    """A statement without the alignment marks on its own level."""
    return [token for piece in split(part, "&") for token in piece]


def without_remark(line):
    r"""A line without the words at its right end that alignment or space sets apart: `&& \text{chain rule}`."""
    end = len(line)
    while end and (is_remark(line[end - 1]) or line[end - 1] in "(.,;)&" or line[end - 1] in (r"\quad", r"\qquad")):
        end -= 1
    tail = line[end:]
    marks = [n for n, t in enumerate(tail) if t in ("&", r"\quad", r"\qquad") and any(map(is_remark, tail[n:]))]
    return line[:end] + tail[:marks[0]] if marks else line


def trimmed(part):
    """A statement without its closing punctuation."""
    while part and part[-1] in (".", ",", ";"):
        part = part[:-1]
    return part
