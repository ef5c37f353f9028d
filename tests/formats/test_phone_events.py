"""Reports of an exchange are read as the contract says, and their signature is checked."""

import json
from datetime import datetime, timedelta, timezone
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from balie.formats.phone_events import (
    LONGEST_BODY,
    UnableToReadEvent,
    is_signed,
    read_event,
    sign,
)
from balie.formats.phone_numbers import e164, shown, significant

AT = "2026-11-23T10:15:00+01:00"
PLAIN: dict[str, Any] = {
    "version": 1,
    "event": "started",
    "call_id": "ua9-grq-1693575683.22",
    "at": AT,
    "direction": "in",
    "from": "+31507009920",
    "to": "058-0123456",
}
OLD, NEW = "oud" * 12, "nieuw" * 8


def body(**changed: Any) -> bytes:
    return json.dumps(PLAIN | changed).encode()


def test_report_is_read_with_numbers_in_e164() -> None:
    event = read_event(body(event="ended", choice="2", agent="201", outcome="missed", duration_s=0))

    assert event.at == datetime(2026, 11, 23, 10, 15, tzinfo=timezone(timedelta(hours=1)))
    assert (event.number, event.called) == ("+31507009920", "+31580123456")
    assert (event.event, event.choice, event.agent, event.outcome, event.duration_seconds) == (
        "ended",
        "2",
        "201",
        "missed",
        0,
    )


def test_other_side_of_an_outgoing_call_is_whom_we_called() -> None:
    event = read_event(body(direction="out"))

    assert (event.number, event.called) == ("+31580123456", "+31507009920")


@pytest.mark.parametrize("number", [None, "anonymous", "112", "", "+31", "x" * 100, "restricted"])
def test_number_that_names_nobody_is_unknown_and_the_call_counts(number: str | None) -> None:
    assert read_event(body(**{"from": number})).number == ""


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"version": 2}, "version: is not 1"),
        ({"event": "ringing"}, "event: is not one of"),
        ({"event": ["started"]}, "event: is not one of"),
        ({"call_id": ""}, "call_id: has to be"),
        ({"call_id": "x" * 121}, "call_id: has to be"),
        ({"call_id": 7}, "call_id: is not a line"),
        ({"call_id": "a\nb"}, "call_id: is not a line"),
        ({"call_id": "\ud800"}, "call_id: is not a line"),
        ({"at": "2026-11-23T10:15:00"}, "at: has no offset"),
        ({"at": "maandag"}, "at: is no moment"),
        ({"at": None}, "at: is not a line"),
        ({"direction": "inbound"}, "direction: is not one of"),
        ({"from": 31507009920}, "from: is neither"),
        ({"choice": "12345678901"}, "choice: has to be"),
        ({"outcome": "busy"}, "outcome: is not one of"),
        ({"duration_s": "312"}, "duration_s: is not"),
        ({"duration_s": True}, "duration_s: is not"),
        ({"duration_s": -1}, "duration_s: is not"),
    ],
)
def test_report_that_breaks_the_contract_is_refused_by_field(
    changed: dict[str, Any], words: str
) -> None:
    with pytest.raises(UnableToReadEvent, match=f"^{words}"):
        read_event(body(**changed))


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"[]",
        b"null",
        b"{",
        b"\xff\xfe",
        b"[" * 16_000,
        b'{"a":' * 3000,
        b"{}" + b" " * LONGEST_BODY,
    ],
)
def test_body_that_is_no_object_is_refused(raw: bytes) -> None:
    with pytest.raises(UnableToReadEvent):
        read_event(raw)


@given(st.binary(max_size=300))
def test_any_bytes_are_read_or_refused_in_words(raw: bytes) -> None:
    with pytest.raises(UnableToReadEvent):
        read_event(raw)


@given(
    st.sampled_from(sorted({*PLAIN, "choice", "agent", "queue", "outcome", "duration_s"})),
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=30),
        lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner),
        max_leaves=5,
    ),
)
def test_any_value_in_any_field_is_read_or_refused_in_words(name: str, value: Any) -> None:
    try:
        event = read_event(json.dumps(PLAIN | {name: value}).encode())
    except UnableToReadEvent:
        return
    assert event.at.tzinfo is not None


def test_signature_is_hmac_over_moment_point_and_body() -> None:
    """Worked out with openssl: printf '%s.%s' "$at" "$body" | openssl dgst -sha256 -hmac ..."""
    made = sign(secret="geheim", at="2026-11-23T10:15:00+01:00", body=b'{"version":1}')

    assert made == "sha256=7fbb2a48fdae7317aaf8c78cd1bde580b8894bd097481ad42c2af2538d74f1a4"


def test_two_secrets_are_valid_while_one_changes_and_no_third() -> None:
    signed = {secret: sign(secret=secret, at=AT, body=b"x") for secret in (OLD, NEW, "derde" * 8)}

    taken = {
        secret: is_signed(signature=made, secrets=(NEW, OLD), at=AT, body=b"x")
        for secret, made in signed.items()
    }

    assert taken == {OLD: True, NEW: True, "derde" * 8: False}


@pytest.mark.parametrize("signature", ["", "sha256=", "sha1=abc", "é", "x" * 5000])
def test_other_signature_is_refused(signature: str) -> None:
    assert not is_signed(signature=signature, secrets=(NEW,), at=AT, body=b"x")


def test_changed_body_or_moment_breaks_the_signature() -> None:
    made = sign(secret=NEW, at=AT, body=b"x")

    assert is_signed(signature=made, secrets=(NEW,), at=AT, body=b"x")
    assert not is_signed(signature=made, secrets=(NEW,), at=AT, body=b"y")
    assert not is_signed(signature=made, secrets=(NEW,), at=AT[:-1], body=b"x")


@pytest.mark.parametrize(
    ("written", "number"),
    [
        ("050 700 99 20", "+31507009920"),
        ("0031507009920", "+31507009920"),
        ("31507009920", "+31507009920"),
        ("+31 (0)50 700 9920", "+31507009920"),
        ("+310507009920", "+31507009920"),
        ("06-12 34 56 78", "+31612345678"),
        ("+32 470 12 34 56", "+32470123456"),
        ("anonymous", None),
        ("112", None),
        ("12345", None),
        ("050 700 99 20 toestel 12", None),
        (None, None),
    ],
)
def test_number_is_one_text_however_it_is_written(written: str | None, number: str | None) -> None:
    assert e164(written) == number


def test_number_is_shown_as_one_reads_it() -> None:
    assert shown("+31507009920") == "050 700 9920"
    assert shown("+32470123456") == "+32 470 12 34 56"
    assert shown("x") == "x"
    assert significant("+31507009920") == "507009920"
