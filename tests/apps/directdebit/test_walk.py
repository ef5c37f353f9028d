"""From open invoice to settled debit, and what happens when the bank says otherwise."""

import hashlib
from itertools import permutations

import pytest
from django.core import mail

from balie.apps.banking import queries as banking
from balie.apps.billing import actions as billing
from balie.apps.billing import queries as invoices
from balie.apps.directdebit.models import CollectionBatch, CollectionPart, RTransaction
from balie.apps.ledger import accounts
from balie.apps.ledger import queries as ledger
from balie.apps.mandates import actions as mandates
from balie.apps.office import queries as office
from balie.infra.audit import SYSTEM
from balie.infra.models import OutboxRow
from balie.simulator.bank import SimulatedBank
from tests.apps.directdebit.collecting import (
    COLLECTED_ON,
    GROSS,
    Debtor,
    announce,
    at,
    batch_credit,
    bill,
    claim,
    day,
    dropped,
    freeze,
    frozen,
    hand_in,
    live,
    return_of,
    statement,
    statements,
    take_in,
    take_status,
    text_of,
    transfer_of,
)
from tests.support.bank_schemas import schema_faults

pytestmark = pytest.mark.django_db


@pytest.fixture
def debtor() -> Debtor:
    return Debtor()


def broken() -> list[str]:
    return [result.name for result in office.verify(now=at(90)) if not result.holds]


def steps_of(debtor: Debtor) -> list[str]:
    return list(debtor.collection.steps.order_by("pk").values_list("state", flat=True))


def test_debit_is_announced_frozen_accepted_and_settled(
    bank: SimulatedBank, debtor: Debtor
) -> None:
    bill()
    (announced,) = announce().announced
    assert (announced.amount_cents, announced.collection_date) == (GROSS, COLLECTED_ON)
    assert (announced.charge_back_until, announced.final_on) == (day(59), day(70))
    assert CollectionPart.objects.get().live

    (batch,) = freeze().batches
    assert debtor.collection.state == "exported"
    batch.refresh_from_db()
    assert (batch.state, batch.handed_over_at) == ("handed_over", at(1))
    debtor.mandate.refresh_from_db()
    assert debtor.mandate.last_presented_on == COLLECTED_ON

    outcome = hand_in(bank, batch)
    assert (outcome.accepted, outcome.rejected, outcome.unmatched) == (1, [], [])
    batch.refresh_from_db()
    assert batch.state == "accepted"
    assert debtor.owes == GROSS

    live(bank, until=3)

    collection = debtor.collection
    assert (collection.state, collection.settled_on) == ("settled", COLLECTED_ON)
    assert steps_of(debtor) == ["announced", "exported", "settled"]
    assert (debtor.invoice.open_cents, debtor.owes) == (0, 0)
    assert ledger.balance(accounts.BANK) == GROSS
    assert banking.suspense_total() == 0
    batch.refresh_from_db()
    assert batch.state == "booked"
    assert debtor.mandate_status == "active"
    assert (debtor.holds, debtor.asked) == ([], [])
    assert broken() == []


def test_file_is_valid_and_its_bytes_never_change(bank: SimulatedBank, debtor: Debtor) -> None:
    Debtor(language="en", cents=123456)
    batch = frozen()
    bytes_frozen = bytes(batch.content)
    assert schema_faults(bytes_frozen, name="pain.008.001.08") == []
    assert hashlib.sha256(bytes_frozen).hexdigest() == batch.sha256
    assert dropped(batch).read_bytes() == bytes_frozen
    assert (batch.count, batch.total_cents) == (2, GROSS + 149382)

    bank.plan_return(debtor.iban, reason="MD06", after_days=0)
    hand_in(bank, batch)
    freeze()
    live(bank, until=4)
    mandates.change_status(
        mandate=debtor.mandate, to_status="revoked", reason="x", by=SYSTEM, now=at(5)
    )

    batch.refresh_from_db()
    assert bytes(batch.content) == bytes_frozen
    assert debtor.collection.state == "returned"
    assert broken() == []


# reason, who took it back, what it is called, what becomes of the mandate
RETURNS = [
    ("AM04", 1, "return", "active"),
    ("MD06", 30, "refund", "suspended"),
    ("MD06", 0, "refund", "suspended"),
    ("AC04", 1, "return", "suspended"),
    ("MD01", 200, "refund", "revoked"),
    ("MS03", 1, "return", "active"),
]


