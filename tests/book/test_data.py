"""The book's data are what they are said to be, do not change, and travel with the package."""

import ast
import doctest
import re
import shutil
import subprocess
import sys
import zipfile
from collections import Counter
from difflib import SequenceMatcher
from hashlib import sha256

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from notebooks import ROOT
from sklearn.datasets import load_digits

from bookkit import data
from softxent.likelihood import fit_multinomial, multinomial_gradient, multinomial_nll

LARGEST = {
    "README.txt": 4_000,
    "digit_classifier.npy": 10_000,
    "digit_cnn.npz": 40_000,
    "digit_encoder.npz": 60_000,
    "digits.npz": 50_000,
    "prose.txt": 300_000,
    "source.txt": 300_000,
}
FROZEN = {
    "prose": "1c87dd23e78bddc0a7597d6ea8d61ee7a5b03abcfabd7e7c354f7a3ffc5dd708",
    "source": "e52c0192534ffe68a80900fbbe54fb06f6592cb8feb95c4653277940a3a07fe6",
}
RUNS = (0, 130, 256, 386, 516, 646, 776, 906, 1029, 1157, 1287, 1415, 1545, 1667)
WORDS = st.text(data.ALPHABET, max_size=40)


def test_the_digits_are_those_of_scikit_learn():
    X, labels = data.digits()
    truth = load_digits()
    assert np.array_equal(X * 16, truth.data)
    assert np.array_equal(X.reshape(-1, 8, 8) * 16, truth.images)
    assert np.array_equal(labels, truth.target)


def test_a_pixel_is_exact_in_every_float():
    X, labels = data.digits()
    assert (X.dtype, labels.dtype) == (np.float64, np.int64)
    assert np.array_equal(X.astype(np.float16), X)


def test_each_image_is_in_one_part():
    (X, labels), (train, train_labels), (test, test_labels) = map(data.digits, ("all", "train", "test"))
    assert np.array_equal(np.concatenate([train, test]), X)
    assert np.array_equal(np.concatenate([train_labels, test_labels]), labels)
    assert len(np.unique(X, axis=0)) == len(X) == 1797


def test_each_digit_is_in_both_parts():
    train, test = (np.bincount(data.digits(part)[1]) for part in ("train", "test"))
    assert (train.min(), train.max(), train.sum()) == (127, 131, 1287)
    assert (test.min(), test.max(), test.sum()) == (47, 52, 510)


def test_the_labels_run_fourteen_times_through_one_sequence():
    """At least nine in ten of the 130 labels agree in order; the eleventh run begins the test part."""
    labels = "".join(map(str, data.digits()[1]))
    alike = [SequenceMatcher(None, labels[:130], labels[start : start + 130], autojunk=False).ratio() for start in RUNS]
    assert min(alike) > 0.9
    assert (len(RUNS), RUNS[10], len(labels)) == (14, data.TRAINING, 1797)
    assert labels[data.TRAINING :].startswith("0123456789" * 3)


@pytest.mark.parametrize("read", [data.digits, data.digit_classifier, data.digit_logits])
def test_nobody_can_spoil_the_data_for_the_next(read):
    for array in read():
        array += 1
    for fresh, spoilt in zip(read(), read(), strict=True):
        assert np.array_equal(fresh, spoilt)
        spoilt += 1
        assert not np.shares_memory(fresh, spoilt)
    assert data.digits()[0].max() == 1


def test_the_classifier_is_the_fit_that_it_is_said_to_be():
    """To 1e-8: Newton's method ends where a step moves the logits by less than 1e-9; LAPACKs differ by less."""
    X, labels = data.digits("train")
    fitted = fit_multinomial(with_ones(X), labels, penalty=data.PENALTY)
    assert fitted == pytest.approx(np.column_stack(data.digit_classifier()), abs=1e-8)


def test_the_classifier_is_stationary_without_fitting():
    X, labels = data.digits("train")
    W = np.column_stack(data.digit_classifier())
    assert np.abs(multinomial_gradient(W, with_ones(X), labels) + data.PENALTY * W).max() < 1e-9
    assert np.abs(multinomial_gradient(W * (1 + 1e-6), with_ones(X), labels) + data.PENALTY * W).max() > 1e-9


def with_ones(X):
    return np.column_stack([X, np.ones(len(X))])


