"""What is announced and frozen, what is left out and why, and that nothing is left out silently."""

from collections.abc import Callable
from datetime import date, timedelta

import pytest
from django.core import mail
from pytest_django import Settings

from balie.apps.billing import actions as billing
from balie.apps.customers import actions as customers
from balie.apps.directdebit import actions, queries
from balie.apps.directdebit.left_out import WORDS, words_for
from balie.apps.directdebit.models import Collection, CollectionBatch
from balie.apps.mandates import actions as mandates
from balie.infra import halt, outbox
from balie.infra.audit import SYSTEM
from balie.infra.halt import Halted
from tests.apps.building import new_mandate, new_service
from tests.apps.directdebit.collecting import (
    COLLECTED_ON,
    GROSS,
    Debtor,
    announce,
    at,
    bill,
    day,
    freeze,
    statement,
    take_in,
    text_of,
    transfer_of,
)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("bank")]


@pytest.fixture
def debtor() -> Debtor:
    return Debtor()


def reasons(receipt: actions.AnnounceReceipt | actions.FreezeReceipt) -> list[str]:
    return [item.reason for item in receipt.left_out]


def test_all_that_is_open_is_one_debit(debtor: Debtor) -> None:
    bill(0)
    bill(30)

    (collection,) = announce(30).announced

    assert collection.amount_cents == 2 * GROSS
    assert collection.parts.count() == 2


def test_invoice_that_came_later_waits_for_a_debit_of_its_own(debtor: Debtor) -> None:
    bill(0)
    (first,) = announce(0).announced
    new_service(debtor.customer, price_cents=1000, started_on=day(1))
    bill(1)

    (second,) = announce(1).announced

    assert [one.amount_cents for one in (first, second)] == [GROSS, GROSS]


# Announced on, collected on: three days later at least, a TARGET day, two TARGET days
# after tomorrow, when it is handed in.
DAYS = [
    (date(2026, 11, 23), date(2026, 11, 26)),  # Monday -> Thursday
    (date(2026, 11, 25), date(2026, 11, 30)),  # Wednesday: Saturday -> Monday
    (date(2026, 11, 27), date(2026, 12, 1)),  # Friday: Monday is too soon for the bank
    (date(2026, 12, 22), date(2026, 12, 28)),  # over Christmas
    (date(2027, 3, 24), date(2027, 3, 31)),  # over Easter
]


@pytest.mark.parametrize(("announced_on", "collected_on"), DAYS)
def test_day_leaves_time_for_the_customer_and_for_the_bank(
    announced_on: date, collected_on: date
) -> None:
    debtor = Debtor()
    number = (announced_on - day(0)).days
    bill(number)

    announce(number)

    assert debtor.collection.collection_date == collected_on


def test_announcement_says_what_when_from_which_account_and_by_which_right(debtor: Debtor) -> None:
    bill()

    announce()

    (message,) = mail.outbox
    text = text_of(message)
    assert message.subject.replace("\u00a0", " ") == "Wij schrijven € 12,10 af op do 26 nov 2026"
    assert "Bedrag: € 12,10" in text
    assert f"Van rekening: {debtor.mandate.masked_iban}" in text
    assert debtor.iban not in text
    assert f"Machtigingskenmerk: {debtor.mandate.mandate_reference}" in text
    assert "Incassant-ID: NL95ZZZ012345670000" in text
    assert f"Factuur {debtor.invoice.number}: € 12,10" in text


def test_customer_without_a_mandate_is_left_out_with_a_word(debtor: Debtor) -> None:
    bill()
    mandates.change_status(
        mandate=debtor.mandate, to_status="suspended", reason="x", by=SYSTEM, now=at(0)
    )

    receipt = announce()

    assert (receipt.announced, reasons(receipt)) == ([], ["no_mandate"])
    assert receipt.left_out[0].customer_number == debtor.customer.number
    assert receipt.left_out[0].invoice_number == debtor.invoice.number


def test_customer_who_was_told_to_transfer_is_no_omission(debtor: Debtor) -> None:
    mandates.change_status(
        mandate=debtor.mandate, to_status="revoked", reason="x", by=SYSTEM, now=at(0)
    )
    bill()
    assert debtor.invoice.pay_by == "transfer"

    receipt = announce()

    assert (receipt.announced, receipt.left_out) == ([], [])


