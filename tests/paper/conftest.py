"""These tests read the PDF that `make pdf` has printed; they run only when asked for by name."""


def pytest_ignore_collect(collection_path, config):
    """A plain `pytest` or `pytest tests` needs no PDF."""
    return None if any("paper" in str(argument) for argument in config.args) else True
