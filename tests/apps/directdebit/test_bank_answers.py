"""What the bank says that is not plain: doubts wait for a person, nothing is guessed."""

import pytest
from django.core import mail

from balie.apps.banking import queries as banking
from balie.apps.billing import actions as billing
from balie.apps.billing import queries as invoices
from balie.apps.directdebit import actions, queries
from balie.apps.directdebit.models import CollectionBatch, RTransaction, StatusFile
from balie.apps.office import queries as office
from balie.formats.errors import UnreadableFile
from balie.infra.audit import SYSTEM
from balie.simulator.bank import SimulatedBank
from balie.simulator.bank_statements import Entry, Payment
from tests.apps.building import new_service
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
    take_in,
    take_status,
    text_of,
    transfer_of,
)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("bank")]


@pytest.fixture
def debtor() -> Debtor:
    return Debtor()


def broken() -> list[str]:
    return [result.name for result in office.verify(now=at(90)) if not result.holds]


def status(
    message_id: str, *, group: str = "ACCP", reason: str = "", items: dict[str, str] | None = None
) -> bytes:
    """A status report about a file of ours; `items` are rejected, by end-to-end id."""

    def said(code: str) -> str:
        return f"<StsRsnInf><Rsn><Cd>{code}</Cd></Rsn></StsRsnInf>" if code else ""

    rejected = "".join(
        f"<TxInfAndSts><OrgnlEndToEndId>{reference}</OrgnlEndToEndId><TxSts>RJCT</TxSts>"
        f"{said(code)}</TxInfAndSts>"
        for reference, code in (items or {}).items()
    )
    block = f"<OrgnlPmtInfAndSts><OrgnlPmtInfId>P</OrgnlPmtInfId>{rejected}</OrgnlPmtInfAndSts>"
    return (
        '<Document xmlns="urn:iso:std:iso:20022:tech:xsd:pain.002.001.10"><CstmrPmtStsRpt>'
        f"<GrpHdr><MsgId>A</MsgId></GrpHdr><OrgnlGrpInfAndSts><OrgnlMsgId>{message_id}</OrgnlMsgId>"
        f"<OrgnlMsgNmId>pain.008.001.08</OrgnlMsgNmId><GrpSts>{group}</GrpSts>{said(reason)}"
        f"</OrgnlGrpInfAndSts>{block if rejected else ''}</CstmrPmtStsRpt></Document>"
    ).encode()


def state_of(batch: CollectionBatch) -> str:
    batch.refresh_from_db()
    return batch.state


def test_file_the_bank_refuses_whole_collects_nothing(debtor: Debtor) -> None:
    batch = frozen()

    outcome = take_status(status(batch.message_id, group="RJCT", reason="FF01"))

    assert outcome.rejected == [debtor.collection.end_to_end_id]
    assert (state_of(batch), debtor.collection.state) == ("rejected", "rejected")
    # It was a fault of ours: the customer is not bothered, and his mandate stays.
    assert (debtor.mandate_status, debtor.asked) == ("active", [])


@pytest.mark.parametrize("group", ["PDNG", "RCVD"])
def test_answer_that_says_nothing_yet_leaves_the_file_unknown(debtor: Debtor, group: str) -> None:
    batch = frozen()

    outcome = take_status(status(batch.message_id, group=group))

    assert outcome.accepted == 0
    assert (state_of(batch), debtor.collection.state) == ("handed_over", "exported")


@pytest.mark.parametrize("code", ["AM05", "DU01", "DU04"])
def test_debit_the_bank_calls_a_duplicate_is_not_undone(debtor: Debtor, code: str) -> None:
    batch = frozen()
    reference = debtor.collection.end_to_end_id

    outcome = take_status(status(batch.message_id, group="PART", items={reference: code}))

    assert outcome.rejected == []
    assert outcome.unmatched == [f"{reference} rejected ({code}) while exported"]
    assert debtor.collection.state == "exported"


def test_answer_about_a_file_or_debit_that_is_not_ours_changes_nothing(debtor: Debtor) -> None:
    batch = frozen()

    strange = take_status(status("ELSE", group="RJCT", reason="FF01"))
    unknown = take_status(status(batch.message_id, group="PART", items={"ELSE-1": "AC01"}))

    assert strange.unmatched == ["ELSE"]
    assert unknown.unmatched == ["ELSE-1"]
    assert debtor.collection.state == "exported"
    assert "unmatched ELSE-1" in StatusFile.objects.latest("pk").outcome


def test_rejection_after_the_money_came_is_a_doubt(debtor: Debtor) -> None:
    batch = frozen()
    reference = debtor.collection.end_to_end_id
    take_in(statement(batch_credit(batch)))

    outcome = take_status(status(batch.message_id, group="PART", items={reference: "AC01"}))

    assert outcome.unmatched == [f"{reference} rejected (AC01) while settled"]
    assert (debtor.collection.state, debtor.owes) == ("settled", 0)


