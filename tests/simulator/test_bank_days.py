"""The simulated bank day by day: what is booked when, and statements that follow on each other."""

import io
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from balie.domain.workdays import is_target_day
from balie.formats.bank_statement import Entry, Statement
from balie.formats.camt053 import read_camt
from balie.simulator.bank import (
    SimulatedBank,
    UnableToCloseDay,
    UnableToPlanReturn,
    UnableToReceive,
)
from tests.support.bank_files import DE_VRIES, JANSEN, OUR_IBAN, PIETERSEN, debit, order
from tests.support.bank_schemas import schema_faults

FRIDAY = datetime(2026, 11, 27, 9, 30, tzinfo=UTC)
TUESDAY = date(2026, 12, 1)


@pytest.fixture
def bank() -> SimulatedBank:
    return SimulatedBank.open(
        iban=OUR_IBAN, opened_on=date(2026, 11, 27), opening_cents=100_000, monthly_cost_cents=0
    )


def closed(bank: SimulatedBank, last: date) -> dict[date, Statement]:
    """Close every day up to and including `last`; the statements by day, each checked on schema."""
    statements = {}
    for ordinal in range(bank.closed_on.toordinal() + 1, last.toordinal() + 1):
        day = date.fromordinal(ordinal)
        data = bank.close_day(day)
        if data is not None:
            assert schema_faults(data, name="camt.053.001.08") == []
            (statements[day],) = read_camt(io.BytesIO(data))
    return statements


def entries(bank: SimulatedBank, last: date) -> dict[date, list[Entry]]:
    """The entries of each day on which something was booked."""
    return {
        day: list(statement.entries)
        for day, statement in closed(bank, last).items()
        if statement.entries
    }


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


def test_transfer_comes_in_with_what_the_payer_wrote(bank: SimulatedBank) -> None:
    bank.receive_transfer(
        amount_cents=1210,
        name="J. Jansén",
        iban="NL39 RABO 0300 0652 64",
        text="factuur 2026-0001 <jansen.example>",
        on=TUESDAY,
    )
    bank.receive_transfer(
        amount_cents=99, name="X", iban=DE_VRIES, reference="RF55202600001234", on=TUESDAY
    )
    bank.receive_transfer(
        amount_cents=1, name="Y", iban=DE_VRIES, reference="1000202600001234", on=TUESDAY
    )

    first, second, third = entries(bank, TUESDAY)[TUESDAY]

    assert first.amount_cents == 1210
    assert first.bank_transaction_code == "PMNT/RCDT/ESCT"
    assert first.counterparty_name == "J. Jansen"
    assert first.counterparty_iban == JANSEN
    assert first.text == "factuur 2026-0001 (jansen.example)"
    assert first.end_to_end_id is None
    assert second.structured_reference == "RF55202600001234"
    assert third.structured_reference == "1000202600001234"


def test_transfer_in_the_weekend_is_booked_on_monday(bank: SimulatedBank) -> None:
    saturday = date(2026, 12, 5)
    bank.receive_transfer(amount_cents=1, name="X", iban=JANSEN, on=saturday)

    ((day, (entry,)),) = entries(bank, date(2026, 12, 11)).items()

    assert day == date(2026, 12, 7)
    assert (entry.booked_on, entry.value_date) == (day, saturday)


@pytest.mark.parametrize(
    "changes",
    [
        {"on": date(2026, 11, 26)},
        {"amount_cents": 0},
        {"iban": "NL38RABO0300065264"},
        {"reference": "x" * 36},
        {"reference": "RF55202600001234", "text": "and more"},
        {"end_to_end_id": ""},
    ],
)
def test_impossible_transfer_is_refused(bank: SimulatedBank, changes: dict[str, object]) -> None:
    transfer: dict[str, object] = {
        "amount_cents": 1,
        "name": "X",
        "iban": JANSEN,
        "on": TUESDAY,
        **changes,
    }

    with pytest.raises(UnableToReceive):
        bank.receive_transfer(**transfer)  # type: ignore[arg-type]


def test_costs_are_booked_on_the_last_target_day_of_each_month() -> None:
    bank = SimulatedBank.open(iban=OUR_IBAN, opened_on=date(2026, 10, 1), monthly_cost_cents=1495)

    booked = entries(bank, date(2027, 1, 31))

    assert {day: [entry.amount_cents for entry in some] for day, some in booked.items()} == {
        date(2026, 10, 30): [-1495],
        date(2026, 11, 30): [-1495],
        date(2026, 12, 31): [-1495],
        date(2027, 1, 29): [-1495],
    }
    assert booked[date(2026, 10, 30)][0].text == "Kosten betalingsverkeer 10-2026"
    assert booked[date(2026, 10, 30)][0].bank_transaction_code == "PMNT/MDOP/CHRG"


