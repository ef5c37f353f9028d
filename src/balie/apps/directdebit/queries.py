"""Which debits there are, what will be debited next, and what can still come back."""

from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Count, Max, Prefetch, QuerySet, Sum

from balie.apps.billing.models import Invoice
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
from balie.apps.tickets.models import Ticket
from balie.domain import workdays
from balie.infra import outbox
from balie.infra.models import OutboxRow

# The mails that ask to transfer what a debit did not bring: level 0 of dunning, sent once each.
ASKS_TO_TRANSFER = ("collection-failed", "debit-called-off")
# What we mail a customer about his money: that one of these did not arrive is a fact of his.
MONEY_MAILS = (
    "invoice-issued",
    "transfer-received",
    "transfer-undone",
    "debit-announced",
    "collection-failed",
    "debit-called-off",
)


@dataclass(frozen=True, kw_only=True)
class AnnouncedDay:
    """What is announced for one collection date: how many debits and how much."""

    collection_date: date
    count: int
    amount_cents: int


def mails_that_came_back(customer: Customer, *, count: int) -> list[OutboxRow]:
    """Return the last mails about money that did not reach a customer, last one first.

    Once a later one has arrived the address is right again, and there is nothing to mend.
    """
    recipient = ("customer", customer.pk)
    arrived = OutboxRow.objects.filter(
        kind__in=MONEY_MAILS,
        recipient_kind=recipient[0],
        recipient_id=recipient[1],
        accepted_at__isnull=False,
        bounced_at__isnull=True,
    ).aggregate(last=Max("accepted_at"))["last"]
    rows = outbox.bounced(kind=MONEY_MAILS, recipient=recipient)
    return list((rows.filter(bounced_at__gt=arrived) if arrived else rows)[:count])


def transfer_asked(invoice: Invoice) -> OutboxRow | None:
    """Return the last mail that asked to transfer an invoice, in whatever state; None without one.

    A debit that failed, came back or was called off asks by itself (level 0 of dunning): a term
    runs from `accepted_at`, and `bounced_at` says that it did not arrive.
    """
    collections = CollectionPart.objects.filter(invoice=invoice).values_list(
        "collection_id", flat=True
    )
    events = [f"{kind}:{pk}" for kind in ASKS_TO_TRANSFER for pk in collections]
    return OutboxRow.objects.filter(event__in=events).order_by("pk").last()


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
        .select_related("customer", "mandate", "r_transaction")
        .prefetch_related(Prefetch("parts", queryset=parts))
        .order_by("collection_date", "pk")
    )


def announced_per_day() -> list[AnnouncedDay]:
    """Return what will be debited per collection date, first one first, in one query."""
    rows = (
        Collection.objects.filter(state=Collection.State.ANNOUNCED)
        .values("collection_date")
        .annotate(count=Count("pk"), sum=Sum("amount_cents"))
        .order_by("collection_date")
    )
    return [
        AnnouncedDay(
            collection_date=row["collection_date"], count=row["count"], amount_cents=row["sum"]
        )
        for row in rows
    ]


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
    """Return how much settled money (cents) can be charged back until each day, from today on."""
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
        .select_related("collection__customer", "collection__mandate", "collection__policy_version")
        .prefetch_related(Prefetch("collection__parts", queryset=parts))
        .order_by("-pk")
    )


def last_day_passed(undone: RTransaction) -> date | None:
    """Return until when a refund could be claimed at all, when it was booked after that day.

    The bank should have refused it then, and an employee asks for the money back; None for what
    came in time and for what no debtor claimed.
    """
    collection = undone.collection
    policy = policies.policy_of(collection.policy_version)
    until = workdays.unauthorised_until(collection.collection_date, policy=policy)
    claimed = undone.kind == RTransaction.Kind.REFUND
    return until if claimed and undone.booked_on > until else None


def announced_since(*, since: datetime) -> tuple[int, int]:
    """Return how many debits were announced since a moment, and how much they come to (cents)."""
    return _count_and_sum(
        Collection.objects.filter(announced_at__gte=since).exclude(state=Collection.State.WITHDRAWN)
    )


def settled_since(*, since: datetime) -> tuple[int, int]:
    """Return how many debits the bank's statements settled since a moment, and how much (cents)."""
    return _count_and_sum(Collection.objects.filter(claim__claimed_at__gte=since))


def undone_since(*, since: datetime) -> tuple[int, int]:
    """Return how many debits we learned to be undone since a moment, and how much (cents)."""
    return _count_and_sum(RTransaction.objects.filter(recorded_at__gte=since))


def _count_and_sum(found: QuerySet[Collection] | QuerySet[RTransaction]) -> tuple[int, int]:
    row = found.aggregate(count=Count("pk"), sum=Sum("amount_cents"))
    return row["count"], row["sum"] or 0


def open_disputes() -> QuerySet[Dispute]:
    """Return the disputes an employee still has to end, oldest first."""
    return (
        Dispute.objects.filter(closed_at__isnull=True)
        .select_related("collection__customer", "ticket")
        .order_by("pk")
    )


def dispute_of(ticket: Ticket) -> Dispute | None:
    """Return the dispute that is talked about in a ticket, ended or not, with its debit."""
    return (
        Dispute.objects.filter(ticket=ticket)
        .select_related("collection__mandate", "collection__customer")
        .first()
    )


def open_dispute_of(collection: Collection) -> Dispute | None:
    """Return the dispute in which a debit is being looked at now, with its ticket, or None."""
    return (
        Dispute.objects.filter(collection=collection, closed_at__isnull=True)
        .select_related("ticket")
        .first()
    )
