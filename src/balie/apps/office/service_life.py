"""What a change in the life of a service comes to, shown first and done the same: money and mail.

The amounts are cents without VAT; the documents add it. What is shown is worked out by the same
functions as what is done, and refused when it has changed in between.
"""

from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction
from django.db.models import Q

from balie.apps.billing import actions as billing
from balie.apps.billing.models import InvoiceLine
from balie.apps.customers.models import Customer
from balie.apps.office.ordering import withdraw_until
from balie.apps.promises import queries as policies
from balie.apps.services import actions as services
from balie.apps.services import queries
from balie.apps.services.models import ChangeKind, Ending, EndKind, Move, Product, Service
from balie.domain import proration
from balie.domain.proration import Leaving, Paid
from balie.infra import clock, outbox
from balie.infra.audit import Actor

WITHDRAWN = {"nl": "Herroeping van de overeenkomst", "en": "Withdrawal from the contract"}
CANCELLED = {"nl": "Opzegging", "en": "Cancellation"}
CHANGED = {"nl": "Wijziging van het pakket", "en": "Change of plan"}


class ShownOtherwise(Exception):
    """What was confirmed is not what it would come to now; show it again."""


@dataclass(frozen=True, kw_only=True)
class Way:
    """A way out of a service: how, from when on, and what comes back in cents without VAT."""

    kind: EndKind
    ends_on: date
    credit_cents: int
    began_at_request: bool = False


@dataclass(frozen=True, kw_only=True)
class Plan:
    """Another plan for a service: at once with what it costs now, or from the next term on.

    Cents without VAT: `price_cents` per term; `credit_cents` back and `charge_cents` due for the
    rest of this term.
    """

    product: Product
    price_cents: int
    from_on: date
    at_once: bool
    credit_cents: int = 0
    charge_cents: int = 0

    @property
    def difference_cents(self) -> int:
        """What is to be paid now."""
        return self.charge_cents - self.credit_cents


def way_out(service: Service, *, now: datetime) -> Way:
    """Return how a customer leaves when he asks now: at the end of the term, or with notice."""
    today = clock.local(now).date()
    if service.next_period_start <= service.started_on:
        _, end = queries.term_at(service, on=today)
        return Way(kind=EndKind.TERM_END, ends_on=end, credit_cents=0)
    line = running_line(service, on=today)
    paid = _paid(line) if line else Paid(cents=0, start=today, end=_paid_until(service, today))
    renewed = queries.is_renewed(service, on=today)
    left = proration.leave(
        paid=paid,
        asked_on=today,
        is_consumer=service.customer.kind == Customer.Kind.CONSUMER,
        is_renewed=renewed,
        notice_months=policies.policy_in_force(now=now).orders.notice_months,
    )
    kind = EndKind.NOTICE if left.ends_on < paid.end else EndKind.TERM_END
    return Way(kind=kind, ends_on=left.ends_on, credit_cents=left.credit_cents)


def withdrawal(service: Service, *, now: datetime) -> Way | None:
    """Return what withdrawing now comes to; None when it is not, or no longer, a right."""
    until = withdrawal_until(service, now=now)
    today = clock.local(now).date()
    if until is None or today > until or not queries.is_running(service, on=today):
        return None
    began = service.order.begin_at_once if service.order else False
    credit_cents = 0
    for line in _lines(service, on=today):
        whole = line.kind != InvoiceLine.Kind.TERM or not began
        paid = _paid(line)
        credit_cents += (
            paid.cents
            if whole
            else proration.withdraw(paid=paid, on=today, began_at_request=True).credit_cents
        )
    return Way(
        kind=EndKind.WITHDRAWN, ends_on=today, credit_cents=credit_cents, began_at_request=began
    )


def withdrawal_until(service: Service, *, now: datetime) -> date | None:
    """Return until when a consumer may withdraw from the contract of a service."""
    if service.order is None or service.customer.kind != Customer.Kind.CONSUMER:
        return None
    return withdraw_until(service.order, policy=policies.policy_in_force(now=now))


