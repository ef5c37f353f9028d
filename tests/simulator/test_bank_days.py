"""What becomes of a batch at the simulated bank, day by day."""

from datetime import UTC, date, datetime

import pytest

from balie.formats.bank_statement import Entry
from balie.simulator.bank import (
    SimulatedBank,
    UnableToPlanReturn,
)
from tests.support.bank_days import closed, entries
from tests.support.bank_files import DE_VRIES, JANSEN, OUR_IBAN, PIETERSEN, debit, order

FRIDAY = datetime(2026, 11, 27, 9, 30, tzinfo=UTC)
TUESDAY = date(2026, 12, 1)


def test_batch_is_booked_on_the_collection_date_as_one_credit(bank: SimulatedBank) -> None:
    bank.receive_file(order(debit("C-1"), debit("C-2", amount_cents=2420)), at=FRIDAY)

    booked = entries(bank, date(2026, 12, 4))

    assert list(booked) == [TUESDAY]
    (entry,) = booked[TUESDAY]
    assert entry.amount_cents == 3630
    assert entry.bank_transaction_code == "PMNT/IDDT/ESDD"
    assert entry.batch_message_id == "F-1"
    assert entry.batch_payment_information_id == "B-1"
    assert entry.batch_transactions == 2
    assert entry.transactions == ()
    assert entry.end_to_end_id is None


@pytest.mark.parametrize(
    ("asked", "handed_in", "booked_on"),
    [
        (date(2026, 12, 5), FRIDAY, date(2026, 12, 7)),  # a Saturday: the Monday after
        (date(2026, 12, 25), FRIDAY, date(2026, 12, 28)),  # Christmas and a weekend
        (date(2026, 11, 27), FRIDAY, date(2026, 11, 30)),  # handed in on the day itself: too late
        (TUESDAY, datetime(2026, 11, 30, 22, 59, tzinfo=UTC), TUESDAY),  # 23:59 in Amsterdam
        (TUESDAY, datetime(2026, 11, 30, 23, 1, tzinfo=UTC), date(2026, 12, 2)),  # 00:01 there
    ],
)
def test_batch_is_booked_on_the_first_day_the_bank_can(
    bank: SimulatedBank, asked: date, handed_in: datetime, booked_on: date
) -> None:
    bank.receive_file(order(debit("C-1"), on=asked), at=handed_in)

    assert list(entries(bank, date(2027, 1, 8))) == [booked_on]


def test_rejected_debit_is_in_no_batch(bank: SimulatedBank) -> None:
    bank.plan_reject(DE_VRIES)
    bank.receive_file(order(debit("C-1"), debit("C-2", iban=DE_VRIES)), at=FRIDAY)

    (entry,) = entries(bank, TUESDAY)[TUESDAY]

    assert entry.amount_cents == 1210
    assert entry.batch_transactions == 1


def test_order_rejected_altogether_is_never_booked(bank: SimulatedBank) -> None:
    bank.plan_reject("C-1")
    bank.receive_file(order(debit("C-1")), at=FRIDAY)

    assert entries(bank, date(2026, 12, 11)) == {}


def test_return_by_the_bank_says_which_collection_and_why(bank: SimulatedBank) -> None:
    bank.plan_return(JANSEN, reason="AM04", after_days=2)
    bank.receive_file(order(debit("C-1"), debit("C-2", iban=DE_VRIES)), at=FRIDAY)

    booked = entries(bank, date(2026, 12, 11))

    assert list(booked) == [TUESDAY, date(2026, 12, 3)]
    (entry,) = booked[date(2026, 12, 3)]
    assert entry.amount_cents == -1210
    assert entry.bank_transaction_code == "PMNT/IDDT/UPDD"
    assert entry.end_to_end_id == "C-1"
    assert entry.mandate_reference == "M-C-1"
    assert entry.return_reason == "AM04"
    assert entry.return_started_by == "bank"
    assert entry.reversal
    assert entry.counterparty_iban == JANSEN
    assert entry.value_date == TUESDAY


@pytest.mark.parametrize(
    ("reason", "after_days", "processing_days", "booked_on"),
    [
        ("MD06", 0, 0, TUESDAY),
        ("MD06", 5, 0, date(2026, 12, 7)),  # a Sunday: the Monday after
        ("MD06", 56, 0, date(2027, 1, 26)),
        ("MD06", 56, 7, date(2027, 2, 4)),  # the very last day for a refund
        ("MD01", 396, 0, date(2028, 1, 3)),  # 1 January is a Saturday
        ("AM04", 7, 0, date(2026, 12, 8)),
    ],
)
def test_collection_comes_back_on_its_day(
    bank: SimulatedBank, reason: str, after_days: int, processing_days: int, booked_on: date
) -> None:
    bank.plan_return("C-1", reason=reason, after_days=after_days, processing_days=processing_days)
    bank.receive_file(order(debit("C-1")), at=FRIDAY)

    booked = entries(bank, date(2028, 2, 1))

    returned = [
        (day, entry) for day, some in booked.items() for entry in some if entry.return_reason
    ]
    ((day, entry),) = returned
    assert day == booked_on
    assert entry.return_reason == reason
    assert entry.return_started_by == ("bank" if reason == "AM04" else "party")
    assert entry.value_date == (TUESDAY if reason == "AM04" else day)