def test_without_a_penalty_there_is_no_fit():
    """The classifier itself separates the training images: each has its own digit's logit on top."""
    Z, labels = data.digit_logits("train")
    own = np.take_along_axis(Z, labels[:, None], axis=1)
    assert (np.sum(own <= Z, axis=1) == 1).all()


def test_how_good_the_classifier_is():
    Z, labels = data.digit_logits()
    assert np.sum(Z.argmax(axis=1) == labels) == 467
    W, b = data.digit_classifier()
    X, _ = data.digits("test")
    assert multinomial_nll(np.column_stack([W, b]), with_ones(X), labels) / 510 == pytest.approx(0.398731, abs=1e-6)


@pytest.mark.parametrize("part", ["all", "train", "test"])
def test_the_logits_are_those_of_the_classifier(part):
    (Z, labels), (X, truth), (W, b) = data.digit_logits(part), data.digits(part), data.digit_classifier()
    assert np.abs(Z - (np.einsum("nd,kd->nk", X, W) + b)).max() < 1e-12
    assert np.array_equal(labels, truth)


@pytest.mark.parametrize("name", FROZEN)
def test_a_text_never_changes(name):
    assert sha256(data.text(name).encode()).hexdigest() == FROZEN[name]


def test_the_prose_is_plain_english():
    prose = data.text("prose")
    assert not re.search(r"[`${}\[\]|<>\\_^=~@#]|https?:", prose)
    assert set(re.findall(r"[^\n -~]", prose)) == {"–"}
    lines = [line for line in prose.split("\n") if line]
    assert len(lines) == len(set(lines))
    assert all(re.search(r'[.?!:]["”)]?$', line) for line in lines)


def test_the_source_is_python_without_prose():
    files = re.split(r"^# (\S+\.py)$", data.text("source"), flags=re.MULTILINE)[1:]
    assert len(files) == 2 * 47
    for name, code in zip(files[::2], files[1::2], strict=True):
        assert not re.search(r"^\s*#", code, flags=re.MULTILINE), name
        tree = ast.parse(code)
        inside = [n for n in ast.walk(tree) if isinstance(n, ast.FunctionDef | ast.ClassDef)]
        assert not any(ast.get_docstring(node) for node in [tree, *inside]), name


@pytest.mark.parametrize("name", data.TEXTS)
def test_letters_are_the_folded_text(name):
    letters = data.letters(name)
    assert letters == data.fold(data.text(name))
    assert set(letters) == set(data.ALPHABET)
    assert 90_000 < len(letters) < 300_000


@given(st.text())
def test_folding_leaves_letters_and_single_spaces(string):
    folded = data.fold(string)
    assert set(folded) <= set(data.ALPHABET)
    assert folded == " ".join(folded.split()) == data.fold(folded)


def test_folding_keeps_letters():
    assert data.fold("  Böhning's 3rd\n\n\tλ-term: É ") == "bohning s rd term e"


@given(st.text(max_size=40))
def test_decoding_undoes_encoding(string):
    alphabet = "".join(sorted(set(string)))
    symbols = data.encode(string, alphabet)
    assert symbols.shape == (len(string),)
    assert data.decode(symbols, alphabet) == string


def test_the_alphabet_is_a_to_z_and_the_space():
    assert data.encode(data.ALPHABET).tolist() == list(range(27))
    assert data.decode(range(27)) == data.ALPHABET == "abcdefghijklmnopqrstuvwxyz "


@given(WORDS, st.integers(1, 3))
def test_counts_are_those_of_a_slow_count(string, length):
    table = data.counts(string, length)
    slow = Counter(string[n : n + length] for n in range(len(string) - length + 1))
    assert table.shape == (27,) * length
    assert {data.decode(i): int(table[tuple(i)]) for i in np.argwhere(table)} == slow


def test_counts_in_another_alphabet():
    assert data.counts("0110", 2, alphabet="01").tolist() == [[0, 1], [1, 1]]


