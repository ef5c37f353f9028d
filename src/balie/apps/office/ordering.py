"""An order from the form to running services: customer, contact, acceptance, account and mail."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from django.db import transaction

from balie.apps.credentials.first_links import issue_first_link
from balie.apps.customers import actions as customers
from balie.apps.customers.actions import UnableToRegister
from balie.apps.customers.models import Contact, Customer
from balie.apps.office import service_panels
from balie.apps.promises import queries as policies
from balie.apps.services import actions as services
from balie.apps.services.actions import Wanted
from balie.apps.services.models import Order, Service
from balie.domain.policy import Policy
from balie.domain.proration import last_day_to_withdraw
from balie.infra import clock, outbox
from balie.infra.audit import SYSTEM, Actor

MOST_WAITING = 3  # orders to one address that nobody has looked at; more is somebody playing
WAITING_COUNTED = timedelta(days=1)


class UnableToOrder(Exception):
    """The order is not taken; the message says why, in words for who orders."""


@dataclass(frozen=True, kw_only=True)
class Party:
    """Who orders, as he filled in the form."""

    kind: str
    name: str
    email: str
    phone: str
    company: str
    vat_number: str
    kvk_number: str
    street: str
    house_number: str
    postcode: str
    city: str
    country: str
    language: str


@transaction.atomic
def order_as_stranger(
    *,
    party: Party,
    wanted: Sequence[Wanted],
    form_key: str,
    begin_at_once: bool,
    agreed_text: str,
    now: datetime,
) -> Order:
    """Take the order of somebody who did not sign in: he becomes a customer with a contact.

    What he says about himself proves nothing: secrets go to the address he gave, by mail alone.
    Raises UnableToOrder, services.AlreadyOrdered.
    """
    refuse_repeat(form_key)
    _refuse_flood(party.email, now=now)
    customer = customers.register_customer(
        name=party.company or party.name,
        kind=party.kind,
        street=party.street,
        house_number=party.house_number,
        postcode=party.postcode,
        city=party.city,
        country=party.country,
        vat_number=party.vat_number,
        kvk_number=party.kvk_number,
        language=party.language,
        by=SYSTEM,
        now=now,
    )
    try:
        contact = customers.register_first_contact(
            customer=customer,
            name=party.name,
            email=party.email,
            phone=party.phone,
            language=party.language,
            by=SYSTEM,
            now=now,
        )
    except UnableToRegister:
        raise UnableToOrder("email") from None
    return _order(
        customer,
        contact,
        wanted,
        form_key=form_key,
        begin_at_once=begin_at_once,
        agreed_text=agreed_text,
        by=Actor("contact", contact.pk, contact.name),
        now=now,
    )


@transaction.atomic
def order_as_customer(
    *,
    customer: Customer,
    contact: Contact,
    wanted: Sequence[Wanted],
    form_key: str,
    begin_at_once: bool,
    agreed_text: str,
    by: Actor,
    now: datetime,
) -> Order:
    """Take the order of a customer who is signed in. Raises services.AlreadyOrdered."""
    refuse_repeat(form_key)
    return _order(
        customer,
        contact,
        wanted,
        form_key=form_key,
        begin_at_once=begin_at_once,
        agreed_text=agreed_text,
        by=by,
        now=now,
    )


@transaction.atomic
def accept_order(*, order: Order, by: Actor, now: datetime) -> list[Service]:
    """Accept an order: services start, accounts are asked for, and the mail goes out at once.

    Raises services.UnableToAccept.
    """
    started = services.accept(order=order, today=clock.local(now).date(), by=by, now=now)
    for service in started:
        if service.product.has_panel:
            try:
                service_panels.open_account(service, by=by, now=now)
            except services.UnableToChangeAccount as error:
                raise services.UnableToAccept(str(error)) from None
    if order.contact is not None:
        link, promise = issue_first_link(
            user=order.contact.user, language=order.contact.language, by=by, now=now
        )
        outbox.put(
            kind="order-accepted",
            event=f"order-accepted:{order.pk}",
            recipient=("user", order.contact.user_id),
            payload={"order": order.pk, "link": link.pk, "promise": promise.pk},
            now=now,
        )
    return started


@transaction.atomic
def refuse_order(*, order: Order, reason: str, by: Actor, now: datetime) -> Order:
    """Refuse an order and tell why. Raises services.UnableToAccept."""
    refused = services.refuse(order=order, reason=reason, by=by, now=now)
    if refused.contact is not None:
        outbox.put(
            kind="order-refused",
            event=f"order-refused:{order.pk}",
            recipient=("user", refused.contact.user_id),
            payload={"order": order.pk},
            now=now,
        )
    return refused


def refuse_repeat(form_key: str) -> None:
    """Raise services.AlreadyOrdered for a form that was sent before, before anything is made."""
    if Order.objects.filter(form_key=key_of(form_key)).exists():
        raise services.AlreadyOrdered(form_key)


def key_of(form_key: str) -> str:
    """Return what is kept of the key of a form: always 64 characters."""
    return hashlib.sha256(form_key.encode()).hexdigest()


def _refuse_flood(email: str, *, now: datetime) -> None:
    waiting = Order.objects.filter(
        contact__user__email__iexact=email,
        accepted_at__isnull=True,
        refused_at__isnull=True,
        placed_at__gt=now - WAITING_COUNTED,
    )
    if waiting.count() >= MOST_WAITING:
        raise UnableToOrder("waiting")


def _order(
    customer: Customer,
    contact: Contact,
    wanted: Sequence[Wanted],
    *,
    form_key: str,
    begin_at_once: bool,
    agreed_text: str,
    by: Actor,
    now: datetime,
) -> Order:
    policy = policies.policy_in_force(now=now)
    order = services.order(
        customer=customer,
        contact=contact,
        wanted=[replace(one, domain_name=domain_of(one.domain_name)) for one in wanted],
        form_key=key_of(form_key),
        begin_at_once=begin_at_once,
        agreed_text=agreed_text,
        by=by,
        now=now,
    )
    if policy.orders.accept == "at_once" and _accept_at_once(order, now=now):
        return order
    outbox.put(
        kind="order-received",
        event=f"order-received:{order.pk}",
        recipient=("user", contact.user_id),
        payload={"order": order.pk},
        now=now,
    )
    return order


def _accept_at_once(order: Order, *, now: datetime) -> bool:
    """Accept an order by policy; one that cannot be waits for an employee, as by any policy."""
    try:
        accept_order(order=order, by=SYSTEM, now=now)
    except services.UnableToAccept:
        return False
    return True


def domain_of(typed: str) -> str:
    """Return a domain name as it is stored: lower case, an international one in punycode."""
    name = typed.strip().rstrip(".").lower().removeprefix("www.")
    return name.encode("idna").decode("ascii") if name else ""


def withdraw_until(order: Order, *, policy: Policy) -> date | None:
    """Return the last day on which a consumer may withdraw from an order; None for a business."""
    if order.customer.kind != Customer.Kind.CONSUMER:
        return None
    return last_day_to_withdraw(clock.local(order.placed_at).date(), policy=policy)
