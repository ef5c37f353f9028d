"""What invoices would hold: periods, VAT, how they are paid, and why one cannot be made.

Nothing is written here, so that a preview says what the run does: both go by these drafts.
"""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from balie.apps.billing import queries
from balie.apps.billing.models import InvoiceLine, VatNumberCheck
from balie.apps.customers.models import Customer
from balie.apps.mandates import queries as mandates
from balie.apps.mandates.models import Mandate
from balie.apps.services.models import Service
from balie.domain import workdays
from balie.domain.money import format_euro
from balie.domain.periods import term_end
from balie.domain.policy import Policy
from balie.domain.vat import (
    InvoiceTotals,
    LineAmounts,
    invoice_totals,
    line_amounts,
    round_per_rate,
)
from balie.domain.vat_treatment import (
    Buyer,
    Treatment,
    UnableToTax,
    compact_number,
    rate_of,
    treatment_of,
)

ONE_DAY = timedelta(days=1)


class UnableToDraft(Exception):
    """No invoice can be made for a customer as things are; the message says what to do."""


@dataclass(frozen=True, kw_only=True)
class Stretch:
    """Some days of a service at a price of their own, in cents without VAT for all of them."""

    service: Service
    start: date
    end: date
    net_cents: int
    kind: str = InvoiceLine.Kind.TERM


@dataclass(frozen=True, kw_only=True)
class Issue:
    """What one invoice is to be about: services of one customer that are due, or stretches."""

    customer: Customer
    services: Sequence[Service] = ()
    stretches: Sequence[Stretch] = ()


@dataclass(frozen=True, kw_only=True)
class Period:
    """One service for one half-open period, with its amounts."""

    service: Service
    start: date
    end: date
    amounts: LineAmounts
    kind: str


@dataclass(frozen=True, kw_only=True)
class Draft:
    """An invoice worked out, before it has a number.

    `no_debit` says why it is to be transferred: a code of `mandates`, or `none` without a mandate.
    `billed_up_to` are the services that move on, as read, with the first day not yet billed.
    """

    customer: Customer
    periods: Sequence[Period]
    totals: InvoiceTotals
    treatment: Treatment
    vat_check: VatNumberCheck | None
    mandate: Mandate | None
    no_debit: str
    due_on: date
    billed_up_to: Sequence[tuple[Service, date]]


@dataclass(frozen=True, kw_only=True)
class Drafts:
    """What can be issued, and who cannot be billed with why."""

    made: list[Draft] = field(default_factory=list)
    parked: list[tuple[Customer, UnableToDraft]] = field(default_factory=list)


@dataclass(frozen=True, kw_only=True)
class _Known:
    """What was read for all customers at once."""

    mandates: dict[int, Mandate]
    checks: dict[int, VatNumberCheck]
    debit_on: date


def draft_all(
    issues: Sequence[Issue],
    *,
    today: date,
    policy: Policy,
    approved: Collection[str] = (),
    now: datetime,
) -> Drafts:
    """Work out one invoice per issue, in few queries for all of them.

    `approved` are the numbers of customers whose invoice a person has looked at: it may be larger
    than the policy allows.
    """
    ids = [issue.customer.pk for issue in issues]
    known = _Known(
        mandates=mandates.active_mandates(customer_ids=ids),
        checks=queries.standing_checks(
            [issue.customer for issue in issues], days=policy.vat.number_days, now=now
        ),
        debit_on=workdays.collection_date_for(today, policy=policy),
    )
    drafts = Drafts()
    for issue in issues:
        try:
            draft = _draft(issue, known, today=today, policy=policy)
            if issue.customer.number not in approved:
                _refuse_large(draft, policy=policy)
        except (UnableToDraft, UnableToTax, ValueError) as error:
            drafts.parked.append((issue.customer, UnableToDraft(str(error))))
        else:
            drafts.made.append(draft)
    return drafts


def _draft(issue: Issue, known: _Known, *, today: date, policy: Policy) -> Draft:
    customer = issue.customer
    check = known.checks.get(customer.pk)
    treatment = treatment_of(buyer_of(customer, check), policy=policy)
    stretches = [*issue.stretches]
    billed_up_to = []
    for service in issue.services:
        due = stretches_due(service, today=today)
        stretches += due
        billed_up_to.append((service, due[-1].end))
    periods = _with_vat(stretches, treatment=treatment, policy=policy)
    mandate = known.mandates.get(customer.pk)
    no_debit = "" if mandate else "none"
    if mandate and (
        obstacle := mandates.obstacle_to_collect(mandate, on=known.debit_on, policy=policy)
    ):
        mandate, no_debit = None, obstacle.code
    term = timedelta(days=policy.collecting.payment_term_days)
    return Draft(
        customer=customer,
        periods=periods,
        totals=invoice_totals(period.amounts for period in periods),
        treatment=treatment,
        vat_check=check if treatment == Treatment.REVERSE_CHARGE else None,
        mandate=mandate,
        no_debit=no_debit,
        due_on=known.debit_on if mandate else today + term,
        billed_up_to=billed_up_to,
    )


def buyer_of(customer: Customer, check: VatNumberCheck | None) -> Buyer:
    """Return who buys, as VAT asks it; `check` is the standing answer about his number."""
    return Buyer(
        is_business=customer.kind == Customer.Kind.BUSINESS,
        country=customer.country,
        vat_number=compact_number(customer.vat_number),
        number_is_checked=check is not None,
    )


def stretches_due(service: Service, *, today: date) -> list[Stretch]:
    """Return what of a service has begun by `today` and is not billed, in order; setting up first.

    Raises ValueError for a service whose period does not begin on its anchor.
    """
    return list(_stretches(service, today=today))


def _stretches(service: Service, *, today: date) -> Iterator[Stretch]:
    start = service.next_period_start
    if start == service.started_on and (setup_cents := _setup_cents(service)):
        yield Stretch(
            service=service,
            start=start,
            end=start + ONE_DAY,
            net_cents=setup_cents,
            kind=InvoiceLine.Kind.SETUP,
        )
    while start <= today and (service.ended_on is None or start < service.ended_on):
        end = term_end(start, term=service.term, anchor_day=service.anchor_day)
        yield Stretch(service=service, start=start, end=end, net_cents=service.price_cents)
        start = end


def _setup_cents(service: Service) -> int:
    """Return what setting it up costs, as the order said; nothing for what came without one."""
    order_line = getattr(service, "order_line", None) if service.order_id else None
    return order_line.setup_cents if order_line else 0


def _with_vat(
    stretches: Sequence[Stretch], *, treatment: Treatment, policy: Policy
) -> list[Period]:
    amounts = [
        line_amounts(
            unit_price_cents=stretch.net_cents,
            vat_rate=rate_of(
                stretch.service.product.vat_category, treatment=treatment, policy=policy
            ),
        )
        for stretch in stretches
    ]
    if policy.vat.rounding == "invoice":
        amounts = round_per_rate(amounts)
    return [
        Period(
            service=stretch.service,
            start=stretch.start,
            end=stretch.end,
            amounts=line,
            kind=stretch.kind,
        )
        for stretch, line in zip(stretches, amounts, strict=True)
    ]


def _refuse_large(draft: Draft, *, policy: Policy) -> None:
    """Raise UnableToDraft for an invoice over the policy's amount: it may be a mistake of ours."""
    largest = policy.invoices.largest_euros * 100
    if draft.totals.gross_cents > largest:
        raise UnableToDraft(
            f"the invoice comes to {format_euro(draft.totals.gross_cents)}, more than"
            f" {format_euro(largest)}; look at it, then bill with --approve {draft.customer.number}"
        )
