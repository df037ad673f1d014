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
HEADS = ["τ", "k", "P", "kept", "mass cut", "entropy", "written with seed 1"]


def show_writer(string, settings, prompt="the "):
    """A model of the next letter, counted in a string, that writes on from a prompt; letters are a to z and the space.

    The reader chooses how many letters it looks back at, the temperature τ from 0.2 to 5, how many letters are kept
    (top-k) and which share of the probability (top-p). The table has the given `settings` (τ, k, P), looking back at
    two letters: how many letters are kept after the prompt, the probability cut off, the entropy of the rest in bits.
    """
    if not re.fullmatch("[a-z ]{3,}", string):
        raise ValueError(f"string must be three or more letters a to z and spaces, got {string[:30]!r}")
    if not re.fullmatch("[a-z ]{2,20}", prompt):
        raise ValueError(f"prompt must be two to twenty letters a to z and spaces, got {prompt!r}")
    for tau, k, mass in settings:
        if not (0.2 <= tau <= 5 and 1 <= k <= 27 and 0.05 <= mass <= 1):
            raise ValueError(
                f"settings must have τ from 0.2 to 5, k from 1 to 27, P from 0.05 to 1, got {(tau, k, mass)}"
            )
    counts, start = triples(string), prompt.replace(" ", "_")
    caption = f"After {start}: how many letters are kept, the entropy in bits, and a line (_ is the space)"
    rows = [writer_row(counts, start, *setting) for setting in settings]
    show_element("writer-figure", {"table": packed(counts), "prompt": start}, caption, HEADS, rows)


def triples(string):
    """How often each triple of letters stands in the string, read as a ring: a space joins its end to its start.

    So each pair that occurs has a letter after it, and the counts of pairs and of letters are sums of these.
    """
    ring = "_".join([string, string[:1]]).replace(" ", "_") + string[1:2].replace(" ", "_")
    return Counter(map("".join, zip(ring, ring[1:], ring[2:], strict=False)))


def packed(counts):
    """The counts as text: each pair with the letters after it and their counts, as in th_12e340;..."""
    groups = groupby(sorted(counts), key=lambda triple: triple[:2])
    return ";".join(pair + "".join(f"{triple[2]}{counts[triple]}" for triple in group) for pair, group in groups)


def followers(counts, context):
    """The letters that follow the longest end of the context that occurs, the most frequent first, and their counts."""
    for end in (context[n:] for n in range(len(context) + 1)):
        after = Counter()
        for triple, n in counts.items():
            if triple[:2].endswith(end):
                after[triple[2]] += n
        if after:
            ranked = sorted(after, key=lambda letter: (-after[letter], LETTERS.index(letter)))
            return "".join(ranked), np.array([after[letter] for letter in ranked])
    raise ValueError(f"counts must not be empty, got {counts}")


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


def written(counts, prompt, tau, k, mass, seed=1, length=24):
    """What the model writes after the prompt: for each u the first letter at which the sum of the law exceeds u."""
    string = prompt
    for u, _ in zip(uniform_numbers(seed), range(length), strict=False):
        letters, n = followers(counts, string[-2:])
        q, _ = kept_law(n, tau, k, mass)
        string += letters[min(int(np.sum(np.cumsum(q) <= u)), len(q) - 1)]
    return string[len(prompt) :]


def writer_row(counts, prompt, tau, k, mass):
    """One row of the table: what the figure shows before its first letter, and the line that follows."""
    _, n = followers(counts, prompt[-2:])
    q, cut = kept_law(n, tau, k, mass)
    numbers = [str(len(q)), fixed(cut), fixed(entropy(q) / np.log(2))]
    return [f"{tau:g}", str(k), f"{mass:g}", *numbers, written(counts, prompt, tau, k, mass)]
