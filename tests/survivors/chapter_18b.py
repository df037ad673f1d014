"""Misprints of the companion that the gate accepts because they are true, and why."""

REASONS = {}
