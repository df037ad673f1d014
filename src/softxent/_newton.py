"""Newton's method for sums of log-sum-exps: their third derivative along a line is bounded by the second."""

import numpy as np

STEPS = 200
# After a step that moves the logits by less, steps shrink by its square, until rounding stops that
SMALL_STEP = 1e-6


def newton_steps(point, objective, local, reach):
    """Yield each point of the iteration with the full step from it; at the minimum, where it ends, the step is 0.

    ``objective(point)`` is the value. ``local(point)`` gives the gradient, for each of its entries the sum of the
    absolute values of its terms, and Newton's step, all in the shape of the point. ``reach(step)`` is the largest range
    of the change of one example's logits: along the step the third derivative is at most so many times the second.
    Raises LinAlgError where the curvature is lost in rounding and after 200 steps.
    """
    last = np.inf
    for _ in range(STEPS):
        gradient, terms, step = local(point)
        length = reach(step)
        # as good as rounding allows: the gradient, or steps that no longer become shorter
        if (np.abs(gradient) <= 4 * np.finfo(float).eps * terms).all() or (length < SMALL_STEP and length > last / 2):
            yield point, np.zeros_like(point)
            return
        yield point, step
        point = point - damping(point, step, objective, length) * step
        last = length
    raise np.linalg.LinAlgError(f"no convergence in {STEPS} Newton steps")


def damping(point, step, objective, reach):
    """The fraction of a Newton step to take: log(1 + reach)/reach, which always descends, or a larger that does better.

    With v = stepᵀ H step, the whole step changes the objective by at most −v + v (exp(reach) − reach − 1)/reach², which
    is negative up to reach = 1.79.
    """
    if not np.isfinite(reach):
        raise np.linalg.LinAlgError("the curvature is lost in rounding")
    if reach <= 1:
        return 1.0
    damped = np.log1p(reach) / reach
    value = objective(point - damped * step)
    larger = 0.5 ** np.arange(np.ceil(-np.log2(damped)))
    return next((fraction for fraction in larger if objective(point - fraction * step) <= value), damped)
