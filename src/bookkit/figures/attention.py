"""Two tokens whose queries and keys the reader moves, and the outputs of attention."""

import numpy as np

from bookkit.figures.element import point, show_element
from softxent.attention import attention, causal_mask


def show_attention(examples, values, tokens=("river", "bank")):
    """Two tokens' queries and keys in the plane, their weights, and the outputs on the segment between two values.

    `examples` are named settings: triples of two queries, two keys, and whether the causal mask is on.
    """
    if len(tokens) != 2:
        raise ValueError(f"tokens must be two words, got {tokens}")
    if np.shape(values) != (2, 2):
        raise ValueError(f"values must be two points of the plane, got {values}")
    for name, (Q, K, _) in examples.items():
        if np.shape(Q) != (2, 2) or np.shape(K) != (2, 2):
            raise ValueError(f"examples[{name!r}] must have two queries and two keys in the plane, got {Q} and {K}")
        if not np.all(np.abs([Q, K]) <= 3):
            raise ValueError(f"examples[{name!r}] must have features between -3 and 3, got {Q} and {K}")
    heads = ["example", "token", "query", "key", "scores", "weights", "output"]
    rows = [row for name, example in examples.items() for row in attention_rows(name, *example, values, tokens)]
    data = {name: {"Q": Q, "K": K, "causal": causal} for name, (Q, K, causal) in examples.items()}
    caption = f"Attention over the values {point(values[0], 1)} and {point(values[1], 1)}"
    attributes = {"examples": data, "values": values, "tokens": tokens}
    show_element("attention-figure", attributes, caption, heads, rows)


def attention_rows(name, Q, K, causal, values, tokens):
    """One row per token; the weights are the outputs for the values (1, 0) and (0, 1)."""
    allowed = causal_mask(2) if causal else np.ones((2, 2), bool)
    scores = np.where(allowed, np.array(Q) @ np.transpose(K) / np.sqrt(2), -np.inf)
    weights, outputs = attention(Q, K, np.eye(2), allowed), attention(Q, K, values, allowed)
    results = [[point(x[n], 3) for x in (scores, weights, outputs)] for n in range(2)]
    return [[name * (n == 0), tokens[n], point(Q[n], 2), point(K[n], 2), *results[n]] for n in range(2)]
