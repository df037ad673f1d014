"""The cross-entropy of a linear layer's logits, and its gradients, without the table of the logits.

``X`` (N, D) holds the inputs of N examples (the tokens of a language model), one a row, ``W`` (K, D) the weights of K
classes (its vocabulary), ``labels`` (N,) integers in 0..K − 1 and ``bias`` (K,) one number a class. The N × K logits
``X Wᵀ + bias`` are made in tiles, some examples by some classes, and dropped. The result has the widest float dtype of
X, W and bias (integers and lists give float64); float16 is computed in float32. Edges are those of
``softxent.loss.softmax_cross_entropy``.
"""

from functools import reduce
from typing import NamedTuple

import numpy as np

from softxent._arguments import label_indices, narrow, quiet, real, refuse, wide_dtype
from softxent._numerics import BLOCK, is_safe, row_sums
from softxent.loss import softmax_cross_entropy, softmax_cross_entropy_with_gradient
from softxent.online import log_sum_state, merge

ROWS = 1024  # examples in a tile
TILE = 1 << 22  # numbers in a tile of logits and in what is made of it: 16 MiB of float32
TABLE = 1 << 23  # up to so many logits are kept in one table
NARROW = 1 << 18  # numbers in what is made of a tile beside such a table


@quiet
def linear_cross_entropy(X, W, labels, bias=None):
    """The losses ``L_n = −log softmax(W x_n + bias)_c`` at the labels c, in nats: one number an example.

    Parameters
    ----------
    X : array_like, shape (N, D)
        Inputs.
    W : array_like, shape (K, D)
        The weights of the classes.
    labels : array_like of int, shape (N,)
        The classes of the examples.
    bias : array_like, shape (K,), optional
        Added to the logits; −inf excludes a class.

    Returns
    -------
    ndarray, shape (N,)
        What ``softmax_cross_entropy(X @ W.T + bias, labels)`` returns.

    Raises
    ------
    ValueError
        For shapes that do not fit, no classes, no features, and labels out of range.
    TypeError
        For labels that are not integers, and for what is not real numbers.

    Notes
    -----
    One product of matrices, as for the logits themselves: time O(N K D), memory for one tile beyond the result.

    A logit is a sum of D products, whose rounding error is at most about ``D · eps · Σ |w_d x_d|``. For the logits as
    computed a loss is within 8 eps of the exact value, relatively (tested).

    References
    ----------
    - Wijmans et al. (2025), section 4.

    Examples
    --------
    >>> print(linear_cross_entropy([[1, 0], [0, 1]], [[2, 0], [1, 0], [0, 0]], [0, 2]).round(6))
    [0.407606 1.098612]
    """
    X, W, labels, bias = _arguments(X, W, labels, bias)
    dtype = wide_dtype(*_floats(X, W, bias))
    losses = np.empty(len(X), dtype)
    for rows, tiles in _walk(X, W):
        layer = _Layer(np.asarray(X[rows], dtype), W, labels[rows], bias, tiles)
        losses[rows] = _losses_of_table(layer) if layer.is_small() else _losses(layer, _sums(layer))
    return narrow(losses, *_floats(X, W, bias))


