"""Book what the bank charges for itself: nobody else has a claim to it."""

from contextlib import suppress
from datetime import datetime

from balie.apps.banking import queries
from balie.apps.banking.actions.claims import AlreadyClaimed, claim
from balie.apps.banking.models import SliceClaim
from balie.apps.ledger import accounts
from balie.apps.ledger.actions import Line
from balie.infra.audit import Actor

# ISO 20022 bank transaction code, sub-family: charges (external code set).
CHARGES = "CHRG"


def claim_costs(*, by: Actor, now: datetime) -> list[SliceClaim]:
    """Take the bank's own charges out of suspense; running it again takes nothing twice."""
    charged = queries.unclaimed_slices().filter(
        amount_cents__lt=0, transaction_code__endswith=CHARGES
    )
    claims = []
    for piece in charged:
        lines = [
            Line(accounts.SUSPENSE, piece.amount_cents),
            Line(accounts.BANK_COSTS, -piece.amount_cents),
        ]
        # Somebody else may be claiming at this very moment; then it has its place already.
        with suppress(AlreadyClaimed):
            claims.append(
                claim(
                    slice=piece,
                    claimant=SliceClaim.Claimant.COSTS,
                    lines=lines,
                    by=by,
                    now=now,
                )
            )
    return claims
