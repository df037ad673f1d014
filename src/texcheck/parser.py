r"""From tokens to a tree: nested tuples such as ("mul", left, right) and ("at", ("sym", "p"), [index]).

The grammar reads a formula as a mathematician reads the print.  What prints ambiguously (``1/2x``, ``\log a b``,
``x_12``) is refused, never guessed.  `Parser(tokens, scope)` needs from the scope what names are indices and functions.
"""

from texcheck.tokens import BRACKETS, CLOSING, OPENING, RELATIONS, is_remark, require, split, words_of

SEPARATORS = {",", ";", r"\|", r"\mid", r"\parallel", r"\Vert"}
GREEK = """alpha beta gamma delta epsilon varepsilon zeta eta theta vartheta kappa lambda mu nu xi rho sigma tau phi
    varphi chi psi omega ell Gamma Delta Theta Lambda Sigma Phi Psi Omega pi"""
LETTERS = {"\\" + letter for letter in GREEK.split()}
DECORATED = {r"\mathcal", r"\mathbb", r"\mathsf", r"\hat", r"\tilde", r"\bar", r"\dot"}       # part of the name
BOLD = {r"\mathbf", r"\boldsymbol"}                                    # a bold z has the components z_i
FUNCTIONS = {r"\log": "log", r"\ln": "log", r"\exp": "exp", r"\tanh": "tanh", r"\cosh": "cosh", r"\sinh": "sinh",
             r"\det": "det", r"\sin": "sin", r"\cos": "cos", r"\arccos": "arccos", r"\arctan": "arctan"}
BIG = {r"\sum": "sum", r"\prod": "prod", r"\max": "max", r"\min": "min"}
STARTS = {*LETTERS, *DECORATED, *BOLD, *FUNCTIONS, *BIG, *BRACKETS,
          "{", r"\frac", r"\tfrac", r"\dfrac", r"\sqrt", r"\nabla", r"\underbrace"}
TRANSPOSE = (["T"], [r"\top"], [r"\intercal"])
MOMENTS = {r"\mathbb{E}": "mean", "Var": "variance", "Cov": "covariance"}
SUBSET = "is not in the subset that texcheck reads"


