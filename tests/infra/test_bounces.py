"""A mail that comes back: noted once, with what follows from it, and a fact others can ask for."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from django.db import transaction

from balie.infra import outbox, registrations
from balie.infra.models import OutboxRow, OutboxState
from balie.infra.outbox import Delivery, OutcomeUnknown, Refused

pytestmark = [pytest.mark.postgres, pytest.mark.django_db]

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
LATER = NOW + timedelta(minutes=20)
WORDS = "550 5.1.1 no such user"


class Outside:
    """The other side of the kind ``note``, and what followed at our side."""

    def __init__(self) -> None:
        self.answer: Exception | None = None
        self.followed: list[tuple[str, datetime]] = []

    def send(self, row: OutboxRow, now: datetime) -> Delivery:
        if self.answer is not None:
            raise self.answer
        return Delivery()

    def follow(self, word: str) -> Callable[[OutboxRow, datetime], None]:
        return lambda row, now: self.followed.append((word, now))


@pytest.fixture
def outside(monkeypatch: pytest.MonkeyPatch) -> Outside:
    monkeypatch.setattr(registrations, "_registered", {})
    one = Outside()
    outbox.register(
        "note",
        sender=one.send,
        on_accepted=one.follow("accepted"),
        on_failed=one.follow("failed"),
        on_bounced=one.follow("bounced"),
    )
    return one


def queue(event: str = "thing:1", *, to: int = 1) -> OutboxRow:
    with transaction.atomic():
        return outbox.put(kind="note", event=event, recipient=("contact", to), payload={}, now=NOW)


def bounce(row: OutboxRow, *, now: datetime = LATER) -> OutboxRow | None:
    return outbox.note_bounced(message_id=row.message_id, reason=WORDS, now=now)


def test_bounce_is_noted_with_its_words_and_followed_once(outside: Outside) -> None:
    row = queue()
    outbox.send_due(now=NOW)

    bounce(row)
    again = bounce(row, now=LATER + timedelta(hours=1))

    assert again is not None
    assert (again.state, again.bounced_at, again.bounce_reason) == ("accepted", LATER, WORDS)
    assert outside.followed == [("accepted", NOW), ("bounced", LATER)]


def test_bounce_finds_its_row_without_the_brackets(outside: Outside) -> None:
    row = queue()
    outbox.send_due(now=NOW)

    found = outbox.note_bounced(
        message_id=f" {row.message_id.strip('<>')} ", reason="weg\r\nX: y", now=LATER
    )

    assert found == row
    assert found.bounce_reason == "weg X: y"


def test_bounce_of_a_mail_that_is_not_ours_is_nothing(outside: Outside) -> None:
    queue()

    assert outbox.note_bounced(message_id="<x@elders.example>", reason=WORDS, now=LATER) is None
    assert not outbox.bounced(kind="note").exists()


def test_bounce_of_a_mail_whose_outcome_was_unknown_ends_it(outside: Outside) -> None:
    outside.answer = OutcomeUnknown("the line broke")
    row = queue()
    outbox.send_due(now=NOW)

    bounce(row)
    outside.answer = None

    assert outbox.send_due(now=LATER).total == 0
    row.refresh_from_db()
    assert (row.state, row.last_error) == (OutboxState.FAILED, f"bounced: {WORDS}")
    assert outside.followed == [("failed", LATER)]


def test_refusal_at_the_door_counts_as_bounced_too(outside: Outside) -> None:
    outside.answer = Refused(WORDS)
    row = queue()

    outbox.send_due(now=NOW)

    row.refresh_from_db()
    assert (row.bounced_at, row.bounce_reason) == (NOW, WORDS)
    assert outside.followed == [("failed", NOW)]


def test_bounces_are_asked_for_by_kind_and_recipient(outside: Outside) -> None:
    rows = [queue(f"thing:{number}", to=number % 2) for number in range(4)]
    outbox.send_due(now=NOW)
    bounce(rows[0])
    bounce(rows[2], now=LATER + timedelta(hours=1))
    bounce(rows[1])

    assert list(outbox.bounced(kind="note", recipient=("contact", 0))) == [rows[2], rows[0]]
    assert outbox.bounced(kind=("note", "other")).count() == 3
    assert not outbox.bounced(kind="other").exists()
    assert not outbox.bounced(kind="note", recipient=("customer", 0)).exists()


def test_bounce_whose_consequence_fails_is_not_half_noted(
    outside: Outside, monkeypatch: pytest.MonkeyPatch
) -> None:
    row = queue()
    outbox.send_due(now=NOW)

    def trouble(row: OutboxRow, now: datetime) -> None:
        raise RuntimeError("not now")

    outbox.register("note", sender=outside.send, on_bounced=trouble)
    with pytest.raises(RuntimeError):
        bounce(row)

    assert not outbox.bounced(kind="note").exists()
