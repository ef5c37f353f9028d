"""Take in a bank file: book what is in it, then let who may claim take it out of suspense."""

from collections.abc import Callable
from datetime import datetime

from balie.apps.banking import actions as banking
from balie.apps.banking.actions import StatementOutcome
from balie.apps.billing import actions as billing
from balie.apps.directdebit import actions as directdebit
from balie.infra import halt
from balie.infra.audit import Actor


def _returns_and_batches(by: Actor, now: datetime) -> None:
    directdebit.claim_slices(by=by, now=now)


def _transfers(by: Actor, now: datetime) -> None:
    billing.match_transfers(by=by, now=now)


def _costs(by: Actor, now: datetime) -> None:
    banking.claim_costs(by=by, now=now)


# The order is the point (DESIGN section 3): what is ours by its reference first, what has to be
# recognised last. Each may run again at any time and takes nothing twice.
CLAIMANTS: tuple[Callable[[Actor, datetime], None], ...] = (
    _returns_and_batches,
    _transfers,
    _costs,
)


def take_in_bank_file(
    *, name: str, content: bytes, by: Actor, now: datetime, register_unknown: bool = False
) -> list[StatementOutcome]:
    """Store, read and book a bank file, and place what is certain; one outcome per statement.

    Each step is idempotent: stopped anywhere and run again it ends the same. While money is halted
    the file is booked and everything in it waits in suspense. With `register_unknown` an account
    that is not ours yet is registered with the opening balance the file gives.
    """
    file = banking.receive_file(name=name, content=content, by=by, now=now)
    outcomes = banking.book_file(file=file, by=by, now=now, register_unknown=register_unknown)
    if halt.reason() is None:
        claim_all(by=by, now=now)
    return outcomes


def claim_all(*, by: Actor, now: datetime) -> None:
    """Let every claimant take what is his out of suspense, in the order of the list."""
    for claimant in CLAIMANTS:
        claimant(by, now)
