"""Correct what was issued: never by changing it, always by a document or a booking of its own."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction

from balie.apps.billing.actions.allocation import allocate
from balie.apps.billing.actions.numbers import next_numbers
from balie.apps.billing.models import (
    Allocation,
    CreditNote,
    CreditNoteLine,
    Invoice,
    InvoiceLine,
    WriteOff,
)
from balie.apps.ledger import accounts
from balie.apps.ledger.actions import Line, book
from balie.apps.promises import queries as policies
from balie.domain.proration import Paid, split
from balie.domain.vat import part_of
from balie.infra import audit, clock, halt
from balie.infra.audit import Actor


class UnableToCredit(Exception):
    """An invoice cannot be credited as asked; the message says why."""


class UnableToWriteOff(Exception):
    """An invoice cannot be written off as asked; the message says why."""


@dataclass(frozen=True, kw_only=True)
class Part:
    """What to credit of a line, in cents without VAT; with `stopped_on` its days from then on."""

    line: InvoiceLine
    net_cents: int
    stopped_on: date | None = None


@transaction.atomic
def credit_invoice(*, invoice: Invoice, reason: str, by: Actor, now: datetime) -> CreditNote:
    """Credit all that is not credited yet of an invoice; its periods may be billed anew.

    What is open on the invoice is settled by it; the rest becomes the customer's credit. Raises
    UnableToCredit when nothing is left to credit or no reason is given, infra.halt.Halted.
    """
    halt.raise_if_halted()
    lines = invoice.lines.filter(credited_at__isnull=True).order_by("position")
    parts = [Part(line=line, net_cents=line.net_cents - line.credited_cents) for line in lines]
    if not parts:
        raise UnableToCredit(f"invoice {invoice.number} is credited already")
    return credit_lines(invoice=invoice, parts=parts, reason=reason, by=by, now=now)


@transaction.atomic
def credit_unused(
    *, line: InvoiceLine, on: date, reason: str, by: Actor, now: datetime
) -> CreditNote:
    """Credit the days of a line from `on` to the end of its period, by the day.

    Raises UnableToCredit when no day is left, infra.halt.Halted.
    """
    end = line.stopped_on or line.period_end
    left = line.net_cents - line.credited_cents
    if not line.period_start <= on < end:
        raise UnableToCredit(f"no day of {line} lies on or after {on}")
    rest = split(Paid(cents=left, start=line.period_start, end=end), on=on).rest_cents
    part = Part(line=line, net_cents=rest, stopped_on=on)
    return credit_lines(invoice=line.invoice, parts=[part], reason=reason, by=by, now=now)


@transaction.atomic
def credit_lines(
    *, invoice: Invoice, parts: Sequence[Part], reason: str, by: Actor, now: datetime
) -> CreditNote:
    """Credit lines of an invoice, whole or in part, by one credit note that refers to it.

    The parts of a line together carry its VAT to the cent. Raises UnableToCredit for a line of
    another invoice or more than is left of it, infra.halt.Halted.
    """
    halt.raise_if_halted()
    if not reason.strip():
        raise UnableToCredit("a credit note says why; give a reason")
    vat = [_take(part, invoice=invoice, now=now) for part in parts]
    if not parts or not sum(part.net_cents for part in parts):
        raise UnableToCredit(f"nothing of invoice {invoice.number} is to be credited")
    note = _issue(invoice, parts, vat, reason=reason, by=by, now=now)
    invoice.refresh_from_db(fields=["open_cents"])
    if settled := min(invoice.open_cents, note.total_cents):
        allocate(
            invoice=invoice,
            kind=Allocation.Kind.CREDITED,
            amount_cents=settled,
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
        data={
            "credit_note": note.number,
            "reason": note.reason,
            "total_cents": note.total_cents,
        },
    )
    return note


def _take(part: Part, *, invoice: Invoice, now: datetime) -> int:
    """Take a part off its line and return its VAT in cents; the guard is in the UPDATE."""
    line = part.line
    if line.invoice_id != invoice.pk:
        raise UnableToCredit(f"{line} is no line of invoice {invoice.number}")
    taken = line.credited_cents + part.net_cents
    changes: dict[str, int | date] = {"credited_cents": taken}
    if part.stopped_on is not None and part.stopped_on > line.period_start:
        changes["stopped_on"] = part.stopped_on
    # A free line is credited once, too: `credited_at` says so.
    whole = {"credited_at": now} if taken == line.net_cents else {}
    as_read = InvoiceLine.objects.filter(
        pk=line.pk, credited_cents=line.credited_cents, credited_at__isnull=True
    )
    fits = 0 <= part.net_cents <= line.net_cents - line.credited_cents
    if not fits or not as_read.update(**changes, **whole):
        left = line.net_cents - line.credited_cents
        raise UnableToCredit(
            f"{part.net_cents} cents do not fit on {line}, of which {left} cents were left;"
            " look at it again"
        )
    return part_of(
        whole_cents=line.net_cents,
        vat_cents=line.vat_cents,
        before_cents=line.credited_cents,
        part_cents=part.net_cents,
    )


def _issue(
    invoice: Invoice,
    parts: Sequence[Part],
    vat: Sequence[int],
    *,
    reason: str,
    by: Actor,
    now: datetime,
) -> CreditNote:
    """Number and book a credit note; all of it is still to be used."""
    issued_on = clock.local(now).date()
    version = policies.version_in_force(now=now)
    series = policies.policy_of(version).billing.credit_note_series
    (number,) = next_numbers(CreditNote, series=series, issued_on=issued_on, count=1)
    net_cents, vat_cents = sum(part.net_cents for part in parts), sum(vat)
    entry = book(
        key=f"credit-note:{number}",
        booked_on=issued_on,
        description=f"Credit note {number} for invoice {invoice.number}",
        lines=[
            Line(accounts.REVENUE, net_cents),
            Line(accounts.VAT_PAYABLE, vat_cents),
            Line(accounts.RECEIVABLE, -net_cents - vat_cents, invoice.customer),
        ],
        now=now,
    )
    note = CreditNote.objects.create(
        invoice=invoice,
        series=number.series,
        year=number.year,
        sequence=number.sequence,
        number=str(number),
        issued_on=issued_on,
        net_cents=net_cents,
        vat_cents=vat_cents,
        total_cents=net_cents + vat_cents,
        unallocated_cents=net_cents + vat_cents,
        reason=reason[:200],
        policy_version=version,
        journal_entry=entry,
        issued_at=now,
        issued_by=str(by),
    )
    CreditNoteLine.objects.bulk_create(
        CreditNoteLine(
            credit_note=note,
            position=position,
            invoice_line=part.line,
            period_start=part.stopped_on or part.line.period_start,
            period_end=part.line.stopped_on or part.line.period_end,
            net_cents=part.net_cents,
            vat_cents=cents,
        )
        for position, (part, cents) in enumerate(zip(parts, vat, strict=True), start=1)
    )
    return note


@transaction.atomic
def write_off(*, invoice: Invoice, reason: str, by: Actor, now: datetime) -> WriteOff:
    """Give up what is open on an invoice: the claim leaves the books, the invoice stays issued.

    VAT stays owed: that comes back by the VAT return of when it is certain (art. 29 Wet OB). Raises
    UnableToWriteOff when nothing is open or no reason is given, infra.halt.Halted.
    """
    halt.raise_if_halted()
    if not reason.strip():
        raise UnableToWriteOff("a write-off says why; give a reason")
    invoice.refresh_from_db(fields=["open_cents"])
    amount_cents = invoice.open_cents
    if not amount_cents:
        raise UnableToWriteOff(f"nothing is open on invoice {invoice.number}")
    before = WriteOff.objects.filter(invoice=invoice).count()
    event = f"write-off:{invoice.number}:{before + 1}"
    booked_on = clock.local(now).date()
    allocate(
        invoice=invoice,
        kind=Allocation.Kind.WRITTEN_OFF,
        amount_cents=amount_cents,
        event=event,
        booked_on=booked_on,
        by=by,
        now=now,
    )
    entry = book(
        key=event,
        booked_on=booked_on,
        description=f"Write-off of invoice {invoice.number}: {reason}",
        lines=[
            Line(accounts.OTHER_COSTS, amount_cents),
            Line(accounts.RECEIVABLE, -amount_cents, invoice.customer),
        ],
        now=now,
    )
    return WriteOff.objects.create(
        invoice=invoice,
        amount_cents=amount_cents,
        reason=reason[:200],
        journal_entry=entry,
        written_off_at=now,
        written_off_by=str(by),
    )