def plans_for(service: Service, *, now: datetime) -> list[Plan]:
    """Return to which plans a service may change, the cheapest first, and what each comes to."""
    today = clock.local(now).date()
    if service.ended_on is not None or service.option_of_id is not None:
        return []
    found = []
    for offer in queries.offers(on=today):
        price = offer.prices.get(service.term)
        if offer.product == service.product or price is None:
            continue
        if offer.product.needs_domain and service.domain_id is None:
            continue
        found.append(_plan(service, offer.product, price, today=today))
    return sorted(found, key=lambda plan: (plan.price_cents, plan.product.pk))


def plan_for(service: Service, *, code: str, now: datetime) -> Plan | None:
    """Return one of these plans by the code of its product."""
    return next((p for p in plans_for(service, now=now) if p.product.code == code), None)


@transaction.atomic
def cancel(*, service: Service, shown: Way, by: Actor, now: datetime) -> Ending:
    """End a service as it was shown, credit the days that come back, and send the receipt.

    Raises ShownOtherwise, services.UnableToEnd.
    """
    way = way_out(service, now=now)
    if way != shown:
        raise ShownOtherwise
    return _end(service, way, reason=CANCELLED, kind="service-cancelled", by=by, now=now)


@transaction.atomic
def cancel_on(*, service: Service, on: date, by: Actor, now: datetime) -> Ending:
    """End a service on a day that was agreed, and credit the days that are not used (by staff).

    Raises services.UnableToEnd.
    """
    today = clock.local(now).date()
    if on < today:
        raise services.UnableToEnd("a service does not end in the past")
    line = running_line(service, on=on)
    left = (
        proration.leave_on(paid=_paid(line), on=on) if line else Leaving(ends_on=on, credit_cents=0)
    )
    way = Way(kind=EndKind.AT_ONCE, ends_on=on, credit_cents=left.credit_cents)
    return _end(service, way, reason=CANCELLED, kind="service-cancelled", by=by, now=now)


@transaction.atomic
def withdraw(*, service: Service, by: Actor, now: datetime) -> Ending:
    """Undo the contract of a service at the wish of a consumer; the mail is his receipt.

    Raises services.UnableToEnd when it is not, or no longer, his right.
    """
    way = withdrawal(service, now=now)
    if way is None:
        raise services.UnableToEnd("this contract cannot be withdrawn from (any more)")
    return _end(service, way, reason=WITHDRAWN, kind="withdrawal-receipt", by=by, now=now)


@transaction.atomic
def change_plan(*, service: Service, shown: Plan, by: Actor, now: datetime) -> Plan:
    """Change a plan as it was shown: at once, with its documents, or from the next term on.

    Raises ShownOtherwise, services.UnableToChangePlan.
    """
    plan = plan_for(service, code=shown.product.code, now=now)
    if plan != shown:
        raise ShownOtherwise
    change = services.plan_change(
        service=service,
        kind=ChangeKind.PLAN,
        product=plan.product,
        price_cents=plan.price_cents,
        from_on=plan.from_on,
        by=by,
        now=now,
    )
    if plan.at_once:
        services.apply_change(change=change, by=by, now=now)
        service.refresh_from_db()
        _bill_change(service, plan, by=by, now=now)
    outbox.put(
        kind="plan-changed",
        event=f"plan-changed:{change.pk}",
        recipient=("customer", service.customer_id),
        payload={"change": change.pk, "difference_cents": plan.difference_cents},
        now=now,
    )
    return plan


@transaction.atomic
def move(*, service: Service, to: Customer, by: Actor, now: datetime) -> list[Move]:
    """Move a service with its domain name to another customer; he pays from the next term on.

    Raises services.UnableToMove.
    """
    return services.move(service=service, to=to, by=by, now=now)


def running_line(service: Service, *, on: date) -> InvoiceLine | None:
    """Return the billed line in whose days `on` lies, or None when they were not billed here."""
    return next((one for one in _lines(service, on=on) if one.kind == InvoiceLine.Kind.TERM), None)


def _lines(service: Service, *, on: date) -> list[InvoiceLine]:
    lines = InvoiceLine.objects.filter(
        Q(stopped_on__isnull=True) | Q(stopped_on__gt=on),
        Q(period_end__gt=on, period_start__lte=on) | ~Q(kind=InvoiceLine.Kind.TERM),
        service=service,
        credited_at__isnull=True,
    )
    return list(lines.select_related("invoice__customer").order_by("-period_start", "pk"))


