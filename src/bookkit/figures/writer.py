"""A model that writes: the next letter after the last two, drawn at a temperature, the unlikely ones cut off."""

import re
from collections import Counter
from itertools import groupby

import numpy as np

from bookkit.data import ALPHABET
from bookkit.figures.element import fixed, show_element
from softxent.entropy import entropy
from softxent.softmax import softmax

LETTERS = ALPHABET.replace(" ", "_")
MODULUS, MULTIPLIER, THROWN_AWAY = 2**31 - 1, 48271, 3
LONGEST = 80
HEADS = ["τ", "k", "p", "kept", "mass cut", "entropy", "written with seed 1"]


def show_writer(string, settings, add=0.1, prompt="the "):
    """A model of the next letter, counted in a string, that writes on from a prompt; letters are a to z and the space.

    The probabilities after a context are the counts, plus `add`, over their sum. The reader chooses how many letters
    the model looks back at, the temperature τ from 0.2 to 5, how many letters are kept (top-k), and then which share of
    these (top-p). The table has the given `settings` (τ, k, p), looking back at two letters: how many letters are kept
    after the prompt, the probability cut off, the entropy of the rest in bits.
    """
    if not re.fullmatch("[a-z ]{3,}", string):
        raise ValueError(f"string must be three or more letters a to z and spaces, got {string[:30]!r}")
    if not re.fullmatch("[a-z ]{2,20}", prompt):
        raise ValueError(f"prompt must be two to twenty letters a to z and spaces, got {prompt!r}")
    if not 0 < add < np.inf:
        raise ValueError(f"add must be above 0 and finite, got {add}")
    for tau, k, mass in settings:
        if not (0.2 <= tau <= 5 and 1 <= k <= 27 and 0.05 <= mass <= 1):
            raise ValueError(f"settings must be τ from 0.2 to 5, k up to 27, p from 0.05 to 1, got {(tau, k, mass)}")
    counts, first, start = triples(string), string[:2].replace(" ", "_"), prompt.replace(" ", "_")
    caption = f"After {start}: how many letters are kept, the entropy in bits, and a line (_ is the space)"
    rows = [writer_row(counts, add, start, *setting) for setting in settings]
    data = {"table": packed(counts), "first": first, "add": add, "prompt": start}
    show_element("writer-figure", data, caption, HEADS, rows)


def triples(string):
    """How often each triple of letters stands in the string."""
    letters = string.replace(" ", "_")
    return Counter(map("".join, zip(letters, letters[1:], letters[2:], strict=False)))


def packed(counts):
    """The counts as text: each pair with the letters after it and their counts, as in th_12e340;..."""
    groups = groupby(sorted(counts), key=lambda triple: triple[:2])
    return ";".join(pair + "".join(f"{triple[2]}{counts[triple]}" for triple in group) for pair, group in groups)


def ranked(counts, add, pair):
    """All letters, the most frequent after the pair first, and their counts there, plus `add`."""
    n = np.array([counts.get(pair + letter, 0) + add for letter in LETTERS])
    order = np.argsort(-n, kind="stable")
    return "".join(LETTERS[i] for i in order), n[order]


def kept_law(n, tau, k, mass):
    """softmax(log n / τ) of counts in falling order, without the cut tail, and the probability of the tail.

    First the k largest are kept; of these, divided by their sum, the fewest that hold the share `mass`.
    """
    p = softmax(np.log(n) / tau)
    first = p[:k] / p[:k].sum()
    before = np.cumsum(first) - first
    keep = len(first) if mass == 1 else int(np.sum(before < mass - 1e-12))
    return first[:keep] / first[:keep].sum(), p[keep:].sum()


def uniform_numbers(seed):
    """Numbers between 0 and 1 from x ← 48271 x mod (2³¹ − 1), x = seed at first; three are thrown away."""
    x = seed
    for n in range(LONGEST + THROWN_AWAY):
        x = x * MULTIPLIER % MODULUS
        if n >= THROWN_AWAY:
            yield x / MODULUS


def written(counts, add, prompt, tau, k, mass, seed=1, length=24):
    """What the model writes after the prompt: for each u the first letter at which the sum of the law exceeds u."""
    string = prompt
    for u, _ in zip(uniform_numbers(seed), range(length), strict=False):
        letters, n = ranked(counts, add, string[-2:])
        q, _ = kept_law(n, tau, k, mass)
        string += letters[min(int(np.sum(np.cumsum(q) <= u)), len(q) - 1)]
    return string[len(prompt) :]


def writer_row(counts, add, prompt, tau, k, mass):
    """One row of the table: what the figure shows before its first letter, and the line that follows."""
    _, n = ranked(counts, add, prompt[-2:])
    q, cut = kept_law(n, tau, k, mass)
    numbers = [str(len(q)), fixed(cut), fixed(entropy(q) / np.log(2))]
    return [f"{tau:g}", str(k), f"{mass:g}", *numbers, written(counts, add, prompt, tau, k, mass)]
