"""What the round does about services: changes that fall due, what is announced, what stands still.

A service is suspended because of a fact, never of a date: a debit finally failed, we asked for a
transfer, the time for it is over and the bank's data shows no money. A payment lifts it.
"""

from collections.abc import Sequence
from datetime import date, datetime, timedelta

from django.db import transaction

from balie.apps.banking import queries as banking
from balie.apps.billing import queries as billing
from balie.apps.billing.models import Invoice, InvoiceHold, InvoiceLine
from balie.apps.office import service_panels
from balie.apps.promises import queries as policies
from balie.apps.services import actions as services
from balie.apps.services import queries
from balie.apps.services.models import ChangeKind, PlannedChange, Product, Service, Suspension
from balie.infra import outbox
from balie.infra.audit import Actor

FACT = "invoice:"
ASKED = InvoiceHold.Kind.TRANSFER_ASKED
# A customer who disputes, arranged something or says that the money is on its way is left alone.
WAITS = frozenset(
    {
        InvoiceHold.Kind.DISPUTE,
        InvoiceHold.Kind.ARRANGEMENT,
        InvoiceHold.Kind.TRANSFER_PROMISED,
        InvoiceHold.Kind.OUR_FAULT,
    }
)


def apply_changes(*, today: date, by: Actor, now: datetime) -> list[PlannedChange]:
    """Give services the plan or price whose term begins by today, before that term is billed."""
    due = list(queries.changes_due(today=today))
    return [one for one in due if services.apply_change(change=one, by=by, now=now)]


def announce_renewals(*, today: date, by: Actor, now: datetime) -> list[Service]:
    """Tell customers which yearly services renew soon and what to do; one mail per customer."""
    days = policies.policy_in_force(now=now).orders.renewal_days
    renewing = queries.renewing(first=today + timedelta(days=1), last=today + timedelta(days=days))
    told: list[Service] = []
    per_customer: dict[int, list[Service]] = {}
    for service in renewing:
        per_customer.setdefault(service.customer_id, []).append(service)
    for customer_id, mine in per_customer.items():
        told += _announce(customer_id, mine, now=now)
    return told


@transaction.atomic
def _announce(customer_id: int, mine: Sequence[Service], *, now: datetime) -> list[Service]:
    fresh = services.note_renewals(mine, now=now)
    if fresh:
        first = fresh[0]
        outbox.put(
            kind="renewal-announced",
            event=f"renewal-announced:{first.pk}:{first.next_period_start}",
            recipient=("customer", customer_id),
            payload={"services": [one.pk for one in fresh]},
            now=now,
            not_after=now + timedelta(days=7),
        )
    return fresh


@transaction.atomic
def announce_price(
    *, product: Product, term: str, today: date, by: Actor, now: datetime
) -> list[PlannedChange]:
    """Let running services follow the last price of a product: from the first term that begins
    on or after its day and after the time for the announcement. Each customer is told.

    A service with a price of its own, or with this price already, is left as it is.
    """
    last = queries.price_changes_of(product).filter(term=term).first()
    if last is None:
        return []
    days = policies.policy_in_force(now=now).orders.price_days
    earliest = max(last.valid_from, today + timedelta(days=days))
    planned = []
    running = queries.running_on_product(product, term=term)
    waiting = queries.planned_changes([one.pk for one in running])
    for service in running:
        known = [one for one in waiting.get(service.pk, []) if one.kind == ChangeKind.PRICE]
        if service.price_cents == last.price_cents or any(
            one.price_cents == last.price_cents for one in known
        ):
            continue
        from_on = queries.first_term_from(service, day=earliest)
        change = services.plan_change(
            service=service,
            kind=ChangeKind.PRICE,
            product=product,
            price_cents=last.price_cents,
            from_on=from_on,
            by=by,
            now=now,
        )
        outbox.put(
            kind="price-announced",
            event=f"price-announced:{change.pk}",
            recipient=("customer", service.customer_id),
            payload={"change": change.pk},
            now=now,
        )
        planned.append(change)
    return planned


def suspend_unpaid(*, by: Actor, now: datetime) -> list[Suspension]:
    """Let services stand still whose debit finally failed and whose transfer did not come.

    Nothing is suspended while the bank's data is stale: the money may be here.
    """
    if banking.is_stale(now=now):
        return []
    days = policies.policy_in_force(now=now).orders.suspend_after_days
    asked = InvoiceHold.objects.filter(
        kind=ASKED, lifted_at__isnull=True, placed_at__lte=now - timedelta(days=days)
    )
    unpaid = Invoice.objects.filter(pk__in=asked.values("invoice"), open_cents__gt=0)
    suspended: list[Suspension] = []
    for invoice in unpaid.prefetch_related("holds").order_by("pk"):
        if any(
            hold.kind in WAITS and billing.is_standing(hold, now=now)
            for hold in invoice.holds.all()
        ):
            continue
        suspended += suspend_for(invoice=invoice, by=by, now=now)
    return suspended


@transaction.atomic
def suspend_for(*, invoice: Invoice, by: Actor, now: datetime) -> list[Suspension]:
    """Let the running services of an unpaid invoice stand still, and tell the customer once."""
    fact = f"{FACT}{invoice.number}"
    lines = InvoiceLine.objects.filter(invoice=invoice, credited_at__isnull=True)
    rows = [
        services.suspend(service=service, fact=fact, reason=ASKED, by=by, now=now)
        for service in Service.objects.filter(
            pk__in=lines.values("service"), ended_on__isnull=True
        ).order_by("pk")
    ]
    placed = [row for row in rows if row is not None]
    if placed:
        service_panels.close_for(found=[row.service for row in placed], fact=fact, by=by, now=now)
        outbox.put(
            kind="services-suspended",
            event=f"services-suspended:{placed[0].pk}",
            recipient=("customer", invoice.customer_id),
            payload={"invoice": invoice.pk, "services": [row.service_id for row in placed]},
            now=now,
        )
    return placed


def lift_paid(*, by: Actor, now: datetime) -> list[Service]:
    """Lift what stands because of an invoice that is paid or credited; safe to call at any time."""
    facts = Suspension.objects.filter(lifted_at__isnull=True, fact__startswith=FACT)
    numbers = {fact.removeprefix(FACT) for fact in facts.values_list("fact", flat=True)}
    paid = Invoice.objects.filter(number__in=numbers, open_cents=0).order_by("pk")
    return [one for invoice in paid for one in _lift(invoice, by=by, now=now)]


@transaction.atomic
def _lift(invoice: Invoice, *, by: Actor, now: datetime) -> list[Service]:
    running = services.lift(fact=f"{FACT}{invoice.number}", by=by, now=now)
    if running:
        service_panels.open_after(found=running, fact=FACT, by=by, now=now)
        outbox.put(
            kind="services-resumed",
            event=f"services-resumed:{invoice.pk}:{now.isoformat()}",
            recipient=("customer", invoice.customer_id),
            payload={"services": [one.pk for one in running]},
            now=now,
        )
    return running