def _paid(line: InvoiceLine) -> Paid:
    return Paid(
        cents=line.net_cents - line.credited_cents,
        start=line.period_start,
        end=line.stopped_on or line.period_end,
    )


def _paid_until(service: Service, today: date) -> date:
    """The end of the running term of a service that was billed elsewhere."""
    if service.next_period_start > today:
        return service.next_period_start
    return queries.term_at(service, on=today)[1]


def _plan(service: Service, product: Product, price: int, *, today: date) -> Plan:
    line = running_line(service, on=today)
    not_billed = service.next_period_start <= today
    if price < service.price_cents or (line is None and not not_billed):
        return Plan(
            product=product,
            price_cents=price,
            from_on=max(service.next_period_start, today),
            at_once=False,
        )
    if line is None:
        return Plan(product=product, price_cents=price, from_on=today, at_once=True)
    paid = _paid(line)
    term_start, _ = queries.term_at(service, on=today)
    change = proration.change_plan(
        paid=paid, term_start=term_start, new_price_cents=price, on=today
    )
    return Plan(
        product=product,
        price_cents=price,
        from_on=today,
        at_once=True,
        credit_cents=change.credit_cents,
        charge_cents=change.charge_cents,
    )


def _bill_change(service: Service, plan: Plan, *, by: Actor, now: datetime) -> None:
    line = running_line(service, on=plan.from_on)
    if line is None:
        return
    end = line.stopped_on or line.period_end
    if plan.credit_cents:
        reason = CHANGED[_language(service)]
        billing.credit_unused(line=line, on=plan.from_on, reason=reason, by=by, now=now)
    stretch = billing.Stretch(
        service=service, start=plan.from_on, end=end, net_cents=plan.charge_cents
    )
    billing.bill_stretches(customer=service.customer, stretches=[stretch], by=by, now=now)


def _end(
    service: Service, way: Way, *, reason: dict[str, str], kind: str, by: Actor, now: datetime
) -> Ending:
    words = reason[_language(service)]
    options = queries.options_running(service)
    ending = services.end(
        service=service,
        kind=way.kind,
        ends_on=way.ends_on,
        credit_cents=way.credit_cents,
        reason=words,
        by=by,
        now=now,
    )
    _credit(service, way, words, by=by, now=now)
    for option in options:
        _end_option(option, way, words, by=by, now=now)
    outbox.put(
        kind=kind,
        event=f"{kind}:{ending.pk}",
        recipient=("customer", service.customer_id),
        payload={"ending": ending.pk},
        now=now,
    )
    return ending


def _end_option(option: Service, way: Way, words: str, *, by: Actor, now: datetime) -> None:
    """An option ends with its service; the days that were paid for and are not used come back."""
    ends_on = max(way.ends_on, option.started_on)
    line = running_line(option, on=ends_on)
    credit_cents = proration.leave_on(paid=_paid(line), on=ends_on).credit_cents if line else 0
    own = Way(
        kind=way.kind,
        ends_on=ends_on,
        credit_cents=credit_cents,
        began_at_request=way.began_at_request,
    )
    services.end(
        service=option,
        kind=own.kind,
        ends_on=own.ends_on,
        credit_cents=own.credit_cents,
        reason=words,
        by=by,
        now=now,
    )
    _credit(option, own, words, by=by, now=now)


def _credit(service: Service, way: Way, words: str, *, by: Actor, now: datetime) -> None:
    """Credit what comes back, line by line: the days from the end on, or all of a withdrawal."""
    if not way.credit_cents:
        return
    withdrawn = way.kind == EndKind.WITHDRAWN
    for line in _lines(service, on=way.ends_on):
        is_term = line.kind == InvoiceLine.Kind.TERM
        if is_term and not (withdrawn and not way.began_at_request):
            billing.credit_unused(line=line, on=way.ends_on, reason=words, by=by, now=now)
        elif withdrawn:
            part = billing.Part(line=line, net_cents=line.net_cents - line.credited_cents)
            billing.credit_lines(invoice=line.invoice, parts=[part], reason=words, by=by, now=now)


def _language(service: Service) -> str:
    return "en" if service.customer.language == "en" else "nl"
