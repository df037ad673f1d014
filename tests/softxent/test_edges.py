"""One table of edges for every function: dtypes, NaN, infinities, one class, no rows, and arguments left as they were.

The suite turns every warning into an error, so these tests also say that no edge warns.
"""

import numpy as np
import pytest

from softxent.contrastive import info_nce, info_nce_gradient
from softxent.entropy import (
    conditional_entropy,
    cross_entropy,
    entropy,
    jensen_shannon_divergence,
    kl_divergence,
    mutual_information,
    surprisal,
)
from softxent.fused import linear_cross_entropy
from softxent.geometry import bregman_divergence, fisher_information, fisher_rao_distance, geodesic, natural_gradient
from softxent.loss import (
    binary_cross_entropy,
    distillation_loss,
    focal_loss,
    focal_loss_gradient,
    logit_adjustment,
    one_hot,
    smooth_labels,
    softmax_cross_entropy,
    softmax_cross_entropy_gradient,
    softmax_cross_entropy_with_gradient,
    squared_error,
    squared_error_gradient,
)
from softxent.online import online_logsumexp
from softxent.sampling import top_k, top_p
from softxent.softmax import (
    entropy_from_logits,
    kl_from_logits,
    log_softmax,
    logsumexp,
    softmax,
    softmax_jacobian,
    softmax_jvp,
    sparsemax,
)

INF, NAN = np.inf, np.nan


def ramp(z):
    """Other logits, or a direction, of the same shape and dtype."""
    return np.broadcast_to(np.arange(z.shape[-1], dtype=z.dtype), z.shape)


def constant(x, value):
    return np.full(x.shape, value, x.dtype if x.dtype.kind == "f" else float)


def uniform(p):
    return constant(p, 1 / max(p.shape[-1], 1))


def squared(p):
    """Another distribution with the same support."""
    return p * p / (p * p).sum(-1, keepdims=True)


def balanced(z):
    """A gradient, whose entries add up to 0, of the same shape."""
    g = constant(z, 0)
    g[..., :1] += 1
    g[..., -1:] -= 1
    return g


def slopes(z):
    """The derivatives of logits by two parameters."""
    return np.stack([ramp(z), constant(z, 1)], -1)


def squares(p):
    return (p * p).sum(-1)


def first(z):
    """The label 0 for every row."""
    return np.zeros(z.shape[:-1], int)


def both(z, y):
    """Loss and gradient in one array."""
    loss, gradient = softmax_cross_entropy_with_gradient(z, y)
    return np.concatenate([np.asarray(loss)[..., None], gradient], -1)


def one_by_one(z):
    """The log-sum-exp of a stream of single numbers, if there are any."""
    return online_logsumexp(np.split(z, range(1, z.shape[-1]), axis=-1))


def as_a_layer(z):
    """The losses of logits that are the biases of a linear layer, row by row."""
    rows = z.reshape(-1, z.shape[-1])
    losses = [linear_cross_entropy(np.zeros_like(z, shape=(1, 1)), np.zeros_like(x[:, None]), [0], x) for x in rows]
    return np.reshape(np.array(losses, rows.dtype if rows.dtype.kind == "f" else float), z.shape[:-1])[()]