@quiet
def linear_cross_entropy_with_gradients(X, W, labels, bias=None, weights=None):
    """``linear_cross_entropy``, and the gradients of ``Σ weights_n L_n`` by X, by W, and by the bias if there is one.

    Parameters
    ----------
    X : array_like, shape (N, D)
        Inputs.
    W : array_like, shape (K, D)
        The weights of the classes.
    labels : array_like of int, shape (N,)
        The classes of the examples.
    bias : array_like, shape (K,), optional
        Added to the logits; −inf excludes a class.
    weights : array_like, shape (N,), optional
        Of the examples in the sum, finite; 1 each if not given. For the gradient of the mean pass 1/N each, for an
        example that does not count (a padded token) 0.

    Returns
    -------
    losses : ndarray, shape (N,)
        What ``linear_cross_entropy`` returns, without the weights.
    gradients : tuple of ndarray
        dX (N, D) and dW (K, D), and the third, (K,), where a bias is given.

    Raises
    ------
    ValueError
        For shapes that do not fit, no classes, no features, labels out of range, and weights that are infinite.
    TypeError
        For labels that are not integers, and for what is not real numbers.

    Notes
    -----
    With G the N × K matrix of ``weights_n (p_nk − y_nk)``: ``dX = G W``, ``dW = Gᵀ X``, and the bias has the column
    sums of G. A tile of G needs the sums of whole rows, so each tile of logits is made twice: four products of
    matrices in place of three, and never an N × K matrix. Where the logits are no more than 2²³ (few classes, or few
    examples) they are kept, and there are three.

    What is made beside the result takes less than 37 MB in float32, twice as much in float64, for D up to 1000
    (tested).

    References
    ----------
    - Wijmans et al. (2025), section 4.

    Examples
    --------
    >>> losses, (dX, dW) = linear_cross_entropy_with_gradients([[1, 0]], [[0, 3], [0, 1]], [1])
    >>> print(losses.round(6), dX.tolist(), dW.tolist())
    [0.693147] [[0.0, 1.0]] [[0.5, 0.0], [-0.5, 0.0]]
    """
    X, W, labels, bias = _arguments(X, W, labels, bias)
    weights = _weights(weights, labels)
    dtype = wide_dtype(*_floats(X, W, bias))
    losses = np.empty(len(X), dtype)
    gradients = np.zeros(X.shape, dtype), np.zeros(W.shape, dtype), np.zeros(len(W), dtype)
    for rows, tiles in _walk(X, W):
        layer = _Layer(np.asarray(X[rows], dtype), W, labels[rows], bias, tiles)
        walk = _in_one_table if layer.is_small() else _in_tiles
        losses[rows] = walk(layer, weights[rows, None].astype(dtype), gradients[0][rows], *gradients[1:])
    results = [narrow(a, *_floats(X, W, bias)) for a in (losses, *gradients)]
    return results[0], tuple(results[1 : 3 if bias is None else 4])


class _Layer(NamedTuple):
    """Some examples x (n, D) with their labels, the layer, and its classes as slices: the tiles."""

    x: np.ndarray
    W: np.ndarray
    labels: np.ndarray
    bias: np.ndarray | None
    tiles: list

    def logits(self, tile):
        """Those of one tile, a new array (n, T)."""
        z = self.x @ np.asarray(self.W[tile], self.x.dtype).T
        if self.bias is not None:
            z += self.bias[tile]
        return z

    def is_small(self):
        """Whether there is room for the logits of all classes."""
        return len(self.x) * len(self.W) <= TABLE

    def table(self):
        """The logits of all classes, (n, K)."""
        z = np.empty((len(self.x), len(self.W)), self.x.dtype)
        for tile in self.tiles:
            z[:, tile] = self.logits(tile)
        return z

    def label_logits(self):
        """Those of the labels, (n, 1)."""
        z = np.einsum("nd,nd->n", self.x, np.asarray(self.W[self.labels], self.x.dtype))
        return (z if self.bias is None else z + self.bias[self.labels].astype(z.dtype))[:, None]

    def places(self, tile):
        """The examples whose label lies in a tile, and its column there."""
        rows = np.flatnonzero((self.labels >= tile.start) & (self.labels < tile.stop))
        return rows, self.labels[rows] - tile.start


class _Sums(NamedTuple):
    """Of each example (n, 1): exp(z − shift) of its label, and the sum of those of all other classes."""

    shift: np.ndarray
    label: np.ndarray
    others: np.ndarray


def _sums(layer):
    """Without a shift, where the sums are safe; else with the states (m, s) of the tiles, merged."""
    z = layer.label_logits()
    others = row_sums(np.hstack([_exponential_sums(_without_labels(layer, tile)) for tile in layer.tiles]))
    label = np.exp(z)
    if is_safe(label + others).all():
        return _Sums(np.zeros_like(z), label, others)
    m, s = reduce(merge, (log_sum_state(_without_labels(layer, tile)) for tile in layer.tiles))
    shift = np.maximum(m[:, None], z)
    return _Sums(shift, np.exp(z - shift), np.exp(m[:, None] - shift) * (1 + s[:, None]))


def _without_labels(layer, tile):
    """The logits of a tile, with −inf for each example's label."""
    z = layer.logits(tile)
    z[layer.places(tile)] = -np.inf
    return z


