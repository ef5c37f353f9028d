"""IBAN: check, tidy, show and mask an account number, and name its bank.

The rule (length and structure per country, ISO 7064 mod 97-10) and the register of banks come from
schwifty; here it is narrowed to plain ASCII, because a file for the bank carries nothing else.
"""

import re
from dataclasses import dataclass
from functools import lru_cache

import schwifty
from schwifty.exceptions import SchwiftyException

_SHAPE = re.compile(r"[A-Z]{2}[0-9]{2}[A-Z0-9]{11,30}\Z")
_SEPARATORS = re.compile(r"[\s\u200b.\-]+")
_EEA_COUNTRIES = (
    "AT BE BG CY CZ DE DK EE ES FI FR GR HR HU IE IS IT LI LT LU LV MT NL NO PL PT RO SE SI SK"
)
_EEA = frozenset(_EEA_COUNTRIES.split())


@dataclass(frozen=True, slots=True)
class Bank:
    """The bank that keeps an account."""

    bic: str
    name: str


def normalise_iban(text: str) -> str:
    """Return `text` in capitals without spaces, dots and dashes; it may still be no IBAN at all."""
    return _SEPARATORS.sub("", text).upper()


def is_valid_iban(text: str) -> bool:
    """Tell whether `text`, as people type it, is an IBAN with the right length and check digits."""
    return _parse(text) is not None


def is_compact_iban(text: str) -> bool:
    """Tell whether `text` is a valid IBAN just as it must stand in a file: no spaces, capitals."""
    return _parse(text) is not None and normalise_iban(text) == text


def is_sepa_iban(text: str) -> bool:
    """Tell whether `text` is a valid IBAN of a country where SEPA payments can be made."""
    iban = _parse(text)
    return iban is not None and bool(iban.in_sepa_zone)


def is_eea_iban(text: str) -> bool:
    """Tell whether `text` is a valid IBAN of the European Economic Area.

    A debtor outside it needs an address and a BIC in a direct debit (guide of the banks, 1.2).
    """
    iban = _parse(text)
    return iban is not None and iban.country_code in _EEA


def spaced_iban(text: str) -> str:
    """Return the IBAN in groups of four, as it is printed on paper."""
    iban = normalise_iban(text)
    return " ".join(iban[start : start + 4] for start in range(0, len(iban), 4))


def masked_iban(text: str) -> str:
    """Return enough to recognise one's own account and no more: `NL91 •••• 4300`."""
    iban = normalise_iban(text)
    if len(iban) < 12:
        return "••••"
    return f"{iban[:4]} •••• {iban[-4:]}"


def bank_of(iban: str) -> Bank | None:
    """Return the bank of `iban`, or None when it is no IBAN or its bank is not known."""
    parsed = _parse(iban)
    if parsed is None:
        return None
    bank = parsed.bank
    if bank is None or not bank.bic:
        return None
    return Bank(bic=bank.bic, name=bank.name)


@lru_cache(maxsize=256)  # the same IBAN is asked about several times in a row
def _parse(text: str) -> schwifty.IBAN | None:
    compact = normalise_iban(text)
    if _SHAPE.match(compact) is None:
        return None
    try:
        return schwifty.IBAN(compact)
    except SchwiftyException:
        return None
