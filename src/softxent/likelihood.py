"""Maximum likelihood for softmax regression: likelihood, gradient, Hessian, the fit, and whether there is one.

The model gives example n the probabilities ``softmax(W x_n)``. ``X`` has shape (N, D), one example a row (a bias is a
column of ones); ``W`` has shape (K, D), one class a row. ``y`` is, as in ``softmax_cross_entropy``, N integer labels or
weights of shape (N, K): finite numbers y ≥ 0, one-hot, soft, or multiplied by the weight of their example. Everything
is a sum over the examples, not a mean. The result has the float dtype of W and X; a NaN gives NaN.
"""

import numpy as np

from softxent._arguments import narrow, quiet, real, refuse, weights, widen
from softxent.loss import one_hot, softmax_cross_entropy, softmax_cross_entropy_gradient
from softxent.softmax import softmax_jacobian

LAST_STEP = 1e-9    # a Newton step that moves the logits by less is the last: the next would move them by its square


@quiet
def multinomial_nll(W, X, y):
    """The negative log-likelihood ``−Σ_n Σ_k y_nk log softmax(W x_n)_k`` of the whole sample, in nats.

    For labels it is minus the logarithm of the product of the probabilities that the labels have under W. One number
    ≥ 0; 0 for no examples. Divide by N for the mean cross-entropy.
    Raises ValueError for shapes that do not fit and for weights that are negative or infinite, TypeError for labels
    that are not integers.
    Source: Bishop (2006), equation 4.108.

    >>> round(float(multinomial_nll([[0.0], [0.0]], [[1.0], [2.0], [5.0]], [0, 1, 1])), 6)
    2.079442
    """
    W, X, Z = _logits(W, X)
    return narrow(softmax_cross_entropy(Z, y).sum(), W, X)


@quiet
def multinomial_gradient(W, X, y):
    """The gradient ``(S P − Y)ᵀ X`` of ``multinomial_nll`` with respect to W, of shape (K, D).

    P holds the probabilities, S is diagonal with ``s_n = Σ_k y_nk``, which is 1 for labels. The sum of its rows is 0.
    The gradient of the log-likelihood is its negative. Errors as in ``multinomial_nll``.
    Source: Bishop (2006), equation 4.109.

    >>> print(multinomial_gradient([[0.0], [0.0]], [[1.0], [2.0], [5.0]], [0, 1, 1]))
    [[ 3.]
     [-3.]]
    """
    W, X, Z = _logits(W, X)
    return narrow(softmax_cross_entropy_gradient(Z, y).T @ widen(X), W, X)


@quiet
def multinomial_hessian(W, X, y):
    """The Hessian ``Σ_n s_n J_n ⊗ x_n x_nᵀ`` of ``multinomial_nll``, of shape (K D, K D).

    ``J_n = diag(p_n) − p_n p_nᵀ`` and ``s_n = Σ_k y_nk``. The order is that of ``W.ravel()``, row after row: entry
    (k D + d, j D + e) is the derivative by ``W_kd`` and ``W_je``. Symmetric and positive semidefinite, with the common
    shifts ``w_k → w_k + v`` in its kernel. It depends on y through the sums s only: for labels it is the Fisher
    information. Needs memory for N (K² + D²) + K² D² numbers. Errors as in ``multinomial_nll``.
    Source: Böhning (1992), section 2.

    >>> print(multinomial_hessian([[0.0], [0.0]], [[1.0], [2.0], [5.0]], [0, 1, 1]))
    [[ 7.5 -7.5]
     [-7.5  7.5]]
    """
    W, X, Z = _logits(W, X)
    return narrow(_hessian(Z, widen(X), weights(y, Z.shape).astype(widen(Z).dtype).sum(axis=1)), W, X)


