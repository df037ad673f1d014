"""The checks of the exercises of chapter 16, information geometry."""

import numpy as np

from bookkit.exercises.judging import agree, by_hand, laws, require
from softxent.geometry import fisher_rao_distance, geodesic
from softxent.softmax import softmax


def hand(attempt):
    distance = np.pi / 2
    usual = [
        ([3 / 4, distance], "that is the mean square of v: subtract the square of its mean"),
        ([1 / 2, distance], "v has the mean 1/4 under p, not 1/2"),
        ([11 / 32, distance], "that is half of the form"),
        ([11 / 16, np.pi / 4], "that is the angle: the sphere has the radius 2"),
        ([11 / 16, np.pi], "π is the distance of distributions without a common class; heads is common to these two"),
    ]
    by_hand(attempt, [11 / 16, distance], "a variance under p, and twice the arccos of the root of 1/2", usual)


def tosses(attempt):
    wanted = 5000 * np.log(20)
    usual = [
        (wanted / 2, "the divergence is half of the form"),
        (2 * wanted, "both classes change: add two terms"),
        (5000 * np.log2(20), "the odds of 20 to 1 are log 20 nats, and the form is in nats"),
        (5000 * 20, "evidence adds up in logarithms of odds"),
    ]
    agree(attempt, wanted, "log 20 over half of the sum of 0.01²/0.5", usual, rtol=1e-2)


def angle(attempt):
    p, q = np.array([0.0, 0.1, 0.5, 0.2]), np.array([1.0, 0.3, 0.51, 0.9])
    wanted = fisher_rao_distance(np.stack([p, 1 - p], axis=1), np.stack([q, 1 - q], axis=1))
    found = [abs(attempt(a) - attempt(b)) for a, b in zip(p, q, strict=True)]
    usual = [
        (wanted / 2, "the circle has the radius 2"),
        (np.abs(np.sqrt(p) - np.sqrt(q)) * 2, "that is a difference of coordinates: you need the arc"),
        (np.abs(p - q), "equal steps of p are not equally far"),
    ]
    agree(found, wanted, "integrate 1/√(p (1 − p))", usual)


def skew(attempt):
    rng = np.random.default_rng(16)
    for _ in range(3):
        z, v = rng.normal(size=(2, 4))
        p = softmax(z)
        moment = p @ (v - p @ v) ** 3
        usual = [
            (moment, "divide by 6"),
            (-moment / 6, "the other sign: the second divergence is KL(p ‖ q)"),
            (p @ v**3 / 6, "a central moment: subtract the mean of v"),
            (p @ (v - v.mean()) ** 3 / 6, "the mean of v is to be taken under p"),
            (((v - p @ v) ** 3).mean() / 6, "the moment is to be taken under p"),
            (moment / 3, "one direction has 1/6 of it, the other 1/3: you want the difference"),
        ]
        agree(attempt(z.copy(), v.copy()), moment / 6, "a sixth of the third central moment of v under p", usual)


def middle(attempt):
    rng = np.random.default_rng(17)
    p, q = rng.dirichlet([0.5] * 4, 2)
    wanted = geodesic(p, q, 0.5)
    root = (np.sqrt(p) + np.sqrt(q)) / 2
    usual = [
        ((p + q) / 2, "that is the middle of the mixture line"),
        (geodesic(p, q, 0.5, kind="exponential"), "that is the middle of the exponential line"),
        (root**2, "it does not add up to 1: the middle of the chord lies inside the sphere"),
        (root / root.sum(), "square the sum of the roots"),
    ]
    agree(attempt(p.copy(), q.copy()), wanted, "it is not half of the way on the sphere", usual)


def consensus(attempt):
    p, q = laws(attempt, 2, 3)
    require((p > 0).all() and (q > 0).all(), "neither may have a zero")
    require(p[1] < 0.5 and q[1] < 0.5, "both must give class 2 less than one half")
    share = geodesic(p, q, 0.5, kind="exponential")[1]
    require(share > 0.9, f"the middle gives class 2 only {share:.3f}")


def time(attempt):
    def before(p):
        return (np.log(p / (1 - p)) + 1 / (1 - p)) / 2

    plain, natural = before(0.5) - before(0.01), np.log(0.99 / 0.5)
    usual = [
        ([natural, plain], "the other way round: plain first"),
        ([2 * plain, natural], "both logits move, in opposite directions"),
        ([np.log(99) / 2, natural], "the speed of plain descent is 2 p (1 − p)²: one factor 1 − p is the residual"),
        ([plain, 0.49], "the natural flow slows down as it nears the target: its speed is 1 − p"),
    ]
    by_hand(attempt, [plain, natural], "integrate 1 over the speed of p", usual)


def mirror(attempt):
    p, slope = np.array([0.5, 0.3, 0.2, 0.0]), np.array([1.0, -2.0, 0.5, -1.0])
    for eta in (0.1, 2.0):
        factor = p * np.exp(-eta * slope)
        plain = np.maximum(p - eta * slope, 0)
        usual = [
            (factor, "normalise: divide by the sum"),
            (plain / plain.sum(), "multiply by an exponential instead of subtracting"),
            (p * np.exp(eta * slope) / (p * np.exp(eta * slope)).sum(), "the sign: it must descend"),
            (softmax(p - eta * slope), "the step is made in log p"),
        ]
        agree(attempt(p.copy(), slope.copy(), eta), factor / factor.sum(), f"wrong for eta = {eta}", usual)


def independent(attempt):
    table = np.array([[0.3, 0.1, 0.05], [0.05, 0.1, 0.4]])
    rows, columns = table.sum(axis=1, keepdims=True), table.sum(axis=0)
    root = np.sqrt(rows * columns)
    usual = [
        (table, "the rows of that table are not proportional: its variables are not independent"),
        (np.full((2, 3), 1 / 6), "it must have the marginals of R"),
        (root / root.sum(), "the product itself, not its root"),
        (rows + columns, "multiply the marginals"),
    ]
    agree(attempt(table.copy()), rows * columns, "it is not the nearest table of independent variables", usual)


def volume(attempt):
    usual = [
        ([4 * np.pi, 16 * np.pi, 16 * np.pi**2], "that is the whole sphere: no coordinate is negative"),
        ([np.pi / 2, np.pi / 2, np.pi**2 / 8], "that is a part of the sphere of radius 1: the radius is 2"),
        ([1.0, 0.5, 1 / 6], "that is the volume on paper, without the density"),
    ]
    by_hand(attempt, [np.pi, 2 * np.pi, np.pi**2], "one part in 2^K of a sphere of radius 2", usual)