def test_refund_of_a_collection_that_is_long_booked_can_be_planned(bank: SimulatedBank) -> None:
    bank.receive_file(order(debit("C-1")), at=FRIDAY)
    closed(bank, date(2026, 12, 20))

    bank.plan_return("C-1", reason="MD06", after_days=30)

    (entry,) = entries(bank, date(2027, 1, 8))[date(2026, 12, 31)]
    assert (entry.end_to_end_id, entry.return_reason) == ("C-1", "MD06")


@pytest.mark.parametrize(
    ("reason", "after_days", "processing_days"),
    [
        ("MD06", 57, 0),
        ("MD06", -1, 0),
        ("MD06", 1, 8),
        ("MD01", 397, 0),
        ("AM04", 8, 0),
        ("AM04", 2, 1),
    ],
)
def test_return_outside_its_term_cannot_be_planned(
    bank: SimulatedBank, reason: str, after_days: int, processing_days: int
) -> None:
    with pytest.raises(UnableToPlanReturn, match=reason):
        bank.plan_return(
            "C-1", reason=reason, after_days=after_days, processing_days=processing_days
        )


def test_collection_comes_back_only_once_and_never_in_a_closed_day(bank: SimulatedBank) -> None:
    bank.plan_reject("C-3")
    bank.receive_file(order(debit("C-1"), debit("C-2"), debit("C-3")), at=FRIDAY)
    bank.plan_return("C-1")
    closed(bank, date(2026, 12, 4))

    with pytest.raises(UnableToPlanReturn, match="C-1 was rejected or comes back already"):
        bank.plan_return("C-1", reason="MD06", after_days=30)
    with pytest.raises(UnableToPlanReturn, match="2026-12-03 is closed"):
        bank.plan_return("C-2", after_days=2)
    with pytest.raises(UnableToPlanReturn, match="C-3 was rejected"):
        bank.plan_return("C-3", reason="MD06", after_days=30)


def test_return_planned_for_an_account_meets_its_next_collection_once(bank: SimulatedBank) -> None:
    bank.plan_return(JANSEN, reason="MS03", after_days=1)
    bank.receive_file(order(debit("C-1"), number=1), at=FRIDAY)
    bank.receive_file(order(debit("C-2"), number=2), at=FRIDAY)

    booked = entries(bank, date(2026, 12, 31))

    returned = [entry.end_to_end_id for some in booked.values() for entry in some if entry.reversal]
    assert returned == ["C-1"]


def with_three_returns(*, batch_returns: bool | None, seed: int = 0) -> list[Entry]:
    bank = SimulatedBank.open(
        iban=OUR_IBAN, opened_on=date(2026, 11, 27), batch_returns=batch_returns, seed=seed
    )
    bank.receive_file(
        order(
            debit("C-1"),
            debit("C-2", iban=DE_VRIES, amount_cents=2420),
            debit("C-3", iban=PIETERSEN, amount_cents=100),
        ),
        at=FRIDAY,
    )
    bank.plan_return("C-1", reason="AM04")
    bank.plan_return("C-2", reason="AC06")
    bank.plan_return("C-3", reason="MD06", after_days=2)
    return entries(bank, date(2026, 12, 3))[date(2026, 12, 3)]


def test_returns_of_one_block_come_as_one_entry() -> None:
    together, apart = with_three_returns(batch_returns=True)

    assert together.amount_cents == -3630
    assert together.batch_payment_information_id == "B-1"
    assert together.batch_transactions == 2
    assert [
        (one.end_to_end_id, one.amount_cents, one.return_reason) for one in together.transactions
    ] == [("C-1", -1210, "AM04"), ("C-2", -2420, "AC06")]
    # A refund has another value date, so it never stands in one entry with returns.
    assert (apart.end_to_end_id, apart.amount_cents) == ("C-3", -100)


def test_returns_come_one_by_one() -> None:
    assert [entry.end_to_end_id for entry in with_three_returns(batch_returns=False)] == [
        "C-1",
        "C-2",
        "C-3",
    ]


def test_returns_come_now_so_and_now_so_by_seed() -> None:
    counts = [len(with_three_returns(batch_returns=None, seed=seed)) for seed in range(12)]

    assert set(counts) == {2, 3}
    assert counts == [len(with_three_returns(batch_returns=None, seed=seed)) for seed in range(12)]
