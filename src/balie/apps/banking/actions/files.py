"""Take in a bank file: stored as it came, read whole, then booked statement by statement."""

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from django.db import IntegrityError, connection, transaction
from django.utils.translation import gettext_lazy, ngettext
from psycopg import Cursor as ServerBoundCursor

from balie.apps.banking import queries, refusals
from balie.apps.banking.actions.accounts import UnableToRegisterAccount, register_account
from balie.apps.banking.actions.notices import note_entries
from balie.apps.banking.actions.statements import Read, book_waiting, place_statement
from balie.apps.banking.held import in_euros, in_words
from balie.apps.banking.models import BankAccount, Statement, StatementFile
from balie.apps.banking.reading import StatementReader, is_advance_notice
from balie.apps.banking.recognise import account_key, is_same_account
from balie.apps.banking.refusals import Refusal
from balie.formats.errors import UnreadableStatement
from balie.formats.iban import bank_of
from balie.formats.statements import read_statements_from
from balie.infra import audit
from balie.infra.audit import Actor

EURO = "EUR"

Turn = tuple[date, int, int]  # last day, number, place in the file

_STATES = {
    "booked": gettext_lazy("booked"),
    "known": gettext_lazy("known already"),
    "held": gettext_lazy("held"),
    "aside": gettext_lazy("set aside"),
    "noticed": gettext_lazy("advance notice"),
    "refused": gettext_lazy("refused"),
}


@dataclass(frozen=True, kw_only=True)
class StatementOutcome:
    """What became of one statement; a file that cannot be read has one outcome, without account.

    `state` is booked, known, held, aside (somebody set it aside), noticed (an advance notice, which
    books nothing) or refused. `detail` says why it is held, aside or refused, in the language in
    force. `entries` counts what was booked or announced anew, else what is in it. `position` is
    None for a statement of an earlier file that could be booked now.
    """

    state: str
    account: str = ""
    number: str = ""
    position: int | None = None
    entries: int = 0
    opening_cents: int | None = None
    closing_cents: int | None = None
    closed_on: date | None = None
    detail: str = ""
    statement: Statement | None = None
    refusal: Refusal | None = None

    def __str__(self) -> str:
        """Say in one line what became of it, in the language in force."""
        if not self.account:
            return f"{_STATES[self.state]}: {self.detail}"
        what = " ".join(part for part in (self.account, self.number) if part)
        if self.closed_on is not None:
            what = f"{what} ({in_words(self.closed_on)})"
        if self.state in {"held", "aside", "refused"}:
            return f"{what}: {_STATES[self.state]}: {self.detail}"
        count = ngettext("%(count)d entry", "%(count)d entries", self.entries)
        if self.state == "noticed":
            return f"{what}: {_STATES[self.state]}, {count % {'count': self.entries}}"
        return (
            f"{what}: {_STATES[self.state]}, {count % {'count': self.entries}},"
            f" {in_euros(self.opening_cents)} → {in_euros(self.closing_cents)}"
        )


@transaction.atomic
def receive_file(*, name: str, content: bytes, by: Actor, now: datetime) -> StatementFile:
    """Store a file as it came in, before anybody reads it. The same bytes are the same file."""
    digest = hashlib.sha256(content).hexdigest()
    known = StatementFile.objects.filter(sha256=digest).first()
    if known is not None:
        return known
    try:
        with transaction.atomic():
            file = StatementFile.objects.create(
                sha256=digest,
                name=name[-255:],
                content=b"",
                received_at=now,
                received_by=str(by),
            )
            _store(file, content)
    except IntegrityError:
        return StatementFile.objects.get(sha256=digest)
    audit.record(
        event="statement-file.received",
        by=by,
        subject=("statement-file", file.pk),
        now=now,
        data={"sha256": digest, "bytes": len(content)},
    )
    return file


