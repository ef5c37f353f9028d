"""What the tests of direct debit build with: debtors, a bank that answers, and days that pass.

The days are those around Monday 23 November 2026: billed and announced on day 0, frozen on day 1,
collected on Thursday, day 3.
"""

from datetime import date, datetime, timedelta
from itertools import count
from pathlib import Path
from random import Random
from typing import cast

from django.conf import settings
from django.core import mail
from django.core.mail import EmailMessage

from balie.apps.banking.actions import StatementOutcome
from balie.apps.billing import actions as billing
from balie.apps.billing.models import Invoice, InvoiceHold
from balie.apps.customers.models import Customer
from balie.apps.directdebit import actions
from balie.apps.directdebit.actions import (
    AnnounceReceipt,
    ClaimReceipt,
    FreezeReceipt,
    StatusOutcome,
)
from balie.apps.directdebit.models import Collection, CollectionBatch
from balie.apps.ledger import queries as ledger
from balie.apps.mandates.models import Mandate
from balie.apps.office.intake import take_in_bank_file
from balie.domain.policy import Policy
from balie.infra import outbox
from balie.infra.audit import SYSTEM
from balie.simulator.bank import SimulatedBank
from balie.simulator.bank_statements import DayStatement, Entry, Payment, write_camt053
from balie.simulator.people import dutch_iban
from tests.apps.building import (
    NOW,
    TODAY,
    new_account,
    new_customer,
    new_domain,
    new_mandate,
    new_service,
)

POLICY = Policy()
GROSS = 1210  # € 10,00 and 21 % VAT
COLLECTED_ON = date(2026, 11, 26)
FAILED_SUBJECTS = ("De afschrijving van", "The debit of")
_counter = count(1)


def day(number: int) -> date:
    """A day after the Monday on which is billed."""
    return TODAY + timedelta(days=number)


def at(number: int) -> datetime:
    """Ten in the morning of that day."""
    return NOW + timedelta(days=number)


class Debtor:
    """A customer with a domain name, a mandate and a service of € 12,10 a month."""

    def __init__(self, *, language: str = "nl", cents: int = 1000, services: int = 1) -> None:
        self.customer: Customer = new_customer(language=language)
        self.domain = new_domain(self.customer).name
        self.iban = dutch_iban(Random(next(_counter)))
        self.mandate: Mandate = new_mandate(self.customer, iban=self.iban)
        for _ in range(services):
            new_service(self.customer, price_cents=cents)

    @property
    def invoice(self) -> Invoice:
        """His first invoice, as it is now."""
        return Invoice.objects.filter(customer=self.customer).earliest("pk")

    @property
    def collection(self) -> Collection:
        """The last debit of him, as it is now."""
        return Collection.objects.filter(customer=self.customer).latest("pk")

    @property
    def owes(self) -> int:
        """What the ledger says he owes, in cents."""
        return ledger.receivable_of(self.customer)

    @property
    def mandate_status(self) -> str:
        """How his mandate stands."""
        return Mandate.objects.get(pk=self.mandate.pk).status

    @property
    def holds(self) -> list[str]:
        """What blocks collecting his first invoice."""
        standing = InvoiceHold.objects.filter(invoice=self.invoice, lifted_at__isnull=True)
        return list(standing.order_by("pk").values_list("kind", flat=True))

    @property
    def asked(self) -> list[EmailMessage]:
        """The mails that ask him to transfer."""
        addresses = {contact.user.email for contact in self.customer.contacts.all()}
        return [
            message
            for message in mail.outbox
            if message.to[0] in addresses and message.subject.startswith(FAILED_SUBJECTS)
        ]


def new_bank() -> SimulatedBank:
    """Our bank, where our account begins on day 0 with nothing on it."""
    new_account(iban=POLICY.company.iban, opening=0)
    return SimulatedBank.open(
        iban=POLICY.company.iban, opened_on=TODAY, monthly_cost_cents=0, batch_returns=True
    )


def bill(number: int = 0) -> list[Invoice]:
    """Make the invoices of a day."""
    return billing.run(today=day(number), by=SYSTEM, now=at(number)).issued


def announce(number: int = 0, *, send: bool = True) -> AnnounceReceipt:
    """Announce on a day, and let the mails go out."""
    receipt = actions.announce(today=day(number), by=SYSTEM, now=at(number))
    if send:
        outbox.send_due(now=at(number))
    return receipt