@pytest.mark.parametrize(("reason", "after_days", "kind", "mandate"), RETURNS)
def test_debit_that_comes_back_opens_the_invoice_and_asks_for_a_transfer(
    bank: SimulatedBank, debtor: Debtor, reason: str, after_days: int, kind: str, mandate: str
) -> None:
    bank.plan_return(debtor.iban, reason=reason, after_days=after_days)
    hand_in(bank, frozen())

    live(bank, until=3 + after_days + 4)

    collection, invoice = debtor.collection, debtor.invoice
    undone = RTransaction.objects.get()
    assert collection.state == "returned"
    assert steps_of(debtor) == ["announced", "exported", "settled", "returned"]
    assert (undone.kind, undone.reason_code, undone.amount_cents) == (kind, reason, GROSS)
    assert not CollectionPart.objects.filter(live=True).exists()
    assert (invoice.open_cents, debtor.owes) == (GROSS, GROSS)
    assert ledger.balance(accounts.BANK) == 0
    assert banking.suspense_total() == 0
    assert debtor.mandate_status == mandate
    assert debtor.holds == ["transfer_asked"]
    (message,) = debtor.asked
    text = text_of(message)
    assert "Bedrag: € 12,10" in text
    assert "Rekeningnummer: NL02 ABNA 0123 4567 89" in text
    assert f"Vermeld: {invoice.number} / {debtor.domain}" in text
    assert "2 tot 5 werkdagen" in text
    assert broken() == []


def test_rejected_debit_never_moved_money(bank: SimulatedBank, debtor: Debtor) -> None:
    other = Debtor()
    bank.plan_reject(debtor.iban, reason="AC01")

    batch = frozen()
    outcome = hand_in(bank, batch)
    live(bank, until=3)

    assert outcome.rejected == [debtor.collection.end_to_end_id]
    assert steps_of(debtor) == ["announced", "exported", "rejected"]
    undone = RTransaction.objects.get()
    assert (undone.kind, undone.reason_code, undone.claim) == ("reject", "AC01", None)
    assert (debtor.invoice.open_cents, debtor.owes) == (GROSS, GROSS)
    assert debtor.mandate_status == "suspended"
    assert debtor.holds == ["transfer_asked"]
    assert len(debtor.asked) == 1
    assert (other.collection.state, other.owes, other.asked) == ("settled", 0, [])
    assert broken() == []


def test_file_in_which_every_debit_is_rejected_collects_nothing(
    bank: SimulatedBank, debtor: Debtor
) -> None:
    bank.plan_reject(debtor.iban, reason="MS02")
    batch = frozen()

    hand_in(bank, batch)

    batch.refresh_from_db()
    assert batch.state == "rejected"
    assert RTransaction.objects.get().kind == "refusal"


def test_returned_invoice_is_not_debited_again_by_itself(
    bank: SimulatedBank, debtor: Debtor
) -> None:
    bank.plan_return(debtor.iban, reason="AM04", after_days=0)
    hand_in(bank, frozen())
    live(bank, until=3)

    for number in range(4, 25):
        receipt = announce(number)
        assert receipt.announced == []
        assert [item.reason for item in receipt.left_out] == ["hold_transfer_asked"]

    assert RTransaction.objects.count() == 1


def test_returned_invoice_is_debited_again_once_an_employee_lifts_the_hold(
    bank: SimulatedBank, debtor: Debtor
) -> None:
    bank.plan_return(debtor.iban, reason="AM04", after_days=0)
    hand_in(bank, frozen())
    live(bank, until=3)
    first = debtor.collection
    billing.lift_invoice_hold(invoice=debtor.invoice, kind="transfer_asked", by=SYSTEM, now=at(4))

    (again,) = announce(4).announced
    (batch,) = freeze(5).batches
    batch.refresh_from_db()
    hand_in(bank, batch, number=5)
    live(bank, until=14)

    assert again.end_to_end_id != first.end_to_end_id
    assert (debtor.collection.state, debtor.owes) == ("settled", 0)
    assert broken() == []


@pytest.mark.usefixtures("bank")
def test_invoice_paid_between_announcement_and_freezing_is_withdrawn(debtor: Debtor) -> None:
    other = Debtor()
    bill()
    announce()
    take_in(statement(transfer_of(debtor.invoice), on=day(1)), number=1)

    receipt = freeze()

    assert [batch.count for batch in receipt.batches] == [1]
    assert [item.reason for item in receipt.left_out] == ["amount_changed"]
    assert steps_of(debtor) == ["announced", "withdrawn"]
    assert other.collection.state == "exported"
    assert announce(2).announced == []
    assert (debtor.invoice.open_cents, debtor.owes) == (0, 0)
    assert broken() == []


