"""Customers whose address is no longer theirs, and two who would like it to be: the demo's stories.

One proves himself with a cent and is done. One called; his cent is in, and a second employee has to
look. One thief put his own account on the mandate first, another talked an employee into starting:
neither gets anything, and the desk sees both.
"""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any

from balie.apps.credentials.actions import addresses, addresses_proof, request_recovery
from balie.apps.credentials.actions.addresses_steps import UnableToChangeAddress
from balie.apps.credentials.models import AddressChange
from balie.apps.credentials.queries import addresses as queries
from balie.apps.customers.models import Contact, CustomerContact, Employee
from balie.apps.directdebit import actions as directdebit
from balie.apps.directdebit.models import Collection
from balie.apps.mandates.models import Mandate
from balie.domain.workdays import add_target_days
from balie.infra import clock
from balie.infra.audit import Actor
from balie.simulator import people
from balie.simulator.calendar import at
from balie.simulator.world import World

AMONG = 24  # the first customers are the guests' of the demo
OLD_ENOUGH = timedelta(days=40)
NETWORK = "192.0.2.44"


def plan(world: World, day: date) -> None:
    """Put the four stories before `day`, on which the visitor comes in, on the agenda."""
    for days, story in ((7, "proves"), (4, "calls"), (3, "swaps")):
        world.intend(at(add_target_days(day, -days), 10, 5), "move_address", story=story)
    world.intend(at(day, 9, 10), "move_address", story="talks")


def move(world: World, now: datetime, *, story: str, **_: Any) -> None:
    """Begin a story, with a customer who was debited long enough ago; without one nothing."""
    contact = _somebody(list(STORIES).index(story), now=now)
    if contact is None:
        return
    try:
        change = STORIES[story](world, contact, now)
    except UnableToChangeAddress:
        return
    world.intend(now + timedelta(minutes=25), "confirm_address", change=change.pk)
    if story != "talks":
        moment = at(add_target_days(clock.local(now).date(), 1), 11, 15)
        world.intend(moment, "transfer_cent", change=change.pk, story=story)


def confirm(_world: World, now: datetime, *, change: int, **_: Any) -> None:
    """Press the button behind the link that was mailed to the new address."""
    nonce = AddressChange.objects.get(pk=change).nonce
    addresses_proof.confirm(secret=queries.address_secret(nonce), now=now)


def transfer_cent(world: World, now: datetime, *, change: int, story: str, **_: Any) -> None:
    """Transfer a cent with the code; the thief does so from the account he put on the mandate."""
    meant = AddressChange.objects.get(pk=change)
    customer = queries.customers_of(meant)[0]
    mandate = Mandate.objects.get(customer=customer, status=Mandate.Status.ACTIVE)
    world.bank.receive_transfer(
        amount_cents=1,
        name=mandate.debtor_name,
        iban=mandate.iban,
        on=clock.local(now).date(),
        text=f"{meant.bank_code} adreswijziging" if story != "calls" else meant.bank_code.lower(),
    )


def _proves(_world: World, contact: Contact, now: datetime) -> AddressChange:
    change = addresses.start_in_public(
        identifier=contact.user.email,
        new_email=_new_address(contact),
        language=contact.language,
        network=NETWORK,
        now=now,
    )
    return addresses.look_up(change=change, now=now)


def _calls(_world: World, contact: Contact, now: datetime) -> AddressChange:
    employee = Employee.objects.order_by("pk")[0]
    return addresses.start_at_desk(
        user=contact.user,
        new_email=_new_address(contact),
        channel=AddressChange.Channel.PHONE,
        employee=employee,
        by=Actor("employee", employee.pk, employee.name),
        now=now,
    )


def _swaps(world: World, contact: Contact, now: datetime) -> AddressChange:
    """First another account on the mandate, with a stolen password; then the bank proof."""
    customer = contact.customers.order_by("pk")[0]
    by = Actor("contact", contact.pk, contact.name)
    for debit in Collection.objects.filter(customer=customer, state=Collection.State.ANNOUNCED):
        directdebit.withdraw(collection=debit, by=by, now=now)
    people.give_mandate(
        customer,
        iban=people.dutch_iban(world.chance(clock.local(now).date(), "swapped")),
        debtor_name=contact.name,
        email=contact.user.email,
        by=by,
        now=now,
    )
    return _proves(world, contact, now)


def _talks(world: World, contact: Contact, now: datetime) -> AddressChange:
    """A helpful employee starts it; then the caller asks for the login. It goes to the old one."""
    change = _calls(world, contact, now)
    number = contact.customers.order_by("pk")[0].number
    request_recovery(identifier=number, language="nl", network=NETWORK, now=now)
    return change


Story = Callable[[World, Contact, datetime], AddressChange]
STORIES: dict[str, Story] = {
    "proves": _proves,
    "calls": _calls,
    "swaps": _swaps,
    "talks": _talks,
}


def _somebody(place: int, *, now: datetime) -> Contact | None:
    """Return the contact of a customer with an old settled debit and one account, by his place."""
    settled = Collection.objects.filter(
        state=Collection.State.SETTLED,
        settled_on__lte=clock.local(now).date() - OLD_ENOUGH,
        mandate__status=Mandate.Status.ACTIVE,
    )
    ids = list(settled.order_by("customer_id").values_list("customer_id", flat=True).distinct())
    chosen = ids[AMONG:] or ids
    if place >= len(chosen):
        return None
    role = CustomerContact.objects.filter(customer=chosen[place]).select_related("contact__user")
    return role.order_by("pk")[0].contact


def _new_address(contact: Contact) -> str:
    local, _, _host = contact.user.email.partition("@")
    return f"{local}@verhuisd.example"
