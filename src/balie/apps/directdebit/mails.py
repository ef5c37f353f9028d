"""What leaves for the customer (announced, failed) and for the bank (the frozen file)."""

import os
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path

from django.conf import settings

from balie.apps.billing.mails import send_to_customer
from balie.apps.billing.models import Invoice
from balie.apps.customers import queries as customers
from balie.apps.customers.models import Customer, Hold
from balie.apps.directdebit import actions
from balie.apps.directdebit.models import Collection, CollectionBatch, CollectionPart, RTransaction
from balie.apps.promises import queries as policies
from balie.apps.services import queries as services
from balie.domain.policy import Policy
from balie.domain.reasons import reason_for
from balie.formats.epcqr import epc_qr_png
from balie.formats.iban import masked_iban, spaced_iban
from balie.infra import outbox
from balie.infra.audit import SYSTEM
from balie.infra.mail import Inline
from balie.infra.models import OutboxRow
from balie.infra.outbox import Delivery, Refusal, TemporarilyRefused

QR_TEXT_LENGTH = 140


def register() -> None:
    """Tell the outbox who sends these kinds."""
    outbox.register("debit-announced", sender=send_announced, may_send=may_announce)
    outbox.register("collection-failed", sender=send_failed, may_send=may_ask)
    outbox.register("debit-called-off", sender=send_called_off, may_send=may_call_off)
    outbox.register(
        "bank-file", sender=drop_file, on_accepted=note_dropped, on_failed=note_not_dropped
    )


def may_announce(row: OutboxRow, now: datetime) -> Refusal | None:
    """Refuse to announce a debit that was withdrawn since."""
    collection = Collection.objects.get(pk=row.payload["collection"])
    if collection.state == Collection.State.WITHDRAWN:
        return Refusal("the collection was withdrawn")
    return None


def may_ask(row: OutboxRow, now: datetime) -> Refusal | None:
    """Refuse to ask for what was paid in the meantime."""
    undone = RTransaction.objects.get(pk=row.payload["r_transaction"])
    return _refusal_to_ask(undone.collection, now=now)


def may_call_off(row: OutboxRow, now: datetime) -> Refusal | None:
    """Refuse to ask for what was paid since, or is to be debited after all."""
    collection = Collection.objects.get(pk=row.payload["collection"])
    invoices = [invoice.pk for invoice in _invoices_of(collection.pk)]
    if CollectionPart.objects.filter(invoice__in=invoices, live=True).exists():
        return Refusal("a new debit is under way")
    return _refusal_to_ask(collection, now=now)


def _refusal_to_ask(collection: Collection, *, now: datetime) -> Refusal | None:
    if not any(invoice.open_cents for invoice in _invoices_of(collection.pk)):
        return Refusal("nothing is open any more")
    if customers.is_held(collection.customer, Hold.Blocks.MONEY, now=now):
        return Refusal("the customer's money is on hold")
    return None


def send_announced(row: OutboxRow, now: datetime) -> Delivery:
    """Send the pre-notification: amount, day, mandate and creditor (guide: bank, 1.7)."""
    collection = Collection.objects.select_related("mandate", "customer").get(
        pk=row.payload["collection"]
    )
    context = {
        "collection": collection,
        "amount_cents": collection.amount_cents,
        "parts": CollectionPart.objects.filter(collection=collection).select_related("invoice"),
        "masked_iban": masked_iban(collection.mandate.iban),
    }
    return send_to_customer(
        "directdebit/mail/debit_announced", row, collection.customer, context, now=now
    )


def send_failed(row: OutboxRow, now: datetime) -> Delivery:
    """Ask the customer to transfer what could not be debited, with all he needs to do so."""
    undone = RTransaction.objects.select_related("collection__customer").get(
        pk=row.payload["r_transaction"]
    )
    customer = undone.collection.customer
    reason = reason_for(undone.reason_code or None)
    contact = customers.contact_for_mail(customer, purpose="finance")
    context = {
        "reason": reason.customer_en
        if contact and contact.language == "en"
        else reason.customer_nl,
        "is_refund": undone.kind == RTransaction.Kind.REFUND,
        "amount_cents": undone.amount_cents,
        "collected_on": undone.collection.settled_on or undone.collection.collection_date,
    }
    invoices = _invoices_of(undone.collection_id)
    return _ask_to_transfer(
        "directdebit/mail/collection_failed", row, customer, invoices, context, now=now
    )


