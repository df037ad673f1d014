r"""From tokens to a tree.

The grammar reads a formula as a mathematician reads the print.  What prints ambiguously (``1/2x``, ``\log a b``,
``x_12``) is refused, never guessed.  `Parser(tokens, scope)` needs from the scope what names are indices and functions.
"""

from texcheck.dots import RUNNING, pattern
from texcheck.nodes import (
    Add,
    At,
    Big,
    Branch,
    Call,
    Cases,
    Condition,
    Diff,
    Div,
    Dot,
    Had,
    Indicator,
    Interval,
    Kron,
    Law,
    Listed,
    Members,
    Mul,
    Neg,
    Num,
    Outer,
    Pow,
    Rows,
    Space,
    Sub,
    Sym,
    Transpose,
    Unit,
    Where,
    Whole,
    names_in,
)
from texcheck.reading import BOLD, DECORATED, Reading
from texcheck.tokens import (
    BRACKETS,
    CLOSING,
    RELATIONS,
    TexError,
    closes_at_end,
    is_remark,
    require,
    split,
    words_of,
)
from texcheck.words import conditions

SEPARATORS = {",": ",", ";": ";", "|": "|", r"\mid": "|", r"\vert": "|", r"\|": "‖", r"\parallel": "‖", r"\Vert": "‖"}
GREEK = """alpha beta gamma delta epsilon varepsilon zeta eta theta vartheta kappa lambda mu nu xi rho sigma tau phi
    varphi chi psi omega ell Gamma Delta Theta Lambda Sigma Phi Psi Omega pi"""
LETTERS = {"\\" + letter for letter in GREEK.split()}
FUNCTIONS = {
    r"\log": "log",
    r"\ln": "log",
    r"\exp": "exp",
    r"\tanh": "tanh",
    r"\cosh": "cosh",
    r"\sinh": "sinh",
    r"\det": "det",
    r"\sin": "sin",
    r"\cos": "cos",
    r"\tan": "tan",
    r"\arcsin": "arcsin",
    r"\arccos": "arccos",
    r"\arctan": "arctan",
}
BIG = {r"\sum": "sum", r"\prod": "prod", r"\max": "max", r"\min": "min", r"\argmax": "argmax", r"\argmin": "argmin"}
FENCES = {"|": "abs", r"\vert": "abs", r"\|": "norm", r"\Vert": "norm"}  # the same sign opens and closes
FRACTIONS = (r"\frac", r"\tfrac", r"\dfrac", r"\cfrac")
STARTS = {
    *LETTERS,
    *DECORATED,
    *BOLD,
    *FUNCTIONS,
    *BIG,
    *BRACKETS,
    *FRACTIONS,
    "{",
    r"\sqrt",
    r"\nabla",
    r"\underbrace",
    r"\binom",
    r"\overbrace",
}
TRANSPOSE = (["T"], [r"\top"], [r"\intercal"], [r"\mathrm{T}"])
STARS = {"*": "*", r"\star": "*", r"\ast": "*", r"\dagger": "†", "+": "+", "-": "-"}
MOMENTS = {"Pr": "probability", r"\mathbb{E}": "mean", "Var": "variance", "Cov": "covariance"}
RESERVED = {"e", r"\pi", "I", r"\delta", r"\mathbb{1}", r"\mathbf0", r"\mathbf1", *MOMENTS}
SUBSET = "is not in the subset that texcheck reads"
BARS = {"|", r"\vert", r"\rvert"}


