"""Where the money of an invoice is, what will be debited next, and what can still come back."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Prefetch, QuerySet, Sum

from balie.apps.billing.models import Allocation, Invoice
from balie.apps.customers.models import Customer
from balie.apps.customers.viewer import Viewer
from balie.apps.directdebit.models import (
    Collection,
    CollectionBatch,
    CollectionPart,
    Dispute,
    RTransaction,
)
from balie.apps.promises import queries as policies
from balie.apps.services import queries as services
from balie.domain.reasons import Reason, reason_for
from balie.infra import clock


@dataclass(frozen=True, kw_only=True)
class MoneyStep:
    """One step of the money track. `code` names it, `state` is done, current, next or failed."""

    code: str
    on: date | None
    state: str
    amount_cents: int | None = None


@dataclass(frozen=True, kw_only=True)
class PaymentInstructions:
    """What to transfer and what to quote when a debit failed or there is no mandate."""

    amount_cents: int
    iban: str
    bic: str
    name: str
    invoice_number: str
    payment_reference: str
    domains: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class MoneyTrack:
    """Where the money of one invoice is now, what came before and what comes next."""

    state: str
    steps: tuple[MoneyStep, ...]
    collection: Collection | None
    reason: Reason | None
    instructions: PaymentInstructions | None


def collections_for(*, viewer: Viewer) -> QuerySet[Collection]:
    """Return the collections a viewer may see; none for a contact without sight of money."""
    found = Collection.objects.select_related("mandate", "batch", "r_transaction")
    if viewer.is_employee:
        return found
    return found.filter(customer=viewer.customer_id) if viewer.sees_money else found.none()


def collections_of(invoice: Invoice) -> list[Collection]:
    """Return the collections that took an invoice along, first one first; withdrawn ones not."""
    return list(
        Collection.objects.filter(parts__invoice=invoice)
        .exclude(state=Collection.State.WITHDRAWN)
        .select_related("mandate", "r_transaction")
        .order_by("pk")
    )


def next_debit(customer: Customer) -> Collection | None:
    """Return the next debit a customer may expect: announced or on its way, or None."""
    return (
        Collection.objects.filter(
            customer=customer,
            state__in=[Collection.State.ANNOUNCED, Collection.State.EXPORTED],
        )
        .order_by("collection_date", "pk")
        .first()
    )


def track_of(invoice: Invoice, *, now: datetime) -> MoneyTrack:
    """Return the money track of an invoice at `now` (LOOK: customer portal)."""
    collections = collections_of(invoice)
    last = collections[-1] if collections else None
    steps = [MoneyStep(code="invoiced", on=invoice.issued_on, state="done")]
    for collection in collections:
        steps += _steps_of(collection, today=clock.local(now).date())
    steps += [
        MoneyStep(
            code=allocation.kind,
            on=allocation.booked_on,
            state="done",
            amount_cents=allocation.amount_cents,
        )
        for allocation in _other_payments(invoice)
    ]
    to_transfer = _is_to_transfer(invoice, last)
    if to_transfer:
        steps.append(
            MoneyStep(
                code="transfer_asked",
                on=invoice.due_on,
                state="current",
                amount_cents=invoice.open_cents,
            )
        )
    undone = getattr(last, "r_transaction", None) if last else None
    return MoneyTrack(
        state=_state_of(invoice, last, to_transfer=to_transfer, today=clock.local(now).date()),
        steps=tuple(steps),
        collection=last,
        reason=reason_for(undone.reason_code or None) if undone else None,
        instructions=instructions_for(invoice, now=now) if to_transfer else None,
    )


def instructions_for(invoice: Invoice, *, now: datetime) -> PaymentInstructions:
    """Return what to transfer for an invoice and what to quote."""
    company = policies.policy_in_force(now=now).company
    return PaymentInstructions(
        amount_cents=invoice.open_cents,
        iban=company.iban,
        bic=company.bic,
        name=company.name,
        invoice_number=invoice.number,
        payment_reference=invoice.payment_reference,
        domains=tuple(services.domains_of(invoice.customer)),
    )


def _steps_of(collection: Collection, *, today: date) -> list[MoneyStep]:
    state = collection.state
    announced = MoneyStep(
        code="announced", on=clock.local(collection.announced_at).date(), state="done"
    )
    if state in {Collection.State.ANNOUNCED, Collection.State.EXPORTED}:
        return [
            announced,
            MoneyStep(
                code="collecting",
                on=collection.collection_date,
                state="current",
                amount_cents=collection.amount_cents,
            ),
            MoneyStep(code="chargeable", on=collection.charge_back_until, state="next"),
            MoneyStep(code="final", on=collection.final_on, state="next"),
        ]
    if state == Collection.State.SETTLED:
        is_final = today > collection.final_on
        return [
            announced,
            _collected(collection),
            MoneyStep(
                code="chargeable",
                on=collection.charge_back_until,
                state="done" if today > collection.charge_back_until else "current",
            ),
            MoneyStep(
                code="final", on=collection.final_on, state="current" if is_final else "next"
            ),
        ]
    undone = collection.r_transaction
    failed = MoneyStep(
        code=undone.kind, on=undone.booked_on, state="failed", amount_cents=undone.amount_cents
    )
    settled = [_collected(collection)] if collection.settled_on else []
    return [announced, *settled, failed]


def _collected(collection: Collection) -> MoneyStep:
    return MoneyStep(
        code="collected",
        on=collection.settled_on,
        state="done",
        amount_cents=collection.amount_cents,
    )


def _other_payments(invoice: Invoice) -> QuerySet[Allocation]:
    kinds = [Allocation.Kind.TRANSFERRED, Allocation.Kind.CREDITED, Allocation.Kind.REPAID]
    return invoice.allocations.filter(kind__in=kinds).order_by("booked_on", "pk")


def _is_to_transfer(invoice: Invoice, last: Collection | None) -> bool:
    """The customer is asked to transfer: something is open and no debit of it is coming."""
    under_way = {Collection.State.ANNOUNCED, Collection.State.EXPORTED}
    if not invoice.open_cents or (last is not None and last.state in under_way):
        return False
    return last is not None or invoice.pay_by == Invoice.PayBy.TRANSFER


def _state_of(
    invoice: Invoice, last: Collection | None, *, to_transfer: bool, today: date
) -> str:
    """Return where the money is in one word, for lists: each has its own text on screen."""
    if to_transfer:
        return "transfer_asked"
    if invoice.open_cents:
        return "collecting" if last is not None else "invoiced"
    if last is None or last.state != Collection.State.SETTLED:
        return "paid"
    if today <= last.charge_back_until:
        return "chargeable"
    return "final" if today > last.final_on else "almost_final"


def states_of(invoices: Iterable[Invoice], *, now: datetime) -> dict[int, str]:
    """Return the state word of many invoices by id, in one query."""
    today = clock.local(now).date()
    wanted = list(invoices)
    last: dict[int, Collection] = {}
    parts = (
        CollectionPart.objects.filter(invoice__in=[invoice.pk for invoice in wanted])
        .exclude(collection__state=Collection.State.WITHDRAWN)
        .select_related("collection")
        .order_by("collection_id")
    )
    for part in parts:
        last[part.invoice_id] = part.collection
    return {
        invoice.pk: _state_of(
            invoice,
            last.get(invoice.pk),
            to_transfer=_is_to_transfer(invoice, last.get(invoice.pk)),
            today=today,
        )
        for invoice in wanted
    }


def last_collections(customer: Customer, *, count: int) -> list[Collection]:
    """Return a customer's last collections, newest first, with what came back."""
    return list(
        Collection.objects.filter(customer=customer)
        .exclude(state=Collection.State.WITHDRAWN)
        .select_related("r_transaction")
        .order_by("-pk")[:count]
    )


