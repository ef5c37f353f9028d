"""The figures of the policy in words, for the page that promises them and for the mails.

A figure is named by its path in the policy (`answers.guarantee_hours`). Each path that a page may
show stands in `FIGURES` with the way it is said; a path that does not is refused, so that no
figure can reach a page without words that fit it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import time
from decimal import Decimal
from itertools import groupby
from operator import attrgetter
from typing import Any

from balie.domain.policy import Block, Policy, WeekHours
from balie.formats.iban import spaced_iban
from balie.infra.templatetags.moments import AND, NO_BREAK, clock_words

Words = Callable[[Any, str], str]

# "one" stays a figure, as "een" could be read as an article.
NUMBERS: Mapping[str, tuple[str, ...]] = {
    "nl": ("nul", "1", "twee", "drie", "vier", "vijf", "zes", "zeven", "acht", "negen", "tien"),
    "en": ("zero", "1", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"),
}
UNITS: Mapping[str, Mapping[str, tuple[str, str]]] = {
    "nl": {
        "minute": ("minuut", "minuten"),
        "hour": ("uur", "uur"),
        "day": ("dag", "dagen"),
        "working day": ("werkdag", "werkdagen"),
        "month": ("maand", "maanden"),
        "second": ("seconde", "seconden"),
    },
    "en": {
        "minute": ("minute", "minutes"),
        "hour": ("hour", "hours"),
        "day": ("day", "days"),
        "working day": ("working day", "working days"),
        "month": ("month", "months"),
        "second": ("second", "seconds"),
    },
}
FULL_WEEKDAYS: Mapping[str, tuple[str, ...]] = {
    "nl": ("maandag", "dinsdag", "woensdag", "donderdag", "vrijdag", "zaterdag", "zondag"),
    "en": ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"),
}
# How minutes are said that have a name of their own.
NAMED_MINUTES: Mapping[str, Mapping[int, str]] = {
    "nl": {15: "een kwartier", 30: "een half uur", 60: "een uur", 90: "anderhalf uur"},
    "en": {30: "half an hour", 60: "an hour", 90: "an hour and a half"},
}
CLOCK: Mapping[str, str] = {"nl": f"{{}}{NO_BREAK}uur", "en": "{}"}
THROUGH: Mapping[str, str] = {"nl": "tot en met", "en": "to"}
FROM_TO: Mapping[str, str] = {
    "nl": f"van {{}} tot {{}}{NO_BREAK}uur",
    "en": "from {} to {}",
}


class NoSuchFigure(LookupError):
    """A page asks for a figure that the policy does not have, or that has no words yet."""


def number_words(number: int, language: str) -> str:
    """Return a number up to ten in letters, as running text has it; larger ones in figures."""
    names = NUMBERS[language]
    return names[number] if 0 <= number < len(names) else str(number)


def _counted(unit: str, *, in_letters: bool = False) -> Words:
    """Return how a whole number of a unit is said."""

    def words(number: int, language: str) -> str:
        one, more = UNITS[language][unit]
        figure = number_words(number, language) if in_letters else str(number)
        return f"{figure}{NO_BREAK}{one if number == 1 else more}"

    return words


def _minutes(minutes: int, language: str) -> str:
    named = NAMED_MINUTES[language].get(minutes)
    if named:
        return named
    hours, rest = divmod(minutes, 60)
    if hours and not rest:
        return _counted("hour", in_letters=True)(hours, language)
    return _counted("minute")(minutes, language)


def _seconds(seconds: int, language: str) -> str:
    if seconds == 60:
        return {"nl": "een minuut", "en": "a minute"}[language]
    minutes, rest = divmod(seconds, 60)
    return _counted("second")(seconds, language) if rest else _minutes(minutes, language)


def _at(at: time, language: str) -> str:
    return CLOCK[language].format(clock_words(at))


def _week(hours: WeekHours, language: str) -> str:
    """Return opening hours, days with the same hours together; closed days are left out."""
    days = FULL_WEEKDAYS[language]
    runs = [
        (blocks, [index for index, _ in run])
        for blocks, run in groupby(enumerate(hours.by_weekday), key=lambda each: each[1])
    ]
    spoken = [
        f"{_days([days[index] for index in run], language)} {_blocks(blocks, language)}"
        for blocks, run in runs
        if blocks
    ]
    return _listed(spoken, language)


def _days(names: list[str], language: str) -> str:
    if len(names) > 2:
        return f"{names[0]} {THROUGH[language]} {names[-1]}"
    return _listed(names, language)


def _blocks(blocks: tuple[Block, ...], language: str) -> str:
    """Return the blocks of a day; a closing time of 00:00 is the end of it, 24:00."""
    return _listed(
        [
            FROM_TO[language].format(
                clock_words(opens), clock_words(closes) if closes != time(0) else "24:00"
            )
            for opens, closes in blocks
        ],
        language,
    )


def _listed(parts: list[str], language: str) -> str:
    *first, last = parts or [""]
    return f"{', '.join(first)} {AND[language]} {last}" if first else last


def _text(value: object, _language: str) -> str:
    return str(value)


def _per_cent(rate: Decimal, language: str) -> str:
    shown = f"{rate.normalize():f}"
    return f"{shown.replace('.', ',') if language == 'nl' else shown}%"


def _iban(iban: str, _language: str) -> str:
    return spaced_iban(iban).replace(" ", NO_BREAK)


FIGURES: Mapping[str, Words] = {
    "answers.guarantee_hours": _counted("hour"),
    "answers.same_day_cutoff": _at,
    "answers.usual_minutes": _minutes,
    "office.hours": _week,
    "phone.number": lambda number, _language: str(number).replace(" ", NO_BREAK),
    "phone.hours": _week,
    "phone.support_digit": _text,
    "collecting.refund_days": _counted("day"),
    "collecting.unauthorised_months": _counted("month"),
    "collecting.prenotification_days": _counted("day", in_letters=True),
    "collecting.payment_term_days": _counted("day"),
    "transfers.processing_min_days": number_words,
    "transfers.processing_max_days": _counted("working day", in_letters=True),
    "credentials.link_minutes": _minutes,
    "credentials.mail_seconds": _seconds,
    "address_change.open_days": _counted("day"),
    "address_change.bank_days": _counted("day"),
    "address_change.witness_days": _counted("day"),
    "address_change.money_hours": _counted("hour"),
    "billing.vat_rate": _per_cent,
    "company.name": _text,
    "company.trade_name": _text,
    "company.email": _text,
    "company.iban": _iban,
    "company.bic": _text,
    "company.creditor_identifier": _text,
    "company.kvk_number": _text,
    "company.vat_number": _text,
}


def figure_words(policy: Policy, path: str, *, language: str) -> str:
    """Return the figure at a path of the policy, in the words of a language.

    Raises NoSuchFigure for a path that has no words here.
    """
    if path not in FIGURES:
        known = ", ".join(sorted(FIGURES))
        raise NoSuchFigure(f"no figure {path!r}; a page can show: {known}")
    return FIGURES[path](attrgetter(path)(policy), language)
