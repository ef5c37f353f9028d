"""The reports, each a table: trial balance, open items, deferred revenue, VAT, ICP, the journal.

All in a constant number of queries. Amounts are cents; debit is positive.
"""

from collections import defaultdict
from collections.abc import Callable, Iterator
from datetime import date, timedelta

from django.db.models import F, QuerySet, Sum
from django.utils.translation import gettext as _

from balie.apps.billing.models import CreditNote, CreditNoteLine, Invoice, InvoiceLine, Payment
from balie.apps.customers.models import Customer
from balie.apps.ledger import accounts
from balie.apps.ledger import queries as ledger
from balie.apps.ledger.models import Posting
from balie.apps.office.books.periods import Period
from balie.domain.deferral import earned_per_month, first_of_month
from balie.domain.vat_treatment import Treatment
from balie.formats.sheets import Cell, Column, Sheet
from balie.infra.templatetags.balie import named

Rows = list[list[Cell]]
RATE_BOXES = {2100: "1a", 900: "1b", 0: "1e"}
OTHER_RATE = "1c"


def trial_balance(period: Period) -> Sheet:
    """Every account with its RGS code: before, debit, credit, after; the last row adds up."""
    found = ledger.trial_balance(start=period.start, end=period.end)
    rows: Rows = [
        [
            one.account.code,
            named(one.account),
            one.account.rgs_code,
            one.opening_cents,
            one.debit_cents,
            one.credit_cents,
            one.closing_cents,
        ]
        for one in found
    ]
    sums: list[Cell] = [
        sum(one.opening_cents for one in found),
        sum(one.debit_cents for one in found),
        sum(one.credit_cents for one in found),
        sum(one.closing_cents for one in found),
    ]
    return Sheet(
        name="trial-balance",
        title=_("Trial balance %(period)s") % {"period": period.name},
        columns=(
            Column(name="account", heading=_("Account")),
            Column(name="name", heading=_("Name")),
            Column(name="rgs", heading="RGS"),
            Column(name="opening", heading=_("Before"), kind="cents"),
            Column(name="debit", heading=_("Debit"), kind="cents"),
            Column(name="credit", heading=_("Credit"), kind="cents"),
            Column(name="closing", heading=_("After"), kind="cents"),
        ),
        rows=[*rows, [None, _("Together"), None, *sums]],
    )


def open_items(period: Period) -> Sheet:
    """What customers owe now, and their credit as negative amounts; adds up to the ledger."""
    names = dict(Customer.objects.values_list("pk", "number"))
    rows: Rows = [
        [number, name, document, issued, due, total, cents]
        for number, name, document, issued, due, total, cents in Invoice.objects.filter(
            open_cents__gt=0
        )
        .order_by("customer__number", "issued_on", "pk")
        .values_list(
            "customer__number",
            "customer__name",
            "number",
            "issued_on",
            "due_on",
            "total_cents",
            "open_cents",
        )
    ]
    rows += _credits()
    people = dict(Customer.objects.filter(pk__in=ledger.taken_over()).values_list("pk", "name"))
    rows += [
        [names[pk], people[pk], _("Taken over"), None, None, None, cents]
        for pk, cents in sorted(ledger.taken_over().items())
    ]
    total = sum(cents for *_rest, cents in rows if isinstance(cents, int))
    booked = ledger.balance(accounts.RECEIVABLE) + ledger.balance(accounts.TAKEN_OVER)
    rows.append([None, _("Together"), None, None, None, None, total])
    rows.append([None, _("In the ledger (1300 and 1310)"), None, None, None, None, booked])
    return Sheet(
        name="open-items",
        title=_("Open items"),
        columns=(
            Column(name="customer", heading=_("Customer number")),
            Column(name="name", heading=_("Customer")),
            Column(name="document", heading=_("Document")),
            Column(name="issued_on", heading=_("Date"), kind="day"),
            Column(name="due_on", heading=_("Due on"), kind="day"),
            Column(name="total", heading=_("Amount"), kind="cents"),
            Column(name="open", heading=_("Open amount"), kind="cents"),
        ),
        rows=rows,
    )


