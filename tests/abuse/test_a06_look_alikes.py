"""A6: get the victim's mail by an address that looks like his (Django CVE-2019-19844)."""

import pytest
from django.core import mail

from balie.apps.customers import actions as customers
from balie.apps.customers.models import User
from balie.infra.audit import SYSTEM
from tests.abuse.attacking import CODE, RECOVER, attacker, work
from tests.apps.building import NOW

pytestmark = [pytest.mark.django_db, pytest.mark.postgres]

LOOK_ALIKES = (
    "m\u0131ke@klant.example",  # dotless i: upper case is I
    "mi\u212ae@klant.example",  # Kelvin sign: lower case is k
    "\uff4dike@klant.example",  # full width
    "mik\u0435@klant.example",  # Cyrillic e
    "mike@klant.example\u200b",
    "mike@kl\u0251nt.example",
    "mike@klant.example\u00df",
    "m_ke@klant.example",
    "%@klant.example",
)


@pytest.fixture
def mike(db: None) -> User:
    return customers.register_employee(
        name="Mike", email="mike@klant.example", role="agent", by=SYSTEM, now=NOW
    ).user


@pytest.mark.parametrize("where", [RECOVER, CODE])
@pytest.mark.parametrize("typed", LOOK_ALIKES, ids=ascii)
def test_look_alike_matches_nobody(mike: User, where: str, typed: str) -> None:
    """A6: an address is compared as stored; what only looks like it is somebody else's."""
    attacker().post(where, {"identifier": typed})
    work()

    assert mail.outbox == []


@pytest.mark.parametrize("where", [RECOVER, CODE])
@pytest.mark.parametrize("typed", ["MIKE@KLANT.EXAMPLE", " Mike@Klant.example "])
def test_mail_goes_to_the_stored_address_not_the_typed_one(
    mike: User, where: str, typed: str
) -> None:
    """A6: case and blanks may differ; the mail goes to the address on file, letter for letter."""
    attacker().post(where, {"identifier": typed})
    work()

    assert [message.to for message in mail.outbox] == [["mike@klant.example"]]
