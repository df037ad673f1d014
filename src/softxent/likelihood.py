"""Maximum likelihood for softmax regression: likelihood, gradient, Hessian, the fit, whether there is one, its errors.

The model gives example n the probabilities ``softmax(W x_n)``. ``X`` has shape (N, D), one example a row (a bias is a
column of ones); ``W`` has shape (K, D), one class a row. ``y`` is, as in ``softmax_cross_entropy``, N integer labels or
weights of shape (N, K): finite numbers y ≥ 0, one-hot, soft, or multiplied by the weight of their example. Everything
is a sum over the examples, not a mean. The result has the float dtype of W and X; a NaN gives NaN.
"""

import itertools

import numpy as np

from softxent._arguments import narrow, quiet, real, refuse, weights, widen
from softxent._columns import column_exponents, original_direction, original_weights, orthonormal_columns, shortest
from softxent._newton import newton_steps
from softxent.loss import one_hot, softmax_cross_entropy, softmax_cross_entropy_gradient
from softxent.softmax import softmax

# A margin below this fraction of the largest logit of a direction is a tie
TIE = 1e-12
# Columns that cancel to less than 1/COLLINEAR of their size leave Newton's method too few digits to converge
COLLINEAR = 1e9
# So many examples at a time fit the cache
EXAMPLES = 4096


@quiet
def multinomial_nll(W, X, y):
    """The negative log-likelihood of softmax regression on the whole sample, in nats.

    Parameters
    ----------
    W : array_like, shape (K, D)
        Weights, one class a row.
    X : array_like, shape (N, D)
        Features, one example a row.
    y : array_like, shape (N,) or (N, K)
        Integer labels, or weights y ≥ 0.

    Returns
    -------
    float
        The sum over the examples in nats, ≥ 0; 0 for no examples. Divide by N for the mean cross-entropy.

    Raises
    ------
    ValueError
        For shapes that do not fit, labels out of range, and weights that are negative or infinite.
    TypeError
        For labels that are not integers, and for W or X that do not hold real numbers.

    Notes
    -----
    ``L(W) = −Σ_n Σ_k y_nk log softmax(W x_n)_k``. For labels it is minus the logarithm of the product of the
    probabilities that the labels have under W. Given the logits ``W x_n``, each term is as accurate as
    ``softmax_cross_entropy``; the logits are rounded, by about eps times ``Σ_d |W_kd X_nd|`` each.

    References
    ----------
    - Bishop (2006), equation 4.108.

    Examples
    --------
    >>> round(float(multinomial_nll([[0.0], [0.0]], [[1.0], [2.0], [5.0]], [0, 1, 1])), 6)
    2.079442
    """
    W, X, Z = _logits(W, X)
    return narrow(softmax_cross_entropy(Z, y).sum(), W, X)


@quiet
def multinomial_gradient(W, X, y):
    """The gradient of ``multinomial_nll`` with respect to W.

    Parameters
    ----------
    W : array_like, shape (K, D)
        Weights, one class a row.
    X : array_like, shape (N, D)
        Features, one example a row.
    y : array_like, shape (N,) or (N, K)
        Integer labels, or weights y ≥ 0.

    Returns
    -------
    ndarray, shape (K, D)
        Nats per unit of W. The sum of its rows is 0. The gradient of the log-likelihood is its negative.

    Raises
    ------
    ValueError, TypeError
        As ``multinomial_nll``.

    Notes
    -----
    ``∂L/∂W = (S P − Y)ᵀ X``, where P holds the probabilities and S is diagonal with ``s_n = Σ_k y_nk``, which is 1 for
    labels. Each residual ``s_n p_nk − y_nk`` is as accurate as ``softmax_cross_entropy_gradient``; their sum is rounded
    relative to the sum of the absolute values of its terms.

    References
    ----------
    - Bishop (2006), equation 4.109.

    Examples
    --------
    >>> print(multinomial_gradient([[0.0], [0.0]], [[1.0], [2.0], [5.0]], [0, 1, 1]))
    [[ 3.]
     [-3.]]
    """
    W, X, Z = _logits(W, X)
    return narrow(softmax_cross_entropy_gradient(Z, y).T @ widen(X), W, X)


