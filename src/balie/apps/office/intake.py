"""Take in a bank file: book what is in it, then let who may claim take it out of suspense.

A bank sends two kinds: statements, and answers to the files we hand in (status reports).
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from balie.apps.banking import actions as banking
from balie.apps.banking.actions import StatementOutcome
from balie.apps.billing import actions as billing
from balie.apps.directdebit import actions as directdebit
from balie.formats.errors import UnreadableFile
from balie.formats.pain002 import looks_like_pain002
from balie.infra import halt
from balie.infra.audit import Actor


@dataclass(frozen=True, kw_only=True)
class Remark(StatementOutcome):
    """What else came of a file: an answer to a file of ours, or a doubt about what came in.

    `state` is booked, known or refused for an answer, and doubt for what waits for a person.
    """

    def __str__(self) -> str:
        """Say it in one line."""
        return self.detail


def _returns_and_batches(by: Actor, now: datetime) -> list[str]:
    return directdebit.claim_slices(by=by, now=now).doubts


def _transfers(by: Actor, now: datetime) -> list[str]:
    billing.match_transfers(by=by, now=now)
    return []


def _costs(by: Actor, now: datetime) -> list[str]:
    banking.claim_costs(by=by, now=now)
    return []


# The order is the point (DESIGN section 3): what is ours by its reference first, what has to be
# recognised last. Each may run again at any time and takes nothing twice.
CLAIMANTS: tuple[Callable[[Actor, datetime], list[str]], ...] = (
    _returns_and_batches,
    _transfers,
    _costs,
)


def take_in_bank_file(
    *, name: str, content: bytes, by: Actor, now: datetime, register_unknown: bool = False
) -> list[StatementOutcome]:
    """Store, read and book a bank file, and place what is certain; one outcome per statement.

    Behind them the doubts: what came in, seems ours and fits nothing. A status report has one
    outcome, that says what the bank did with our file.

    Each step is idempotent: stopped anywhere and run again it ends the same. While money is halted
    the file is booked and everything in it waits in suspense. With `register_unknown` an account
    that is not ours yet is registered with the opening balance the file gives.
    """
    if looks_like_pain002(content):
        return [_take_in_answer(name=name, content=content, by=by, now=now)]
    file = banking.receive_file(name=name, content=content, by=by, now=now)
    outcomes = banking.book_file(file=file, by=by, now=now, register_unknown=register_unknown)
    if halt.reason() is None:
        doubts = claim_all(by=by, now=now)
        return [*outcomes, *(Remark(state="doubt", detail=doubt) for doubt in doubts)]
    return outcomes


def claim_all(*, by: Actor, now: datetime) -> list[str]:
    """Let every claimant take what is his out of suspense, in the order of the list.

    Returns the doubts: what a claimant knows as his and cannot book.
    """
    return [doubt for claimant in CLAIMANTS for doubt in claimant(by, now)]


def _take_in_answer(*, name: str, content: bytes, by: Actor, now: datetime) -> Remark:
    """Take in a status report; one that cannot be read, or names no file of ours, is refused."""
    try:
        said = directdebit.take_in_status(content=content, by=by, now=now)
    except UnreadableFile as error:
        return Remark(state="refused", detail=f"{name}: {error}")
    if said.known:
        detail = _("%(name)s: this answer of the bank was taken in before") % {"name": name}
        return Remark(state="known", detail=detail)
    words = {
        "name": name,
        "accepted": said.accepted,
        "rejected": len(said.rejected),
        "unmatched": ", ".join(said.unmatched),
    }
    if said.unmatched:
        detail = _(
            "%(name)s: answer of the bank: accepted %(accepted)d, rejected %(rejected)d; not taken "
            "over: %(unmatched)s"
        )
        return Remark(state="refused", detail=detail % words)
    detail = _("%(name)s: answer of the bank: accepted %(accepted)d, rejected %(rejected)d")
    return Remark(state="booked", detail=detail % words)
