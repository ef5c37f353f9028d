"""What leaves for the customer (announced, failed) and for the bank (the frozen file)."""

import os
from collections.abc import Callable, Mapping
from datetime import datetime
from pathlib import Path

from django.conf import settings

from balie.apps.billing.mails import QR_MARK, send_to_customer
from balie.apps.billing.models import Invoice
from balie.apps.customers import queries as customers
from balie.apps.customers.models import Customer
from balie.apps.directdebit import actions, mail_kinds
from balie.apps.directdebit.models import Collection, CollectionBatch, CollectionPart, RTransaction
from balie.apps.promises import queries as policies
from balie.apps.services import queries as services
from balie.domain.money import format_euro
from balie.domain.policy import Policy
from balie.domain.reasons import reason_for
from balie.formats.epcqr import epc_qr_png
from balie.formats.iban import masked_iban, spaced_iban
from balie.infra import outbox
from balie.infra.audit import SYSTEM
from balie.infra.mail import Inline
from balie.infra.models import OutboxRow
from balie.infra.outbox import Delivery, Refusal, TemporarilyRefused
from balie.infra.templatetags.moments import day_words

QR_TEXT_LENGTH = 140
# The few words inside a value; what surrounds them is the text of the mail.
WORDS: Mapping[str, Mapping[str, str]] = {
    "nl": {"invoice": "Factuur", "failed": "niet gelukt", "charged_back": "teruggeboekt"},
    "en": {"invoice": "Invoice", "failed": "did not succeed", "charged_back": "was charged back"},
}


def register() -> None:
    """Tell the outbox who sends these kinds, and what they say."""
    mail_kinds.register()
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
    if customers.is_silent(collection.customer, now=now):
        return Refusal("the customer's money is on hold")
    return None


def send_announced(row: OutboxRow, now: datetime) -> Delivery:
    """Send the pre-notification: amount, day, mandate and creditor (guide: bank, 1.7)."""
    collection = Collection.objects.select_related("mandate", "customer").get(
        pk=row.payload["collection"]
    )
    parts = list(CollectionPart.objects.filter(collection=collection).select_related("invoice"))
    company = policies.policy_in_force(now=now).company

    def values(language: str) -> dict[str, str]:
        return {
            "bedrag": format_euro(collection.amount_cents, language=language),
            "dag": day_words(collection.collection_date, language=language),
            "van_rekening": masked_iban(collection.mandate.iban),
            "machtigingskenmerk": collection.mandate.mandate_reference,
            "incassant_id": company.creditor_identifier,
            "facturen": "\n".join(
                f"{WORDS[language]['invoice']} {part.invoice.number}: "
                f"{format_euro(part.amount_cents, language=language)}"
                for part in parts
            ),
            "facturenlink": _address("/klant/facturen/"),
            "terugboeken_tot": day_words(collection.charge_back_until, language=language),
        }

    return send_to_customer("debit-announced", row, collection.customer, values, now=now)


def send_failed(row: OutboxRow, now: datetime) -> Delivery:
    """Ask the customer to transfer what could not be debited, with all he needs to do so."""
    undone = RTransaction.objects.select_related("collection__customer").get(
        pk=row.payload["r_transaction"]
    )
    reason = reason_for(undone.reason_code or None)
    outcome = "charged_back" if undone.kind == RTransaction.Kind.REFUND else "failed"
    collected_on = undone.collection.settled_on or undone.collection.collection_date

    def values(language: str) -> dict[str, str]:
        return {
            "reden": reason.customer_en if language == "en" else reason.customer_nl,
            "uitkomst": WORDS[language][outcome],
            "afgeschreven": format_euro(undone.amount_cents, language=language),
            "dag": day_words(collected_on, language=language),
        }

    invoices = _invoices_of(undone.collection_id)
    is_paid = not any(invoice.open_cents for invoice in invoices)
    kind = "collection-failed-paid" if is_paid else "collection-failed"
    return _ask_to_transfer(kind, row, undone.collection.customer, invoices, values, now=now)


def send_called_off(row: OutboxRow, now: datetime) -> Delivery:
    """Say that an announced debit does not come, and ask to transfer what it would have paid."""
    collection = Collection.objects.select_related("customer").get(pk=row.payload["collection"])

    def values(language: str) -> dict[str, str]:
        return {
            "afgeschreven": format_euro(collection.amount_cents, language=language),
            "dag": day_words(collection.collection_date, language=language),
        }

    invoices = _invoices_of(collection.pk)
    return _ask_to_transfer("debit-called-off", row, collection.customer, invoices, values, now=now)


def _ask_to_transfer(
    kind: str,
    row: OutboxRow,
    customer: Customer,
    invoices: list[Invoice],
    values: Callable[[str], Mapping[str, str]],
    *,
    now: datetime,
) -> Delivery:
    policy = policies.policy_in_force(now=now)
    still_open = [invoice for invoice in invoices if invoice.open_cents]
    open_cents = sum(invoice.open_cents for invoice in still_open)
    numbers = " ".join(invoice.number for invoice in still_open)
    only = f"{still_open[0].number}/" if len(still_open) == 1 else ""
    # A code has room for about ten invoices; the customer number is recognised as well.
    text = numbers if len(numbers) <= QR_TEXT_LENGTH else customer.number
    inline = _qr(policy, amount_cents=open_cents, text=text) if open_cents else ()

    def with_how(language: str) -> dict[str, str]:
        return {
            **values(language),
            "bedrag": format_euro(open_cents, language=language),
            "rekeningnummer": spaced_iban(policy.company.iban),
            "tenaamstelling": policy.company.name,
            "vermelden": " / ".join([numbers, *services.domains_of(customer)[:1]]),
            "qr": QR_MARK if inline else "",
            "snelst": str(policy.transfers.processing_min_days),
            "traagst": str(policy.transfers.processing_max_days),
            "factuurlink": _address(f"/klant/facturen/{only}"),
            "vraaglink": _address("/vraag/"),
        }

    return send_to_customer(kind, row, customer, with_how, now=now, inline=inline)


def _address(path: str) -> str:
    return f"{settings.BALIE_BASE_URL.rstrip('/')}{path}"


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