def _credits() -> Rows:
    """Return what customers have left of credit notes and payments."""
    notes = (
        CreditNote.objects.filter(unallocated_cents__gt=0)
        .order_by("pk")
        .values_list(
            "invoice__customer__number",
            "invoice__customer__name",
            "number",
            "issued_on",
            "total_cents",
            "unallocated_cents",
        )
    )
    payments = (
        Payment.objects.filter(unallocated_cents__gt=0)
        .order_by("pk")
        .values_list(
            "customer__number",
            "customer__name",
            "received_on",
            "amount_cents",
            "unallocated_cents",
        )
    )
    rows: Rows = [
        [number, name, document, day, None, -total, -left]
        for number, name, document, day, total, left in notes
    ]
    rows += [
        [number, name, _("Payment"), day, None, -total, -left]
        for number, name, day, total, left in payments
    ]
    return rows


def deferred_revenue(period: Period) -> Sheet:
    """What was invoiced by the end of the period for days after it, by month of those days.

    A report beside the books, which post revenue when it is invoiced: decision 26.
    """
    per_month: dict[date, int] = defaultdict(int)
    for net_cents, start, end in _terms(until=period.end):
        earned = earned_per_month(net_cents, period_start=start, period_end=end)
        for month, cents in earned.items():
            if month >= first_of_month(period.end):
                per_month[month] += cents
    rows: Rows = [
        [f"{month:%Y-%m}", per_month[month]] for month in sorted(per_month) if per_month[month]
    ]
    rows.append([_("Together"), sum(per_month.values())])
    return Sheet(
        name="deferred-revenue",
        title=_("Deferred revenue after %(day)s") % {"day": period.end - timedelta(days=1)},
        columns=(
            Column(name="month", heading=_("Month")),
            Column(name="net", heading=_("To be earned, without VAT"), kind="cents"),
        ),
        rows=rows,
    )


def _terms(*, until: date) -> Iterator[tuple[int, date, date]]:
    """Yield net cents and days of what was invoiced before a day and reaches past it, and credits
    as negative amounts.
    """
    lines = InvoiceLine.objects.filter(invoice__issued_on__lt=until, period_end__gt=until)
    yield from lines.values_list("net_cents", "period_start", "period_end").iterator()
    notes = CreditNoteLine.objects.filter(
        credit_note__issued_on__lt=until, period_end__gt=until
    ).values_list("net_cents", "period_start", "period_end")
    for net_cents, start, end in notes.iterator():
        yield -net_cents, start, end


def vat_return(period: Period) -> Sheet:
    """The boxes of the VAT return, and whether the ledger says the same."""
    boxes: dict[str, list[int]] = defaultdict(lambda: [0, 0])
    for treatment, rate, net, vat in _taxed(period):
        box = boxes[_box(treatment, rate)]
        box[0] += net
        box[1] += vat
    meanings = {
        "1a": _("Taxed at the high rate"),
        "1b": _("Taxed at the low rate"),
        OTHER_RATE: _("Taxed at other rates"),
        "1e": _("Taxed at 0 %, or not taxed with you"),
        "3b": _("Services to businesses in the EU (also in the ICP report)"),
        "": _("Outside the EU: not in the return"),
    }
    rows: Rows = [[box, meaning, *boxes[box]] for box, meaning in meanings.items() if box in boxes]
    owed = sum(vat for _net, vat in boxes.values())
    booked = -(
        Posting.objects.filter(
            account__code=accounts.VAT_PAYABLE,
            entry__booked_on__gte=period.start,
            entry__booked_on__lt=period.end,
        ).aggregate(sum=Sum("amount_cents", default=0))["sum"]
    )
    rows.append(["5a", _("VAT owed"), None, owed])
    rows.append([None, _("Posted on VAT payable in this period"), None, booked])
    rows.append([None, _("Difference"), None, booked - owed])
    return Sheet(
        name="vat-return",
        title=_("VAT return %(period)s") % {"period": period.name},
        columns=(
            Column(name="box", heading=_("Box")),
            Column(name="meaning", heading=_("What")),
            Column(name="net", heading=_("Amount without VAT"), kind="cents"),
            Column(name="vat", heading=_("VAT"), kind="cents"),
        ),
        rows=rows,
    )


