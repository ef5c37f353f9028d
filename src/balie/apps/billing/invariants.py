"""What must always hold of invoices and what pays them (DESIGN section 7: 2, 3, 4 and 5)."""

import hashlib
from collections.abc import Callable, Iterable
from datetime import datetime
from itertools import pairwise

from django.db.models import (
    BigIntegerField,
    Case,
    Count,
    F,
    Max,
    Min,
    Q,
    QuerySet,
    Sum,
    Value,
    When,
)
from django.db.models.functions import Coalesce

from balie.apps.billing.models import (
    Allocation,
    CreditNote,
    CreditNoteDocument,
    Invoice,
    InvoiceDocument,
    InvoiceLine,
    Payment,
)
from balie.apps.ledger import queries as ledger
from balie.infra.invariants import Result, Violation

Kind = Allocation.Kind
LOWERS = (Kind.COLLECTED, Kind.TRANSFERRED, Kind.CREDITED, Kind.WRITTEN_OFF)
PAID = (Kind.COLLECTED, Kind.TRANSFERRED)
PAID_BACK = (Kind.RETURNED, Kind.REPAID, Kind.UNDONE)


def receivable_is_open_less_credit(*, now: datetime) -> Result:
    """2: per customer, receivable = sum of open invoices - unallocated credit."""
    name = "2 receivable = open invoices - credit"
    in_books = ledger.receivables()
    open_cents = _per_customer(Invoice.objects.all(), "customer_id", "open_cents")
    credit = _per_customer(Payment.objects.all(), "customer_id", "unallocated_cents")
    notes = _per_customer(CreditNote.objects.all(), "invoice__customer_id", "unallocated_cents")
    customers = {*in_books, *open_cents, *credit, *notes}
    broken = []
    for customer in sorted(customers):
        expected = open_cents.get(customer, 0) - credit.get(customer, 0) - notes.get(customer, 0)
        found = in_books.get(customer, 0)
        if found != expected:
            detail = f"the ledger says {found}, open less credit is {expected} cents"
            broken.append((f"customer {customer}", detail))
    return _result(name, len(customers), broken)


def _per_customer(
    rows: QuerySet[Invoice] | QuerySet[Payment] | QuerySet[CreditNote], customer: str, column: str
) -> dict[int, int]:
    return dict(rows.order_by().values_list(customer).annotate(sum=Sum(column)))


def credit_is_what_is_left(*, now: datetime) -> Result:
    """2: of each payment and credit note, unallocated = amount - what it paid; the claim stands.

    A payment that was undone paid nothing, is no credit, and its claim is undone with it.
    """
    name = "2 credit = what is left of payments and credit notes"
    used = Coalesce(Sum("allocations__amount_cents"), 0)
    given_back = Case(
        When(allocations__kind=Kind.UNDONE, then=-F("allocations__amount_cents")),
        default=F("allocations__amount_cents"),
        output_field=BigIntegerField(),
    )
    standing = Case(
        When(undone_at__isnull=True, then=F("amount_cents")),
        default=Value(0),
        output_field=BigIntegerField(),
    )
    payments = (
        Payment.objects.annotate(used=Coalesce(Sum(given_back), 0), standing=standing)
        .exclude(unallocated_cents=F("standing") - F("used"))
        .values_list("pk", "unallocated_cents")
    )
    notes = (
        CreditNote.objects.annotate(used=used)
        .exclude(unallocated_cents=F("total_cents") - F("used"))
        .values_list("number", "unallocated_cents")
    )
    baseless = Payment.objects.filter(
        undone_at__isnull=True, claim__undone_at__isnull=False
    ).values_list("pk", flat=True)
    claimed = Payment.objects.filter(
        undone_at__isnull=False, claim__undone_at__isnull=True
    ).values_list("pk", flat=True)
    broken = [(f"payment {pk}", f"{cents} cents left do not follow") for pk, cents in payments]
    broken += [(f"credit note {no}", f"{cents} cents left do not follow") for no, cents in notes]
    broken += [(f"payment {pk}", "the claim it stands on is undone") for pk in baseless]
    broken += [(f"payment {pk}", "it is undone, its claim is not") for pk in claimed]
    return _result(name, Payment.objects.count() + CreditNote.objects.count(), broken)


def one_line_per_service_and_day(*, now: datetime) -> Result:
    """3: at most one non-credited invoice line per service and day."""
    name = "3 one invoice line per service and day"
    lines = list(
        InvoiceLine.objects.filter(credited_at__isnull=True, kind=InvoiceLine.Kind.TERM)
        .annotate(end=Coalesce("stopped_on", "period_end"))
        .order_by("service_id", "period_start", "pk")
        .values_list("service_id", "period_start", "end", "invoice__number")
    )
    broken = [
        (f"service {service}", f"{start} stands on {earlier} and on {number}")
        for (before, _, end, earlier), (service, start, _, number) in pairwise(lines)
        if service == before and start < end
    ]
    return _result(name, len(lines), broken)


def lines_make_up_invoices(*, now: datetime) -> Result:
    """3: the lines of an invoice make up its net amount and its VAT."""
    name = "3 lines make up their invoice"
    wrong = (
        Invoice.objects.annotate(
            net=Coalesce(Sum("lines__net_cents"), 0), vat=Coalesce(Sum("lines__vat_cents"), 0)
        )
        .exclude(net=F("net_cents"), vat=F("vat_cents"))
        .values_list("number", "net", "vat")
    )
    return _result(
        name,
        Invoice.objects.count(),
        ((f"invoice {no}", f"its lines come to {net} + {vat} cents") for no, net, vat in wrong),
    )


