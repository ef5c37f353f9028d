"""Take in a bank file: book what is in it, then let who may claim take it out of suspense.

A bank sends two kinds: statements, and answers to the files we hand in (status reports).
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from balie.apps.banking import actions as banking
from balie.apps.banking import refusals
from balie.apps.banking.actions import StatementOutcome
from balie.apps.banking.models import StatementFile
from balie.apps.banking.refusals import Refusal
from balie.apps.billing import actions as billing
from balie.apps.credentials.actions import addresses_bank
from balie.apps.directdebit import actions as directdebit
from balie.apps.office import service_rounds
from balie.formats.errors import UnreadableFile
from balie.formats.pain002 import looks_like_pain002
from balie.infra import halt, jobs
from balie.infra.audit import SYSTEM, Actor

TAKE_IN = "take-in-bank-file"
LEFT_BEHIND = timedelta(hours=1)
LARGEST_FILE = 100 * 1024 * 1024  # some 100,000 entries; a larger one would not fit the memory


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


def _address_proofs(by: Actor, now: datetime) -> list[str]:
    judged = addresses_bank.claim_proofs(by=by, now=now)
    return [
        _("a transfer quotes the code of a change of address and proves nothing: entry %(entry)d")
        % {"entry": one.slice.entry_id}
        for one in judged
        if one.claim_id is None
    ]


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
    _address_proofs,
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
    return _book(file, by=by, now=now, register_unknown=register_unknown)


@transaction.atomic
def receive_for_later(*, name: str, content: bytes, by: Actor, now: datetime) -> StatementFile:
    """Store a bank file and let a job take it in: whoever brings it need not wait for it."""
    file = banking.receive_file(name=name, content=content, by=by, now=now)
    _queue(file.pk, by=by)
    return file


def take_in_stored(*, file: StatementFile, by: Actor, now: datetime) -> list[StatementOutcome]:
    """Take in a file that was received before; repeated it does nothing twice."""
    content = bytes(file.content)
    if not looks_like_pain002(content):
        return _book(file, by=by, now=now, register_unknown=False)
    outcome = _take_in_answer(name=file.name, content=content, by=by, now=now)
    if outcome.refusal is None:
        banking.finish_file(file=file, refused=[], now=now)
    return [outcome]


def take_in_left_behind(*, now: datetime) -> int:
    """Queue what was stored an hour ago and is not taken in: whoever was at it was stopped.

    Returns how many files that are. Nothing is done twice.
    """
    left = StatementFile.objects.filter(taken_in_at__isnull=True, received_at__lt=now - LEFT_BEHIND)
    files = list(left.order_by("pk").values_list("pk", flat=True))
    for pk in files:
        _queue(pk, by=SYSTEM)
    return len(files)


def _queue(file: int, *, by: Actor) -> None:
    jobs.enqueue(TAKE_IN, dedupe=f"{TAKE_IN}:{file}", file=file, by=[by.kind, by.id, by.name])


def _book(
    file: StatementFile, *, by: Actor, now: datetime, register_unknown: bool
) -> list[StatementOutcome]:
    outcomes = banking.book_file(file=file, by=by, now=now, register_unknown=register_unknown)
    if halt.reason() is None:
        doubts = claim_all(by=by, now=now)
        return [*outcomes, *(Remark(state="doubt", detail=doubt) for doubt in doubts)]
    return outcomes


def claim_all(*, by: Actor, now: datetime) -> list[str]:
    """Let every claimant take what is his out of suspense, in the order of the list; services that
    stood still for what is paid now run again.

    Returns the doubts: what a claimant knows as his and cannot book.
    """
    doubts = [doubt for claimant in CLAIMANTS for doubt in claimant(by, now)]
    service_rounds.lift_paid(by=by, now=now)
    return doubts


def _take_in_answer(*, name: str, content: bytes, by: Actor, now: datetime) -> Remark:
    """Take in a status report; one that cannot be read, or names no file of ours, is refused."""
    try:
        said = directdebit.take_in_status(content=content, by=by, now=now)
    except UnreadableFile as error:
        reason = refusals.obstacle(error)
        refusal: Refusal = {"code": refusals.UNREADABLE_ANSWER, "reason": reason}
        return _refused_answer(refusal, name=name, content=content, by=by, now=now)
    if said.known:
        detail = _("%(name)s: this answer of the bank was taken in before") % {"name": name}
        return Remark(state="known", detail=detail)
    if said.unmatched:
        names = ", ".join(said.unmatched)
        refusal = {"code": refusals.ANSWER_TO_NOTHING, "names": names}
        return _refused_answer(refusal, name=name, content=content, by=by, now=now)
    detail = _("%(name)s: answer of the bank: accepted %(accepted)d, rejected %(rejected)d")
    words = {"name": name, "accepted": said.accepted, "rejected": len(said.rejected)}
    return Remark(state="booked", detail=detail % words)


def _refused_answer(
    refusal: Refusal, *, name: str, content: bytes, by: Actor, now: datetime
) -> Remark:
    """Keep a refused answer where refused statements are: on the desk, until a person saw it."""
    file = banking.receive_file(name=name, content=content, by=by, now=now)
    banking.finish_file(file=file, refused=[refusal], now=now)
    detail = f"{name}: {refusals.sentence_for(refusal)}"
    return Remark(state="refused", detail=detail, refusal=refusal)
