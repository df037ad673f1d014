"""Train the convolutional networks of chapter 17 and store what the chapter prints of them: python tools/train_cnn.py

Everything random comes from NumPy, and everything is computed in float64, so that another machine gets the same weights
but for roundings, which the training amplifies; tests/book/test_cnn.py says how much.
"""

from itertools import product

import numpy as np
import torch
from torch import nn

from bookkit.data import HERE, TRAINING, VALIDATION, digits
from softxent.torch_ops import softmax_cross_entropy

EPOCHS, BATCH, MOMENTUM = 30, 49, 0.9
STEPS = (0.01, 0.03, 0.1, 0.3)
SEEDS = (1, 2, 3, 4, 5)
PARTS = {"train": slice(VALIDATION), "validation": slice(VALIDATION, TRAINING), "test": slice(TRAINING, None)}


def network():
    """Two convolutions, the larger of every two by two, and a linear layer: 3818 numbers to learn, in float64."""
    layers = [
        nn.Conv2d(1, 8, 3, padding=1),
        nn.ReLU(),
        nn.Conv2d(8, 16, 3, padding=1),
        nn.ReLU(),
        nn.MaxPool2d(2),
        nn.Flatten(),
        nn.Linear(256, 10),
    ]
    return nn.Sequential(*layers).double()


def start(net, rng):
    """Normal weights with variance 2 by the number of inputs, after He et al. (2015), and biases 0."""
    with torch.no_grad():
        for weight in net.parameters():
            scale = np.sqrt(2 / weight[0].numel()) if weight.ndim > 1 else 0
            weight.copy_(torch.tensor(scale * rng.normal(size=weight.shape)))


def squared_error(z, y):
    """The squared error of the probabilities, as softxent.loss.squared_error."""
    return (torch.softmax(z, -1) - nn.functional.one_hot(y, z.shape[-1])).square().sum(-1)


LOSSES = {"cross-entropy": softmax_cross_entropy, "squared error": squared_error}


def images(part):
    """The images of a part as (N, 1, 8, 8), and their labels, as tensors."""
    X, labels = digits()
    return torch.tensor(X[PARTS[part]].reshape(-1, 1, 8, 8)), torch.tensor(labels[PARTS[part]])


def answers(net, part):
    """The digit that the network gives to each image of a part, and whether it is right."""
    X, labels = images(part)
    with torch.no_grad():
        answer = net(X).argmax(-1)
    return answer, answer == labels


def still(X, _):
    """The images as they are."""
    return X


def moved(X, rng):
    """Each image moved at random by at most one pixel in each direction; what leaves the frame is lost."""
    wide = nn.functional.pad(X, (1, 1, 1, 1))
    places = rng.integers(0, 3, (len(X), 2))
    return torch.stack([image[:, i : i + 8, j : j + 8] for image, (i, j) in zip(wide, places, strict=True)])


def train(loss, step, seed, change=still, epochs=EPOCHS):
    """The network after that many epochs of descent with momentum, and after each its right answers of both parts."""
    rng = np.random.default_rng(seed)
    net, (X, labels) = network(), images("train")
    start(net, rng)
    descent = torch.optim.SGD(net.parameters(), lr=step, momentum=MOMENTUM)
    right = []
    for _ in range(epochs):
        for rows in rng.permutation(len(X)).reshape(-1, BATCH):
            descent.zero_grad()
            loss(net(change(X[rows], rng)), labels[rows]).mean().backward()
            descent.step()
        right.append([int(answers(net, part)[1].sum()) for part in ("validation", "test")])
    return net, right


def lost(net):
    """How many digits the network gives to no training image."""
    return 10 - len(answers(net, "train")[0].unique())


def runs():
    """All losses, steps and seeds: the networks, their right answers after each epoch, and their lost digits."""
    trained = {key: train(LOSSES[key[0]], *key[1:]) for key in product(LOSSES, STEPS, SEEDS)}
    shape = len(LOSSES), len(STEPS), len(SEEDS)
    right = np.array([right for _, right in trained.values()], dtype=np.int16)
    missing = np.array([lost(net) for net, _ in trained.values()], dtype=np.int16)
    return {key: net for key, (net, _) in trained.items()}, right.reshape(*shape, EPOCHS, 2), missing.reshape(shape)


def best_step(right):
    """For one loss, from its right answers (steps, seeds, epochs, 2): the step with the most in the validation part."""
    return STEPS[right[:, :, -1, 0].sum(axis=1).argmax()]


def stored(name, net):
    """The weights of a network under its name, in float32."""
    return {f"{name}.{key}": weight.numpy().astype(np.float32) for key, weight in net.state_dict().items()}


def main():
    """Store the first network of the best step, the same trained on moved images, and the counts of all runs."""
    nets, right, missing = runs()
    step = best_step(right[0])
    weights = stored("still", nets["cross-entropy", step, SEEDS[0]])
    weights |= stored("moved", train(softmax_cross_entropy, step, SEEDS[0], moved)[0])
    np.savez_compressed(HERE / "digit_cnn.npz", **weights, right=right, missing=missing)


if __name__ == "__main__":
    main()
