"""What the tables of the benchmarks begin with, and how they are printed."""

import platform
from datetime import date
from pathlib import Path

import numpy as np
import scipy
import torch


def processor():
    """The processor's name, where the system tells it."""
    info = Path("/proc/cpuinfo")
    lines = info.read_text().splitlines() if info.exists() else []
    names = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return names[0] if names else platform.processor() or platform.machine()


def description(title):
    """A heading, and under it the date, the machine and the versions."""
    width = torch.backends.cpu.get_cpu_capability()
    libraries = f"NumPy {np.__version__}, SciPy {scipy.__version__}, torch {torch.__version__}"
    return f"## {title}\n\n{date.today()}: {processor()}, {width}, Python {platform.python_version()}, {libraries}\n"


def show(table):
    """The rows of a table of words, as Markdown."""
    widths = [max(len(row[j]) for row in table) for j in range(len(table[0]))]
    rule = ["-" * width for width in widths]
    for row in (table[0], rule, *table[1:]):
        print("| " + " | ".join(word.ljust(width) for word, width in zip(row, widths, strict=True)) + " |")
