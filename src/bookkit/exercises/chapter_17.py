"""The checks of the exercises of chapter 17, a CNN classifier."""

import numpy as np

from bookkit.exercises.judging import agree, by_hand, require


def count(attempt):
    usual = [
        ([72, 1152, 2560], "each filter, and each class, has a bias too"),
        ([80, 160, 2570], "a filter of the second convolution sees all eight maps of the first"),
        ([80, 1168, 10250], "the pooling leaves 4 x 4 of the 8 x 8 places"),
        ([80, 1168, 650], "the linear layer sees the feature maps, not the pixels"),
    ]
    by_hand(attempt, [80, 1168, 2570], "inputs of one output, times outputs, plus one bias for each output", usual)


def feature(attempt):
    usual = [
        ([-0.3, 0.5], "the sign is turned: the residual is p minus y"),
        ([0.3, 0.5], "subtract the target: the label is the second class"),
    ]
    require(np.shape(attempt) != (3,), "those are three entries, one a class: multiply by the transposed weights")
    by_hand(attempt, [0.3, -0.5], "sum (p_k - y_k) W_kd over k, for each of the two features d", usual)


def start(attempt):
    usual = [
        ([2, 2], "each of the three layers doubles what it passes on"),
        ([8, 8], "the gradient of one layer's weights contains the weights of the other two only"),
        ([6, 4], "the factors of the three layers multiply"),
        ([8, 2], "count the layers that are not the one whose gradient is taken"),
    ]
    by_hand(attempt, [8, 4], "how often does each product of weights contain a factor that was doubled?", usual)


def lost(attempt):
    usual = [
        ([0.999, 0.001996], "the wrong class that holds the rest counts too: its square stands in the bracket"),
        ([0.999, 0.000999], "that is p (1 - p): the residual and the factor 2 are missing"),
        ([0.003992, 0.999], "cross-entropy first"),
        ([-0.999, -0.003992], "the force is minus the derivative"),
    ]
    hint = "1 - p_c for the cross-entropy, 2 p_c ((1 - p_c)^2 + the squares of the others) for the squared error"
    by_hand(attempt, [0.999, 0.003992], hint, usual, atol=5e-6)


def evidence(attempt):
    rng = np.random.default_rng(17)
    W, x = rng.normal(size=(5, 24)), rng.normal(size=(2, 3, 4))
    products = (W[3] - W[1]) * x.ravel()
    wanted = products.reshape(2, 3, 4).sum(axis=0)
    usual = [
        (-wanted, "the sign is turned: it is evidence for i against j"),
        (products.reshape(3, 4, 2).sum(axis=-1), "the maps come first: reshape to the shape of x, not to places first"),
        ((W[3] * x.ravel()).reshape(2, 3, 4).sum(axis=0), "the weights of class j are to be subtracted"),
    ]
    agree(attempt(W.copy(), x.copy(), 3, 1), wanted, "multiply by the difference of two rows, add over the maps", usual)


def pool(attempt):
    rng = np.random.default_rng(18)
    a, g = rng.permutation(24).reshape(4, 6) / 24, rng.normal(size=(2, 3))
    blocks = a.reshape(2, 2, 3, 2)
    spread = np.kron(g, np.ones((2, 2)))
    wanted = np.where(a == np.kron(blocks.max(axis=(1, 3)), np.ones((2, 2))), spread, 0)
    usual = [
        (spread, "only the largest of the four pixels has acted on the maximum"),
        (spread / 4, "that is the backward pass of the mean"),
        (np.where(a == a.max(), spread, 0), "each block of four has a maximum of its own"),
    ]
    agree(attempt(a.copy(), g.copy()), wanted, "each number of g goes to one pixel of its block", usual)


def filter(attempt):
    rng = np.random.default_rng(19)
    image, g = rng.normal(size=(2, 6, 5))
    padded = np.pad(image, 1)
    wanted = np.array([[(g * padded[i : i + 6, j : j + 5]).sum() for j in range(3)] for i in range(3)])
    usual = [
        (wanted[::-1, ::-1], "it is turned by half a circle: a convolution of this chapter does not flip the filter"),
        (wanted / g.size, "add over the places, do not average"),
        (wanted.T, "rows and columns are exchanged"),
    ]
    agree(attempt(image.copy(), g.copy()), wanted, "for each entry of the filter: which pixels did it multiply?", usual)


def batchnorm(attempt):
    rng = np.random.default_rng(20)
    for eps in (0.0, 0.3):
        u, g = rng.normal(size=(2, 7))
        scale = 1 / np.sqrt(u.var() + eps)
        v = scale * (u - u.mean())
        wanted = scale * (g - g.mean() - v * (g * v).mean())
        usual = [
            (scale * g, "mean and variance depend on u too"),
            (scale * (g - g.mean()), "the variance depends on u too"),
            (g - g.mean() - v * (g * v).mean(), "the factor in front is missing"),
        ]
        agree(attempt(u.copy(), g.copy(), eps), wanted, f"wrong for eps = {eps}", usual)


def average(attempt):
    rng = np.random.default_rng(21)
    W, residual = rng.normal(size=(4, 3)), rng.normal(size=4)
    flat = W.T @ residual
    whole = np.ones((3, 2, 5))
    usual = [
        (flat[:, None, None] * whole, "a mean of ten places hands a tenth to each"),
        (-flat[:, None, None] * whole / 10, "the sign is turned"),
    ]
    hint = "the same number at each place of a map: (W^T residual) by the number of places"
    agree(attempt(W.copy(), residual.copy(), 2, 5), flat[:, None, None] * whole / 10, hint, usual)


def noise(attempt):
    found = int(attempt)
    require(found == attempt, "count images: a whole number")
    require(found != 510, "not all of them: take the largest probability of each image and compare it with 0.9")
    require(abs(found - NOISY) <= 1, "shuffle each image by rng.permuted(images, axis=1), with default_rng(17)")


NOISY = 249
