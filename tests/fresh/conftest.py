"""These tests install the wheel into an environment of their own; they run only when asked for by name."""


def pytest_ignore_collect(collection_path, config):
    """A plain `pytest` or `pytest tests` installs nothing."""
    return None if any("fresh" in str(argument) for argument in config.args) else True
