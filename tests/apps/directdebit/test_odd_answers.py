"""Banks differ: gross credits, charges, late refusals, our own reversals, and faults of ours."""

from dataclasses import replace
from typing import Any

import pytest
from django.core import mail

from balie.apps.banking import queries as banking
from balie.apps.billing import actions as billing
from balie.apps.billing import queries as invoices
from balie.apps.customers import queries as customers
from balie.apps.directdebit import track
from balie.apps.directdebit.actions import bank_answers, returns
from balie.apps.directdebit.models import RTransaction
from balie.apps.ledger import accounts
from balie.apps.ledger import queries as ledger
from balie.apps.office import queries as office
from balie.infra.audit import SYSTEM
from balie.simulator.bank_statements import Entry, Payment
from tests.apps.directdebit.collecting import (
    COLLECTED_ON,
    GROSS,
    POLICY,
    Debtor,
    announce,
    at,
    batch_credit,
    claim,
    day,
    frozen,
    return_of,
    statement,
    take_in,
    take_status,
)
from tests.apps.directdebit.test_bank_answers import status

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("bank")]


@pytest.fixture
def debtor() -> Debtor:
    return Debtor()


def broken() -> list[str]:
    return [result.name for result in office.verify(now=at(90)) if not result.holds]


@pytest.mark.parametrize("first", ["ACTC", "ACCP", "PDNG"])
def test_file_refused_after_it_was_accepted_collects_nothing(debtor: Debtor, first: str) -> None:
    batch = frozen()
    take_status(status(batch.message_id, group=first))

    outcome = take_status(status(batch.message_id, group="RJCT", reason="AC04"))

    batch.refresh_from_db()
    assert batch.state == "rejected"
    assert outcome.rejected == [debtor.collection.end_to_end_id]
    assert debtor.collection.state == "rejected"
    assert broken() == []


def test_file_refused_as_a_duplicate_after_it_was_accepted_undoes_nothing(debtor: Debtor) -> None:
    batch = frozen()
    take_status(status(batch.message_id, group="ACCP"))

    outcome = take_status(status(batch.message_id, group="RJCT", reason="AM05"))

    assert (outcome.rejected, debtor.collection.state) == ([], "exported")


def test_technical_check_says_nothing_of_the_file_yet() -> None:
    Debtor()
    batch = frozen()

    outcome = take_status(status(batch.message_id, group="ACTC"))

    batch.refresh_from_db()
    assert (outcome.accepted, batch.state) == (0, "handed_over")


def test_rejection_is_booked_on_the_day_we_learn_of_it(debtor: Debtor) -> None:
    batch = frozen()

    take_status(status(batch.message_id, items={debtor.collection.end_to_end_id: "AC04"}))

    assert RTransaction.objects.get().booked_on == day(1)


def rejected_and_other() -> tuple[Debtor, Debtor, Any]:
    rejected, other = Debtor(), Debtor()
    batch = frozen()
    take_status(status(batch.message_id, items={rejected.collection.end_to_end_id: "AC04"}))
    return rejected, other, batch


def test_file_credited_whole_settles_what_was_not_rejected() -> None:
    rejected, other, batch = rejected_and_other()

    take_in(statement(batch_credit(batch)))

    assert (rejected.collection.state, other.collection.state) == ("rejected", "settled")
    assert (rejected.owes, invoices.credit_of(rejected.customer)) == (0, GROSS)
    assert broken() == []


@pytest.mark.parametrize("files", [1, 2])
def test_correction_of_a_file_credited_whole_takes_the_rejected_debit_off(files: int) -> None:
    rejected, other, batch = rejected_and_other()
    correction = return_of(rejected.collection, reason="AC04")

    if files == 1:
        take_in(statement(batch_credit(batch), correction))
    else:
        take_in(statement(batch_credit(batch)))
        take_in(statement(correction, on=day(4), opening=2 * GROSS, number=2))

    assert banking.suspense_total() == 0
    assert (other.collection.state, other.owes) == ("settled", 0)
    assert (rejected.collection.state, rejected.owes) == ("rejected", GROSS)
    assert rejected.invoice.open_cents == GROSS
    assert invoices.credit_of(rejected.customer) == 0
    assert len(rejected.asked) == 1
    assert broken() == []


def test_file_credited_net_settles_what_was_not_rejected() -> None:
    rejected, other, batch = rejected_and_other()

    take_in(statement(batch_credit(batch, cents=GROSS)))

    assert (other.collection.state, rejected.owes) == ("settled", GROSS)


def test_file_that_is_credited_again_is_a_doubt(debtor: Debtor) -> None:
    batch = frozen()
    take_in(statement(batch_credit(batch)))

    take_in(statement(batch_credit(batch), on=day(4), opening=GROSS, number=2))

    (doubt,) = claim().doubts
    assert f"the bank credits {batch.payment_information_id}" in doubt
    assert (debtor.owes, banking.suspense_total()) == (0, GROSS)


def test_charges_the_bank_keeps_of_a_return_are_costs(debtor: Debtor) -> None:
    batch = frozen()
    entry = return_of(debtor.collection, cents=GROSS + 300)
    content = statement(batch_credit(batch), entry).replace(
        b"<RtrInf>",
        b'<Chrgs><Rcrd><Amt Ccy="EUR">3.00</Amt><CdtDbtInd>DBIT</CdtDbtInd></Rcrd></Chrgs><RtrInf>',
    )

    take_in(content)

    assert debtor.collection.state == "returned"
    assert (debtor.owes, banking.suspense_total()) == (GROSS, 0)
    assert ledger.balance(accounts.BANK_COSTS) == 300
    assert broken() == []