def test_day_on_which_the_banks_are_shut_has_no_statement(bank: SimulatedBank) -> None:
    shut = [day for day in map(date.fromordinal, range(739500, 739900)) if not is_target_day(day)]

    assert [bank.close_day(day) for day in shut] == [None] * len(shut)
    assert bank.closed_on == date(2026, 11, 26)


def test_days_are_closed_once_and_in_order(bank: SimulatedBank) -> None:
    with pytest.raises(UnableToCloseDay, match="2026-11-27 must be closed before 2026-11-30"):
        bank.close_day(date(2026, 11, 30))
    bank.close_day(date(2026, 11, 27))
    with pytest.raises(UnableToCloseDay, match="2026-11-27 was closed already"):
        bank.close_day(date(2026, 11, 27))


def test_quiet_day_has_a_statement_without_entries(bank: SimulatedBank) -> None:
    statement = closed(bank, date(2026, 11, 27))[date(2026, 11, 27)]

    assert statement.entries == ()
    assert statement.iban == OUR_IBAN
    assert statement.opening_cents == statement.closing_cents == 100_000


EVENTS = st.lists(
    st.tuples(
        st.integers(0, 40),  # day
        st.sampled_from(["file", "transfer", "return", "refund", "reject"]),
        st.integers(1, 500_000),
        st.sampled_from([JANSEN, DE_VRIES, PIETERSEN]),
    ),
    max_size=25,
)


def live(
    bank: SimulatedBank, events: list[tuple[int, str, int, str]], *, written_down: bool
) -> list[bytes]:
    """A hundred days with `events`; `written_down`: kept as JSON from each evening to the next."""
    statements = []
    for after in range(100):
        day = date(2026, 11, 27) + timedelta(days=after)
        for number, (when, what, amount, iban) in enumerate(events):
            if when != after:
                continue
            if what == "file":
                some = order(
                    debit(f"C-{number}", iban=iban, amount_cents=amount),
                    debit(f"D-{number}", amount_cents=amount),
                    number=number,
                    on=day + timedelta(days=2),
                )
                bank.receive_file(some, at=datetime(day.year, day.month, day.day, 9, tzinfo=UTC))
            elif what == "transfer":
                bank.receive_transfer(amount_cents=amount, name="X", iban=iban, on=day)
            elif what == "reject":
                bank.plan_reject(iban)
            else:
                reason, days = ("MD06", amount % 57) if what == "refund" else ("AM04", amount % 8)
                bank.plan_return(iban, reason=reason, after_days=days)
        data = bank.close_day(day)
        statements += [] if data is None else [data]
        if written_down:
            bank = SimulatedBank.from_json(bank.to_json())
    return statements


@settings(max_examples=40, deadline=None)
@given(events=EVENTS, opening_cents=st.integers(-10_000, 10_000), seed=st.integers(0, 9))
def test_statements_add_up_follow_on_each_other_and_repeat_by_seed(
    *, events: list[tuple[int, str, int, str]], opening_cents: int, seed: int
) -> None:
    def new_bank() -> SimulatedBank:
        return SimulatedBank.open(
            iban=OUR_IBAN, opened_on=date(2026, 11, 27), opening_cents=opening_cents, seed=seed
        )

    written = live(new_bank(), events, written_down=False)

    statements = [one for data in written for one in read_camt(io.BytesIO(data))]
    assert [schema_faults(data, name="camt.053.001.08") for data in written] == [[]] * len(written)
    assert [one.difference_cents for one in statements] == [0] * len(statements)
    assert [one.number for one in statements] == [str(n) for n in range(1, len(statements) + 1)]
    closings = [one.closing_cents for one in statements]
    assert [one.opening_cents for one in statements] == [opening_cents, *closings[:-1]]
    references = [entry.bank_reference for one in statements for entry in one.entries]
    assert len(set(references)) == len(references)
    assert live(new_bank(), events, written_down=True) == written


def test_bank_of_another_version_is_not_read(bank: SimulatedBank) -> None:
    with pytest.raises(ValueError, match="no books of this simulated bank"):
        SimulatedBank.from_json(bank.to_json().replace('"version": 1', '"version": 0'))
