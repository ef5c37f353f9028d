"""Writes about orders: placed with their lines, accepted, refused."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db import IntegrityError, transaction

from balie.apps.customers.models import Contact, Customer
from balie.apps.services.actions.selling import UnableToStartService, register_domain, start_service
from balie.apps.services.models import Domain, Order, OrderLine, Product, Service
from balie.infra import audit
from balie.infra.audit import Actor


class AlreadyOrdered(Exception):
    """This very form was sent before: its order stands."""


class UnableToAccept(Exception):
    """The order cannot be accepted; the message says why and what to do."""


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """One product somebody wants, at the price he was shown, in cents without VAT."""

    product: Product
    term: str
    price_cents: int
    setup_cents: int = 0
    domain_name: str = ""


@transaction.atomic
def order(
    *,
    customer: Customer,
    contact: Contact | None,
    wanted: Sequence[Wanted],
    form_key: str,
    begin_at_once: bool,
    agreed_text: str,
    by: Actor,
    now: datetime,
) -> Order:
    """Note what somebody ordered, with the words he agreed to. The first line is the product, the
    others its options. Raises AlreadyOrdered for a form that was sent before.
    """
    try:
        with transaction.atomic():
            placed = Order.objects.create(
                customer=customer,
                contact=contact,
                form_key=form_key,
                begin_at_once=begin_at_once,
                agreed_text=agreed_text,
                placed_at=now,
                placed_by=str(by),
            )
    except IntegrityError:
        raise AlreadyOrdered(form_key) from None
    OrderLine.objects.bulk_create(
        OrderLine(
            order=placed,
            position=position,
            product=one.product,
            term=one.term,
            price_cents=one.price_cents,
            setup_cents=one.setup_cents,
            domain_name=one.domain_name,
        )
        for position, one in enumerate(wanted, start=1)
    )
    audit.record(event="order.placed", by=by, subject=("order", placed.pk), now=now)
    return placed


@transaction.atomic
def accept(*, order: Order, today: date, by: Actor, now: datetime) -> list[Service]:
    """Accept an order once: its lines become services from today. Raises UnableToAccept."""
    free = Order.objects.filter(pk=order.pk, accepted_at__isnull=True, refused_at__isnull=True)
    if not free.update(accepted_at=now, accepted_by=str(by)):
        raise UnableToAccept("somebody accepted or refused this order already")
    order.refresh_from_db()
    started: list[Service] = []
    for line in order.lines.select_related("product").order_by("position"):
        service = _start(order, line, today=today, by=by, now=now)
        if started:
            Service.objects.filter(pk=service.pk).update(option_of=started[0])
        OrderLine.objects.filter(pk=line.pk).update(service=service)
        started.append(service)
    audit.record(event="order.accepted", by=by, subject=("order", order.pk), now=now)
    return started


@transaction.atomic
def refuse(*, order: Order, reason: str, by: Actor, now: datetime) -> Order:
    """Refuse an order, with a reason that the customer gets to read. Raises UnableToAccept."""
    if not reason.strip():
        raise UnableToAccept("say why; the customer reads it")
    free = Order.objects.filter(pk=order.pk, accepted_at__isnull=True, refused_at__isnull=True)
    if not free.update(refused_at=now, refused_by=str(by), refused_because=reason.strip()[:200]):
        raise UnableToAccept("somebody accepted or refused this order already")
    audit.record(event="order.refused", by=by, subject=("order", order.pk), now=now)
    order.refresh_from_db()
    return order


def _start(order: Order, line: OrderLine, *, today: date, by: Actor, now: datetime) -> Service:
    try:
        return start_service(
            customer=order.customer,
            product=line.product,
            term=line.term,
            started_on=today,
            domain=_domain(order, line.domain_name, by=by, now=now),
            order=order,
            price_cents=line.price_cents,
            by=by,
            now=now,
        )
    except UnableToStartService as error:
        raise UnableToAccept(str(error)) from None


def _domain(order: Order, name: str, *, by: Actor, now: datetime) -> Domain | None:
    if not name:
        return None
    known = Domain.objects.filter(name=name).first()
    if known is None:
        return register_domain(customer=order.customer, name=name, by=by, now=now)
    if known.customer_id != order.customer_id:
        raise UnableToAccept(f"{name} belongs to another customer; move it, or refuse the order")
    return known
