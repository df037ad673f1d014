"""The monoid of log-sum-exp: its laws, streams in chunks of every kind, edges, accuracy, errors."""

from functools import reduce

import exact
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from softxent.online import IDENTITY, log_sum_state, merge, online_logsumexp
from softxent.softmax import logsumexp

INF, NAN = np.inf, np.nan
DTYPES = pytest.mark.parametrize("dtype", [np.float64, np.float32], ids=lambda dtype: dtype.__name__)
numbers = st.floats(-700, 700) | st.just(-INF)
states = st.tuples(numbers, st.floats(0, 1e6)).map(lambda a: a if a[0] > -INF else IDENTITY)


def value(state):
    return state[0] + np.log1p(state[1])


# ---- the monoid


@given(states)
def test_the_identity_changes_nothing(a):
    assert merge(a, IDENTITY) == merge(IDENTITY, a) == a


@given(states, states)
def test_exactly_commutative(a, b):
    assert merge(a, b) == merge(b, a)


@given(states, states, states)
def test_associative_but_for_rounding(a, b, c):
    (m, s), (n, t) = merge(merge(a, b), c), merge(a, merge(b, c))
    assert m == n
    assert s == pytest.approx(t, rel=20 * np.finfo(float).eps)


@given(st.lists(numbers, min_size=1, max_size=30), st.randoms(use_true_random=False))
def test_any_order_and_any_brackets(z, random):
    groups = [log_sum_state([x]) for x in z]
    while len(groups) > 1:
        a, b = (groups.pop(random.randrange(len(groups))) for _ in range(2))
        groups.append(merge(a, b))
    m, s = groups[0]
    assert (m, s) == pytest.approx(log_sum_state(z), rel=1e-13)
    assert m == max(z)


def test_known_states():
    assert log_sum_state([3.0]) == (3, 0)
    assert log_sum_state([2.0, 2.0, 2.0]) == (2, 2)
    m, s = log_sum_state([np.log(1), np.log(2), np.log(5)])
    assert (m, s) == (np.log(5), pytest.approx(3 / 5, rel=1e-15))
    assert merge((0.0, 0.5), (0.0, 0.25)) == (0, 1.75)
    assert merge((0.0, 1.0), (-1000.0, 1.0)) == (0, 1)


def test_batches_and_dtypes(rng):
    z = rng.normal(size=(2, 3, 40)).astype(np.float32)
    whole, left, right = (log_sum_state(x) for x in (z, z[..., :13], z[..., 13:]))
    both = merge(left, right)
    assert both[0].dtype == both[1].dtype == np.float32
    assert np.array_equal(both[0], whole[0])
    np.testing.assert_allclose(both[1], whole[1], rtol=1e-6)
    assert log_sum_state(np.zeros(3, np.float16))[1].dtype == np.float32
    assert merge(left, (np.float64(0), np.float64(0)))[0].dtype == np.float64


# ---- streams


@pytest.mark.parametrize("width", [1, 2, 7, 1000, 5000])
@DTYPES
def test_chunks_of_every_width(rng, width, dtype):
    z = rng.normal(0, 5, (3, 1000)).astype(dtype)
    chunks = (z[:, i : i + width] for i in range(0, 1000, width))
    result = online_logsumexp(chunks)
    assert result.dtype == dtype
    np.testing.assert_allclose(result, logsumexp(z), rtol=8 * np.finfo(dtype).eps)


def test_a_generator_is_read_once_and_chunk_by_chunk():
    seen = []

    def stream():
        for z in range(5):
            seen.append(z)
            yield [float(z)]

    assert online_logsumexp(stream()) == pytest.approx(logsumexp(range(5)), rel=1e-15)
    assert seen == list(range(5))


def test_a_long_stream_needs_the_memory_of_one_chunk():
    import tracemalloc

    tracemalloc.start()
    result = online_logsumexp(np.full(10**5, float(i)) for i in range(20))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert result == pytest.approx(np.log(10**5) + logsumexp(range(20)), rel=1e-14)
    assert peak < 6e6