def hold_money(debtor: Debtor, *, number: int = 0, until: int | None = None) -> None:
    customers.place_hold(
        customer=debtor.customer,
        blocks="money",
        reason="x",
        until_at=None if until is None else at(until),
        by=SYSTEM,
        now=at(number),
    )


def test_customer_whose_money_is_held_is_left_out_until_the_hold_ends(debtor: Debtor) -> None:
    bill()
    hold_money(debtor, until=2)

    assert reasons(announce(1)) == ["customer_held"]
    assert len(announce(2).announced) == 1


def hold_invoice(debtor: Debtor, kind: str, *, until: int | None = None) -> None:
    billing.place_invoice_hold(
        invoice=debtor.invoice,
        kind=kind,
        until_at=None if until is None else at(until),
        by=SYSTEM,
        now=at(0),
    )


@pytest.mark.parametrize("kind", ["dispute", "arrangement", "transfer_asked", "transfer_promised"])
def test_held_invoice_is_left_out_and_the_others_are_collected(debtor: Debtor, kind: str) -> None:
    bill(0)
    hold_invoice(debtor, kind)
    bill(30)

    receipt = announce(30)

    assert reasons(receipt) == [f"hold_{kind}"]
    assert [one.amount_cents for one in receipt.announced] == [GROSS]


def test_hold_that_is_over_does_not_block(debtor: Debtor) -> None:
    bill()
    hold_invoice(debtor, "transfer_promised", until=2)

    assert reasons(announce(1)) == ["hold_transfer_promised"]
    assert len(announce(2).announced) == 1


def test_mandate_that_lapsed_is_left_out(debtor: Debtor) -> None:
    bill()
    type(debtor.mandate).objects.update(signed_on=date(2023, 11, 26))

    assert reasons(announce()) == ["mandate_lapsed"]


# Each puts something in the way between announcing and freezing.
OBSTACLES: list[tuple[str, Callable[[Debtor], object]]] = [
    ("customer_held", hold_money),
    (
        "mandate_not_active",
        lambda debtor: mandates.change_status(
            mandate=debtor.mandate, to_status="revoked", reason="x", by=SYSTEM, now=at(0)
        ),
    ),
    ("mandate_not_active", lambda debtor: new_mandate(debtor.customer)),
    ("hold_dispute", lambda debtor: hold_invoice(debtor, "dispute")),
    (
        "amount_changed",
        lambda debtor: billing.credit_invoice(
            invoice=debtor.invoice, reason="fout", by=SYSTEM, now=at(0)
        ),
    ),
]


@pytest.mark.parametrize(("code", "put_in_the_way"), OBSTACLES)
def test_obstacle_since_the_announcement_withdraws_that_debit_alone(
    debtor: Debtor, code: str, put_in_the_way: Callable[[Debtor], object]
) -> None:
    other = Debtor()
    bill()
    announce()
    put_in_the_way(debtor)

    receipt = freeze()

    assert reasons(receipt) == [code]
    assert debtor.collection.state == "withdrawn"
    assert not debtor.collection.parts.filter(live=True).exists()
    assert other.collection.state == "exported"
    assert [batch.total_cents for batch in receipt.batches] == [GROSS]


def test_batch_of_nothing_is_no_file(debtor: Debtor) -> None:
    bill()
    announce()
    hold_money(debtor)

    assert freeze().batches == []
    assert not CollectionBatch.objects.exists()


def test_withdrawn_debit_is_announced_anew_when_the_obstacle_is_gone(debtor: Debtor) -> None:
    bill()
    announce()
    hold_money(debtor, until=2)
    freeze()

    (again,) = announce(2).announced

    assert again.collection_date == day(7)
    assert debtor.customer.holds.count() == 1
    assert len(mail.outbox) == 2


def test_announcement_of_a_withdrawn_debit_is_not_sent(debtor: Debtor) -> None:
    bill()
    announce(send=False)
    hold_money(debtor)
    freeze(send=False)

    report = outbox.send_due(now=at(0))

    assert (report.refused, mail.outbox) == (1, [])