def freeze(number: int = 1, *, send: bool = True) -> FreezeReceipt:
    """Freeze on a day, and let the file be dropped."""
    receipt = actions.freeze_due(today=day(number), by=SYSTEM, now=at(number))
    if send:
        outbox.send_due(now=at(number))
    return receipt


def frozen() -> CollectionBatch:
    """Bill, announce and freeze whoever is there: one batch."""
    bill()
    announce()
    (batch,) = freeze().batches
    batch.refresh_from_db()
    return batch


def dropped(batch: CollectionBatch) -> Path:
    """Where the file for the bank lies."""
    return Path(settings.BALIE_HOME) / "bank" / "out" / f"{batch.message_id}.xml"


def hand_in(bank: SimulatedBank, batch: CollectionBatch, *, number: int = 1) -> StatusOutcome:
    """The bank fetches the file on a day and answers."""
    answer = bank.receive_file(dropped(batch).read_bytes(), at=at(number))
    return take_status(answer, number=number)


def take_status(content: bytes, *, number: int = 1) -> StatusOutcome:
    """Take in what the bank answered."""
    return actions.take_in_status(content=content, by=SYSTEM, now=at(number))


def live(bank: SimulatedBank, *, until: int) -> list[bytes]:
    """The bank closes its days; the statements are taken in, the mails sent."""
    contents = statements(bank, until=until)
    for content in contents:
        take_in(content, number=until)
    return contents


def statements(bank: SimulatedBank, *, until: int) -> list[bytes]:
    """The statements of the days up to one, not taken in."""
    open_days = [day(number) for number in range(until + 1) if day(number) > bank.closed_on]
    return [content for one in open_days if (content := bank.close_day(one)) is not None]


def take_in(content: bytes, *, number: int = 5) -> list[StatementOutcome]:
    """Take in a bank file on a day, and let the mails that follow go out."""
    outcomes = take_in_bank_file(name="bank.xml", content=content, by=SYSTEM, now=at(number))
    outbox.send_due(now=at(number))
    return outcomes


def claim() -> ClaimReceipt:
    """Let direct debit look at what is in suspense."""
    return actions.claim_slices(by=SYSTEM, now=at(5))


def statement(
    *entries: Entry,
    on: date = COLLECTED_ON,
    opening: int = 0,
    number: int = 1,
    iban: str = POLICY.company.iban,
) -> bytes:
    """A statement of our account with entries of one's own making."""
    return write_camt053(
        DayStatement(
            iban=iban,
            number=number,
            day=on,
            opening_cents=opening,
            entries=entries,
        )
    )


def batch_credit(batch: CollectionBatch, *, cents: int | None = None) -> Entry:
    """The line that settles a batch."""
    return Entry(
        bank_reference=f"CR{next(_counter)}",
        amount_cents=batch.total_cents if cents is None else cents,
        value_date=COLLECTED_ON,
        code=("PMNT", "IDDT", "ESDD"),
        message_id=batch.message_id,
        payment_information_id=batch.payment_information_id,
        count=batch.count,
    )


def return_of(
    collection: Collection | str,
    *,
    reason: str = "AM04",
    cents: int = GROSS,
    by_debtor: bool = False,
) -> Entry:
    """The line with which a debit comes back."""
    reference = collection if isinstance(collection, str) else collection.end_to_end_id
    payment = Payment(
        amount_cents=cents,
        name="J. Bakker",
        iban="NL39RABO0300065264",
        end_to_end_id=reference,
        return_reason=reason,
        by_debtor=by_debtor,
    )
    return Entry(
        bank_reference=f"RT{next(_counter)}",
        amount_cents=-cents,
        value_date=COLLECTED_ON,
        code=("PMNT", "IDDT", "UPDD"),
        payments=(payment,),
    )


def transfer_of(invoice: Invoice, *, cents: int | None = None) -> Entry:
    """The line with which a customer pays an invoice himself."""
    amount = invoice.total_cents if cents is None else cents
    payment = Payment(
        amount_cents=amount, name="J. Bakker", iban="NL39RABO0300065264", text=invoice.number
    )
    return Entry(
        bank_reference=f"TR{next(_counter)}",
        amount_cents=amount,
        value_date=COLLECTED_ON,
        code=("PMNT", "RCDT", "ESCT"),
        payments=(payment,),
    )


def text_of(message: EmailMessage) -> str:
    """The plain text of a mail as it went out."""
    body = message.message().get_body(preferencelist=("plain",))
    assert body is not None
    return cast("str", body.get_content()).replace("\u00a0", " ")