def _store(file: StatementFile, content: bytes) -> None:
    """Write the bytes of a file, in the transaction that made its row.

    On PostgreSQL Django writes them out in the text of the statement, which takes six times their
    size; handed over beside it they take twice.
    """
    if connection.vendor == "postgresql":
        with ServerBoundCursor(connection.connection) as cursor:
            cursor.execute(
                "UPDATE banking_statementfile SET content = %b WHERE id = %s", (content, file.pk)
            )
    else:
        StatementFile.objects.filter(pk=file.pk).update(content=content)
    file.content = content


def book_file(
    *, file: StatementFile, by: Actor, now: datetime, register_unknown: bool = False
) -> list[StatementOutcome]:
    """Book what is in a file: one outcome per statement, in order, then what was booked along.

    The file is read to its end before anything is booked, so a broken one is refused whole. Each
    statement has its own transaction; stopped anywhere and run again it ends the same. With
    `register_unknown` an account that is not ours yet is registered with the opening balance of its
    first statement that adds up.
    """
    content = bytes(file.content)
    try:
        firsts, in_order = _look_through(content, name=file.name)
    except UnreadableStatement as error:
        refusal: Refusal = {"code": refusals.UNREADABLE, "reason": refusals.obstacle(error)}
        finish_file(file=file, refused=[refusal], now=now)
        detail = refusals.sentence_for(refusal)
        return [StatementOutcome(state="refused", detail=detail, refusal=refusal)]
    accounts = _accounts_of(firsts, also_by_old_number=not register_unknown)
    if register_unknown:
        for key, opening_cents in firsts.items():
            if key not in accounts and opening_cents is not None:
                accounts[key] = _register(key, opening_cents, by=by, now=now)
    coming = enumerate(read_statements_from(content, file.name))
    outcomes = [
        _take(read, file=file, position=position, accounts=accounts, by=by, now=now)
        for position, read in (coming if in_order else sorted(coming, key=_turn))
    ]
    outcomes.sort(key=lambda outcome: outcome.position or 0)
    along = _book_waiting(accounts, outcomes, file=file, by=by, now=now)
    outcomes = [_as_it_is_now(outcome) for outcome in outcomes]
    finish_file(file=file, refused=[o.refusal for o in outcomes if o.refusal], now=now)
    return [*outcomes, *along]


def _look_through(content: bytes, *, name: str) -> tuple[dict[str, int | None], bool]:
    """Read the file to its end; per account the opening balance in cents it would begin with.

    That is of the earliest statement in euros that adds up, else of the earliest; None without one.
    And whether the statements of each account stand in their order.
    """
    firsts: dict[str, tuple[tuple[bool, date], int] | None] = {}
    turns: dict[str, Turn] = {}
    in_order = True
    for position, read in enumerate(read_statements_from(content, name)):
        key = account_key(read)
        turn = _turn((position, read))
        in_order = in_order and turns.get(key, turn) <= turn
        turns[key] = turn
        so_far = firsts.setdefault(key, None)
        if read.currency != EURO or read.opening_cents is None or is_advance_notice(read):
            continue
        rank = (not read.adds_up, read.opening_on or read.closing_on or date.min)
        if so_far is None or rank < so_far[0]:
            firsts[key] = (rank, read.opening_cents)
    return {key: found[1] if found else None for key, found in firsts.items()}, in_order


def _turn(numbered: tuple[int, Read]) -> Turn:
    """Return when a statement has its turn in its file: by its last day, number and place.

    In a ZIP they stand in any order, and one whose day cancels out would be passed over unseen.
    """
    position, read = numbered
    return read.closing_on or date.max, queries.sequence(read.number or "") or 0, position


def _accounts_of(keys: Iterable[str], *, also_by_old_number: bool) -> dict[str, BankAccount]:
    """Return which of the accounts in a file are ours, perhaps under their number of old.

    Two banks may have given out the same number, so it is only looked at where nothing new is
    registered, and only when it can be one account of ours.
    """
    ours = {account.iban: account for account in BankAccount.objects.all()}
    found = {}
    for key in keys:
        same = [account for iban, account in ours.items() if is_same_account(key, iban)]
        account = ours.get(key)
        if account is None and also_by_old_number and len(same) == 1:
            account = same[0]
        if account is not None:
            found[key] = account
    return found


