"""What the tests of signing in may ask for: a clock that stands still, and somebody to come in."""

from collections.abc import Iterator

import pytest
from pytest_django import Settings

from balie.apps.customers import actions as customers
from balie.apps.customers.models import Employee, User
from balie.infra import clock
from balie.infra.audit import SYSTEM
from balie.infra.clock import FrozenClock
from tests.apps.building import NOW, new_contact, new_customer
from tests.apps.conftest import committed
from tests.faces.account.walking_in import PASSWORD
from tests.faces.desk.building import new_employee

__all__ = ["committed"]


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
def jan(db: None) -> User:
    """The owner of a bakery, with a password."""
    contact = new_contact(new_customer(name="Bakkerij Zeezicht", with_contact=False))
    return customers.set_password(user=contact.user, password=PASSWORD, by=SYSTEM, now=NOW)


@pytest.fixture
def marit(db: None) -> Employee:
    """An employee with a password and nothing more."""
    employee = new_employee("agent", name="Marit")
    customers.set_password(user=employee.user, password=PASSWORD, by=SYSTEM, now=NOW)
    return employee
