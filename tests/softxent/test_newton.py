"""The damped Newton method that maximum entropy and maximum likelihood share."""

import numpy as np
import pytest
from numpy.testing import assert_allclose

from softxent._newton import damping, newton_steps
from softxent.softmax import logsumexp, softmax


def problem(scores, shift):
    """Minimise LSE(scores · t) − shift · t, of third derivative at most range(scores) times the second."""

    def local(t):
        p = softmax(t[0] * scores)
        mean = p @ scores
        curvature = p @ (scores - mean) ** 2
        return (
            np.array([mean - shift]),
            np.array([p @ np.abs(scores) + abs(shift)]),
            np.array([mean - shift]) / curvature,
        )

    return lambda t: logsumexp(t[0] * scores) - shift * t[0], local, lambda step: abs(step[0]) * np.ptp(scores)


@pytest.mark.parametrize("scale", [1e-3, 1.0, 50.0])
@pytest.mark.parametrize("start", [0.0, -20.0, 6.0])
def test_every_step_descends_and_the_slope_ends_at_zero(scale, start):
    scores = scale * np.array([-3.0, 0.0, 1.0, 1.5])
    objective, local, reach = problem(scores, 0.9 * scale)
    points = [t for t, _ in newton_steps(np.array([start / scale]), objective, local, reach)]
    values = [objective(t) for t in points]
    assert (np.diff(values) <= 1e-15).all()
    assert len(points) < 60
    assert_allclose(softmax(points[-1][0] * scores) @ scores, 0.9 * scale, rtol=1e-14)


def test_whole_steps_alone_would_overshoot():
    """From far away the first whole step is so long that the objective rises."""
    objective, local, _ = problem(np.array([0.0, 1.0]), 0.5)
    start = np.array([6.0])
    assert objective(start - local(start)[2]) > objective(start)


def test_the_fraction():
    step, point = np.array([1.0]), np.array([0.0])
    assert damping(point, step, lambda t: t @ t, 1.0) == 1
    assert damping(point, step, lambda t: (t + 1) @ (t + 1), 9.0) == 1
    assert damping(point, step, lambda t: (t + 0.5) @ (t + 0.5), 9.0) == 0.5
    assert damping(point, step, lambda t: t @ t, 9.0) == np.log(10) / 9


def test_no_minimum_and_no_curvature():
    falling = (
        lambda t: np.exp(-t[0]),
        lambda t: (np.array([-np.exp(-t[0])]), np.array([np.exp(-t[0])]), np.array([-1.0])),
        lambda step: abs(step[0]),
    )
    with pytest.raises(np.linalg.LinAlgError, match="no convergence"):
        list(newton_steps(np.array([0.0]), *falling))
    lost = falling[0], lambda t: (*falling[1](t)[:2], np.array([np.nan])), falling[2]
    with pytest.raises(np.linalg.LinAlgError, match="lost in rounding"):
        list(newton_steps(np.array([0.0]), *lost))