def _row_blocks(z):
    """Slices of so many rows that they fit the cache."""
    step = max(1, BLOCK // z.shape[1])
    return (slice(i, i + step) for i in range(0, len(z), step))


def _exponential_sums(z):
    """The row sums of exp(z), (n, 1), which overwrites z."""
    return np.vstack([row_sums(np.exp(z[rows], out=z[rows])) for rows in _row_blocks(z)])


def _losses(layer, sums):
    """log(1 + others/label); where the label's term is no normal number beside the others, log(others) + shift − z."""
    ratio = sums.others / sums.label
    far = np.log(sums.others) + (sums.shift - layer.label_logits())
    return np.where(is_safe(1 + ratio), np.log1p(ratio), far)[:, 0]


def _losses_of_table(layer):
    """The losses, where the logits of all classes are few enough to be kept."""
    return softmax_cross_entropy(layer.table(), layer.labels)


def _in_one_table(layer, weights, *gradients):
    """The losses, (n,), and the gradients added to dX, dW and db, where G can take the place of the logits."""
    G = layer.table()
    losses = np.empty(len(G), G.dtype)
    for rows in _row_blocks(G):
        losses[rows], G[rows] = softmax_cross_entropy_with_gradient(G[rows], layer.labels[rows])
    G *= weights
    for tile in layer.tiles:
        _add(layer, tile, G[:, tile], *gradients)
    return losses


def _in_tiles(layer, weights, *gradients):
    """The same, tile by tile: the sums of the rows first, and then the logits once more."""
    sums = _sums(layer)
    factor = weights / (sums.label + sums.others)
    at_label = (-sums.others * factor)[:, 0]
    for tile in layer.tiles:
        G = _scaled_exponentials(layer.logits(tile), sums.shift, factor)
        rows, columns = layer.places(tile)
        G[rows, columns] = at_label[rows]
        _add(layer, tile, G, *gradients)
    return _losses(layer, sums)


def _add(layer, tile, G, dX, dW, db):
    """What a tile of G = weights (p − y) gives: dX += G W, dW += Gᵀ x, and for a bias its column sums."""
    dX += G @ np.asarray(layer.W[tile], G.dtype)
    dW[tile] += G.T @ layer.x
    if layer.bias is not None:
        db[tile] += G.sum(0)


def _scaled_exponentials(z, shift, factor):
    """exp(z − shift) · factor, written over z."""
    for rows in _row_blocks(z):
        if shift[rows].any():
            z[rows] -= shift[rows]
        np.exp(z[rows], out=z[rows])
        z[rows] *= factor[rows]
    return z


def _walk(X, W):
    """Slices of the examples, each with the slices of the classes that make its tiles."""
    features = X.shape[1]
    rows = max(1, min(ROWS, len(X), TILE // (4 * features)))
    room = NARROW if rows * len(W) <= TABLE else TILE - rows * features
    width = max(1, room // (rows + features))
    tiles = [slice(j, min(j + width, len(W))) for j in range(0, len(W), width)]
    return ((slice(i, i + rows), tiles) for i in range(0, len(X), rows))


def _arguments(X, W, labels, bias):
    """The arguments as arrays whose shapes fit."""
    X, W, labels = real(X, "X"), real(W, "W"), np.asarray(labels)
    if X.ndim != 2 or W.ndim != 2 or X.shape[1] != W.shape[1] or 0 in W.shape:
        raise ValueError(f"X and W must be matrices with equally many columns, W not empty: got {X.shape}, {W.shape}")
    if labels.shape != X.shape[:1]:
        raise ValueError(f"labels must hold one label for each row of X, {len(X)}: got shape {labels.shape}")
    if bias is None:
        return X, W, label_indices(labels, len(W)), None
    bias = real(bias, "bias")
    if bias.shape != W.shape[:1]:
        raise ValueError(f"bias must hold one number for each row of W, {len(W)}: got shape {bias.shape}")
    return X, W, label_indices(labels, len(W)), bias


def _weights(weights, labels):
    """One finite weight for each example."""
    weights = np.ones(len(labels)) if weights is None else real(weights, "weights")
    if weights.shape != labels.shape:
        raise ValueError(f"weights must hold one number for each row of X, {len(labels)}: got shape {weights.shape}")
    refuse(np.isinf(weights), weights, "weights must be finite")
    return weights


def _floats(X, W, bias):
    """The arguments whose dtypes decide."""
    return (X, W) if bias is None else (X, W, bias)
