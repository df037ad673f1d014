r"""A tree as LaTeX again, with every bracket that its source only implied: how a formula was read.

`\sum_k y_k \log p_k + 1` comes back as `\sum_{k} \left(y_{k} \cdot \log\left(p_{k}\right)\right) + 1`.  What is printed
is read as the same tree.
"""

from texcheck import nodes as n
from texcheck.dots import RUNNING

SUM, PRODUCT, FACTOR = 1, 2, 3  # how tightly a formula holds together
RELATION = {"<=": r"\le", ">=": r"\ge", "!=": r"\ne", "in": r"\in", "notin": r"\notin"}
RELATION |= {"≈": r"\approx", "∝": r"\propto", "imposed": r"\overset{!}{=}"}
BIG = {"sum": r"\sum", "prod": r"\prod", "max": r"\max", "min": r"\min", "argmax": r"\arg\max", "argmin": r"\arg\min"}
PRODUCTS = {n.Mul: r"\cdot", n.Dot: r"\cdot", n.Outer: r"\cdot", n.Had: r"\odot", n.Kron: r"\otimes"}
AROUND = {
    "abs": (r"\left\lvert ", r"\right\rvert"),
    "norm": (r"\left\lVert ", r"\right\rVert"),
    "floor": (r"\left\lfloor ", r"\right\rfloor"),
    "ceil": (r"\left\lceil ", r"\right\rceil"),
}
STANDARD = (
    "log",
    "exp",
    "tanh",
    "cosh",
    "sinh",
    "det",
    "sin",
    "cos",
    "tan",
    "arcsin",
    "arccos",
    "arctan",
    "max",
    "min",
)
NEXT, TIMES = r" \\ ", r" \times "
MARKS = {"|": r" \mid ", "‖": r" \,\|\, ", ";": "; ", ",": ", "}


