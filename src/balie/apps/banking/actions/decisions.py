"""What a person decides about what was held, refused or only announced; always with who and why."""

from datetime import datetime

from django.db import transaction

from balie.apps.banking import held, queries
from balie.apps.banking.actions.entries import Numbered
from balie.apps.banking.actions.statements import Place, book_placed, book_waiting, place_statement
from balie.apps.banking.models import EntryNotice, Statement, StatementFile
from balie.apps.banking.queries import Comparison, Difference
from balie.apps.banking.reading import StatementReader
from balie.formats import bank_statement
from balie.infra import audit
from balie.infra.audit import Actor

LONGEST_REASON = 400


class UnableToDecide(Exception):
    """What an employee decided cannot be done (any more); the message says why."""


def _meant(because: str) -> str:
    """Return why somebody decides, as it is kept. Raises UnableToDecide for nothing."""
    reason = because.strip()
    if not reason or len(reason) > LONGEST_REASON:
        raise UnableToDecide(f"write why, in 1 to {LONGEST_REASON} characters")
    return reason


@transaction.atomic
def set_aside(*, statement: Statement, because: str, by: Actor, now: datetime) -> Statement:
    """Take a held statement off the list: it will not be booked, and is kept as it came in.

    Raises UnableToDecide when it is not held any more.
    """
    mine = Statement.objects.filter(pk=statement.pk, state=Statement.State.HELD).update(
        state=Statement.State.ASIDE,
        decided_at=now,
        decided_by=str(by),
        decided_because=_meant(because),
    )
    if not mine:
        raise UnableToDecide(f"statement {statement.pk} is not held any more")
    _record("statement.set-aside", statement, by=by, now=now)
    # Whatever waited for this one now waits for another reason.
    book_waiting(statement.bank_account, read_again=StatementReader().read, by=by, now=now)
    statement.refresh_from_db()
    return statement


@transaction.atomic
def take_up_again(*, statement: Statement, by: Actor, now: datetime) -> Statement | None:
    """Look once more at a statement that was set aside: booked if it fits now, else held.

    Returns None when all of it is booked by now. Raises UnableToDecide when it is not set aside.
    """
    mine = Statement.objects.filter(pk=statement.pk, state=Statement.State.ASIDE).update(
        state=Statement.State.HELD, decided_at=None, decided_by="", decided_because=""
    )
    if not mine:
        raise UnableToDecide(f"statement {statement.pk} is not set aside any more")
    _record("statement.taken-up-again", statement, by=by, now=now)
    reader = StatementReader()
    placed = place_statement(
        reader.read(statement),
        file=statement.file,
        position=statement.position,
        account=statement.bank_account,
        by=by,
        now=now,
    )
    book_waiting(statement.bank_account, read_again=reader.read, by=by, now=now)
    return placed.row


def why_not_correct(statement: Statement, comparison: Comparison) -> str:
    """Return the code of what keeps a correction from being booked; '' when it can be.

    `words` (no money differs), `followed` (later statements went on from ours, so the bank did
    too), `corrected` (booked in two versions already), `no_twin`, or `sum` (the entries do not
    make up the other closing balance).
    """
    if statement.held_because != held.DIFFERS or not comparison.booked:
        return "no_twin"
    if len(comparison.booked) > 1:
        return "corrected"
    if not any(one.cents for one in comparison.differences):
        return "words"
    (twin,) = comparison.booked
    last = queries.last_statement(statement.bank_account)
    if last is None or last.pk != twin.pk:
        return "followed"
    closing, ours = statement.closing_cents or 0, twin.closing_cents or 0
    changed = sum(one.cents for one in comparison.differences)
    return "" if closing - ours == changed else "sum"


@transaction.atomic
def book_correction(*, statement: Statement, because: str, by: Actor, now: datetime) -> Statement:
    """Book what a corrected statement changes, after what was booked: nothing booked is altered.

    An entry that is gone gets a counter entry, a new one is booked, an entry of another amount gets
    both. What was claimed stays claimed: its counter entry waits in suspense for a person. Raises
    UnableToDecide when the balances do not allow it.
    """
    reason = _meant(because)
    comparison = queries.compare(statement)
    problem = why_not_correct(statement, comparison)
    if problem:
        raise UnableToDecide(
            f"statement {statement.pk} cannot be booked as a correction: {problem}"
        )
    (twin,) = comparison.booked
    fresh: list[Numbered] = []
    for one in comparison.differences:
        fresh += [(len(fresh) + at, entry) for at, entry in enumerate(_entries_for(one))]
    place = Place(last=twin, balance_cents=twin.closing_cents or 0, goes_on=True, fresh=fresh)
    Statement.objects.filter(pk=statement.pk).update(
        decided_at=now, decided_by=str(by), decided_because=reason
    )
    placed = book_placed(statement, place, by=by, now=now)
    if placed.state != "booked":
        raise UnableToDecide(f"statement {statement.pk} is not held any more")
    _record("statement.corrected", statement, by=by, now=now)
    book_waiting(statement.bank_account, read_again=StatementReader().read, by=by, now=now)
    statement.refresh_from_db()
    return statement


def _entries_for(one: Difference) -> list[bank_statement.Entry]:
    """Return what one difference books: a counter entry, a new one, both, or nothing for words."""
    if one.kind == "words":
        return []
    entries = []
    if one.ours is not None and one.ours.booked is not None:
        entry = one.ours.booked
        entries.append(
            bank_statement.Entry(
                amount_cents=-entry.amount_cents,
                booked_on=entry.booked_on,
                value_date=entry.value_date,
                # Known again as itself, and never as something the bank booked.
                bank_reference=f"BALIE-COUNTER-{entry.pk}",
                counterparty_name=one.ours.name or None,
                counterparty_iban=one.ours.iban or None,
                text=one.ours.text or None,
            )
        )
    if one.theirs is not None and one.theirs.read is not None:
        entries.append(one.theirs.read)
    return entries


@transaction.atomic
def dismiss_refusal(
    *, file: StatementFile, because: str, by: Actor, now: datetime
) -> StatementFile:
    """Take a refused file off the list. Raises UnableToDecide when it is not on it."""
    mine = StatementFile.objects.filter(
        pk=file.pk, refused_at__isnull=False, seen_at__isnull=True
    ).update(seen_at=now, seen_by=str(by), seen_because=_meant(because))
    if not mine:
        raise UnableToDecide(f"file {file.pk} is not on the list any more")
    audit.record(
        event="statement-file.dismissed", by=by, subject=("statement-file", file.pk), now=now
    )
    return file


@transaction.atomic
def dismiss_notice(*, notice: EntryNotice, because: str, by: Actor, now: datetime) -> EntryNotice:
    """Take an advance notice off the list. Raises UnableToDecide when it is not on it."""
    mine = EntryNotice.objects.filter(
        pk=notice.pk, entry__isnull=True, seen_at__isnull=True
    ).update(seen_at=now, seen_by=str(by), seen_because=_meant(because))
    if not mine:
        raise UnableToDecide(f"notice {notice.pk} is not on the list any more")
    audit.record(event="notice.dismissed", by=by, subject=("notice", notice.pk), now=now)
    return notice


def _record(event: str, statement: Statement, *, by: Actor, now: datetime) -> None:
    audit.record(
        event=event,
        by=by,
        subject=("statement", statement.pk),
        now=now,
        data={"number": statement.number, "file": statement.file_id},
    )
