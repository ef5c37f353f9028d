"""What the tests of the desk may ask for: a clock that stands still, and who is signed in."""

from collections.abc import Iterator

import pytest
from django.test import Client
from pytest_django import Settings

from balie.infra import clock
from tests.apps.building import NOW
from tests.apps.conftest import committed
from tests.faces.desk.building import new_employee
from tests.support.signing_in import sign_in

__all__ = ["committed"]


@pytest.fixture(autouse=True)
def _example_company_may_bill(settings: Settings) -> None:
    """The tests are about the shipped company; that it may not bill in earnest has its own test."""
    settings.BALIE_DEMO = True


@pytest.fixture(autouse=True)
def _monday_morning() -> Iterator[None]:
    """It is Monday 23 November 2026, 10:00 in Amsterdam."""
    with clock.frozen(NOW):
        yield


@pytest.fixture
def agent(client: Client, db: None) -> Client:
    """An employee who answers questions, signed in."""
    sign_in(client, new_employee("agent").user)
    return client


@pytest.fixture
def finance(client: Client, db: None) -> Client:
    """An employee who handles money, signed in."""
    sign_in(client, new_employee("finance").user)
    return client
