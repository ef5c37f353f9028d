"""Each invariant of the books holds after honest work and catches its planted break."""

from collections.abc import Callable

import pytest
from django.db import connection

from balie.apps.ledger import accounts, invariants
from balie.apps.ledger.actions import Line, book
from balie.apps.ledger.models import Account, JournalEntry, Posting
from balie.infra import append_only
from balie.infra.invariants import Result
from tests.apps.building import NOW, TODAY, new_customer

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def honest_work() -> None:
    lines = [Line(accounts.RECEIVABLE, 500, new_customer()), Line(accounts.REVENUE, -500)]
    book(key="a", booked_on=TODAY, description="x", lines=lines, now=NOW)


def half_an_entry() -> None:
    Posting.objects.create(
        entry=JournalEntry.objects.get(),
        account=Account.objects.get(code=accounts.BANK),
        amount_cents=1,
    )


def empty_entry() -> None:
    JournalEntry.objects.create(key="b", booked_on=TODAY, recorded_at=NOW, description="x")


def nobodys_receivable() -> None:
    with append_only.lifted("ledger_posting"):
        Posting.objects.update(customer=None)


def customer_of_revenue() -> None:
    with append_only.lifted("ledger_posting"):
        Posting.objects.update(customer=new_customer())


def no_triggers() -> None:
    name = connection.ops.quote_name("ledger_posting_no_delete")
    on_table = " ON ledger_posting" if connection.vendor == "postgresql" else ""
    with connection.cursor() as cursor:
        cursor.execute(f"DROP TRIGGER {name}{on_table}")


BREAKS: list[tuple[Callable[..., Result], Callable[[], None]]] = [
    (invariants.entries_sum_to_zero, half_an_entry),
    (invariants.entries_sum_to_zero, empty_entry),
    (invariants.receivables_have_customers, nobodys_receivable),
    (invariants.receivables_have_customers, customer_of_revenue),
    (invariants.books_are_append_only, no_triggers),
]


@pytest.mark.parametrize("check", invariants.INVARIANTS)
def test_invariant_holds_after_honest_work(check: Callable[..., Result]) -> None:
    result = check(now=NOW)

    assert result.holds
    assert result.checked > 0


@pytest.mark.parametrize(("check", "plant"), BREAKS)
def test_planted_break_is_caught(check: Callable[..., Result], plant: Callable[[], None]) -> None:
    plant()

    assert not check(now=NOW).holds


def test_every_invariant_has_a_planted_break() -> None:
    assert {check for check, _ in BREAKS} == set(invariants.INVARIANTS)
