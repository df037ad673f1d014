"""Twins in torch: the cross-entropy as an autograd function, in one process and over a vocabulary shared by several.

The only module of the package that imports torch. Logits ``z`` (..., K) have their classes on the last axis; float16
and bfloat16 are computed in float32, and a loss has the dtype of z. A row with a NaN, with +inf, or with −inf only,
gives NaN.
"""

from collections.abc import Callable
from datetime import timedelta
from functools import partial
from typing import NamedTuple

import torch
import torch.distributed as dist
from torch.autograd.function import once_differentiable

BLOCK = 1 << 17  # numbers in a block: what is made of it fits a second-level cache


def softmax_cross_entropy(z, y):
    """The cross-entropies ``L = −Σ y_k log softmax(z)_k`` of the rows, in nats, differentiable once by z.

    Parameters
    ----------
    z : Tensor, shape (..., K)
        Logits.
    y : Tensor of int, shape (...), or Tensor, shape (..., K)
        Labels, or weights y ≥ 0, through which no gradient flows.

    Returns
    -------
    Tensor, shape (...)
        One loss a row, as of ``softxent.loss.softmax_cross_entropy``.

    Raises
    ------
    ValueError
        For shapes that do not fit, no classes, labels out of range, negative weights, and weights that ask for a
        gradient.
    TypeError
        For logits that are not floats.

    Notes
    -----
    For a label c the loss is ``log(1 + Σ exp(z_k − z_c))`` over k ≠ c, and the label's entry of the gradient is
    −(1 − p_c), from the other classes: both keep their digits where torch's own are 0. Backward saves z and two numbers
    a row, no probabilities.

    References
    ----------
    - Bishop (2006), equations 4.108 and 4.109.

    Examples
    --------
    >>> loss = softmax_cross_entropy(torch.tensor([0.0, -40.0]), torch.tensor(0))
    >>> print(f"{loss:.4e}")
    4.2484e-18
    """
    num_classes = z.shape[-1] if z.ndim else 0
    target = _target(z, y, num_classes)
    return _CrossEntropy.apply(z, target, _Part(slice(0, num_classes), num_classes, 0.0, _alone))


def vocabulary_shard(num_classes, group=None):
    """The classes of this process, as a slice: equal parts in the order of the ranks, the first ones larger by one.

    Parameters
    ----------
    num_classes : int
        The size of the whole vocabulary, K.
    group : ProcessGroup, optional
        The processes that share it; all by default.

    Returns
    -------
    slice
        So a layer keeps ``W[vocabulary_shard(len(W))]``.

    Raises
    ------
    ValueError
        For fewer classes than processes.

    Examples
    --------
    >>> vocabulary_shard(10)  # in the second of three processes  # doctest: +SKIP
    slice(4, 7, None)
    """
    rank, world = dist.get_rank(group), dist.get_world_size(group)
    if num_classes < world:
        raise ValueError(f"num_classes must be at least the number of processes, {world}, got {num_classes}")
    share, extra = divmod(num_classes, world)
    start = rank * share + min(rank, extra)
    return slice(start, start + share + (rank < extra))


