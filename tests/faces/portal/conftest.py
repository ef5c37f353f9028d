"""What the tests of the portal may ask for: a clock that stands still, and who is signed in."""

from collections.abc import Iterator

import pytest
from django.test import Client
from pytest_django import Settings

from balie.apps.customers.models import Contact, Customer
from balie.infra import clock
from balie.infra.clock import FrozenClock
from tests.apps.building import NOW, new_contact, new_customer
from tests.apps.conftest import committed
from tests.faces.desk.building import new_employee
from tests.faces.portal.building import owner_of, signed_in
from tests.support.signing_in import sign_in

__all__ = ["committed"]


@pytest.fixture(autouse=True)
def _example_company_may_bill(settings: Settings) -> None:
    """The tests are about the shipped company; that it may not bill in earnest has its own test."""
    settings.BALIE_DEMO = True


@pytest.fixture(autouse=True)
def frozen() -> Iterator[FrozenClock]:
    """It is Monday 23 November 2026, 10:00 in Amsterdam, until a test moves the clock."""
    with clock.frozen(NOW) as standing:
        yield standing


@pytest.fixture
def bakery(db: None) -> Customer:
    """The customer Alice owns and Bob looks after."""
    return new_customer(name="Bakkerij Zeezicht")


@pytest.fixture
def bob_himself(bakery: Customer) -> Contact:
    """The technical contact of the bakery."""
    return new_contact(bakery, role="technical")


@pytest.fixture
def alice(bakery: Customer) -> Client:
    """The owner of the bakery, signed in."""
    return signed_in(owner_of(bakery))


@pytest.fixture
def bob(alice: Client, bob_himself: Contact) -> Client:
    """The technical contact of the bakery, signed in; Alice was there before him."""
    return signed_in(bob_himself)


@pytest.fixture
def charlie(db: None) -> Client:
    """The owner of another customer, signed in."""
    return signed_in(owner_of(new_customer(name="Camping De Eik")))


@pytest.fixture
def agent(db: None) -> Client:
    """An employee, signed in."""
    client = Client()
    sign_in(client, new_employee("agent").user)
    return client
