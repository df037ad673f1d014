"""Choice: draws by noisy maxima, shares of nested alternatives, and gradients of an expected reward.

Logits ``z`` lie on the last axis, leading axes are batch axes, and a class with logit −inf is excluded. The maximum of
z plus independent standard Gumbel noise has the mean ``logsumexp(z) + np.euler_gamma``: what transport economics calls
the inclusive value is `softxent.softmax.logsumexp`, and needs no second name here.
"""

import operator

import numpy as np

from softxent._arguments import (
    classes,
    doubled,
    label_indices,
    narrow,
    number,
    pair,
    quiet,
    real,
    refuse,
    temperature,
    widen,
)
from softxent.loss import softmax_cross_entropy_gradient
from softxent.softmax import log_softmax, logsumexp, softmax_jvp


@quiet
def gumbel_max_sample(z, rng, size=()):
    """Independent draws from ``softmax(z)``: the place of the maximum of z plus standard Gumbel noise.

    Parameters
    ----------
    z : array_like, shape (..., K)
        Logits; for a temperature give ``z / tau``.
    rng : numpy.random.Generator
        Where the noise comes from. It moves on; the same seed gives the same draws.
    size : int or tuple of int, default ()
        How many draws for each row: the shape of the axes in front.

    Returns
    -------
    ndarray of int, or int, shape size + (...)
        The classes drawn. An excluded class is never drawn.

    Raises
    ------
    ValueError
        For no classes, for a negative size, and for logits that make no law: NaN, inf, or nothing but −inf in a row.
    TypeError
        For what is not real numbers, for an rng that is not a Generator, and for a size that is not made of integers.

    Notes
    -----
    ``P(arg max (z_k + g_k) = i) = softmax(z)_i``. The noise is ``g = −log E`` with E standard exponential, and not
    ``−log(−log U)`` of a uniform U: floats are dense near 0 and not near 1, so the upper tail of g, by which unlikely
    classes win, is not cut off. The maximum of z is subtracted before the noise is added, so logits of any size keep
    their differences. Noise and sums are computed in float64 at least. All ``size × z.size`` of them are held at once.

    References
    ----------
    - Maddison, Tarlow and Minka (2014).

    Examples
    --------
    >>> rng = np.random.default_rng(0)
    >>> draws = gumbel_max_sample(np.log([0.5, 0.3, 0.2]), rng, 100_000)
    >>> print((np.bincount(draws) / 100_000).round(2))
    [0.5 0.3 0.2]
    """
    z = classes(z, "z")
    if not isinstance(rng, np.random.Generator):
        raise TypeError(f"rng must be a numpy.random.Generator, got {rng!r}")
    refuse(np.isnan(z) | np.isposinf(z), z, "z must be finite, or −inf for an excluded class")
    x = doubled(z)
    top = x.max(axis=-1, keepdims=True)
    refuse(np.isneginf(top), top, "z must have a class that is not excluded in each row")
    exponential = rng.standard_exponential((*_lengths(size), *z.shape))
    # a draw of 0 would be the noise inf, and −inf + inf is no sum
    noise = -np.log(np.maximum(exponential, np.finfo(float).tiny))
    # arg max (z + g) = arg max (z − c + g)
    return (x - top + noise).argmax(axis=-1)[()]