@quiet
def multinomial_hessian(W, X, y):
    """The Hessian of ``multinomial_nll``: for labels, the Fisher information.

    Parameters
    ----------
    W : array_like, shape (K, D)
        Weights, one class a row.
    X : array_like, shape (N, D)
        Features, one example a row.
    y : array_like, shape (N,) or (N, K)
        Integer labels, or weights y ≥ 0. They enter through the sums ``s_n = Σ_k y_nk`` only.

    Returns
    -------
    ndarray, shape (K D, K D)
        In the order of ``W.ravel()``, row after row: entry (k D + d, j D + e) is the derivative by ``W_kd`` and
        ``W_je``. Symmetric and positive semidefinite, with the common shifts ``w_k → w_k + v`` in its kernel.

    Raises
    ------
    ValueError, TypeError
        As ``multinomial_nll``.

    Notes
    -----
    ``Σ_n s_n J_n ⊗ x_n x_nᵀ`` with ``J_n = diag(p_n) − p_n p_nᵀ``. Computed block by block: the blocks
    ``−Xᵀ diag(s p_k p_j) X`` for k < j, each a sum of terms of one sign on its diagonal; the blocks of a row sum to 0.
    Needs memory for K² D² + N D numbers and about N K² D²/2 multiplications.

    References
    ----------
    - Böhning (1992), section 2.

    Examples
    --------
    >>> print(multinomial_hessian([[0.0], [0.0]], [[1.0], [2.0], [5.0]], [0, 1, 1]))
    [[ 7.5 -7.5]
     [-7.5  7.5]]
    """
    W, X, Z = _logits(W, X)
    return narrow(_hessian(widen(X), softmax(Z), weights(y, Z.shape).astype(Z.dtype).sum(axis=1)), W, X)


@quiet
def fit_multinomial(X, y, *, penalty=0.0):
    """The weights that minimise ``multinomial_nll(W, X, y) + penalty/2 · Σ_kd W_kd²``, or an error that says why not.

    Parameters
    ----------
    X : array_like, shape (N, D)
        Features, one example a row. A column of ones is penalised like any other.
    y : array_like, shape (N,) or (N, K)
        Integer labels, which stand for K = max + 1 classes (use ``one_hot(labels, K)`` for more), or weights y ≥ 0.
    penalty : float, default 0
        Its strength, ≥ 0; 0 is maximum likelihood. In scikit-learn's notation it is ``1/C``, and ``2/C`` for two
        classes, where scikit-learn has the one vector w_2 − w_1.

    Returns
    -------
    ndarray, shape (K, D)
        W with ``Σ_k w_k = 0``, each row a combination of the rows of X. With a penalty there is exactly one minimiser.
        Without, there are several (a shift ``w_k → w_k + v`` changes no probability), and this is the one of least
        norm, the limit for penalty → 0. ``W - W[-1]`` has the last class as its reference.

    Raises
    ------
    ValueError
        Where there is no minimum: the data are separable, and the message names a direction, to three digits, along
        which the likelihood rises for ever. Where floats cannot hold it: the columns that the message names cancel so
        far that the weights, rounded to the dtype of X, leave some logit uncertain by more than eps^(1/4), or the
        weights overflow. Where Newton's method does not converge, or the moment equations are not met at its end: the
        data are separable up to rounding, or an outlier is so far away that the other examples are lost beside it.
        Also for no classes, a bad shape, infinite features, a penalty that is negative or infinite, and as
        ``multinomial_nll``.
    TypeError
        As ``multinomial_nll``.

    Notes
    -----
    At the minimum the moment equations ``(S P − Y)ᵀ X + penalty W = 0`` hold. They are checked at the end for the
    weights that are returned, entry by entry, relative to the rounding of W, of the logits and of the sum; what does
    not meet them is not returned. Units do not matter: columns are scaled by powers of 2, centred where one is
    constant, and made orthonormal before anything else. Columns whose combination vanishes up to 8 roundings of their
    entries are taken for dependent, and share their weight.

    Newton's method in float64; a step is shortened by the factor log(1 + ρ)/ρ of the chapters on maximum entropy and
    maximum likelihood, or less where that leads lower. At most 200 steps, each O(N K² D² + K³ D³). Without a penalty
    the points and the steps are watched for a separating direction. A linear program decides only where Newton's method
    finds neither that nor a minimum, or one whose curvature is lost in rounding (see ``is_separable``).

    References
    ----------
    - Böhning (1992).
    - Albert and Anderson (1984), for the existence of the estimate.

    Examples
    --------
    >>> print(fit_multinomial([[1.0], [1.0], [1.0]], [0, 1, 1]).round(6))
    [[-0.346574]
     [ 0.346574]]
    """
    X, Y = _data(X, y)
    penalty = _strength(penalty)
    refuse(np.isinf(X), X, "X must be finite")
    if np.isnan(X).any() or np.isnan(Y).any() or np.isnan(penalty):
        return narrow(np.full((Y.shape[1], X.shape[1]), np.nan), X)
    dtype = X.dtype
    X, Y, root, _ = _normalised(X, Y, penalty)
    columns = orthonormal_columns(X, root)
    W = original_weights(_minimiser(columns, Y, root), columns).astype(dtype)
    _check_weights(W, X, Y, root)
    return W


