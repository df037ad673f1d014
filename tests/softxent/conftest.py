"""What the tests of the package share."""

import numpy as np
import pytest


@pytest.fixture
def rng():
    """Random numbers of its own for each test, the same in every run and in every order."""
    return np.random.default_rng(0)