def test_same_rejection_in_two_reports_undoes_once(debtor: Debtor) -> None:
    batch = frozen()
    reference = debtor.collection.end_to_end_id
    take_status(status(batch.message_id, group="PART", items={reference: "AC01"}))

    outcome = take_status(status(batch.message_id, group="RJCT", items={reference: "AC01"}))

    assert outcome.rejected == []
    assert RTransaction.objects.count() == 1


def test_what_is_no_status_report_is_refused_and_not_kept() -> None:
    with pytest.raises(UnreadableFile):
        take_status(b"<Document/>")

    assert not StatusFile.objects.exists()


def test_rejected_debit_of_what_was_paid_meanwhile_asks_nothing(debtor: Debtor) -> None:
    batch = frozen()
    take_in(statement(transfer_of(debtor.invoice), on=day(2)), number=2)

    take_status(
        status(batch.message_id, group="PART", items={debtor.collection.end_to_end_id: "AM04"})
    )

    assert (debtor.holds, debtor.asked, debtor.owes) == ([], [], 0)
    assert broken() == []


def test_credit_of_another_amount_waits_for_an_employee(debtor: Debtor) -> None:
    batch = frozen()

    take_in(statement(batch_credit(batch, cents=GROSS - 10)))

    (doubt,) = claim().doubts
    assert doubt.endswith("the bank credits 1200 cents, our collections are 1210")
    assert (debtor.collection.state, banking.suspense_total()) == ("exported", 1200)


def test_credit_that_came_before_the_answer_is_booked_once_the_answer_is_in(
    debtor: Debtor,
) -> None:
    other = Debtor()
    batch = frozen()
    take_in(statement(batch_credit(batch, cents=GROSS)))
    assert banking.suspense_total() == GROSS

    take_status(
        status(batch.message_id, group="PART", items={other.collection.end_to_end_id: "AC01"})
    )
    claim()

    assert (debtor.collection.state, banking.suspense_total()) == ("settled", 0)
    assert broken() == []


def test_debits_the_bank_books_one_by_one_settle_one_by_one(debtor: Debtor) -> None:
    other = Debtor()
    frozen()
    payment = Payment(
        amount_cents=GROSS,
        name="x",
        iban=debtor.iban,
        end_to_end_id=debtor.collection.end_to_end_id,
    )
    entry = Entry(
        bank_reference="ONE",
        amount_cents=GROSS,
        value_date=COLLECTED_ON,
        code=("PMNT", "IDDT", "ESDD"),
        payments=(payment,),
    )

    take_in(statement(entry))

    assert (debtor.collection.state, other.collection.state) == ("settled", "exported")


def test_debit_that_came_back_and_is_not_ours_stays_in_suspense(debtor: Debtor) -> None:
    batch = frozen()

    take_in(statement(batch_credit(batch), return_of("STRANGE-1")))

    assert claim().doubts == ["slice 2: a debit came back that names none of ours"]
    assert banking.suspense_total() == -GROSS
    assert (debtor.collection.state, debtor.owes) == ("settled", 0)
    assert broken() == []


def test_debit_comes_back_once(debtor: Debtor) -> None:
    batch = frozen()
    collection = debtor.collection

    take_in(statement(batch_credit(batch), return_of(collection), return_of(collection)))

    assert claim().doubts == [f"slice 3: {collection} came back while returned"]
    assert (RTransaction.objects.count(), len(debtor.asked)) == (1, 1)
    assert (debtor.owes, banking.suspense_total()) == (GROSS, -GROSS)


@pytest.mark.parametrize("cents", [GROSS - 1, GROSS + 1])
def test_debit_that_comes_back_with_another_amount_waits(debtor: Debtor, cents: int) -> None:
    batch = frozen()

    take_in(statement(batch_credit(batch), return_of(debtor.collection, cents=cents)))

    assert claim().doubts == [f"slice 2: {debtor.collection} came back with another amount"]
    assert debtor.collection.state == "settled"


def test_debits_that_come_back_in_one_line_are_taken_apart(debtor: Debtor) -> None:
    other = Debtor()
    batch = frozen()
    parts = [return_of(one.collection, reason="MD06") for one in (debtor, other)]
    together = Entry(
        bank_reference="BOTH",
        amount_cents=-2 * GROSS,
        value_date=COLLECTED_ON,
        code=("PMNT", "IDDT", "UPDD"),
        payments=tuple(part.payments[0] for part in parts),
    )

    take_in(statement(batch_credit(batch), together))

    assert [one.collection.state for one in (debtor, other)] == ["returned", "returned"]
    assert broken() == []


