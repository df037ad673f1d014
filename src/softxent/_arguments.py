"""What every function does with its arguments first and with its result last."""

import numpy as np

# A decorator: log 0, 0/0 and inf − inf get the values that the docstrings state, and no warning.
quiet = np.errstate(all="ignore")


def real(x, name):
    """x as an array of floats: a float dtype is kept, integers and booleans become float64."""
    x = np.asarray(x)
    if x.dtype.kind not in "biuf":
        raise TypeError(f"{name} must hold real numbers, got dtype {x.dtype}")
    return x if x.dtype.kind == "f" else x.astype(np.float64)


def classes(x, name):
    """The same for a function of the last axis, which must exist and hold at least one class."""
    x = real(x, name)
    if x.ndim == 0:
        raise ValueError(f"{name} must have an axis of classes, got the number {x}")
    if x.shape[-1] == 0:
        raise ValueError(f"{name} must have at least one class on its last axis, got shape {x.shape}")
    return x


def distribution(p, name, axes=(-1,)):
    """The same for probabilities: none negative, and a sum over the axes that is 1 within sqrt(eps) of the dtype."""
    p = real(p, name)
    if p.ndim < len(axes) or 0 in p.shape[-len(axes) :]:
        raise ValueError(f"{name} must have {len(axes)} or more axes, the last {len(axes)} not empty: got {p.shape}")
    refuse(p < 0, p, f"{name} must not be negative")
    total = widen(p).sum(axes)
    tolerance = np.sqrt(np.finfo(p.dtype).eps)
    refuse(np.abs(total - 1) > tolerance, total, f"{name} must sum to 1 within {tolerance:.1e}")
    return p


def pair(x, y, names):
    """Two arrays of equal shape, or one of them a single vector of as many classes; anything else is refused."""
    if x.shape != y.shape and (min(x.ndim, y.ndim) > 1 or x.shape[-1] != y.shape[-1]):
        raise ValueError(f"{names} must have one shape, or one of them be a single vector: got {x.shape} and {y.shape}")
    return x, y


def pairs(shape, other, message):
    """Raise ValueError with this message unless NumPy broadcasts the shapes."""
    try:
        np.broadcast_shapes(shape, other)
    except ValueError:
        raise ValueError(message) from None


def number(value, name, low, high):
    """A finite real number in [low, high]."""
    value = real(value, name)
    if value.ndim or not low <= value <= high or np.isinf(value):
        raise ValueError(f"{name} must be one finite number from {low} to {high}, got {value}")
    return float(value)


def temperature(tau):
    """A temperature as a float."""
    tau = real(tau, "tau")
    if tau.ndim or not 0 < tau < np.inf:
        raise ValueError(f"tau must be one positive finite number, got {tau}")
    return float(tau)


def label_indices(labels, num_classes, name="labels"):
    """Labels as an array of integers in 0..num_classes − 1."""
    labels = np.asarray(labels)
    if labels.size and labels.dtype.kind not in "biu":
        raise TypeError(f"{name} must be integers, got dtype {labels.dtype}")
    refuse((labels < 0) | (labels >= num_classes), labels, f"{name} must lie in 0..{num_classes - 1}")
    return labels.astype(np.intp)


def weights(y, shape):
    """A target as weights of the shape (..., K) of the logits, in its float dtype; labels are one-hot in float64."""
    y = np.asarray(y)
    if y.shape == shape[:-1]:
        return (label_indices(y, shape[-1])[..., None] == np.arange(shape[-1])).astype(np.float64)
    if y.shape != shape:
        raise ValueError(f"y must be labels of shape {shape[:-1]} or weights of shape {shape}, got shape {y.shape}")
    y = real(y, "y")
    refuse((y < 0) | np.isinf(y), y, "y must be finite and not negative")
    return y


def refuse(wrong, values, message):
    """Raise ValueError with the first value that is wrong and its index, if there is one."""
    if np.any(wrong):
        index = tuple(int(i) for i in np.argwhere(wrong)[0])
        raise ValueError(f"{message}, got {values[index]!s}" + (f" at index {index}" if index else ""))


def wide_dtype(*arrays):
    """The dtype to compute in: the widest of the arrays', and float32 at least."""
    return np.result_type(np.float32, *(array.dtype for array in arrays))


def widen(x, *others):
    """x in the dtype to compute in with the others. Stored row by row, so that NumPy sums each row pairwise."""
    return np.asarray(x, wide_dtype(x, *others), order="C")


def doubled(x):
    """x in float64, or as it is if it is wider; stored row by row."""
    return np.asarray(x, np.result_type(x, np.float64), order="C")


def narrow(x, *inputs):
    """The result in the float dtype of the inputs, as a scalar where it has no axes."""
    return np.asarray(x, np.result_type(*(array.dtype for array in inputs)))[()]


def times(p, x):
    """The product p x with 0 · inf = 0, the limit of p log p; a NaN in x stays NaN."""
    return np.where((p == 0) & np.isinf(x), 0, p * x)