@pytest.mark.parametrize(
    "row", [[1, INF], [INF, INF], [-INF, -INF], [NAN, INF, 0], [0, -INF, NAN], [-INF, 2.5], [INF, -INF]]
)
def test_infinities_and_nan_one_by_one(row):
    np.testing.assert_array_equal(online_logsumexp([z] for z in row), logsumexp(row))
    np.testing.assert_array_equal(value(reduce(merge, ([z, 0.0] for z in row), IDENTITY)), logsumexp(row))


def test_an_empty_batch_is_an_empty_result():
    assert online_logsumexp([np.zeros((0, 3)), np.zeros((0, 2))]).shape == (0,)
    assert [x.shape for x in merge(log_sum_state(np.zeros((0, 3))), log_sum_state(np.zeros((0, 1))))] == [(0,), (0,)]


# ---- accuracy


def streams(rng):
    for n in (2, 10, 100, 1000):
        yield rng.uniform(-40, 40, n)
        yield np.sort(rng.uniform(0, 80, n))  # the maximum moves at every step
        yield -np.sort(rng.uniform(-700, 0, n))
        yield np.sort(rng.uniform(0, 1e-3, n))
    yield np.array([0, -30])
    yield np.array([-30, 0, -30])
    yield np.array([0.3, 350.1, 699.9])


@DTYPES
def test_streams_of_single_numbers(rng, dtype):
    """Within 4 + n/2 eps, and far less where the maximum does not move by little each time."""
    for z in streams(rng):
        z = z.astype(dtype)
        truth = exact.logsumexp(z)
        assert exact.error(online_logsumexp([x] for x in z), truth) <= 4 + len(z) / 2
        assert exact.error(online_logsumexp(np.array_split(z, 2)), truth) <= 4


@DTYPES
def test_states_to_4_eps(rng, dtype):
    for k in (2, 3, 10, 50):
        for spread in (1, 30, 80, 300):
            z = (rng.uniform(-1, 1, k) * spread).astype(dtype)
            others = np.delete(z, z.argmax())
            truth = exact.mp.fsum(exact.exp(x - exact.mp.mpf(float(z.max()))) for x in exact.exactly(others))
            assert exact.error(log_sum_state(z)[1], truth) <= 4


@DTYPES
def test_a_rounded_difference_is_carried_into_a_merge(rng, dtype):
    """Without that the sum is off by half the difference, up to 350 eps."""
    widest = 700 if dtype == np.float64 else 80
    for m, n in zip(rng.uniform(0, widest / 2, 40), rng.uniform(-widest / 2, 0, 40), strict=True):
        m, n = dtype(m), dtype(n)
        _, s = merge((m, dtype(0)), (n, dtype(0)))
        assert exact.error(s, exact.exp(exact.mp.mpf(float(n)) - exact.mp.mpf(float(m)))) <= 4


# ---- errors


def test_bad_arguments_are_refused():
    with pytest.raises(ValueError, match="at least one chunk, got none"):
        online_logsumexp([])
    with pytest.raises(ValueError, match=r"equal leading axes, got \(3,\) after \(2,\)"):
        online_logsumexp([np.zeros((2, 4)), np.zeros((3, 4))])
    with pytest.raises(ValueError, match="a chunk must have at least one class"):
        online_logsumexp([[1.0], []])
    with pytest.raises(ValueError, match="a chunk must have an axis of classes, got the number 1"):
        online_logsumexp([1.0, 2.0])
    with pytest.raises(TypeError, match="a chunk must hold real numbers"):
        online_logsumexp(["a"])
    with pytest.raises(ValueError, match="z must have at least one class"):
        log_sum_state([])
    with pytest.raises(ValueError, match=r"b must be a pair \(m, s\), got 3 parts"):
        merge((0, 0), (0, 0, 0))
    with pytest.raises(ValueError, match=r"m and s of a must have one shape, got \(\) and \(1,\)"):
        merge((0, [0]), (0, 0))
    with pytest.raises(ValueError, match=r"s of b must not be negative, got -1.0"):
        merge((0, 0), (0, -1))
    with pytest.raises(TypeError, match="m of a must hold real numbers"):
        merge((1j, 0), (0, 0))
    with pytest.raises(ValueError, match="a and b must fit together"):
        merge(([0, 0], [0, 0]), ([0, 0, 0], [0, 0, 0]))