@quiet
def is_separable(X, y, *, strictly=False):
    """Whether the data are separable, so that the likelihood of softmax regression has no maximum.

    Parameters
    ----------
    X : array_like, shape (N, D)
        Features, one example a row.
    y : array_like, shape (N,) or (N, K)
        Integer labels or weights y ≥ 0. Weights count through their zeros only.
    strictly : bool, default False
        Ask for strict separability.

    Returns
    -------
    bool
        True if some V gives no example's label a smaller logit than another class, and once a larger one. Then the
        likelihood of ``softmax(W x_n)`` rises for ever along V. False: the data overlap, and it has a maximum. With
        ``strictly=True``, whether some V gives every example's label a larger logit than all other classes: then all
        probabilities of the labels can approach 1. Data that are separable but not strictly so are called
        quasi-separable. False where nothing can be separated: one class, or no examples.

    Raises
    ------
    ValueError
        For NaN or infinite features; where it cannot be decided in float64; and for a bad shape or label.
    TypeError
        As ``multinomial_nll``.

    Notes
    -----
    In formulas: ``(v_k − v_j)ᵀ x_n ≥ 0`` for all n, all k with ``y_nk > 0`` and all j, with > at least once, or, for
    strictly, for all j ≠ k.

    Newton's method decides most cases. A point or a step of its way is a V: where its margins are ≥ 0, the data are
    separable. Where it ends at a minimum, its curvatures and the rest of its gradient show that the data overlap (the
    chapter's bound on the third derivative leaves a separating V no room). What remains goes to a linear program, in
    about (K − 1)(N + D) variables, that counts the pairs (n, k, j) for which some V has >; its optimum is a whole
    number. A V that the program proposes is checked like the others.

    What this guarantees: columns are scaled, centred where one is constant, and made orthonormal, so units and offsets
    (time stamps) do not matter. A V is accepted if its margins are larger than 1e-12 times the terms that they are made
    of, except for ties, and if some direction close to V makes these exact. So data are misjudged at most where an
    overlap, or a gap, is smaller than that: about 8 eps of the features as they are written, times the condition of
    the centred and scaled columns. Columns that are collinear up to 8 roundings of their entries are judged as if they
    were exactly so. Where rounding leaves neither answer, this raises ValueError and does not guess.

    References
    ----------
    - Albert and Anderson (1984).
    - Konis (2007), for the linear program.

    Examples
    --------
    >>> is_separable([[1, 0.0], [1, 1.0], [1, 2.0]], [0, 1, 0]), is_separable([[1, 0.0], [1, 1.0]], [0, 1])
    (False, True)
    """
    X, Y = _data(X, y)
    refuse(~np.isfinite(X), X, "X must be finite")
    refuse(np.isnan(Y), Y, "y must be finite and not negative")
    X, Y, _, _ = _normalised(X, Y, 0.0)
    columns = orthonormal_columns(X)
    minimum, V = _search(columns, Y)
    if strictly and V is not None and not _separates(V, columns, Y)[1]:
        V = _linear_program(columns, Y)
    else:
        V = _separating_direction(columns, Y, minimum, V)
    return V is not None and _separates(V, columns, Y)[int(strictly)]


