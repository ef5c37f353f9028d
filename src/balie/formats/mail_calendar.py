"""Calendar mails (RFC 5545, 5546) as far as a person at a desk needs them: what, when, where."""

import re

from balie.formats.mail_params import one_line
from balie.formats.mail_shapes import Invitation, Language

LONGEST = 100_000
MOMENT = re.compile(r"(\d{4})(\d\d)(\d\d)(?:T(\d\d)(\d\d)\d\d(Z)?)?")
METHODS = {
    "REQUEST": ("Uitnodiging", "Invitation"),
    "REPLY": ("Antwoord op een uitnodiging", "Answer to an invitation"),
    "CANCEL": ("Afzegging", "Cancellation"),
    "COUNTER": ("Voorstel voor een ander moment", "Proposal for another moment"),
}


def invitation_of(calendar: str) -> Invitation | None:
    """Return the first event in `calendar`; None without one or without a METHOD.

    Without METHOD it is a file somebody attached, not something that was sent to be answered.
    """
    lines = re.sub(r"\n[ \t]", "", calendar[:LONGEST]).split("\n")
    method = next((value for name, _, value in map(_property, lines) if name == "METHOD"), "")
    inside = False
    found: dict[str, str] = {}
    for line in lines:
        name, parameters, value = _property(line)
        if name == "BEGIN" and value.upper() in {"VEVENT", "VTODO"}:
            inside = True
        elif name == "BEGIN" or (name == "END" and inside):
            inside = False
            if found:
                break
        elif inside and name not in found:
            found[name] = _readable(name, parameters, value)
    if not method or not found:
        return None
    return Invitation(
        method=one_line(method).upper()[:20],
        summary=found.get("SUMMARY", ""),
        starts=found.get("DTSTART", ""),
        ends=found.get("DTEND", ""),
        place=found.get("LOCATION", ""),
        organizer=found.get("ORGANIZER", ""),
    )


def _property(line: str) -> tuple[str, str, str]:
    """Name, parameters and value; a colon inside quotes belongs to a parameter."""
    bare = re.sub(r'"[^"]{0,300}"', lambda found: found[0].replace(":", "\x00"), line[:3000])
    head, _, value = bare.partition(":")
    name, _, parameters = head.partition(";")
    return name.strip().upper(), parameters.replace("\x00", ":"), value.replace("\x00", ":").strip()


def _readable(name: str, parameters: str, value: str) -> str:
    if name in {"DTSTART", "DTEND"} and (moment := MOMENT.match(value)):
        year, month, day, hour, minute, zulu = moment.groups()
        zone = re.search(r'TZID="?([^;":]{1,60})', parameters)
        said = "UTC" if zulu else (f"({zone[1]})" if zone else "")
        clock = f" {hour}:{minute} {said}" if hour else ""
        return one_line(f"{year}-{month}-{day}{clock}")
    if name == "ORGANIZER":
        known = re.search(r'CN="?([^;":]{1,120})', parameters)
        address = re.sub(r"^mailto:", "", value, flags=re.IGNORECASE)
        return one_line(f"{known[1]} <{address}>" if known else address)[:300]
    return one_line(re.sub(r"\\[nN]", " ", value).replace("\\", ""))[:500]


def as_text(invitation: Invitation, language: Language) -> str:
    """Return the invitation as a few lines of text."""
    english = language == "en"
    title = METHODS.get(invitation.method, ("Agenda", "Calendar"))[english]
    labels = (
        ("From", "Until", "Where", "Organised by")
        if english
        else (
            "Van",
            "Tot",
            "Waar",
            "Georganiseerd door",
        )
    )
    values = (invitation.starts, invitation.ends, invitation.place, invitation.organizer)
    lines = [f"{title}: {invitation.summary}".rstrip(": ")]
    lines += [f"{label}: {value}" for label, value in zip(labels, values, strict=True) if value]
    return "\n".join(lines)
