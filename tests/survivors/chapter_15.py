"""Misprints of the chapter that the gate accepts because they are true, and why."""

REASONS = {
    "choice-reinforce: (sub flipped|right of sub dropped|left factor dropped)": (
        "the part with b is b times a sum that is 0, on each line: any other factor, also −b, 0 and 1, gives 0 too"
    ),
}
