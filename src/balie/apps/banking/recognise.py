"""By what a statement and an entry are known again, whichever file they come in.

A bank's own reference names an entry; without one its content does. Two real payments may be alike
in both, so a fingerprint is counted as well (guide: safety, statement import).
"""

import hashlib
import json
import re

from balie.formats.bank_statement import Entry, Statement
from balie.formats.iban import normalise_iban

_BLANKS = re.compile(r"\s+")
_CURRENCY_BEHIND = re.compile(r"\s*EUR\Z")
MAX_ACCOUNT = 34
DUTCH_IBAN = 18


def account_key(statement: Statement) -> str:
    """Return under what an account is registered: its IBAN, else the number as written, tidied."""
    if statement.iban:
        return statement.iban
    return normalise_iban(_CURRENCY_BEHIND.sub("", statement.account.strip()))[:MAX_ACCOUNT]


def is_same_account(key: str, iban: str) -> bool:
    """Tell whether a number from before the IBAN (`0417164300`) is the account of a Dutch IBAN."""
    number = key.rpartition("/")[2]
    return (
        iban.startswith("NL")
        and len(iban) == DUTCH_IBAN
        and number.isdecimal()
        and number.zfill(10) == iban[-10:]
    )


def fingerprint(entry: Entry) -> str:
    """Return by what an entry is known again: 64 hex digits over reference or content."""
    day, amount = entry.booked_on.isoformat(), entry.amount_cents
    if entry.bank_reference:
        return _hash("reference", entry.bank_reference, day, amount)
    return _hash(
        "content",
        day,
        amount,
        entry.value_date.isoformat() if entry.value_date else None,
        entry.counterparty_iban,
        entry.end_to_end_id,
        entry.batch_payment_information_id,
        _BLANKS.sub("", entry.text or ""),
    )


def identity(statement: Statement) -> str:
    """Return by what a statement is known again: account, number, balances, days and entries."""
    return _hash(
        "statement",
        account_key(statement),
        statement.number,
        statement.opening_cents,
        statement.opening_on.isoformat() if statement.opening_on else None,
        statement.closing_cents,
        statement.closing_on.isoformat() if statement.closing_on else None,
        [fingerprint(entry) for entry in statement.entries],
    )


def _hash(*parts: str | int | list[str] | None) -> str:
    return hashlib.sha256(json.dumps(parts, ensure_ascii=True).encode()).hexdigest()
