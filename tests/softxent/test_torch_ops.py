"""The twins in torch: against NumPy, torch and exact values; a vocabulary shared by two and four processes."""

import subprocess
import sys
from pathlib import Path

import exact
import numpy as np
import pytest
import torch

from softxent import loss
from softxent.torch_ops import softmax_cross_entropy

INF, NAN = np.inf, np.nan


def of_torch(z, y):
    """Losses, and the gradient of their sum, as arrays."""
    z = torch.tensor(z, requires_grad=True)
    losses = softmax_cross_entropy(z, torch.tensor(y))
    losses.sum().backward()
    return losses.detach().numpy(), z.grad.numpy()


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("batch", [(), (5,), (2, 3), (0,)])
def test_the_same_as_in_numpy(rng, dtype, batch):
    z = rng.normal(0, 5, (*batch, 7)).astype(dtype)
    for y in (rng.integers(0, 7, batch), rng.uniform(0, 1, (*batch, 7)).astype(dtype)):
        for ours, wanted in zip(of_torch(z, y), loss.softmax_cross_entropy_with_gradient(z, y), strict=True):
            assert ours.dtype == dtype
            assert ours.shape == wanted.shape
            np.testing.assert_allclose(ours, wanted, rtol=40 * np.finfo(dtype).eps, atol=40 * np.finfo(dtype).eps)


def test_a_nearly_certain_label_keeps_its_digits_where_torch_has_none():
    z = np.array([0] + 9 * [-18], np.float32)
    computed, gradient = of_torch(z, 0)
    y = loss.one_hot(0, 10)
    assert exact.error(computed, exact.softmax_cross_entropy(z, y)) <= 8
    assert exact.error(gradient, exact.softmax_cross_entropy_gradient(z, y)) <= 8
    assert torch.nn.functional.cross_entropy(torch.tensor(z), torch.tensor(0)) in (0, 2.0**-23)


@pytest.mark.parametrize("row", [[1, INF], [INF, 1], [-INF, -INF], [NAN, 1], [1, NAN], [-INF, 2], [2, -INF], [0, 1e37]])
@pytest.mark.parametrize("y", [0, [0.25, 0.75], [0.0, 1.0]])
def test_the_edges_are_those_of_numpy(row, y):
    row = np.array(row, np.float32)
    for ours, wanted in zip(of_torch(row, y), loss.softmax_cross_entropy_with_gradient(row, y), strict=True):
        np.testing.assert_allclose(ours, wanted, rtol=4e-7)


def test_gradients_by_finite_differences_and_once_only(rng):
    z = torch.tensor(rng.normal(size=(3, 5)), requires_grad=True)
    labels, y = torch.tensor([0, 1, 4]), torch.tensor(rng.uniform(size=(3, 5)))
    for target in (labels, y):
        assert torch.autograd.gradcheck(softmax_cross_entropy, (z, target))
    (first,) = torch.autograd.grad(softmax_cross_entropy(z, labels).sum(), z, create_graph=True)
    with pytest.raises(RuntimeError, match=r"does not require grad|once_differentiable"):
        first.sum().backward()


def test_half_precision_is_computed_in_float32():
    z = torch.zeros(1, 70000, dtype=torch.float16)
    assert softmax_cross_entropy(z, torch.tensor([3])) == torch.tensor(np.log(70000)).half()
    assert softmax_cross_entropy(z.bfloat16(), torch.tensor([3])).dtype == torch.bfloat16


@pytest.mark.parametrize(
    ("z", "y", "error", "message"),
    [
        ([[0, 1]], [0], TypeError, "z must hold floats, got dtype torch.int64"),
        (0.0, 0, ValueError, "at least one class"),
        ([[]], [0], ValueError, "at least one class"),
        ([[0.0, 1.0]], [2], ValueError, r"labels must lie in 0..1, got 2 to 2"),
        ([[0.0, 1.0]], [-100], ValueError, "got -100"),
        ([[0.0, 1.0]], [0.0], ValueError, "y must be integers"),
        ([[0.0, 1.0]], [[0, 1]], ValueError, "y must be integers"),
        ([[0.0, 1.0]], [[-0.5, 1.5]], ValueError, "y must be finite and not negative"),
        ([[0.0, 1.0]], [[0.5, INF]], ValueError, "y must be finite and not negative"),
    ],
)
def test_bad_arguments_are_refused(z, y, error, message):
    with pytest.raises(error, match=message):
        softmax_cross_entropy(torch.tensor(z), torch.tensor(y))


def test_a_target_that_asks_for_a_gradient_is_refused():
    with pytest.raises(ValueError, match="must not require a gradient"):
        softmax_cross_entropy(torch.zeros(1, 2), torch.full((1, 2), 0.5, requires_grad=True))


# ---- several processes


@pytest.fixture(scope="module")
def processes(tmp_path_factory):
    """What four processes print, as lines of words by rank; none is left behind."""
    script = Path(__file__).parents[1] / "support" / "processes.py"
    store = tmp_path_factory.mktemp("store") / "store"
    command = [sys.executable, str(script), "4", str(store)]
    result = subprocess.run(command, capture_output=True, text=True, timeout=120)
    lines = [line.split(maxsplit=2) for line in result.stdout.splitlines()]
    assert ["ends", "0", "0 0 3"] in lines, result.stdout + result.stderr
    return lines


def said(processes, word):
    return {line[0]: line[-1] for line in processes if line[1] == word}


def test_two_and_four_processes_agree_with_one(processes):
    assert said(processes, "agree").keys() == set("0123")


def test_what_does_not_fit_is_refused_without_a_collective(processes):
    messages = " ".join(line[2] for line in processes if line[1] == "refused")
    for part in ("classes of this process", "lie in [0, 1]", "is for labels", "at least the number of processes, 4"):
        assert messages.count(part) == 4


def test_a_process_that_does_not_answer_or_dies_is_an_error_soon(processes):
    (late,) = said(processes, "late").values()
    assert "RuntimeError: process 0 got no numbers from another one: it has ended, or did not answer in 0.5 s" in late
    alone = said(processes, "alone")
    assert alone.keys() == set("012")
    for message in (late, *alone.values()):
        assert "got no numbers from another one" in message
        assert float(message.split()[-1]) < 30