def vocabulary_parallel_cross_entropy(z, y, num_classes, label_smoothing=0.0, group=None, timeout=60.0):
    """The cross-entropies of rows whose logits are shared out over processes, each holding some of the classes.

    Parameters
    ----------
    z : Tensor, shape (..., K_r)
        The logits of this process's classes, ``vocabulary_shard(num_classes, group)``.
    y : Tensor of int, shape (...), or Tensor, shape (..., K_r)
        Labels in 0..num_classes − 1, the same in all processes; or weights y ≥ 0 of this process's classes, through
        which no gradient flows.
    num_classes : int
        The size of the whole vocabulary, K.
    label_smoothing : float, optional
        With ε the target is ``(1 − ε) y + ε/K``, for labels only.
    group : ProcessGroup, optional
        The processes that share the vocabulary; all by default.
    timeout : float, optional
        How many seconds to wait for the other processes.

    Returns
    -------
    Tensor, shape (...)
        One loss a row, bit for bit the same in all processes. Its backward fills the gradient of this process's logits.

    Raises
    ------
    ValueError
        As ``softmax_cross_entropy``, for a shard of another width, and for a smoothing outside [0, 1] or of weights.
    TypeError
        For logits that are not floats.
    RuntimeError
        Where another process is gone, or does not answer in time.

    Notes
    -----
    One collective: of each row every process sends its maximum, its sum of exponentials and the logit of the label if
    it is its own (12 bytes in float32, for weights 16: their sum is the fourth number). Each merges what it got.
    Backward needs no communication; the gradient by the inputs of the linear layer, a sum over the classes, must be
    summed over the processes, by the layer.

    References
    ----------
    - Shoeybi et al. (2019), section 3, who fuse the loss with the layer in the same way.

    Examples
    --------
    >>> vocabulary_parallel_cross_entropy(z, labels, 128256).mean().backward()  # doctest: +SKIP
    """
    shard = vocabulary_shard(num_classes, group)
    if z.shape[-1:] != (shard.stop - shard.start,):
        raise ValueError(f"z must hold the {shard.stop - shard.start} classes of this process, got shape {(*z.shape,)}")
    if not 0 <= label_smoothing <= 1:
        raise ValueError(f"label_smoothing must lie in [0, 1], got {label_smoothing}")
    if label_smoothing and y.is_floating_point():
        raise ValueError(f"label_smoothing is for labels; mix it into weights yourself: got {label_smoothing}")
    part = _Part(shard, num_classes, label_smoothing, partial(_gather, group, timeout))
    return _CrossEntropy.apply(z, _target(z, y, num_classes), part)


class _Part(NamedTuple):
    """The classes of this process, and how the numbers of all processes come together."""

    shard: slice
    num_classes: int
    smoothing: float
    gather: Callable

    def places(self, labels):
        """The rows whose label is a class of this process, and its column here."""
        rows = ((labels >= self.shard.start) & (labels < self.shard.stop)).nonzero()[:, 0]
        return rows, labels[rows] - self.shard.start

    def is_apart(self, target):
        """Whether the loss is that of one class, whose term is kept apart from the sum of the others."""
        return not target.is_floating_point() and not self.smoothing


class _CrossEntropy(torch.autograd.Function):
    """The losses from logits z (..., K_r), a target and a part; the work is done on rows x (N, K_r)."""

    @staticmethod
    def forward(ctx, z, y, part):
        x = _rows(z, z)
        target = y.reshape(x.shape) if y.is_floating_point() else y.reshape(-1)
        m = x.amax(-1, keepdim=True)
        apart = part.is_apart(target)
        sums = _exponential_sums(x, _finite(m), part.places(target) if apart else None)
        numbers = torch.cat([m, sums, *_linear(x, target, part)], -1)
        top, total, linear, weight = _merged(part.gather(numbers))
        losses, total, rest = (_apart if apart else _together)(top, total, linear, weight)
        ctx.save_for_backward(z, target, _finite(top), total + (top - top), rest)
        ctx.part = part
        return (losses + (top - top)).to(z.dtype).reshape(z.shape[:-1])

    @staticmethod
    @once_differentiable
    def backward(ctx, grad):
        z, target, top, total, rest = ctx.saved_tensors
        scale = _rows(grad[..., None], z)
        p = _scaled_exponentials(_rows(z, z), top, scale / total)
        G = _residual(p, target, rest, scale, ctx.part)
        return G.to(z.dtype).reshape(z.shape), None, None


def _rows(a, z):
    """a (..., K) as rows, in the dtype to compute in for logits z."""
    return a.reshape(-1, a.shape[-1]).to(torch.promote_types(z.dtype, torch.float32))


def _finite(m):
    """A maximum to subtract: 0 for −inf, so that exp(−inf − 0) = 0."""
    return m.masked_fill(m == -torch.inf, 0)


