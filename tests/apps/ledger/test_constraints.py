"""What is booked stays as it was booked; each constraint refuses its row."""

import pytest
from django.db import IntegrityError, transaction

from balie.apps.ledger import accounts
from balie.apps.ledger.actions import Line, book
from balie.apps.ledger.models import Account, JournalEntry, Posting
from tests.apps.building import NOW, TODAY

pytestmark = [pytest.mark.django_db, pytest.mark.postgres]


@pytest.fixture
def entry() -> JournalEntry:
    lines = [Line(accounts.BANK, 500), Line(accounts.SUSPENSE, -500)]
    return book(key="a", booked_on=TODAY, description="x", lines=lines, now=NOW)


def test_account_code_is_unique() -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        Account.objects.create(code=accounts.BANK, name_nl="x", name_en="x", rgs_code="x")


def test_event_has_one_entry(entry: JournalEntry) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        JournalEntry.objects.create(
            key=entry.key, booked_on=TODAY, recorded_at=NOW, description="x"
        )


def test_posting_of_nothing_is_refused(entry: JournalEntry) -> None:
    account = Account.objects.get(code=accounts.BANK)

    with pytest.raises(IntegrityError, match="ledger_posting_not_zero"), transaction.atomic():
        Posting.objects.create(entry=entry, account=account, amount_cents=0)


def test_posting_is_never_changed_or_removed(entry: JournalEntry) -> None:
    for change in (
        lambda: Posting.objects.update(amount_cents=1),
        lambda: Posting.objects.all().delete(),
        lambda: JournalEntry.objects.update(description="other"),
    ):
        with pytest.raises(IntegrityError, match="append-only"), transaction.atomic():
            change()

    assert list(entry.postings.order_by("pk").values_list("amount_cents", flat=True)) == [500, -500]
