"""An address that went from one person to another: each gets what was sent while it was his."""

from datetime import timedelta

import pytest

from balie.apps.credentials.actions import addresses_end
from balie.apps.credentials.models import AddressChange
from balie.apps.customers import actions as customers
from balie.apps.customers.models import Contact
from balie.apps.office.privacy import erasure, export
from balie.apps.services import actions as services
from balie.apps.services.models import PanelAccount
from balie.apps.tickets.models import InboundMail, RawSource
from balie.infra.audit import SYSTEM
from tests.apps.building import (
    NOW,
    new_contact,
    new_customer,
    new_domain,
    new_service,
)
from tests.apps.credentials.changing import Mover
from tests.apps.office.test_erasure import ADMIN, everywhere

pytestmark = [pytest.mark.django_db, pytest.mark.postgres]
DAY = timedelta(days=1)


def mailed(address: str, subject: str, *, days: int) -> InboundMail:
    """A mail that was proven to come from an address, so many days from now."""
    at = NOW + days * DAY
    source = RawSource.objects.create(
        channel="mail", content=subject.encode(), sha256=subject.rjust(64), received_at=at
    )
    return InboundMail.objects.create(
        source=source,
        content_key=subject,
        taken_at=at,
        stored_at=at,
        size_bytes=1,
        from_address=address,
        subject=subject,
        trust=InboundMail.Trust.PROVEN,
    )


def moved(mover: Mover, *, days: int) -> None:
    """Change somebody's address, the way a proven change does."""
    change = mover.start()
    at = NOW + days * DAY
    AddressChange.objects.filter(pk=change.pk).update(
        proof="second_factor", proven_at=NOW, confirmed_at=NOW
    )
    assert addresses_end.complete_if_ready(change, by=mover.actor, now=at).state == "completed"


def subjects(contact: Contact) -> list[object]:
    """The subjects of the mails in what somebody is given of himself."""
    return [
        one["subject"] for one in export.dossier(Contact.objects.get(pk=contact.pk))["mails_in"]
    ]


def test_each_is_given_what_came_while_the_address_was_his() -> None:
    first, second = Mover(), Mover()
    shared = first.old_email
    mailed(shared, "van de eerste", days=1)
    moved(first, days=2)
    mailed(first.new_email, "van zijn nieuwe", days=3)
    customers.change_address(user=second.user, email=shared, by=second.actor, now=NOW + 90 * DAY)
    mailed(shared, "van de tweede", days=91)

    assert subjects(first.contact) == ["van de eerste", "van zijn nieuwe"]
    assert subjects(second.contact) == ["van de tweede"]


def test_who_begins_with_an_address_is_not_given_what_its_former_owner_sent() -> None:
    first = Mover()
    shared = first.old_email
    mailed(shared, "van de eerste", days=1)
    moved(first, days=2)
    newcomer = new_contact(new_customer(with_contact=False))
    newcomer.user.email = shared
    newcomer.user.save(update_fields=["email"])

    assert subjects(newcomer) == []


def test_erasing_the_next_owner_leaves_the_mails_of_the_former_one() -> None:
    first = Mover()
    his = mailed(first.old_email, "van de eerste", days=1)
    shared = first.old_email
    moved(first, days=2)
    newcomer = new_contact(new_customer(with_contact=False))
    newcomer.user.email = shared
    newcomer.user.save(update_fields=["email"])

    erasure.erase(contact=newcomer, by=ADMIN, now=NOW + 3 * DAY)

    his.refresh_from_db()
    assert his.subject == "van de eerste"


def test_name_of_a_panel_account_that_is_gone_goes_with_its_owner() -> None:
    customer = new_customer(with_contact=False)
    contact = new_contact(customer)
    service = new_service(customer, domain=new_domain(customer, "gewoon.nl"))
    account = services.note_account(service=service, user_name="kanarie01", by=SYSTEM, now=NOW)
    PanelAccount.objects.filter(pk=account.pk).update(state="deleted")
    type(service).objects.filter(pk=service.pk).update(ended_on=NOW.date())

    erasure.erase(contact=contact, by=ADMIN, now=NOW)

    assert everywhere("kanarie01") == set()