@quiet
def nested_logit(z, nests, scale):
    """The shares of alternatives in nests: ``p_i = P(nest of i) P(i | nest)``, each factor a softmax.

    Parameters
    ----------
    z : array_like, shape (..., K)
        Utilities, the common part of each alternative.
    nests : array_like of int, shape (K,)
        The nest of each alternative, 0..M − 1 with M ≤ K. A number may be left out: that nest is empty.
    scale : float or array_like, shape (M,)
        λ, one for all nests or one for each, ``0 < λ ≤ 1``. It is 1 for independent noise within the nest, and the
        noise of two alternatives of one nest has the correlation ``1 − λ²``.

    Returns
    -------
    ndarray, shape (..., K)
        The shares. An excluded alternative has 0. NaN where z has a NaN, or inf, or nothing but −inf.

    Raises
    ------
    ValueError
        For no alternatives, for shapes that do not fit, and for a scale outside (0, 1].
    TypeError
        For what is not real numbers, and for nests that are not integers.

    Notes
    -----
    ``P(i | nest m) = softmax(z_m / λ_m)_i`` over the nest's members z_m, and the nests compete with their inclusive
    values ``I_m = λ_m LSE(z_m / λ_m)``: ``P(nest m) = softmax(I)_m``. With all λ = 1 it is ``softmax(z)``; as λ → 0 a
    nest counts as its best member does. The logarithms of the shares are within 4 eps of the exact ones, relative to 1
    plus the range of z over the least λ (tested); the shares have that error relatively.

    References
    ----------
    - McFadden (1978).
    - Train (2009), section 4.2.

    Examples
    --------
    A car, a red bus and a blue bus, all alike to the traveller:

    >>> print(nested_logit([0, 0, 0], [0, 1, 1], 1).round(3), nested_logit([0, 0, 0], [0, 1, 1], 0.01).round(3))
    [0.333 0.333 0.333] [0.498 0.251 0.251]
    """
    z = classes(z, "z")
    nests = np.asarray(nests)
    if nests.shape != z.shape[-1:]:
        raise ValueError(f"nests must have one entry for each of the {z.shape[-1]} alternatives, got {nests.shape}")
    nests = label_indices(nests, z.shape[-1], "nests")
    scale = _scales(scale, nests.max() + 1)
    x = doubled(z)
    # a shift of all utilities changes no share
    x = x - x.max(axis=-1, keepdims=True)
    members = [nests == m for m in range(len(scale))]
    within, inclusive = np.empty_like(x), np.empty((*x.shape[:-1], len(scale)), x.dtype)
    for m, (member, lam) in enumerate(zip(members, scale, strict=True)):
        if member.any():
            own = x[..., member]
            # nor does a shift within the nest change its law; without it a small λ makes every quotient −inf
            within[..., member] = log_softmax((own - own.max(axis=-1, keepdims=True)) / lam)
            inclusive[..., m] = soft_value(own, lam)
        else:
            inclusive[..., m] = -np.inf
    total = log_softmax(inclusive)[..., nests] + within
    # a nest without an alternative left has no law within; its share is 0
    empty = np.isneginf(inclusive)[..., nests] & ~np.isnan(x).any(axis=-1, keepdims=True)
    return narrow(np.where(empty, 0, np.exp(total)), z)


@quiet
def soft_value(values, tau):
    """The soft value ``τ LSE(values / τ)``: the largest mean of the values plus τ times entropy, over all policies.

    Parameters
    ----------
    values : array_like, shape (..., K)
        What each action is worth; −inf for one that is not allowed.
    tau : float
        The temperature, the price of a nat of entropy, positive and finite.

    Returns
    -------
    ndarray or scalar, shape (...)
        In the unit of the values, between ``max values`` and ``max values + tau log K``. inf where some value is inf,
        −inf where all are −inf.

    Raises
    ------
    ValueError
        For no actions, and for a tau that is not a positive finite number.
    TypeError
        For what is not real numbers.

    Notes
    -----
    The policy that attains it is ``softmax(values / tau)``. Computed as ``m + τ LSE((values − m)/τ)`` with m the
    largest value, so that no quotient overflows upwards; within 3 eps of the exact value, relative to the larger of
    ``|m|`` and the value itself (tested), also where both are near the largest float.

    References
    ----------
    - Haarnoja, Tang, Abbeel and Levine (2017), theorem 1.

    Examples
    --------
    >>> print([float(soft_value([1, 0], tau).round(4)) for tau in (0.1, 1, 10)])
    [1.0, 1.3133, 7.444]
    """
    values, tau = classes(values, "values"), temperature(tau)
    # S(c v, c τ) = c S(v, τ): makes room where τ log K may be beyond the largest float, and differences that count too
    c = _room(tau, 10, doubled(values).dtype)
    x, tau = c * doubled(values), c * tau
    m = x.max(axis=-1, keepdims=True)
    # τ LSE(v / τ) = m + τ LSE((v − m) / τ); inf − inf stands for 0, as m decides there
    below = np.where(np.isfinite(m), x - m, 0)
    above = tau * widen(logsumexp(below / tau))
    return narrow((m[..., 0] + above) / c, values)


