"""What a walk through the house in a browser has: a standing clock, and a right to bill."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from functools import partial

import pytest
from playwright.sync_api import Browser
from pytest_django import Settings
from pytest_django.live_server_helper import LiveServer

from balie.infra import clock
from balie.infra.clock import FrozenClock
from tests.apps.building import NOW
from tests.apps.conftest import committed
from tests.browser.walking import Walker, walk

__all__ = ["committed"]


@pytest.fixture(autouse=True)
def _house(settings: Settings, live_server: LiveServer) -> None:
    """The shipped company may bill, and links in mails lead to the server of the test."""
    settings.BALIE_DEMO = True
    settings.BALIE_BASE_URL = live_server.url


@pytest.fixture(autouse=True)
def frozen() -> Iterator[FrozenClock]:
    """It is Monday 23 November 2026, 10:00 in Amsterdam, until a test moves the clock."""
    with clock.frozen(NOW) as standing:
        yield standing


@pytest.fixture
def come_in(
    committed: None, chromium: Browser, live_server: LiveServer
) -> Callable[[], AbstractContextManager[Walker]]:
    """Somebody comes in with a browser of his own, on a phone, in Dutch, without a mouse."""
    return partial(walk, chromium, base_url=live_server.url)
