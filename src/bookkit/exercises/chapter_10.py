"""The checks of the exercises of chapter 10, maximum likelihood."""

import itertools

import numpy as np

from bookkit.exercises.judging import agree, require
from softxent.likelihood import is_separable, multinomial_gradient, multinomial_hessian
from softxent.loss import one_hot


def frequencies(attempt):
    W = np.asarray(attempt, dtype=float)
    require(W.shape == (3, 1), f"one weight for each class, shape (3, 1), not {W.shape}")
    log_odds = W[:, 0] - W[0, 0]
    require(
        np.allclose(log_odds, np.log([1, 1.5, 2.5]), rtol=0, atol=2e-3), "the probabilities must be the frequencies"
    )
    require(abs(W.sum()) < 2e-3, "these weights fit, but they are not centred: their sum must be 0")


def exists(attempt):
    for examples in itertools.combinations_with_replacement(itertools.product(range(3), range(2)), 4):
        x, labels = zip(*examples, strict=True)
        if labels[0] == 1:
            continue  # the classes may exchange their names
        wanted = not is_separable(np.column_stack([np.ones(4), x]), one_hot(labels, 2))
        for c in (labels, tuple(1 - k for k in labels)):
            require(bool(attempt(x, c)) == wanted, f"for x = {x} and labels {c} the answer is {wanted}")


def irls(attempt):
    rng = np.random.default_rng(0)
    X, t = np.column_stack([np.ones(9), rng.normal(size=(9, 2))]), rng.integers(0, 2, 9)
    for w in (np.zeros(3), np.array([0.3, -1.0, 0.5])):
        W = np.stack([np.zeros(3), w])
        step = np.linalg.solve(multinomial_hessian(W, X, t)[3:, 3:], multinomial_gradient(W, X, t)[1])
        found = np.asarray(attempt(X, t, w), dtype=float)
        require(found.shape == (3,), "return the new weights, one for each feature")
        usual = [
            (-step, "that is the step; add it to the weights"),
            (step, "that is the step, and its sign is turned: the loss falls against the gradient"),
            (w + step, "this step leads uphill: the loss falls against the gradient"),
            (
                w - multinomial_gradient(W, X, t)[1],
                "that is a step of gradient descent; Newton's divides by the Hessian",
            ),
        ]
        agree(found, w - step, f"from {w} the step leads to {(w - step).round(4)}", usual)


def decay(attempt):
    for N, kappa in ((1, 1.0), (100, 0.01), (50, 0.5), (400, 1e-4)):
        found, wanted = attempt(N, kappa), (N * kappa) ** -0.5
        require(not np.isclose(found, wanted**2, rtol=1e-9) or N * kappa == 1, "that is the variance")
        hint = f"for N = {N} and kappa = {kappa} the summed loss has the penalty {N * kappa:.4g}"
        require(np.isclose(found, wanted, rtol=1e-9, atol=0), hint)


def size(attempt):
    for K, a, eps, delta in ((2, 0.0, 0.1, 0.1), (2, 1.0, 0.05, 0.05), (10, 10.0, 0.05, 0.05), (3, 5.0, 0.2, 0.01)):
        N, B = attempt(K, a, eps, delta), np.log1p((K - 1) * np.exp(a))
        require(int(N) == N, "a number of examples is whole")
        failing, fewer = (2 * np.exp(-2 * n * eps**2 / B**2) for n in (N, N - 1))
        require(failing <= delta, f"K = {K}, a = {a}: with {N} examples it can fail too often")
        require(fewer > delta, f"K = {K}, a = {a}: fewer than {N} are enough")