def test_twice_does_nothing_twice(bank: SimulatedBank, debtor: Debtor) -> None:
    bank.plan_return(debtor.iban, reason="AM04", after_days=1)
    bill()
    assert (len(announce().announced), len(announce().announced)) == (1, 0)
    batches = freeze().batches
    assert freeze().batches == []
    batches[0].refresh_from_db()
    status = bank.receive_file(dropped(batches[0]).read_bytes(), at=at(1))
    assert not take_status(status).known
    assert take_status(status).known
    contents = live(bank, until=4)
    mails = len(mail.outbox)
    rows = OutboxRow.objects.count()

    for content in contents:
        take_in(content)
    receipt = claim()

    assert (receipt.settled, receipt.returned, receipt.doubts) == (0, [], [])
    assert (len(mail.outbox), OutboxRow.objects.count()) == (mails, rows)
    assert RTransaction.objects.count() == 1
    assert CollectionBatch.objects.count() == 1
    assert (debtor.invoice.open_cents, debtor.owes) == (GROSS, GROSS)


def test_second_copy_of_a_file_undoes_nothing_of_the_first(
    bank: SimulatedBank, debtor: Debtor
) -> None:
    batch = frozen()
    first = bank.receive_file(dropped(batch).read_bytes(), at=at(1))
    second = bank.receive_file(dropped(batch).read_bytes(), at=at(1))

    take_status(first)
    outcome = take_status(second)
    live(bank, until=3)

    assert outcome.rejected == []
    assert outcome.unmatched == [f"{batch.message_id} refused whole (AM05) while accepted"]
    assert (debtor.collection.state, debtor.owes) == ("settled", 0)


def test_answer_to_the_second_copy_may_come_first(bank: SimulatedBank, debtor: Debtor) -> None:
    batch = frozen()
    first = bank.receive_file(dropped(batch).read_bytes(), at=at(1))
    second = bank.receive_file(dropped(batch).read_bytes(), at=at(1))

    take_status(second)
    assert debtor.collection.state == "exported"
    take_status(first)
    live(bank, until=3)

    assert (debtor.collection.state, debtor.owes, debtor.asked) == ("settled", 0, [])


def state_of_the_world(*debtors: Debtor) -> list[object]:
    found: list[object] = [banking.suspense_total(), ledger.balance(accounts.BANK)]
    for debtor in debtors:
        collection = debtor.collection
        found += [collection.state, collection.settled_on, debtor.invoice.open_cents, debtor.owes]
        found += [debtor.mandate_status, debtor.holds, invoices.credit_of(debtor.customer)]
    return found


@pytest.mark.parametrize("order", list(permutations(range(3))))
def test_order_of_the_statement_files_gives_the_same_end(
    bank: SimulatedBank, order: tuple[int, ...]
) -> None:
    poor, angry, steady = Debtor(), Debtor(), Debtor()
    bank.plan_return(poor.iban, reason="AM04", after_days=0)
    bank.plan_return(angry.iban, reason="MD06", after_days=4)
    hand_in(bank, frozen())
    bank.receive_transfer(
        amount_cents=GROSS, name="x", iban=poor.iban, on=day(7), text=poor.invoice.number
    )
    live(bank, until=2)
    contents = statements(bank, until=7)
    assert len(contents) == 3

    for index in order:
        take_in(contents[index])

    assert state_of_the_world(poor, angry, steady) == [
        0,
        2 * GROSS,
        *("returned", COLLECTED_ON, 0, 0, "active", [], 0),
        *("returned", COLLECTED_ON, GROSS, GROSS, "suspended", ["transfer_asked"], 0),
        *("settled", COLLECTED_ON, 0, 0, "active", [], 0),
    ]
    assert broken() == []


def test_debit_that_comes_back_before_our_own_credit_is_booked_waits_for_it(
    bank: SimulatedBank, debtor: Debtor
) -> None:
    batch = frozen()
    back = return_of(debtor.collection)

    take_in(statement(back))
    assert claim().doubts == [f"slice 1: {debtor.collection} came back while exported"]
    assert (debtor.collection.state, banking.suspense_total()) == ("exported", -GROSS)
    take_in(statement(batch_credit(batch), on=day(4), opening=-GROSS, number=2))

    assert debtor.collection.state == "returned"
    assert (debtor.owes, banking.suspense_total(), len(debtor.asked)) == (GROSS, 0, 1)
    assert broken() == []