def test_debit_whose_announcement_did_not_leave_is_announced_anew(debtor: Debtor) -> None:
    bill()
    announce(send=False)

    assert reasons(freeze(send=False)) == ["not_notified"]
    announce(1)

    assert [batch.collection_date for batch in freeze(2).batches] == [day(4)]


def test_debit_whose_announcement_left_too_late_is_announced_anew(debtor: Debtor) -> None:
    bill()
    announce(send=False)
    outbox.send_due(now=at(1))

    assert reasons(freeze()) == ["not_notified"]


def test_debit_whose_announcement_left_late_but_in_time_goes(debtor: Debtor) -> None:
    number = 4  # a Friday: collected on Tuesday, four days later
    bill(number)
    announce(number, send=False)
    outbox.send_due(now=at(number + 1))

    assert len(freeze(number + 1).batches) == 1


def test_customer_nobody_can_write_to_is_never_debited(debtor: Debtor) -> None:
    debtor.customer.roles.all().delete()
    bill()

    for number in range(6):
        announce(number)
        freeze(number + 1)

    assert set(Collection.objects.values_list("state", flat=True)) == {"withdrawn"}
    assert not CollectionBatch.objects.exists()


def test_debit_whose_day_passed_while_nobody_froze_is_announced_anew(debtor: Debtor) -> None:
    bill()
    announce()

    receipt = freeze(3)

    assert (receipt.batches, reasons(receipt)) == ([], ["day_passed"])
    assert len(announce(3).announced) == 1


def test_nothing_is_frozen_before_the_bank_needs_it(debtor: Debtor) -> None:
    bill()
    announce()

    assert freeze(0).batches == []
    assert debtor.collection.state == "announced"


def test_each_day_of_collecting_has_a_file_of_its_own(debtor: Debtor) -> None:
    bill()
    announce()
    first_day = freeze(1)
    other = Debtor()
    bill(2)
    announce(2)  # a Wednesday: collected on Monday

    first, second = (*first_day.batches, *freeze(3).batches)

    assert (first.collection_date, second.collection_date) == (COLLECTED_ON, day(7))
    assert first.message_id != second.message_id
    assert other.collection.batch == second


def test_money_that_is_halted_is_neither_announced_nor_frozen_nor_claimed(debtor: Debtor) -> None:
    bill()
    announce()
    halt.halt(reason="invariant 2", now=at(0), by=SYSTEM)

    for money_job in (announce, freeze):
        with pytest.raises(Halted, match="invariant 2"):
            money_job(1)
    with pytest.raises(Halted):
        actions.claim_slices(by=SYSTEM, now=at(1))


def test_debit_of_many_invoices_says_how_many_when_they_do_not_fit(debtor: Debtor) -> None:
    for number in range(12):
        new_service(debtor.customer, price_cents=1000, started_on=day(number))
        bill(number)
    announce(11)

    (batch,) = freeze(12).batches

    content = bytes(batch.content).decode()
    assert f"<Ustrd>12 facturen, klant {debtor.customer.number}</Ustrd>" in content


def test_folder_that_cannot_be_written_keeps_the_file_waiting(
    debtor: Debtor, settings: Settings
) -> None:
    bill()
    announce()
    (settings.BALIE_HOME / "bank").write_text("in the way")

    (batch,) = freeze().batches

    batch.refresh_from_db()
    assert batch.state == "frozen"
    (settings.BALIE_HOME / "bank").unlink()
    outbox.send_due(now=at(1) + timedelta(hours=1))
    batch.refresh_from_db()
    assert batch.state == "handed_over"


def test_transfer_that_came_in_time_spares_the_customer_the_debit(debtor: Debtor) -> None:
    bill()
    take_in(statement(transfer_of(debtor.invoice), on=day(0)), number=0)

    assert announce(1).announced == []


def test_next_debit_and_what_was_announced_are_shown(debtor: Debtor) -> None:
    bill()
    announce()

    assert queries.next_debit(debtor.customer) == debtor.collection
    assert list(queries.announced()) == [debtor.collection]
    (one_day,) = queries.announced_per_day()
    assert (one_day.collection_date, one_day.count, one_day.amount_cents) == (
        COLLECTED_ON,
        1,
        GROSS,
    )


def test_every_reason_has_words() -> None:
    assert all(str(words) for words in WORDS.values())
    assert words_for("something new") == "something new"
