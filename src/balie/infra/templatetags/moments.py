"""Days, moments and durations as people read them: every date and every promise on screen.

Days are days in Europe/Amsterdam. A moment that falls on midnight is the end of the day before it
("voor 24:00"), since that is how the promise says it. Minutes and larger units are rounded down,
so that no text gives more time than there is.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, time, timedelta

from balie.infra import clock

NO_BREAK = "\u00a0"
MINUTE, HOUR, DAY = 60, 3600, 86_400

WEEKDAYS: Mapping[str, tuple[str, ...]] = {
    "nl": ("ma", "di", "wo", "do", "vr", "za", "zo"),
    "en": ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"),
}
MONTHS: Mapping[str, tuple[str, ...]] = {
    "nl": ("jan", "feb", "mrt", "apr", "mei", "jun", "jul", "aug", "sep", "okt", "nov", "dec"),
    "en": ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"),
}
NEAR_DAYS: Mapping[str, Mapping[int, str]] = {
    "nl": {-1: "gisteren", 0: "vandaag", 1: "morgen"},
    "en": {-1: "yesterday", 0: "today", 1: "tomorrow"},
}
BEFORE: Mapping[str, str] = {"nl": "voor", "en": "before"}
AND: Mapping[str, str] = {"nl": "en", "en": "and"}
UNDER_A_MINUTE: Mapping[str, str] = {"nl": "minder dan een minuut", "en": "less than a minute"}
STILL: Mapping[str, str] = {"nl": "nog {}", "en": "{} left"}
LATE: Mapping[str, str] = {"nl": "{} te laat", "en": "{} late"}
AGO: Mapping[str, str] = {"nl": "{} geleden", "en": "{} ago"}
# Singular and plural; after a number Dutch leaves the hour in the singular.
UNITS: Mapping[str, Mapping[int, tuple[str, str]]] = {
    "nl": {MINUTE: ("minuut", "minuten"), HOUR: ("uur", "uur"), DAY: ("dag", "dagen")},
    "en": {MINUTE: ("minute", "minutes"), HOUR: ("hour", "hours"), DAY: ("day", "days")},
}

SECONDS: Mapping[str, tuple[str, str]] = {
    "nl": ("seconde", "seconden"),
    "en": ("second", "seconds"),
}


def day_words(day: date, *, language: str) -> str:
    """Return a date with its day of the week: `wo 24 nov 2026`.

    A moment is refused with TypeError: which day it falls on depends on where one stands.
    """
    if isinstance(day, datetime):
        raise TypeError("a moment is no day; pass it through `moment`, or give its local date")
    weekday, month = WEEKDAYS[language][day.weekday()], MONTHS[language][day.month - 1]
    return NO_BREAK.join((weekday, str(day.day), month, str(day.year)))


def clock_words(at: time) -> str:
    """Return a time of day as `14:05`, the same in both languages."""
    return f"{at.hour:02d}:{at.minute:02d}"


def moment_words(moment: datetime, *, language: str) -> str:
    """Return an aware moment as local day and time: `wo 24 nov 2026, 14:05`."""
    local = clock.local(moment)
    return f"{day_words(local.date(), language=language)}, {clock_words(local.time())}"


def due_words(due_at: datetime, *, now: datetime, language: str) -> str:
    """Return until when something must be done: `vandaag voor 24:00`, `morgen voor 10:15`.

    Further away than a day it is the date. A due moment with seconds is shown to the minute
    before it.
    """
    day, until = _last_day(due_at)
    away = (day - clock.local(now).date()).days
    named = NEAR_DAYS[language].get(away) or day_words(day, language=language)
    return f"{named} {BEFORE[language]}{NO_BREAK}{until}"


def _last_day(due_at: datetime) -> tuple[date, str]:
    """Return the last local day on which there is still time, and the time that ends it."""
    local = clock.local(due_at)
    if local.time() == time(0):
        return local.date() - timedelta(days=1), "24:00"
    return local.date(), clock_words(local.time())


def duration_words(duration: timedelta, *, language: str) -> str:
    """Return how long something took, in its two largest units: `3 uur en 12 minuten`.

    Raises ValueError for a negative duration.
    """
    seconds = int(duration.total_seconds())
    if duration < timedelta(0):
        raise ValueError(f"a duration of {duration} runs backwards")
    if seconds < MINUTE:
        return UNDER_A_MINUTE[language]
    largest = DAY if seconds >= DAY else HOUR if seconds >= HOUR else MINUTE
    words = [_count(seconds // largest, largest, language=language)]
    smaller = {DAY: HOUR, HOUR: MINUTE}.get(largest)
    if smaller and (rest := seconds % largest // smaller):
        words.append(_count(rest, smaller, language=language))
    return f" {AND[language]} ".join(words)


def stopwatch_words(duration: timedelta, *, language: str) -> str:
    """Return how long something short took, in whole seconds under two minutes: `7 seconden`."""
    seconds = int(duration.total_seconds())
    if seconds >= 2 * MINUTE:
        return duration_words(duration, language=language)
    one, more = SECONDS[language]
    return f"{seconds}{NO_BREAK}{one if seconds == 1 else more}"


def countdown_words(due_at: datetime, *, now: datetime, language: str) -> str:
    """Return what is left in one unit, `nog 3 uur`, or how much too late it is."""
    left = clock.utc(due_at) - clock.utc(now)
    frame = STILL if left > timedelta(0) else LATE
    return frame[language].format(_one_unit(abs(left), language=language))


def ago_words(moment: datetime, *, now: datetime, language: str) -> str:
    """Return how long ago something happened, in one unit: `2 uur geleden`."""
    passed = max(clock.utc(now) - clock.utc(moment), timedelta(0))
    return AGO[language].format(_one_unit(passed, language=language))


def _one_unit(duration: timedelta, *, language: str) -> str:
    """Return a duration in the largest unit of which there are at least two, rounded down."""
    seconds = int(duration.total_seconds())
    if seconds < MINUTE:
        return UNDER_A_MINUTE[language]
    unit = DAY if seconds >= 2 * DAY else HOUR if seconds >= 2 * HOUR else MINUTE
    return _count(seconds // unit, unit, language=language)


def _count(number: int, unit: int, *, language: str) -> str:
    one, more = UNITS[language][unit]
    return f"{number}{NO_BREAK}{one if number == 1 else more}"
