"""A small company in which something of everything happened, and all of it honestly."""

from datetime import date

from balie.apps.banking import actions as banking
from balie.apps.banking.queries import unclaimed_slices
from balie.apps.billing import actions as billing
from balie.apps.billing.models import Invoice
from balie.apps.credentials import actions as credentials
from balie.apps.customers.models import Customer
from balie.apps.directdebit import actions as directdebit
from balie.apps.mandates import actions as mandates
from balie.apps.promises.actions import note_misses
from balie.apps.tickets.models import Question
from balie.infra import jobs, outbox
from balie.infra.audit import SYSTEM
from balie.simulator.bank_statements import Entry
from tests.apps.building import new_customer, new_service
from tests.apps.directdebit.collecting import (
    Debtor,
    announce,
    at,
    batch_credit,
    bill,
    day,
    frozen,
    new_bank,
    return_of,
    statement,
    transfer_of,
)
from tests.apps.tickets.asking import answer, ask

NOW = at(35)


def live() -> None:
    """Five weeks of debits, transfers, a credit note, questions and a lost login."""
    new_bank()
    settled, returned, thrifty, generous = Debtor(), Debtor(), transferring(2), transferring(1)
    batch = frozen()
    _take_in(batch_credit(batch), return_of(returned.collection, reason="AC04"), on=day(3))
    billing.document_of(invoice=settled.invoice, now=at(3))
    paid, _still_open = bill_second(thrifty)
    _take_in(transfer_of(paid), on=day(4), opening=settled.invoice.total_cents, number=2)
    _place(paid)
    bought = Invoice.objects.get(customer=generous)
    balance = settled.invoice.total_cents + paid.total_cents
    _take_in(
        transfer_of(bought, cents=bought.total_cents + 500), on=day(7), opening=balance, number=3
    )
    _place(bought)
    balance += bought.total_cents + 500
    _take_in(transfer_of(bought, cents=300), on=day(8), opening=balance, number=4)
    _place(bought)
    mistaken = transferring(1)
    bill(9)
    wrong = Invoice.objects.get(customer=mistaken)
    billing.credit_invoice(invoice=wrong, reason="fout", by=SYSTEM, now=at(9))
    former = Debtor(services=0).mandate
    mandates.change_status(mandate=former, to_status="revoked", reason="x", by=SYSTEM, now=at(9))
    bill(30)
    announce(30)
    _talk()
    _lose_a_login(settled)


def transferring(services: int) -> Customer:
    """A customer who pays by transfer, with a service of a year that begins on day 0, or none."""
    customer = new_customer()
    new_service(customer, term="year", price_cents=1000, started_on=day(0))
    for _ in range(services - 1):
        new_service(customer, term="year", price_cents=1000, started_on=day(2))
    return customer


def bill_second(customer: Customer) -> tuple[Invoice, Invoice]:
    """Bill what began on day 2; both invoices of the customer."""
    bill(2)
    first, second = Invoice.objects.filter(customer=customer).order_by("pk")
    return first, second


def _take_in(*entries: Entry, on: date, opening: int = 0, number: int = 1) -> None:
    content = statement(*entries, on=on, opening=opening, number=number)
    file = banking.receive_file(name=f"{number}.xml", content=content, by=SYSTEM, now=at(8))
    banking.book_file(file=file, by=SYSTEM, now=at(8))
    directdebit.claim_slices(by=SYSTEM, now=at(8))
    outbox.send_due(now=at(8))


def _place(invoice: Invoice) -> None:
    billing.place_by_hand(
        slice=unclaimed_slices().get(), numbers=[invoice.number], by=SYSTEM, now=at(8)
    )


def _talk() -> None:
    """A question answered in time, one answered too late, one still open."""
    for asked_at, answered_at in ((at(31), at(31)), (at(31), at(34))):
        question: Question = ask(asked_at)
        answer(question.ticket, answered_at)
        outbox.send_due(now=answered_at)
    ask(NOW)
    note_misses(now=NOW)
    outbox.send_due(now=NOW)


def _lose_a_login(debtor: Debtor) -> None:
    credentials.request_recovery(
        identifier=debtor.customer.contacts.get().user.email,
        language="nl",
        network="192.0.2.1",
        now=NOW,
    )
    jobs.run_pending(now=NOW)
    outbox.send_due(now=NOW)
