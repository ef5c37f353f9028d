"""Reads about invoices: who may see them, what is open, what is held, what is credit."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import groupby

from django.db.models import Count, Exists, OuterRef, Prefetch, Q, QuerySet, Sum

from balie.apps.banking.models import SliceClaim
from balie.apps.billing.models import (
    Allocation,
    CreditNote,
    Invoice,
    InvoiceHold,
    Payment,
    VatNumberCheck,
)
from balie.apps.customers.models import Customer
from balie.apps.customers.viewer import Viewer
from balie.apps.promises.models import PolicyVersion
from balie.domain.vat_treatment import EU_COUNTRIES, compact_number


@dataclass(frozen=True, kw_only=True)
class Credit:
    """Something of a customer's that is not used yet: a payment, or what a credit note left."""

    source: Payment | CreditNote
    unallocated_cents: int


def invoices_for(*, viewer: Viewer) -> QuerySet[Invoice]:
    """Return the invoices a viewer may see, last first; none for a technical contact.

    A customer does not see one yet that was issued under a policy which shows it after its debit.
    """
    found = Invoice.objects.select_related("customer").order_by("-issued_on", "-pk")
    if viewer.is_employee:
        return found
    if not viewer.sees_money:
        return found.none()
    return found.filter(customer=viewer.customer_id).exclude(_waits_for_its_debit())


def _waits_for_its_debit() -> Q:
    """Which invoices are shown later: debited, nothing paid, and no word that it went wrong."""
    shown_later = PolicyVersion.objects.filter(content__invoices__debited="portal_after_debit")
    return Q(
        ~Exists(Allocation.objects.filter(invoice=OuterRef("pk"))),
        ~Exists(InvoiceHold.objects.filter(invoice=OuterRef("pk"))),
        policy_version__in=shown_later.values("pk"),
        pay_by=Invoice.PayBy.DIRECT_DEBIT,
    )


def invoice_for(*, viewer: Viewer, number: str) -> Invoice:
    """Return one invoice; raises Invoice.DoesNotExist, for a stranger's number too."""
    return invoices_for(viewer=viewer).get(number=number)


def open_invoices(customer: Customer) -> QuerySet[Invoice]:
    """Return what a customer still has to pay, oldest first, with the holds on it."""
    return (
        Invoice.objects.filter(customer=customer, open_cents__gt=0)
        .prefetch_related("holds")
        .order_by("issued_on", "pk")
    )


def open_total(customer: Customer) -> int:
    """Return how much a customer still has to pay, in cents, before his credit is used."""
    return open_invoices(customer).aggregate(sum=Sum("open_cents"))["sum"] or 0


def open_totals(customer_ids: Collection[int]) -> dict[int, int]:
    """Return how much each of these customers still has to pay, in cents; nothing is left out."""
    rows = (
        Invoice.objects.filter(customer__in=customer_ids, open_cents__gt=0)
        .values_list("customer_id")
        .annotate(sum=Sum("open_cents"))
    )
    return dict(rows)


def open_by_customer() -> Iterator[tuple[Customer, list[Invoice]]]:
    """Return every customer with open invoices and those, with their holds, in two queries."""
    found = (
        Invoice.objects.filter(open_cents__gt=0)
        .select_related("customer")
        .prefetch_related("holds")
        .order_by("customer_id", "issued_on", "pk")
    )
    for _, invoices in groupby(found, key=lambda invoice: invoice.customer_id):
        mine = list(invoices)
        yield mine[0].customer, mine


def standing_hold(invoice: Invoice, *, now: datetime) -> str | None:
    """Return the kind of a hold that blocks collecting this invoice at `now`, or None.

    Asks nothing when the holds were fetched along.
    """
    return next((hold.kind for hold in invoice.holds.all() if is_standing(hold, now=now)), None)


def is_standing(hold: InvoiceHold, *, now: datetime) -> bool:
    """Tell whether a hold blocks at `now`: not lifted, and not over by itself."""
    return hold.lifted_at is None and (hold.until_at is None or hold.until_at > now)


def credits_of(customer_ids: Collection[int]) -> dict[int, list[Credit]]:
    """Return the unused credit of customers by customer id, oldest first, in two queries."""
    payments = Payment.objects.filter(customer__in=customer_ids, unallocated_cents__gt=0)
    notes = CreditNote.objects.filter(
        invoice__customer__in=customer_ids, unallocated_cents__gt=0
    ).select_related("invoice")
    found: dict[int, list[Credit]] = {}
    for payment in payments.order_by("pk"):
        found.setdefault(payment.customer_id, []).append(_credit(payment))
    for note in notes.order_by("pk"):
        found.setdefault(note.invoice.customer_id, []).append(_credit(note))
    return found


def _credit(source: Payment | CreditNote) -> Credit:
    return Credit(source=source, unallocated_cents=source.unallocated_cents)


def credit_of(customer: Customer) -> int:
    """Return a customer's unused credit in cents."""
    unused = credits_of([customer.pk]).get(customer.pk, [])
    return sum(credit.unallocated_cents for credit in unused)


def issued_since(*, since: datetime) -> tuple[int, int]:
    """Return how many invoices were issued since a moment, and how much they come to (cents)."""
    row = Invoice.objects.filter(issued_at__gte=since).aggregate(
        count=Count("pk"), sum=Sum("total_cents")
    )
    return row["count"], row["sum"] or 0


def placed_since(*, since: datetime) -> tuple[int, int]:
    """Return how many transfers were recognised since a moment, and how much (cents)."""
    row = Payment.objects.filter(recorded_at__gte=since, undone_at__isnull=True).aggregate(
        count=Count("pk"), sum=Sum("amount_cents")
    )
    return row["count"], row["sum"] or 0


def placed_transfers() -> QuerySet[Payment]:
    """Return the transfers that are booked on customers and were not taken back, last first.

    Each with its slice and what it paid, in a constant number of queries.
    """
    paid = Allocation.objects.filter(kind=Allocation.Kind.TRANSFERRED).select_related("invoice")
    return (
        Payment.objects.filter(
            undone_at__isnull=True, claim__claimant=SliceClaim.Claimant.ALLOCATION
        )
        .select_related("customer", "claim__slice__entry__bank_account")
        .prefetch_related(Prefetch("allocations", queryset=paid.order_by("pk")))
        .order_by("-pk")
    )


def standing_checks(
    customers: Sequence[Customer], *, days: int, now: datetime
) -> dict[int, VatNumberCheck]:
    """Return the last answer about the VAT numbers of customers abroad, by customer id.

    Only where it said that the number they have now is valid, and not more than `days` ago. One
    query, and none when nobody is a business elsewhere in the EU.
    """
    abroad = {
        customer.pk: compact_number(customer.vat_number)
        for customer in customers
        if customer.vat_number
        and customer.kind == Customer.Kind.BUSINESS
        and customer.country in EU_COUNTRIES
    }
    if not abroad:
        return {}
    answered = VatNumberCheck.objects.exclude(outcome=VatNumberCheck.Outcome.UNKNOWN)
    recent = answered.filter(customer__in=abroad, asked_at__gte=now - timedelta(days=days))
    last = {
        check.customer_id: check
        for check in recent.order_by("pk")
        if check.vat_number == abroad[check.customer_id]
    }
    valid = VatNumberCheck.Outcome.VALID
    return {customer: check for customer, check in last.items() if check.outcome == valid}
