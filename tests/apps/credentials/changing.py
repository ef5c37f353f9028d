"""What the tests of a change of address build with: who lost his address, his bank, the desk."""

import re
from datetime import datetime, timedelta
from itertools import count

from allauth.mfa.models import Authenticator
from django.core import mail

from balie.apps.banking import actions as banking
from balie.apps.credentials.actions import addresses, addresses_proof
from balie.apps.credentials.models import AddressChange, AddressNotice
from balie.apps.credentials.queries import addresses as queries
from balie.apps.customers import actions as customers
from balie.apps.customers import factors
from balie.apps.customers.models import Contact, Employee, User
from balie.apps.directdebit.models import Collection
from balie.infra import clock, jobs, outbox
from balie.infra.audit import SYSTEM, Actor
from balie.simulator.bank import SimulatedBank
from tests.apps.building import NOW, new_contact
from tests.apps.credentials.recovering import text_of
from tests.apps.directdebit.collecting import (
    Debtor,
    at,
    day,
    frozen,
    hand_in,
    live,
    new_bank,
    statements,
)

_counter = count(1)
MONTH_AGO = NOW - timedelta(days=30)
LATER = 42  # days after the first debit: its settlement is more than 30 days back


class Mover:
    """A customer who pays by debit, with an owner whose address is gone and a colleague."""

    def __init__(self) -> None:
        self.debtor = Debtor()
        self.customer = self.debtor.customer
        self.contact = Contact.objects.get(roles__customer=self.customer)
        self.colleague = new_contact(self.customer, role="technical")
        self.new_email = f"nieuw{next(_counter)}.met.een.lange.naam@verhuisd.example"
        self.old_email = self.user.email

    @property
    def user(self) -> User:
        """His account as it is now."""
        return User.objects.get(pk=self.contact.user_id)

    @property
    def actor(self) -> Actor:
        """He himself."""
        return Actor("contact", self.contact.pk, self.contact.name)

    @property
    def change(self) -> AddressChange:
        """His last change."""
        return AddressChange.objects.filter(user=self.user).latest("pk")

    @property
    def factor_id(self) -> int | None:
        """His passkey, or None."""
        kind = Authenticator.Type.WEBAUTHN
        mine = Authenticator.objects.filter(user=self.user, type=kind).order_by("pk")
        found: int | None = mine.values_list("pk", flat=True).first()
        return found

    def start(self, *, has_second_factor: bool = False, now: datetime = NOW) -> AddressChange:
        """Start a change in the portal."""
        return addresses.start_in_portal(
            user=self.user,
            new_email=self.new_email,
            factor_id=self.factor_id if has_second_factor else None,
            language="nl",
            by=self.actor,
            now=now,
        )

    def start_in_public(self, *, identifier: str = "", now: datetime = NOW) -> AddressChange:
        """Start a change as a stranger does, and let the job find him."""
        change = addresses.start_in_public(
            identifier=identifier or self.old_email,
            new_email=self.new_email,
            language="nl",
            network=f"192.0.2.{next(_counter) % 250}",
            now=now,
        )
        jobs.run_pending(now=now)
        change.refresh_from_db()
        return change

    def call(self, employee: Employee, *, now: datetime = NOW) -> AddressChange:
        """Call the desk, where an employee starts it."""
        return addresses.start_at_desk(
            user=self.user,
            new_email=self.new_email,
            channel="phone",
            employee=employee,
            by=actor_of(employee),
            now=now,
        )

    def add_factor(self, *, days: int = 30) -> list[str]:
        """Give him a second factor and recovery codes of so many days old; the codes."""
        Authenticator.objects.create(
            user=self.user, type=Authenticator.Type.WEBAUTHN, data={"name": "sleutel"}
        )
        codes = factors.renew_recovery_codes(user=self.user, now=NOW)
        since = clock.machine() - timedelta(days=days)
        Authenticator.objects.filter(user=self.user).update(created_at=since)
        return codes


def actor_of(employee: Employee) -> Actor:
    """An employee as the author of a change."""
    return Actor("employee", employee.pk, employee.name)


def new_employee(*, role: str = "agent", since: datetime = MONTH_AGO) -> Employee:
    """Somebody who works at the desk since a month."""
    number = next(_counter)
    return customers.register_employee(
        name=f"Medewerker {number}",
        email=f"medewerker{number}@delinde.example",
        role=role,
        by=SYSTEM,
        now=since,
    )


def secret_of(change: AddressChange) -> str:
    """The secret of the page of a change, as it is derived to be mailed."""
    return queries.address_secret(change.nonce)


def stop_secret_of(change: AddressChange, contact: Contact) -> str:
    """The secret with which somebody who was warned stops it."""
    notice = AddressNotice.objects.get(change=change, contact=contact)
    return queries.stop_secret(notice.nonce)


def debited(*movers: Mover) -> SimulatedBank:
    """Debit everybody once, settled in the first week; the bank's days are open from then on."""
    bank = new_bank()
    hand_in(bank, frozen())
    live(bank, until=7)
    states = Collection.objects.filter(customer__in=[one.customer for one in movers])
    assert set(states.values_list("state", flat=True)) == {"settled"}
    return bank


def transfer(
    bank: SimulatedBank, *, text: str, iban: str, number: int = LATER, cents: int = 1
) -> None:
    """Somebody transfers on a day; the statement of it is taken in."""
    bank.receive_transfer(
        amount_cents=cents, name="J. Bakker", iban=iban, on=day(number), text=text
    )
    live(bank, until=number + 1)


def later(days: int = LATER) -> datetime:
    """Ten in the morning so many days on."""
    return at(days)


def mails_to(address: str) -> list[str]:
    """The plain texts of the mails that went to an address, after all that waits was sent."""
    return [text_of(one) for one in mail.outbox if address in one.recipients()]


def send(now: datetime = NOW) -> None:
    """Let the mail server take what waits."""
    outbox.send_due(now=now)


def link_in(text: str) -> str:
    """The path of the link in a mail."""
    found = re.search(r"https?://[^/\s]+(/inloggegevens/adres/\S+)", text)
    assert found is not None, text
    return found[1]


def transferred() -> Mover:
    """A cent with the code, booked at the bank and still in suspense."""
    mover = Mover()
    bank = debited(mover)
    change = mover.start_in_public(now=later(LATER - 1))
    addresses_proof.confirm(secret=secret_of(change), now=later(LATER - 1))
    bank.receive_transfer(
        amount_cents=1,
        name="J. Bakker",
        iban=mover.debtor.iban,
        on=day(LATER),
        text=change.bank_code,
    )
    for content in statements(bank, until=LATER + 2):
        file = banking.receive_file(name="b.xml", content=content, by=SYSTEM, now=later())
        banking.book_file(file=file, by=SYSTEM, now=later(), register_unknown=False)
    return mover
