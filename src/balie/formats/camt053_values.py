"""Amounts, signs, dates and accounts as camt files must write them; anything else is refused."""

import re
from datetime import date, datetime
from functools import lru_cache
from zoneinfo import ZoneInfo

from balie.formats.bank_statement import MOST_CENTS
from balie.formats.errors import UnreadableStatement
from balie.formats.xml import Record

_AMOUNT = re.compile(r"\+?([0-9]{0,15})(?:\.([0-9]*))?")
_DAY = re.compile(r"([0-9]{4}-[0-9]{2}-[0-9]{2})(?:Z|[+-][0-9]{2}:[0-9]{2})?")
_SIGNS = {"CRDT": 1, "DBIT": -1}
_TRUTHS = {"true": True, "1": True, "false": False, "0": False}
FIRST_YEAR, LAST_YEAR = 1970, 2099
_AMSTERDAM = ZoneInfo("Europe/Amsterdam")


def refusal(record: Record, reason: str, element: str | None = None) -> UnreadableStatement:
    """The refusal for `reason`, with the line of `record` and the path of `element` in it."""
    path = f"{record.path}/{element}" if element else record.path
    return UnreadableStatement(reason, line=record.line, path=path)


def sign_of(record: Record) -> int:
    """1 for what came in, -1 for what went out."""
    text = record.text("sign")
    sign = _SIGNS.get(text or "")
    if sign is None:
        said = "is missing" if text is None else f"says {text}"
        raise refusal(record, f"the debit/credit indicator {said}", "CdtDbtInd")
    return sign


def signed_cents(record: Record, *, statement: Record) -> int:
    """The amount of a balance, entry or payment in cents, in the currency of the account."""
    currency = record.text("currency")
    if currency is None:
        raise refusal(record, "the amount has no currency", "Amt")
    expected = statement.texts.setdefault("currency", currency)
    if currency != expected:
        reason = f"the amount is in {currency} and the account in {expected}"
        raise refusal(record, reason, "Amt")
    return sign_of(record) * cents_of(record, "amount", element="Amt")


def cents_of(record: Record, key: str, *, element: str) -> int:
    """The unsigned amount under `key` in cents."""
    text = record.text(key)
    if text is None:
        raise refusal(record, "the amount is missing", element)
    match = _AMOUNT.fullmatch(text)
    if match is None or not any(match.groups()):
        raise refusal(record, f"{text[:40]!r} is not an amount", element)
    whole, decimals = match.group(1), match.group(2) or ""
    if len(decimals) > 2:
        raise refusal(record, f"the amount {text[:40]} has more than 2 decimals", element)
    cents = int(whole or "0") * 100 + int(decimals.ljust(2, "0"))
    if cents > MOST_CENTS:
        raise refusal(record, f"the amount {text[:40]} is more than any account holds", element)
    return cents


def day_of(record: Record, day_key: str, moment_key: str, *, element: str) -> date:
    """The date under either key; a moment counts as the day it is in Amsterdam."""
    text = record.text(day_key)
    try:
        if text is not None:
            return _day(text)
        text = record.text(moment_key)
        if text is not None:
            return _day_of_moment(text)
    except (ValueError, OverflowError):
        raise refusal(record, f"{text[:40] if text else text!r} is not a date", element) from None
    raise refusal(record, "the date is missing", element)


@lru_cache(maxsize=1024)  # a statement has few days and many entries
def _day(text: str) -> date:
    match = _DAY.fullmatch(text)
    if match is None:
        raise ValueError(text)
    return _of_our_time(date.fromisoformat(match.group(1)))


@lru_cache(maxsize=1024)
def _day_of_moment(text: str) -> date:
    moment = datetime.fromisoformat(text)
    return _of_our_time((moment if moment.tzinfo is None else moment.astimezone(_AMSTERDAM)).date())


def _of_our_time(day: date) -> date:
    """Refuse the dates that programs write for "no date" (0001-01-01, 1900-01-01, 9999-12-31)."""
    if not FIRST_YEAR <= day.year <= LAST_YEAR:
        raise ValueError(f"{day} is no day of a bank")
    return day


def truth_of(record: Record, key: str, *, element: str) -> bool:
    """An xs:boolean; absent is False."""
    text = record.text(key)
    if text is None:
        return False
    truth = _TRUTHS.get(text)
    if truth is None:
        raise refusal(record, f"{text[:40]!r} is neither true nor false", element)
    return truth


def iban_of(text: str | None) -> str | None:
    """An account number without spaces, in capitals."""
    return None if text is None else text.replace(" ", "").upper()
