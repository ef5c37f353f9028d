"""`{% load roster %}`: hours, weekdays and topics, as the pages of triage and roster show them."""

from datetime import datetime

from django import template

from balie.faces.desk.triage_words import topic_name
from balie.infra import clock
from balie.infra.templatetags.balie import language
from balie.infra.templatetags.moments import WEEKDAYS

register = template.Library()


@register.filter
def hours(period: tuple[datetime, datetime]) -> str:
    """Show a period within a day on the wall clock: `09:00–17:00`; midnight at its end is 24:00."""
    opens, closes = (f"{clock.local(moment):%H:%M}" for moment in period)
    return f"{opens}–{'24:00' if closes == '00:00' else closes}"


@register.filter
def weekday(number: int) -> str:
    """Show a day of the week: 0 is Monday."""
    return WEEKDAYS[language()][number]


@register.filter
def topic_words(code: str) -> str:
    """Show the name of a topic."""
    return topic_name(code)
