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
    }
