"""What else the simulated bank books, and statements that follow on each other."""

import io
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from balie.domain.workdays import is_target_day
from balie.formats.camt053 import read_camt
from balie.simulator.bank import (
    SimulatedBank,
    UnableToCloseDay,
    UnableToReceive,
)
from tests.support.bank_days import closed, entries
from tests.support.bank_files import DE_VRIES, JANSEN, OUR_IBAN, PIETERSEN, debit, order
from tests.support.bank_schemas import schema_faults

TUESDAY = date(2026, 12, 1)


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
