"""The book's real data: handwritten digits with a classifier of them, and two texts. Nothing is downloaded.

``README.txt`` beside this file says where each file comes from, how it was made, and under which licence it stands.
Each call reads its file anew, so that nobody can spoil the data for the next.
"""

import re
import unicodedata
from pathlib import Path

import numpy as np

HERE = Path(__file__).parent
TRAINING = 1287  # the images before this one are the training part
VALIDATION = 1029  # of these, the networks of chapter 17 are trained on the images before this one
PARTS = {"all": slice(None), "train": slice(TRAINING), "test": slice(TRAINING, None)}
PENALTY = 0.01  # of the digit classifier
TEXTS = ("prose", "source")
ALPHABET = "abcdefghijklmnopqrstuvwxyz "
COUNTED = 100_000  # the letters of the prose before this one are counted by the models of chapter 15a


def digits(part="all"):
    """Handwritten digits: 1797 images of 8 × 8 pixels, and which digit each of them shows.

    Parameters
    ----------
    part : {"all", "train", "test"}
        All images, or the first 1287, or the last 510.

    Returns
    -------
    X : ndarray of shape (N, 64), float64
        One image a row. A pixel is the share of ink in a block of 4 × 4 pixels of the scan: 0, 1/16, ..., 1, which is
        exact in float16 too. ``X.reshape(-1, 8, 8)`` has the images, first row on top.
    labels : ndarray of shape (N,), int64
        The digits 0 to 9.

    Raises
    ------
    ValueError
        If there is no part of that name.

    Notes
    -----
    The order is that of scikit-learn's ``load_digits``, whose pixels are 16 times ours. The labels run fourteen times
    through nearly the same sequence of 130 digits, presumably one form filled in by hand after another. The test part
    is the last four of these runs. So it holds, as far as one can tell, hands that the training part lacks, and is
    harder than a random choice of images would be. Each digit has 127 to 131 training and 47 to 52 test images.

    References
    ----------
    Alpaydin and Kaynak (1998), Optical Recognition of Handwritten Digits, UCI Machine Learning Repository,
    doi:10.24432/C50P49, test set, licensed under CC BY 4.0. The images are unchanged, the scale is ours.

    Examples
    --------
    >>> X, labels = digits("test")
    >>> X.shape, labels[:10]
    ((510, 64), array([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]))
    """
    rows = _part(part)
    with np.load(HERE / "digits.npz") as file:
        return file["images"][rows].reshape(-1, 64) / 16, file["labels"][rows].astype(np.int64)


def digit_classifier():
    """The weights of a softmax regression on the training part of the digits.

    Returns
    -------
    W : ndarray of shape (10, 64), float64
        One row for each digit.
    b : ndarray of shape (10,), float64
        The biases. The logits of the images X are ``X @ W.T + b``.

    Notes
    -----
    The minimiser of the negative log-likelihood (in nats, summed over the 1287 images) plus half of ``PENALTY = 0.01``
    times the sum of the squares of all weights and biases, found by ``softxent.likelihood.fit_multinomial`` on X with a
    column of ones. Without a penalty there is none: the images are separable. Of the 510 test images it gets 467 right.

    Examples
    --------
    >>> W, b = digit_classifier()
    >>> X, labels = digits("test")
    >>> int(np.sum((X @ W.T + b).argmax(axis=1) == labels))
    467
    """
    weights = np.load(HERE / "digit_classifier.npy")
    return weights[:, :-1].copy(), weights[:, -1].copy()


def digit_logits(part="test"):
    """The logits that ``digit_classifier`` gives to the digits.

    Parameters
    ----------
    part : {"all", "train", "test"}
        As in ``digits``.

    Returns
    -------
    Z : ndarray of shape (N, 10), float64
        One image a row.
    labels : ndarray of shape (N,), int64
        The digits 0 to 9.

    Raises
    ------
    ValueError
        If there is no part of that name.

    Examples
    --------
    >>> Z, labels = digit_logits()
    >>> print(Z[0].round(1))
    [ 14.9 -13.2  -0.5  -5.   -4.1   2.5   8.   -2.8   1.2  -0.9]
    """
    (X, labels), (W, b) = digits(part), digit_classifier()
    return X @ W.T + b, labels


def digit_cnn(images):
    """The weights of a small convolutional network trained on the first 1029 digits.

    Parameters
    ----------
    images : {"still", "moved"}
        Trained on the images as they are, or moved at random by at most one pixel in each direction, anew each time.

    Returns
    -------
    dict of ndarray, float64
        What ``load_state_dict`` takes once they are tensors: "0.weight" (8, 1, 3, 3) and "0.bias" (8,) of the first
        convolution, "2.weight" (16, 8, 3, 3) and "2.bias" (16,) of the second, "6.weight" (10, 256) and "6.bias" (10,)
        of the linear layer. In between stand ReLUs and, before the linear layer, the maxima of 2 × 2 pixels.

    Raises
    ------
    ValueError
        If there are no images of that name.

    Notes
    -----
    Made by ``tools/train_cnn.py``: 30 epochs of descent with momentum 0.9 in batches of 49, with the cross-entropy and
    seed 1. The step size, 0.03 for both, is the one with which five networks got most of images 1029 to 1286 right, on
    still images. The weights are rounded to float32. Of the 510 test images they get 470 and 495 right.

    Examples
    --------
    >>> digit_cnn("moved")["2.weight"].shape
    (16, 8, 3, 3)
    """
    if images not in ("still", "moved"):
        raise ValueError(f"images must be still or moved, got {images!r}")
    with np.load(HERE / "digit_cnn.npz") as file:
        names = [name for name in file.files if name.startswith(f"{images}.")]
        return {name.removeprefix(f"{images}."): file[name].astype(np.float64) for name in names}


