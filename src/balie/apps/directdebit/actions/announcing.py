"""Announce: choose what will be collected, tell the customer beforehand, say what is left out."""

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from django.db import IntegrityError, transaction

from balie.apps.billing import actions as billing_actions
from balie.apps.billing import queries as billing
from balie.apps.billing.models import Invoice, InvoiceHold
from balie.apps.customers.models import Customer, Hold
from balie.apps.directdebit.models import Collection, CollectionPart, CollectionStep
from balie.apps.mandates import queries as mandates
from balie.apps.mandates.models import Mandate
from balie.apps.promises import queries as policies
from balie.apps.promises.models import PolicyVersion
from balie.domain import workdays
from balie.domain.policy import Policy
from balie.infra import halt, outbox, sequences
from balie.infra.audit import Actor
from balie.infra.models import OutboxRow


@dataclass(frozen=True)
class LeftOut:
    """What was not collected and why: a code of `left_out.WORDS`."""

    customer_number: str
    invoice_number: str
    reason: str


@dataclass
class AnnounceReceipt:
    """What one run announced, and everything open that it left out."""

    announced: list[Collection] = field(default_factory=list)
    left_out: list[LeftOut] = field(default_factory=list)


def announce(*, today: date, by: Actor, now: datetime) -> AnnounceReceipt:
    """Announce one collection of the total open amount per customer, each in its own transaction.

    Running it again on the same day announces nothing twice: an invoice has one live part.
    """
    halt.raise_if_halted()
    version = policies.version_in_force(now=now)
    receipt = AnnounceReceipt()
    given = mandates.active_mandates()
    held = held_customers(now=now)
    busy = set(CollectionPart.objects.filter(live=True).values_list("invoice_id", flat=True))
    for customer, invoices in billing.open_by_customer():
        free = _free_invoices(invoices, busy=busy, receipt=receipt, now=now)
        mandate = given.get(customer.pk)
        if mandate is None:
            told = [one for one in free if one.pay_by == Invoice.PayBy.DIRECT_DEBIT]
            _call_off(told, by=by, now=now)
            receipt.left_out += _all_left_out(customer, told, "no_mandate")
            continue
        if not free:
            continue
        if customer.pk in held:
            receipt.left_out += _all_left_out(customer, free, "customer_held")
            continue
        try:
            _announce_one(
                customer,
                free,
                mandate,
                version=version,
                today=today,
                by=by,
                now=now,
                receipt=receipt,
            )
        except IntegrityError:
            receipt.left_out += _all_left_out(customer, free, "under_way")
    return receipt


def _free_invoices(
    invoices: list[Invoice], *, busy: set[int], receipt: AnnounceReceipt, now: datetime
) -> list[Invoice]:
    free = []
    for invoice in invoices:
        if invoice.pk in busy:
            continue
        kind = billing.standing_hold(invoice, now=now)
        if kind is None:
            free.append(invoice)
        else:
            receipt.left_out.append(
                LeftOut(invoice.addressee["number"], invoice.number, f"hold_{kind}")
            )
    return free


@transaction.atomic
def _announce_one(
    customer: Customer,
    invoices: list[Invoice],
    mandate: Mandate,
    *,
    version: PolicyVersion,
    today: date,
    by: Actor,
    now: datetime,
    receipt: AnnounceReceipt,
) -> None:
    policy = policies.policy_of(version)
    day = workdays.collection_date_for(today, policy=policy)
    obstacle = mandates.obstacle_to_collect(mandate, on=day, policy=policy)
    if obstacle is not None:
        receipt.left_out += _all_left_out(customer, invoices, f"mandate_{obstacle.code}")
        _call_off(invoices, by=by, now=now)
        return
    collection = Collection.objects.create(
        customer=customer,
        mandate=mandate,
        policy_version=version,
        end_to_end_id=next_reference("C", policy=policy),
        amount_cents=sum(invoice.open_cents for invoice in invoices),
        collection_date=day,
        charge_back_until=workdays.charge_back_until(day, policy=policy),
        final_on=workdays.final_on(day, policy=policy),
        state=Collection.State.ANNOUNCED,
        announced_at=now,
    )
    CollectionPart.objects.bulk_create(
        CollectionPart(
            collection=collection, invoice=invoice, amount_cents=invoice.open_cents, live=True
        )
        for invoice in invoices
    )
    CollectionStep.objects.create(
        collection=collection, state=collection.state, reached_at=now, reached_by=str(by)
    )
    outbox.put(
        kind="debit-announced",
        event=f"debit-announced:{collection.pk}",
        recipient=("customer", customer.pk),
        payload={"collection": collection.pk, "amount_cents": collection.amount_cents},
        now=now,
        not_after=_too_late_to_announce(day, policy=policy),
    )
    receipt.announced.append(collection)


@transaction.atomic
def _call_off(invoices: list[Invoice], *, by: Actor, now: datetime) -> None:
    """Tell the customer, once, that an announced debit does not come, and ask him to transfer.

    Of what was announced, taken back and cannot be announced again without a mandate.
    """
    taken_back = CollectionPart.objects.filter(
        invoice__in=[invoice.pk for invoice in invoices],
        collection__state=Collection.State.WITHDRAWN,
    ).order_by("-collection_id")
    last = taken_back.first()
    event = f"debit-called-off:{last.collection_id}" if last is not None else ""
    if last is None or OutboxRow.objects.filter(event=event).exists():
        return
    ids = set(taken_back.filter(collection=last.collection_id).values_list("invoice_id", flat=True))
    for invoice in invoices:
        if invoice.pk in ids:
            billing_actions.place_invoice_hold(
                invoice=invoice, kind=InvoiceHold.Kind.TRANSFER_ASKED, by=by, now=now
            )
    outbox.put(
        kind="debit-called-off",
        event=event,
        recipient=("customer", last.collection.customer_id),
        payload={"collection": last.collection_id},
        now=now,
    )


def _too_late_to_announce(day: date, *, policy: Policy) -> datetime:
    """Return the moment (UTC) from which an announcement comes too late for its day."""
    last = day - timedelta(days=policy.collecting.prenotification_days)
    return workdays.start_of_day(last + timedelta(days=1), zone=policy.zone)


def next_reference(letter: str, *, policy: Policy) -> str:
    """Return our next identifier at the bank: unique for ever, never random (bank, 1.4)."""
    number = sequences.next_number(f"bank-reference:{letter}")
    return f"BAL{policy.company.kvk_number}{letter}{number:08d}"


def held_customers(*, now: datetime) -> set[int]:
    """Return the customers (by id) whose money may not be touched at `now`, in one query."""
    return {
        hold.customer_id
        for hold in Hold.objects.filter(blocks=Hold.Blocks.MONEY, lifted_at__isnull=True)
        if hold.until_at is None or hold.until_at > now
    }


def _all_left_out(customer: Customer, invoices: list[Invoice], reason: str) -> list[LeftOut]:
    return [LeftOut(customer.number, invoice.number, reason) for invoice in invoices]
