"""The checks of the exercises of chapter 05, the gradient of softmax cross-entropy."""

import numpy as np

from bookkit.data import digit_logits
from bookkit.exercises.judging import agree, by_hand, require
from softxent.loss import one_hot, softmax_cross_entropy, softmax_cross_entropy_gradient
from softxent.softmax import softmax, softmax_jacobian


def hand(attempt):
    p, y = np.array([0.2, 0.3, 0.5]), np.array([0, 1, 0])
    usual = [
        (p, "these are the probabilities: subtract the target"),
        (y - p, "the sign is turned: that is target minus prediction"),
        (-y / p, "that is the gradient with respect to the probabilities: multiply by J"),
    ]
    by_hand(attempt, p - y, "exponentiate, divide by the sum, subtract 1 at the second class", usual)


def read(attempt):
    usual = [
        ([0.25, 0.25, -0.9, 0.4], "that is the gradient: add the target to it"),
        ([0.25, 0.25, 0.9, 0.4], "probabilities add up to 1: add the target to the gradient"),
    ]
    by_hand(attempt, [0.25, 0.25, 0.1, 0.4], "p = gradient + y: which entry alone can be negative?", usual)


def temperature(attempt):
    z, y = np.array([1.0, -2.0, 0.5]), np.array([0.2, 0.5, 0.3])
    for tau in (0.5, 4.0, 1.0):
        residual = softmax(z / tau) - y
        usual = [
            (residual, "the inner derivative is missing"),
            (residual * tau, "the inner derivative of z / tau is 1 / tau, not tau"),
            (tau * (softmax(z * tau) - y), "the model is softmax(z / tau), not softmax(z tau)"),
            ((softmax(z) - y) / tau, "the probabilities are those of z / tau"),
            (-residual / tau, "the sign is turned"),
        ]
        agree(attempt(z.copy(), y.copy(), tau), residual / tau, f"wrong for tau = {tau}", usual if tau != 1 else ())


def multihot(attempt):
    usual = [
        ([1, 1, 0], "probabilities of a softmax add up to 1"),
        ([1 / 3] * 3, "there the gradient 2 p - w is (-1/3, -1/3, 2/3): not zero"),
    ]
    by_hand(attempt, [0.5, 0.5, 0], "set the gradient for weights with any sum to zero", usual)


def batch(attempt):
    rng = np.random.default_rng(5)
    X, W, b, labels = rng.normal(size=(8, 3)), rng.normal(size=(4, 3)), rng.normal(size=4), rng.integers(4, size=8)
    for scale, name in ((1.0, "ordinary logits"), (1000.0, "logits of 1000")):
        Z = X @ (scale * W).T + b
        found = attempt(X.copy(), scale * W, b.copy(), labels.copy())
        require(isinstance(found, tuple | list) and len(found) == 2, "return the pair: gradient of W, gradient of b")
        G = softmax_cross_entropy_gradient(Z, labels) / 8
        usual = usual_batches(Z, labels)
        for part, of, which in zip(found, (lambda G: G.T @ X, lambda G: G.sum(axis=0)), ("W", "b"), strict=True):
            wanted, where = of(G), f"the gradient of {which} is wrong for {name}"
            form_is_right(np.asarray(part), wanted, f"the gradient of {which}")
            require(np.isfinite(part).all(), f"the gradient of {which} is not finite for {name}: does exp overflow?")
            agree(part, wanted, where, [(of(mistake), f"{where}: {hint}") for mistake, hint in usual])


def form_is_right(part, wanted, name):
    """Before the numbers: a transposed matrix, and digits that were thrown away."""
    require(part.ndim < 2 or part.shape != wanted.T.shape, f"{name} is transposed: it must have the shape of W")
    require(part.dtype not in (np.float16, np.float32), f"{name} is {part.dtype}: the inputs are float64, keep them so")
    first_digits = part.shape == wanted.shape and np.allclose(part, wanted, rtol=1e-4, atol=1e-5)
    exact = first_digits and np.allclose(part, wanted, rtol=1e-9, atol=1e-12)
    require(exact or not first_digits, f"{name} has its first digits right: is a part of it computed in float32?")


def usual_batches(Z, labels):
    """The residuals, divided by N, that usual mistakes give, with their hints."""
    Y = one_hot(labels, Z.shape[1])
    whole = np.exp(Z - Z.max())
    every_column = Y.max(axis=0)
    return [
        (softmax(Z) - Y, "that is the gradient of the sum, not of the mean"),
        ((Y - softmax(Z)) / 8, "it has the wrong sign"),
        ((whole / whole.sum() - Y) / 8, "each example needs a denominator of its own: sum along axis 1"),
        ((softmax(Z) - every_column) / 8, "P[:, labels] takes whole columns: pair each row with its label"),
    ]


def vjp(attempt):
    rng = np.random.default_rng(6)
    z, g = rng.normal(size=(2, 3, 5))
    p, wanted = softmax(z), (softmax_jacobian(z) @ g[..., None])[..., 0]
    usual = [
        (p * (1 - p) * g, "that is the diagonal of J alone: the other entries count too"),
        (p * g, "the second part is missing: every logit acts on every probability"),
        (p * (g - (p * g).sum()), "the mean is taken over the whole batch: take it row by row"),
        (p * (g - g.mean(axis=-1, keepdims=True)), "the mean of g is to be taken under p"),
        (g - (p * g).sum(axis=-1, keepdims=True), "a factor p is missing"),
    ]
    agree(attempt(p.copy(), g.copy()), wanted, "subtract from g its mean under p, then multiply by p", usual)


def stuck(attempt):
    X, labels = np.asarray(attempt[0], dtype=float), np.asarray(attempt[1])
    require(X.ndim == 2 and labels.shape == X.shape[:1], "give X of shape (N, D) and N labels")
    require(len(X) and np.isin(labels, (0, 1)).all(), "the labels are 0 and 1, at least one of them")
    require(np.abs(X).sum(axis=1).all(), "a row of X is zero")
    G = (0.5 - one_hot(labels.astype(int), 2)) / len(X)
    require(np.allclose(G.sum(axis=0), 0), "the gradient of b is not zero: both labels must be equally frequent")
    require(
        np.allclose(G.T @ X, 0, atol=1e-9 * np.abs(X).max()),
        "the gradient of W is not zero: the inputs of the two labels must have the same sum",
    )


def step(attempt):
    z, h, move = digit_logits("test")[0][77], float(attempt), one_hot(2, 10)
    require(h > 0, "the step must be positive")
    slope = (softmax_cross_entropy(z + h * move, 2) - softmax_cross_entropy(z - h * move, 2)) / (2 * h)
    error = abs(slope - softmax_cross_entropy_gradient(z, 2)[2])
    best = np.finfo(float).eps ** (1 / 3)
    reason = "large: the third derivative shows" if h > best else "small: the losses are rounded"
    require(best / 8 < h < 8 * best, f"the error is about {error:.0e}; the step is too {reason}")


def rising(attempt):
    p = np.asarray(attempt, dtype=float)
    require(p.ndim == 1 and len(p) >= 2, "give the probabilities as a list, that of the label first")
    require((p > 0).all() and np.isclose(p.sum(), 1), "softmax gives positive numbers that add up to 1")
    require(len(p) > 2, "of two classes the only wrong one is the likeliest wrong one, which falls")
    require(p[0] < 0.5, "the label has half of the probability: every wrong class falls")
    rates = softmax_jacobian(np.log(p)) @ (one_hot(0, len(p)) - p)
    require((rates[1:] > 1e-12).any(), "no wrong class rises: let one wrong class be far likelier than another")