def cnn_runs():
    """How often such networks were right, trained with two losses, four step sizes and five seeds.

    Returns
    -------
    right : ndarray of shape (2, 4, 5, 30, 2), int64
        How many of the 258 images 1029 to 1286 and of the 510 test images are right after each of 30 epochs. Axes:
        the loss, cross-entropy or squared error of the probabilities; step sizes 0.01, 0.03, 0.1, 0.3; seeds 1 to 5.
    missing : ndarray of shape (2, 4, 5), int64
        How many of the ten digits the trained network answers for no training image.

    Notes
    -----
    Made by ``tools/train_cnn.py``.

    Examples
    --------
    >>> right, missing = cnn_runs()
    >>> right.shape, missing.shape
    ((2, 4, 5, 30, 2), (2, 4, 5))
    """
    with np.load(HERE / "digit_cnn.npz") as file:
        return file["right"].astype(np.int64), file["missing"].astype(np.int64)


def digit_encoder():
    """The weights of an encoder that was trained, without labels, to tell which two crops come from one digit.

    Returns
    -------
    W : ndarray of shape (256, 64), float64
        The first layer; a ReLU follows.
    b : ndarray of shape (256,), float64
        Its biases.
    V : ndarray of shape (32, 256), float64
        The second layer. The embedding of the images X is ``np.maximum(X @ W.T + b, 0) @ V.T``, divided by its length.

    Notes
    -----
    Made by ``tools/train_contrastive.py`` from images 0 to 1028: 1000 steps of descent with momentum 0.9 and step size
    0.3, each on two crops of 256 images, with InfoNCE at the temperature 0.2. A crop is a window of 8 × 8 pixels of the
    image with two empty rows and columns added on each side. The weights are rounded to float16.

    Examples
    --------
    >>> [weight.shape for weight in digit_encoder()]
    [(256, 64), (256,), (32, 256)]
    """
    with np.load(HERE / "digit_encoder.npz") as file:
        return tuple(file[name].astype(np.float64) for name in "WbV")


def text(name):
    """One of two texts, as its file has it.

    Parameters
    ----------
    name : {"prose", "source"}
        "prose" is English: sentences of this book, those without formulas, one paragraph a line. "source" is Python:
        code of this project, without its comments and docstrings.

    Returns
    -------
    str
        About 120 000 and 140 000 characters. Both were taken once and never change, though the book does.

    Raises
    ------
    ValueError
        If there is no text of that name.

    Notes
    -----
    The prose is licensed under CC BY 4.0, the source under the MIT licence.

    Examples
    --------
    >>> text("prose")[:54]
    'Why do softmax and cross-entropy belong together? This'
    """
    if name not in TEXTS:
        raise ValueError(f"name must be one of {', '.join(TEXTS)}, got {name!r}")
    return (HERE / f"{name}.txt").read_text(encoding="utf8")


def letters(name):
    """One of the two texts as a string of 27 symbols, the letters a to z and the space: ``fold(text(name))``.

    Parameters
    ----------
    name : {"prose", "source"}
        As in ``text``.

    Returns
    -------
    str
        About 118 000 and 99 000 symbols.

    Raises
    ------
    ValueError
        If there is no text of that name.

    Examples
    --------
    >>> letters("prose")[:54]
    'why do softmax and cross entropy belong together this '
    """
    return fold(text(name))


def fold(string):
    """A string reduced to 27 symbols: the letters a to z in lower case, and one space for any run of other characters.

    Accents are dropped first. No space stands at either end. Digits and punctuation are lost, which for program text is
    a great deal; ``encode``, ``decode`` and ``counts`` take other alphabets, for example
    ``"".join(sorted(set(string)))``, which loses nothing.

    Parameters
    ----------
    string : str
        Any text.

    Returns
    -------
    str
        Consists of characters of ``ALPHABET``.

    References
    ----------
    Shannon (1951), Prediction and Entropy of Printed English: the same 27 symbols.

    Examples
    --------
    >>> fold("Gibbs' inequality: H(p, q) ≥ H(p). Naïve?")
    'gibbs inequality h p q h p naive'
    """
    bare = "".join(c for c in unicodedata.normalize("NFKD", string) if not unicodedata.combining(c))
    return re.sub("[^a-z]+", " ", bare.lower()).strip()