class Printer:
    """Prints trees with the letters of a page: vectors are bold."""

    def __init__(self, page):
        self.page = page
        self.running = next(
            (a for a in "mlhrstuvwabcdfgopqxyz" if not page.known(a)), r"\bullet"
        )  # of a sum printed with dots

    def claim(self, claim):
        """A relation."""
        return f"{self.tex(claim.left)} {RELATION.get(claim.relation, claim.relation)} {self.tex(claim.right)}"

    # ---- names

    def symbol(self, name):
        """A name alone: bold if it is a vector."""
        if name == "I" or name.startswith(r"\mathbf"):
            return name
        base, _, below = name.partition("_")
        label = ""
        if "^" in base:
            base, _, label = base.partition("^")
        bold = bool(below or label or len(base) == 1 or base.startswith("\\")) and self.is_vector(name)
        return letter(base, bold) + scripts(below, label)

    def is_vector(self, name):
        definition = self.page.definitions.get((name, 0))
        return (
            len(definition.index) == 1
            if definition
            else self.page.kinds.get(name, "").count(" ") == 1
            and not (self.page.isindex(name) or self.page.kinds[name].startswith(("subset", "count")))
        )

    def component(self, body, index):
        """z_i in a plain letter; a name that has a subscript already, and a formula, are grouped."""
        if isinstance(body, n.Sym) and not {"_", "^"} & set(body.name):
            row = len(index) < self.axes(body.name)
            return f"{letter(body.name, bold=row)}_{{{self.indices(index)}}}"
        inner = f"{{{self.tex(body)}}}" if isinstance(body, n.Sym) else self.bracketed(body)
        return f"{inner}_{{{self.indices(index)}}}"

    def axes(self, name):
        definition = self.page.definitions.get((name, 0))
        return len(definition.index) if definition else self.page.kinds.get(name, "").count(" ")

    def indices(self, index):
        found = [self.tex(i) for i in index]
        return "".join(found) if all(len(i) == 1 for i in found) else ", ".join(found)

    # ---- formulas

    def tex(self, tree, tight=SUM):
        """The LaTeX of a tree, in brackets if it does not hold together as tightly as its place asks."""
        text = self.of(tree)
        return f"\\left({text}\\right)" if holds(tree) < tight else text

    def bracketed(self, tree):
        """In brackets, unless it is one letter or number."""
        return self.of(tree) if isinstance(tree, (n.Sym, n.Num, n.At, n.Unit)) else f"\\left({self.of(tree)}\\right)"

    def list(self, trees, mark=", "):
        return mark.join(map(self.tex, trees))

    def of(self, tree):
        match tree:
            case n.Num(text):
                return text
            case n.Sym(name):
                return self.running if name == RUNNING else self.symbol(name)
            case n.At(body, index):
                return self.component(body, index)
            case n.Unit(index):
                return rf"\mathbf{{e}}_{{{self.tex(index)}}}"
            case n.Neg(body):
                return f"-{self.tex(body, PRODUCT)}"
            case n.Add(left, right):
                return f"{self.tex(left)} + {self.tex(right, PRODUCT)}"
            case n.Sub(left, right):
                return f"{self.tex(left)} - {self.tex(right, PRODUCT)}"
            case n.Div(left, right):
                return rf"\frac{{{self.tex(left)}}}{{{self.tex(right)}}}"
            case n.Pow(left, right):
                return f"{self.base(left)}^{{{self.tex(right)}}}"
            case n.Transpose(body):
                return rf"{self.base(body)}^\top"
            case n.Big():
                return self.big(tree)
            case n.Diff() | n.Where():
                return self.derivative(tree)
            case n.Call():
                return self.call(tree)
        return self.product(tree) if type(tree) in PRODUCTS else self.other(tree)

    def product(self, tree):
        """What ends in a sum is grouped where something follows it."""
        left = self.tex(tree.left, FACTOR if ends_open(tree.left) else PRODUCT)
        tight = FACTOR if isinstance(tree.right, tuple(PRODUCTS)) else PRODUCT
        return f"{left} {PRODUCTS[type(tree)]} {self.tex(tree.right, tight)}"

    def base(self, tree):
        """What carries a power: a letter with its indices, or brackets."""
        plain = isinstance(tree, (n.Num, n.Sym, n.Unit)) or (isinstance(tree, n.At) and isinstance(tree.body, n.Sym))
        text = self.of(tree)
        return (
            text if plain and "^" not in text and "{{" not in text and "}}_" not in text else f"\\left({text}\\right)"
        )

    def big(self, tree):
        letters = [self.running if name == RUNNING else name for name in tree.letters]
        if tree.low is not None:
            below = ", ".join([f"{letters[0]}={self.tex(tree.low)}", *map(self.of, tree.conditions)])
            return f"{BIG[tree.op]}_{{{below}}}^{{{self.tex(tree.high)}}} {self.bracketed(tree.body)}"
        first = tree.conditions[0] if tree.conditions else None
        member = first and first.relation in ("in", "notin") and [first.left] == [n.Sym(name) for name in letters]
        # 1 \le i < j and k \in A name their letters
        named = [] if member or (first and isinstance(first.left, n.Num)) else letters
        below = ", ".join([*named, *self.chained(tree.conditions)])
        return f"{BIG[tree.op]}_{{{below}}} {self.bracketed(tree.body)}"

    def chained(self, conditions):
        """Conditions as they are written: a \\le b and b < c is a \\le b < c."""
        found, before = [], None
        for condition in conditions:
            if before is not None and condition.left == before:
                sign = RELATION.get(condition.relation, condition.relation)
                found[-1] += f" {sign} {self.tex(condition.right)}"
            else:
                found.append(self.of(condition))
            before = condition.right
        return found

    def derivative(self, tree):
        if isinstance(tree, n.Where):
            return rf"\left.{self.bracketed(tree.body)}\right|_{{{self.symbol(tree.name)} = {self.tex(tree.value)}}}"
        order, first = len(tree.variables), tree.variables[0]
        power = f"^{{{order}}}" if order > 1 else ""
        if isinstance(first, n.Sym) and self.axes(first.name) and set(tree.variables) == {first}:
            return rf"\nabla{power}_{{{self.tex(first)}}} {self.brackets(tree.body)}"
        below = " ".join(rf"\partial {self.tex(v)}" for v in tree.variables)
        return rf"\frac{{\partial{power}}}{{{below}}} {self.brackets(tree.body)}"

    def brackets(self, tree):
        return rf"\left({self.of(tree)}\right)"

    def call(self, tree):
        name, args = tree.name, tree.args
        kind = "norm" if name.startswith("norm") else name
        if kind in AROUND:
            left, right = AROUND[kind]
            below = name[4:] if kind == "norm" else ""
            return f"{left}{self.tex(args[0])}{right}" + (f"_{{{below}}}" if below else "")
        if name == "sqrt":
            return rf"\sqrt{{{self.tex(args[0])}}}"
        if name == "binomial":
            return rf"\binom{{{self.tex(args[0])}}}{{{self.tex(args[1])}}}"
        if name == "factorial":
            return f"{self.bracketed(args[0])}!"
        if name == "mod":
            return rf"{self.tex(args[0], FACTOR)} \bmod {self.tex(args[1], FACTOR)}"
        return f"{function(name)}\\left({self.list(args, MARKS[tree.mark])}\\right)"

    def other(self, tree):
        """Conditions, cases, matrices and sets."""
        match tree:
            case n.Condition(relation, left, right):
                return f"{self.tex(left)} {RELATION.get(relation, relation)} {self.tex(right)}"
            case n.Indicator(conditions):
                return rf"\mathbb{{1}}\{{{self.list(conditions)}\}}"
            case n.Cases(branches):
                return rf"\begin{{cases}} {self.list(branches, NEXT)} \end{{cases}}"
            case n.Branch(value, conditions):
                when = rf"\text{{if }} {self.list(conditions)}" if conditions else r"\text{otherwise}"
                return f"{self.tex(value)} & {when}"
            case n.Rows(rows):
                table = NEXT.join(self.list(row, " & ") for row in rows)
                return rf"\begin{{pmatrix}} {table} \end{{pmatrix}}"
            case n.Law(body):
                return self.of(body)
            case n.Members(name, conditions):
                return rf"\{{{name} : {self.list(conditions)}\}}"
        return self.set(tree)

    def set(self, tree):
        match tree:
            case n.Space(sizes, sign):
                above = rf"^{{{self.list(sizes, TIMES)}}}" if sizes else ""
                below = {">": "_{>0}", ">=": r"_{\ge 0}"}.get(sign, "")
                return rf"\mathbb{{R}}{above}{below}"
            case n.Whole(low):
                return r"\mathbb{Z}" if low is None else r"\mathbb{N}"
            case n.Interval(low, high, ends):
                return f"{ends[0]}{self.tex(low)}, {self.tex(high)}{ends[1]}"
        members = [self.tex(member) for member in tree.members]
        if tree.dots:
            members.insert(-1, r"\dots")
        return rf"\{{{', '.join(members)}\}}"


