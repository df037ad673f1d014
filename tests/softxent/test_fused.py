"""The linear layer's loss in tiles: against the whole table of logits, torch's gradients and exact values."""

import tracemalloc

import exact
import numpy as np
import pytest
import torch

from softxent import fused
from softxent.fused import linear_cross_entropy, linear_cross_entropy_with_gradients
from softxent.loss import one_hot, softmax_cross_entropy_with_gradient

INF, NAN = np.inf, np.nan
# numbers in a tile, examples in it, numbers in a table, and in a tile beside it
TILINGS = {
    "one table": (1 << 22, 1024, 1 << 23, 1 << 18),
    "a table, narrow tiles": (400, 16, 1000, 64),
    "some": (400, 16, 0, 0),
    "many": (60, 4, 0, 0),
    "one by one": (1, 1, 0, 0),
}


@pytest.fixture(params=TILINGS.values(), ids=TILINGS)
def tiling(request, monkeypatch):
    for name, value in zip(("TILE", "ROWS", "TABLE", "NARROW"), request.param, strict=True):
        monkeypatch.setattr(fused, name, value)


def draw(rng, n=13, d=3, k=29, scale=1.0, dtype=float):
    X, W = scale * rng.normal(size=(n, d)), rng.normal(size=(k, d))
    bias, weights = rng.normal(size=k), rng.normal(size=n)
    return X.astype(dtype), W.astype(dtype), rng.integers(0, k, n), bias.astype(dtype), weights.astype(dtype)


def naive(X, W, labels, bias, weights):
    losses, G = softmax_cross_entropy_with_gradient(X @ W.T + bias, labels)
    G *= weights[:, None]
    return losses, G @ W, G.T @ X, G.sum(0)


def ours(*arguments):
    losses, gradients = linear_cross_entropy_with_gradients(*arguments)
    return losses, *gradients


@pytest.mark.parametrize("scale", [1, 30, 300])
@pytest.mark.usefixtures("tiling")
def test_the_same_as_with_the_table_of_logits(rng, scale):
    arguments = draw(rng, scale=scale)
    assert np.array_equal(linear_cross_entropy(*arguments[:4]), ours(*arguments)[0])
    for a, b in zip(ours(*arguments), naive(*arguments), strict=True):
        np.testing.assert_allclose(a, b, rtol=1e-13, atol=1e-14 * scale)


@pytest.mark.usefixtures("tiling")
def test_the_gradients_are_torch_s(rng):
    X, W, labels, bias, weights = draw(rng)
    leaves = [torch.tensor(a, requires_grad=True) for a in (X, W, bias)]
    losses = torch.nn.functional.cross_entropy(
        torch.nn.functional.linear(*leaves), torch.tensor(labels), reduction="none"
    )
    (losses * torch.tensor(weights)).sum().backward()
    for a, leaf in zip(ours(X, W, labels, bias, weights)[1:], leaves, strict=True):
        np.testing.assert_allclose(a, leaf.grad.numpy(), rtol=1e-12, atol=1e-14)


@pytest.mark.usefixtures("tiling")
def test_without_bias_and_weights(rng):
    X, W, labels, bias, weights = draw(rng)
    losses, (dX, dW) = linear_cross_entropy_with_gradients(X, W, labels)
    for a, b in zip((losses, dX, dW), naive(X, W, labels, 0 * bias, 1 + 0 * weights), strict=False):
        np.testing.assert_allclose(a, b, rtol=1e-13, atol=1e-15)


@pytest.mark.parametrize("dtype", [np.float64, np.float32])
@pytest.mark.parametrize("scale", [1, 8, 300])
@pytest.mark.usefixtures("tiling")
def test_losses_to_8_eps_of_the_logits_as_computed(rng, dtype, scale):
    """One feature: a logit is one product, which the next lines round as the function does."""
    x, w = (scale * rng.normal(size=6)).astype(dtype), rng.normal(size=40).astype(dtype)
    labels = rng.integers(0, 40, 6)
    computed = linear_cross_entropy(x[:, None], w[:, None], labels)
    for z, label, loss in zip(x[:, None] * w, labels, computed, strict=True):
        assert exact.error(loss, exact.softmax_cross_entropy(z, one_hot(label, 40))) <= 8


@pytest.mark.usefixtures("tiling")
def test_a_nearly_certain_label_keeps_its_digits(rng):
    losses, (_, dW) = linear_cross_entropy_with_gradients([[1.0]], [[-40.0]] * 5 + [[0.0]], [5])
    assert exact.error(losses, 5 * exact.exp(-40)) <= 8
    assert exact.error(dW[5, 0], -5 * exact.exp(-40)) <= 8


@pytest.mark.parametrize("dtype", [np.float16, np.float32, np.longdouble])
@pytest.mark.usefixtures("tiling")
def test_dtypes(rng, dtype):
    arguments = draw(rng, dtype=dtype)
    wanted = naive(*(a if a.dtype.kind == "i" else a.astype(float) for a in arguments))
    for a, b in zip(ours(*arguments), wanted, strict=True):
        assert a.dtype == dtype
        np.testing.assert_allclose(
            a.astype(float), b, rtol=0, atol=30 * max(np.finfo(dtype).eps, 1e-15) * (1 + np.abs(b).max())
        )