def encode(string, alphabet=ALPHABET):
    """The symbols of a string as integers: the place of each in the alphabet.

    Parameters
    ----------
    string : str
        Consists of characters of the alphabet.
    alphabet : str
        K different characters. The default has a at 0, z at 25 and the space at 26.

    Returns
    -------
    ndarray of shape (len(string),), int64
        Numbers from 0 to K − 1.

    Raises
    ------
    ValueError
        If a character is not in the alphabet, or twice in it.

    Examples
    --------
    >>> encode("a bad cab")
    array([ 0, 26,  1,  0,  3, 26,  2,  0,  1])
    """
    place = {character: i for i, character in enumerate(_alphabet(alphabet))}
    for n, character in enumerate(string):
        if character not in place:
            raise ValueError(f"the alphabet lacks {character!r}, at position {n} of the string")
    return np.array([place[character] for character in string], dtype=np.int64)


def decode(symbols, alphabet=ALPHABET):
    """The string that ``encode`` turns into these symbols.

    Parameters
    ----------
    symbols : array_like of integers, of shape (N,)
        Numbers from 0 to K − 1.
    alphabet : str
        K different characters.

    Returns
    -------
    str
        N characters.

    Raises
    ------
    ValueError
        If a symbol is not a number of the alphabet, or a character is twice in it.
    TypeError
        If the symbols are not integers.

    Examples
    --------
    >>> decode([0, 26, 1, 0, 3, 26, 2, 0, 1])
    'a bad cab'
    """
    symbols, alphabet = np.asarray(symbols), _alphabet(alphabet)
    if symbols.dtype.kind not in "iu" and symbols.size:
        raise TypeError(f"symbols must be integers, got {symbols.dtype}")
    if symbols.ndim != 1:
        raise ValueError(f"symbols must have the shape (N,), got {symbols.shape}")
    outside = symbols[(symbols < 0) | (symbols >= len(alphabet))]
    if outside.size:
        raise ValueError(f"symbols must be 0 to {len(alphabet) - 1}, got {outside[0]}")
    return "".join(alphabet[i] for i in symbols)


def counts(string, length=1, alphabet=ALPHABET):
    """How often each symbol, or each sequence of symbols, occurs in a string.

    Parameters
    ----------
    string : str
        N characters of the alphabet.
    length : int
        Of the sequences: 1 for single symbols, 2 for pairs of neighbours, and so on.
    alphabet : str
        K different characters.

    Returns
    -------
    ndarray of shape (K,) * length, int64
        ``counts(string, 2)[i, j]`` says how often symbol j follows symbol i. Sequences may overlap, so the sum is
        N − length + 1, and 0 for a shorter string.

    Raises
    ------
    ValueError
        If a character is not in the alphabet, or the length is less than 1.

    Examples
    --------
    >>> counts("abracadabra")[:4], counts("abracadabra", 2)[0, 1]
    (array([5, 2, 1, 1]), np.int64(2))
    """
    if length < 1:
        raise ValueError(f"length must be at least 1, got {length}")
    symbols, shape = encode(string, alphabet), (len(alphabet),) * length
    table = np.zeros(shape, dtype=np.int64)
    last = len(symbols) - length + 1
    np.add.at(table, tuple(symbols[start : start + max(last, 0)] for start in range(length)), 1)
    return table


def letter_model(before=2, add=0.1):
    """The probabilities of the next letter of the prose, after each sequence of letters before it.

    Parameters
    ----------
    before : int
        How many letters before the next one count.
    add : float
        What is added to each count, above 0.

    Returns
    -------
    ndarray of shape (27,) * (before + 1), float64
        The last axis has the symbols of ``ALPHABET``, and sums to 1. Its logarithms are logits.

    Raises
    ------
    ValueError
        If the number of letters is negative, or ``add`` is not above 0 and finite.

    Notes
    -----
    ``(count + add) / (sum of the row + 27 add)``, with the counts of the first ``COUNTED = 100_000`` letters. The rest
    is held out. A row that was never counted is uniform.

    Examples
    --------
    >>> after_th = letter_model()[tuple(encode("th"))]
    >>> print(after_th[encode("e az")].round(3))
    [0.693 0.097 0.085 0.   ]
    """
    if before < 0:
        raise ValueError(f"before must be at least 0, got {before}")
    if not 0 < add < np.inf:
        raise ValueError(f"add must be above 0 and finite, got {add}")
    seen = counts(letters("prose")[:COUNTED], before + 1)
    return (seen + add) / (seen.sum(axis=-1, keepdims=True) + len(ALPHABET) * add)


def _part(name):
    """The rows of a part of the digits."""
    if name not in PARTS:
        raise ValueError(f"part must be one of {', '.join(PARTS)}, got {name!r}")
    return PARTS[name]


def _alphabet(characters):
    """The alphabet, if no character is in it twice."""
    for n, character in enumerate(characters):
        if character in characters[:n]:
            raise ValueError(f"the alphabet has {character!r} twice")
    return characters
