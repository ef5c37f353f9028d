"""The continuity report: one page on which an accountant sees that nothing is missing.

Numbers without gaps, entries that balance, customers and bank as the ledger says.
"""

from datetime import datetime

from django.db.models import Count, Max, Min, Sum
from django.utils.translation import gettext as _

from balie.apps.banking import queries as banking
from balie.apps.billing import invariants as billing
from balie.apps.billing.models import CreditNote, Invoice
from balie.apps.ledger import invariants as books
from balie.apps.office.importing import invariants as importing
from balie.domain.numbering import InvoiceNumber
from balie.formats.sheets import Cell, Column, Sheet

Rows = list[list[Cell]]


def continuity(*, now: datetime) -> Sheet:
    """Return the report: what was looked at, how many, which amount, and whether it holds."""
    rows = [*_series(), *_checks(now=now), *_bank()]
    return Sheet(
        name="continuity",
        title=_("Continuity report"),
        columns=(
            Column(name="what", heading=_("What")),
            Column(name="from", heading=_("From")),
            Column(name="to", heading=_("Up to")),
            Column(name="count", heading=_("How many"), kind="count"),
            Column(name="amount", heading=_("Amount"), kind="cents"),
            Column(name="difference", heading=_("Difference"), kind="count"),
            Column(name="verdict", heading=_("Verdict")),
        ),
        rows=rows,
    )


def holds(sheet: Sheet) -> bool:
    """Tell whether a continuity report found nothing amiss."""
    return all(row[5] == 0 for row in sheet.rows)


def _series() -> Rows:
    """Return each series and year: first and last number, how many, and how many are missing."""
    rows: Rows = []
    for model, name in ((Invoice, _("Invoices")), (CreditNote, _("Credit notes"))):
        found = (
            model._default_manager.order_by("series", "year")
            .values("series", "year")
            .annotate(
                count=Count("pk"),
                first=Min("sequence"),
                last=Max("sequence"),
                total=Sum("total_cents"),
            )
        )
        for row in found:
            first, last = (
                str(InvoiceNumber(series=row["series"], year=row["year"], sequence=row[end]))
                for end in ("first", "last")
            )
            missing = row["last"] - row["count"]
            title = f"{name} {row['series']}{row['year']}"
            found_here = [row["count"], row["total"], missing, _verdict(missing)]
            rows.append([title, first, last, *found_here])
    return rows


def _checks(*, now: datetime) -> Rows:
    """Return the invariants an accountant asks for, with how many places break them."""
    checks = (
        (_("Numbers without gaps, dates not going back"), billing.numbers_are_gapless),
        (_("Each entry balances"), books.entries_sum_to_zero),
        (_("The database refuses to change what is booked"), books.books_are_append_only),
        (_("Customers owe what the ledger says"), billing.receivable_is_open_less_credit),
        (_("Opening balance of what was taken over"), importing.taken_over_is_booked),
    )
    rows: Rows = []
    for name, check in checks:
        result = check(now=now)
        broken = len(result.violations)
        rows.append([name, None, None, result.checked, None, broken, _verdict(broken)])
    return rows


def _bank() -> Rows:
    """Return the ledger beside the bank, in cents: per account, together, and in suspense."""
    agreement = banking.agreement()
    rows: Rows = []
    for balance in (*agreement.accounts, agreement.bank):
        name = balance.state.account.iban if balance.state else _("Bank, all accounts")
        off = balance.difference_cents
        rows.append([name, None, None, None, balance.ledger_cents, off, _verdict(off)])
    off = agreement.suspense.difference_cents
    title, placed = _("Still to be placed"), agreement.suspense.ledger_cents
    rows.append([title, None, None, None, placed, off, _verdict(off)])
    return rows


def _verdict(difference: int) -> str:
    return _("right") if difference == 0 else _("NOT RIGHT")
