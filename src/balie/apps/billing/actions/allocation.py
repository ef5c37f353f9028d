"""What pays what: the guarded change of an open amount, and credit that waits for an invoice."""

from collections.abc import Sequence
from datetime import date, datetime

from django.db import IntegrityError, transaction
from django.db.models import F

from balie.apps.banking.models import SliceClaim
from balie.apps.billing import queries
from balie.apps.billing.models import Allocation, CreditNote, Invoice, Payment
from balie.apps.customers.models import Customer
from balie.infra import audit, clock
from balie.infra.audit import JSON, Actor

RAISES = frozenset({Allocation.Kind.RETURNED, Allocation.Kind.REPAID, Allocation.Kind.UNDONE})


class UnableToAllocate(Exception):
    """The amount does not fit on the invoice, or not in what pays it; the message says why."""


@transaction.atomic
def allocate(
    *,
    invoice: Invoice,
    kind: str,
    amount_cents: int,
    event: str,
    booked_on: date,
    payment: Payment | None = None,
    credit_note: CreditNote | None = None,
    by: Actor,
    now: datetime,
) -> Allocation:
    """Lower or raise what is open on an invoice, by its kind; a source pays from what it has left.

    `event` names the business event and is unique for ever. The ledger is not touched: receivables
    move when the money does. Raises UnableToAllocate when the open amount would leave 0..total, the
    source has less left, or the event was allocated before.
    """
    if amount_cents <= 0:
        raise UnableToAllocate(f"{event}: an allocation is of at least one cent")
    change = amount_cents if kind in RAISES else -amount_cents
    _change_open(invoice, change, event=event)
    if payment is not None:
        gives_back = kind == Allocation.Kind.UNDONE
        _use(payment, -amount_cents if gives_back else amount_cents, event=event)
    if credit_note is not None:
        _use(credit_note, amount_cents, event=event)
    try:
        with transaction.atomic():
            allocation = Allocation.objects.create(
                invoice=invoice,
                kind=kind,
                amount_cents=amount_cents,
                payment=payment,
                credit_note=credit_note,
                event=event,
                booked_on=booked_on,
                allocated_at=now,
                allocated_by=str(by),
            )
    except IntegrityError as error:
        raise UnableToAllocate(f"{event} is allocated already") from error
    audit.record(
        event=f"invoice.{kind}",
        by=by,
        subject=("invoice", invoice.pk),
        now=now,
        data={"amount_cents": amount_cents},
    )
    return allocation


def _change_open(invoice: Invoice, change: int, *, event: str) -> None:
    fits = Invoice.objects.filter(
        pk=invoice.pk, open_cents__gte=-change, open_cents__lte=F("total_cents") - change
    )
    if not fits.update(open_cents=F("open_cents") + change):
        raise UnableToAllocate(
            f"{event}: {abs(change)} cents do not fit on invoice {invoice.number}; look at what is"
            " open on it"
        )
    invoice.refresh_from_db(fields=["open_cents"])


def _use(source: Payment | CreditNote, amount_cents: int, *, event: str) -> None:
    left = type(source)._default_manager.filter(pk=source.pk, unallocated_cents__gte=amount_cents)
    if not left.update(unallocated_cents=F("unallocated_cents") - amount_cents):
        raise UnableToAllocate(f"{event}: {source} has less than {amount_cents} cents left")
    source.refresh_from_db(fields=["unallocated_cents"])


@transaction.atomic
def book_credit(
    *,
    customer: Customer,
    claim: SliceClaim,
    amount_cents: int,
    received_on: date,
    evidence: Sequence[JSON],
    by: Actor,
    now: datetime,
) -> Payment:
    """Note money of a customer's that pays nothing yet; the claim has booked it on his receivable.

    `evidence` says why it is his: sentences, or codes of the matcher with their values. Raises
    IntegrityError when the claim credits him already.
    """
    payment = Payment.objects.create(
        customer=customer,
        claim=claim,
        amount_cents=amount_cents,
        unallocated_cents=amount_cents,
        received_on=received_on,
        evidence=list(evidence),
        recorded_at=now,
        recorded_by=str(by),
    )
    audit.record(
        event="payment.recorded",
        by=by,
        subject=("payment", payment.pk),
        now=now,
        data={"amount_cents": amount_cents},
    )
    return payment


@transaction.atomic
def apply_credit(
    *, invoice: Invoice, unused: list[queries.Credit] | None = None, by: Actor, now: datetime
) -> list[Allocation]:
    """Pay an invoice from its customer's unused credit, oldest first, as far as it goes.

    `unused` may be given when it was fetched for many customers at once.
    """
    if unused is None:
        unused = queries.credits_of([invoice.customer_id]).get(invoice.customer_id, [])
    done = []
    for credit in unused:
        source = credit.source
        amount = min(source.unallocated_cents, invoice.open_cents)
        if amount:
            done.append(_pay_from(source, invoice=invoice, amount_cents=amount, by=by, now=now))
    return done


def _pay_from(
    source: Payment | CreditNote, *, invoice: Invoice, amount_cents: int, by: Actor, now: datetime
) -> Allocation:
    paid = isinstance(source, Payment)
    before = source.allocations.filter(invoice=invoice).count()
    return allocate(
        invoice=invoice,
        kind=Allocation.Kind.TRANSFERRED if paid else Allocation.Kind.CREDITED,
        amount_cents=amount_cents,
        event=f"{'payment' if paid else 'credit-note'}:{source.pk}:{invoice.pk}:{before + 1}",
        booked_on=clock.local(now).date(),
        payment=source if isinstance(source, Payment) else None,
        credit_note=source if isinstance(source, CreditNote) else None,
        by=by,
        now=now,
    )
