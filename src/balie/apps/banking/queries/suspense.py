"""What is in suspense: what nobody claimed yet, and what people placed by hand."""

from collections.abc import Iterator

from django.db.models import Exists, OuterRef, QuerySet, Sum

from balie.apps.banking.models import EntrySlice, SliceClaim
from balie.apps.ledger import accounts
from balie.apps.ledger.models import Account

AT_ONCE = 1000
# Money at the bank, in suspense and owed by customers has a way of its own to be booked.
NOT_BY_HAND = (accounts.BANK, accounts.SUSPENSE, accounts.RECEIVABLE)


def unclaimed_slices() -> QuerySet[EntrySlice]:
    """Return what is in suspense, oldest first, each with its entry and account."""
    standing = SliceClaim.objects.filter(slice=OuterRef("pk"), undone_at__isnull=True)
    return (
        EntrySlice.objects.filter(~Exists(standing))
        .select_related("entry__bank_account")
        .order_by("entry__booked_on", "pk")
    )


def in_portions(slices: QuerySet[EntrySlice]) -> Iterator[EntrySlice]:
    """Yield slices one by one in their order, with a thousand in memory however many there are.

    Which ones is settled at the start: whoever claims while he reads misses none and gets none
    twice. One that somebody else claimed meanwhile may still come.
    """
    wanted = list(slices.values_list("pk", flat=True))
    for start in range(0, len(wanted), AT_ONCE):
        portion = wanted[start : start + AT_ONCE]
        found = EntrySlice.objects.select_related("entry__bank_account").in_bulk(portion)
        yield from (found[pk] for pk in portion)


def suspense_total() -> int:
    """Return what all unclaimed slices come to, in cents: positive when more came in."""
    return unclaimed_slices().order_by().aggregate(sum=Sum("amount_cents"))["sum"] or 0


def accounts_by_hand() -> QuerySet[Account]:
    """Return the ledger accounts on which an employee may place what nobody claimed."""
    return Account.objects.exclude(code__in=NOT_BY_HAND).order_by("code")


def placed_by_hand() -> QuerySet[SliceClaim]:
    """Return what employees placed on a ledger account and did not take back, last first."""
    return (
        SliceClaim.objects.filter(claimant=SliceClaim.Claimant.LEDGER, undone_at__isnull=True)
        .select_related("slice__entry__bank_account", "journal_entry")
        .prefetch_related("journal_entry__postings__account")
        .order_by("-pk")
    )
