"""`{% load phone %}`: numbers as one reads them, and whether a message only thanks."""

from collections.abc import Sequence

from django import template

from balie.domain.policy_times import MenuChoice
from balie.domain.thanks import says_only_thanks
from balie.formats.phone_numbers import shown
from balie.infra.templatetags.balie import language

register = template.Library()


@register.filter
def phone_number(number: str) -> str:
    """Show an E.164 number as it is read at home."""
    return shown(number)


@register.filter
def only_thanks(body: str) -> bool:
    """Tell whether a message thanks and asks nothing: then we suggest that it needs no answer."""
    return says_only_thanks(body)


@register.filter
def choice_name(choice: str, menu: Sequence[MenuChoice]) -> str:
    """Show a key of the menu with what it leads to; a key that the menu lacks by itself."""
    for one in menu:
        if one.digit == choice:
            return f"{choice}: {one.label_en if language() == 'en' else one.label_nl}"
    return choice
