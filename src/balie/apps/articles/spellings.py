"""How people type a figure of the policy: as patterns, from the words the policy says it in."""

import re
from collections.abc import Iterator

from balie.infra.templatetags.figures import NUMBERS

SHORTEST = 4  # signs; "2" and "twee" stand in too many sentences to be recognised
_TIME = re.compile(r"(\d\d):(\d\d)(?: uur)?")
_BLOCK = re.compile(r"(\d\d):(\d\d) (?:tot|to) (\d\d):(\d\d)")
_BETWEEN = r" ?(?:-|–|—|tot|to|until|en|and) ?"
_HOUR = r" ?(?:uur|u|h)"
_ONE = {"een", "a", "an"}
# Every spelling of a unit by the word the policy uses.
_UNITS = {
    word: spellings
    for words, spellings in (
        ("uur", "uur|uren|u"),
        ("minuut minuten", "minuut|minuten|min"),
        ("dag dagen", "dag|dagen"),
        ("werkdag werkdagen", "werkdag|werkdagen"),
        ("maand maanden", "maand|maanden"),
        ("hour hours", "hours?|hrs?|h"),
        ("minute minutes", "minutes?|mins?"),
        ("day days", "days?"),
        ("month months", "months?"),
        ("seconde seconden", "seconde|seconden"),
        ("second seconds", "seconds?"),
    )
    for word in words.split()
}
_UNITS["working day"] = _UNITS["working days"] = "working days?"
_WEEKS = {"nl": "weken|week", "en": "weeks?"}
_DAYS = {"dag", "dagen", "day", "days"}
_FROM_ELEVEN = {
    "nl": "elf twaalf dertien veertien vijftien zestien zeventien achttien negentien".split(),
    "en": "eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen".split(),
}
_TENS = {
    "nl": "twintig dertig veertig vijftig zestig zeventig tachtig negentig".split(),
    "en": "twenty thirty forty fifty sixty seventy eighty ninety".split(),
}
_ONES = {"nl": {1: "een"}, "en": {1: "one"}}


def ways_to_type(words: str, language: str) -> Iterator[str]:
    """Yield patterns of a figure, likeliest first; none for one that too many sentences hold.

    `words` is the figure as the policy says it, with plain blanks.
    """
    if len(words) < SHORTEST or words in NUMBERS[language]:
        return
    yield re.escape(words)
    number, _, unit = words.partition(" ")
    count = _number(number, language)
    if time := _TIME.fullmatch(words):
        yield from _clock(int(time[1]), int(time[2]), language)
    elif count is not None and unit in _UNITS:
        yield rf"(?:{_either(count, language)})[ -]?(?:{_UNITS[unit]})"
        if unit in _DAYS and count % 7 == 0:
            yield rf"(?:{_either(count // 7, language)}) (?:{_WEEKS[language]})"
    elif blocks := _BLOCK.findall(words):
        for block in blocks:
            yield from _hours(*map(int, block))
    elif sum(sign.isdigit() for sign in words) > SHORTEST:
        yield re.escape(words.replace(" ", ""))


def _number(word: str, language: str) -> int | None:
    if word in _ONE:
        return 1
    if word in NUMBERS[language]:
        return NUMBERS[language].index(word)
    return int(word) if word.isascii() and word.isdecimal() else None


def _either(number: int, language: str) -> str:
    """Return the pattern of a number in digits or, below a hundred, in letters."""
    return rf"{number}|{_letters(number, language)}" if 0 < number < 100 else str(number)


def _letters(number: int, language: str) -> str:
    if number == 1:
        return {"nl": "[eé][eé]n", "en": "one|an?"}[language]
    if number <= 10:
        return NUMBERS[language][number]
    if number < 20:
        return _FROM_ELEVEN[language][number - 11]
    tens, rest = _TENS[language][number // 10 - 2], number % 10
    if not rest:
        return tens
    unit = _ONES[language].get(rest) or NUMBERS[language][rest]
    return f"{unit}[eë]n{tens}" if language == "nl" else f"{tens}[ -]{unit}"


def _clock(hour: int, minute: int, language: str) -> Iterator[str]:
    """Yield a time of day: "20.00", "20 uur", "8 uur 's avonds", "8 pm"."""
    yield rf"0?{hour}[:.]{minute:02}(?:{_HOUR})?"
    if minute:
        return
    twelve = (hour - 1) % 12 + 1
    if language == "nl":
        yield rf"(?:{_either(twelve, language)}) ?(?:uur|u) ['’]s (?:ochtends|middags|avonds)"
        yield rf"(?:{_either(hour, language)}) ?(?:uur|u)"
    else:
        yield rf"{twelve}(?:[:.]00)? ?{'p' if hour >= 12 else 'a'}\.?m"


def _hours(opens: int, from_minute: int, closes: int, to_minute: int) -> Iterator[str]:
    """Yield a range of hours: "09:00-17:00", "9 tot 17 uur", "9 am to 5 pm"."""
    first, last = rf"0?{opens}[:.]{from_minute:02}", rf"0?{closes}[:.]{to_minute:02}"
    yield rf"{first}(?:{_HOUR})?{_BETWEEN}{last}(?:{_HOUR})?"
    if not from_minute and not to_minute:
        yield rf"{opens}(?:{_HOUR})?{_BETWEEN}{closes}{_HOUR}"
        yield rf"{(opens - 1) % 12 + 1} ?[ap]\.?m\.?{_BETWEEN}{(closes - 1) % 12 + 1} ?[ap]\.?m"
