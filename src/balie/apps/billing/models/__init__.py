"""Invoices and credit notes as issued, payments as received, and which paid what."""

from balie.apps.billing.models.corrections import (
    CreditNote,
    CreditNoteDocument,
    CreditNoteLine,
    WriteOff,
)
from balie.apps.billing.models.invoices import (
    Invoice,
    InvoiceDocument,
    InvoiceHold,
    InvoiceLine,
    VatNumberCheck,
)
from balie.apps.billing.models.payments import Allocation, Payment

__all__ = [
    "Allocation",
    "CreditNote",
    "CreditNoteDocument",
    "CreditNoteLine",
    "Invoice",
    "InvoiceDocument",
    "InvoiceHold",
    "InvoiceLine",
    "Payment",
    "VatNumberCheck",
    "WriteOff",
]
