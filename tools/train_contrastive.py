"""Train the encoder of chapter 14 and store it: python tools/train_contrastive.py

Two crops of each image of a batch; which crop belongs to which? Everything random comes from NumPy, and everything is
computed in float64, so that another machine gets the same weights but for roundings, which the training amplifies;
tests/book/test_encoder.py says how much. The settings were found by hand; no label is used in the training.
"""

import numpy as np

from bookkit.data import HERE, VALIDATION, digits
from softxent.contrastive import info_nce, info_nce_gradient

HIDDEN, FEATURES = 256, 32
STEPS, BATCH = 1000, 256
STEP, MOMENTUM, TAU = 0.3, 0.9, 0.2
SEED = 1


def crops(X, rng):
    """A random window of 8 × 8 pixels of each image, which has got two rows and columns of paper on each side."""
    wide = np.pad(X.reshape(-1, 8, 8), ((0, 0), (2, 2), (2, 2)))
    corners = rng.integers(0, 5, (len(X), 2))
    windows = [image[i : i + 8, j : j + 8].ravel() for image, (i, j) in zip(wide, corners, strict=True)]
    return np.stack(windows)


def start(rng):
    """Normal weights with variance 2 by the number of inputs, 1 by it in the last layer, and biases 0."""
    W = np.sqrt(2 / 64) * rng.normal(size=(HIDDEN, 64))
    V = np.sqrt(1 / HIDDEN) * rng.normal(size=(FEATURES, HIDDEN))
    return [W, np.zeros(HIDDEN), V]


def embed(weights, X):
    """The embeddings, of length 1, and the two things that their gradient needs."""
    W, b, V = weights
    hidden = np.maximum(X @ W.T + b, 0)
    raw = hidden @ V.T
    length = np.linalg.norm(raw, axis=1, keepdims=True)
    return raw / length, hidden, length


def pull_back(weights, X, G):
    """The gradient of the weights, from the gradient G of the embeddings of X."""
    E, hidden, length = embed(weights, X)
    raw = (G - (G * E).sum(axis=1, keepdims=True) * E) / length
    inner = (raw @ weights[2]) * (hidden > 0)
    return [inner.T @ X, inner.sum(axis=0), raw.T @ hidden]


def slopes(weights, A, B, tau):
    """The mean loss of the pairs (A_n, B_n), and its gradient by the weights."""
    U, V = embed(weights, A)[0], embed(weights, B)[0]
    S = U @ V.T
    G = info_nce_gradient(S, tau) / len(S)
    pairs = zip(pull_back(weights, A, G @ V), pull_back(weights, B, G.T @ U), strict=True)
    return info_nce(S, tau).mean(), [left + right for left, right in pairs]


def train(steps=STEPS, seed=SEED):
    """The start, the weights after that many steps of descent with momentum, and the loss of each step."""
    rng = np.random.default_rng(seed)
    X = digits("train")[0][:VALIDATION]
    first = start(rng)
    weights, moves, losses = first, [0 * w for w in first], []
    for _ in range(steps):
        batch = X[rng.choice(len(X), BATCH, replace=False)]
        loss, gradient = slopes(weights, crops(batch, rng), crops(batch, rng), TAU)
        moves = [MOMENTUM * m - STEP * g for m, g in zip(moves, gradient, strict=True)]
        weights = [w + m for w, m in zip(weights, moves, strict=True)]
        losses.append(loss)
    return first, weights, losses


def stored(weights):
    """The weights by name, rounded to float16: no more digits are needed."""
    return {name: w.astype(np.float16) for name, w in zip("WbV", weights, strict=True)}


def main():
    """Store the trained weights."""
    np.savez_compressed(HERE / "digit_encoder.npz", **stored(train()[1]))


if __name__ == "__main__":
    main()
