"""A camt.052 or camt.054 books nothing; the statement does, once, and is recognised per entry."""

import pytest

from balie.apps.banking import queries
from balie.apps.banking.models import EntryNotice, Statement, StatementEntry, StatementFile
from balie.apps.ledger import accounts
from balie.apps.ledger import queries as ledger
from tests.apps.banking.announcing import intraday, notification
from tests.apps.building import (
    OUR_IBAN,
    THEIR_IBAN,
    Entry,
    camt,
    days_ago,
    new_account,
    states,
    take_in,
)
from tests.apps.killing import broken_invariants

pytestmark = [pytest.mark.django_db, pytest.mark.postgres]

OTHER_IBAN = "NL20INGB0001234567"


@pytest.fixture(autouse=True)
def _account(db: None) -> None:
    new_account(opening=0)


def waiting() -> list[int]:
    return [notice.amount_cents for notice in queries.open_notices()]


def test_notification_books_nothing_and_is_announced() -> None:
    outcomes = take_in(notification(Entry(cents=1210, reference="R1")))

    assert states(outcomes) == ["noticed"]
    assert outcomes[0].entries == 1
    assert not Statement.objects.exists()
    assert ledger.balance(accounts.BANK) == 0
    assert waiting() == [1210]


@pytest.mark.parametrize("opening", [None, 0])
def test_intraday_report_books_nothing_even_with_balances(opening: int | None) -> None:
    outcomes = take_in(intraday(Entry(cents=1210), opening=opening))

    assert states(outcomes) == ["noticed"]
    assert not StatementEntry.objects.exists()


@pytest.mark.parametrize(
    ("told", "booked"),
    [
        (Entry(cents=500, reference="R1", text="as 054 says"), Entry(cents=500, reference="R1")),
        (
            Entry(cents=500, end_to_end_id="E2E-1", text="without", iban=OTHER_IBAN),
            Entry(cents=500, end_to_end_id="E2E-1", reference="R1", text="with"),
        ),
        (Entry(cents=500, text="the same"), Entry(cents=500, text="the same")),
        (
            Entry(cents=500, batch="B1", iban=OTHER_IBAN, text="total"),
            Entry(cents=500, batch="B1", reference="R1", text="of the batch"),
        ),
        (
            Entry(cents=500, end_to_end_id="E2E-1", iban="", on=days_ago(1), text="evening"),
            Entry(cents=500, end_to_end_id="E2E-1", reference="R1", text="morning"),
        ),
        (Entry(cents=500, text="early words"), Entry(cents=500, reference="R1", text="late words")),
    ],
    ids=[
        "bank reference",
        "end-to-end id",
        "content",
        "batch",
        "day after",
        "who, how much and when",
    ],
)
@pytest.mark.parametrize("order", ["notice first", "statement first"])
def test_entry_is_recognised_in_statement_and_notice(
    told: Entry, booked: Entry, order: str
) -> None:
    files = [notification(told), camt(booked, opening=0)]

    for content in files if order == "notice first" else reversed(files):
        take_in(content)

    notice = EntryNotice.objects.get()
    assert StatementEntry.objects.get() == notice.entry
    assert waiting() == []
    assert ledger.balance(accounts.BANK) == 500
    assert broken_invariants() == []


def test_052_at_ten_and_at_noon_and_054_and_053_are_one_event_each() -> None:
    first = Entry(cents=1210, reference="R1")
    second = Entry(cents=700, reference="R2")

    counts = [
        (states(take_in(content)), EntryNotice.objects.count())
        for content in (
            intraday(first),
            intraday(first, second, opening=0, number="R2"),
            notification(second),
            camt(first, second, opening=0),
            intraday(first, second, opening=0, number="R3"),
        )
    ]

    assert counts == [
        (["noticed"], 1),
        (["noticed"], 2),
        (["known"], 2),
        (["booked"], 2),
        (["known"], 2),
    ]
    assert waiting() == []
    assert ledger.balance(accounts.BANK) == 1910
    assert StatementEntry.objects.count() == 2


def test_two_real_identical_payments_are_two_in_every_message() -> None:
    same = Entry(cents=1210)

    take_in(intraday(same, same))
    take_in(notification(same, same))
    take_in(camt(same, same, opening=0))
    again = take_in(camt(same, same, opening=0, number="1") + b"\n")

    assert states(again) == ["known"]
    assert EntryNotice.objects.count() == 2
    assert StatementEntry.objects.count() == 2
    assert waiting() == []
    assert ledger.balance(accounts.BANK) == 2420


def test_same_amount_under_another_reference_is_another_event() -> None:
    take_in(notification(Entry(cents=1210, reference="R1")))

    take_in(camt(Entry(cents=1210, reference="R2"), opening=0))

    assert waiting() == [1210]


def test_return_with_another_reason_is_another_event() -> None:
    """An EndToEndId alone is not unique: a debit and what came back of it share it."""
    take_in(notification(Entry(cents=-1210, end_to_end_id="E1", iban="", text="storno")))

    take_in(camt(Entry(cents=1210, end_to_end_id="E1", iban="", text="incasso"), opening=0))

    assert waiting() == [-1210]


def test_what_was_announced_and_never_booked_stays_in_sight() -> None:
    take_in(notification(Entry(cents=1210, on=days_ago(1), reference="R1")))
    take_in(camt(Entry(cents=50, iban=OTHER_IBAN), opening=0))

    (notice,) = queries.open_notices()

    assert notice.amount_cents == 1210
    assert notice.counterparty_iban == THEIR_IBAN


def test_same_notification_twice_announces_nothing_twice() -> None:
    content = notification(Entry(cents=1210))

    assert states(take_in(content)) == ["noticed"]
    assert states(take_in(content)) == ["known"]
    assert EntryNotice.objects.count() == 1


def test_notification_of_a_strange_account_is_refused() -> None:
    outcomes = take_in(notification(Entry(cents=1), iban=OTHER_IBAN), register_unknown=True)

    assert states(outcomes) == ["refused"]
    assert OTHER_IBAN in outcomes[0].detail
    assert StatementFile.objects.get().refusals[0]["code"] == "other_account"


def test_notification_in_another_currency_is_refused() -> None:
    outcomes = take_in(notification(Entry(cents=1), currency="USD"))

    assert states(outcomes) == ["refused"]
    assert "USD" in outcomes[0].detail


def test_account_of_the_outcome_says_that_it_is_an_advance_notice() -> None:
    (outcome,) = take_in(notification(Entry(cents=1210)))

    assert str(outcome) == f"{OUR_IBAN} N1: vooraankondiging, 1 mutatie"
