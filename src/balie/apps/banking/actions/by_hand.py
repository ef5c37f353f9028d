"""Give money that nobody claimed a place by an employee's word, and take that back."""

from datetime import datetime

from django.db import transaction

from balie.apps.banking import queries
from balie.apps.banking.actions.claims import UnableToClaim, claim, undo_claim
from balie.apps.banking.models import EntrySlice, SliceClaim
from balie.apps.ledger import accounts
from balie.apps.ledger.actions import Line
from balie.infra.audit import Actor

LONGEST_REASON = 400


@transaction.atomic
def place_on_account(
    *,
    slice: EntrySlice,  # noqa: A002 - the field's own term, everywhere in the house
    account_code: str,
    because: str,
    by: Actor,
    now: datetime,
) -> SliceClaim:
    """Book a slice on a ledger account that an employee chose, with why; in or out alike.

    Raises UnableToClaim for an account that is booked in its own way only (bank, suspense,
    receivable) or is unknown, and without a reason; AlreadyClaimed.
    """
    if not queries.accounts_by_hand().filter(code=account_code).exists():
        raise UnableToClaim(f"nothing is placed on account {account_code} by hand")
    reason = because.strip()
    if not reason or len(reason) > LONGEST_REASON:
        raise UnableToClaim(f"write why, in 1 to {LONGEST_REASON} characters")
    made = claim(
        slice=slice,
        claimant=SliceClaim.Claimant.LEDGER,
        lines=[
            Line(accounts.SUSPENSE, slice.amount_cents),
            Line(account_code, -slice.amount_cents),
        ],
        by=by,
        now=now,
    )
    SliceClaim.objects.filter(pk=made.pk).update(reason=reason)
    made.refresh_from_db()
    return made


@transaction.atomic
def take_back(*, claim: SliceClaim, by: Actor, now: datetime) -> SliceClaim:
    """Put back in suspense what an employee placed on a ledger account.

    Raises UnableToClaim when it was put back already, or placed in another way.
    """
    if claim.claimant != SliceClaim.Claimant.LEDGER:
        raise UnableToClaim(f"claim {claim.pk} is not on a ledger account of an employee's choice")
    return undo_claim(claim=claim, by=by, now=now)
