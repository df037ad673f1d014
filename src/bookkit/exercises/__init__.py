"""Self-checks for the exercises: check("05.jvp", attempt) prints one line and never raises.

The check of exercise 05.jvp is the function `jvp` of the module chapter_05: it asserts what must hold of the attempt,
and the message of an assertion is the hint.
"""

from importlib import import_module


def check(key, attempt):
    """Print "✓ key", or "✗ key: hint" where the attempt fails the check of that exercise."""
    chapter, _, name = key.partition(".")
    judge = getattr(import_module(f"{__name__}.chapter_{chapter}"), name)
    try:
        judge(attempt)
    except AssertionError as hint:
        print(f"✗ {key}: {hint}")
    except Exception as error:
        print(f"✗ {key}: your attempt raised {type(error).__name__}: {error}")
    else:
        print(f"✓ {key}")
