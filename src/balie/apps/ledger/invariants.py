"""What must always hold of the books (DESIGN section 7: 1)."""

from collections.abc import Callable
from datetime import datetime

from django.db.models import Count, Q, Sum

from balie.apps.ledger import accounts
from balie.apps.ledger.models import JournalEntry, Posting
from balie.infra import append_only
from balie.infra.invariants import Result, Violation

TABLES = ("ledger_journalentry", "ledger_posting")


def entries_sum_to_zero(*, now: datetime) -> Result:
    """1: the postings of each journal entry sum to zero, and each entry has some."""
    name = "1 journal entries sum to zero"
    wrong = (
        JournalEntry.objects.annotate(sum=Sum("postings__amount_cents"), count=Count("postings"))
        .filter(Q(count=0) | ~Q(sum=0))
        .values_list("key", "sum", "count")
    )
    broken = [
        Violation(
            invariant=name,
            subject=f"journal entry {key}",
            detail=f"{count} postings sum to {total or 0} cents",
        )
        for key, total, count in wrong
    ]
    return Result(name=name, checked=JournalEntry.objects.count(), violations=tuple(broken))


def receivables_have_customers(*, now: datetime) -> Result:
    """1: a posting names a customer when, and only when, it is on the receivables: ours or those
    taken over.
    """
    name = "1 receivables carry their customer"
    receivable = Q(account__code__in=[accounts.RECEIVABLE, accounts.TAKEN_OVER])
    wrong = Posting.objects.filter(
        (receivable & Q(customer__isnull=True)) | (~receivable & Q(customer__isnull=False))
    ).values_list("pk", "account__code")
    broken = [
        Violation(
            invariant=name, subject=f"posting {pk}", detail=f"on account {code}, customer amiss"
        )
        for pk, code in wrong
    ]
    return Result(name=name, checked=Posting.objects.count(), violations=tuple(broken))


def books_are_append_only(*, now: datetime) -> Result:
    """1: the database itself refuses to change or remove what is booked."""
    name = "1 postings are insert-only"
    unguarded = set(append_only.missing()).intersection(TABLES)
    broken = [
        Violation(invariant=name, subject=f"table {table}", detail="its triggers are gone")
        for table in sorted(unguarded)
    ]
    return Result(name=name, checked=len(TABLES), violations=tuple(broken))


INVARIANTS: tuple[Callable[..., Result], ...] = (
    entries_sum_to_zero,
    receivables_have_customers,
    books_are_append_only,
)
