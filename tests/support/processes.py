"""Several processes that share a vocabulary:  python processes.py WORLD STORE

Each compares its losses and its own gradients with those of one process that has the whole table, and ends with two
accidents: a process that does not answer, and one that dies.
"""

import multiprocessing
import os
import sys
import time
from datetime import timedelta

import torch
import torch.distributed as dist

from softxent.torch_ops import softmax_cross_entropy, vocabulary_parallel_cross_entropy, vocabulary_shard

N, K = 6, 11


def cases(dtype):
    """Logits, a target of each kind, and the smoothing; K is no multiple of the number of processes."""
    draw = torch.Generator().manual_seed(0)
    z = 3 * torch.randn(N, K, generator=draw, dtype=torch.float64)
    labels = torch.randint(K, (N,), generator=draw)
    y = torch.rand(N, K, generator=draw, dtype=torch.float64)
    y[:, 2] = 0
    sure = torch.full((N, K), -18.0, dtype=torch.float64)
    sure[range(N), labels] = 0
    excluded = z.clone()
    excluded[:, 2] = -torch.inf
    for logits, target, smoothing in [
        (z, labels, 0.0),
        (z, labels, 0.1),
        (z, labels, 1.0),
        (z, y, 0.0),
        (z.reshape(2, 3, K), y.reshape(2, 3, K), 0.0),
        (sure, labels, 0.0),
        (z * 300, labels, 0.0),
        (z - 1000, labels, 0.0),
        (excluded, y, 0.0),
        (excluded, torch.where(labels == 2, 3, labels), 0.0),
    ]:
        yield logits.to(dtype), target.to(dtype) if target.is_floating_point() else target, smoothing


def smoothed(labels, smoothing, dtype):
    """The target (1 − ε) y + ε/K."""
    return (1 - smoothing) * torch.nn.functional.one_hot(labels, K).to(dtype) + smoothing / K


def whole(z, target, smoothing, upstream):
    """The losses and the gradient of one process."""
    z = z.clone().requires_grad_()
    losses = softmax_cross_entropy(z, smoothed(target, smoothing, z.dtype) if smoothing else target)
    (losses * upstream).sum().backward()
    return losses.detach(), z.grad


def shared(z, target, smoothing, upstream, group):
    """The losses, and the gradient of this process's logits."""
    shard = vocabulary_shard(K, group)
    z = z[..., shard].clone().requires_grad_()
    y = target[..., shard] if target.is_floating_point() else target
    losses = vocabulary_parallel_cross_entropy(z, y, K, smoothing, group)
    (losses * upstream).sum().backward()
    return losses.detach(), z.grad, shard


def compare(group):
    for dtype, tolerance in ((torch.float64, 1e-14), (torch.float32, 1e-6)):
        for z, target, smoothing in cases(dtype):
            upstream = torch.arange(1.0, N + 1, dtype=dtype).reshape(z.shape[:-1])
            losses, gradient = whole(z, target, smoothing, upstream)
            ours, part, shard = shared(z, target, smoothing, upstream, group)
            scale = max(1.0, z[z.isfinite()].abs().max().item())
            torch.testing.assert_close(ours, losses, rtol=tolerance, atol=tolerance * scale * bool(smoothing))
            torch.testing.assert_close(part, gradient[..., shard], rtol=0, atol=40 * tolerance)
            every = [torch.empty_like(ours) for _ in range(dist.get_world_size(group))]
            dist.all_gather(every, ours, group)
            assert all(torch.equal(x, ours) for x in every)


def refusal(action, *arguments, **options):
    """The message of the error, and after how many seconds it came."""
    start = time.monotonic()
    try:
        action(*arguments, **options)
    except (RuntimeError, ValueError) as error:
        return f"{type(error).__name__}: {error}", time.monotonic() - start
    return "no error", time.monotonic() - start


def life(rank, world, store):
    """What one process does; it prints what the test reads."""
    limit = timedelta(seconds=40)
    dist.init_process_group("gloo", init_method=f"file://{store}", rank=rank, world_size=world, timeout=limit)
    pair = dist.new_group([0, 1], timeout=limit)
    compare(None)
    if rank < 2:
        compare(pair)
    say(rank, "agree")
    classes = vocabulary_shard(K)
    z, labels = torch.zeros(N, classes.stop - classes.start), torch.zeros(N, dtype=torch.int64)
    for arguments in [(z[:, 1:], labels, K), (z, labels, K, 2.0), (z, z, K, 0.1), (z, labels, world - 1)]:
        say(rank, "refused", *refusal(vocabulary_parallel_cross_entropy, *arguments))
    dist.barrier()
    if rank == 0:
        half = torch.zeros(N, vocabulary_shard(K, pair).stop)
        say(rank, "late", *refusal(vocabulary_parallel_cross_entropy, half, labels, K, group=pair, timeout=0.5))
    if rank == 1:
        time.sleep(1)
    if rank == world - 1:
        say(rank, "dies")
        os._exit(3)
    say(rank, "alone", *refusal(vocabulary_parallel_cross_entropy, z, labels, K, timeout=20))
    os._exit(0)  # the group is broken: no orderly end


def say(*words):
    """One line in one piece, so that those of several processes do not mix."""
    os.write(1, (" ".join(map(str, words)) + "\n").encode())


def main():
    world, store = int(sys.argv[1]), sys.argv[2]
    # forked, as importing torch takes each process longer than all the rest
    children = [multiprocessing.get_context("fork").Process(target=life, args=(r, world, store)) for r in range(world)]
    for child in children:
        child.start()
    for child in children:
        child.join(50)
        child.kill()
    say("ends", *(child.exitcode for child in children))


if __name__ == "__main__":
    main()