@pytest.mark.parametrize(
    ("reason", "started_by", "number", "kind"),
    [
        ("MD06", "party", 3, "refund"),
        ("MD01", "party", 3, "refund"),
        ("AM04", "bank", 3, "return"),
        ("AM04", "bank", 30, "return"),
    ],
)
def test_who_took_it_back_gives_it_its_name(
    debtor: Debtor,
    reason: str,
    started_by: str,
    number: int,
    kind: str,
) -> None:
    batch = frozen()
    take_in(statement(batch_credit(batch)))

    back = return_of(debtor.collection, reason=reason, by_debtor=started_by == "party")
    take_in(statement(back, on=day(number), opening=GROSS, number=2), number=number)

    assert RTransaction.objects.get().kind == kind


def test_debit_that_comes_back_twice_without_a_reason_suspends_the_mandate(
    bank: SimulatedBank, debtor: Debtor
) -> None:
    bank.plan_return(debtor.iban, reason="MS03", after_days=0)
    hand_in(bank, frozen())
    live(bank, until=3)
    assert debtor.mandate_status == "active"
    bank.plan_return(debtor.iban, reason="MS03", after_days=0)
    bill(30)
    announce(30)
    (batch,) = freeze(31).batches
    hand_in(bank, batch, number=31)

    live(bank, until=38)

    assert RTransaction.objects.count() == 2
    assert debtor.mandate_status == "suspended"
    assert broken() == []


def test_return_of_a_credited_invoice_is_paid_by_its_credit_note(debtor: Debtor) -> None:
    batch = frozen()
    take_in(statement(batch_credit(batch)))
    billing.credit_invoice(invoice=debtor.invoice, reason="opgezegd", by=SYSTEM, now=at(5))
    assert invoices.credit_of(debtor.customer) == GROSS

    back = return_of(debtor.collection, reason="MD06", by_debtor=True)
    take_in(statement(back, on=day(7), opening=GROSS, number=2), number=7)

    assert debtor.collection.state == "returned"
    assert (debtor.invoice.open_cents, debtor.owes) == (0, 0)
    assert invoices.credit_of(debtor.customer) == 0
    assert (debtor.holds, debtor.asked) == ([], [])
    assert broken() == []


def test_request_to_transfer_is_english_for_an_english_customer() -> None:
    debtor = Debtor(language="en")
    batch = frozen()

    take_in(statement(batch_credit(batch), return_of(debtor.collection)))

    (message,) = debtor.asked
    assert message.subject == "The debit of €12.10 did not succeed"
    assert f"Quote: {debtor.invoice.number} / {debtor.domain}" in text_of(message)


def test_request_to_transfer_carries_a_code_for_the_banking_app(debtor: Debtor) -> None:
    batch = frozen()

    take_in(statement(batch_credit(batch), return_of(debtor.collection)))

    (message,) = debtor.asked
    assert "image/png" in [part.get_content_type() for part in message.message().walk()]


def test_request_to_transfer_many_invoices_is_sent_as_well(debtor: Debtor) -> None:
    for number in range(12):
        new_service(debtor.customer, price_cents=1000, started_on=day(number))
        bill(number)
    announce(11)
    (batch,) = freeze(12).batches

    take_in(
        statement(
            batch_credit(batch),
            return_of(debtor.collection, cents=debtor.collection.amount_cents),
            on=day(14),
        ),
        number=14,
    )

    assert len(debtor.asked) == 1
    assert "Bedrag: € 157,30" in text_of(debtor.asked[0])


def test_customer_who_paid_before_the_mail_left_is_not_asked(debtor: Debtor) -> None:
    batch = frozen()
    mail.outbox.clear()

    take_in(
        statement(batch_credit(batch), return_of(debtor.collection), transfer_of(debtor.invoice))
    )

    assert (debtor.invoice.open_cents, debtor.holds, debtor.asked) == (0, [], [])
    assert broken() == []


def test_second_copy_that_is_dropped_has_the_same_bytes(debtor: Debtor) -> None:
    batch = frozen()
    first = dropped(batch).read_bytes()
    dropped(batch).unlink()

    actions.note_handed_over(batch=batch, now=at(2))

    batch.refresh_from_db()
    assert (bytes(batch.content), batch.handed_over_at) == (first, at(1))


def test_exposure_is_what_can_still_be_charged_back(debtor: Debtor) -> None:
    other = Debtor()
    batch = frozen()
    take_in(statement(batch_credit(batch), return_of(other.collection)))

    assert queries.exposure(today=day(4)) == [(day(59), GROSS)]
    assert queries.exposure(today=day(60)) == []
    assert [one.collection for one in queries.returns_since(since=day(3))] == [other.collection]