def test_debit_with_our_reference_and_no_reason_is_one_of_ours(debtor: Debtor) -> None:
    batch = frozen()
    entry = replace(return_of(debtor.collection, reason=""), code=("PMNT", "IDDT", "OTHR"))

    take_in(statement(batch_credit(batch), entry))

    assert (debtor.collection.state, debtor.owes) == ("returned", GROSS)
    assert broken() == []


def test_our_own_reversal_changes_no_mandate_and_asks_nothing(debtor: Debtor) -> None:
    batch = frozen()
    entry = replace(return_of(debtor.collection, reason="MD06"), code=("PMNT", "IDDT", "PRDD"))

    take_in(statement(batch_credit(batch), entry))

    assert RTransaction.objects.get().kind == "reversal"
    assert (debtor.mandate_status, debtor.asked) == ("active", [])
    assert (debtor.holds, debtor.owes) == (["our_fault"], GROSS)
    assert broken() == []


def test_transfer_that_quotes_our_reference_does_not_settle_the_debit(debtor: Debtor) -> None:
    frozen()
    payment = Payment(
        amount_cents=GROSS,
        name="x",
        iban=debtor.iban,
        end_to_end_id=debtor.collection.end_to_end_id,
        text=debtor.invoice.number,
    )
    entry = Entry(
        bank_reference="OWN",
        amount_cents=GROSS,
        value_date=COLLECTED_ON,
        code=("PMNT", "RCDT", "ESCT"),
        payments=(payment,),
    )

    take_in(statement(entry))

    assert (debtor.collection.state, debtor.invoice.open_cents) == ("exported", 0)
    assert broken() == []


def test_failure_by_our_own_fault_is_mended_by_us_and_asks_nothing(debtor: Debtor) -> None:
    batch = frozen()

    take_status(status(batch.message_id, items={debtor.collection.end_to_end_id: "FF01"}))

    found = track.track_of(debtor.invoice, now=at(2))
    assert (debtor.holds, debtor.asked) == (["our_fault"], [])
    assert (found.state, found.instructions) == ("collecting", None)
    assert track.states_of([debtor.invoice], now=at(2)) == {debtor.invoice.pk: "collecting"}
    assert [one.reason for one in announce(2).left_out] == ["hold_our_fault"]
    billing.lift_invoice_hold(invoice=debtor.invoice, kind="our_fault", by=SYSTEM, now=at(2))
    assert len(announce(2).announced) == 1
    assert broken() == []


def test_death_of_the_account_holder_stops_every_letter_about_money(debtor: Debtor) -> None:
    batch = frozen()
    sent = len(mail.outbox)

    take_in(statement(batch_credit(batch), return_of(debtor.collection, reason="MD07")))

    assert customers.is_held(debtor.customer, "money", now=at(6))
    assert (debtor.mandate_status, len(mail.outbox)) == ("revoked", sent)
    assert broken() == []


def test_slice_that_cannot_be_booked_does_not_stop_the_next(
    debtor: Debtor, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = Debtor()
    batch = frozen()
    odd = debtor.collection.end_to_end_id

    def fail_for_one(piece: Any, **kwargs: Any) -> Any:
        if piece.end_to_end_id == odd:
            raise ValueError("odd")
        return returns.take_back(piece, **kwargs)

    monkeypatch.setattr(bank_answers, "take_back", fail_for_one)

    back = [return_of(debtor.collection), return_of(other.collection)]
    outcomes = take_in(statement(batch_credit(batch), *back))

    assert (debtor.collection.state, other.collection.state) == ("settled", "returned")
    assert [(one.state, str(one)) for one in outcomes if one.state != "booked"] == [
        ("doubt", "slice 2: ValueError: odd")
    ]


def test_invoice_changed_in_this_very_moment_is_looked_at_again(
    debtor: Debtor, monkeypatch: pytest.MonkeyPatch
) -> None:
    batch = frozen()
    book = bank_answers.settle
    calls = []

    def fail_once(*args: Any, **kwargs: Any) -> Any:
        calls.append(args)
        if len(calls) == 1:
            raise billing.UnableToAllocate("somebody paid it")
        return book(*args, **kwargs)

    monkeypatch.setattr(bank_answers, "settle", fail_once)

    take_in(statement(batch_credit(batch)))

    assert (len(calls), debtor.collection.state) == (2, "settled")


def mt940(*, code: str, iban: str, text: str) -> bytes:
    """A statement in MT940 with one credit of a debit's amount."""
    own, cents = POLICY.company.iban, f"{GROSS // 100},{GROSS % 100:02}"
    return (
        f":20:A\n:25:{own}\n:28C:1\n:60F:C261125EUR0,00\n:61:2611261126C{cents}{code}NONREF\n"
        f":86:/IBAN/{iban}/NAME/J. Jansen{text}\n:62F:C261126EUR{cents}\n"
    ).encode()


@pytest.mark.parametrize("text", ["/REMI/pays /EREF/{}", "/EREF/{}/REMI/pays"])
def test_payer_cannot_settle_his_debit_from_a_transfer_in_mt940(text: str) -> None:
    debtor = Debtor()
    frozen()
    reference = debtor.collection.end_to_end_id

    take_in(mt940(code="NTRF", iban=debtor.iban, text=text.format(reference)))

    assert debtor.collection.state == "exported"


def test_debit_credited_apart_in_mt940_settles_by_a_code_that_says_so() -> None:
    debtor = Debtor()
    frozen()
    reference = debtor.collection.end_to_end_id

    take_in(mt940(code="N247", iban=debtor.iban, text=f"/EREF/{reference}/REMI/hosting"))

    assert debtor.collection.state == "settled"
