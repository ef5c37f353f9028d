"""`{% load desk %}`: the words and shapes that only the desk shows."""

from collections.abc import Mapping
from datetime import date, datetime, timedelta

from django import template

from balie.apps.directdebit import left_out
from balie.apps.directdebit.models import RTransaction
from balie.apps.directdebit.queries import last_day_passed
from balie.apps.promises import causes
from balie.faces.desk import words
from balie.infra.templatetags.balie import language
from balie.infra.templatetags.moments import MONTHS

register = template.Library()

SOON = timedelta(hours=2)


@register.filter
def month(day: date) -> str:
    """Show the month of a day: `nov`."""
    return MONTHS[language()][day.month - 1]


@register.filter
def urgency(due_at: datetime, now: datetime) -> str:
    """Return `late`, `soon` (less than two hours) or `calm`: how a due moment is drawn."""
    if due_at <= now:
        return "late"
    return "soon" if due_at - now < SOON else "calm"


@register.filter
def word_of(code: str, kind: str) -> str:
    """Show the word for a code: `hold.kind|word_of:"hold"`."""
    return words.name_of(kind, code)


@register.filter
def reason_words(code: str) -> str:
    """Show a bank's reason code with its meaning: `AM04: onvoldoende saldo`."""
    return words.reason_words(code)


@register.filter
def what_now(code: str) -> str:
    """Show what a returned debit asks of us, by its reason code."""
    return words.what_now(code)


@register.filter
def claimed_too_late(undone: RTransaction) -> date | None:
    """Give the last day of claiming a debit back, when it was claimed after that."""
    return last_day_passed(undone)


@register.filter
def cause_words(cause: str) -> str:
    """Show why a promise was missed."""
    return causes.cause_words(cause)


@register.filter
def left_out_words(code: str) -> str:
    """Show why something open was not collected."""
    return left_out.words_for(code)


@register.filter
def by_name(actor: str, names: Mapping[str, str]) -> str:
    """Show who did something by name; the system is Balie."""
    return names.get(actor, "Balie" if actor == "system" else actor)


@register.inclusion_tag("balie/parts/badge.html")
def state_badge(kind: str, state: str) -> dict[str, str]:
    """Show the state of a collection, batch, mandate or invoice with its shape and word."""
    shape, word = words.badge_for(kind, state)
    return {"state": shape, "word": word}
