"""The stored networks of chapter 17 are what tools/train_cnn.py makes, and the counts are those of its runs."""

import numpy as np
import pytest
import torch
from notebooks import CHAPTERS, code_cells, load

import train_cnn
from bookkit.data import cnn_runs, digit_cnn
from softxent.loss import softmax_cross_entropy, squared_error, squared_error_gradient

ROUNDING = 1e-6  # float32 keeps weights up to 4 to 2e-7; a start that is 1e-14 off ends 1e-12 off


def trained(kind, **options):
    """The network of that name, trained anew with the stored step size and seed."""
    return train_cnn.train(train_cnn.softmax_cross_entropy, 0.03, 1, getattr(train_cnn, kind), **options)


def difference(net, kind):
    """The largest difference of a weight from the stored one."""
    stored = digit_cnn(kind)
    assert list(stored) == list(net.state_dict())
    return max(np.abs(stored[name] - weight.numpy()).max() for name, weight in net.state_dict().items())


@pytest.mark.parametrize(("kind", "right"), [("still", 470), ("moved", 495)])
def test_a_new_training_gives_the_stored_network(kind, right):
    net, counts = trained(kind)
    assert difference(net, kind) < ROUNDING
    assert counts[-1][1] == pytest.approx(right, abs=1)
    if kind == "still":
        assert counts == pytest.approx(cnn_runs()[0][0, 1, 0], abs=2)


def test_less_training_gives_another_network():
    assert difference(trained("still", epochs=29)[0], "still") > 1e-4


def test_the_lost_digit():
    """Squared error, step 0.1, seed 1: no image is read as 8, and no eight gets a probability that could grow."""
    net, counts = train_cnn.train(train_cnn.squared_error, 0.1, 1)
    assert train_cnn.lost(net) == cnn_runs()[1][1, 2, 0] == 1
    assert counts[-1][1] == pytest.approx(cnn_runs()[0][1, 2, 0, -1, 1], abs=3)
    X, labels = train_cnn.images("train")
    with torch.no_grad():
        p = torch.softmax(net(X), -1)
    assert not (p.argmax(-1) == 8).any()
    assert p[labels == 8][:, 8].max() < 1e-5
    assert p[labels == 8].max(-1).values.median() < 0.5


def test_the_step_is_chosen_without_the_test_images():
    right, _ = cnn_runs()
    assert [train_cnn.best_step(counts) for counts in right] == [0.03, 0.03]
    fewer = right.copy()
    fewer[..., 1] = 0
    assert [train_cnn.best_step(counts) for counts in fewer] == [0.03, 0.03]
    fewer[:, 1, :, :, 0] = 0
    assert [train_cnn.best_step(counts) for counts in fewer] == [0.1, 0.01]


def test_the_rival_is_that_of_the_package():
    rng = np.random.default_rng(0)
    z, y = rng.normal(size=(6, 4)), rng.integers(4, size=6)
    tensor = torch.tensor(z, requires_grad=True)
    loss = train_cnn.squared_error(tensor, torch.tensor(y))
    loss.sum().backward()
    target = np.eye(4)[y]
    assert loss.detach().numpy() == pytest.approx(squared_error(z, target), rel=1e-12)
    assert tensor.grad.numpy() == pytest.approx(squared_error_gradient(z, target), rel=1e-9, abs=1e-14)


def test_images_move_by_at_most_a_pixel():
    X = torch.arange(64.0).reshape(1, 1, 8, 8).repeat(200, 1, 1, 1) + 1
    found = train_cnn.moved(X, np.random.default_rng(0))
    assert found.shape == X.shape
    assert set(found[:, 0, 4, 4].int().tolist()) == {37 + 8 * i + j for i in (-1, 0, 1) for j in (-1, 0, 1)}
    assert torch.equal(train_cnn.still(X, None), X)


def test_a_network_has_one_of_two_names():
    with pytest.raises(ValueError, match="images must be still or moved, got 'Moved'"):
        digit_cnn("Moved")


def test_the_network_of_the_chapter_is_that_of_the_tool():
    cell = next(c for c in code_cells(load(chapter())) if "def network" in c.source)
    space = {"torch": torch, "nn": torch.nn}
    exec(cell.source, space)
    assert str(space["network"]()) == str(train_cnn.network())
    net, (X, labels) = space["network"](), train_cnn.images("test")
    net.load_state_dict({name: torch.tensor(weight) for name, weight in digit_cnn("moved").items()})
    with torch.no_grad():
        z = net(X).numpy()
    assert (z.argmax(-1) == labels.numpy()).sum() == 495
    assert softmax_cross_entropy(z, labels.numpy()).mean() == pytest.approx(0.091608, abs=1e-6)


def chapter():
    """The path of chapter 17."""
    return next(path for path in CHAPTERS if path.stem.startswith("17_"))
