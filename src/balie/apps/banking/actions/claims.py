"""Take one slice out of suspense, once; and put it back with a counter entry."""

from collections.abc import Sequence
from datetime import datetime

from django.db import IntegrityError, transaction

from balie.apps.banking.models import EntrySlice, SliceClaim
from balie.apps.ledger import accounts
from balie.apps.ledger.actions import AlreadyBooked, Line, book
from balie.infra import audit
from balie.infra.audit import Actor


class UnableToClaim(Exception):
    """A slice cannot be claimed, or a claim not be undone, as asked; the message says why."""


class AlreadyClaimed(UnableToClaim):
    """The slice has a standing claim: its money has a place already."""


@transaction.atomic
def claim(
    *,
    slice: EntrySlice,  # noqa: A002 - the field's own term, everywhere in the house
    claimant: str,
    lines: Sequence[Line],
    by: Actor,
    now: datetime,
) -> SliceClaim:
    """Take a slice out of suspense into the accounts that `lines` name.

    `lines` are the whole booking, the line that empties suspense by the amount of the slice
    included. Booked on the day of the bank. Raises UnableToClaim when suspense is not moved by
    exactly the slice, AlreadyClaimed when somebody was first, ledger.UnbalancedEntry.
    """
    moved = sum(line.amount_cents for line in lines if line.account_code == accounts.SUSPENSE)
    if moved != slice.amount_cents:
        raise UnableToClaim(
            f"slice {slice.pk} holds {slice.amount_cents} cents; a claim takes all of it out of"
            f" suspense, not {moved}"
        )
    before = SliceClaim.objects.filter(slice=slice).count()
    try:
        with transaction.atomic():
            entry = book(
                key=f"claim:{slice.pk}:{before + 1}",
                booked_on=slice.entry.booked_on,
                description=f"{claimant}, bank entry {slice.entry_id}",
                lines=lines,
                now=now,
            )
            made = SliceClaim.objects.create(
                slice=slice,
                claimant=claimant,
                journal_entry=entry,
                claimed_at=now,
                claimed_by=str(by),
            )
    except (IntegrityError, AlreadyBooked) as error:
        raise AlreadyClaimed(f"slice {slice.pk} is claimed already") from error
    audit.record(
        event="slice.claimed",
        by=by,
        subject=("slice", slice.pk),
        now=now,
        data={"claimant": claimant, "amount_cents": slice.amount_cents},
    )
    return made


@transaction.atomic
def undo_claim(*, claim: SliceClaim, by: Actor, now: datetime) -> SliceClaim:
    """Put a slice back in suspense: a counter entry on the same accounts.

    Whoever made the claim undoes first what he did with the money. Raises UnableToClaim when the
    claim is undone already.
    """
    undone = SliceClaim.objects.filter(pk=claim.pk, undone_at__isnull=True).update(
        undone_at=now, undone_by=str(by)
    )
    if not undone:
        raise UnableToClaim(f"claim {claim.pk} is undone already")
    postings = claim.journal_entry.postings.select_related("account", "customer").order_by("pk")
    book(
        key=f"claim-undone:{claim.pk}",
        booked_on=claim.slice.entry.booked_on,
        description=f"undone: {claim.journal_entry.description}",
        lines=[
            Line(posting.account.code, -posting.amount_cents, posting.customer)
            for posting in postings
        ],
        now=now,
    )
    audit.record(event="slice.unclaimed", by=by, subject=("slice", claim.slice_id), now=now)
    claim.refresh_from_db()
    return claim
