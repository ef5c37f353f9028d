"""The strip of days and the staleness of the bank data, over Easter and over several accounts."""

from datetime import date, datetime

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from balie.apps.banking import queries
from balie.apps.banking.models import BankAccount, Statement
from balie.infra.clock import AMSTERDAM
from tests.apps.building import Entry, camt, new_account, take_in

pytestmark = pytest.mark.django_db

SECOND_IBAN = "NL20INGB0001234567"


def at(moment: str) -> datetime:
    return datetime.fromisoformat(moment).replace(tzinfo=AMSTERDAM)


def statements(account: BankAccount, *days: str, opening: int = 0) -> None:
    for number, day in enumerate(days, start=1):
        content = camt(
            Entry(cents=100, on=date.fromisoformat(day), text=day),
            opening=opening + 100 * (number - 1),
            number=str(number),
            iban=account.iban,
            on=date.fromisoformat(day),
        )
        (outcome,) = take_in(content, now=at(f"{day}T23:00:00"))
        assert outcome.state == "booked"


def words(account: BankAccount, moment: str, days: int) -> list[str]:
    strip = queries.calendar_strip(account, now=at(moment), days=days)
    return [f"{one.day:%d} {one.state}" for one in strip]


def test_strip_over_easter_asks_for_no_statement_of_a_closed_day() -> None:
    account = new_account(now=at("2027-03-20T09:00:00"))
    statements(account, "2027-03-22", "2027-03-23", "2027-03-25")

    found = words(account, "2027-03-31T11:00:00", 12)

    # Good Friday 26 and Easter Monday 29 March are no TARGET days.
    assert found == [
        *("19 before", "20 closed", "21 closed"),
        *("22 booked", "23 booked", "24 covered", "25 booked"),
        *("26 closed", "27 closed", "28 closed", "29 closed", "30 missing"),
    ]


def test_statement_of_yesterday_is_expected_until_ten_and_missing_after() -> None:
    account = new_account(now=at("2027-03-29T09:00:00"))

    assert words(account, "2027-03-31T09:59:00", 1) == ["30 expected"]
    assert words(account, "2027-03-31T10:00:00", 1) == ["30 missing"]


def test_kings_day_is_a_day_of_the_bank() -> None:
    account = new_account(now=at("2027-04-20T09:00:00"))

    assert words(account, "2027-04-28T12:00:00", 2) == ["26 missing", "27 missing"]


def test_account_opened_in_the_middle_is_asked_for_nothing_before() -> None:
    old = new_account(now=at("2026-11-01T09:00:00"))
    young = new_account(iban=SECOND_IBAN, now=at("2026-11-18T09:00:00"))
    statements(old, "2026-11-16", "2026-11-17", "2026-11-18")

    assert words(old, "2026-11-20T12:00:00", 4) == [
        *("16 booked", "17 booked", "18 booked", "19 missing")
    ]
    assert words(young, "2026-11-20T12:00:00", 4) == [
        *("16 before", "17 before", "18 missing", "19 missing")
    ]


def test_strip_takes_a_statement_from_before_the_account_was_registered() -> None:
    account = new_account(now=at("2026-11-18T09:00:00"))
    statements(account, "2026-11-16", "2026-11-17")

    assert words(account, "2026-11-18T12:00:00", 3) == ["15 closed", "16 booked", "17 booked"]


def test_held_statement_shows_on_its_day_and_one_set_aside_does_not() -> None:
    account = new_account(now=at("2026-11-16T09:00:00"))
    take_in(camt(opening=70, number="9", on=date(2026, 11, 17)))
    before = words(account, "2026-11-19T12:00:00", 2)

    statement = queries.held_statements().get()
    type(statement).objects.filter(pk=statement.pk).update(
        state="aside", decided_at=at("2026-11-19T12:00:00"), decided_because="x"
    )

    assert before == ["17 held", "18 missing"]
    assert words(account, "2026-11-19T12:00:00", 2) == ["17 missing", "18 missing"]


@pytest.fixture
def easter(db: None) -> BankAccount:
    """An account whose last statement is of Maundy Thursday 25 March 2027."""
    account = new_account(now=at("2027-03-01T09:00:00"))
    statements(account, "2027-03-24", "2027-03-25")
    return account