def send_called_off(row: OutboxRow, now: datetime) -> Delivery:
    """Say that an announced debit does not come, and ask to transfer what it would have paid."""
    collection = Collection.objects.select_related("customer").get(pk=row.payload["collection"])
    context = {"amount_cents": collection.amount_cents, "announced_for": collection.collection_date}
    invoices = _invoices_of(collection.pk)
    return _ask_to_transfer(
        "directdebit/mail/debit_called_off", row, collection.customer, invoices, context, now=now
    )


def _ask_to_transfer(
    template: str,
    row: OutboxRow,
    customer: Customer,
    invoices: list[Invoice],
    context: Mapping[str, object],
    *,
    now: datetime,
) -> Delivery:
    policy = policies.policy_in_force(now=now)
    still_open = [invoice for invoice in invoices if invoice.open_cents]
    open_cents = sum(invoice.open_cents for invoice in still_open)
    numbers = " ".join(invoice.number for invoice in still_open)
    how = {
        "invoices": still_open,
        "open_cents": open_cents,
        "spaced_iban": spaced_iban(policy.company.iban),
        "quote": " / ".join([numbers, *services.domains_of(customer)[:1]]),
        "transfers": policy.transfers,
    }
    # A code has room for about ten invoices; the customer number is recognised as well.
    text = numbers if len(numbers) <= QR_TEXT_LENGTH else customer.number
    inline = _qr(policy, amount_cents=open_cents, text=text)
    return send_to_customer(template, row, customer, {**context, **how}, now=now, inline=inline)


def drop_file(row: OutboxRow, now: datetime) -> Delivery:
    """Put the frozen bytes of a batch in the folder the bank is fed from; whole or not at all."""
    batch = CollectionBatch.objects.get(pk=row.payload["batch"])
    target = _place_of(batch)
    folder = target.parent
    try:
        folder.mkdir(parents=True, exist_ok=True)
        part = target.with_suffix(".part")
        with part.open("wb") as stream:
            stream.write(bytes(batch.content))
            stream.flush()
            os.fsync(stream.fileno())
        part.replace(target)
        _keep_names(folder)
    except OSError as error:
        msg = f"{folder}: {error.strerror}; make the folder writable for Balie"
        raise TemporarilyRefused(msg) from error
    return Delivery(reply=batch.sha256)


def _keep_names(folder: Path) -> None:
    """Let the disk have the names of the files too, before the bank is said to have them."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def note_dropped(row: OutboxRow, now: datetime) -> None:
    """The folder has the file."""
    batch = CollectionBatch.objects.get(pk=row.payload["batch"])
    actions.note_handed_over(batch=batch, now=row.accepted_at or now)


def note_not_dropped(row: OutboxRow, now: datetime) -> None:
    """The folder did not get the file in time: its debits are taken back and announced anew.

    A file that lies there all the same, because we stopped right after dropping it, may be with
    the bank: then that counts.
    """
    batch = CollectionBatch.objects.get(pk=row.payload["batch"])
    if _place_of(batch).exists():
        actions.note_handed_over(batch=batch, now=now)
        return
    actions.take_back_unsent(batch=batch, reason=row.last_error, by=SYSTEM, now=now)


def _place_of(batch: CollectionBatch) -> Path:
    return Path(settings.BALIE_HOME) / "bank" / "out" / f"{batch.message_id}.xml"


def _invoices_of(collection_id: int) -> list[Invoice]:
    parts = CollectionPart.objects.filter(collection=collection_id)
    return [part.invoice for part in parts.select_related("invoice").order_by("pk")]


def _qr(policy: Policy, *, amount_cents: int, text: str) -> tuple[Inline, ...]:
    picture = epc_qr_png(
        name=policy.company.name, iban=policy.company.iban, amount_cents=amount_cents, text=text
    )
    return (
        Inline(
            name="qr",
            content=picture,
            content_type="image/png",
            description="QR-code om het bedrag over te maken",
        ),
    )