@quiet
def policy_gradient(z, rewards, *, tau=0):
    """The gradient in the logits of the expected reward ``V = Σ p_k r_k`` of the policy p = softmax(z).

    Parameters
    ----------
    z : array_like, shape (..., K) or (K,)
        Logits of the policy.
    rewards : array_like, shape (..., K) or (K,)
        r, the mean reward of each action: finite numbers, except for an excluded action, where r does not count.
    tau : float, default 0
        The weight of an entropy bonus: the gradient is then that of ``V + τ H(p)``.

    Returns
    -------
    ndarray, shape (..., K)
        ``p_i (r_i − V)``, with the bonus ``p_i (r_i − τ log p_i − V − τ H)``; its sum is 0. An excluded action has 0.

    Raises
    ------
    ValueError
        For no actions, for shapes that do not fit, for a tau that is negative or not finite, and for an infinite reward
        of an action that is not excluded. An action is excluded by the logit −inf, not by the reward −inf.
    TypeError
        For what is not real numbers.

    Notes
    -----
    The product of the softmax Jacobian with ``r − τ (z − max z)``: log p is z up to a constant, and the Jacobian takes
    constants to 0. The error of an entry is at most that of `softxent.softmax.softmax_jvp`, plus that of the argument,
    also for rewards and a tau near the largest float.

    References
    ----------
    - Williams (1992), section 4.
    - Sutton and Barto (2018), section 2.8.

    Examples
    --------
    >>> print(policy_gradient([0, 0], [1, 0]))
    [ 0.25 -0.25]
    >>> print(policy_gradient([2, 0], [1, 0], tau=0.5))
    [0. 0.]
    """
    z, rewards = pair(classes(z, "z"), classes(rewards, "rewards"), "z and rewards")
    tau = number(tau, "tau", 0, np.inf)
    x, r = np.broadcast_arrays(doubled(widen(z, rewards)), doubled(widen(rewards, z)))
    excluded = np.isneginf(x)
    refuse(np.isinf(r) & ~excluded, r, "rewards must be finite where z does not exclude the action")
    r = np.where(excluded & np.isinf(r), 0, r)
    # J (c v) = c J v: makes room where r − τ (z − max z) may be beyond the largest float
    c = _room(np.maximum(np.abs(r).max(axis=-1, keepdims=True), tau), 20, r.dtype)
    # further below the maximum than this p is 0 in every float type
    gap = np.maximum(x - x.max(axis=-1, keepdims=True), -(2.0**15))
    return narrow(softmax_jvp(x, c * r - c * tau * gap) / c, z, rewards)


@quiet
def reinforce_gradient(z, actions, rewards, *, baseline=0):
    """The REINFORCE estimate ``(R − b)(e_a − p)`` of `policy_gradient` from one action and its reward, for each row.

    Parameters
    ----------
    z : array_like, shape (..., K)
        Logits of the policy.
    actions : array_like of int, shape (...)
        a, drawn from softmax(z).
    rewards : array_like, shape (...)
        R, what came of it, finite.
    baseline : float or array_like, shape (...)
        b, finite. The estimate is unbiased for every baseline that does not depend on the action drawn.

    Returns
    -------
    ndarray, shape (..., K)
        A direction of ascent.

    Raises
    ------
    ValueError
        For no actions, for shapes that do not fit, for an action outside 0..K − 1, and where a reward, a baseline or
        their difference is infinite.
    TypeError
        For actions that are not integers, and for what is not real numbers.

    Notes
    -----
    Minus the gradient of the cross-entropy of the action drawn, times ``R − b``; as accurate as that gradient (within 8
    eps for an entry that belongs to the action) and one product.

    References
    ----------
    - Williams (1992), section 4.

    Examples
    --------
    >>> print(reinforce_gradient([0, 0], 1, 3.0, baseline=1.0))
    [-1.  1.]
    """
    z, rewards, baseline = classes(z, "z"), real(rewards, "rewards"), real(baseline, "baseline")
    if rewards.shape != z.shape[:-1] or baseline.shape not in ((), z.shape[:-1]):
        raise ValueError(
            f"rewards must have the shape {z.shape[:-1]} and baseline the same or (): "
            f"got {rewards.shape} and {baseline.shape}"
        )
    if np.shape(actions) != z.shape[:-1]:
        raise ValueError(f"actions must have the shape {z.shape[:-1]}, got {np.shape(actions)}")
    actions = label_indices(actions, z.shape[-1], "actions")
    residual = widen(softmax_cross_entropy_gradient(widen(z, rewards), actions))
    refuse(np.isinf(rewards), rewards, "rewards must be finite")
    refuse(np.isinf(baseline), baseline, "baseline must be finite")
    shortfall = doubled(baseline) - rewards
    refuse(np.isinf(shortfall), shortfall, "baseline minus rewards must be finite")
    return narrow(shortfall[..., None] * residual, z, rewards)


def _room(largest, bits, dtype):
    """The power of two that takes this many bits off numbers near the largest float, and 1 for smaller numbers."""
    return np.where(largest > np.finfo(dtype).max * 0.5**bits, 0.5**bits, 1.0)


def _lengths(size):
    """The shape of the axes in front as integers; what would have to be rounded is refused."""
    try:
        lengths = tuple(operator.index(n) for n in (size if np.iterable(size) else (size,)))
    except TypeError:
        raise TypeError(f"size must be an integer or a tuple of integers, got {size!r}") from None
    if min(lengths, default=0) < 0:
        raise ValueError(f"size must not be negative, got {size!r}")
    return lengths


def _scales(scale, count):
    """One scale for each nest, all in (0, 1]."""
    scale = real(scale, "scale")
    if scale.shape not in ((), (count,)):
        raise ValueError(f"scale must be a number or have one entry for each of {count} nests, got shape {scale.shape}")
    refuse(~((scale > 0) & (scale <= 1)), scale, "scale must lie in (0, 1]")
    return np.broadcast_to(scale, (count,))
