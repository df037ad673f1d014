"""The checks of the exercises of the companion 18a, the clinic."""

import numpy as np

from bookkit.exercises.judging import agree, require
from softxent.likelihood import multinomial_gradient
from softxent.loss import softmax_cross_entropy, softmax_cross_entropy_gradient
from softxent.softmax import softmax


def witness(attempt):
    require(isinstance(attempt, tuple | list) and len(attempt) == 2, "give the pair: logits, labels")
    scores, labels = np.asarray(attempt[0], dtype=float), np.asarray(attempt[1])
    require(scores.ndim == 2, f"the logits are a matrix, not of shape {scores.shape}")
    require(labels.shape == scores.shape[:1], f"{len(scores)} rows of logits need as many labels in a row")
    require(labels.dtype.kind in "iu", f"labels are integers, not {labels.dtype}")
    n, k = scores.shape
    require((labels >= 0).all() and (labels < k).all(), f"labels are 0 to {k - 1}")
    require(np.isfinite(scores).all(), "the logits are finite")
    require(
        n == k and n > 1, f"with the shape {scores.shape} the program does not compare each answer: it needs N = K > 1"
    )
    ties = [np.sum(row == row.max()) > 1 for row in [*scores, *scores.T]]
    require(not any(ties), "a row or a column has two largest logits")
    right = scores.argmax(axis=1) == labels
    require(not right.any(), f"example {right.argmax()} is answered right")
    require((scores.argmax(axis=0) == labels).all(), "the program does not print 1.0 on this batch")


def loss(attempt):
    rng = np.random.default_rng(180)
    for shape in ((3,), (5, 4), (2, 3, 4), (3, 3)):
        z = 3 * rng.normal(size=shape)
        labels = rng.integers(shape[-1], size=shape[:-1])
        right = softmax_cross_entropy(z, labels)
        usual = [
            (np.mean(right), "return one loss for each example, not their mean"),
            (np.sum(right), "return one loss for each example, not their sum"),
            (-right, "the sign is turned: a loss is never negative"),
        ]
        agree(attempt(z.copy(), labels), right, f"it is wrong for logits of the shape {shape}", usual)
    far = np.array([[0.0, -800.0, 2.0], [1000.0, 0.0, 999.0]])
    with np.errstate(all="ignore"):
        found = attempt(far.copy(), np.array([1, 1]))
    agree(
        found, softmax_cross_entropy(far, [1, 1]), "it is wrong where the label is 800 behind: a probability underflows"
    )
    single = np.array([0.0, -300.0], dtype=np.float32)
    with np.errstate(all="ignore"):
        found = attempt(single, np.array(1))
    agree(found, np.array(300.0), "it is wrong in float32 where the label is 300 behind", rtol=1e-6)


def padding(attempt):
    rng = np.random.default_rng(181)
    z, labels = rng.normal(size=(3, 5, 4)), rng.integers(4, size=(3, 5))
    keep = np.arange(5) < np.array([[5], [2], [3]])
    each = softmax_cross_entropy(z, labels)
    right = each[keep].mean()
    rows = np.mean([row[kept].mean() for row, kept in zip(each, keep, strict=True)])
    usual = [
        ((each * keep).mean(), "it is divided by the number of all words, padding included"),
        (each[keep].sum(), "that is the sum; divide it by the number of real words"),
        (each.mean(), "the padding votes"),
        (rows, "that is a mean of means: a word of a short text counts more"),
    ]
    agree(
        attempt(z.copy(), labels.copy(), keep.copy()), right, "it is wrong for three texts of 5, 2 and 3 words", usual
    )
    z[~keep], labels[~keep] = np.nan, -100
    found = attempt(z.copy(), labels.copy(), keep.copy())
    require(not np.isnan(found), "the NaN of the padding has come through: 0 times NaN is NaN")
    agree(found, right, "what stands in the padding matters")
    found = attempt(z.copy(), labels.copy(), np.zeros_like(keep))
    agree(found, 0.0, "without any real word the loss is 0: mind 0/0")


def weights(attempt):
    rng = np.random.default_rng(182)
    for labels in ([0, 1, 2], [1, 1, 0, 2, 1], [2, 2]):
        labels = np.array(labels)
        W, X = rng.normal(size=(3, 4)), rng.normal(size=(len(labels), 4))
        right = multinomial_gradient(W, X, labels) / len(X)
        once = softmax(X @ W.T).T @ X
        once[labels] -= X
        usual = [
            (once / len(X), "where a label occurs twice, one of its examples is lost"),
            (right * len(X), "that is the gradient of the sum; the loss is the mean"),
            (-right, "the sign is turned: prediction minus target"),
        ]
        before = W.copy()
        found = attempt(W, X.copy(), labels.copy())
        require(np.array_equal(W, before), "it changes the weights that it is given")
        agree(found, right, f"it is wrong for the labels {labels}", usual)


def judge(attempt):
    rng = np.random.default_rng(183)
    for scale in (1e-3, 1.0, 1e3):
        for z in (rng.normal(size=4), np.array([99.0, 100.0, 98.0]), np.array([0.0, 0.5])):
            f, g = _scaled_loss(scale)
            where = f"at a gradient of size {scale:g}"
            require(_says(attempt, f, g, z) is True, f"it refuses a right gradient, {where}, logits {z.round(1)}")
            for what, wrong in _wrong_gradients(g):
                require(_says(attempt, f, wrong, z) is False, f"it accepts {what}, {where}, logits {z.round(1)}")


def _scaled_loss(scale):
    """A loss with the label 1, times a number, and its gradient."""
    return (
        lambda z: scale * softmax_cross_entropy(z, 1),
        lambda z: scale * softmax_cross_entropy_gradient(z, 1),
    )


def _wrong_gradients(g):
    """Gradients that are not that of the loss, by name."""
    return [
        ("twice the gradient", lambda z: 2 * g(z)),
        ("a gradient that is a thousandth too large", lambda z: 1.001 * g(z)),
        ("a gradient with the sign turned", lambda z: -g(z)),
        ("zeros", lambda z: 0 * z),
        (
            "a gradient with one wrong entry",
            lambda z: g(z) + 0.01 * abs(g(z)).max() * (np.arange(z.size) == z.size - 1),
        ),
        ("NaN", lambda z: np.full(z.shape, np.nan)),
        ("one number for all entries", lambda z: g(z)[0]),
        ("a column", lambda z: g(z)[:, None]),
    ]


def _says(attempt, f, g, z):
    """What the attempt says of a gradient, as a Python bool; a shape that raises counts as refused."""
    given = z.copy()
    answer = attempt(f, g, given)
    require(np.array_equal(given, z), "it changes the point that it is given")
    require(isinstance(answer, bool | np.bool_), f"return True or False, not {answer!r}")
    return bool(answer)