def _taxed(period: Period) -> Iterator[tuple[str, int, int, int]]:
    """Yield treatment, rate, net and VAT of what was issued in a period; credit notes negative."""
    yield from _summed(
        InvoiceLine.objects.filter(
            invoice__issued_on__gte=period.start, invoice__issued_on__lt=period.end
        ),
        treatment="invoice__vat_treatment",
        rate="vat_rate_basis_points",
    )
    credited = _summed(
        CreditNoteLine.objects.filter(
            credit_note__issued_on__gte=period.start, credit_note__issued_on__lt=period.end
        ),
        treatment="invoice_line__invoice__vat_treatment",
        rate="invoice_line__vat_rate_basis_points",
    )
    for treatment, rate, net, vat in credited:
        yield treatment, rate, -net, -vat


def _summed(
    lines: QuerySet[InvoiceLine] | QuerySet[CreditNoteLine], *, treatment: str, rate: str
) -> Iterator[tuple[str, int, int, int]]:
    rows = (
        lines.order_by()
        .values(how=F(treatment), points=F(rate))
        .annotate(net=Sum("net_cents"), vat=Sum("vat_cents"))
    )
    for row in rows:
        yield row["how"], row["points"], row["net"], row["vat"]


def _box(treatment: str, rate: int) -> str:
    if treatment == Treatment.REVERSE_CHARGE:
        return "3b"
    if treatment == Treatment.OUTSIDE_EU:
        return ""
    return RATE_BOXES.get(rate, OTHER_RATE)


def icp(period: Period) -> Sheet:
    """The ICP report: per VAT number of a business in the EU, services with VAT reverse-charged."""
    per_number: dict[str, int] = defaultdict(int)
    invoices = Invoice.objects.filter(vat_treatment=Treatment.REVERSE_CHARGE)
    issued = invoices.filter(issued_on__gte=period.start, issued_on__lt=period.end)
    for number, cents in issued.values_list("vat_check__vat_number", "net_cents"):
        per_number[number or ""] += cents
    notes = CreditNote.objects.filter(
        invoice__vat_treatment=Treatment.REVERSE_CHARGE,
        issued_on__gte=period.start,
        issued_on__lt=period.end,
    )
    for number, cents in notes.values_list("invoice__vat_check__vat_number", "net_cents"):
        per_number[number or ""] -= cents
    rows: Rows = [[number[:2], number[2:], cents] for number, cents in sorted(per_number.items())]
    rows.append([None, _("Together"), sum(per_number.values())])
    return Sheet(
        name="icp",
        title=_("ICP report %(period)s") % {"period": period.name},
        columns=(
            Column(name="country", heading=_("Country")),
            Column(name="vat_number", heading=_("VAT number")),
            Column(name="net", heading=_("Services, without VAT"), kind="cents"),
        ),
        rows=rows,
    )


def journal(period: Period) -> Sheet:
    """Every posting of the period, in the order in which it was booked."""
    postings = (
        Posting.objects.filter(entry__booked_on__gte=period.start, entry__booked_on__lt=period.end)
        .order_by("entry__booked_on", "entry_id", "pk")
        .values_list(
            "entry_id",
            "entry__booked_on",
            "entry__key",
            "entry__description",
            "account__code",
            "account__rgs_code",
            "customer__number",
            "amount_cents",
        )
    )
    rows: Rows = []
    for pk, day, key, description, account, rgs_code, number, cents in postings.iterator():
        debit, credit = (cents, None) if cents > 0 else (None, -cents)
        rows.append([pk, day, key, description, account, rgs_code, number, debit, credit])
    return Sheet(
        name="journal",
        title=_("Journal %(period)s") % {"period": period.name},
        columns=(
            Column(name="entry", heading=_("Entry"), kind="count"),
            Column(name="booked_on", heading=_("Date"), kind="day"),
            Column(name="key", heading=_("Document")),
            Column(name="description", heading=_("Description")),
            Column(name="account", heading=_("Account")),
            Column(name="rgs", heading="RGS"),
            Column(name="customer", heading=_("Customer number")),
            Column(name="debit", heading=_("Debit"), kind="cents"),
            Column(name="credit", heading=_("Credit"), kind="cents"),
        ),
        rows=rows,
    )


REPORTS: dict[str, Callable[[Period], Sheet]] = {
    "trial-balance": trial_balance,
    "open-items": open_items,
    "deferred-revenue": deferred_revenue,
    "vat-return": vat_return,
    "icp": icp,
    "journal": journal,
}
