"""Payment references and identifiers with check digits.

Serves invoices (what the customer quotes), the matcher (what came back) and the direct debit file
(who collects): RF creditor reference (ISO 11649), Dutch betalingskenmerk, SEPA creditor identifier
(AT-02).
"""

import re

from stdnum import iso11649
from stdnum.eu import at_02
from stdnum.iso7064 import mod_97_10

_RF_BODY = re.compile(r"[A-Z0-9]{1,21}\Z")
_RF = re.compile(r"RF[0-9]{2}[A-Z0-9]{1,21}\Z")
_KENMERK = re.compile(r"(?:[0-9]{7}|[0-9]{9,14}|[0-9]{16})\Z")
_CREDITOR = re.compile(r"[A-Z]{2}[0-9]{2}[A-Z0-9]{3}[A-Z0-9]{1,28}\Z")
_DUTCH_CREDITOR = re.compile(r"NL[0-9]{2}[A-Z0-9]{3}[0-9]{12}\Z")
_SEPARATORS = re.compile(r"[\s.\-]+")
# Weights of the betalingskenmerk, counted from the right.
_WEIGHTS = (2, 4, 8, 5, 10, 9, 7, 3, 6, 1)


def rf_reference(text: str) -> str:
    """Return the RF creditor reference over `text`: 1 to 21 letters and digits, and separators.

    Raises ValueError when `text` has other characters or is too long or empty.
    """
    body = _SEPARATORS.sub("", text).upper()
    if _RF_BODY.match(body) is None:
        raise ValueError(f"An RF reference takes 1 to 21 letters and digits, not {text!r}.")
    return f"RF{mod_97_10.calc_check_digits(body + 'RF')}{body}"


def is_valid_rf(text: str) -> bool:
    """Tell whether `text`, spaced or not, is an RF reference with the right check digits."""
    compact = _SEPARATORS.sub("", text).upper()
    return _RF.match(compact) is not None and iso11649.is_valid(compact)


def kenmerk16(digits: str) -> str:
    """Return the 16-digit betalingskenmerk over at most 15 digits, zeroes put on the left.

    Raises ValueError when `digits` holds anything else than 1 to 15 digits.
    """
    if not (digits.isascii() and digits.isdigit() and len(digits) <= 15):
        raise ValueError(f"A betalingskenmerk takes 1 to 15 digits, not {digits!r}.")
    number = digits.zfill(15)
    return f"{_kenmerk_check_digit(number)}{number}"


def is_valid_kenmerk(text: str) -> bool:
    """Tell whether `text` is a betalingskenmerk: 7 digits (unchecked), 9 to 14, or 16.

    With 9 to 14 digits the second is the last digit of the length of the number that follows.
    """
    digits = _SEPARATORS.sub("", text)
    if _KENMERK.match(digits) is None:
        return False
    if len(digits) == 7:
        return True
    if len(digits) < 16 and int(digits[1]) != (len(digits) - 2) % 10:
        return False
    return digits[0] == _kenmerk_check_digit(digits[1:])


def creditor_identifier(kvk: str, business_code: str = "ZZZ", suffix: str = "0000") -> str:
    """Return the Dutch creditor identifier of a KvK number, such as NL69ZZZ123456780000.

    `business_code` is free to use and no part of the check. Raises ValueError when a part has the
    wrong shape.
    """
    identifier = f"NL00{business_code}{kvk}{suffix}"
    if len(kvk) != 8 or len(suffix) != 4 or _DUTCH_CREDITOR.match(identifier) is None:
        raise ValueError(
            "A creditor identifier takes a KvK number of 8 digits, a business code of 3 capitals or"
            f" digits and a suffix of 4 digits, not {kvk!r}, {business_code!r} and {suffix!r}."
        )
    return f"NL{at_02.calc_check_digits(identifier)}{identifier[4:]}"


def is_valid_creditor_identifier(text: str) -> bool:
    """Tell whether `text` is a creditor identifier exactly as it must stand in the file."""
    if _CREDITOR.match(text) is None:
        return False
    if text.startswith("NL") and _DUTCH_CREDITOR.match(text) is None:
        return False
    return bool(at_02.is_valid(text))


def is_same_creditor(first: str, second: str) -> bool:
    """Tell whether two creditor identifiers name one creditor: the business code does not count."""
    return first[:4] + first[7:] == second[:4] + second[7:]


def _kenmerk_check_digit(number: str) -> str:
    total = sum(
        int(digit) * _WEIGHTS[place % len(_WEIGHTS)] for place, digit in enumerate(reversed(number))
    )
    check = 11 - total % 11
    return {10: "1", 11: "0"}.get(check, str(check))
