"""Misprints of the chapter that the gate accepts because they are true, and why."""

REASONS = {}
