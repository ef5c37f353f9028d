"""Telephone numbers as one writes them, and as E.164 (`+31507009920`): one number, one text.

A number without a country is Dutch. What names nobody (`anonymous`, 112) gives None.
"""

import phonenumbers

HOME = "NL"


def e164(text: str | None) -> str | None:
    """Return the number in E.164, from any way of writing it; None when it is no number."""
    if not text or len(text) > 60:
        return None
    try:
        number = phonenumbers.parse(text, HOME)
    except phonenumbers.NumberParseException:
        return None
    if not phonenumbers.is_valid_number(number) or number.extension:
        return None
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def shown(number: str) -> str:
    """Return an E.164 number as it is read: `050 700 9920` at home, `+32 2 ...` abroad."""
    try:
        parsed = phonenumbers.parse(number, HOME)
    except phonenumbers.NumberParseException:
        return number
    home = parsed.country_code == phonenumbers.country_code_for_region(HOME)
    national, foreign = (
        phonenumbers.PhoneNumberFormat.NATIONAL,
        phonenumbers.PhoneNumberFormat.INTERNATIONAL,
    )
    return phonenumbers.format_number(parsed, national if home else foreign)


def significant(number: str) -> str:
    """Return the digits by which every way of writing an E.164 number ends: `507009920`."""
    try:
        return phonenumbers.national_significant_number(phonenumbers.parse(number, HOME))
    except phonenumbers.NumberParseException:
        return "".join(one for one in number if one.isdigit())
