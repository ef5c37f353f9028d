"""`{% load balie %}`: amounts, days, figures and the building blocks of every page.

The words themselves are made in the modules beside this one; here they meet the language of the
page and the templates in `balie/parts/`. docs/look.md shows each tag in use.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any, Protocol

from django import template
from django.forms import BaseForm, BoundField, CheckboxInput
from django.template.context import Context
from django.templatetags.static import static
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language

from balie.domain.money import format_euro
from balie.domain.policy import Policy
from balie.formats.iban import masked_iban, spaced_iban
from balie.infra.templatetags import chart, figures, moments
from balie.infra.templatetags.track import Step

register = template.Library()

LANGUAGES = ("nl", "en")
STATES = ("open", "kept", "broken", "attention", "neutral")


class NoSuchState(LookupError):
    """A badge or chip in a state that has no shape and no colour."""


class NoPolicy(LookupError):
    """A page shows a figure, but its view gave it no `policy` to read it from."""


def language() -> str:
    """Return the language of the page, `nl` or `en`; anything else is Dutch."""
    active = (get_language() or "nl")[:2]
    return active if active in LANGUAGES else "nl"


class HasTwoNames(Protocol):
    """A team, a product, an account of the books: named in both languages."""

    name_nl: str
    name_en: str


# --- words ---------------------------------------------------------------------------------------
@register.filter
def named(thing: HasTwoNames) -> str:
    """Show the name of something in the language of the page."""
    return thing.name_en if language() == "en" else thing.name_nl


@register.filter
def euro(cents: int) -> str:
    """Show integer cents: `€ 1.234,56`. Anything but a whole number is refused with TypeError."""
    if isinstance(cents, bool) or not isinstance(cents, int):
        raise TypeError(f"an amount is integer cents, not {cents!r}")
    return format_euro(cents, language=language())


@register.filter
def day(value: date) -> str:
    """Show a date: `wo 24 nov 2026`."""
    return moments.day_words(value, language=language())


@register.filter
def moment(value: datetime) -> str:
    """Show an aware moment in Europe/Amsterdam: `wo 24 nov 2026, 14:05`."""
    return moments.moment_words(value, language=language())


@register.filter
def due_words(value: datetime, now: datetime) -> str:
    """Show until when: `vandaag voor 24:00`, `morgen voor 10:15`."""
    return moments.due_words(value, now=now, language=language())


@register.filter
def countdown(value: datetime, now: datetime) -> str:
    """Show what is left: `nog 3 uur`, or `3 uur te laat`."""
    return moments.countdown_words(value, now=now, language=language())


@register.filter
def ago(value: datetime, now: datetime) -> str:
    """Show how long ago: `2 uur geleden`."""
    return moments.ago_words(value, now=now, language=language())


@register.filter
def duration(value: timedelta) -> str:
    """Show how long something took: `3 uur en 12 minuten`."""
    return moments.duration_words(value, language=language())


@register.filter
def stopwatch(value: timedelta) -> str:
    """Show how long something short took: `7 seconden`."""
    return moments.stopwatch_words(value, language=language())


@register.filter
def iban(value: str) -> str:
    """Show an IBAN in groups of four: one of ours, or to whoever has to compare all of it."""
    return spaced_iban(value)


@register.filter(name="masked_iban")
def masked(value: str) -> str:
    """Show an account of somebody else: enough to recognise, too little to use."""
    return masked_iban(value)


# --- figures of the policy -----------------------------------------------------------------------
@register.simple_tag(takes_context=True)
def figure_text(context: Context, path: str) -> str:
    """Show a figure of the policy in words only, for mails and attributes."""
    policy = context.get("policy")
    if not isinstance(policy, Policy):
        raise NoPolicy(f"the view gave no `policy` to read {path} from")
    return figures.figure_words(policy, path, language=language())


@register.simple_tag(takes_context=True)
def figure(context: Context, path: str) -> SafeString:
    """Show a figure of the policy, underlined, with a link to how well it is kept.

    A telephone number or an e-mail address links to itself: that is what one wants of it.
    """
    words = figure_text(context, path)
    return figure_link(words, path)


def figure_link(words: str, path: str) -> SafeString:
    """Return the words of a figure as `figure` shows them."""
    if path == "phone.number":
        target = "tel:" + "".join(sign for sign in words if sign in "+0123456789")
    elif path == "company.email":
        target = f"mailto:{words}"
    else:
        target = f"{reverse('faq:promises')}#{path}"
    return format_html('<a class="figure" data-figure="{}" href="{}">{}</a>', path, target, words)


# --- shapes --------------------------------------------------------------------------------------
@register.simple_tag
def icon(name: str) -> SafeString:
    """Draw an icon of the sprite; it is decoration, so the word stands beside it."""
    return format_html(
        '<svg class="icon" aria-hidden="true" focusable="false"><use href="{}#{}"></use></svg>',
        static("balie/icons.svg"),
        name,
    )


@register.inclusion_tag("balie/parts/badge.html")
def badge(state: str, word: str) -> dict[str, str]:
    """Show a state with its shape, colour and word."""
    if state not in STATES:
        raise NoSuchState(f"a badge is one of {', '.join(STATES)}, not {state!r}")
    return {"state": state, "word": word}


@register.inclusion_tag("balie/parts/promise_chip.html")
def promise_chip(
    *,
    due_at: datetime,
    asked_at: datetime,
    now: datetime,
    answered_at: datetime | None = None,
    kept: bool | None = None,
    holder: str = "",
) -> dict[str, Any]:
    """Show a promise: who has the question, answered before when, and afterwards in how long.

    `kept` is the verdict of the promise engine; None while the question still waits in time.
    """
    if kept is None:
        state = "open" if answered_at is None and now < due_at else "broken"
    else:
        state = "kept" if kept else "broken"
    return {
        "state": state,
        "due_at": due_at,
        "now": now,
        "answered_at": answered_at,
        "took": answered_at - asked_at if answered_at else None,
        "late_by": answered_at - due_at if answered_at and answered_at > due_at else None,
        "holder": holder,
    }


@register.inclusion_tag("balie/parts/money_track.html")
def money_track(steps: Sequence[Step]) -> dict[str, Any]:
    """Draw the money track of an invoice."""
    return {"steps": steps}


@register.inclusion_tag("balie/parts/bars.html")
def bars(
    rows: Sequence[chart.Bar],
    *,
    caption: str,
    heading: str,
    unit: str,
    highest: float | None = None,
) -> dict[str, Any]:
    """Draw bars with their table: `heading` names the labels, `unit` the figures."""
    return {
        "drawn": chart.draw(rows, highest=highest),
        "rows": rows,
        "caption": caption,
        "heading": heading,
        "unit": unit,
        "width": chart.WIDTH,
        "height": chart.HEIGHT,
    }


# --- forms ---------------------------------------------------------------------------------------
@register.inclusion_tag("balie/parts/field.html")
def field(bound: BoundField) -> dict[str, Any]:
    """Show a form field with its label, hint and errors, tied together for a screen reader."""
    return {
        "field": bound,
        "is_checkbox": isinstance(bound.field.widget, CheckboxInput),
        "is_group": bound.use_fieldset,
    }


@register.inclusion_tag("balie/parts/error_summary.html")
def error_summary(form: BaseForm) -> Mapping[str, Any]:
    """Show all errors of a form on top of it, each with a link to its field."""
    return {
        "general": form.non_field_errors() if form.is_bound else [],
        "fields": [bound for bound in form if bound.errors],
    }