def fit_multinomial(X, y, *, penalty=0.0):
    """The weights W of shape (K, D) that minimise ``multinomial_nll(W, X, y) + penalty/2 · Σ_kd W_kd²``.

    With ``penalty > 0`` there is exactly one minimiser. With ``penalty = 0``, maximum likelihood, there is one unless
    the data are separable (``is_separable``), which raises ValueError; if there are several minimisers (there always
    are for K > 1: a shift ``w_k → w_k + v`` changes no probability), the one of least norm is returned, the limit for
    penalty → 0. Always ``Σ_k w_k = 0``, and each ``w_k`` is a combination of the rows of X; ``W - W[-1]`` has the last
    class as its reference. Labels stand for K = max + 1 classes; use ``one_hot(labels, K)`` for more. A column of ones
    is penalised like any other. In scikit-learn's notation ``penalty = 1/C``, and
    ``2/C`` for two classes, where it has the one vector w_2 − w_1.

    Damped Newton steps, at most 500, each O(N K² D² + K³ D³), computed in float64. A NaN gives NaN. Raises ValueError
    also for no classes, a bad shape, infinite features, a penalty that is negative or infinite, and where the curvature
    is lost in rounding: on separable data with a penalty far below 1e-12.
    Source: Böhning (1992); the damping is proved in the chapters on maximum entropy and maximum likelihood.

    >>> print(fit_multinomial([[1.0], [1.0], [1.0]], [0, 1, 1]).round(6))
    [[-0.346574]
     [ 0.346574]]
    """
    X, Y, penalty = *_data(X, y), real(penalty, "penalty")
    if penalty.shape != ():
        raise ValueError(f"penalty must be one number, got shape {penalty.shape}")
    refuse((penalty < 0) | np.isinf(penalty), penalty, "penalty must be finite and not negative")
    refuse(np.isinf(X), X, "X must be finite")
    if np.isnan(X).any() or np.isnan(Y).any() or np.isnan(penalty):
        return narrow(np.full((Y.shape[1], X.shape[1]), np.nan), X)
    if penalty == 0 and is_separable(X, Y):
        raise ValueError("the data are separable: the likelihood has no maximum, it grows as W does. "
                         "Give a penalty > 0")
    # X = U S Vᵀ and W = Θ S⁻¹ Vᵀ: the logits are Θ u_n, with orthonormal columns and none superfluous
    counted = Y.any(axis=1)
    U, s, Vt = np.linalg.svd(X[counted].astype(float), full_matrices=False)
    kept = s > s.max(initial=0) * max(X.shape) * np.finfo(float).eps
    U, s, Vt = U[:, kept], s[kept], Vt[kept]
    return narrow(_newton(U, Y[counted].astype(float), float(penalty) / s**2) / s @ Vt, X)


def is_separable(X, y, *, strictly=False):
    """Whether some V gives no example's label a smaller logit than another class, and once a larger one.

    In formulas: ``(v_k − v_j)ᵀ x_n ≥ 0`` for all n, all k with ``y_nk > 0`` and all j, with > at least once. True
    means that the likelihood of ``softmax(W x_n)`` has no maximum: it rises for ever along V. False means that the
    data overlap and that it has one. ``strictly=True`` asks for > everywhere (j ≠ k): then all probabilities of the
    labels can approach 1. Data that are separable but not strictly so are called quasi-separable. Soft weights count
    through their zeros only. False where nothing can be separated: one class, or no examples.

    A linear program in about (K − 1)(N + D) variables counts the pairs (n, k, j) for which some V has >; its optimum is
    a whole number. Decided in floating point: margins that differ by a factor of more than about 1e6 can be misjudged.
    Its matrix has about N (K − 1)² D entries for labels.
    Raises ValueError for NaN or infinite features, and as ``fit_multinomial``.
    Source: Albert and Anderson (1984); for the linear program, Konis (2007).

    >>> is_separable([[1, 0.0], [1, 1.0], [1, 2.0]], [0, 1, 0]), is_separable([[1, 0.0], [1, 1.0]], [0, 1])
    (False, True)
    """
    from scipy.optimize import linprog
    from scipy.sparse import eye_array, hstack

    X, Y = _data(X, y)
    refuse(~np.isfinite(X), X, "X must be finite")
    refuse(np.isnan(Y), Y, "y must be finite and not negative")
    A = _margins(X.astype(float), Y)
    if len(A) == 0:
        return False
    # maximise Σ s with s ≤ A v and 0 ≤ s ≤ 1: v may be scaled up, so each margin that can be positive gets s = 1
    count, width = A.shape
    found = linprog(np.repeat([0.0, -1.0], [width, count]), A_ub=hstack([-A, eye_array(count)], format="csc"),
                    b_ub=np.zeros(count), bounds=[(None, None)] * width + [(0, 1)] * count)
    if found.status != 0:
        raise ValueError(f"the linear program was not solved: {found.message}")
    return bool(-found.fun > (count - 0.5 if strictly else 0.5))


