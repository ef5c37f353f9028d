"""Texts with placeholders like ``{naam}``: checked against a list, filled in one plain pass.

There is no language in them: no conditions, no loops, no attributes. What is filled in is data and
is not looked at again, so that a name which reads ``{link}`` stays a name (guide: safety, A22).
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.utils.translation import gettext as _

TOKEN = re.compile(r"\{([a-z][a-z0-9_]{0,39})\}")
# Blanks and line ends, but not the blank that keeps an amount or a date together.
BLANKS = re.compile(r"[^\S\u00a0\u202f]+")
LONGEST_SUBJECT = 150
LONGEST_BODY = 10_000


class UnableToFill(LookupError):
    """A text holds a placeholder for which there is no value."""


@dataclass(frozen=True, kw_only=True)
class Placeholder:
    """One thing that may be filled in: its name, what it is and an example, in both languages.

    What is ``needed`` cannot be left out of the body; a ``block`` may be several lines, and so
    cannot stand in the subject.
    """

    name: str
    nl: str
    en: str
    example_nl: str
    example_en: str
    needed: bool = False
    block: bool = False

    @property
    def in_braces(self) -> str:
        """As it is typed in a text."""
        return f"{{{self.name}}}"

    def explained(self, *, language: str) -> str:
        """What it stands for."""
        return self.en if language == "en" else self.nl

    def example(self, *, language: str) -> str:
        """What could be filled in."""
        return self.example_en if language == "en" else self.example_nl


def faults_of(*, subject: str, body: str, allowed: Iterable[Placeholder]) -> dict[str, list[str]]:
    """All that is wrong with a text, under ``subject`` and ``body``: what, where, what to do."""
    known = {one.name: one for one in allowed}
    faults = {"subject": _faults_of_subject(subject, known), "body": _faults_of_body(body, known)}
    return {where: found for where, found in faults.items() if found}


def _faults_of_subject(subject: str, known: Mapping[str, Placeholder]) -> list[str]:
    if not subject.strip():
        return [_("The subject is empty; say what the mail is about.")]
    faults = []
    if len(subject) > LONGEST_SUBJECT:
        faults.append(_("The subject is longer than %(most)s signs.") % {"most": LONGEST_SUBJECT})
    if len(subject.splitlines()) > 1 or any(ord(sign) < 32 for sign in subject):
        faults.append(_("The subject has more than one line; put it on one."))
    faults += [
        _("{%(name)s} is several lines; put it in the text, not in the subject.") % {"name": name}
        for name in TOKEN.findall(subject)
        if name in known and known[name].block
    ]
    return faults + _faults_of_tokens(subject, known, where=_("in the subject"))


def _faults_of_body(body: str, known: Mapping[str, Placeholder]) -> list[str]:
    if not body.strip():
        return [_("The text is empty; write it, or go back to the shipped text.")]
    faults = []
    if len(body) > LONGEST_BODY:
        faults.append(_("The text is longer than %(most)s signs.") % {"most": LONGEST_BODY})
    for number, line in enumerate(body.splitlines(), 1):
        faults += _faults_of_tokens(line, known, where=_("on line %(number)s") % {"number": number})
    used = set(TOKEN.findall(body))
    faults += [
        _("{%(name)s} is missing; this mail cannot do without it, so put it back.") % {"name": name}
        for name, one in known.items()
        if one.needed and name not in used
    ]
    return faults


def _faults_of_tokens(line: str, known: Mapping[str, Placeholder], *, where: str) -> list[str]:
    faults = []
    for name in TOKEN.findall(line):
        if name in known:
            continue
        near = difflib.get_close_matches(name, known, n=1)
        hint = _("did you mean {%(near)s}?") % {"near": near[0]} if near else _("see the list.")
        fault = _("{%(name)s} %(where)s cannot be filled in here;") % {"name": name, "where": where}
        faults.append(f"{fault} {hint}")
    loose = TOKEN.sub("", line)
    if "{" in loose or "}" in loose:
        faults.append(
            _("A loose brace stands %(where)s; write a placeholder as {naam}, or leave it out.")
            % {"where": where}
        )
    return faults


def fill_line(text: str, values: Mapping[str, str]) -> str:
    """The text on one line, whatever the values hold. Raises UnableToFill."""
    return _flat(_filled(text, values))


def fill_body(text: str, values: Mapping[str, str], *, blocks: Iterable[str]) -> str:
    """The text, each value on one line unless it is one of ``blocks``. Raises UnableToFill.

    A line whose placeholders are all empty is left out, so that a text needs no conditions; blank
    lines in excess go.
    """
    several = set(blocks)
    flat = {name: value if name in several else _flat(value) for name, value in values.items()}
    lines = []
    for line in text.splitlines():
        names = TOKEN.findall(line)
        if names and not any(flat.get(name, name).strip() for name in names):
            continue
        lines += [each.rstrip() for each in _filled(line, flat).splitlines() or [""]]
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip() + "\n"


def _flat(text: str) -> str:
    return BLANKS.sub(" ", text).strip(" ")


def _filled(text: str, values: Mapping[str, str]) -> str:
    def value_of(found: re.Match[str]) -> str:
        if found[1] not in values:
            raise UnableToFill(f"there is no value for {found[0]}")
        return values[found[1]]

    return TOKEN.sub(value_of, text)
