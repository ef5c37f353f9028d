"""Correct what was issued: never by changing it, always by a document of its own."""

from datetime import datetime

from django.db import IntegrityError, transaction

from balie.apps.billing.actions.allocation import allocate
from balie.apps.billing.actions.numbers import next_number
from balie.apps.billing.models import Allocation, CreditNote, Invoice
from balie.apps.ledger import accounts
from balie.apps.ledger.actions import Line, book
from balie.apps.promises import queries as policies
from balie.infra import audit, clock, halt
from balie.infra.audit import Actor


class UnableToCredit(Exception):
    """An invoice cannot be credited as asked; the message says why."""


@transaction.atomic
def credit_invoice(*, invoice: Invoice, reason: str, by: Actor, now: datetime) -> CreditNote:
    """Credit an invoice whole: a credit note that refers to it, its counter entry, its lines free.

    What is open on the invoice is settled by it; the rest becomes the customer's credit. Raises
    UnableToCredit when it is credited already or no reason is given, infra.halt.Halted.
    """
    halt.raise_if_halted()
    if not reason.strip():
        raise UnableToCredit("a credit note says why; give a reason")
    if CreditNote.objects.filter(invoice=invoice).exists():
        raise UnableToCredit(f"invoice {invoice.number} is credited already")
    note = _issue(invoice, reason=reason, by=by, now=now)
    invoice.lines.filter(credited_at__isnull=True).update(credited_at=now)
    invoice.refresh_from_db(fields=["open_cents"])
    if invoice.open_cents:
        allocate(
            invoice=invoice,
            kind=Allocation.Kind.CREDITED,
            amount_cents=invoice.open_cents,
            event=f"credit-note:{note.number}",
            booked_on=note.issued_on,
            credit_note=note,
            by=by,
            now=now,
        )
    audit.record(
        event="invoice.credited",
        by=by,
        subject=("invoice", invoice.pk),
        now=now,
        data={"credit_note": note.number, "reason": note.reason},
    )
    return note


def _issue(invoice: Invoice, *, reason: str, by: Actor, now: datetime) -> CreditNote:
    """Number and book the credit note of an invoice; all of it is still to be used."""
    issued_on = clock.local(now).date()
    policy = policies.policy_in_force(now=now)
    number = next_number(CreditNote, series=policy.billing.credit_note_series, issued_on=issued_on)
    entry = book(
        key=f"credit-note:{number}",
        booked_on=issued_on,
        description=f"Credit note {number} for invoice {invoice.number}",
        lines=[
            Line(accounts.REVENUE, invoice.net_cents),
            Line(accounts.VAT_PAYABLE, invoice.vat_cents),
            Line(accounts.RECEIVABLE, -invoice.total_cents, invoice.customer),
        ],
        now=now,
    )
    try:
        with transaction.atomic():
            return CreditNote.objects.create(
                invoice=invoice,
                series=number.series,
                year=number.year,
                sequence=number.sequence,
                number=str(number),
                issued_on=issued_on,
                total_cents=invoice.total_cents,
                unallocated_cents=invoice.total_cents,
                reason=reason[:200],
                journal_entry=entry,
                issued_at=now,
                issued_by=str(by),
            )
    except IntegrityError as error:
        raise UnableToCredit(f"invoice {invoice.number} is credited already") from error
