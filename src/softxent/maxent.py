"""Maximum entropy under constraints on means: the Gibbs family, and the multipliers that meet the constraints.

A feature is one real number for each of K outcomes. D features are an array of shape (D, K), classes on the last axis;
an array of shape (K,) is a single feature, and goes with a scalar target and a scalar multiplier. The result has the
float dtype of features and targets or multipliers (integers and lists give float64).
"""

import numpy as np

from softxent._arguments import narrow, quiet, real, refuse, widen
from softxent._newton import newton_steps
from softxent.softmax import logsumexp, softmax

MARGIN = 1e-9  # with several features: the least probability that a law meeting the targets must leave an outcome


@quiet
def gibbs(features, multipliers, *, prior=None):
    """The Gibbs distribution of features: ``p_k = r_k exp(Σ_d β_d f_dk) / Z``, where Z is the sum of the numerators.

    Parameters
    ----------
    features : array_like, shape (K,) or (D, K)
        f, one feature or D of them.
    multipliers : array_like
        β: for one feature (K,) a scalar, or an array of any shape (...); for (D, K) of shape (..., D).
    prior : array_like, shape (K,), optional
        r, K weights ``r_k ≥ 0`` of any positive sum. None stands for equal weights.

    Returns
    -------
    ndarray, shape (..., K)
        The distributions. β = 0 gives the normalised prior; an outcome with ``r_k = 0`` has ``p_k = 0``; NaN gives NaN.

    Raises
    ------
    ValueError
        For shapes that do not fit, and for a prior that is negative, infinite or zero throughout.
    TypeError
        For what is not real numbers.

    Notes
    -----
    Without a prior and with one feature, p = softmax(β f). The relative error of ``p_k`` is about eps times the range
    of the scores ``Σ_d β_d f_dk``: they are rounded.

    References
    ----------
    - Jaynes (1957), section 2.

    Examples
    --------
    >>> print(gibbs([0, 1, 2], np.log(2)))
    [0.14285714 0.28571429 0.57142857]
    """
    features, multipliers = _features(features), real(multipliers, "multipliers")
    if features.ndim == 2 and multipliers.shape[-1:] != features.shape[:1]:
        raise ValueError(
            f"multipliers must have the shape (..., {len(features)}) for features of shape "
            f"{features.shape}, got {multipliers.shape}"
        )
    f = widen(features, multipliers)
    beta = widen(multipliers, features)
    # softmax(z + c) = softmax(z): without a common offset the scores are smaller, and so is their rounding
    f = f - f[..., :1]
    scores = beta[..., None] * f if f.ndim == 1 else beta @ f
    if prior is not None:
        scores = (scores + _log_prior(prior, f.shape[-1])).astype(scores.dtype)
    return narrow(softmax(scores), features, multipliers)


def max_entropy(features, targets, *, prior=None):
    """The distribution of largest entropy with feature means ``Σ_k f_dk p_k = t_d``, and its multipliers.

    Parameters
    ----------
    features : array_like, shape (K,) or (D, K)
        f, one feature or D of them.
    targets : array_like
        t: a scalar for one feature (K,), of shape (D,) for D of them.
    prior : array_like, shape (K,), optional
        r, K weights ``r_k ≥ 0`` of any positive sum. Then p has the least KL(p || r) instead, which is the same where r
        is uniform.

    Returns
    -------
    p : ndarray, shape (K,)
        The distribution, ``gibbs(features, β, prior=prior)``. It is unique.
    multipliers : scalar or ndarray, shape (D,)
        β. A positive ``β_d`` favours large ``f_dk``. Unique unless the features are affinely dependent; then the
        shortest one in units in which every feature has range 1. A constant feature constrains nothing: ``β_d = 0``.

    Raises
    ------
    ValueError
        Where no distribution meets the targets, and where only those with a zero do (a target at an end of its range):
        then p exists, but no finite multipliers do. One feature is judged exactly, several up to a probability of 1e-9.
        Also for infinite features or targets, for shapes that do not fit, and for a prior as in ``gibbs``.
    TypeError
        For what is not real numbers.

    Notes
    -----
    The means are met to a few eps times the range of each feature. The dual ``log Σ_k r_k exp(Σ_d β_d (f_dk − t_d))``
    is minimised by damped Newton steps, each O(K D²), at most 200; for D > 1 a linear program in K + 1 variables
    decides first whether there is a solution. A NaN gives NaN.

    References
    ----------
    - Boyd and Vandenberghe (2004), chapter 5; the chapter on maximum entropy proves that damped steps descend.

    Examples
    --------
    >>> p, beta = max_entropy([1, 2, 3, 4, 5, 6], 4.5)
    >>> print(p.round(4), beta.round(4))
    [0.0544 0.0788 0.1142 0.1654 0.2398 0.3475] 0.371
    """
    features, targets = _features(features), real(targets, "targets")
    if targets.shape != features.shape[:-1]:
        raise ValueError(f"targets must hold one mean per feature, shape {features.shape[:-1]}, got {targets.shape}")
    f, t = features.astype(float), targets.astype(float)
    log_prior = _log_prior(np.ones(f.shape[-1]) if prior is None else prior, f.shape[-1])
    if np.isnan(f).any() or np.isnan(t).any() or np.isnan(log_prior).any():
        beta = np.full(t.shape, np.nan)
    else:
        refuse(np.isinf(f), f, "features must be finite")
        refuse(np.isinf(t), t, "targets must be finite")
        kept = log_prior > -np.inf
        beta = _solve_dual(np.atleast_2d(f)[:, kept], np.atleast_1d(t), log_prior[kept]).reshape(t.shape)
    return narrow(gibbs(f, beta, prior=prior), features, targets), narrow(beta, features, targets)


