"""The browser tests run only when asked for by name: pytest tests/browser.  They read the book as it was built."""

import functools
from importlib.util import find_spec

import pytest

import chromium

from . import site
from .reader import Reader, new_context


def asked(config):
    """Is this folder, or a file in it, named on the command line?"""
    return any("browser" in str(argument) for argument in config.args)


def pytest_ignore_collect(collection_path, config):
    """A plain `pytest` or `pytest tests` needs neither Playwright nor Chromium."""
    return None if asked(config) else True


def pytest_configure(config):
    """What is missing is said in one line."""
    if not asked(config) or hasattr(config, "workerinput"):
        return
    for there, line in [
        (find_spec("playwright"), site.NO_PLAYWRIGHT),
        (chromium.PATH, chromium.MISSING),
        ((site.SITE / "index.html").exists(), site.NO_SITE),
    ]:
        if not there:
            pytest.exit(line, returncode=1)


@pytest.fixture(scope="session")
def browser():
    """One Chromium per process."""
    with site.chromium() as running:
        yield running


@pytest.fixture(scope="session")
def address():
    """The built book over http."""
    with site.served(site.SITE) as url:
        yield url


def altered(change, route):
    """Let a file through with its text changed, and fail if the change has nothing to change."""
    response = route.fetch()
    before = response.text()
    after = change(before)
    assert after != before
    route.fulfill(response=response, body=after)


@pytest.fixture(scope="session")
def contexts(browser):
    """Browser contexts by their options; pages of one kind share a cache."""
    return {}


@pytest.fixture
def read(browser, address, contexts):
    """read("chapters/05_gradient.html", width="narrow", scheme="dark") opens a page and returns its Reader.

    With fresh=True nothing is cached; spoil=(file, change) changes that file's text on its way.
    """
    readers, fresh_ones = [], []

    def context_for(fresh, options):
        key = tuple(sorted(options.items()))
        if not fresh and key in contexts:
            return contexts[key]
        context = new_context(browser, **options)
        if fresh:
            fresh_ones.append(context)
        else:
            contexts[key] = context
        return context

    def open_page(name, base=address, fresh=False, spoil=None, slowdown=1, **options):
        context = context_for(fresh or spoil, options)
        if spoil:
            context.route(f"**/{spoil[0]}*", functools.partial(altered, spoil[1]))
        readers.append(Reader(context, base, scripts=options.get("scripts", True)))
        return readers[-1].open(name, slowdown)

    yield open_page
    for reader in readers:
        reader.page.close()
    for context in fresh_ones:
        context.close()
