"""What becomes of the rows of one customer: the customer, services, mandates, invoices."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar

from django.db import IntegrityError

from balie.apps.customers.actions import UnableToRegister, register_customer, register_first_contact
from balie.apps.customers.models import Customer
from balie.apps.ledger import accounts
from balie.apps.ledger.actions import Line, book
from balie.apps.ledger.models import JournalEntry
from balie.apps.mandates.actions import UnableToGiveMandate
from balie.apps.mandates.taking_over import take_over_mandate
from balie.apps.office.importing.totals import OPENING_KEY, rates_of
from balie.apps.office.models import ForeignInvoice, ImportedRow
from balie.apps.services.actions.taking_over import UnableToTakeOver, take_over_service
from balie.domain.policy import Policy
from balie.formats.moving.records import (
    CustomerRecord,
    InvoiceRecord,
    MandateRecord,
    Record,
    ServiceRecord,
)
from balie.infra import clock
from balie.infra.audit import Actor

Made = Mapping[str, int]
Kind = TypeVar("Kind", bound=Record)


class UnableToImport(Exception):
    """A row does not fit what is here; the message says why and what to do."""

    def __init__(self, text: str, *, record: Record | None = None, column: str = "") -> None:
        super().__init__(text)
        self.key = record.key if record else ""
        self.line = record.line if record else 0
        self.column = column


@dataclass(frozen=True, kw_only=True)
class Batch:
    """What holds for every row of one import."""

    source: str
    kind: str
    policy: Policy
    by: Actor
    now: datetime


def _make_customer(customer_key: str, records: Sequence[Record], batch: Batch) -> Made:
    """Register the customer under a number of ours, with his contact if he has an address."""
    made = {}
    for record in _only(CustomerRecord, records):
        customer = register_customer(
            name=record.name,
            kind=record.kind,
            street=record.street,
            house_number=record.house_number,
            postcode=record.postcode,
            city=record.city,
            country=record.country,
            vat_number=record.vat_number,
            kvk_number=record.kvk_number,
            language=record.language,
            by=batch.by,
            now=batch.now,
        )
        if record.email:
            try:
                register_first_contact(
                    customer=customer,
                    name=record.contact_name,
                    email=record.email,
                    phone=record.phone,
                    language=record.language,
                    by=batch.by,
                    now=batch.now,
                )
            except UnableToRegister as error:
                raise UnableToImport(str(error), record=record, column="email") from error
        made[record.key] = customer.pk
    return made


def _make_services(customer_key: str, records: Sequence[Record], batch: Batch) -> Made:
    customer = _customer(customer_key, batch)
    made = {}
    for record in _only(ServiceRecord, records):
        try:
            service = take_over_service(
                customer=customer,
                product_code=record.product_code,
                product_name=record.product_name,
                domain_name=record.domain,
                term=record.term,
                price_cents=record.price_cents,
                started_on=record.started_on,
                next_period_start=record.next_period_start,
                panel=record.panel,
                user_name=record.user_name,
                by=batch.by,
                now=batch.now,
            )
        except UnableToTakeOver as error:
            raise UnableToImport(str(error), record=record) from error
        except IntegrityError as error:
            msg = "somebody took this name or user name at the same moment; run the import again"
            raise UnableToImport(msg, record=record) from error
        made[record.key] = service.pk
    return made


def _make_mandates(customer_key: str, records: Sequence[Record], batch: Batch) -> Made:
    customer = _customer(customer_key, batch)
    made = {}
    for record in _only(MandateRecord, records):
        try:
            mandate = take_over_mandate(
                customer=customer,
                reference=record.reference,
                debtor_name=record.debtor_name,
                iban=record.iban,
                signed_on=record.signed_on,
                scheme=record.scheme,
                last_collected_on=record.last_collected_on,
                needs_amendment=record.needs_amendment,
                source=batch.source,
                evidence=record.evidence,
                policy=batch.policy,
                by=batch.by,
                now=batch.now,
                today=clock.local(batch.now).date(),
            )
        except UnableToGiveMandate as error:
            raise UnableToImport(str(error), record=record) from error
        made[record.key] = mandate.pk
    return made


def _make_invoices(customer_key: str, records: Sequence[Record], batch: Batch) -> Made:
    """Keep the invoices as they are, and book what is open of them as one opening balance."""
    customer = _customer(customer_key, batch)
    invoices = _only(InvoiceRecord, records)
    entry = _book_opening(customer, invoices, batch)
    return {
        record.key: ForeignInvoice.objects.create(
            customer=customer,
            source=batch.source,
            key=record.key,
            number=record.number,
            issued_on=record.issued_on,
            due_on=record.due_on,
            net_cents=record.net_cents,
            vat_cents=record.vat_cents,
            open_cents=record.open_cents,
            rates=rates_of(record),
            journal_entry=entry if record.open_cents else None,
            taken_over_at=batch.now,
        ).pk
        for record in invoices
    }


def _book_opening(
    customer: Customer, invoices: Sequence[InvoiceRecord], batch: Batch
) -> JournalEntry | None:
    """Book the open amounts against the opening balance; nothing open, nothing to book."""
    open_cents = sum(invoice.open_cents for invoice in invoices)
    if not open_cents:
        return None
    return book(
        # Its first invoice names the booking: that is taken over once, so the booking is too.
        key=f"{OPENING_KEY}{batch.source}:{invoices[0].key}",
        booked_on=clock.local(batch.now).date(),
        description=f"Opening balance, customer {customer.number}, from {batch.source}",
        lines=[
            Line(accounts.TAKEN_OVER, open_cents, customer),
            Line(accounts.OPENING, -open_cents),
        ],
        now=batch.now,
    )


def _only(kind: type[Kind], records: Sequence[Record]) -> list[Kind]:
    """Return the records as what they are; a file holds one kind."""
    return [record for record in records if isinstance(record, kind)]


def _customer(customer_key: str, batch: Batch) -> Customer:
    """Return whose row it is: taken over from the same source, or by his number with us."""
    pk = (
        ImportedRow.objects.filter(
            source=batch.source, kind=ImportedRow.Kind.CUSTOMERS, key=customer_key
        )
        .values_list("made_id", flat=True)
        .first()
    )
    found = Customer.objects.filter(pk=pk) if pk else Customer.objects.filter(number=customer_key)
    customer = found.first()
    if customer is None:
        msg = f"debtor {customer_key} is not here; import the customers of {batch.source} first"
        raise UnableToImport(msg)
    return customer


MAKERS: dict[str, Callable[[str, Sequence[Record], Batch], Made]] = {
    ImportedRow.Kind.CUSTOMERS: _make_customer,
    ImportedRow.Kind.SERVICES: _make_services,
    ImportedRow.Kind.MANDATES: _make_mandates,
    ImportedRow.Kind.INVOICES: _make_invoices,
}
