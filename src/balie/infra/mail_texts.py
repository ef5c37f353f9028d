"""What our mails say: the shipped text of each kind, and what staff made of it.

An app registers each kind of mail with the placeholders it may hold. The shipped text is a file per
language; staff may put a version of their own in its place, and go back. A stored text is data: no
template engine ever sees it (guide: safety, A22).
"""

from __future__ import annotations

import logging
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db import IntegrityError, transaction
from django.template import engines

from balie.infra import audit
from balie.infra.audit import Actor
from balie.infra.models import MailText
from balie.infra.placeholders import Placeholder, faults_of, fill_body, fill_line

log = logging.getLogger(__name__)

LANGUAGES = ("nl", "en")

# What nearly every mail says.
NAME = Placeholder(
    name="naam",
    nl="de naam van wie de mail krijgt",
    en="the name of who gets the mail",
    example_nl="J. Bakker",
    example_en="J. Bakker",
)
COMPANY = Placeholder(
    name="bedrijf",
    nl="onze handelsnaam",
    en="our trade name",
    example_nl="De Linde Hosting",
    example_en="De Linde Hosting",
)


class UnableToSaveText(Exception):
    """A text was not kept: it has faults, or a colleague kept another meanwhile."""

    def __init__(self, message: str, *, faults: Mapping[str, list[str]] | None = None) -> None:
        super().__init__(message)
        self.faults = dict(faults or {})


class UnableToRead(Exception):
    """A shipped text does not begin with ``Subject: …`` and an empty line."""


@dataclass(frozen=True, kw_only=True)
class MailKind:
    """A kind of mail: whom it is for and when it goes, and what may be filled in."""

    kind: str
    app: str
    nl: str
    en: str
    placeholders: tuple[Placeholder, ...]

    def explained(self, *, language: str) -> str:
        """When it is sent, and to whom."""
        return self.en if language == "en" else self.nl

    @property
    def blocks(self) -> tuple[str, ...]:
        """The placeholders that may be several lines."""
        return tuple(one.name for one in self.placeholders if one.block)

    def examples(self, *, language: str) -> dict[str, str]:
        """A value for each placeholder."""
        return {one.name: one.example(language=language) for one in self.placeholders}


@dataclass(frozen=True, kw_only=True)
class Text:
    """Subject and body with their placeholders; version 0 is the shipped text."""

    subject: str
    body: str
    version: int = 0
    is_shipped: bool = True


_registered: dict[str, MailKind] = {}


def register(
    kind: str, *, app: str, nl: str, en: str, placeholders: tuple[Placeholder, ...]
) -> None:
    """Say that an app sends this kind of mail; called from its ``AppConfig.ready``.

    Its shipped text is ``<app>/mail/<kind>.<language>.txt``, underscores for hyphens.
    """
    _registered[kind] = MailKind(kind=kind, app=app, nl=nl, en=en, placeholders=placeholders)


def kinds() -> list[MailKind]:
    """Every registered kind, by app and name."""
    return sorted(_registered.values(), key=lambda one: (one.app, one.kind))


def kind_of(kind: str) -> MailKind:
    """One registered kind. Raises KeyError."""
    return _registered[kind]


def shipped(kind: str, *, language: str) -> Text:
    """The text as we ship it. Raises UnableToRead."""
    name = f"{kind_of(kind).app}/mail/{kind.replace('-', '_')}.{language}.txt"
    template = engines["django"].engine.get_template(name)  # type: ignore[attr-defined]
    first, _, rest = str(template.source).lstrip().partition("\n")
    second, _, body = rest.partition("\n")
    if not first.startswith("Subject: ") or second.strip():
        raise UnableToRead(f"{name}: begin with 'Subject: …', then a blank line")
    return Text(subject=first.removeprefix("Subject: ").strip(), body=body.strip() + "\n")


def in_force(kind: str, *, language: str) -> Text:
    """The text that is sent: the last version of staff, else the shipped one."""
    last = MailText.objects.filter(kind=kind, language=language).order_by("-version").first()
    if last is None:
        return shipped(kind, language=language)
    if last.is_shipped:
        text = shipped(kind, language=language)
        return Text(subject=text.subject, body=text.body, version=last.version)
    return Text(subject=last.subject, body=last.body, version=last.version, is_shipped=False)


def write(kind: str, *, language: str, values: Mapping[str, str]) -> tuple[str, str]:
    """Subject and text of one mail, filled in. Raises placeholders.UnableToFill.

    A stored text that no longer fits what this kind may hold is not sent: the shipped one is, and
    the log and the desk say so.
    """
    found = kind_of(kind)
    text = in_force(kind, language=language)
    if not text.is_shipped and faults(kind, subject=text.subject, body=text.body):
        log.error("stored mail text does not fit", extra={"kind": kind, "language": language})
        text = shipped(kind, language=language)
    return fill(found, text, values=values)


def fill(kind: MailKind, text: Text, *, values: Mapping[str, str]) -> tuple[str, str]:
    """Subject and body of a text with its values in it. Raises placeholders.UnableToFill."""
    subject = fill_line(text.subject, values)
    return subject, fill_body(text.body, values, blocks=kind.blocks)


def faults(kind: str, *, subject: str, body: str) -> dict[str, list[str]]:
    """What is wrong with a text for this kind, under ``subject`` and ``body``."""
    return faults_of(subject=subject, body=body, allowed=kind_of(kind).placeholders)


@transaction.atomic
def save(
    kind: str, *, language: str, subject: str, body: str, seen: int, by: Actor, now: datetime
) -> MailText:
    """Keep a text of our own as the next version, sent from now on.

    ``seen`` is the version that was being changed. Raises UnableToSaveText with what is wrong.
    """
    found = faults(kind, subject=subject, body=body)
    if found:
        raise UnableToSaveText("the text has faults", faults=found)
    return _add(
        kind,
        language=language,
        subject=subject.strip(),
        body="\n".join(line.rstrip() for line in body.strip().splitlines()) + "\n",
        is_shipped=False,
        seen=seen,
        by=by,
        now=now,
    )


@transaction.atomic
def go_back(kind: str, *, language: str, seen: int, by: Actor, now: datetime) -> MailText:
    """Send the shipped text again from now on. Raises UnableToSaveText."""
    return _add(
        kind, language=language, subject="", body="", is_shipped=True, seen=seen, by=by, now=now
    )


def versions(kind: str, *, language: str) -> list[MailText]:
    """What was in force, last one first."""
    return list(MailText.objects.filter(kind=kind, language=language).order_by("-version"))


def last_versions() -> dict[tuple[str, str], MailText]:
    """The last version of each text that was ever changed, by kind and language, in one query."""
    rows = MailText.objects.order_by("version")
    return {(row.kind, row.language): row for row in rows}


def _add(
    kind: str,
    *,
    language: str,
    subject: str,
    body: str,
    is_shipped: bool,
    seen: int,
    by: Actor,
    now: datetime,
) -> MailText:
    try:
        with transaction.atomic():
            row = MailText.objects.create(
                kind=kind_of(kind).kind,
                language=language,
                version=seen + 1,
                subject=subject,
                body=body,
                is_shipped=is_shipped,
                edited_at=now,
                edited_by=str(by),
            )
    except IntegrityError:
        raise UnableToSaveText("a colleague changed this text meanwhile") from None
    audit.record(
        event="mail_text.shipped" if is_shipped else "mail_text.edited",
        by=by,
        subject=("mail_text", row.pk),
        now=now,
        data={"kind": kind, "language": language, "version": row.version},
    )
    return row
