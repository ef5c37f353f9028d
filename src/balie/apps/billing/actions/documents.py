"""The document of an invoice or a credit note: made when first needed, then kept as it was sent."""

import hashlib
from datetime import date, datetime

from django.db import IntegrityError, transaction

from balie.apps.billing import invoice_pdf
from balie.apps.billing.models import CreditNote, CreditNoteDocument, Invoice, InvoiceDocument
from balie.apps.promises import queries as policies


def document_of(
    *, invoice: Invoice, now: datetime, collected_on: date | None = None
) -> InvoiceDocument:
    """Return the PDF of an invoice with its hash; from the first time on always the same bytes.

    `collected_on` is the announced day of its debit, when there is one: printed the first time.
    Rendering takes its time, so nobody waits meanwhile: only keeping it is a transaction.
    """
    kept = InvoiceDocument.objects.filter(invoice=invoice).first()
    if kept is not None:
        return kept
    policy = policies.policy_of(invoice.policy_version)
    content = invoice_pdf.render(invoice, policy=policy, collected_on=collected_on)
    try:
        with transaction.atomic():
            return InvoiceDocument.objects.create(
                invoice=invoice,
                content=content,
                sha256=hashlib.sha256(content).hexdigest(),
                rendered_at=now,
            )
    except IntegrityError:
        # Somebody else was first; what he kept is what was sent.
        return InvoiceDocument.objects.get(invoice=invoice)


def credit_note_document_of(*, note: CreditNote, now: datetime) -> CreditNoteDocument:
    """Return the PDF of a credit note with its hash; from the first time on the same bytes."""
    kept = CreditNoteDocument.objects.filter(credit_note=note).first()
    if kept is not None:
        return kept
    policy = policies.policy_of(note.policy_version)
    content = invoice_pdf.render_credit_note(note, policy=policy)
    try:
        with transaction.atomic():
            return CreditNoteDocument.objects.create(
                credit_note=note,
                content=content,
                sha256=hashlib.sha256(content).hexdigest(),
                rendered_at=now,
            )
    except IntegrityError:
        # Somebody else was first; what he kept is what was sent.
        return CreditNoteDocument.objects.get(credit_note=note)
