"""Why a statement is not booked: codes as stored, and the sentence an employee reads."""

from datetime import date

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from balie.domain.money import format_euro
from balie.infra.templatetags.moments import day_words

NO_BALANCES = "no_balances"
DOES_NOT_ADD_UP = "does_not_add_up"
GAP = "gap"
WAITS = "waits"
DIFFERS = "differs"
EARLIER = "earlier"
FUTURE = "future"


def sentence_for(
    code: str,
    *,
    difference_cents: int | None,
    opening_cents: int | None,
    closing_cents: int | None,
    closed_on: date | None,
) -> str:
    """Return why a statement is held, in the language in force, with the amount it is about."""
    figures = {
        "difference": in_euros(abs(difference_cents or 0)),
        "opening": in_euros(opening_cents),
        "closing": in_euros(closing_cents),
        "day": in_words(closed_on) if closed_on else "?",
    }
    return _sentences()[code] % figures


def in_euros(cents: int | None) -> str:
    """Return an amount as people read it in the language in force; a missing one as a dash."""
    if cents is None:
        return "–"
    return format_euro(cents, language=_language())


def in_words(day: date) -> str:
    """Return a day as people read it in the language in force: `ma 23 nov 2026`."""
    return day_words(day, language=_language())


def _language() -> str:
    return "en" if get_language() == "en" else "nl"


def _sentences() -> dict[str, str]:
    return {
        NO_BALANCES: _(
            "the bank gives no opening or closing balance, so nobody can see whether it is whole"
        ),
        DOES_NOT_ADD_UP: _(
            "it does not add up: from %(opening)s its entries do not lead to %(closing)s, the"
            " difference is %(difference)s"
        ),
        GAP: _(
            "a statement before it is missing: it begins with %(opening)s, which is %(difference)s"
            " away from where the last booked one ended"
        ),
        WAITS: _("it follows on another statement that is not booked yet"),
        DIFFERS: _(
            "a statement with the same number and day is booked with other entries; they end"
            " %(difference)s apart"
        ),
        EARLIER: _(
            "it is of %(day)s, before the last statement that is booked, and %(difference)s of it"
            " is in no booked statement"
        ),
        FUTURE: _("it closes on %(day)s, a day that is still to come"),
    }


def what_now(code: str) -> str:
    """Return what an employee can do about a held statement, in the language in force."""
    sentences = {
        NO_BALANCES: _(
            "Fetch the statement of these days as camt.053 or MT940 and take that in; then set this"
            " one aside."
        ),
        DOES_NOT_ADD_UP: _(
            "Fetch it from the bank once more. If that one adds up it is booked; then set this one"
            " aside."
        ),
        GAP: _(
            "Take in the missing statement, from the day after the last booked one. This one then"
            " books itself."
        ),
        WAITS: _("Nothing: it books itself once the one before it is booked."),
        DIFFERS: _(
            "Compare below. Keep what is booked and set this one aside, or book the difference as"
            " a correction."
        ),
        EARLIER: _(
            "What is booked goes on from a later day. Ask the bank what this one is, then set it"
            " aside."
        ),
        FUTURE: _(
            "Fetch it from the bank once more. If the day is right it books itself when that day is"
            " near; else set it aside."
        ),
    }
    return sentences.get(code, "")


def why_not_correct(code: str) -> str:
    """Return why a corrected statement cannot be booked as a correction; '' when it can be."""
    sentences = {
        "words": _("Only words differ, no amount: there is nothing to book."),
        "followed": _(
            "Later statements went on from the booked one, so the bank itself went on from it."
        ),
        "corrected": _("A correction of this statement is booked already."),
        "sum": _("The entries that differ do not make up the difference of the balances."),
        "no_twin": _("The statement it corrects is not booked."),
    }
    return sentences.get(code, "")