def _newton(U, Y, ridge):
    """Minimise −Σ Y log softmax(Θ u_n) + Σ ridge_d Θ_kd²/2 by Newton steps.

    Along a step the third derivative is at most `reach` times the second, reach being the largest range of the change
    of one example's logits. Hence the fraction log(1 + reach) / reach of the step always descends, and tends to 1.
    """
    theta = np.zeros((Y.shape[1], U.shape[1]))
    sums = Y.sum(axis=1)
    # a shift changes no logit difference, so the Hessian is singular; 1 1ᵀ ⊗ I repairs that and keeps Σ_k θ_k = 0
    fixed = np.kron(np.eye(len(theta)), np.diag(ridge)) + np.kron(np.ones((len(theta), len(theta))), np.eye(len(ridge)))
    for _ in range(500):
        Z = U @ theta.T
        residual = softmax_cross_entropy_gradient(Z, Y)
        gradient = residual.T @ U + theta * ridge
        noise = np.abs(residual).T @ np.abs(U) + np.abs(theta) * ridge
        if (np.abs(gradient) <= 4 * np.finfo(float).eps * noise).all():                 # as good as rounding allows
            return theta
        try:
            step = np.linalg.solve(_hessian(Z, U, sums) + fixed, gradient.ravel()).reshape(theta.shape)
        except np.linalg.LinAlgError:                                                   # curvature lost in rounding
            break
        reach = np.ptp(U @ step.T, axis=1).max()
        if reach < LAST_STEP:
            return theta - step
        theta = theta - step * np.log1p(reach) / reach
    raise ValueError("no convergence of Newton's method: the data are separable, or nearly so: give a larger penalty")


def _hessian(Z, X, sums):
    """Σ_n s_n J_n ⊗ x_n x_nᵀ from the logits."""
    N, (K, D) = len(X), (Z.shape[1], X.shape[1])
    J = softmax_jacobian(Z).reshape(N, K * K) * sums[:, None]
    outer = (X[:, :, None] * X[:, None, :]).reshape(N, D * D)
    return (J.T @ outer).reshape(K, K, D, D).transpose(0, 2, 1, 3).reshape(K * D, K * D)


def _margins(X, Y):
    """The matrix whose rows, times v_2 − v_1, ..., v_K − v_1 in one column, are positive multiples of the margins."""
    scale = np.abs(X).max(axis=0, initial=0)
    X = X / np.where(scale > 0, scale, 1)
    scale = np.abs(X).max(axis=1, initial=0)
    X = X / np.where(scale > 0, scale, 1)[:, None]
    E = np.eye(Y.shape[1])[:, 1:]                                       # class k as a combination of the differences
    n, k, j = np.nonzero((Y > 0)[:, :, None] & ~np.eye(Y.shape[1], dtype=bool))
    return ((E[k] - E[j])[:, :, None] * X[n][:, None, :]).reshape(len(n), E.shape[1] * X.shape[1])


def _logits(W, X):
    """W, X, and the logits X Wᵀ in the precision of the computation."""
    W, X = real(W, "W"), real(X, "X")
    if W.ndim != 2 or X.ndim != 2 or W.shape[1] != X.shape[1] or len(W) == 0:
        raise ValueError(f"W and X must have the shapes (K, D) and (N, D) with K >= 1, got {W.shape} and {X.shape}")
    dtype = np.result_type(widen(W), widen(X))
    return W, X, X.astype(dtype) @ W.astype(dtype).T


def _data(X, y):
    """Features as an array of floats, and weights of shape (N, K)."""
    X, y = real(X, "X"), np.asarray(y)
    if X.ndim != 2:
        raise ValueError(f"X must have the shape (N, D), got {X.shape}")
    if y.ndim == 1:
        y = one_hot(y, int(y.max(initial=0)) + 1 if y.dtype.kind in "biu" else 1)      # one_hot refuses other labels
    if y.ndim != 2 or len(y) != len(X) or y.shape[1] == 0:
        raise ValueError(f"y must be {len(X)} labels or weights of shape ({len(X)}, K) with K >= 1, got {y.shape}")
    return X, weights(y, y.shape)
