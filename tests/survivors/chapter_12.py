"""Misprints of the chapter that the gate accepts because they are true, and why."""

REASONS = {"soft-focal-zero: sign of the side flipped": "minus 0 is 0"}
