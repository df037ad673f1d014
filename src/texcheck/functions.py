"""The functions that every page knows, by the name that a formula gives them; values are numbers or matrices."""

from functools import partial

from mpmath import mp

from texcheck import numbers
from texcheck.matrix import Matrix, column, det, inverse, is_column, is_table, shape, square, transpose
from texcheck.numbers import absolute, integer, number, plain, sign, sqrt, times, total
from texcheck.tokens import require


def each(name, f, x):
    """f, entry by entry of a vector; of a matrix it would print as a function of the matrix."""
    require(not is_table(x), f"{name} of {shape(x)} prints as a function of the matrix: write its entries")
    return x.each(f) if type(x) is Matrix else f(x)


def vector(name, x):
    require(is_column(x), f"{name} of {shape(x)}" + (r": of a matrix write \lVert A \rVert_F" if is_table(x) else ""))
    return x


def euclidean(x):
    return sqrt(total(times(v, v) for v in vector("norm", x)))


def frobenius(x):
    return sqrt(total(times(v, v) for v in x))


def norm_one(x):
    return total(map(absolute, vector("norm", x)))


def norm_infinity(x):
    return largest(map(absolute, vector("norm", x)))


def numbers_only(values):
    values = list(values)
    require(not any(isinstance(v, (Matrix, frozenset)) for v in values), "max or min of vectors or sets")
    return values


def largest(values):
    best, *rest = numbers_only(values)
    for value in rest:
        best = value if sign(numbers.minus(value, best)) > 0 else best
    return best


def smallest(values):
    best, *rest = numbers_only(values)
    for value in rest:
        best = value if sign(numbers.minus(value, best)) < 0 else best
    return best


def size(x):
    r"""\lvert x \rvert of a number, \lvert B \rvert of a set."""
    require(type(x) is not Matrix, f"absolute value of {shape(x)}")
    return len(x) if isinstance(x, frozenset) else absolute(x)


def diag(x):
    """The diagonal matrix of a vector, or the diagonal of a matrix as a vector."""
    require(type(x) is Matrix, "diag of a number")
    if not is_column(x):
        return column([row[n] for n, row in enumerate(square(x, "diagonal").rows)])
    return Matrix([[v if r == c else v * 0 for c in range(x.shape[0])] for r, v in enumerate(x)])


def trace(x):
    return total(row[n] for n, row in enumerate(square(x, "trace").rows))


def vec_columns(x):
    """The columns of a matrix, one below the other."""
    return column(list(transpose(x)))


def vec_rows(x):
    """The rows of a matrix, one after the other, in a column."""
    require(type(x) is Matrix, "vec of a number")
    return column(list(x))


def factorial(x):
    n, result = integer(x, "the number before !"), plain(x) * 0 + 1
    require(n >= 0, "the factorial of a negative number")
    for k in range(2, n + 1):
        result = result * k
    return result


def binomial(n, k):
    n, k, result = integer(n, "the top of a binomial"), integer(k, "the bottom of a binomial"), plain(n) * 0 + 1
    for i in range(1, k + 1):
        result = result * (n - k + i) / i
    return result if k >= 0 else result * 0


def modulo(a, b):
    a, b = integer(a, "the left of mod"), integer(b, "the right of mod")
    return a % b


def floor(x):
    n = int(number(x, "what is rounded"))
    return n - 1 if sign(numbers.minus(x, plain(x) * 0 + n)) < 0 else n


def of_all(choose, x):
    """max or min of the entries of a vector."""
    return choose(vector("max or min", x))


ENTRYWISE = ("exp", "log", "sqrt", "tanh", "sinh", "cosh", "sin", "cos", "tan", "arcsin", "arccos", "arctan")


def eigenvalues(x):
    """Of a symmetric matrix, the smallest first."""
    rows = square(x, "eigenvalues").rows
    require(
        not any(type(v) is numbers.Dual for v in x),
        "a derivative of eigenvalues is not in the subset that texcheck reads",
    )
    scale = max(abs(v) for v in x)
    alike = all(abs(rows[r][c] - rows[c][r]) <= scale * 1e-12 for r in range(len(rows)) for c in range(r))
    require(alike, "eigenvalues of a matrix that is not symmetric")
    return sorted(mp.eigsy(mp.matrix(rows), eigvals_only=True))


def rank(x):
    """The number of singular values that are not 0."""
    gram = x if x.shape[0] <= x.shape[1] else x.T
    found = eigenvalues(gram.times(gram.T))
    return sum(v > found[-1] * mp.eps * 10**15 for v in found)


FUNCTIONS = {
    r"\lambda_\max": lambda x: eigenvalues(x)[-1],
    r"\lambda_\min": lambda x: eigenvalues(x)[0],
    "rank": rank,
    **{name: partial(each, name, getattr(numbers, name)) for name in ENTRYWISE},
    "abs": size,
    "norm": euclidean,
    "norm2": euclidean,
    "normF": frobenius,
    "norm1": norm_one,
    r"norm\infty": norm_infinity,
    "diag": diag,
    "tr": trace,
    "det": det,
    "inverse": inverse,
    "factorial": factorial,
    "floor": floor,
    "ceil": lambda x: -floor(-x),
    "max": lambda *x: of_all(largest, *x) if len(x) == 1 else largest(x),
    "min": lambda *x: of_all(smallest, *x) if len(x) == 1 else smallest(x),
    "binomial": binomial,
    "mod": modulo,
}
STACKED = {"rows": vec_rows, "columns": vec_columns}  # vec: a page says which
PRINTED = {"diag", "tr", "det", "rank", r"\lambda_\max", r"\lambda_\min"}  # names that a page may print as they are
