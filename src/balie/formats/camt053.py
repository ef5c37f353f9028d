"""Reads camt.052, camt.053 and camt.054 (ISO 20022), versions .02 to .14, as statements.

Where each field is found stands in `camt053_shape`. Habits of banks that are undone here: the
counterparty is the party whose account is not ours, whatever its role is called; the amount of one
payment of many stands in its details in versions without `TxDtls/Amt`; charges are netted into the
amount; only entries with status BOOK are booked.
"""

from collections.abc import Iterator, Sequence
from datetime import date
from typing import IO, NamedTuple

from balie.formats.bank_statement import Entry, Statement, filled
from balie.formats.camt053_entry import entry_of, is_booked
from balie.formats.camt053_shape import ROOTS
from balie.formats.camt053_values import day_of, iban_of, refusal, signed_cents
from balie.formats.errors import UnreadableStatement
from balie.formats.xml import Record, read_records

MAX_ENTRIES = 500_000
"""More in one statement would not fit in the memory that reading may take."""

_KINDS = frozenset({"OPBD", "CLBD", "PRCD", "ITBD", "OPAV", "CLAV", "ITAV", "FWAV", "INFO", "XPCD"})

_NUMBERS = ("electronic_number", "legal_number", "id")


class _Balance(NamedTuple):
    kind: str
    cents: int
    on: date


def read_camt(source: IO[bytes]) -> Iterator[Statement]:
    """Yield the statements of a camt file one at a time.

    Raises UnreadableStatement, with line and path, for the first thing that is not as it must be;
    what was yielded before that belongs to a file that is refused as a whole.
    """
    entries: list[Entry] = []
    pending: list[Entry] = []
    found = False
    for record in read_records(source, roots=ROOTS, error=UnreadableStatement):
        if record.name == "Ntry":
            (entries if is_booked(record) else pending).append(entry_of(record))
            if len(entries) + len(pending) > MAX_ENTRIES:
                raise refusal(record, f"one statement has more than {MAX_ENTRIES:,} entries")
        elif record.name != "Document":
            yield _statement(record, entries=tuple(entries), pending=tuple(pending))
            entries, pending = [], []
            found = True
    if not found:
        raise UnreadableStatement("the file holds no statement", path="Document")


def _statement(
    record: Record, *, entries: tuple[Entry, ...], pending: tuple[Entry, ...]
) -> Statement:
    account = filled(record.text("iban")) or filled(record.text("account"))
    if account is None:
        raise refusal(record, "the statement does not say of which account it is", "Acct/Id")
    opening, closing = _opening_and_closing(_balances(record))
    return Statement(
        format=record.namespace.rpartition(":")[2],
        account=account,
        iban=iban_of(filled(record.text("iban"))),
        statement_id=filled(record.text("id")),
        number=next(filter(None, (filled(record.text(key)) for key in _NUMBERS)), None),
        currency=record.text("currency") or "EUR",
        opening_cents=opening.cents if opening else None,
        opening_on=opening.on if opening else None,
        closing_cents=closing.cents if closing else None,
        closing_on=closing.on if closing else None,
        entries=entries,
        pending=pending,
    )


def _balances(record: Record) -> list[_Balance]:
    found = []
    for balance in record.inner("Bal"):
        kind = balance.text("code")
        if kind not in _KINDS and (kind or not balance.text("own_code")):
            raise refusal(balance, f"a balance of the unknown type {kind}", "Tp/CdOrPrtry/Cd")
        cents = signed_cents(balance, statement=record)
        found.append(_Balance(kind or "", cents, day_of(balance, "on", "at", element="Dt")))
    for kind in ("OPBD", "CLBD"):
        if len({balance.cents for balance in found if balance.kind == kind}) > 1:
            raise refusal(record, f"the statement gives two different balances {kind}", "Bal")
    return found


def _opening_and_closing(
    balances: Sequence[_Balance],
) -> tuple[_Balance | None, _Balance | None]:
    """OPBD (else PRCD) and CLBD; a page of a longer statement has an ITBD at its inner side."""
    first = {balance.kind: balance for balance in reversed(balances)}
    interim = [balance for balance in balances if balance.kind == "ITBD"]
    opening = first.get("OPBD") or first.get("PRCD")
    closing = first.get("CLBD")
    if opening is None and interim and (closing or len(interim) > 1):
        opening = interim.pop(0)
    if closing is None and opening is not None and interim:
        closing = interim[-1]
    return opening, closing