@quiet
def standard_errors(W, X, y, *, penalty=0.0):
    """The standard errors of the weights that ``fit_multinomial`` estimates, from the Fisher information.

    Parameters
    ----------
    W : array_like, shape (K, D)
        The fitted weights, or the true ones. A common shift of the rows changes nothing.
    X : array_like, shape (N, D)
        Features, one example a row.
    y : array_like, shape (N,) or (N, K)
        Integer labels, or weights y ≥ 0, read as counts: they enter through the sums ``s_n = Σ_k y_nk`` only.
    penalty : float, default 0
        The penalty of the fit.

    Returns
    -------
    ndarray, shape (K, D)
        An approximate standard deviation for each entry of the centred weights of least norm, the ones that
        ``fit_multinomial`` returns. For two classes ``w_2 − w_1 = 2 w_2``, so the classical standard errors of binary
        logistic regression are twice a row of the result.

    Raises
    ------
    ValueError
        Where the information is singular up to rounding, as on separable data without a penalty, for infinite W or X,
        for a penalty that is negative or infinite, and as ``multinomial_nll``.
    TypeError
        As ``multinomial_nll``.

    Notes
    -----
    With the information ``F = Σ_n s_n J_n ⊗ x_n x_nᵀ`` (``multinomial_hessian``) the covariance of the estimate is
    about ``F⁺``, the inverse on the directions that change a probability. The others, common shifts of the rows and
    directions that X does not reach, are fixed by convention and have no error. With a penalty it is
    ``(F + penalty)⁻¹ F (F + penalty)⁻¹``, on the centred weights: the spread of the estimate around its own mean, not
    the bias that the penalty brings. The mean of a posterior with that penalty as its prior would have
    ``(F + penalty)⁻¹`` instead, which is larger. The formula holds for many independent examples and a model that
    contains the truth (White (1982) has the one for other models).

    References
    ----------
    - van der Vaart (1998), theorem 5.39.
    - White (1982).

    Examples
    --------
    Three heads in four throws: the variance of the log-odds is 1/(N p (1 − p)), and w_2 − w_1 = 2 w_2.

    >>> W = fit_multinomial([[1.0]] * 4, [0, 1, 1, 1])
    >>> print((2 * standard_errors(W, [[1.0]] * 4, [0, 1, 1, 1])[1]).round(6), np.sqrt(4 / 3).round(6))
    [1.154701] 1.154701
    """
    W, X, Z = _logits(W, X)
    Y = weights(y, Z.shape)
    penalty = _strength(penalty)
    for array, name in ((W, "W"), (X, "X")):
        refuse(np.isinf(array), array, f"{name} must be finite")
    if np.isnan(Z).any() or np.isnan(Y).any() or np.isnan(penalty):
        return narrow(np.full(W.shape, np.nan), W, X)
    P = softmax(Z)[Y.any(axis=1)].astype(float)
    features, Y, root, exponent = _normalised(X, Y, penalty)
    columns = orthonormal_columns(features, root)
    variances = _variances(_hessian(columns.U, P, Y.sum(axis=1)), columns, P.shape[1])
    return narrow(np.ldexp(np.sqrt(variances), -columns.exponents - exponent // 2), W, X)


# ---- the fit -----------------------------------------------------------------------------------


def _minimiser(columns, Y, root):
    """V of shape (K, D) at the minimum, or the error that says why there is none."""
    minimum, V = _search(columns, Y, watched=not root)
    if not root:
        if minimum is None and V is None:
            _refuse_collinear(columns)
        V = _separating_direction(columns, Y, minimum, V)
    if V is not None:
        raise ValueError(
            "the data are separable: the likelihood has no maximum, it grows as W does along the direction "
            f"{_shown(original_direction(V, columns))}. Give a penalty > 0"
        )
    if minimum is None:
        raise ValueError(
            "no convergence of Newton's method: the data are separable or nearly so, columns nearly collinear, or the "
            "examples lost beside an outlier. Give a larger penalty"
        )
    return minimum - minimum.mean(axis=0)


def _search(columns, Y, watched=True):
    """(V, None) at the minimum, (None, V) where V separates, (None, None) where Newton's method finds neither."""
    A, pull = columns.A, columns.pull
    y, sums = _targets(Y), Y.sum(axis=1)
    steps = newton_steps(
        np.zeros((Y.shape[1], A.shape[1])),
        lambda V: sums @ softmax_cross_entropy(A @ V.T, y) + ((pull * V) ** 2).sum() / 2,
        lambda V: _local(V, columns, y, sums),
        lambda step: np.ptp(step @ A.T, axis=0).max(initial=0),
    )
    try:
        for V, step in steps:
            for direction in (V, -step) if watched else ():
                if _separates(direction, columns, Y)[0]:
                    return None, direction
    except np.linalg.LinAlgError:
        return None, None
    return V, None


def _targets(Y):
    """The labels, where every example has one class, for the losses are faster with them; else distributions."""
    if Y.shape[0] and (np.count_nonzero(Y, axis=1) == 1).all():
        return Y.argmax(axis=1)
    return Y / Y.sum(axis=1, keepdims=True)


def _local(V, columns, y, sums):
    """Gradient of Σ s_n L(V a_n, y_n) + Σ (pull V)²/2, absolute values of its terms, and Newton's step."""
    gradient, terms, hessian = _derivatives(V, columns, y, sums)
    # the gradient is small where it matters: then nothing is lost on the way to Θ and back
    step = np.linalg.solve(hessian, (gradient @ columns.S).ravel()).reshape(len(V), -1)
    return gradient, terms, step @ columns.S.T


def _derivatives(V, columns, y, sums):
    """The same with the Hessian by Θ, where V = Θ Sᵀ."""
    A, pull = columns.A, columns.pull
    Z = A @ V.T
    residual = softmax_cross_entropy_gradient(Z, y)
    # P = (P − Y) + Y
    P = residual + (y if y.ndim == 2 else one_hot(y, len(V)))
    residual *= sums[:, None]
    gradient = residual.T @ A + pull * (pull * V)
    terms = np.abs(residual).T @ np.abs(A) + pull * (pull * np.abs(V))
    return gradient, terms, _definite(_hessian(columns.U, P, sums), columns)


def _definite(information, columns):
    """The Hessian with the penalty, and with 1 1ᵀ ⊗ I, which fills its kernel and keeps Σ_k θ_k = 0."""
    R = columns.S.shape[1]
    K = len(information) // max(R, 1)
    B = columns.pull[:, None] * columns.S
    return information + np.kron(np.eye(K), B.T @ B) + np.kron(np.ones((K, K)), np.eye(R))


def _hessian(X, P, sums):
    """Σ_n s_n J_n ⊗ x_n x_nᵀ, from blocks of examples that fit the cache."""
    starts = range(0, max(len(X), 1), EXAMPLES)
    return sum(_block_hessian(X[i : i + EXAMPLES], P[i : i + EXAMPLES], sums[i : i + EXAMPLES]) for i in starts)


def _block_hessian(X, P, sums):
    """Block (k, j) is −Xᵀ diag(s p_k p_j) X for k ≠ j, and those of a row sum to 0, as J 1 = 0."""
    D, K = X.shape[1], P.shape[1]
    # 0 · Σ P makes NaN contagious where there are no pairs of classes
    H = np.full((K, D, K, D), 0 * P.sum(), P.dtype)
    features = np.ascontiguousarray(X.T)
    roots = np.ascontiguousarray(np.sqrt(P * np.sqrt(sums)[:, None]).T)
    for k, j in itertools.combinations(range(K), 2):
        # A Aᵀ with one and the same A: BLAS computes half of it
        A = features * (roots[k] * roots[j])
        block = A @ A.T
        H[k, :, j] = H[j, :, k] = -block
        H[k, :, k] += block
        H[j, :, j] += block
    return H.reshape(K * D, K * D)


def _check_weights(W, X, Y, root):
    """Raise ValueError unless W meets (S P − Y)ᵀ X + root² W = 0 as well as rounded weights and logits can."""
    if not np.isfinite(W).all():
        raise ValueError(f"the weights overflow {W.dtype}: rescale the features")
    eps = np.finfo(W.dtype).eps
    exponents = column_exponents(X)
    X, W = np.ldexp(X, -exponents), W.astype(float)
    sums = Y.sum(axis=1, keepdims=True)
    residual = sums * softmax_cross_entropy_gradient(X @ np.ldexp(W, exponents).T, _targets(Y))
    uncertain = _uncertainty(residual, np.ldexp(W, exponents), X, Y, eps)
    gradient = residual.T @ X + root * np.ldexp(root * W, -exponents)
    # the rounding of the sum, of the logits, and of W beside its largest entry
    terms = np.finfo(float).eps * np.abs(residual).T @ np.abs(X) + uncertain.T @ np.abs(X)
    terms += eps * root * np.ldexp(root * np.abs(W).max(initial=0), -exponents)
    if (np.abs(gradient) > 16 * terms).any():
        raise ValueError(
            "the moment equations are not met at the end of Newton's method: beside the largest features "
            "of some column, or the largest weights of examples, the others are lost in rounding"
        )


def _uncertainty(residual, W, X, Y, eps):
    """s p (1 − p) times the rounding of each logit, of shape (N, K); ValueError where columns cancel too far."""
    sums = Y.sum(axis=1, keepdims=True)
    p = (residual + Y) / sums
    slope = np.minimum(p * (1 - p), 1 / 4)
    logit = eps * (np.abs(W) @ np.abs(X).T).max(axis=0)[:, None]
    if (slope * logit).max(initial=0) > eps**0.25:
        n, k = np.unravel_index((slope * logit).argmax(), slope.shape)
        raise _collinear(np.abs(X[n] * W[k]), f"rounded weights leave a logit uncertain by {logit[n, 0]:.1e}")
    return sums * slope * logit


def _refuse_collinear(columns):
    """Raise ValueError where a direction of U is rounded so far that it may be the cause of no convergence."""
    size = (np.abs(columns.A) @ np.abs(columns.S)).max(axis=0, initial=0)
    if size.max(initial=0) > COLLINEAR * np.abs(columns.U).max(initial=0):
        parts = np.abs(columns.shear @ columns.S[:, size.argmax()])
        raise _collinear(parts, "Newton's method does not converge")


def _collinear(parts, consequence):
    """The error that names the columns with the largest parts of a logit."""
    return ValueError(
        f"columns {_shown(np.flatnonzero(parts > 1e-3 * parts.max()))} of X are nearly collinear: their parts of a "
        f"logit cancel, and {consequence}. Centre the columns, leave one out, or give a penalty"
    )


def _shown(array):
    """A short array in one line, a long one abridged."""
    text = np.array2string(array, formatter={"float": "{:.3g}".format}, separator=", ", threshold=12, edgeitems=2)
    return " ".join(text.split())


# ---- separation --------------------------------------------------------------------------------


def _separates(V, columns, Y):
    """Whether V separates, and whether strictly. A margin below TIE times the terms of its logits may be a tie."""
    # most directions fail on the first examples
    if not _wins(V, columns.A[:EXAMPLES], Y[:EXAMPLES])[0].all():
        return False, False
    weakly, somewhere, strictly = _wins(V, columns.A, Y)
    if not (weakly.all() and somewhere.any()):
        return False, False
    return bool(strictly.all() or _ties_hold(V, columns, Y)), bool(strictly.all())


def _wins(V, A, Y):
    """For each example: no label loses, some class is beaten, a single label beats all other classes."""
    # classes first: NumPy reduces long rows faster than short ones
    Z = V @ A.T
    tie = TIE * (_rounded(V).max(axis=0) @ np.abs(A).T)
    positive = Y.T > 0
    least = np.where(positive, Z, np.inf).min(axis=0)
    others = np.where(positive, -np.inf, Z).max(axis=0)
    top = Z.max(axis=0)
    single = np.count_nonzero(positive, axis=0) == 1
    return top - least <= tie, top - Z.min(axis=0) > tie, single & (least - others > tie)


def _ties_hold(V, columns, Y):
    """Whether some direction like V makes what are nearly ties along V exact ones."""
    margins = _margins(columns.A, Y)
    v = (V[1:] - V[0]).ravel()
    near = margins @ v <= TIE * (np.abs(margins) @ _rounded(v))
    tied = orthonormal_columns(margins[near])
    null = np.ldexp(tied.null, -tied.exponents[:, None])
    # the direction nearest to V, by its margins, of those along which all near ties are exact
    like = null @ np.linalg.lstsq(margins @ null, margins @ v)[0]
    return np.abs(margins @ (like - v)).max() < 1e-6 * np.abs(margins @ v).max()


def _rounded(V):
    """The size of the entries of V up to rounding, which is relative to the largest."""
    return np.maximum(np.abs(V), np.abs(V).max(initial=0) / 100)


def _overlap(V, columns, Y):
    """Whether the curvature at the minimum V shows that it is one.

    Let Θ separate, with range(Θ u_n) ≤ 1. Then s_n times the variance of Θ u_n under p_n is at most its part of
    |<g, Θ>|, where g is the gradient: Θᵀ H Θ ≤ |<g, Θ>|, and with Cauchy and Schwarz Θᵀ H Θ ≤ gᵀ H⁻¹ g. With the
    eigenvectors q_i of H, whose range is at most √2, the range of Θ is at most √(2 Σ 1/λ_i) √(Θᵀ H Θ). It can be 1 only
    if 2 (Σ 1/λ_i) (Σ <g, q_i>²/λ_i) ≥ 1.
    """
    gradient, terms, hessian = _derivatives(V, columns, _targets(Y), Y.sum(axis=1))
    values, vectors = np.linalg.eigh(hessian)
    # the largest eigenvalues, K, are those of the shifts
    count = len(values) - columns.S.shape[1]
    eps = np.finfo(float).eps
    values = values[:count] - 16 * eps * len(values)
    slopes = np.abs(vectors[:, :count].T @ (gradient @ columns.S).ravel())
    slopes += 4 * eps * np.linalg.norm(terms @ np.abs(columns.S))
    return values.min(initial=1) > 0 and 2 * (1 / values).sum() * (slopes**2 / values).sum() < 1 / 4


def _separating_direction(columns, Y, minimum, V):
    """V, or what the linear program says where Newton's method has neither found V nor shown that there is none."""
    if V is not None or (minimum is not None and _overlap(minimum, columns, Y)):
        return V
    V = _linear_program(columns, Y)
    if V is not None and not _separates(V, columns, Y)[0]:
        raise ValueError(
            "whether the data are separable cannot be decided in float64: they nearly are, or the examples are lost "
            "beside an outlier"
        )
    return V


def _linear_program(columns, Y):
    """A direction V that wins as many margins as possible, or None if none can be won."""
    from scipy.optimize import linprog
    from scipy.sparse import eye_array, hstack

    A = _margins(columns.U, Y)
    count, width = A.shape
    if count == 0:
        return None
    # maximise Σ s with s ≤ A v and 0 ≤ s ≤ 1: v may be scaled up, so each margin that can be positive gets s = 1
    found = linprog(
        np.repeat([0.0, -1.0], [width, count]),
        A_ub=hstack([-A, eye_array(count)], format="csc"),
        b_ub=np.zeros(count),
        bounds=[(None, None)] * width + [(0, 1)] * count,
    )
    if found.status != 0:
        raise ValueError(f"the linear program was not solved: {found.message}")
    if -found.fun < 0.5:
        return None
    theta = np.vstack([np.zeros(columns.U.shape[1]), found.x[:width].reshape(Y.shape[1] - 1, -1)])
    return (theta - theta.mean(axis=0)) @ columns.S.T


def _margins(X, Y):
    """The matrix whose rows, times v_2 − v_1, ..., v_K − v_1 in one column, are positive multiples of the margins."""
    scale = np.abs(X).max(axis=1, initial=0)
    X = X / np.where(scale > 0, scale, 1)[:, None]
    # class k as a combination of the differences
    E = np.eye(Y.shape[1])[:, 1:]
    n, k, j = np.nonzero((Y > 0)[:, :, None] & ~np.eye(Y.shape[1], dtype=bool))
    return ((E[k] - E[j])[:, :, None] * X[n][:, None, :]).reshape(len(n), E.shape[1] * X.shape[1])


# ---- errors and arguments ----------------------------------------------------------------------


def _variances(information, columns, K):
    """The diagonal of (F + penalty)⁻¹ F (F + penalty)⁻¹ in the coordinates of W, of shape (K, D)."""
    R = columns.S.shape[1]
    M = _definite(information, columns)
    values = np.linalg.eigvalsh(M)
    if values.size and values[0] <= len(M) * np.finfo(float).eps * values[-1]:
        raise ValueError("the information is singular up to rounding: the data are separable, or nearly so")
    inverse = np.linalg.inv(M)
    covariance = (inverse @ information @ inverse).reshape(K, R, K, R)
    T = shortest(columns.shear @ columns.S, columns)
    return np.einsum("dr,krks,ds->kd", T, covariance, T)


def _normalised(X, Y, penalty):
    """The examples that count, in float64, with weights near 1; root = √penalty and the exponent that say by how much.

    A common factor of Y and penalty changes no minimum. An even power of 2 is exact, and so is its root.
    """
    counted = Y.any(axis=1)
    X, Y = X[counted].astype(float), Y[counted].astype(float)
    exponent = int(np.frexp(Y.max(initial=0))[1]) // 2 * 2
    # a positive weight stays positive
    scaled = np.where(Y > 0, np.maximum(np.ldexp(Y, -exponent), np.finfo(float).tiny), 0)
    return X, scaled, float(np.ldexp(np.sqrt(penalty), -exponent // 2)), exponent


def _strength(penalty):
    """The penalty as one number ≥ 0, or NaN."""
    penalty = real(penalty, "penalty")
    if penalty.shape != ():
        raise ValueError(f"penalty must be one number, got shape {penalty.shape}")
    refuse((penalty < 0) | np.isinf(penalty), penalty, "penalty must be finite and not negative")
    return float(penalty)


def _logits(W, X):
    """W, X, and the logits X Wᵀ in the precision of the computation."""
    W, X = real(W, "W"), real(X, "X")
    if W.ndim != 2 or X.ndim != 2 or W.shape[1] != X.shape[1] or len(W) == 0:
        raise ValueError(f"W and X must have the shapes (K, D) and (N, D) with K >= 1, got {W.shape} and {X.shape}")
    return W, X, widen(X, W) @ widen(W, X).T


def _data(X, y):
    """Features as an array of floats, and weights of shape (N, K)."""
    X, y = real(X, "X"), np.asarray(y)
    if X.ndim != 2:
        raise ValueError(f"X must have the shape (N, D), got {X.shape}")
    if y.ndim == 1:
        # one_hot refuses what is no label
        y = one_hot(y, int(y.max(initial=0)) + 1 if y.dtype.kind in "biu" else 1)
    if y.ndim != 2 or len(y) != len(X) or y.shape[1] == 0:
        raise ValueError(f"y must be {len(X)} labels or weights of shape ({len(X)}, K) with K >= 1, got {y.shape}")
    return X, weights(y, y.shape)