def _register(key: str, opening_cents: int, *, by: Actor, now: datetime) -> BankAccount:
    bank = bank_of(key)
    try:
        return register_account(
            iban=key,
            name=bank.name if bank else key,
            opening_cents=opening_cents,
            by=by,
            now=now,
        )
    except UnableToRegisterAccount:
        return BankAccount.objects.get(iban=key)


def _take(
    read: Read,
    *,
    file: StatementFile,
    position: int,
    accounts: dict[str, BankAccount],
    by: Actor,
    now: datetime,
) -> StatementOutcome:
    key = account_key(read)
    account = accounts.get(key)
    refusal = _why_refused(read, account)
    state, row, entries, detail = "refused", None, len(read.entries), ""
    if account is not None and refusal is None and is_advance_notice(read):
        entries = note_entries(read, file=file, account=account, now=now)
        state = "noticed" if entries else "known"
    elif account is not None and refusal is None:
        placed = place_statement(
            read, file=file, position=position, account=account, by=by, now=now
        )
        state, row, entries = placed.state, placed.row, placed.entries
        detail = queries.why_held(row) if row else ""
    return StatementOutcome(
        state=state,
        account=key,
        number=read.number or "",
        position=position,
        entries=entries,
        opening_cents=read.opening_cents,
        closing_cents=read.closing_cents,
        closed_on=read.closing_on,
        detail=refusals.sentence_for(refusal) if refusal else detail,
        statement=row,
        refusal=refusal,
    )


def _why_refused(read: Read, account: BankAccount | None) -> Refusal | None:
    """Return why a statement is not for our books: its currency, or its account."""
    if read.currency != EURO:
        return {
            "code": refusals.OTHER_CURRENCY,
            "account": read.account,
            "currency": read.currency,
        }
    if account is None:
        return {"code": refusals.OTHER_ACCOUNT, "account": read.account}
    return None


def _book_waiting(
    accounts: dict[str, BankAccount],
    outcomes: list[StatementOutcome],
    *,
    file: StatementFile,
    by: Actor,
    now: datetime,
) -> list[StatementOutcome]:
    """Book what waited for what came in just now; return what was in earlier files.

    Also for what was known already: whoever booked it may have been stopped before he came here.
    """
    along: list[StatementOutcome] = []
    ours = {outcome.account for outcome in outcomes if outcome.account in accounts}
    for key in sorted(ours):
        booked = book_waiting(accounts[key], read_again=StatementReader().read, by=by, now=now)
        along += [_booked_along(row) for row in booked if row.file_id != file.pk]
    return along


def _as_it_is_now(outcome: StatementOutcome) -> StatementOutcome:
    """Return the outcome of a statement that was held at first and perhaps booked afterwards."""
    if outcome.state != "held" or outcome.statement is None:
        return outcome
    row = Statement.objects.filter(pk=outcome.statement.pk).first()
    if row is None:
        return replace(outcome, state="known", detail="", statement=None)
    return replace(outcome, state=row.state, detail=queries.why_held(row), statement=row)


def _booked_along(row: Statement) -> StatementOutcome:
    """Return the outcome of a statement that came in with an earlier file."""
    return StatementOutcome(
        state="booked",
        account=row.bank_account.iban,
        number=row.number,
        entries=row.entries.count(),
        opening_cents=row.opening_cents,
        closing_cents=row.closing_cents,
        closed_on=row.closed_on,
        statement=row,
    )


def finish_file(*, file: StatementFile, refused: Sequence[Refusal], now: datetime) -> None:
    """Note that a file was read to its end, and what of it was refused.

    Something else refused than before is news again for whoever took it off his list.
    """
    if file.refusals != [*refused]:
        file.refusals = [*refused]
        file.refused_at = now if refused else None
        file.seen_at, file.seen_by, file.seen_because = None, "", ""
    file.taken_in_at = now
    file.save(
        update_fields=[
            *("refusals", "refused_at", "taken_in_at"),
            *("seen_at", "seen_by", "seen_because"),
        ]
    )
