"""The money track: where the money of an invoice is, what came before and what comes next."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from balie.apps.billing.models import Allocation, Invoice
from balie.apps.directdebit import queries
from balie.apps.directdebit.actions.undoing import is_our_doing
from balie.apps.directdebit.models import Collection, CollectionPart
from balie.apps.mandates import queries as mandates
from balie.apps.promises import queries as policies
from balie.apps.services import queries as services
from balie.domain.reasons import reason_for
from balie.infra import clock
from balie.infra.templatetags.track import Step

UNDER_WAY = frozenset({Collection.State.ANNOUNCED, Collection.State.EXPORTED})
PAID_OTHERWISE = {Allocation.Kind.TRANSFERRED: "paid", Allocation.Kind.CREDITED: "credited"}


@dataclass(frozen=True, kw_only=True)
class PaymentInstructions:
    """What to transfer and what to quote when a debit failed or there is no mandate."""

    amount_cents: int
    iban: str
    bic: str
    name: str
    invoice_number: str
    payment_reference: str
    domains: tuple[str, ...]

    @property
    def quote(self) -> str:
        """What to write in the description: the invoice number, and the domain to be sure."""
        return " ".join([self.invoice_number, *self.domains[:1]])


@dataclass(frozen=True, kw_only=True)
class MoneyTrack:
    """`state` is one word for lists; the steps are the picture; instructions when to transfer."""

    state: str
    steps: tuple[Step, ...]
    collection: Collection | None
    instructions: PaymentInstructions | None


def track_of(invoice: Invoice, *, now: datetime) -> MoneyTrack:
    """Return the money track of an invoice at `now`."""
    today = clock.local(now).date()
    collections = queries.collections_of(invoice)
    last = collections[-1] if collections else None
    has_mandate = bool(mandates.active_mandates(customer_ids=[invoice.customer_id]))
    to_transfer = _is_to_transfer(invoice, last, has_mandate=has_mandate)
    steps = [Step(key="invoiced", on=invoice.issued_on, state="done")]
    for collection in collections:
        steps += _steps_of(collection, today=today)
    if to_transfer:
        steps.append(_asked_to_transfer(invoice, last, now=now))
    steps += _otherwise_paid(invoice)
    return MoneyTrack(
        state=_state_of(invoice, last, to_transfer=to_transfer, today=today),
        steps=tuple(steps),
        collection=last,
        instructions=instructions_for(invoice, now=now) if to_transfer else None,
    )


def states_of(invoices: Iterable[Invoice], *, now: datetime) -> dict[int, str]:
    """Return the state word of many invoices by id, in two queries."""
    today = clock.local(now).date()
    wanted = list(invoices)
    given = mandates.active_mandates(customer_ids={invoice.customer_id for invoice in wanted})
    last: dict[int, Collection] = {}
    parts = (
        CollectionPart.objects.filter(invoice__in=[invoice.pk for invoice in wanted])
        .exclude(collection__state=Collection.State.WITHDRAWN)
        .select_related("collection__r_transaction")
        .order_by("collection_id")
    )
    for part in parts:
        last[part.invoice_id] = part.collection
    return {
        invoice.pk: _state_of(
            invoice,
            last.get(invoice.pk),
            to_transfer=_is_to_transfer(
                invoice, last.get(invoice.pk), has_mandate=invoice.customer_id in given
            ),
            today=today,
        )
        for invoice in wanted
    }


def instructions_for(invoice: Invoice, *, now: datetime) -> PaymentInstructions:
    """Return what to transfer for an invoice and what to quote."""
    company = policies.policy_in_force(now=now).company
    return PaymentInstructions(
        amount_cents=invoice.open_cents,
        iban=company.iban,
        bic=company.bic,
        name=company.name,
        invoice_number=invoice.number,
        payment_reference=invoice.payment_reference,
        domains=tuple(services.domains_of(invoice.customer)),
    )


def _asked_to_transfer(invoice: Invoice, last: Collection | None, *, now: datetime) -> Step:
    """Asked when a debit failed, that same day; told on the invoice, until the day it is due."""
    by_invoice = last is None and invoice.pay_by == Invoice.PayBy.TRANSFER
    return Step(
        key="transfer",
        state="current",
        on=last.r_transaction.booked_on if last is not None and _is_undone(last) else None,
        until=invoice.due_on if by_invoice else None,
        note=_how_long(now=now),
    )


def _is_undone(collection: Collection) -> bool:
    return collection.state in {Collection.State.REJECTED, Collection.State.RETURNED}


def _how_long(*, now: datetime) -> str:
    transfers = policies.policy_in_force(now=now).transfers
    return _(
        "A transfer is with us within %(least)s to %(most)s working days; until then you need "
        "not do anything more."
    ) % {"least": transfers.processing_min_days, "most": transfers.processing_max_days}


def _steps_of(collection: Collection, *, today: date) -> list[Step]:
    announced_on = clock.local(collection.announced_at).date()
    if collection.state in UNDER_WAY:
        is_sent = collection.state == Collection.State.EXPORTED
        return [
            Step(key="announced", on=announced_on, state="done"),
            *([Step(key="sent", state="done")] if is_sent else []),
            Step(
                key="collected",
                on=collection.collection_date,
                state="current",
                note=_("You need not do anything."),
            ),
            Step(key="refundable", until=collection.charge_back_until, state="next"),
            Step(key="final", on=collection.final_on, state="next"),
        ]
    announced = Step(key="announced", on=announced_on, state="done")
    if collection.state == Collection.State.SETTLED:
        return [announced, *_settled(collection, today=today)]
    undone = collection.r_transaction
    came_back = collection.settled_on is not None
    reason = reason_for(undone.reason_code or None)
    failed = Step(
        key="returned" if came_back else "failed",
        on=undone.booked_on,
        state="failed",
        note=reason.customer_en if get_language() == "en" else reason.customer_nl,
    )
    settled = [Step(key="collected", on=collection.settled_on, state="done")] if came_back else []
    return [announced, *settled, failed]


def _settled(collection: Collection, *, today: date) -> list[Step]:
    """Debited; until the last day it can be charged back; then final some bank days later."""
    may_charge_back = today <= collection.charge_back_until
    is_final = today > collection.final_on
    return [
        Step(key="collected", on=collection.settled_on, state="done"),
        Step(
            key="refundable",
            until=collection.charge_back_until,
            state="current" if may_charge_back else "done",
        ),
        Step(
            key="final",
            on=collection.final_on,
            state="next" if may_charge_back else "done" if is_final else "current",
        ),
    ]


def _otherwise_paid(invoice: Invoice) -> list[Step]:
    found = invoice.allocations.filter(
        kind__in=PAID_OTHERWISE, payment__undone_at__isnull=True
    ).order_by("booked_on", "pk")
    return [
        Step(
            key=PAID_OTHERWISE[Allocation.Kind(allocation.kind)],
            on=allocation.booked_on,
            state="done",
        )
        for allocation in found
    ]


def _is_to_transfer(invoice: Invoice, last: Collection | None, *, has_mandate: bool) -> bool:
    """The customer is asked to transfer: something is open and no debit of it is coming.

    None comes when one of it failed (not by our own fault: that one we mend), when he was told to
    transfer, or without a mandate.
    """
    if not invoice.open_cents or (last is not None and last.state in UNDER_WAY):
        return False
    if has_mandate and last is not None and _is_undone(last) and is_our_doing(last.r_transaction):
        return False
    return last is not None or invoice.pay_by == Invoice.PayBy.TRANSFER or not has_mandate


def _state_of(invoice: Invoice, last: Collection | None, *, to_transfer: bool, today: date) -> str:
    """Return where the money is in one word, for lists: each has its own text on screen."""
    if to_transfer:
        return "transfer_asked"
    if invoice.open_cents:
        return "collecting" if last is not None else "invoiced"
    if last is None or last.state != Collection.State.SETTLED:
        return "paid"
    if today <= last.charge_back_until:
        return "refundable"
    return "final" if today > last.final_on else "almost_final"