# Every function as a function of one array of logits ...
OF_LOGITS = {
    "logsumexp": logsumexp,
    "online_logsumexp": one_by_one,
    "linear_cross_entropy": as_a_layer,
    "softmax": softmax,
    "log_softmax": log_softmax,
    "entropy_from_logits": entropy_from_logits,
    "kl_from_logits, z": lambda z: kl_from_logits(z, ramp(z)),
    "kl_from_logits, w": lambda w: kl_from_logits(ramp(w), w),
    "softmax_jacobian": softmax_jacobian,
    "softmax_jvp": lambda z: softmax_jvp(z, ramp(z)),
    "sparsemax": sparsemax,
    "top_k": lambda z: top_k(z, 1),
    "top_p": lambda z: top_p(z, 0.9),
    "fisher_information": fisher_information,
    "fisher_information of parameters": lambda z: fisher_information(z, slopes(z)),
    "natural_gradient": lambda z: natural_gradient(z, balanced(z)),
    "softmax_cross_entropy, labels": lambda z: softmax_cross_entropy(z, first(z)),
    "softmax_cross_entropy, weights": lambda z: softmax_cross_entropy(z, constant(z, 0.3)),
    "gradient, labels": lambda z: softmax_cross_entropy_gradient(z, first(z)),
    "gradient, weights": lambda z: softmax_cross_entropy_gradient(z, constant(z, 0.3)),
    "one pass, labels": lambda z: both(z, first(z)),
    "one pass, weights": lambda z: both(z, constant(z, 0.3)),
    "squared_error, labels": lambda z: squared_error(z, first(z)),
    "squared_error, weights": lambda z: squared_error(z, constant(z, 0.3)),
    "squared_error_gradient, labels": lambda z: squared_error_gradient(z, first(z)),
    "squared_error_gradient, weights": lambda z: squared_error_gradient(z, constant(z, 0.3)),
    "distillation_loss, student": lambda z: distillation_loss(z, ramp(z), 2),
    "distillation_loss, teacher": lambda t: distillation_loss(ramp(t), t, 2),
    "info_nce, one anchor": lambda z: info_nce(z[..., None, :])[..., 0][()],
    "info_nce_gradient, one anchor": lambda z: info_nce_gradient(z[..., None, :])[..., 0, :],
    "focal_loss, labels": lambda z: focal_loss(z, first(z), 2),
    "focal_loss, weights": lambda z: focal_loss(z, constant(z, 0.3), 0.5),
    "focal_loss_gradient, labels": lambda z: focal_loss_gradient(z, first(z), 0.5),
    "focal_loss_gradient, weights": lambda z: focal_loss_gradient(z, constant(z, 0.3), 2),
}
# ... or of probabilities.
OF_PROBABILITIES = {
    "smooth_labels, all": lambda y: smooth_labels(y, 0.1),
    "smooth_labels, others": lambda y: smooth_labels(y, 0.1, among="others"),
    "logit_adjustment, source": lambda s: logit_adjustment(s, squared(s)),
    "logit_adjustment, target": lambda t: logit_adjustment(uniform(t), t),
    "entropy": entropy,
    "cross_entropy, p": lambda p: cross_entropy(p, uniform(p)),
    "cross_entropy, q": lambda q: cross_entropy(uniform(q), q),
    "kl_divergence, p": lambda p: kl_divergence(p, uniform(p)),
    "kl_divergence, q": lambda q: kl_divergence(uniform(q), q),
    "jensen_shannon_divergence, p": lambda p: jensen_shannon_divergence(p, uniform(p)),
    "jensen_shannon_divergence, q": lambda q: jensen_shannon_divergence(uniform(q), q),
    "fisher_rao_distance, p": lambda p: fisher_rao_distance(p, uniform(p)),
    "fisher_rao_distance, q": lambda q: fisher_rao_distance(uniform(q), q),
    "bregman_divergence, p": lambda p: bregman_divergence(squares, lambda x: 2 * x, p, uniform(p)),
    "bregman_divergence, q": lambda q: bregman_divergence(squares, lambda x: 2 * x, uniform(q), q),
    "geodesic, p": lambda p: geodesic(p, uniform(p), 0.5),
    "geodesic, q": lambda q: geodesic(uniform(q), q, 0.5),
    "geodesic, mixture": lambda p: geodesic(p, uniform(p), 0.5, kind="mixture"),
    "geodesic, exponential": lambda p: geodesic(p, uniform(p), 0.5, kind="exponential"),
    "conditional_entropy": lambda p: conditional_entropy(p[..., None, :]),
    "conditional_entropy, transposed": lambda p: conditional_entropy(p[..., :, None]),
    "mutual_information": lambda p: mutual_information(p[..., None, :]),
}
ELEMENTWISE = {"surprisal": surprisal, "binary_cross_entropy": lambda z: binary_cross_entropy(z, 0.25)}
ALL = {**OF_LOGITS, **OF_PROBABILITIES, **ELEMENTWISE}


