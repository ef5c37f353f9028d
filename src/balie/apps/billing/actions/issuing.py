"""Issue invoices: services moved on, number, booking, document, lines, and word to the customer.

All of it stands in the caller's transaction, for many customers in few statements. Services are
moved on first: who comes second finds them gone and takes no number.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from balie.apps.billing import queries
from balie.apps.billing.actions.allocation import apply_credit
from balie.apps.billing.actions.numbers import next_number
from balie.apps.billing.models import Invoice, InvoiceLine
from balie.apps.customers import queries as customers
from balie.apps.customers.models import Customer
from balie.apps.ledger import accounts
from balie.apps.ledger.actions import Booking, Line, book_all
from balie.apps.mandates import queries as mandates
from balie.apps.mandates.models import Mandate
from balie.apps.promises import queries as policies
from balie.apps.promises.models import PolicyVersion
from balie.apps.services import actions as services
from balie.apps.services.models import Service
from balie.domain import workdays
from balie.domain.numbering import InvoiceNumber, payment_reference
from balie.domain.periods import term_end
from balie.domain.policy import Policy
from balie.domain.vat import InvoiceTotals, LineAmounts, invoice_totals, line_amounts
from balie.infra import audit, outbox
from balie.infra.audit import Actor


@dataclass(frozen=True, kw_only=True)
class Issue:
    """What one invoice is to be about: the services of one customer that are due."""

    customer: Customer
    services: Sequence[Service]


@dataclass(frozen=True, kw_only=True)
class Period:
    """One service for one half-open period, with its amounts."""

    service: Service
    start: date
    end: date
    amounts: LineAmounts


@dataclass(frozen=True, kw_only=True)
class Draft:
    """An invoice worked out, before it has a number."""

    customer: Customer
    periods: Sequence[Period]
    totals: InvoiceTotals
    mandate: Mandate | None
    due_on: date


def issue_invoices(
    issues: Sequence[Issue], *, today: date, version: PolicyVersion, by: Actor, now: datetime
) -> list[Invoice]:
    """Issue one invoice per customer, dated `today`, and use up credit they have.

    Raises services.BilledMeanwhile when a service was billed, ended or moved by somebody else since
    it was read, NumbersWouldGoBack.
    """
    if not issues:
        return []
    policy = policies.policy_of(version)
    ids = [issue.customer.pk for issue in issues]
    given = mandates.active_mandates(customer_ids=ids)
    drafts = [
        _draft(issue, mandate=given.get(issue.customer.pk), today=today, policy=policy)
        for issue in issues
    ]
    services.move_on(
        periods=[
            (period.service, period.end) for draft in drafts for period in _last_periods(draft)
        ]
    )
    series = policy.billing.invoice_series
    numbers = [next_number(Invoice, series=series, issued_on=today) for _ in drafts]
    invoices = _write(drafts, numbers, today=today, version=version, now=now)
    _write_lines(drafts, invoices)
    unused = queries.credits_of(ids)
    for invoice in invoices:
        apply_credit(invoice=invoice, unused=unused.get(invoice.customer_id, []), by=by, now=now)
        _tell(invoice, by=by, now=now)
    return invoices


def _draft(issue: Issue, *, mandate: Mandate | None, today: date, policy: Policy) -> Draft:
    periods = [
        period
        for service in issue.services
        for period in periods_due(service, today=today, policy=policy)
    ]
    debit_on = workdays.collection_date_for(today, policy=policy)
    if mandate and mandates.obstacle_to_collect(mandate, on=debit_on, policy=policy):
        mandate = None
    term = timedelta(days=policy.collecting.payment_term_days)
    return Draft(
        customer=issue.customer,
        periods=periods,
        totals=invoice_totals(period.amounts for period in periods),
        mandate=mandate,
        due_on=debit_on if mandate else today + term,
    )


def periods_due(service: Service, *, today: date, policy: Policy) -> list[Period]:
    """Return the periods of a service that have begun by `today` and are not billed, in order."""
    periods = []
    start = service.next_period_start
    while start <= today and (service.ended_on is None or start < service.ended_on):
        end = term_end(start, term=service.term, anchor_day=service.anchor_day)
        amounts = line_amounts(
            unit_price_cents=service.price_cents, vat_rate=policy.billing.vat_rate
        )
        periods.append(Period(service=service, start=start, end=end, amounts=amounts))
        start = end
    return periods


def _last_periods(draft: Draft) -> list[Period]:
    """Return the last period of each service: where it is billed up to."""
    return list({period.service.pk: period for period in draft.periods}.values())


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
            description=_description(period.service, language=invoice.language),
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


def _description(service: Service, *, language: str) -> str:
    return service.product.name_en if language == "en" else service.product.name_nl


def _tell(invoice: Invoice, *, by: Actor, now: datetime) -> None:
    """Leave the trail, and queue the mail of an invoice that the customer is to transfer.

    A direct debit is told of when it is announced: in one mail with the day, so that nobody pays
    twice.
    """
    audit.record(
        event="invoice.issued",
        by=by,
        subject=("invoice", invoice.pk),
        now=now,
        data={"number": invoice.number, "total_cents": invoice.total_cents},
    )
    if invoice.pay_by == Invoice.PayBy.TRANSFER:
        outbox.put(
            kind="invoice-issued",
            event=f"invoice-issued:{invoice.pk}",
            recipient=("customer", invoice.customer_id),
            payload={"invoice": invoice.pk},
            now=now,
        )
