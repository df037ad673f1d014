"""Self-checks for the exercises: check("05.vjp", attempt) prints one line and never raises.

The check of exercise 05.vjp is the function `vjp(attempt)` of the module chapter_05. It returns if the attempt is
right, and raises `Wrong` with a hint if it is not.
"""

import inspect
from importlib import import_module
from importlib.util import find_spec

from bookkit.exercises.judging import Wrong


def check(key, attempt):
    """Print "✓ key", or "✗ key: hint" where the attempt fails the check of that exercise."""
    chapter, _, name = str(key).partition(".")
    chapter = chapter.zfill(2)
    found = judges(chapter)
    if name not in found:
        known = ", ".join(f"{chapter}.{other}" for other in found) or "none of that chapter"
        print(f"✗ {key}: there is no such exercise; there is {known}")
        return
    try:
        found[name](attempt)
    except Wrong as hint:
        print(f"✗ {key}: {hint}")
    except Exception as error:
        print(f"✗ {key}: your attempt raised {type(error).__name__}: {error}")
    else:
        print(f"✓ {key}")


def judges(chapter):
    """The checks of a chapter by name: the functions of its module whose one argument is called attempt."""
    name = f"{__name__}.chapter_{chapter}"
    if not (chapter.isalnum() and find_spec(name)):
        return {}
    functions = inspect.getmembers(import_module(name), inspect.isfunction)
    return {key: f for key, f in functions if list(inspect.signature(f).parameters) == ["attempt"]}
