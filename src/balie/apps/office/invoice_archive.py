"""A year of invoices in one file, to hand to a bookkeeper."""

import io
import zipfile
from datetime import datetime

from balie.apps.billing import actions as billing
from balie.apps.billing import queries
from balie.apps.customers.viewer import Viewer

FIRST_DAY = (1980, 1, 1, 0, 0, 0)  # the same invoices make the same file


def invoice_years(*, viewer: Viewer) -> list[int]:
    """Return the years in which a viewer has invoices, last first."""
    days = queries.invoices_for(viewer=viewer).dates("issued_on", "year", order="DESC")
    return [day.year for day in days]


def archive_of(*, viewer: Viewer, year: int, now: datetime) -> bytes | None:
    """Return a ZIP with the PDF of each invoice a viewer has of a year; None without any."""
    found = queries.invoices_for(viewer=viewer).filter(issued_on__year=year).order_by("pk")
    if not found.exists():
        return None
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_STORED) as archive:
        for invoice in found.iterator(chunk_size=50):
            document = billing.document_of(invoice=invoice, now=now)
            entry = zipfile.ZipInfo(f"{invoice.number}.pdf", date_time=FIRST_DAY)
            archive.writestr(entry, bytes(document.content))
    return content.getvalue()
