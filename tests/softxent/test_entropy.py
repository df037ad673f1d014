"""Entropy and the divergences: known values, laws, oracles, errors."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from numpy.testing import assert_allclose
from scipy.special import entr, rel_entr

from softxent.entropy import (
    conditional_entropy,
    cross_entropy,
    entropy,
    jensen_shannon_divergence,
    kl_divergence,
    mutual_information,
    surprisal,
)

JOINT = np.array([[1 / 8, 1 / 16, 1 / 32, 1 / 32], [1 / 16, 1 / 8, 1 / 32, 1 / 32], [1 / 16] * 4, [1 / 4, 0, 0, 0]])


@st.composite
def distributions(draw, rows=1, size=None):
    """Rows of probabilities of one size, zeros and tiny ones among them."""
    size = size or draw(st.integers(1, 6))
    masses = st.one_of(st.just(0.0), st.floats(1e-12, 1.0))
    drawn = draw(arrays(float, (rows, size), elements=masses))
    drawn[:, draw(st.integers(0, size - 1))] += 0.5
    return drawn / drawn.sum(-1, keepdims=True)


# known values


def test_a_fair_coin_has_one_bit_and_log_2_nats():
    assert entropy([0.5, 0.5], base=2) == 1
    assert entropy([0.5, 0.5]) == pytest.approx(0.6931471805599453, rel=1e-15)


def test_the_textbook_horse_race():
    """Cover and Thomas, example 2.1.3 and 5.2.1: 1.75 bits, and the race of eight horses has 2 bits."""
    assert entropy([1 / 2, 1 / 4, 1 / 8, 1 / 8], base=2) == 1.75
    assert entropy([1 / 2, 1 / 4, 1 / 8, 1 / 16] + [1 / 64] * 4, base=2) == 2


def test_the_textbook_joint_distribution():
    """Cover and Thomas, example 2.2.1 (rows are Y there): H(X|Y) = 11/8, H(Y|X) = 13/8, I = 3/8 bit."""
    assert conditional_entropy(JOINT, base=2) == pytest.approx(11 / 8, rel=1e-15)
    assert conditional_entropy(JOINT.T, base=2) == pytest.approx(13 / 8, rel=1e-15)
    assert mutual_information(JOINT, base=2) == pytest.approx(3 / 8, rel=1e-14)


def test_the_textbook_divergences_are_not_symmetric():
    """Cover and Thomas, example 2.3.1 with r = 1/2, s = 1/4: 0.2075 and 0.1887 bit."""
    assert kl_divergence([1 / 2, 1 / 2], [3 / 4, 1 / 4], base=2) == pytest.approx(1 - np.log2(3) / 2, rel=1e-14)
    assert kl_divergence([3 / 4, 1 / 4], [1 / 2, 1 / 2], base=2) == pytest.approx(3 / 4 * np.log2(3) - 1, rel=1e-14)


def test_surprisal_is_elementwise_and_exact_for_powers_of_two():
    assert surprisal(2.0**-29, base=2) == 29
    assert surprisal([[1, 0.5], [0.25, 0]], base=2).tolist() == [[0, 1], [2, np.inf]]


def test_a_certain_outcome_has_no_entropy_and_no_minus_zero():
    for value in (surprisal(1), entropy([1]), entropy([0, 1]), cross_entropy([1], [1]), kl_divergence([1], [1])):
        assert value == 0
        assert not np.signbit(value)


def test_disjoint_distributions_differ_by_one_bit_in_jensen_shannon():
    assert jensen_shannon_divergence([1, 0, 0], [0, 0.5, 0.5], base=2) == pytest.approx(1, rel=1e-15)


# laws


@given(distributions(rows=2))
def test_cross_entropy_is_entropy_plus_divergence(rows):
    p, q = rows
    assert_allclose(cross_entropy(p, q), entropy(p) + kl_divergence(p, q), rtol=1e-14, atol=1e-14)


@given(distributions(rows=2))
def test_divergence_is_never_negative_and_zero_only_at_equality(rows):
    p, q = rows
    assert kl_divergence(p, q) >= 0
    assert kl_divergence(p, p) == 0
    assert (kl_divergence(p, q) == 0) == np.array_equal(p, q)


@given(distributions())
def test_entropy_lies_between_zero_and_log_k(rows):
    (p,) = rows
    assert -1e-15 <= entropy(p) <= np.log(p.size) * (1 + 1e-15)
    assert_allclose(kl_divergence(p, np.full(p.size, 1 / p.size)), np.log(p.size) - entropy(p), rtol=1e-13, atol=1e-14)


@given(distributions(rows=2))
def test_jensen_shannon_is_symmetric_and_between_zero_and_one_bit(rows):
    p, q = rows
    divergence = jensen_shannon_divergence(p, q, base=2)
    assert divergence == jensen_shannon_divergence(q, p, base=2)
    assert 0 <= divergence <= 1 + 1e-15


@given(distributions(size=6))
def test_chain_rule_and_symmetry_of_the_mutual_information(rows):
    joint = rows.reshape(2, 3)
    given_x = conditional_entropy(joint)
    assert_allclose(given_x, entropy(rows[0]) - entropy(joint.sum(1)), rtol=1e-13, atol=1e-14)
    assert_allclose(mutual_information(joint), entropy(joint.sum(0)) - given_x, rtol=1e-13, atol=1e-14)
    assert_allclose(mutual_information(joint), mutual_information(joint.T), rtol=1e-13, atol=1e-15)


@given(distributions(size=2), distributions(size=3))
def test_independent_variables_tell_nothing_about_each_other(first, second):
    joint = first[0][:, None] * second[0]
    assert 0 <= mutual_information(joint) < 1e-30
    assert_allclose(conditional_entropy(joint), entropy(second[0]), rtol=1e-13, atol=1e-14)


@given(distributions(rows=2))
def test_bits_are_nats_over_log_2(rows):
    p, q = rows
    for function in (cross_entropy, kl_divergence, jensen_shannon_divergence):
        assert_allclose(function(p, q, base=2) * np.log(2), function(p, q), rtol=4e-15)


def test_rounded_sums_do_not_make_the_divergence_negative(rng):
    """The plain sum Σ p log(p/q) is truly negative on some of these pairs."""
    p = rng.dirichlet(np.ones(4), 2000)
    q = p * (1 + 1e-9 * rng.standard_normal(p.shape))
    q /= q.sum(-1, keepdims=True)
    assert np.sum(p * np.log(p / q), axis=-1).min() < 0
    assert kl_divergence(p, q).min() >= 0


# oracles


def test_scipy_agrees(rng):
    p, q = rng.dirichlet(np.ones(5), (2, 7, 3))
    assert_allclose(entropy(p), entr(p).sum(-1), rtol=1e-14)
    assert_allclose(kl_divergence(p, q), rel_entr(p, q).sum(-1), rtol=1e-12)
    assert_allclose(cross_entropy(p, q), (entr(p) + rel_entr(p, q)).sum(-1), rtol=1e-13)


def test_conditional_entropy_is_the_mean_of_the_entropies_of_the_rows(rng):
    joint = rng.dirichlet(np.ones(12), 5).reshape(5, 3, 4)
    marginal = joint.sum(-1)
    rows = entropy(joint / marginal[..., None])
    assert_allclose(conditional_entropy(joint), (marginal * rows).sum(-1), rtol=1e-14)


def test_a_batch_is_its_rows_and_one_vector_serves_all_of_them(rng):
    p, q = rng.dirichlet(np.ones(5), (2, 4))
    for function in (cross_entropy, kl_divergence, jensen_shannon_divergence):
        assert function(p, q).tolist() == [function(a, b) for a, b in zip(p, q, strict=True)]
        assert function(p[0], q).tolist() == [function(p[0], b) for b in q]
        assert function(p, q[0]).tolist() == [function(a, q[0]) for a in p]


# errors

ONE = (entropy,)
TWO = (cross_entropy, kl_divergence, jensen_shannon_divergence)
JOINTS = (conditional_entropy, mutual_information)


@pytest.mark.parametrize("function", ONE + TWO)
@pytest.mark.parametrize(
    ("bad", "message"),
    [
        ([0.5, 0.6], r"^p must sum to 1 within 1.5e-08, got 1.1$"),
        ([[0.5, 0.5], [0.5, 0.4999]], r"^p must sum to 1 .* got 0.9999 at index \(1,\)$"),
        ([1.25, -0.25], r"^p must not be negative, got -0.25 at index \(1,\)$"),
        ([np.inf, 0], r"^p must sum to 1 .* got inf"),
        ([], r"^p must have .* not empty: got \(0,\)$"),
        (1.0, r"^p must have 1 or more axes"),
    ],
)
def test_what_is_no_distribution_is_refused_by_name_and_value(function, bad, message):
    others = [] if function in ONE else [[0.5, 0.5]]
    with pytest.raises(ValueError, match=message):
        function(bad, *others)
    if others:
        with pytest.raises(ValueError, match=message.replace("p must", "q must")):
            function(*others, bad)


@pytest.mark.parametrize("function", JOINTS)
def test_what_is_no_joint_distribution_is_refused(function):
    with pytest.raises(ValueError, match=r"joint must sum to 1 .* got 2.0$"):
        function([[0.5, 0.5], [0.5, 0.5]])
    with pytest.raises(ValueError, match="joint must have 2 or more axes"):
        function([0.5, 0.5])
    with pytest.raises(ValueError, match=r"joint must have .* got \(2, 0\)"):
        function(np.zeros((2, 0)))


@pytest.mark.parametrize("function", TWO)
@pytest.mark.parametrize("shape", [(3,), (1, 2), (3, 2), (4, 1, 2)])
def test_shapes_that_would_broadcast_by_accident_are_refused(function, shape):
    p, q = np.full((4, 2), 0.5), np.full(shape, 1 / shape[-1])
    with pytest.raises(ValueError, match="p and q must have one shape"):
        function(p, q)
    with pytest.raises(ValueError, match="p and q must have one shape"):
        function(q, p)


def test_the_sum_is_judged_in_the_precision_of_its_argument():
    p = np.float32([0.1, 0.2, 0.7001])
    with pytest.raises(ValueError, match=r"p must sum to 1 within 3.5e-04, got 1.00099"):
        entropy(np.float32([0.1, 0.2, 0.701]))
    assert np.isfinite(cross_entropy(p, [0.25, 0.25, 0.5]))
    with pytest.raises(ValueError, match=r"q must sum to 1 within 1.5e-08"):
        cross_entropy(p, [0.1, 0.2, 0.7001])


@pytest.mark.parametrize("bad", [-0.1, 1.1, [0.5, np.inf]])
def test_surprisal_takes_probabilities_only(bad):
    with pytest.raises(ValueError, match=r"^p must not"):
        surprisal(bad)


@pytest.mark.parametrize("base", [10, "2", np.e, 0])
def test_bases_other_than_e_and_2_are_refused(base):
    calls = [lambda f=f: f([0.5, 0.5], base=base) for f in (surprisal, entropy)]
    calls += [lambda f=f: f([0.5, 0.5], [0.5, 0.5], base=base) for f in TWO]
    calls += [lambda f=f: f([[0.5, 0.5]], base=base) for f in JOINTS]
    for call in calls:
        with pytest.raises(ValueError, match="base must be None"):
            call()


@pytest.mark.parametrize("bad", [[0.5 + 0j, 0.5], ["a", "b"], [None, 1]])
def test_types_other_than_real_numbers_are_refused(bad):
    for function in (surprisal, entropy):
        with pytest.raises(TypeError, match="p must hold real numbers, got dtype"):
            function(bad)
