"""What a display claims: one `Claim` for each relation sign, and what a relation asks of its sides."""

from dataclasses import dataclass

from mpmath import mpf

from texcheck.nodes import At, Call, Dot, Mul, Neg, Node, Num, Pow, Sub, Sym, free
from texcheck.tokens import TexError, require

STRICT = ("<", ">", "!=")
ORDERED = ("<", ">", "<=", ">=", "!=")


@dataclass(frozen=True)
class Claim:
    """left, relation, right, under which conditions, and the printed text of both sides."""

    left: Node
    relation: str
    right: Node
    text: tuple = ("", "")
    guard: tuple = ()

    @property
    def trees(self):
        return (self.left, self.right, self.guard)


class Refuted(TexError):
    """A claim that is false at one point; the message looks for a point in round numbers when it is asked for."""

    def __init__(self, claim, number, world, scope, u, v):
        super().__init__("is false")
        self.claim, self.number, self.world, self.scope, self.u, self.v = claim, number, world, scope, u, v

    def __str__(self):
        from texcheck.reader import refusal

        return refusal(self)


def semidefinite(relation, left, right):
    r"""A \succeq B says that the smallest eigenvalue of A - B is not negative."""
    if relation not in ("⪰", "⪯"):
        return left, relation, right
    low, high = (left, right) if relation == "⪯" else (right, left)
    gap = high if low == Num("0") else Neg(low) if high == Num("0") else Sub(high, low)
    return Call(r"\lambda_\min", (gap,)), ">=", Num("0")


def admissible(claim, ranges):
    r"""Refuse \approx before less than two digits, and \propto without a free index."""
    if claim.relation == "≈":
        require(digits_of(claim.right) >= 2, r"\approx needs a printed number on its right, of at least two digits")
    if claim.relation == "∝":
        require(running_letter(claim.left, ranges), r"\propto needs a free index on its left")
    require(claim.relation != ":=", "only one := in a statement")


def running_letter(tree, ranges):
    r"""The last free index on the left of \propto: the one in which both sides are proportional."""
    match tree:
        case At(_, index) if isinstance(index[-1], Sym) and index[-1].name in ranges:
            return index[-1].name
    letters = sorted(free(tree, ranges))
    return letters[-1] if len(letters) == 1 else None


def digits_of(tree):
    """How many significant digits a printed number has; 0 if it is none."""
    match tree:
        case Neg(body):
            return digits_of(body)
        case Mul(left, Pow(Num("10"), _)) | Dot(left, Pow(Num("10"), _)):
            return digits_of(left)
        case Num(text):
            return len(text.replace(".", "").lstrip("0"))
    return 0


def half_digit(tree):
    r"""Half a unit in the last digit of a printed number such as 11.09, -0.693 or 9.36 \times 10^{-14}."""
    match tree:
        case Neg(body):
            return half_digit(body)
        case Mul(left, Pow(Num("10"), exponent)) | Dot(left, Pow(Num("10"), exponent)):
            return half_digit(left) * mpf(10) ** whole(exponent)
        case Num(text):
            return mpf("0.5000001") * mpf(10) ** -len(text.partition(".")[2])
    raise TexError(r"\approx needs a printed number on its right")


def whole(tree):
    """A printed whole number."""
    if isinstance(tree, Neg):
        return -whole(tree.body)
    require(isinstance(tree, Num) and tree.text.isdigit(), "the power of ten in a printed number is whole")
    return int(tree.text)