@pytest.mark.parametrize(
    ("moment", "stale"),
    [
        ("2027-03-26T09:59:00", False),  # Good Friday
        ("2027-03-29T23:59:00", False),  # Easter Monday
        ("2027-03-30T23:59:00", False),  # Tuesday: Monday had no statement
        ("2027-03-31T09:59:00", False),
        ("2027-03-31T10:00:00", True),  # Wednesday: Tuesday's is missing
    ],
)
def test_bank_data_is_not_stale_over_easter(
    easter: BankAccount,
    moment: str,
    stale: bool,  # noqa: FBT001 - what the table says
) -> None:
    now = at(moment)

    assert queries.is_stale(now=now) is stale
    assert queries.stale_since(now=now) == (date(2027, 3, 25) if stale else None)
    assert queries.imported_through(easter) == date(2027, 3, 25)


def test_one_account_that_lags_makes_all_of_it_stale(easter: BankAccount) -> None:
    second = new_account(iban=SECOND_IBAN, now=at("2027-03-01T09:00:00"))
    statements(second, "2027-03-23")

    assert queries.stale_since(now=at("2027-03-26T11:00:00")) == date(2027, 3, 23)


def test_account_without_a_statement_counts_from_its_registration() -> None:
    account = new_account(now=at("2026-11-18T09:00:00"))

    assert queries.imported_through(account) is None
    assert not queries.is_stale(now=at("2026-11-18T12:00:00"))
    assert queries.stale_since(now=at("2026-11-19T12:00:00")) == date(2026, 11, 17)


def test_held_statement_makes_nothing_fresh(easter: BankAccount) -> None:
    now = at("2027-03-30T23:00:00")
    take_in(camt(opening=999, number="9", on=date(2027, 3, 30)), now=now)

    assert queries.is_stale(now=at("2027-03-31T10:00:00"))


def test_strips_of_many_accounts_ask_as_often_as_of_one() -> None:
    def asked() -> int:
        accounts = list(BankAccount.objects.all())
        with CaptureQueriesContext(connection) as captured:
            queries.calendar_strips(accounts, now=at("2026-11-19T12:00:00"), days=30)
        return len(captured)

    new_account(now=at("2026-11-01T09:00:00"))
    asked()  # the policy is read once per process
    for_one = asked()
    for number in range(10):
        account = new_account(iban=f"REKENING{number}", now=at("2026-11-01T09:00:00"))
        statements(account, "2026-11-17", "2026-11-18")

    assert asked() == for_one


def test_day_whose_number_the_bank_gave_away_is_missing_though_the_balances_fit() -> None:
    account = new_account(now=at("2026-11-16T09:00:00"))
    day = date(2026, 11, 17)
    take_in(camt(Entry(cents=100, on=day), opening=0, number="7", on=day))
    day = date(2026, 11, 19)
    take_in(camt(Entry(cents=200, on=day), opening=100, number="9", on=day))

    found = words(account, "2026-11-20T12:00:00", 3)

    assert found == ["17 booked", "18 missing", "19 booked"]


def test_day_between_two_statements_without_numbers_is_missing() -> None:
    account = new_account(now=at("2026-11-16T09:00:00"))
    day = date(2026, 11, 17)
    take_in(camt(Entry(cents=100, on=day), opening=0, number="0", on=day))
    day = date(2026, 11, 19)
    take_in(camt(Entry(cents=200, on=day), opening=100, number="0", on=day))

    found = words(account, "2026-11-20T12:00:00", 3)

    assert found == ["17 booked", "18 missing", "19 booked"]


def test_statement_that_says_itself_it_begins_earlier_covers_the_days_between() -> None:
    account = new_account(now=at("2026-11-16T09:00:00"))
    day, last = date(2026, 11, 17), date(2026, 11, 19)
    take_in(camt(Entry(cents=100, on=day), opening=0, number="7", on=day))
    take_in(camt(Entry(cents=200, on=last), opening=100, number="9", on=last, opened_on=day))

    found = words(account, "2026-11-20T12:00:00", 3)

    assert found == ["17 booked", "18 covered", "19 booked"]


def test_opening_balance_of_the_first_day_of_all_does_not_stop_the_strip() -> None:
    account = new_account(now=at("2026-11-16T09:00:00"))
    day = date(2026, 11, 19)
    take_in(camt(Entry(cents=100, on=day), opening=0, on=day))
    Statement.objects.update(opened_on=date.min)

    assert words(account, "2026-11-20T12:00:00", 2) == ["18 covered", "19 booked"]


def test_statement_that_closes_on_a_day_to_come_makes_nothing_fresh_for_long() -> None:
    new_account(now=at("2026-11-16T09:00:00"))
    day = date(2026, 11, 19)
    take_in(camt(Entry(cents=100, on=day), opening=0, on=day))
    Statement.objects.update(closed_on=date(2036, 1, 1))

    assert queries.stale_since(now=at("2026-11-23T12:00:00")) is None
    assert queries.last_statement(BankAccount.objects.get()) is not None
