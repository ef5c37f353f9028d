"""Where a statement belongs when its day cancels out, comes late, or is still to come."""

from datetime import date, timedelta

import pytest
from django.utils import translation

from balie.apps.banking import held, invariants, queries
from balie.apps.banking.models import BankAccount, Statement, StatementEntry
from tests.apps.building import (
    NOW,
    TODAY,
    Entry,
    camt,
    camt_file,
    camt_statement,
    days_ago,
    new_account,
    states,
    take_in,
)
from tests.apps.killing import broken_invariants

pytestmark = pytest.mark.django_db


def mt940(*entries: tuple[int, str], opening: int = 0, number: str = "225/1") -> bytes:
    """The same day as a bank tells it in MT940: (cents, text) per entry."""

    def balance(cents: int) -> str:
        sign = "D" if cents < 0 else "C"
        return f"{sign}{TODAY:%y%m%d}EUR{abs(cents) // 100},{abs(cents) % 100:02}"

    lines = "".join(
        f":61:{TODAY:%y%m%d}{TODAY:%m%d}{'D' if cents < 0 else 'C'}"
        f"{abs(cents) // 100},{abs(cents) % 100:02}NTRFNONREF\n"
        f":86:/TRTP/SEPA OVERBOEKING/IBAN/NL39RABO0300065264/NAME/J. BAKKER/REMI/{text}\n"
        for cents, text in entries
    )
    closing = opening + sum(cents for cents, _ in entries)
    return (
        f"ABNANL2A\n940\nABNANL2A\n:20:ABN\n:25:NL91ABNA0417164300\n:28:{number}\n"
        f":60F:{balance(opening)}\n{lines}:62F:{balance(closing)}\n-\n"
    ).encode()


def swept(number: int, day: date) -> str:
    """A day on which all that came in was moved away at night."""
    return camt_statement(
        Entry(cents=1000 + number, text=f"in {number}", on=day),
        Entry(cents=-1000 - number, text=f"swept {number}", on=day),
        opening=0,
        on=day,
        number=str(number),
    )


def chain() -> list[str]:
    """The numbers of the booked statements, from the first on."""
    found = []
    row = Statement.objects.filter(state="booked", previous__isnull=True).first()
    while row is not None:
        found.append(row.number)
        row = Statement.objects.filter(previous=row).first()
    return found


@pytest.mark.parametrize("mt940_first", [True, False])
def test_day_that_cancels_out_told_in_two_formats_books_once(*, mt940_first: bool) -> None:
    new_account(opening=0)
    old = mt940((5000, "factuur 1"), (-5000, "afstorting"))
    new = camt(
        Entry(cents=5000, text="Factuur 1", reference="X1"),
        Entry(cents=-5000, text="Afstorting", reference="X2"),
        opening=0,
        number="225",
    )
    files = [old, new] if mt940_first else [new, old]

    found = [states(take_in(content)) for content in files]

    assert found == [["booked"], ["known"]]
    assert StatementEntry.objects.count() == 2
    assert broken_invariants() == []


@pytest.mark.postgres
def test_late_statement_that_cancels_out_is_booked_in_its_place() -> None:
    new_account(opening=0)
    monday, tuesday, wednesday = (days_ago(days) for days in (3, 2, 1))
    take_in(camt(Entry(cents=1000, on=monday), opening=0, on=monday, number="1"))
    take_in(camt(Entry(cents=500, on=wednesday), opening=1000, on=wednesday, number="3"))

    late = take_in(
        camt(
            Entry(cents=5000, on=tuesday, text="invoice 77"),
            Entry(cents=-5000, on=tuesday, text="repaid"),
            opening=1000,
            on=tuesday,
            number="2",
        )
    )

    assert states(late) == ["booked"]
    assert chain() == ["1", "2", "3"]
    assert queries.imported_through(BankAccount.objects.get()) == wednesday
    assert broken_invariants() == []


def test_late_statement_that_cancels_out_may_be_the_first() -> None:
    new_account(opening=0)
    take_in(camt_file(swept(2, days_ago(2))))

    assert states(take_in(camt_file(swept(1, days_ago(3))))) == ["booked"]
    assert chain() == ["1", "2"]
    assert broken_invariants() == []


def test_late_statement_whose_day_is_booked_already_is_held() -> None:
    new_account(opening=0)
    day = days_ago(2)
    take_in(camt_file(swept(1, days_ago(3)), swept(2, day), swept(3, days_ago(1))))

    (again,) = take_in(
        camt(
            Entry(cents=1002, on=day, text="other words"),
            Entry(cents=-1002, on=day, text="swept otherwise"),
            opening=0,
            on=day,
            number="22",
        )
    )

    assert (again.state, StatementEntry.objects.count()) == ("held", 6)
    assert broken_invariants() == []


def test_statements_of_a_swept_account_in_odd_order_in_one_file_all_book_in_order() -> None:
    new_account(opening=0)
    one, two, three = (swept(number, days_ago(4 - number)) for number in (1, 2, 3))

    outcomes = take_in(camt_file(one, three, two))

    assert states(outcomes) == ["booked"] * 3
    assert [outcome.number for outcome in outcomes] == ["1", "3", "2"]
    assert chain() == ["1", "2", "3"]
    assert broken_invariants() == []


def test_statement_of_a_day_to_come_is_held_in_both_languages_until_it_is_near() -> None:
    new_account(opening=0)
    content = camt(Entry(cents=100), opening=0, on=TODAY + timedelta(days=4))

    with translation.override("en"):
        (english,) = take_in(content)
        advice = held.what_now(held.FUTURE)
    with translation.override("nl"):
        (dutch,) = take_in(content)
        raad = held.what_now(held.FUTURE)
    (later,) = take_in(content, now=NOW + timedelta(days=1))

    assert (
        english.detail.replace("\u00a0", " ")
        == "it closes on Fri 27 Nov 2026, a day that is still to come"
    )
    assert (
        dutch.detail.replace("\u00a0", " ")
        == "het sluit op vr 27 nov 2026, een dag die nog moet komen"
    )
    assert advice != raad
    assert [english.state, dutch.state, later.state] == ["held", "held", "booked"]


def test_statement_of_a_day_to_come_does_not_stop_those_of_today() -> None:
    new_account(opening=0)
    take_in(camt(Entry(cents=100), opening=0, on=date(2036, 1, 1), number="1"))

    (today,) = take_in(camt(Entry(cents=100), opening=0, number="2"))

    assert today.state == "booked"


def test_two_booked_statements_that_tell_the_same_are_found() -> None:
    new_account(opening=0)
    take_in(camt_file(swept(1, days_ago(2)), swept(2, days_ago(1))))
    assert invariants.statements_tell_once(now=NOW).holds

    StatementEntry.objects.filter(amount_cents__gt=0).update(amount_cents=1001)
    StatementEntry.objects.filter(amount_cents__lt=0).update(amount_cents=-1001)
    StatementEntry.objects.update(booked_on=days_ago(1))
    Statement.objects.update(closed_on=days_ago(1))

    assert not invariants.statements_tell_once(now=NOW).holds