def credit_notes_fit_their_lines(*, now: datetime) -> Result:
    """3: credit notes are the sum of their lines, and no line is credited for more than it is."""
    name = "3 credit notes fit their invoice"
    notes = (
        CreditNote.objects.annotate(
            net=Coalesce(Sum("lines__net_cents"), 0), vat=Coalesce(Sum("lines__vat_cents"), 0)
        )
        .exclude(net=F("net_cents"), vat=F("vat_cents"))
        .values_list("number", "net", "vat")
    )
    lines = (
        InvoiceLine.objects.annotate(
            net=Coalesce(Sum("credits__net_cents"), 0), vat=Coalesce(Sum("credits__vat_cents"), 0)
        )
        .exclude(net=F("credited_cents"), vat__lte=F("vat_cents"))
        .values_list("invoice__number", "position", "net", "vat")
    )
    broken = [(f"credit note {no}", f"its lines come to {net} + {vat}") for no, net, vat in notes]
    broken += [
        (f"invoice {no}", f"{net} + {vat} cents of line {position} are credited")
        for no, position, net, vat in lines
    ]
    return _result(name, CreditNote.objects.count(), broken)


def numbers_are_gapless(*, now: datetime) -> Result:
    """4: numbers per series and year are unique, without gaps, their dates not decreasing."""
    name = "4 document numbers without gaps"
    broken: list[tuple[str, str]] = []
    checked = 0
    for model in (Invoice, CreditNote):
        series = (
            model._default_manager.order_by()
            .values("series", "year")
            .annotate(count=Count("pk"), first=Min("sequence"), last=Max("sequence"))
        )
        for row in series:
            checked += row["count"]
            if (row["first"], row["last"]) != (1, row["count"]):
                detail = f"{row['count']} numbers run from {row['first']} to {row['last']}"
                broken.append((f"series {row['series']}{row['year']}", detail))
            broken += _dates_back(model, series=row["series"], year=row["year"])
    return _result(name, checked, broken)


def _dates_back(
    model: type[Invoice] | type[CreditNote], *, series: str, year: int
) -> list[tuple[str, str]]:
    dated = (
        model._default_manager.filter(series=series, year=year)
        .order_by("sequence")
        .values_list("number", "issued_on")
    )
    return [
        (f"document {number}", f"dated {day}, after {before} of {before_day}")
        for (before, before_day), (number, day) in pairwise(dated.iterator(chunk_size=2000))
        if day < before_day
    ]


def documents_are_as_made(*, now: datetime) -> Result:
    """4: the PDF of a document is the one that was made, byte for byte."""
    name = "4 documents are as made"
    checked = 0
    broken = []
    kept = (
        ("invoice", InvoiceDocument.objects.values_list("invoice__number", "content", "sha256")),
        (
            "credit note",
            CreditNoteDocument.objects.values_list("credit_note__number", "content", "sha256"),
        ),
    )
    for kind, documents in kept:
        for number, content, sha256 in documents.order_by("pk").iterator(chunk_size=50):
            checked += 1
            if hashlib.sha256(bytes(content)).hexdigest() != sha256:
                broken.append((f"{kind} {number}", "the bytes of its PDF differ from the hash"))
    return _result(name, checked, broken)


def invoices_are_paid_within_bounds(*, now: datetime) -> Result:
    """5: per invoice 0 <= collected - returned + transferred - repaid <= amount."""
    name = "5 paid between nothing and the amount"
    wrong = (
        Invoice.objects.annotate(paid=_sum(PAID) - _sum(PAID_BACK))
        .filter(Q(paid__lt=0) | Q(paid__gt=F("total_cents")))
        .values_list("number", "paid", "total_cents")
    )
    return _result(
        name,
        Invoice.objects.count(),
        ((f"invoice {no}", f"{paid} cents paid of {total}") for no, paid, total in wrong),
    )


def open_is_what_is_not_paid(*, now: datetime) -> Result:
    """5: what is open on an invoice is its amount less all that lowered it, plus what came back."""
    name = "5 open = amount - allocations"
    wrong = (
        Invoice.objects.annotate(changed=_sum(LOWERS) - _sum(PAID_BACK))
        .exclude(open_cents=F("total_cents") - F("changed"))
        .values_list("number", "open_cents", "changed")
    )
    return _result(
        name,
        Invoice.objects.count(),
        ((f"invoice {no}", f"{cents} open, {changed} allocated") for no, cents, changed in wrong),
    )


def _sum(kinds: Iterable[str]) -> Coalesce:
    """Return the sum of an invoice's allocations of some kinds."""
    counted = Case(
        When(allocations__kind__in=list(kinds), then=F("allocations__amount_cents")),
        default=Value(0),
    )
    return Coalesce(Sum(counted), 0)


def _result(name: str, checked: int, broken: Iterable[tuple[str, str]]) -> Result:
    return Result(
        name=name,
        checked=checked,
        violations=tuple(
            Violation(invariant=name, subject=subject, detail=detail) for subject, detail in broken
        ),
    )


INVARIANTS: tuple[Callable[..., Result], ...] = (
    receivable_is_open_less_credit,
    credit_is_what_is_left,
    one_line_per_service_and_day,
    lines_make_up_invoices,
    credit_notes_fit_their_lines,
    numbers_are_gapless,
    documents_are_as_made,
    invoices_are_paid_within_bounds,
    open_is_what_is_not_paid,
)
