"""A vocabulary of 128 256 classes: a linear layer's loss in tiles, attention in one pass, a vocabulary in parts:
python benchmarks/scale.py [words of the tables wanted: tiles attention parallel]

CPU time in one thread, the least of some rounds, and the peak of what NumPy allocates beyond the results (tracemalloc):
"naive" writes the formulas down one after the other, "in place" overwrites the table of the logits. For the
parallel losses the time is that of the slowest process, on as many processes as the table says.
"""

import os

os.environ.setdefault("OMP_NUM_THREADS", "1")

import multiprocessing
import sys
import tempfile
import time
import tracemalloc

import machine
import numpy as np
import torch
import torch.distributed as dist
from torch.distributed.device_mesh import init_device_mesh
from torch.distributed.tensor import DTensor, Shard
from torch.distributed.tensor.parallel import loss_parallel

from softxent.attention import attention, causal_mask, online_attention
from softxent.fused import linear_cross_entropy_with_gradients
from softxent.torch_ops import vocabulary_parallel_cross_entropy, vocabulary_shard

VOCABULARY = 128256
LAYERS = [(64, 256), (512, 64), (1024, 256), (2048, 64), (2048, 256), (1024, 1024)]  # tokens, features
LENGTHS = [1024, 4096]
TOKENS = [64, 512]
ROUNDS = 3


def naive(X, W, labels):
    z = X @ W.T
    e = np.exp(z - z.max(-1, keepdims=True))
    p = e / e.sum(-1, keepdims=True)
    rows = np.arange(len(X))
    losses = -np.log(p[rows, labels])
    p[rows, labels] -= 1
    return losses, p @ W, p.T @ X


def in_place(X, W, labels):
    z = X @ W.T
    z -= z.max(-1, keepdims=True)
    np.exp(z, out=z)
    z /= z.sum(-1, keepdims=True)
    rows = np.arange(len(X))
    losses = -np.log(z[rows, labels])
    z[rows, labels] -= 1
    return losses, z @ W, z.T @ X


def in_tiles(X, W, labels):
    losses, gradients = linear_cross_entropy_with_gradients(X, W, labels)
    return losses, *gradients


def cost(call):
    """Seconds of CPU time, the least of the rounds, and the peak in MB beyond the results."""
    seconds = []
    for _ in range(ROUNDS):
        start = time.process_time()
        call()
        seconds.append(time.process_time() - start)
    tracemalloc.start()
    results = call()
    peak = tracemalloc.get_traced_memory()[1] - sum(a.nbytes for a in results)
    tracemalloc.stop()
    return min(seconds), peak / 1e6


def tiles():
    print(machine.description(f"A linear layer's cross-entropy with gradients, {VOCABULARY} classes, float32"))
    table = [
        ["tokens, features", *(f"{n}: {u}" for n in ("naive", "in place", "tiles") for u in ("s", "MB")), "ratios"]
    ]
    rng = np.random.default_rng(0)
    for n, d in LAYERS:
        X = rng.normal(size=(n, d)).astype(np.float32)
        W = (rng.normal(size=(VOCABULARY, d)) / np.sqrt(d)).astype(np.float32)
        labels = rng.integers(0, VOCABULARY, n)
        costs = [cost(lambda f=f, a=(X, W, labels): f(*a)) for f in (naive, in_place, in_tiles)]
        ratios = ", ".join(f"{costs[2][0] / seconds:.2f}" for seconds, _ in costs[:2])
        table.append([f"{n}, {d}", *(word for s, mb in costs for word in (f"{s:.2f}", f"{mb:.0f}")), ratios])
    machine.show(table)


def one_pass():
    print(machine.description("Causal attention, 64 features, float32"))
    table = [["length", "table: s", "MB", "one pass: s", "MB", "ratio"]]
    for n in LENGTHS:
        Q, K, V = np.random.default_rng(0).normal(size=(3, n, 64)).astype(np.float32)
        whole = cost(lambda a=(Q, K, V), n=n: [attention(*a, causal_mask(n))])
        online = cost(lambda a=(Q, K, V): [online_attention(*a, causal=True)])
        words = [f"{x:.{digits}f}" for pair in (whole, online) for x, digits in zip(pair, (3, 1), strict=True)]
        table.append([str(n), *words, f"{online[0] / whole[0]:.2f}"])
    machine.show(table)


def with_loss_parallel(z, labels, mesh):
    leaf = z.detach().requires_grad_()
    with loss_parallel():
        logits = DTensor.from_local(leaf, mesh, [Shard(1)], run_check=False)
        torch.nn.functional.cross_entropy(logits, labels, reduction="sum").backward()


def in_one_collective(z, labels, smoothing=0.0):
    leaf = z.detach().requires_grad_()
    vocabulary_parallel_cross_entropy(leaf, labels, VOCABULARY, smoothing).sum().backward()


def wall(call):
    """The least time of some calls, all processes starting together."""
    seconds = []
    for _ in range(5):
        dist.barrier()
        start = time.perf_counter()
        call()
        dist.barrier()
        seconds.append(time.perf_counter() - start)
    return min(seconds)


def life(rank, world, store, pipe):
    """One of the processes; the first reports."""
    torch.set_num_threads(1)
    dist.init_process_group("gloo", init_method=f"file://{store}", rank=rank, world_size=world)
    mesh = init_device_mesh("cpu", (world,))
    for n in TOKENS:
        shard = vocabulary_shard(VOCABULARY)
        z, labels = torch.randn(n, shard.stop - shard.start), torch.arange(n)
        calls = (
            lambda a=(z, labels): with_loss_parallel(*a, mesh),
            lambda a=(z, labels): in_one_collective(*a),
            lambda a=(z, labels): in_one_collective(*a, 0.1),
        )
        times = [wall(call) for call in calls]
        if rank == 0:
            pipe.send((world, n, *times))
    dist.destroy_process_group()


def parallel():
    print(machine.description(f"Vocabulary-parallel cross-entropy with gradient, {VOCABULARY} classes, float32, gloo"))
    table = [
        ["processes", "tokens", "loss_parallel: ms", "one collective: ms", "ratio", "with smoothing: ms", "bytes sent"]
    ]
    for world in (2, 4):
        receiver, sender = multiprocessing.Pipe(duplex=False)
        with tempfile.TemporaryDirectory() as folder:
            arguments = world, f"{folder}/store", sender
            processes = [multiprocessing.Process(target=life, args=(rank, *arguments)) for rank in range(world)]
            for process in processes:
                process.start()
            for process in processes:
                process.join()
        while receiver.poll():
            world, n, theirs, ours, smoothed = receiver.recv()
            milliseconds = [f"{1e3 * t:.1f}" for t in (theirs, ours)]
            row = [str(world), str(n), *milliseconds, f"{ours / theirs:.2f}", f"{1e3 * smoothed:.1f}", str(12 * n)]
            table.append(row)
    machine.show(table)


def main():
    tables = {"tiles": tiles, "attention": one_pass, "parallel": parallel}
    for name in sys.argv[1:] or tables:
        tables[name]()
        print()


if __name__ == "__main__":
    main()
