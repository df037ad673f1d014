"""Hypothesis draws the same examples in every run: a failure is a change of the code, not of the dice."""

from hypothesis import settings

settings.register_profile("deterministic", derandomize=True, database=None, deadline=None)
settings.load_profile("deterministic")