def announced() -> QuerySet[Collection]:
    """Return the debits that are announced and not yet in a file, by collection date."""
    parts = CollectionPart.objects.select_related("invoice")
    return (
        Collection.objects.filter(state=Collection.State.ANNOUNCED)
        .select_related("customer", "mandate")
        .prefetch_related(Prefetch("parts", queryset=parts))
        .order_by("collection_date", "pk")
    )


def batches() -> QuerySet[CollectionBatch]:
    """Return the batches, last one first, without their bytes."""
    return CollectionBatch.objects.defer("content").order_by("-pk")


def collections_in(batch: CollectionBatch) -> QuerySet[Collection]:
    """Return the collections of a batch with customer, mandate, invoices and what came back."""
    parts = CollectionPart.objects.select_related("invoice")
    return (
        batch.collections.select_related("customer", "mandate", "r_transaction")
        .prefetch_related(Prefetch("parts", queryset=parts))
        .order_by("pk")
    )


def exposure(*, today: date) -> list[tuple[date, int]]:
    """Return, per day on which it ends, how much settled money can still be charged back (cents)."""
    rows = (
        Collection.objects.filter(state=Collection.State.SETTLED, charge_back_until__gte=today)
        .values_list("charge_back_until")
        .annotate(sum=Sum("amount_cents"))
        .order_by("charge_back_until")
    )
    return [(day, amount) for day, amount in rows]


def returns_since(*, since: date) -> QuerySet[RTransaction]:
    """Return what came back since a day, last first, with customer and invoices."""
    parts = CollectionPart.objects.select_related("invoice")
    return (
        RTransaction.objects.filter(booked_on__gte=since)
        .select_related("collection__customer", "collection__mandate")
        .prefetch_related(Prefetch("collection__parts", queryset=parts))
        .order_by("-pk")
    )


def open_disputes() -> QuerySet[Dispute]:
    """Return the disputes an employee still has to end, oldest first."""
    return (
        Dispute.objects.filter(closed_at__isnull=True)
        .select_related("collection__customer", "ticket")
        .order_by("pk")
    )
