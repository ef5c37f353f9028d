"""`{% load mail %}`: the words for a mail that came in, and its text as it is shown."""

from collections.abc import Sequence

from django import template

from balie.faces.desk import mail_words

register = template.Library()


@register.filter
def sentence(text: str) -> str:
    """Show what reading a mail said, in the language of the page."""
    return mail_words.sentence(text)


@register.filter
def trust_words(trust: str) -> str:
    """Show what is known of the sender of a mail."""
    return str(mail_words.TRUST[trust])


@register.filter
def trust_state(trust: str) -> str:
    """Return the state a trust is drawn as."""
    return mail_words.TRUST_STATE[trust]


@register.filter
def kind_words(kind: str) -> str:
    """Show what sort of mail it is."""
    return str(mail_words.KINDS.get(kind, kind))


@register.filter
def perhaps_words(why: str) -> str:
    """Show what says that a ticket belongs to another one."""
    return str(mail_words.PERHAPS[why])


@register.filter
def pieces(parts: Sequence[tuple[str, bool]]) -> list[tuple[str, bool]]:
    """Return the stretches of a mail that hold words, as (text, is quoted)."""
    return [(text.strip("\n"), quoted) for text, quoted in parts if text.strip()]
