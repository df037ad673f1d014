"""An answer found on paper, rounded to three decimals, is accepted; wrong_answers holds what is too far off."""

import pytest

from softxent.exercises import check

ROUNDED = {
    "06.hand": [0.375, 0.25, 0],
    "06.temperature": [5, 50, 0.04],
    "07.hand": [0.048, -0.468, 0.42],
    "07.concave": 1.317,
    "10.frequencies": [[-0.441], [-0.035], [0.476]],
    "13.hand": (7, 0.824),
    "13.tie": 0.564,
}


@pytest.mark.parametrize("key", ROUNDED)
def test_a_rounded_answer_is_accepted(key, capsys):
    check(key, ROUNDED[key])
    assert capsys.readouterr().out == f"✓ {key}\n"