def every(functions):
    return pytest.mark.parametrize("function", functions.values(), ids=functions)


def argument(function, dtype=float, rows=2):
    """Rows that every function accepts."""
    return np.array([[0.5, 0.25, 0.25], [0.125, 0.75, 0.125]], dtype)[:rows]


# dtypes


@every(ALL)
@pytest.mark.parametrize("dtype", [np.float16, np.float32, np.float64, np.longdouble])
def test_float_dtype_in_is_float_dtype_out(function, dtype):
    result = function(argument(function, dtype))
    assert result.dtype == dtype
    assert np.allclose(result.astype(float), function(argument(function)), rtol=1e-3, atol=1e-3)


@every(ALL)
@pytest.mark.parametrize("dtype", [int, np.int8, np.uint8, bool])
def test_integers_and_booleans_give_float64(function, dtype):
    result = function(np.array([[0, 1], [1, 0]], dtype))
    assert result.dtype == np.float64
    assert np.array_equal(result, function(np.array([[0, 1], [1, 0]], float)), equal_nan=True)


def test_lists_give_float64():
    for function in (logsumexp, softmax, log_softmax, entropy_from_logits, entropy, surprisal):
        assert function([0, 1]).dtype == np.float64
        assert function([[0.5, 0.5]]).dtype == np.float64
    assert one_hot([0, 1], 2).dtype == np.float64
    for function in (softmax_cross_entropy, squared_error, squared_error_gradient):
        assert function([0, 1], 1).dtype == np.float64


def test_two_dtypes_give_the_wider_one_but_a_target_never_widens_the_logits():
    narrow, wide = np.float32([0.5, 0.5]), np.float64([0.25, 0.75])
    for function in (cross_entropy, kl_divergence, jensen_shannon_divergence, kl_from_logits, softmax_jvp):
        assert function(narrow, wide).dtype == function(wide, narrow).dtype == np.float64
        assert function(narrow, wide).tolist() == function(narrow.astype(float), wide).tolist()  # computed in it
    losses = (softmax_cross_entropy, binary_cross_entropy, squared_error)
    for function in (*losses, softmax_cross_entropy_gradient, squared_error_gradient):
        assert function(narrow, wide).dtype == np.float32


@every(ALL)
def test_one_row_gives_numbers_not_arrays_without_axes(function):
    result = function(argument(function)[0])
    assert isinstance(result, np.float64) or result.ndim > 0


# NaN


@every({**OF_LOGITS, **OF_PROBABILITIES})
@pytest.mark.parametrize("place", [0, 1, 2])
def test_one_nan_makes_its_row_nan_and_no_other(function, place):
    x = argument(function)
    clean = function(x)
    x[0, place] = NAN
    assert np.isnan(function(x)[0]).all()
    assert np.array_equal(function(x)[1], clean[1])


@every(OF_LOGITS)
@pytest.mark.parametrize("row", [[NAN, INF], [INF, NAN], [-INF, NAN], [NAN, -INF], [NAN]])
def test_nan_wins_over_infinities(function, row):
    assert np.isnan(function(np.array(row))).all()


def test_nan_wins_over_a_zero_weight():
    for result in (
        softmax_cross_entropy([0.0, 1.0], [0.0, NAN]),
        softmax_cross_entropy_gradient([0.0, 1.0], [0.0, NAN]),
        softmax_cross_entropy([0.0, NAN], [1.0, 0.0]),
        squared_error([0.0, 1.0], [0.0, NAN]),
        squared_error_gradient([0.0, 1.0], [0.0, NAN]),
        cross_entropy([1.0, 0.0], [0.5, NAN]),
        kl_divergence([1.0, 0.0], [0.5, NAN]),
        softmax_jvp([0.0, -INF], [1.0, NAN]),
        binary_cross_entropy([0.0, NAN], [NAN, 0.0]),
    ):
        assert np.isnan(result).all()
    assert np.isnan(surprisal([NAN, 1])).tolist() == [True, False]