def _solve_dual(f, t, log_prior):
    """The multipliers, found in coordinates in which the features are orthonormal rows and none is superfluous."""
    _check_ranges(f, t)
    scale = np.where(np.ptp(f, axis=1) > 0, np.ptp(f, axis=1), 1.0)
    u, s, _ = np.linalg.svd((f - f[:, :1]) / scale[:, None], full_matrices=False)
    kept = s > s.max() * max(f.shape) * np.finfo(float).eps
    u, s = u[:, kept], s[kept]
    place = (t - f[:, 0]) / scale
    if np.abs(place - u @ (u.T @ place)).max() > MARGIN:
        raise ValueError(f"targets {t} are infeasible: they contradict a linear relation between the features")
    # β' f = (s uᵀ β)' (uᵀ f / s): with g = uᵀ (f − t) / s and θ = s uᵀ β the dual is log Σ_k r_k exp(θᵀ g_k)
    g = (u / s).T @ ((f - t[:, None]) / scale[:, None])
    if len(s) > 1:
        _check_interior(g, t)
    return (u / s) @ _newton(g, log_prior) / scale


def _newton(g, log_prior):
    """Minimise ψ(θ) = log Σ_k r_k exp(θᵀ g_k): the gradient is the mean of g, the Hessian its covariance."""

    def local(theta):
        p = softmax(theta @ g + log_prior)
        gradient = g @ p
        centred = g - gradient[:, None]
        return gradient, np.abs(g) @ p, np.linalg.solve((centred * p) @ centred.T, gradient)

    steps = newton_steps(
        np.zeros(len(g)), lambda theta: logsumexp(theta @ g + log_prior), local, lambda step: np.ptp(step @ g)
    )
    try:
        *_, (theta, _) = steps
    except np.linalg.LinAlgError:
        raise ValueError("the multipliers did not converge: the targets are too near the edge") from None
    return theta


def _check_ranges(f, t):
    """Each target strictly inside the range of its own feature, or equal to it where the feature is constant."""
    for d, (low, high) in enumerate(zip(f.min(axis=1), f.max(axis=1), strict=True)):
        name = f"target[{d}]" if len(t) > 1 else "target"
        limits = f"the feature's range [{low}, {high}]"
        if not low <= t[d] <= high:
            raise ValueError(f"{name} = {t[d]} is infeasible: every law has its mean in {limits}")
        if low < high and t[d] in (low, high):
            raise ValueError(f"{name} = {t[d]} is an end of {limits}: no finite multiplier attains it")


def _check_interior(g, targets):
    """Has a law q without zeros Σ_k g_dk q_k = 0, where g is f − t in other coordinates? Maximise its least entry s."""
    from scipy.optimize import linprog

    # q = w + s with w >= 0: maximise s subject to Σ_k g_dk w_k + s Σ_k g_dk = 0 and Σ_k w_k + s K = 1
    w = np.vstack([g, np.ones(g.shape[1])])
    found = linprog(
        np.append(np.zeros(w.shape[1]), -1.0),
        A_eq=np.column_stack([w, w.sum(axis=1)]),
        b_eq=np.append(np.zeros(len(g)), 1.0),
        bounds=[(0, None)] * w.shape[1] + [(None, None)],
    )
    s = found.x[-1] if found.status == 0 else -np.inf
    if s < -MARGIN:
        raise ValueError(f"targets {targets} are infeasible: outside the convex hull of the feature vectors")
    if s <= MARGIN:
        raise ValueError(
            f"targets {targets} are on the edge of the convex hull of the feature vectors: no finite "
            "multipliers attain them"
        )


def _log_prior(prior, size):
    """log r, −inf where r = 0."""
    prior = real(prior, "prior")
    if prior.shape != (size,):
        raise ValueError(f"prior must have the shape ({size},), one weight per class, got {prior.shape}")
    refuse((prior < 0) | np.isinf(prior), prior, "prior must hold finite weights >= 0")
    if (prior == 0).all():
        raise ValueError("prior must not be zero throughout")
    with np.errstate(divide="ignore"):
        return np.log(prior.astype(float))


def _features(features):
    """One or more features as an array of floats, each with at least one class."""
    features = real(features, "features")
    if features.ndim not in (1, 2) or features.size == 0:
        raise ValueError(f"features must have the shape (K,) or (D, K) with K >= 1, got {features.shape}")
    return features
