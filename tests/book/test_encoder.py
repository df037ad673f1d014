"""The stored encoder of chapter 14 is that of tools/train_contrastive.py, and the chapter trains as the tool does."""

import numpy as np
import pytest
import torch
from notebooks import CHAPTERS, code_cells, load
from torch.nn.functional import cross_entropy, normalize, relu

import train_contrastive as tool
from bookkit.data import VALIDATION, digit_encoder, digits
from softxent.contrastive import info_nce_gradient

ROUNDING = 2e-3  # float16 keeps weights below 4 to 1e-3; a start that is 1e-14 off ends 1e-12 off


def difference(weights):
    """The largest difference of a weight from the stored one."""
    return max(np.abs(new - old).max() for new, old in zip(weights, digit_encoder(), strict=True))


def space():
    """The chapter's functions, run in a namespace of their own."""
    found = {"np": np, "info_nce": tool.info_nce, "info_nce_gradient": info_nce_gradient}
    chapter = load(next(path for path in CHAPTERS if path.stem.startswith("14_")))
    for name in ("def embed", "def pull_back", "def slopes", "def start", "def descend"):
        exec(next(cell.source for cell in code_cells(chapter) if name in cell.source), found)
    crops = next(cell.source for cell in code_cells(chapter) if "def crops" in cell.source)
    exec(crops.partition("\n\nimages")[0], found)
    return found


def test_a_new_training_gives_the_stored_encoder():
    _, weights, losses = tool.train()
    assert difference(weights) < ROUNDING
    assert np.mean(losses[-50:]) == pytest.approx(2.46, abs=0.01)


def test_less_training_gives_another_encoder():
    assert difference(tool.train(steps=100)[1]) > 10 * ROUNDING


def test_the_chapter_trains_as_the_tool():
    chapter = space()
    X = digits("train")[0][:VALIDATION]
    weights, losses = chapter["descend"](X, 8, np.random.default_rng(tool.SEED))
    _, wanted, their_losses = tool.train(steps=8)
    assert losses == pytest.approx(their_losses, rel=1e-12)
    assert all(np.allclose(new, old, rtol=1e-9, atol=1e-12) for new, old in zip(weights, wanted, strict=True))


def test_the_gradient_is_that_of_torch():
    rng = np.random.default_rng(3)
    weights, X = tool.start(rng), digits("train")[0][:12]
    A, B = tool.crops(X, rng), tool.crops(X, rng)
    loss, gradient = tool.slopes(weights, A, B, 0.3)
    W, b, V = (torch.tensor(w, requires_grad=True) for w in weights)
    U, Z = (normalize(relu(torch.tensor(C) @ W.T + b) @ V.T, dim=1) for C in (A, B))
    theirs = cross_entropy(U @ Z.T / 0.3, torch.arange(12))
    theirs.backward()
    assert loss == pytest.approx(theirs.item(), rel=1e-12)
    for mine, parameter in zip(gradient, (W, b, V), strict=True):
        assert np.allclose(mine, parameter.grad.numpy(), rtol=1e-8, atol=1e-12)


def test_a_crop_is_a_window_of_the_image_in_its_margin():
    X = np.arange(1.0, 65).reshape(1, 64).repeat(300, 0)
    found = tool.crops(X, np.random.default_rng(0)).reshape(-1, 8, 8)
    wide = np.pad(X[0].reshape(8, 8), 2)
    windows = {wide[i : i + 8, j : j + 8].tobytes() for i in range(5) for j in range(5)}
    assert {window.tobytes() for window in found} == windows