# infinities


@pytest.mark.parametrize("row", [[INF, 0], [0, INF], [INF, INF], [INF, -INF], [-INF, -INF], [INF], [-INF]])
def test_rows_without_a_softmax(row):
    """With +inf, or only −inf: log-sum-exp has a value, all else is NaN."""
    assert logsumexp(row) == max(row)
    for name, function in OF_LOGITS.items():
        if "logsumexp" not in name:
            assert np.isnan(function(np.array(row, float))).all(), name


def test_excluded_classes_have_probability_zero():
    z = [1.0, -INF, 1.0]
    assert softmax(z).tolist() == sparsemax(z).tolist() == [0.5, 0, 0.5]
    assert log_softmax(z)[1] == -INF
    assert logsumexp(z) == logsumexp([1.0, 1.0])
    assert entropy_from_logits(z) == entropy_from_logits([1.0, 1.0])
    assert softmax_jacobian(z).tolist() == [[0.25, 0, -0.25], [0, 0, 0], [-0.25, 0, 0.25]]
    assert softmax_jvp(z, [1.0, 5.0, 0.0]).tolist() == [0.25, 0, -0.25]


def test_the_loss_of_an_excluded_label_is_infinite_and_its_gradient_finite():
    z = [[1.0, -INF, 1.0]]
    assert softmax_cross_entropy(z, [1]).tolist() == [INF]
    assert softmax_cross_entropy_gradient(z, [1]).tolist() == [[0.5, -1, 0.5]]
    assert softmax_cross_entropy(z, [[0.5, 0.25, 0.25]]).tolist() == [INF]
    assert softmax_cross_entropy(z, [[0.5, 0, 0.5]]).tolist() == [softmax_cross_entropy([1.0, 1.0], [0.5, 0.5])]
    assert softmax_cross_entropy_gradient(z, [[0.5, 0, 0.5]]).tolist() == [[0, 0, 0]]


def test_the_squared_error_of_an_excluded_label_is_finite():
    z = [[1.0, -INF, 1.0]]
    assert squared_error(z, [1]).tolist() == [1.5]
    assert squared_error([-INF, 0.0], 0) == 2
    assert squared_error_gradient(z, [1]).tolist() == [[0, 0, 0]]
    assert squared_error_gradient(z, [0]).tolist() == [[-0.5, 0, 0.5]]


def test_a_row_of_weights_zero_counts_for_nothing():
    z = [[1.0, 2.0], [0.0, -INF]]
    assert softmax_cross_entropy(z, np.zeros((2, 2))).tolist() == [0, 0]
    assert softmax_cross_entropy_gradient(z, np.zeros((2, 2))).tolist() == [[0, 0], [0, 0]]


def test_divergences_between_different_supports():
    assert cross_entropy([0.5, 0.5], [1, 0]) == kl_divergence([0.5, 0.5], [1, 0]) == INF
    assert kl_divergence([1, 0], [0.5, 0.5], base=2) == 1
    assert cross_entropy([1, 0, 0], [0.5, 0, 0.5], base=2) == kl_divergence([1, 0, 0], [0.5, 0, 0.5], base=2) == 1
    assert kl_from_logits([0.0, 0.0], [0.0, -INF]) == INF
    assert kl_from_logits([0.0, -INF], [0.0, 0.0]) == pytest.approx(np.log(2), rel=1e-15)
    assert kl_from_logits([0.0, -INF, 0.0], [0.0, -INF, 0.0]) == 0
    assert kl_from_logits([0.0, -INF], [-INF, 0.0]) == INF


def test_a_joint_distribution_with_an_impossible_row():
    joint = [[0.5, 0.5], [0, 0]]
    assert conditional_entropy(joint, base=2) == 1
    assert conditional_entropy(np.transpose(joint)) == 0
    assert mutual_information(joint) == 0


