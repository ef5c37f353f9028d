"""What the abuse cases may ask for: a clock that stands still, and a victim with a password."""

from collections.abc import Iterator

import pytest
from pytest_django import Settings

from balie.apps.customers import actions as customers
from balie.infra import clock
from balie.infra.audit import SYSTEM
from balie.infra.clock import FrozenClock
from tests.abuse.attacking import OLD
from tests.apps.building import NOW
from tests.apps.credentials.recovering import Loser


@pytest.fixture(autouse=True)
def _example_company_may_mail(settings: Settings) -> None:
    """The tests are about the shipped company; that it may not mail in earnest has its own test."""
    settings.BALIE_DEMO = True


@pytest.fixture(autouse=True)
def frozen() -> Iterator[FrozenClock]:
    """It is Monday 23 November 2026, 10:00 in Amsterdam, until a test moves the clock."""
    with clock.frozen(NOW) as standing:
        yield standing


@pytest.fixture
def victim(db: None) -> Loser:
    """A customer with a login, a number and a domain name."""
    victim = Loser()
    customers.set_password(user=victim.user, password=OLD, by=SYSTEM, now=NOW)
    return victim