def _blocks(x):
    """Slices of so many rows that what is made of them fits a processor's cache."""
    step = max(1, BLOCK // x.shape[1])
    return (slice(i, i + step) for i in range(0, len(x), step))


def _exponential_sums(x, shift, apart):
    """The row sums of exp(x − shift), (N, 1), without the terms at the places (rows, columns) that are set apart."""
    sums = torch.empty_like(shift)
    rows, columns = (None, None) if apart is None else apart
    for block in _blocks(x):
        e = (x[block] - shift[block]).exp_()
        if apart is not None:
            inside = (rows >= block.start) & (rows < block.stop)
            e[rows[inside] - block.start, columns[inside]] = 0
        sums[block] = e.sum(-1, keepdim=True)
    return sums


def _scaled_exponentials(x, shift, factor):
    """exp(x − shift) · factor, a new array."""
    result = torch.empty_like(x)
    for block in _blocks(x):
        torch.sub(x[block], shift[block], out=result[block]).exp_().mul_(factor[block])
    return result


def _linear(x, target, part):
    """This part's share of Σ y_k z_k, and for weights of Σ y_k, as columns."""
    if target.is_floating_point():
        y = target.to(x.dtype)
        # 0 · (−inf) = 0
        return (y * x).masked_fill_((y == 0) & (x == -torch.inf), 0).sum(-1, keepdim=True), y.sum(-1, keepdim=True)
    rows, columns = part.places(target)
    own = x.new_zeros(len(x), 1)
    own[rows, 0] = x[rows, columns]
    if not part.smoothing:
        return (own,)
    return ((1 - part.smoothing) * own + part.smoothing / part.num_classes * x.sum(-1, keepdim=True),)


def _merged(numbers):
    """The states (m, t) of all parts, (P, N, 3 or 4), merged into one, and the sums of the other numbers."""
    m, t, linear, *weight = numbers.split(1, -1)
    top = m.amax(0)
    total = (t * (m - _finite(top)).exp()).sum(0)
    return top, total, linear.sum(0), weight[0].sum(0) if weight else torch.ones_like(top)


def _apart(top, others, label, _):
    """With the label's term e apart: L = log(1 + others/e), total = others + e, ∂L/∂z of the label = −others/total."""
    e = (label - top).exp()
    ratio = others / e
    # where e is no normal number beside the others, log(1 + ratio) is log(others) + top − label
    far = others.log() + (top - label)
    losses = torch.where(ratio < 1 / torch.finfo(e.dtype).tiny, ratio.log1p(), far)
    return losses, others + e, -others / (others + e)


def _together(top, total, linear, weight):
    """L = (Σ y) LSE − Σ y z."""
    return weight * (top + total.log()) - linear, total, weight


def _residual(p, target, rest, scale, part):
    """((Σ y) p − y) · scale, written over p, which has the scale already."""
    if target.is_floating_point():
        return p.mul_(rest).sub_(target * scale)
    rows, columns = part.places(target)
    if part.is_apart(target):
        p[rows, columns] = (rest * scale)[rows, 0]
        return p
    p -= scale * (part.smoothing / part.num_classes)
    p[rows, columns] -= (1 - part.smoothing) * scale[rows, 0]
    return p


def _alone(numbers):
    """The numbers of the only process."""
    return numbers[None]


def _gather(group, timeout, numbers):
    """The numbers of all processes, (P, ...), in the order of their ranks."""
    parts = [torch.empty_like(numbers) for _ in range(dist.get_world_size(group))]
    try:
        dist.all_gather(parts, numbers, group, async_op=True).wait(timedelta(seconds=timeout))
    except RuntimeError as error:
        rank = dist.get_rank(group)
        message = f"process {rank} got no numbers from another one: it has ended, or did not answer in {timeout} s"
        raise RuntimeError(message) from error
    return torch.stack(parts)


def _target(z, y, num_classes):
    """Labels as int64, or weights, after the checks."""
    if not z.is_floating_point():
        raise TypeError(f"z must hold floats, got dtype {z.dtype}")
    if z.ndim == 0 or z.shape[-1] == 0:
        raise ValueError(f"z must have at least one class on its last axis, got shape {(*z.shape,)}")
    if y.shape == z.shape and y.is_floating_point():
        return _weights(y)
    if y.shape != z.shape[:-1] or y.is_floating_point():
        raise ValueError(
            f"y must be integers of shape {(*z.shape[:-1],)} or floats of shape {(*z.shape,)}, "
            f"got {y.dtype} of shape {(*y.shape,)}"
        )
    if y.numel() and not 0 <= y.min() <= y.max() < num_classes:
        raise ValueError(f"labels must lie in 0..{num_classes - 1}, got {y.min()} to {y.max()}")
    return y.long()


def _weights(y):
    """Weights that are finite and not negative, and no variables."""
    if y.requires_grad:
        raise ValueError("y must not require a gradient: pass y.detach()")
    if (y < 0).any() or y.isinf().any():
        raise ValueError(f"y must be finite and not negative, got {y.min()} to {y.max()}")
    return y