def holds(tree):
    """How tightly what is printed for a tree holds together."""
    if isinstance(tree, (n.Add, n.Sub, n.Neg)):
        return SUM
    return PRODUCT if isinstance(tree, (n.Big, n.Diff, *PRODUCTS)) or is_mod(tree) else FACTOR


def is_mod(tree):
    return isinstance(tree, n.Call) and tree.name == "mod"


def ends_open(tree):
    """Whether a sum stands at the right end, which would take in what follows."""
    while isinstance(tree, tuple(PRODUCTS)):
        tree = tree.right
    return isinstance(tree, (n.Big, n.Diff))


def letter(name, bold):
    """One letter in its face: a hat stays above a bold letter."""
    if not bold:
        return name
    if name.startswith("\\") and name.endswith("}"):
        accent, inner = name[:-1].split("{", 1)
        return f"{accent}{{{letter(inner, True)}}}"
    return rf"\boldsymbol{{{name}}}" if name.startswith("\\") else rf"\mathbf{{{name}}}"


def scripts(below, label):
    """The words or letters that belong to a name."""
    text = f"_{{{worded(below)}}}" if below else ""
    return text + (f"^{{{worded(label)}}}" if label else "")


def worded(label):
    label = label.replace(r"\mid", r"\mid ")
    return rf"\mathrm{{{label}}}" if label.isalpha() and len(label) > 1 else label


def function(name):
    r"""\log, f', D_{\mathrm{KL}}, \operatorname{softmax}."""
    if name in STANDARD:
        return "\\" + name
    base, primes = name.rstrip("'"), "'" * name.count("'")
    base, _, below = base.partition("_")
    plain = base if len(base) == 1 or base.startswith("\\") else rf"\operatorname{{{base}}}"
    return plain + primes + scripts(below, "")