class Parser:
    """Recursive descent over one list of tokens; `notes` collects the claims made inside underbraces."""

    def __init__(self, tokens, scope, indices=()):
        self.t, self.i, self.scope, self.notes, self.texts = tokens, 0, scope, [], []
        self.indices = set(indices) | set(scope.ranges)

    # ---- reading tokens

    def peek(self):
        return self.t[self.i] if self.i < len(self.t) else ""

    def next(self):
        require(self.peek(), "the formula ends too early")
        self.i += 1
        return self.t[self.i - 1]

    def accept(self, *tokens):
        return self.next() if self.peek() and self.peek() in tokens else None

    def until(self, close):
        """The tokens up to the matching `close`, which is consumed."""
        out, depth = [], 0
        while depth or self.peek() != close:
            token = self.next()
            depth += token in OPENING or token.startswith(r"\begin")
            depth -= token in CLOSING or token.startswith(r"\end")
            out.append(token)
        self.next()
        return out

    def argument(self):
        """One TeX argument: a brace group or a single token."""
        if self.accept("{"):
            return self.until("}")
        token = self.next()
        printed = f"{token!r} prints as {token[:1]!r} and {token[1:]!r}: use braces"
        require(not (token.isdigit() and len(token) > 1), printed)
        return [token, "{", *self.argument(), "}"] if token in BOLD | DECORATED else [token]

    def parse(self, tokens, indices=()):
        """A sub-formula that must be one complete expression."""
        inner = Parser(tokens, self.scope, self.indices | set(indices))
        node = inner.expression()
        inner.end()
        self.notes += inner.notes
        return node

    def end(self):
        """Nothing may be left over."""
        require(not self.peek(), f"cannot read {self.peek()!r} after {' '.join(self.t[max(0, self.i - 6):self.i])!r}")

    # ---- statements

    def chain(self):
        """expression (relation expression)*  ->  [trees], [relations]; `texts` keeps the source of each side"""
        sides, relations = [self.side()], []
        while self.peek() in RELATIONS:
            relations.append(RELATIONS[self.next()])
            if relations[-1] == "in":                          # 'x \in R^K' is a remark: drop it
                while self.peek() not in ("", ","):
                    self.next()
                return sides, relations[:-1]
            sides.append(self.side())
        return sides, relations

    def side(self):
        start = self.i
        node = self.expression()
        self.texts.append(source(self.t[start:self.i]))
        return node

    def condition(self, tokens, indices=()):
        r"""'i \ne j, k = c'  ->  [(relation, tree, tree)]"""
        out = []
        inner = Parser([t for t in tokens if not is_remark(t)], self.scope, self.indices | set(indices))
        while inner.peek():
            sides, relations = inner.chain()
            require(relations, f"{' '.join(tokens)!r} is not a condition")
            out += zip(relations, sides, sides[1:], strict=False)
            inner.accept(",")
        return out

    # ---- sums and products

    def expression(self):
        sign = self.accept("+", "-")
        node = ("neg", self.term()) if sign == "-" else self.term()
        while op := self.accept("+", "-"):
            node = ("add" if op == "+" else "sub", node, self.term())
        return node

    def term(self):
        node = self.factor()
        while True:
            if op := self.accept(r"\cdot", r"\times", r"\odot"):
                node = ("had" if op == r"\odot" else "mul", node, self.factor())
            elif op := self.accept(r"\otimes"):
                node = ("kron", node, self.factor())
            elif self.accept("/"):
                node = ("div", node, self.factor())
                require(not self.starts_factor(), r"a/b c prints ambiguously: use \frac")
            elif self.starts_factor():
                node = ("mul", node, self.factor())
            else:
                return node

    def starts_factor(self):
        t = self.peek()
        return t in STARTS or t[:1].isalnum() or t.startswith(r"\begin") or words_of(t) is not None

    def factor(self):
        t = self.peek()
        if t in BIG:
            return self.big(BIG[self.next()])
        if t in FUNCTIONS:
            return self.function(self.next())
        if t == r"\nabla":
            return self.nabla()
        if self.accept(r"\frac", r"\tfrac", r"\dfrac"):
            top, bottom = self.argument(), self.argument()
            return self.scripts(self.derivative(top, bottom) or ("div", self.parse(top), self.parse(bottom)))
        if self.accept(r"\sqrt"):
            return self.scripts(("call", "sqrt", [self.parse(self.argument())]))
        if self.accept(r"\underbrace"):
            return self.underbrace()
        if t in BRACKETS:
            return self.bracket(self.next())
        if t == "{":
            node = self.parse(self.argument())
            require(node[0] not in ("add", "sub", "neg"), "braces print nothing: a sum needs visible parentheses")
            return self.scripts(node)
        if t.startswith(r"\begin"):
            return self.cases()
        return self.scripts(("num", self.next())) if t[:1].isdigit() else self.symbol()

    def underbrace(self):
        r"""\underbrace{body}_{= 1} also claims body = 1; other notes are words."""
        node = self.parse(self.argument())
        note = self.argument() if self.accept("_") else []
        if note[:1] and note[0] in RELATIONS:
            self.notes.append((node, RELATIONS[note[0]], self.parse(note[1:])))
        return node

    def bracket(self, opening):
        """( ... ), [ ... ], absolute value, norm."""
        node = self.parse(self.until(BRACKETS[opening]))
        kind = {r"\lvert": "abs", r"\lVert": "norm"}.get(opening)
        if kind == "norm" and self.accept("_"):
            kind += "".join(self.argument())
        return self.scripts(("call", kind, [node]) if kind else node)

    def scripts(self, node):
        """Subscripts that are indices, powers and transposes after a factor."""
        while s := self.accept("_", "^"):
            arg = self.argument()
            if s == "_":
                index = self.index(arg)
                require(index, f"subscript {' '.join(arg)!r} is not an index")
                node = ("at", node, index)
            else:
                node = ("T", node) if arg in TRANSPOSE else ("pow", node, self.parse(arg))
        return node

    # ---- names

    def index(self, tokens):
        """[trees] if the tokens are indices ('ij', 'n,k', 'c', '1'), else None: they belong to the name."""
        tokens = [t for t in tokens if t != ","]
        known = all(t in self.indices or t.isdigit() or self.scope.isindex(t) for t in tokens)
        return [("num" if t.isdigit() else "sym", t) for t in tokens] if known else None

    def name(self):
        t = self.next()
        if t in BOLD:
            arg = self.argument()
            return t + arg[0] if arg in (["0"], ["1"]) else Parser(arg, self.scope).name()
        if t in DECORATED:
            return t + "{" + "".join(a for a in self.argument() if a not in (*BOLD, "{", "}")) + "}"
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
                return ("indicator", self.condition([t for t in arg if t not in (r"\{", r"\}")]))
            elif s == "_":
                found = self.index(arg)
                index += found or []
                name += "" if found else "_" + "".join(words_of(t) or t for t in arg)
            else:
                after.append("T" if arg in TRANSPOSE else self.parse(arg))
        if name == r"\mathbb{1}":
            return ("indicator", self.condition(self.until(BRACKETS[self.next()])))
        node = ("sym", name)
        if self.peek() in ("(", "[") and self.scope.isfunction(name.rstrip("'")):
            node = ("call", name, self.arguments())
        if name == r"\delta" and len(index) == 2:
            node, index = ("indicator", [("=", *index)]), []
        require(not (name == "e" and index), "e is Euler's number: e_k^a should be e^{a_k}")
        node = ("at", node, index) if index else node
        for power in after:
            node = ("T", node) if power == "T" else ("pow", node, power)
        return self.scripts(node)

    def arguments(self):
        return [self.parse(part) for part in split(self.until(BRACKETS[self.next()]), SEPARATORS)]

    def function(self, token):
        r"""\log x, \exp(x), \log \frac{a}{b}: without brackets the argument is one factor."""
        power = self.parse(self.argument()) if self.accept("^") else None
        if self.peek() in BRACKETS and self.peek() not in (r"\lvert", r"\lVert"):
            args = self.arguments()
            require(self.peek() not in ("^", "_"), f"a script after {token}(...) prints ambiguously")
        else:
            args = [self.factor()]
            ambiguous = self.starts_factor() and self.peek() not in FUNCTIONS
            require(not ambiguous, f"{token} a b prints ambiguously: bracket its argument")
        node = ("call", FUNCTIONS[token], args)
        return ("pow", node, power) if power else node

    # ---- sums, expectations, derivatives, cases

    def big(self, op):
        r"""\sum_{k=1}^{K}, \sum_k, \sum_{k \ne i}, \max_j: a sum runs to the next + or - on its level."""
        require(self.accept("_"), f"{op} needs its index")
        under = self.argument()
        over = self.argument() if self.accept("^") else None
        names, low, conditions = [under[0]], None, []
        if over:
            require(under[1:2] == ["="], f"{op} with an upper limit starts like k=1")
            low, over = self.parse(under[2:]), self.parse(over)
        elif set(under) & set(RELATIONS):
            conditions = self.condition(under, names)
        else:
            names = [t for t in under if t != ","]
        inner = Parser(self.t[self.i:], self.scope, self.indices | set(names))
        body = inner.term() if op in ("sum", "prod") else inner.factor()
        require(op in ("sum", "prod") or not (inner.starts_factor() or inner.peek() in (r"\cdot", r"\times", "/")),
                f"{op} of a product prints ambiguously: bracket its body")
        self.i += inner.i
        self.notes += inner.notes
        for n in names:
            require(n in leaves(body) or body[0] == "num", f"{n} does not occur in the body of {op}")
        return ("big", op, names, low, over, conditions, body)

    def moment(self, kind, under):
        r"""\E_{k \sim \mathbf p}[x_k], \Var_{k \sim \mathbf p}(x_k), \Cov_{k \sim \mathbf p}(x_k, y_k)."""
        at = under.index(r"\sim")
        require(at == 1 and self.peek() in BRACKETS, r"write \E_{k \sim \mathbf{p}}[...]")
        k = under[0]
        opening = self.next()
        parts = [self.parse(part, [k]) for part in split(self.until(BRACKETS[opening]), {","})]
        weight = ("at", self.parse(under[2:]), [("sym", k)])
        mean = lambda body: ("big", "sum", [k], None, None, [], ("mul", weight, body))    # noqa: E731
        require(len(parts) == (2 if kind == "covariance" else 1), f"{kind} of {len(parts)} arguments")
        if kind == "mean":
            return mean(parts[0])
        x, y = parts[0], parts[-1]
        return ("sub", mean(("outer", x, y)), ("outer", mean(x), mean(y)))

    def derivative(self, top, bottom):
        r"""\frac{\partial f}{\partial x_i \partial y_j}, \frac{d}{dx} f; None for an ordinary fraction."""
        d = bottom[0] if bottom[:1] == [r"\partial"] or (bottom[:1] == ["d"] and len(bottom) > 1) else None
        if not d or top[:1] != [d]:
            return None
        upper = Parser(top[1:], self.scope)
        order = "".join(upper.argument()) if upper.accept("^") else "1"
        top = upper.t[upper.i:]
        variables, p = [], Parser(bottom, self.scope, self.indices)
        while p.accept(d):
            v = p.symbol()
            variables += [v[1]] * int(v[2][1]) if v[0] == "pow" else [v]
        require(not p.peek() and all(v[0] == "sym" or (v[0] == "at" and v[1][0] == "sym") for v in variables),
                f"cannot differentiate by {' '.join(bottom[1:])!r}")
        require(order == str(len(variables)), f"a derivative of order {order} by {len(variables)} variables")
        if top:
            return ("diff", self.parse(top), variables)
        body = self.factor()
        require(not self.starts_factor(), "d/dx a b prints ambiguously: bracket what is differentiated")
        return ("diff", body, variables)

    def nabla(self):
        r"""\nabla_{\mathbf z} f is a column, \nabla^2_{\mathbf z} f a matrix."""
        self.next()
        order, variable = 1, None
        while s := self.accept("_", "^"):
            if s == "^":
                order = int(self.argument()[0])
            else:
                variable = self.parse(self.argument())
        require(variable, r"\nabla needs its variable, as in \nabla_{\mathbf z}")
        return ("diff", self.factor(), [variable] * order)

    def cases(self):
        require(self.next() == r"\begin{cases}", "only cases is known inside a formula")
        rows = [split(row, "&") for row in split(self.until(r"\end{cases}"), [r"\\"]) if row]
        require(all(len(row) == 2 for row in rows), "a line of cases needs one & between value and condition")
        return ("cases", [(self.parse([t for t in value if t != ","]), self.condition([t for t in c if t != "."]))
                          for value, c in rows])


def source(tokens):
    """The tokens as LaTeX again, for messages."""
    text = " ".join(tokens)
    for tight in ("_ ", "^ ", "{ ", "( ", " _", " ^", " }", " )", " {", " ,"):
        text = text.replace(tight, tight.strip())
    return text


def leaves(tree):
    """All names and numbers in a tree."""
    return set().union(*map(leaves, tree)) if isinstance(tree, (tuple, list)) else {tree}


def free(tree, ranges):
    """The index letters a tree leaves free: the formula is claimed for all their values."""
    if not isinstance(tree, (tuple, list)):
        return set()
    if tree[:1] == ("sym",):
        return {tree[1]} & set(ranges)
    inner = set().union(*[free(t, ranges) for t in tree]) if tree else set()
    return inner - set(tree[2]) if tree[:1] == ("big",) else inner