@pytest.mark.parametrize("before", [0, 1, 2])
def test_the_letter_model_is_the_table_of_a_slow_count(before):
    """Of the first 100 000 letters only."""
    text = data.letters("prose")[: data.COUNTED]
    model = data.letter_model(before, 0.5)
    assert model.shape == (27,) * (before + 1)
    assert model.sum(axis=-1) == pytest.approx(np.ones((27,) * before), rel=1e-12)
    for context in ("", "t", "th", "qz", "zz"):
        if len(context) == before:
            follow = Counter(text[n + before] for n in range(len(text) - before) if text[n : n + before] == context)
            wanted = [(follow[letter] + 0.5) / (follow.total() + 13.5) for letter in data.ALPHABET]
            assert model[tuple(data.encode(context))] == pytest.approx(wanted, rel=1e-12)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: data.letter_model(-1), "before must be at least 0, got -1"),
        (lambda: data.letter_model(1, 0), "add must be above 0 and finite, got 0"),
        (lambda: data.letter_model(1, np.nan), "add must be above 0 and finite, got nan"),
        (lambda: data.digits("valid"), "part must be one of all, train, test, got 'valid'"),
        (lambda: data.digit_logits("valid"), "part must be one of all, train, test, got 'valid'"),
        (lambda: data.text("verse"), "name must be one of prose, source, got 'verse'"),
        (lambda: data.letters("../README"), "name must be one of prose, source, got '../README'"),
        (lambda: data.encode("a-b"), "the alphabet lacks '-', at position 1 of the string"),
        (lambda: data.encode("ab", "aba"), "the alphabet has 'a' twice"),
        (lambda: data.counts("a", 0), "length must be at least 1, got 0"),
        (lambda: data.counts("Abc"), "the alphabet lacks 'A', at position 0 of the string"),
        (lambda: data.decode([0, 27]), "symbols must be 0 to 26, got 27"),
        (lambda: data.decode([-1]), "symbols must be 0 to 26, got -1"),
        (lambda: data.decode([[0]]), r"symbols must have the shape \(N,\), got \(1, 1\)"),
    ],
)
def test_bad_values_are_refused(call, message):
    with pytest.raises(ValueError, match=message):
        call()


@pytest.mark.parametrize("call", [lambda: data.decode([0.5]), lambda: data.fold(3), lambda: data.counts("ab", 1.5)])
def test_bad_kinds_are_refused(call):
    with pytest.raises(TypeError):
        call()


def test_the_examples_of_the_docstrings():
    failed, attempted = doctest.testmod(data)
    assert not failed
    assert attempted > 10


def files():
    return [path for path in data.HERE.iterdir() if path.is_file() and path.suffix != ".py"]


def test_each_file_is_small_and_explained():
    assert {path.name for path in files()} == set(LARGEST)
    assert all(path.stat().st_size <= LARGEST[path.name] for path in files())
    sections = re.split(r"^(\S+)$", (data.HERE / "README.txt").read_text(encoding="utf8"), flags=re.MULTILINE)
    explained = dict(zip(sections[1::2], sections[2::2], strict=True))
    assert set(explained) | {"README.txt"} == set(LARGEST)
    assert all(re.search(r"Licence: (MIT|CC BY 4\.0)", section) for section in explained.values())


def test_the_authors_of_the_digits_are_named():
    for page in (data.HERE / "README.txt", ROOT / "LICENSE-TEXT.md"):
        words = " ".join(page.read_text(encoding="utf8").split())
        assert all(name in words for name in ("Alpaydin", "Kaynak", "10.24432/C50P49", "CC BY 4.0")), page
    assert all(name in data.digits.__doc__ for name in ("Alpaydin and Kaynak (1998)", "10.24432/C50P49", "CC BY 4.0"))


def test_the_wheel_has_the_data_and_their_licences(tmp_path):
    for name in ("pyproject.toml", "README.md", "LICENSE", "LICENSE-TEXT.md"):
        shutil.copy(ROOT / name, tmp_path)
    shutil.copytree(ROOT / "src", tmp_path / "src", ignore=shutil.ignore_patterns("__pycache__", "*.egg-info"))
    build = "from setuptools import build_meta; build_meta.build_wheel('.')"
    subprocess.run([sys.executable, "-c", build], cwd=tmp_path, check=True, capture_output=True)
    (wheel,) = tmp_path.glob("*.whl")
    inside = zipfile.ZipFile(wheel).namelist()
    assert {f"bookkit/data/{name}" for name in (*LARGEST, "__init__.py")} <= set(inside)
    assert any(name.endswith("licenses/LICENSE-TEXT.md") for name in inside)