def test_the_binary_loss_at_infinity():
    assert binary_cross_entropy([INF, -INF], [1, 0]).tolist() == [0, 0]
    assert binary_cross_entropy([INF, -INF, INF], [0, 1, 0.5]).tolist() == [INF, INF, INF]


# one class, no rows, no classes


def test_one_class_is_certain():
    z = np.array([[3.0], [-1e300]])
    assert softmax(z).tolist() == sparsemax(z).tolist() == [[1], [1]]
    assert log_softmax(z).tolist() == [[0], [0]]
    assert logsumexp(z).tolist() == z[:, 0].tolist()
    for function in (softmax_cross_entropy, softmax_cross_entropy_gradient, squared_error, squared_error_gradient):
        assert not function(z, [0, 0]).any()
    for zero in (entropy_from_logits(z), softmax_jacobian(z), softmax_jvp(z, z), kl_from_logits(z, z[::-1])):
        assert not zero.any()
    assert entropy([1.0]) == kl_divergence([1.0], [1.0]) == mutual_information([[1.0]]) == 0


@every(ALL)
def test_an_empty_batch_gives_an_empty_result(function):
    full, empty = function(argument(function)), function(np.zeros((0, 3)))
    assert empty.shape == (0, *full.shape[1:])
    assert function(np.zeros((4, 0, 3), np.float32)).shape == (4, 0, *full.shape[1:])
    assert function(np.zeros((4, 0, 3), np.float32)).dtype == np.float32


@every({**OF_LOGITS, **OF_PROBABILITIES})
def test_no_classes_are_refused(function):
    with pytest.raises(ValueError, match=r"shape|not empty"):
        function(np.zeros((2, 0)))


def test_an_empty_list_of_labels_is_an_empty_batch():
    assert softmax_cross_entropy(np.zeros((0, 3)), []).shape == (0,)
    assert softmax_cross_entropy_gradient(np.zeros((0, 3)), []).shape == (0, 3)


# nothing is changed, nothing is shared

LAYOUTS = {
    "one row": lambda x: x[:1],
    "one row, by columns": lambda x: np.asfortranarray(x[:1]),
    "one row, a transposed column": lambda x: np.ascontiguousarray(x[:1].T).T,
    "one vector": lambda x: x[0],
    "by columns": np.asfortranarray,
    "every second entry": lambda x: np.repeat(x, 2, -1)[:, ::2],
    "backwards": lambda x: x[::-1, ::-1],
}


@every(ALL)
@pytest.mark.parametrize("layout", LAYOUTS.values(), ids=LAYOUTS)
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_no_input_is_modified_or_returned(function, layout, dtype):
    x = layout(argument(function, dtype))
    before = x.copy()
    result = function(x)
    assert np.array_equal(x, before)
    assert not np.shares_memory(result, x)
    x.flags.writeable = False
    assert np.array_equal(function(x), function(np.ascontiguousarray(before)))


def test_no_second_argument_is_modified():
    z, y, labels = np.array([[0.0, 1.0]]), np.array([[0.25, 0.75]]), np.array([1])
    losses = (softmax_cross_entropy, binary_cross_entropy, squared_error)
    gradients = (softmax_cross_entropy_gradient, squared_error_gradient)
    for function in (*losses, *gradients, softmax_jvp, kl_from_logits):
        function(z, y)
        assert y.tolist() == [[0.25, 0.75]]
    for function in (cross_entropy, kl_divergence, jensen_shannon_divergence):
        function(y, y[0])
        assert y.tolist() == [[0.25, 0.75]]
    for function in (softmax_cross_entropy, squared_error, *gradients):
        function(z, labels)
    assert labels.tolist() == [1]


@every(ALL)
def test_the_callers_error_state_is_neither_used_nor_changed(function):
    with np.errstate(all="raise"):
        function(np.array([[1.0, 0.0, 0.0]]))
        assert np.geterr() == dict.fromkeys(("divide", "over", "under", "invalid"), "raise")
