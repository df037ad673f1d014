"""Matrices of numbers: the linear algebra of printed equations and no more.  A column is a matrix of width one."""

from functools import cache
from itertools import chain, product

from texcheck.numbers import minus, over, plain, plus, times, total
from texcheck.tokens import TexError, require


class Matrix:
    """Rows of numbers, never changed once made."""

    __slots__ = ("rows", "shape")

    def __init__(self, rows):
        self.rows = rows
        self.shape = len(rows), len(rows[0])

    def __iter__(self):
        """The entries, row by row."""
        return chain.from_iterable(self.rows)

    def each(self, f):
        return Matrix([[f(x) for x in row] for row in self.rows])

    def with_each(self, f, other):
        """f of the entries that stand at the same place."""
        return Matrix([list(map(f, *rows)) for rows in zip(self.rows, other.rows, strict=True)])

    @property
    def T(self):
        return Matrix([list(column) for column in zip(*self.rows, strict=True)])

    def times(self, other):
        columns = other.T.rows
        return Matrix([[total(map(times, row, column)) for column in columns] for row in self.rows])

    def moved(self, place, step):
        """The same with one entry larger by a step."""
        r, c = place
        row = self.rows[r]
        return Matrix([*self.rows[:r], [*row[:c], plus(row[c], step), *row[c + 1 :]], *self.rows[r + 1 :]])


def column(values):
    """A vector."""
    return Matrix([[v] for v in values])


def is_column(x):
    return type(x) is Matrix and x.shape[1] == 1


def is_table(x):
    """A matrix that is no vector."""
    return type(x) is Matrix and min(x.shape) > 1


def scalar(x):
    """A 1 x 1 matrix as its number."""
    return x.rows[0][0] if type(x) is Matrix and x.shape == (1, 1) else x


def shape(x):
    """How a message names the shape."""
    if type(x) is not Matrix:
        return "a set" if isinstance(x, frozenset) else "a number"
    return f"a column of {x.shape[0]}" if x.shape[1] == 1 else f"a {x.shape[0]} by {x.shape[1]} matrix"


def entries(x):
    """The entries of a matrix, or the number alone."""
    return list(x) if type(x) is Matrix else [x]


def beside(blocks):
    """Matrices of the same height as one."""
    return Matrix([list(chain(*rows)) for rows in zip(*[block.rows for block in blocks], strict=True)])


def alike(x, y, what):
    if getattr(x, "shape", None) != getattr(y, "shape", None):
        raise TexError(f"{what} of {shape(x)} and {shape(y)}")


def add(x, y):
    if type(x) is not Matrix and type(y) is not Matrix:
        return plus(x, y)
    alike(x, y, "sum")
    return x.with_each(plus, y)


def sub(x, y):
    if type(x) is not Matrix and type(y) is not Matrix:
        return minus(x, y)
    alike(x, y, "difference")
    return x.with_each(minus, y)


def neg(x):
    return x.each(lambda v: -v) if type(x) is Matrix else -x


def had(x, y):
    if type(x) is not Matrix and type(y) is not Matrix:
        return times(x, y)
    alike(x, y, "elementwise product")
    return x.with_each(times, y)


def mul(x, y):
    """Numbers scale, matrices multiply."""
    if type(x) is not Matrix:
        return y.each(lambda v: times(x, v)) if type(y) is Matrix else times(x, y)
    if type(y) is not Matrix:
        return x.each(lambda v: times(v, y))
    require(x.shape[1] == y.shape[0], f"product of {shape(x)} and {shape(y)}")
    return scalar(x.times(y))


def dot(x, y):
    """The inner product of two columns; any other product as it is."""
    if is_column(x) and is_column(y) and x.shape == y.shape:
        return total(map(times, x, y))
    return mul(x, y)


def outer(x, y):
    return mul(x, y.T if type(y) is Matrix and type(x) is Matrix else y)


def div(x, y):
    if type(y) is Matrix:
        raise TexError(f"quotient of {shape(x)} by {shape(y)}")
    return x.each(lambda v: over(v, y)) if type(x) is Matrix else over(x, y)


def kron(x, y):
    require(type(x) is Matrix and type(y) is Matrix, "a Kronecker product of numbers")
    return Matrix([[times(a, b) for a, b in product(r, s)] for r in x.rows for s in y.rows])


def transpose(x):
    require(type(x) is Matrix, "transpose of a number")
    return x.T


def square(x, what):
    require(type(x) is Matrix and x.shape[0] == x.shape[1], f"{what} of {shape(x)}")
    return x


def matrix_power(x, n):
    """A whole power of a square matrix."""
    square(x, f"power {n}")
    if n < 0:
        return matrix_power(inverse(x), -n)
    require(n > 0, "a power 0 of a matrix: write I")
    return x if n == 1 else x.times(matrix_power(x, n - 1))


def det(x):
    """Laplace's expansion along the rows: no division, so nothing is lost where the determinant is 0."""
    rows = square(x, "determinant").rows

    @cache
    def minor(r, columns):
        if len(columns) == 1:
            return rows[r][columns[0]]
        terms = [times(rows[r][c], minor(r + 1, columns[:n] + columns[n + 1 :])) for n, c in enumerate(columns)]
        return total(-term if n % 2 else term for n, term in enumerate(terms))

    return minor(0, tuple(range(len(rows))))


def inverse(x):
    """Cramer's rule."""
    d = det(x)
    require(plain(d) != 0, "the inverse of a singular matrix")
    size = range(x.shape[0])
    if len(size) == 1:
        return Matrix([[over(d * 0 + 1, d)]])
    return Matrix([[over(cofactor(x, c, r), d) for c in size] for r in size])


def cofactor(x, r, c):
    rest = Matrix([[*row[:c], *row[c + 1 :]] for n, row in enumerate(x.rows) if n != r])
    value = det(rest)
    return -value if (r + c) % 2 else value


def component(x, place):
    """x_k, x_{nk}, or the row x_n of a matrix as a column."""
    if type(x) is not Matrix or len(place) > 2:
        raise TexError(f"{shape(x)} has no such component")
    for n, size in zip(place, x.shape, strict=False):
        if not 0 <= n < size:
            raise TexError("index out of range")
    if len(place) == 2:
        return x.rows[place[0]][place[1]]
    return x.rows[place[0]][0] if x.shape[1] == 1 else column(x.rows[place[0]])
