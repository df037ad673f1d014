"""One step after another through a list of tokens: what every part of the grammar is built on."""

from texcheck.tokens import CLOSING, OPENING, require

DECORATED = {
    r"\mathcal",
    r"\mathbb",
    r"\mathsf",
    r"\hat",
    r"\tilde",
    r"\bar",
    r"\dot",
    r"\widehat",
    r"\widetilde",
    r"\overline",
}  # part of the name
BOLD = {r"\mathbf", r"\boldsymbol", r"\vec"}  # a bold z has the components z_i


class Reading:
    """A list of tokens and a place in it."""

    def __init__(self, tokens):
        self.t, self.i = tokens, 0

    def peek(self, ahead=0):
        return self.t[self.i + ahead] if self.i + ahead < len(self.t) else ""

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

    def until_fence(self, fence):
        """The tokens up to the next sign of the same kind on this level."""
        out, depth = [], 0
        while depth or self.peek() != fence:
            token = self.next()
            depth += (token in OPENING) - (token in CLOSING)
            out.append(token)
        self.next()
        return out

    def argument(self, of_fraction=False):
        """One TeX argument: a brace group or a single token."""
        if self.accept("{"):
            return self.until("}")
        token = self.next()
        if token.isdigit() and len(token) > 1:
            printed = f"{token!r} prints as {token[:1]!r} and {token[1:]!r}: use braces"
            require(of_fraction, printed)
            self.i -= 1
            self.t = [*self.t[: self.i], token[1:], *self.t[self.i + 1 :]]
            return [token[0]]
        return [token, "{", *self.argument(), "}"] if token in BOLD | DECORATED else [token]

    def end(self):
        """Nothing may be left over."""
        require(not self.peek(), f"cannot read {self.peek()!r} after {' '.join(self.t[max(0, self.i - 6) : self.i])!r}")
