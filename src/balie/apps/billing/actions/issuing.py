"""Issue invoices: services moved on, number, booking, document, lines, and word to the customer.

All of it stands in the caller's transaction, for many customers in few statements. Services are
moved on first: who comes second finds them gone and takes no number.
"""

from collections.abc import Sequence
from datetime import date, datetime

from balie.apps.billing import queries
from balie.apps.billing.actions.allocation import apply_credit
from balie.apps.billing.actions.drafting import Draft, Period
from balie.apps.billing.actions.numbers import next_numbers
from balie.apps.billing.models import Invoice, InvoiceLine
from balie.apps.customers import queries as customers
from balie.apps.ledger import accounts
from balie.apps.ledger.actions import Booking, Line, book_all
from balie.apps.promises import queries as policies
from balie.apps.promises.models import PolicyVersion
from balie.apps.services import actions as services
from balie.domain.numbering import InvoiceNumber, payment_reference
from balie.domain.policy import Policy
from balie.infra import audit, outbox_bulk
from balie.infra.audit import Actor

SETUP = {"nl": "Eenmalige kosten: {}", "en": "One-off costs: {}"}


def issue_drafts(
    drafts: Sequence[Draft], *, today: date, version: PolicyVersion, by: Actor, now: datetime
) -> list[Invoice]:
    """Issue invoices, dated `today`, and use up credit their customers have.

    Raises services.BilledMeanwhile when a service was billed, ended or moved by somebody else since
    it was read, NumbersWouldGoBack, IntegrityError when a period is billed already.
    """
    if not drafts:
        return []
    policy = policies.policy_of(version)
    services.move_on(periods=[move for draft in drafts for move in draft.billed_up_to])
    numbers = next_numbers(
        Invoice, series=policy.billing.invoice_series, issued_on=today, count=len(drafts)
    )
    invoices = _write(drafts, numbers, today=today, version=version, now=now)
    _write_lines(drafts, invoices)
    unused = queries.credits_of([draft.customer.pk for draft in drafts])
    for invoice in invoices:
        if credit := unused.get(invoice.customer_id):
            apply_credit(invoice=invoice, unused=credit, by=by, now=now)
    _tell(invoices, policy=policy, by=by, now=now)
    return invoices


def _write(
    drafts: Sequence[Draft],
    numbers: Sequence[InvoiceNumber],
    *,
    today: date,
    version: PolicyVersion,
    now: datetime,
) -> list[Invoice]:
    bookings = [
        _booking(draft, number, today=today) for draft, number in zip(drafts, numbers, strict=True)
    ]
    return Invoice.objects.bulk_create(
        Invoice(
            customer=draft.customer,
            series=number.series,
            year=number.year,
            sequence=number.sequence,
            number=str(number),
            payment_reference=payment_reference(number),
            issued_on=today,
            due_on=draft.due_on,
            net_cents=draft.totals.net_cents,
            vat_cents=draft.totals.vat_cents,
            total_cents=draft.totals.gross_cents,
            open_cents=draft.totals.gross_cents,
            addressee=customers.addressee(draft.customer),
            language=draft.customer.language,
            pay_by=Invoice.PayBy.DIRECT_DEBIT if draft.mandate else Invoice.PayBy.TRANSFER,
            mandate_reference=draft.mandate.mandate_reference if draft.mandate else "",
            policy_version=version,
            journal_entry=entry,
            vat_treatment=draft.treatment.value,
            vat_check=draft.vat_check,
            issued_at=now,
        )
        for draft, number, entry in zip(
            drafts, numbers, book_all(bookings=bookings, now=now), strict=True
        )
    )


def _booking(draft: Draft, number: InvoiceNumber, *, today: date) -> Booking:
    totals = draft.totals
    return Booking(
        key=f"invoice:{number}",
        booked_on=today,
        description=f"Invoice {number}, customer {draft.customer.number}",
        lines=[
            Line(accounts.RECEIVABLE, totals.gross_cents, draft.customer),
            Line(accounts.REVENUE, -totals.net_cents),
            Line(accounts.VAT_PAYABLE, -totals.vat_cents),
        ],
    )


def _write_lines(drafts: Sequence[Draft], invoices: Sequence[Invoice]) -> None:
    InvoiceLine.objects.bulk_create(
        InvoiceLine(
            invoice=invoice,
            position=position,
            service=period.service,
            kind=period.kind,
            description=_description(period, language=invoice.language),
            domain_name=period.service.domain.name if period.service.domain else "",
            period_start=period.start,
            period_end=period.end,
            net_cents=period.amounts.net_cents,
            vat_rate_basis_points=int(period.amounts.vat_rate * 100),
            vat_cents=period.amounts.vat_cents,
        )
        for draft, invoice in zip(drafts, invoices, strict=True)
        for position, period in enumerate(draft.periods, start=1)
    )


def _description(period: Period, *, language: str) -> str:
    product = period.service.product
    name = product.name_en if language == "en" else product.name_nl
    if period.kind == InvoiceLine.Kind.SETUP:
        return SETUP.get(language, SETUP["nl"]).format(name)
    return name


def _tell(invoices: Sequence[Invoice], *, policy: Policy, by: Actor, now: datetime) -> None:
    """Leave the trail, and queue the mail of an invoice that the customer is to transfer.

    A direct debit is told of when it is announced; its invoice is mailed at issue only when the
    policy says so, so that nobody pays twice.
    """
    audit.record_all(
        events=[
            audit.Event(
                event="invoice.issued",
                subject=("invoice", invoice.pk),
                data={"number": invoice.number, "total_cents": invoice.total_cents},
            )
            for invoice in invoices
        ],
        by=by,
        now=now,
    )
    outbox_bulk.put_all(
        [
            outbox_bulk.Message(
                kind="invoice-issued",
                event=f"invoice-issued:{invoice.pk}",
                recipient=("customer", invoice.customer_id),
                payload={"invoice": invoice.pk},
            )
            for invoice in invoices
            if invoice.pay_by == Invoice.PayBy.TRANSFER or policy.invoices.debited == "mail"
        ],
        now=now,
    )
