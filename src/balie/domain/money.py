"""Amounts of money as people read and type them; inside the house they are integer cents.

Dutch stands as `€ 1.234,56` and `€ -12,10` (Unicode CLDR, language nl), English as `€1,234.56` and
`-€12.10`. Reading is strict: what could be meant in two ways is refused, never guessed.
"""

import re

_NO_BREAK_SPACE = "\u00a0"
_MOST_CENTS = 99_999_999_999  # what one SEPA payment carries
_AMOUNT = re.compile(
    r"(?P<sign>-?)(?P<euros>0|[1-9][0-9]{0,11}|[1-9][0-9]{0,2}(?:\.[0-9]{3}){1,3})"
    r"(?:,(?P<cents>[0-9]{2}))?"
)


class UnableToReadAmount(ValueError):
    """What was typed is no amount in euros; the message says how to write one."""


def format_euro(cents: int, *, language: str = "nl") -> str:
    """Return an amount in cents as people read it, in Dutch or (`language="en"`) in English.

    The Dutch form holds a no-break space, so that sign and figure stay on one line.
    """
    euros, rest = divmod(abs(cents), 100)
    sign = "-" if cents < 0 else ""
    grouped = f"{euros:,}"
    if language == "en":
        return f"{sign}€{grouped}.{rest:02d}"
    return f"€{_NO_BREAK_SPACE}{sign}{grouped.replace(',', '.')},{rest:02d}"


def parse_euro(text: str) -> int:
    """Return the cents of an amount typed the Dutch way: `12,10`, `€ 1.234,56`, `-5`.

    Raises UnableToReadAmount for anything else: `12.10` and `1,234` could be meant in two ways.
    """
    typed = text.strip().removeprefix("€").strip()
    found = _AMOUNT.fullmatch(typed)
    if found is None:
        raise UnableToReadAmount(
            f"{text!r} is no amount in euros. Write it as 1234,56: a comma and two digits for the"
            " cents, at most dots between thousands."
        )
    cents = int(found["euros"].replace(".", "")) * 100 + int(found["cents"] or 0)
    if cents > _MOST_CENTS:
        raise UnableToReadAmount(
            f"{text!r} is more than a bank transfers at once"
            f" ({format_euro(_MOST_CENTS)}). Check the amount."
        )
    return -cents if found["sign"] else cents