class Parser(Reading):
    """Recursive descent over one list of tokens; `notes` collects the claims made inside underbraces."""

    def __init__(self, tokens, scope, letters=()):
        super().__init__(tokens)
        self.scope, self.notes, self.texts = scope, [], []
        self.letters = set(letters) | set(scope.ranges)
        self.inside_function = False  # whether the next sum is the argument of a bare \log

    def parse(self, tokens, letters=()):
        """A sub-formula that must be one complete expression."""
        inner = Parser(tokens, self.scope, self.letters | set(letters))
        tree = inner.expression()
        inner.end()
        self.notes += inner.notes
        return tree

    # ---- statements

    def chain(self):
        """expression (relation expression)*  ->  [trees], [relations]; `texts` keeps the source of each side"""
        sides, relations = [self.side()], []
        while self.peek() in RELATIONS:
            relations.append(RELATIONS[self.next()])
            sides.append(self.side(relations[-1] in ("in", "notin")))
        require(not {"in", "notin"} & set(relations[:-1]), r"nothing is claimed after \in: a set is no number")
        return sides, relations

    def side(self, is_set=False):
        start = self.i
        tree = self.collection() if is_set else self.expression()
        self.texts.append(source(self.t[start : self.i]))
        return tree

    def condition(self, tokens, letters=(), universal=False):
        r"""'i \ne j, k = c'  ->  conditions; a universal one may name a letter alone: for all i"""
        out, inner = [], Parser(tokens, self.scope, self.letters | set(letters))
        universal = bool(inner.accept(r"\forall")) or universal
        while inner.peek():
            out += inner.one_condition(universal)
            inner.accept(",", ";", r"\land", r"\wedge")
        return tuple(out)

    def one_condition(self, universal=False):
        r"""A chain of relations; `k = 1, \dots, K` says what k runs over."""
        if self.peek(1) == "=" and self.peek(3) == "," and self.peek(4) == r"\dots":
            letter, low, high = Sym(self.next()), self.t[self.i + 1], self.t[self.i + 5]
            self.i += 6
            return [Condition("in", letter, Listed((self.parse([low]), self.parse([high])), True))]
        sides, relations = self.chain()
        if universal and not relations and isinstance(sides[0], Sym):
            return []
        require(relations, f"{' '.join(self.t)!r} is not a condition")
        require(not {":=", "imposed", "≈", "∝"} & set(relations), "a condition is an equation or an inequality")
        return [Condition(r, x, y) for r, x, y in zip(relations, sides, sides[1:], strict=False)]

    def collection(self):
        r"""What may stand on the right of \in."""
        if self.accept(r"\{"):
            members = split(self.until(r"\}"), {","})
            dots = [r"\dots"] in members
            return Listed(tuple(self.parse(m) for m in members if m != [r"\dots"]), dots)
        if self.peek() in ("(", "["):
            return self.interval()
        if self.peek() == r"\mathbb" and (self.peek(1) in "RNZ" or self.peek(2) in "RNZ"):
            return self.numbers()
        return self.expression()

    def interval(self):
        opening = self.next()
        low = self.expression()
        require(self.accept(","), "an interval is written (a, b) or [a, b]")
        high = self.expression()
        closing = self.accept(")", "]")
        require(closing, "an interval ends in ) or ]")
        return Interval(low, high, opening + closing)

    def numbers(self):
        r"""\mathbb{R}, \mathbb{R}^{N \times K}, \mathbb{R}_{>0}, \mathbb{N}, \mathbb{Z}"""
        self.next()
        kind, sizes, sign = self.argument()[0], (), ""
        while script := self.accept("_", "^"):
            argument = self.argument()
            if script == "^" and argument != ["+"]:
                sizes = tuple(self.parse(part) for part in split(argument, {r"\times"}))
            else:
                sign = {">0": ">", "++": ">", "+": ">=", r"\ge0": ">=", r"\geq0": ">="}.get("".join(argument))
                require(sign, f"the numbers {' '.join(argument)!r} {SUBSET}")
        if kind == "R":
            return Space(sizes, sign)
        require(not sizes, f"a power of the whole numbers {SUBSET}")
        return Whole(Num("1") if kind == "N" else None)

    # ---- sums and products

    def expression(self):
        sign = self.accept("+", "-")
        terms = [Neg(self.term()) if sign == "-" else self.term()]
        while op := self.accept("+", "-"):
            if op == "+" and self.accept(r"\dots"):
                require(self.accept("+"), r"write a_1 + \dots + a_K")
                terms = [self.dotted(terms, self.term(), "sum")]
            else:
                terms.append(self.term() if op == "+" else Neg(self.term()))
        return added(terms)

    def dotted(self, terms, last, op):
        r"""a_1 + \dots + a_K as a sum."""
        body, low, high = pattern(terms[0], last)
        require(body is not None, r"what runs in a_1 + \dots + a_K must be one number, and one size at its end")
        second = [pattern(terms[0], term) for term in terms[1:]]
        require(
            all(p[0] == body and p[2] == Num(str(int(low.text) + n)) for n, p in enumerate(second, 1)),
            r"the terms before \dots do not continue",
        )
        return Big(op, (RUNNING,), low, high, (), body)

    def term(self):
        tree = self.barred(self.factor())
        while True:
            if op := self.accept(r"\cdot", r"\times", r"\odot", r"\circ"):
                if self.accept(r"\dots"):
                    require(self.accept(op), r"write a_1 \cdot \dots \cdot a_K")
                    return self.dotted(flattened(tree), self.factor(), "prod")
                tree = PRODUCTS[op](tree, self.barred(self.factor()))
            elif self.accept(r"\otimes"):
                tree = Kron(tree, self.factor())
            elif self.accept(r"\bmod"):
                tree = Call("mod", (tree, self.factor()))
            elif self.accept("/"):
                tree = Div(tree, self.factor())
                require(
                    not self.starts_factor() and self.peek() not in ("/", r"\cdot", r"\times"),
                    r"a/b c prints ambiguously: use \frac",
                )
            elif self.starts_factor():
                apart = not self.peek()[:1].isdigit() or self.t[self.i - 1] in CLOSING - {"}"}
                require(apart, f"{self.peek()!r} prints at the end of what stands before it")
                tree = self.beside(tree, self.barred(self.factor()))
            else:
                return tree

    @staticmethod
    def beside(left, right):
        """A product without a sign; two numbers side by side print as one, or as a mixed number."""
        mixed = isinstance(last_factor(left), Num) and (
            isinstance(right, Num)
            or (isinstance(right, Div) and isinstance(right.left, Num) and isinstance(right.right, Num))
        )
        require(not mixed, r"two numbers side by side: write \cdot between them")
        return Mul(left, right)

    def barred(self, tree):
        r"""\frac{\partial L}{\partial z_i} \bigg\vert_{\mathbf{z} = \mathbf{0}}: the value at a point."""
        while self.peek() in BARS and self.peek(1) == "_":
            self.i += 2
            for part in split(self.argument(), {","}):
                require("=" in part, r"write what is inserted, as in \vert_{x = 0}")
                place = part.index("=")
                name = self.parse(part[:place])
                require(isinstance(name, Sym), "only a whole symbol can be given a value")
                tree = Where(tree, name.name, self.parse(part[place + 1 :]))
        return tree

    def starts_factor(self):
        t = self.peek()
        if t in FENCES:
            return bool(self.peek(1)) and self.peek(1) != "_"
        return (
            t in STARTS or t[:1].isalnum() or t.startswith(r"\begin") or (words_of(t) is not None and not is_remark(t))
        )

    def factor(self):
        t = self.peek()
        if t in BIG:
            return self.big(BIG[self.next()])
        if t in FUNCTIONS:
            return self.function(self.next())
        if t == r"\nabla":
            return self.nabla()
        if self.accept(*FRACTIONS):
            top, bottom = self.argument(True), self.argument(True)
            return self.scripts(self.derivative(top, bottom) or Div(self.parse(top), self.parse(bottom)))
        if self.accept(r"\sqrt"):
            return self.root()
        if self.accept(r"\binom"):
            return self.scripts(Call("binomial", (self.parse(self.argument(True)), self.parse(self.argument(True)))))
        if under := self.accept(r"\underbrace", r"\overbrace"):
            return self.underbrace("_" if under == r"\underbrace" else "^")
        if t in BRACKETS or t in FENCES:
            return self.bracket(self.next())
        if t == "{":
            tree = self.parse(self.argument())
            require(not isinstance(tree, (Add, Sub, Neg)), "braces print nothing: a sum needs visible parentheses")
            return self.scripts(tree)
        if t.startswith(r"\begin"):
            return self.environment()
        return self.scripts(Num(self.next())) if t[:1].isdigit() else self.symbol()

    def root(self):
        if self.accept("["):
            degree = self.parse(self.until("]"))
            return self.scripts(Pow(self.parse(self.argument(True)), Div(Num("1"), degree)))
        return self.scripts(Call("sqrt", (self.parse(self.argument(True)),)))

    def underbrace(self, script):
        r"""\underbrace{body}_{= 1} also claims body = 1; any other note must be words."""
        tree = self.parse(self.argument())
        note = self.argument() if self.accept(script) else []
        if note[:1] and note[0] in RELATIONS:
            self.notes.append((tree, RELATIONS[note[0]], self.parse(note[1:])))
        else:
            require(all(map(is_remark, note)), r"a note under a brace is words, or a relation such as = 1")
        return tree

    def bracket(self, opening):
        """( ... ), [ ... ], absolute value, norm, floor, inner product."""
        if opening in FENCES:
            inside, kind = self.until_fence(opening), FENCES[opening]
        else:
            inside = self.until(BRACKETS[opening])
            kind = {r"\lvert": "abs", r"\lVert": "norm", r"\lfloor": "floor", r"\lceil": "ceil"}.get(opening)
        if opening == r"\{" and len(split(inside, {":", r"\mid", "|"})) == 2:
            letter, condition = split(inside, {":", r"\mid", "|"})
            require(len(letter) == 1, r"a set is written \{k : z_k > 0\}")
            return Members(letter[0], self.condition(condition, letter))
        if opening == r"\langle":
            pair = [self.parse(part) for part in split(inside, {","})]
            require(len(pair) == 2, r"an inner product is written \langle u, v \rangle")
            return self.scripts(Dot(*pair))
        tree = self.parse(inside)
        if kind == "norm" and self.accept("_"):
            kind += "".join(words_of(t) or t for t in self.argument())
        return self.scripts(Call(kind, (tree,)) if kind else tree)

    def scripts(self, tree):
        """Subscripts that are indices, powers, transposes and factorials after a factor."""
        while s := self.accept("_", "^", "!"):
            if s == "!":
                require(self.peek() != "!", "a double factorial is not in the subset that texcheck reads")
                tree = Call("factorial", (tree,))
                continue
            arg = self.argument()
            if s == "_":
                index = self.index(arg)
                require(index, f"subscript {' '.join(arg)!r} is not an index")
                tree = At(tree, tuple(index))
            else:
                tree = self.raised(tree, arg)
        return tree

    def raised(self, tree, arg):
        """A power or a transpose."""
        if arg in TRANSPOSE:
            require(arg != ["T"] or not self.scope.known("T"), r"T is a symbol here: write \top for a transpose")
            return Transpose(tree)
        label = arg[:1] in (["("], ["["]) and closes_at_end(arg) and not isinstance(tree, Num) and tree != Sym("e")
        require(not label, f"^{{{' '.join(arg)}}} prints as a label and no power")
        return Pow(tree, self.parse(arg))

    # ---- names

    def index(self, tokens):
        """[trees] if the tokens are indices ('ij', 'n,k', 'c', '1', 'k+1', 'K'), else None: they belong to the name."""
        if tokens and tokens[0] in (r"\argmax", r"\argmin"):
            return [self.parse(tokens)]
        if not tokens or not all(
            t in self.letters or t in "+-," or t.isdigit() or self.scope.isindex(t) for t in tokens
        ):
            return None
        pieces = split(tokens, {","})
        if len(pieces) == 1 and not {"+", "-"} & set(tokens):
            pieces = [[t] for t in tokens]
        return [self.parse(piece) for piece in pieces]

    def name(self):
        t = self.next()
        if t in BOLD:
            arg = self.argument()
            if arg in (["0"], ["1"]):
                return r"\mathbf" + arg[0]
            inner = Parser(arg, self.scope).name()
            return r"\mathbf{e}" if inner == "e" else inner
        if t in DECORATED:
            return t + "{" + "".join(a for a in self.argument() if a not in (*BOLD, "{", "}")) + "}"
        require(not is_remark(t), f"words inside a formula: {words_of(t)!r}")
        require(words_of(t) or t.isalpha() or t in LETTERS, f"{t!r} {SUBSET}")
        return words_of(t) or t

    def symbol(self):
        """A name with its subscripts, primes, arguments and powers."""
        name, index, after = self.name(), [], []
        while s := self.accept("_", "^", "'"):
            arg = self.argument() if s != "'" else []
            if s == "'":
                name += "'"
            elif s == "_" and name in MOMENTS and r"\sim" in arg:
                return self.scripts(self.moment(MOMENTS[name], arg))
            elif s == "_" and name == r"\mathbb{1}":
                return Indicator(self.condition([t for t in arg if t not in (r"\{", r"\}")]))
            elif s == "_":
                found = self.index(arg)
                require(
                    not (after and found and len(found) > 1), "write (S_{ij})^2 or (S^2)_{ij}: S^2_{ij} prints as both"
                )
                index += found or []
                name += "" if found else "_" + "".join(words_of(t) or t for t in arg)
            elif arg not in TRANSPOSE and (label := self.label(arg, name)):
                name += label
            else:
                after.append(arg)
        return self.finished(name, index, after)

    def label(self, arg, name):
        r"""What a superscript adds to the name: y^{\mathrm{LS}}, y^*, f^{(3)}; None for a power."""
        if len(arg) == 1 and (arg[0] in STARS or (words_of(arg[0]) and not self.scope.known(words_of(arg[0])))):
            return "^" + (words_of(arg[0]) or STARS[arg[0]])
        if self.scope.isfunction(name) and len(arg) == 3 and arg[0] == "(" and arg[1].isdigit():
            return "'" * int(arg[1])
        return None

    def finished(self, name, index, after):
        """The tree of a name when its scripts are read."""
        if name == r"\mathbb{1}":
            require(self.peek() in BRACKETS, r"\mathbb{1} needs its condition in brackets")
            return Indicator(self.condition(self.until(BRACKETS[self.next()])))
        if name == r"\mathbf{e}":
            require(len(index) == 1 and not self.scope.known("e"), r"\mathbf{e} needs its place, as in \mathbf{e}_c")
            tree = Unit(index[0])
            for arg in after:
                tree = self.raised(tree, arg)
            return self.scripts(tree)
        tree = Sym(name)
        if self.peek() in ("(", "[") and self.scope.isfunction(name.rstrip("'")):
            require(
                all(arg in TRANSPOSE or arg[0].isdigit() for arg in after),
                f"{name}^{{-1}} prints as the inverse function",
            )
            tree = self.applied(name)
        elif self.peek() == "(" and not after:
            self.refuse_application(name)
        if name == r"\delta" and len(index) == 2:
            tree, index = Indicator((Condition("=", *index),)), []
        require(not (name == "e" and index), "e is Euler's number: e_k^a should be e^{a_k}")
        tree = At(tree, tuple(index)) if index else tree
        for arg in after:
            tree = self.raised(tree, arg)
        return self.scripts(tree)

    def refuse_application(self, name):
        """L(a) prints as a function, even where L is a number."""
        inside = Parser(self.t[self.i + 1 :], self.scope, self.letters)
        try:
            argument = inside.symbol()
        except TexError:
            return
        prints = inside.peek() in (")", ",", r"\mid", r"\|", ";") and isinstance(argument, Sym)
        require(
            not prints or name in self.scope.ranges,
            f"{name}({names_in(argument).pop() if prints else ''}) prints as a function, and {name} is none: "
            r"write a product as a \cdot b",
        )

    def applied(self, name):
        """f(x), f(x, y), f(x | y): the mark between the arguments is part of the function's name."""
        inside = self.until(BRACKETS[self.next()])
        marks = {SEPARATORS[t] for t in SEPARATORS if len(split(inside, {t})) == 2} or {
            SEPARATORS[t] for t in (",", ";") if len(split(inside, {t})) > 2
        }
        require(len(marks) <= 1, f"the arguments of {name} stand between different marks")
        mark = marks.pop() if marks else ","
        pieces = split(inside, {t for t, m in SEPARATORS.items() if m == mark}) if marks is not None else [inside]
        args = tuple(self.parse(piece) for piece in pieces)
        known = self.scope.mark(name.rstrip("'"), len(args))
        require(
            known in (None, mark),
            f"the arguments of {name} stand between {known!r} in its definition, and here {mark!r}",
        )
        return Call(name, args, mark)

    def function(self, token):
        r"""\log x, \exp(x), \log \frac{a}{b}, \log_2 x: without brackets the argument is one factor."""
        name, base, power = FUNCTIONS[token], None, None
        while s := self.accept("_", "^"):
            arg = self.argument()
            require(s == "^" or name == "log", f"{token} has no base")
            base, power = (self.parse(arg), power) if s == "_" else (base, self.parse(arg))
        require(not isinstance(power, Neg), f"{token}^{{-1}} prints as the inverse function")
        bracketed = self.peek() in ("(", "[", r"\{")
        tree = self.parse(self.until(BRACKETS[self.next()])) if bracketed else self.unbracketed(token)
        if bracketed:
            require(self.peek() not in ("^", "_"), f"a script after {token}(...) prints ambiguously")
            require(self.peek() not in ("(", "["), f"{token}(a)(b) prints ambiguously: bracket the whole argument")
        node = Call(name, (tree,))
        node = Div(node, Call("log", (base,))) if base else node
        return Pow(node, power) if power else node

    def unbracketed(self, token):
        self.inside_function = True
        tree = self.factor()
        self.inside_function = False
        ambiguous = (self.starts_factor() and self.peek() not in FUNCTIONS) or self.peek() in ("/", r"\cdot", r"\times")
        require(not ambiguous, f"{token} a b and {token} a / b print ambiguously: bracket its argument")
        return tree

    # ---- sums, expectations, derivatives, cases

    def big(self, op):
        r"""\sum_{k=1}^{K}, \sum_k, \sum_{k \ne i}, \max_j: a sum runs to the next + or - on its level."""
        if op in ("max", "min") and self.peek() != "_":
            return self.largest(op)
        require(self.accept("_"), f"{op} needs its index")
        letters, low, high, guard = self.under(self.argument(), op)
        require(not high or op in ("sum", "prod"), f"{op} between limits {SUBSET}")
        inside, self.inside_function = self.inside_function, False
        inner = Parser(self.t[self.i :], self.scope, self.letters | set(letters))
        body = inner.term() if op in ("sum", "prod") else inner.barred(inner.factor())
        require(
            op in ("sum", "prod") or not (inner.starts_factor() or inner.peek() in (r"\cdot", r"\times", "/")),
            f"{op} of a product prints ambiguously: bracket its body",
        )
        require(
            not isinstance(body, Div) or not quotient(inner) or not (inside or op == "prod"),
            f"what stands after / may belong to the {op} or not: use \\frac or brackets",
        )
        self.i += inner.i
        self.notes += inner.notes
        for n in letters:
            require(n in names_in(body) or isinstance(body, Num), f"{n} does not occur in the body of {op}")
        require(
            op != "prod" or set(letters) & names_in(last_factor(body)) or isinstance(body, Num),
            "the last factor of a product does not depend on its index: write it before the product",
        )
        return Big(op, tuple(letters), low, high, guard, body)

    def under(self, under, op):
        """What stands below and above: (letters, lower limit, upper limit, conditions)."""
        if under[:1] == [r"\substack"]:
            under = (
                [t for t in under[2:-1] if t != r"\\"]
                if r"\\" not in under
                else [t if t != r"\\" else "," for t in under[2:-1]]
            )
        if under[1:2] == ["="]:
            pieces = split(under, {","})
            require(self.accept("^"), f"{op} needs its upper limit")
            return (
                [under[0]],
                self.parse(pieces[0][2:]),
                self.parse(self.argument()),
                tuple(c for piece in pieces[1:] for c in self.condition(piece, under[0])),
            )
        require(not self.accept("^"), f"{op} with an upper limit starts like k=1")
        if set(under) & set(RELATIONS):
            return self.under_conditions(under)
        return [t for t in under if t != ","], None, None, ()

    def under_conditions(self, under):
        r"""k \ne c binds k; i, j \ne c binds both, and both differ from c; 1 \le i < j \le K binds both."""
        pieces = split(under, {","})
        letters = [piece[0] for piece in pieces if len(piece) == 1]
        related = [piece for piece in pieces if len(piece) > 1]
        if not letters:
            first = related[0]
            letters = [t for t in first if t in self.scope.ranges] if first[0].isdigit() else [first[0]]
        elif related[0][0] not in letters:
            both, rest = [*letters, related[0][0]], related[0][1:]
            related, letters = [[letter, *rest] for letter in both] + related[1:], both
        return letters, None, None, tuple(c for piece in related for c in self.condition(piece, letters))

    def largest(self, op):
        r"""\max(a, b), \max\{a, b\}, \max \mathbf{z}"""
        if self.peek() in ("(", r"\{", "["):
            pieces = split(self.until(BRACKETS[self.next()]), {","})
            terms = [self.parse(piece) for piece in pieces if piece != [r"\dots"]]
            if len(terms) < len(pieces):
                require(pieces[-2] == [r"\dots"], r"write \max(a_1, \dots, a_K)")
                return self.dotted(terms[:-1], terms[-1], op)
            return self.scripts(Call(op, tuple(terms)))
        require(self.peek() in BOLD, f"{op} needs its index")
        return Call(op, (self.factor(),))

    def moment(self, kind, under):
        r"""\E_{k \sim \mathbf p}[x_k], \Var_{k \sim \mathbf p}(x_k), \Cov_{k \sim \mathbf p}(x_k, y_k)."""
        at = under.index(r"\sim")
        require(at == 1 and self.peek() in BRACKETS, r"write \E_{k \sim \mathbf{p}}[...]")
        k = under[0]
        inside = self.until(BRACKETS[self.next()])
        weight = At(Law(self.parse(under[2:])), (Sym(k),))
        if kind == "probability":
            return Big("sum", (k,), None, None, (), Mul(weight, Indicator(self.condition(inside, [k]))))
        parts = [self.parse(part, [k]) for part in split(inside, {","})]
        require(len(parts) == (2 if kind == "covariance" else 1), f"{kind} of {len(parts)} arguments")

        def mean(body):
            return Big("sum", (k,), None, None, (), Mul(weight, body))

        if kind == "mean":
            return mean(parts[0])
        x, y = parts[0], parts[-1]
        return Sub(mean(Outer(x, y)), Outer(mean(x), mean(y)))

    def derivative(self, top, bottom):
        r"""\frac{\partial f}{\partial x_i \partial y_j}, \frac{d}{dx} f; None for an ordinary fraction."""
        d = bottom[0] if bottom[:1] == [r"\partial"] or (bottom[:1] == ["d"] and len(bottom) > 1) else None
        if not d or top[:1] != [d]:
            return None
        upper = Parser(top[1:], self.scope)
        order = "".join(upper.argument()) if upper.accept("^") else "1"
        variables, top = self.variables(bottom, d), upper.t[upper.i :]
        require(order == str(len(variables)), f"a derivative of order {order} by {len(variables)} variables")
        return Diff(self.parse(top), variables) if top else Diff(self.differentiated("d/dx"), variables)

    def variables(self, bottom, d):
        """What stands below the line of a derivative, each as often as its power says."""
        found, p = [], Parser(bottom, self.scope, self.letters)
        while p.accept(d):
            v = p.symbol()
            found += [v.left] * int(v.right.text) if isinstance(v, Pow) and isinstance(v.right, Num) else [v]
        require(not p.peek() and all(map(is_variable, found)), f"cannot differentiate by {' '.join(bottom[1:])!r}")
        return tuple(found)

    def differentiated(self, sign):
        """The one factor that a derivative sign stands before."""
        body = self.factor()
        ambiguous = self.starts_factor() or self.peek() in ("/", r"\cdot", r"\times", r"\odot")
        require(not ambiguous, f"{sign} a b and {sign} a / b print ambiguously: bracket what is differentiated")
        return body

    def nabla(self):
        r"""\nabla_{\mathbf z} f is a column, \nabla^2_{\mathbf z} f a matrix; \nabla f(\mathbf y) is taken at y."""
        self.next()
        order, variable = 1, None
        while s := self.accept("_", "^"):
            if s == "^":
                order = self.argument()
                require(order == ["2"], r"\nabla^2 is the only power of \nabla")
                order = 2
            else:
                variable = self.parse(self.argument())
        if variable:
            require(is_variable(variable), "cannot differentiate by an expression")
            return Diff(self.differentiated(r"\nabla"), (variable,) * order)
        body = self.differentiated(r"\nabla")
        params = self.scope.params(body.name) if isinstance(body, Call) and len(body.args) == 1 else None
        require(params, r"\nabla needs its variable, as in \nabla_{\mathbf z}")
        at = Diff(Call(body.name, (Sym(params[0]),)), (Sym(params[0]),) * order)
        return Where(at, params[0], body.args[0])

    def environment(self):
        opening = self.next()
        name = opening[7:-1]
        inside = self.until(rf"\end{{{name}}}")
        rows = [split(row, "&") for row in split(inside, [r"\\"]) if row]
        if name in ("pmatrix", "bmatrix", "matrix"):
            require(len({len(row) for row in rows}) == 1, "the rows of a matrix have the same length")
            return self.scripts(Rows(tuple(tuple(self.parse(x) for x in row) for row in rows)))
        require(name in ("cases", "dcases"), "only cases and matrices are known inside a formula")
        require(all(len(row) == 2 for row in rows), "a line of cases needs one & between value and condition")
        branches = tuple(self.branch(*row) for row in rows)
        require(all(b.conditions for b in branches[:-1]), '"otherwise" is the last line of cases')
        return Cases(branches)

    def branch(self, value, condition):
        value, words = [t for t in value if t != ","], [t for t in condition if t not in (".", ";")]
        while words and words[-1] == ",":
            words = words[:-1]
        return Branch(self.parse(value), conditions(self, words, ("otherwise", "else")))


PRODUCTS = {r"\cdot": Dot, r"\times": Mul, r"\odot": Had, r"\circ": Had}


def added(terms):
    tree, *rest = terms
    for term in rest:
        tree = Sub(tree, term.body) if isinstance(term, Neg) else Add(tree, term)
    return tree


def flattened(tree):
    return [*flattened(tree.left), tree.right] if isinstance(tree, Dot) else [tree]


def is_variable(tree):
    return isinstance(tree, Sym) or (isinstance(tree, At) and isinstance(tree.body, Sym))


def quotient(parser):
    """Whether the term just read has a / on its own level."""
    return len(split(parser.t[: parser.i], {"/"})) > 1


def last_factor(tree):
    while isinstance(tree, (Mul, Dot)):
        tree = tree.right
    return tree


def source(tokens):
    """The tokens as LaTeX again, for messages."""
    text = " ".join(tokens)
    for tight in ("_ ", "^ ", "{ ", "( ", " _", " ^", " }", " )", " {", " ,"):
        text = text.replace(tight, tight.strip())
    return text
