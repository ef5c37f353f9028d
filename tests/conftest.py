"""What every test has: no network, a known database engine, and a browser for those who ask."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from functools import partial

import pytest
from django.conf import settings
from hypothesis import settings as hypothesis_settings
from playwright.sync_api import Browser
from pytest_django.live_server_helper import LiveServer

from tests.support import append_only, first_rows, search_index
from tests.support.browser import Visit, find_chromium, running_chromium
from tests.support.browser import visit as visit_site
from tests.support.network import forbid_foreign_network

# The same commit gives the same verdict, also on a machine that is busy with something else.
hypothesis_settings.register_profile("balie", deadline=None, derandomize=True)
hypothesis_settings.load_profile("balie")

NO_BROWSER = "no Chromium found (BALIE_CHROMIUM names one)"


def pytest_report_header() -> str:
    return f"database: {settings.DATABASES['default']['ENGINE'].rpartition('.')[2]}"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    if find_chromium() is None:
        for item in items:
            if "browser" in item.keywords:
                item.add_marker(pytest.mark.skip(reason=NO_BROWSER))


@pytest.fixture(autouse=True)
def _no_foreign_network(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    tries = forbid_foreign_network(monkeypatch)
    yield
    assert tries == [], "the test tried to reach another machine"


@pytest.fixture(autouse=True)
def _first_rows_are_there(request: pytest.FixtureRequest) -> Iterator[None]:
    """Give every test the rows of the migrations, whichever test emptied the tables before it."""
    marker = request.node.get_closest_marker("django_db")
    names = set(request.fixturenames)
    if {"transactional_db", "live_server"} & names or (marker and marker.kwargs.get("transaction")):
        request.getfixturevalue("transactional_db")
        first_rows.put_back()
        yield
        append_only.clear()
        search_index.clear()
        return
    if marker or "db" in names:
        request.getfixturevalue("db")
        first_rows.put_back()
    yield


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """The browser that all browser tests share; each visit has a profile of its own."""
    program = find_chromium()
    if program is None:
        pytest.skip(NO_BROWSER)
    # The event loop that drives the browser makes Django think the test is asynchronous.
    with pytest.MonkeyPatch.context() as patch, running_chromium(program) as browser:
        patch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "1")
        yield browser


@pytest.fixture
def visit(
    chromium: Browser, live_server: LiveServer
) -> Callable[..., AbstractContextManager[Visit]]:
    """A visitor of the running site; the arguments are those of ``tests.support.browser.visit``."""
    return partial(visit_site, chromium, base_url=live_server.url)
