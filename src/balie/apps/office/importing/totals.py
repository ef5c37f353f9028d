"""Control totals of what was taken over from one source, and what a file should add to them.

Names end in their unit: things are counted, amounts are cents.
"""

from collections import Counter
from collections.abc import Iterable

from django.db.models import Count, QuerySet, Sum

from balie.apps.ledger import accounts
from balie.apps.ledger.models import Posting
from balie.apps.mandates.models import Mandate
from balie.apps.office.models import ForeignInvoice, ImportedRow
from balie.apps.services.models import PanelAccount
from balie.apps.services.queries import first_panel_name
from balie.formats.moving.records import InvoiceRecord, MandateRecord, Record, ServiceRecord

OPENING_KEY = "taken-over:"


def totals_of(*, source: str) -> dict[str, int]:
    """Return the totals of everything taken over from a source, from the things themselves."""
    found: Counter[str] = Counter()
    rows = ImportedRow.objects.filter(source=source, committed_at__isnull=False)
    for kind, count in rows.order_by().values_list("kind").annotate(count=Count("pk")):
        found[kind] = count
    panels = PanelAccount.objects.filter(service__in=_made(rows, ImportedRow.Kind.SERVICES))
    for panel, count in panels.order_by().values_list("panel__name").annotate(count=Count("pk")):
        found[f"services on {panel}"] = count
    mandates = Mandate.objects.filter(pk__in=_made(rows, ImportedRow.Kind.MANDATES))
    found["mandates in the register"] = mandates.count()
    invoices = ForeignInvoice.objects.filter(source=source)
    for year, rates in invoices.values_list("issued_on__year", "rates"):
        _add_rates(found, year=year, rates=rates)
    owed = invoices.order_by().values_list("customer").annotate(sum=Sum("open_cents"))
    for _, cents in owed:
        found["open cents"] += cents
    posted = Posting.objects.filter(
        account__code=accounts.TAKEN_OVER, entry__key__startswith=f"{OPENING_KEY}{source}:"
    )
    found["open cents in the ledger"] = posted.aggregate(sum=Sum("amount_cents"))["sum"] or 0
    return dict(found)


def totals_in(records: Iterable[Record], *, kind: str) -> dict[str, int]:
    """Return what records add to the totals, by the sums of the file."""
    found: Counter[str] = Counter()
    first = first_panel_name()
    for record in records:
        found[kind] += 1
        if isinstance(record, ServiceRecord) and record.user_name:
            found[f"services on {record.panel or first}"] += 1
        if isinstance(record, MandateRecord):
            found["mandates in the register"] += 1
        if isinstance(record, InvoiceRecord):
            _add_rates(found, year=record.issued_on.year, rates=rates_of(record))
            found["open cents"] += record.open_cents
            found["open cents in the ledger"] += record.open_cents
    return dict(found)


def rates_of(record: InvoiceRecord) -> list[list[int]]:
    """Return the amounts per rate as they are kept: basis points, net and VAT in cents."""
    return [[rate.basis_points, rate.net_cents, rate.vat_cents] for rate in record.rates]


def _add_rates(found: Counter[str], *, year: int, rates: list[list[int]]) -> None:
    for points, net, vat in rates:
        found[f"invoiced {year} at {points / 100:g} %, net cents"] += net
        found[f"invoiced {year} at {points / 100:g} %, VAT cents"] += vat


def _made(rows: QuerySet[ImportedRow], kind: str) -> QuerySet[ImportedRow, int | None]:
    return rows.filter(kind=kind).values_list("made_id", flat=True)