# ---- edges


@pytest.mark.usefixtures("tiling")
def test_excluded_classes_and_undefined_rows():
    X, W = np.ones((3, 1)), np.zeros((4, 1))
    bias = np.array([0, -INF, 0, 0])
    losses, (dX, dW, db) = linear_cross_entropy_with_gradients(X, W, [0, 1, 2], bias)
    assert np.isinf(losses).tolist() == [False, True, False]
    np.testing.assert_allclose(losses[[0, 2]], np.log(3), rtol=1e-15)
    np.testing.assert_allclose(db, [0, -1, 0, 1], atol=1e-15)
    assert np.isfinite(dX).all()
    assert np.isfinite(dW).all()
    for bad in (np.full(4, -INF), [0, 0, 0, INF], [NAN, 0, 0, 0]):
        for label in (0, 3):
            assert np.isnan(linear_cross_entropy(X, W, [label] * 3, bad)).all()


@pytest.mark.usefixtures("tiling")
def test_one_row_s_nan_is_its_own(rng):
    X, W, labels, bias, weights = draw(rng)
    clean = linear_cross_entropy(X, W, labels, bias)
    X[4, 1] = NAN
    losses, (dX, _, _) = linear_cross_entropy_with_gradients(X, W, labels, bias, weights)
    assert np.flatnonzero(np.isnan(losses)).tolist() == [4]
    assert np.flatnonzero(np.isnan(dX).any(-1)).tolist() == [4]
    np.testing.assert_allclose(np.delete(losses, 4), np.delete(clean, 4), rtol=1e-14)


@pytest.mark.usefixtures("tiling")
def test_one_class_and_no_examples():
    losses, (dX, dW) = linear_cross_entropy_with_gradients([[2.0], [-9.0]], [[3.0]], [0, 0])
    assert not losses.any()
    assert not dX.any()
    assert not dW.any()
    losses, (dX, dW) = linear_cross_entropy_with_gradients(np.zeros((0, 2)), np.ones((3, 2)), [])
    assert (losses.shape, dX.shape, dW.tolist()) == ((0,), (0, 2), [[0, 0]] * 3)


@pytest.mark.usefixtures("tiling")
def test_no_argument_is_changed_or_returned(rng):
    arguments = draw(rng)
    for a in arguments:
        a.flags.writeable = False
    for layout in (np.ascontiguousarray, np.asfortranarray):
        results = ours(layout(arguments[0]), layout(arguments[1]), *arguments[2:])
        assert not any(np.shares_memory(a, b) for a in results for b in arguments)


# ---- memory


@pytest.mark.parametrize(("n", "d"), [(64, 256), (300, 64), (1500, 16)])
def test_the_memory_beside_the_gradients(rng, n, d):
    """At 128 256 classes in float32 below 37 MB, where the logits alone take 33, 154 and 770."""
    X, W, labels, _, _ = draw(rng, n, d, 128256, dtype=np.float32)
    tracemalloc.start()
    results = ours(X, W, labels)
    peak = tracemalloc.get_traced_memory()[1] - sum(a.nbytes for a in results)
    tracemalloc.stop()
    assert peak < 37e6


# ---- errors


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"X": np.zeros((2, 4))}, r"X and W must be matrices with equally many columns"),
        ({"X": np.zeros(3)}, r"X and W must be matrices"),
        ({"W": np.zeros((0, 3))}, r"W not empty"),
        ({"labels": [0]}, r"labels must hold one label for each row of X, 2: got shape \(1,\)"),
        ({"labels": [0, 5]}, r"labels must lie in 0..4, got 5 at index"),
        ({"bias": [0.0]}, r"bias must hold one number for each row of W, 5: got shape \(1,\)"),
        ({"weights": [1.0]}, r"weights must hold one number for each row of X, 2: got shape \(1,\)"),
        ({"weights": [1.0, INF]}, r"weights must be finite, got inf at index"),
    ],
)
def test_bad_values_are_refused(change, message):
    arguments = {"X": np.zeros((2, 3)), "W": np.zeros((5, 3)), "labels": [0, 1], **change}
    with pytest.raises(ValueError, match=message):
        linear_cross_entropy_with_gradients(**arguments)
    if "weights" not in change:
        with pytest.raises(ValueError, match=message):
            linear_cross_entropy(**arguments)


@pytest.mark.parametrize("change", [{"X": [["a"]]}, {"labels": [0.5]}, {"bias": [1j]}, {"weights": [1j]}])
def test_bad_types_are_refused(change):
    with pytest.raises(TypeError):
        linear_cross_entropy_with_gradients(**{"X": [[1.0]], "W": [[1.0]], "labels": [0], **change})
