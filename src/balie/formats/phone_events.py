"""Reports of a telephone exchange: bytes to a frozen event, and their signature.

The contract stands in docs/reference/telephony.md: one JSON object per event, signed with a secret
per source. A body is at most `LONGEST_BODY` bytes; it is bounded before it is read.
"""

import hmac
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from balie.formats.phone_numbers import e164

VERSION = 1
LONGEST_BODY = 16 * 1024
EVENTS = ("started", "menu", "answered", "ended", "callback")
DIRECTIONS = ("in", "out")
OUTCOMES = ("answered", "missed", "voicemail", "rejected", "failed")
LONGEST = {"call_id": 120, "choice": 10, "agent": 254, "queue": 60}
SIGNATURE = "sha256="
LONGEST_CALL_SECONDS = 7 * 86_400


class UnableToReadEvent(ValueError):
    """A report is not one of the contract; the message says what, where, and what to send."""


@dataclass(frozen=True, kw_only=True)
class PhoneEvent:
    """One report. `at` is aware; numbers are E.164 or empty; `as_sent` is `at` as it was signed."""

    event: str
    call_id: str
    at: datetime
    as_sent: str
    direction: str
    number: str
    called: str
    choice: str
    agent: str
    queue: str
    outcome: str
    duration_seconds: int | None


def read_event(body: bytes) -> PhoneEvent:
    """Read a report. Raises UnableToReadEvent; nothing of it is believed before its signature."""
    told = _object(body)
    if told.get("version") != VERSION:
        raise UnableToReadEvent(f"version: is not {VERSION}; send reports of that version")
    direction = _one_of(told, "direction", DIRECTIONS)
    outgoing = direction == "out"
    caller, called = _number(told, "from"), _number(told, "to")
    as_sent = _text(told, "at", longest=40, needed=True)
    return PhoneEvent(
        event=_one_of(told, "event", EVENTS),
        call_id=_text(told, "call_id", longest=LONGEST["call_id"], needed=True),
        at=_moment(as_sent),
        as_sent=as_sent,
        direction=direction,
        # The other side of the line, whoever dialled.
        number=called if outgoing else caller,
        called=caller if outgoing else called,
        choice=_text(told, "choice", longest=LONGEST["choice"]),
        agent=_text(told, "agent", longest=LONGEST["agent"]),
        queue=_text(told, "queue", longest=LONGEST["queue"]),
        outcome=_one_of(told, "outcome", OUTCOMES) if told.get("outcome") is not None else "",
        duration_seconds=_seconds(told, "duration_s"),
    )


def sign(*, secret: str, at: str, body: bytes) -> str:
    """Return what stands in `X-Balie-Signature`: HMAC-SHA256 over `at`, a point, the raw body."""
    message = at.encode() + b"." + body
    return SIGNATURE + hmac.new(secret.encode(), message, "sha256").hexdigest()


def is_signed(*, signature: str, secrets: Iterable[str], at: str, body: bytes) -> bool:
    """Tell whether a signature was made with one of the secrets; every one of them is tried."""
    given = signature.strip().encode()
    fits = [
        hmac.compare_digest(given, sign(secret=secret, at=at, body=body).encode())
        for secret in secrets
    ]
    return any(fits)


def _object(body: bytes) -> Mapping[str, Any]:
    if len(body) > LONGEST_BODY:
        raise UnableToReadEvent(f"the body is longer than {LONGEST_BODY} bytes")
    try:
        told = json.loads(body.decode())
    except (ValueError, RecursionError) as error:
        raise UnableToReadEvent("the body is no JSON in UTF-8; send one object") from error
    if not isinstance(told, dict):
        raise UnableToReadEvent("the body is no JSON object; send one object")
    return told


def _text(told: Mapping[str, Any], name: str, *, longest: int, needed: bool = False) -> str:
    value = told.get(name)
    if value is None and not needed:
        return ""
    if not isinstance(value, str) or not value.isprintable():
        raise UnableToReadEvent(f"{name}: is not a line of text")
    if len(value) > longest or (needed and not value.strip()):
        raise UnableToReadEvent(f"{name}: has to be 1 to {longest} characters")
    return value.strip()


def _one_of(told: Mapping[str, Any], name: str, allowed: tuple[str, ...]) -> str:
    value = told.get(name)
    if value not in allowed:
        raise UnableToReadEvent(f"{name}: is not one of {', '.join(allowed)}")
    return str(value)


def _number(told: Mapping[str, Any], name: str) -> str:
    """A number we cannot read is nobody's: the call counts, who called is unknown."""
    value = told.get(name)
    if value is not None and not isinstance(value, str):
        raise UnableToReadEvent(f"{name}: is neither a number in quotes nor null")
    return e164(value) or ""


def _moment(text: str) -> datetime:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError as error:
        raise UnableToReadEvent("at: is no moment in ISO 8601") from error
    if moment.tzinfo is None:
        raise UnableToReadEvent("at: has no offset; write 2026-11-23T10:15:00+01:00")
    return moment


def _seconds(told: Mapping[str, Any], name: str) -> int | None:
    value = told.get(name)
    if value is None:
        return None
    whole = isinstance(value, int) and not isinstance(value, bool)
    if not whole or not 0 <= value <= LONGEST_CALL_SECONDS:
        raise UnableToReadEvent(f"{name}: is not a whole number of seconds")
    return int(value)
