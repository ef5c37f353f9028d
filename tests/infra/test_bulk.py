"""Many rows at once: the same rows as one by one, and each event once."""

import pytest
from django.db import transaction

from balie.infra import audit, outbox, outbox_bulk, sequences
from balie.infra.audit import SYSTEM
from balie.infra.models import AuditEvent, OutboxRow
from tests.apps.building import NOW

pytestmark = [pytest.mark.django_db, pytest.mark.postgres]


def message(event: str) -> outbox_bulk.Message:
    return outbox_bulk.Message(
        kind="invoice-issued", event=event, recipient=("customer", 7), payload={"invoice": 3}
    )


def test_messages_put_at_once_are_as_put_one_by_one() -> None:
    alone = outbox.put(
        kind="invoice-issued",
        event="a:1",
        recipient=("customer", 7),
        payload={"invoice": 3},
        now=NOW,
    )
    outbox_bulk.put_all([message("a:2"), message("a:3")], now=NOW)

    for row in OutboxRow.objects.exclude(pk=alone.pk):
        assert row.message_id == outbox.message_id_of(row.event)
        for name in ("kind", "recipient_kind", "recipient_id", "payload", "state", "attempts"):
            assert getattr(row, name) == getattr(alone, name)
        assert (row.created_at, row.wait_until, row.next_attempt_at) == (NOW, NOW, NOW)
    assert OutboxRow.objects.count() == 3


def test_one_known_event_keeps_all_messages_out() -> None:
    outbox_bulk.put_all([message("a:1")], now=NOW)

    with pytest.raises(outbox.AlreadyQueued):
        outbox_bulk.put_all([message("a:2"), message("a:1")], now=NOW)

    assert [row.event for row in OutboxRow.objects.all()] == ["a:1"]


@pytest.mark.django_db(transaction=True)
def test_messages_are_put_in_the_transaction_that_causes_them() -> None:
    with pytest.raises(outbox.UnableToQueue):
        outbox_bulk.put_all([message("a:1")], now=NOW)
    outbox_bulk.put_all([], now=NOW)

    assert OutboxRow.objects.count() == 0


def test_events_recorded_at_once_are_as_recorded_one_by_one() -> None:
    audit.record(event="x.done", by=SYSTEM, subject=("x", 1), now=NOW, data={"n": 1})
    audit.record_all(
        events=[audit.Event(event="x.done", subject=("x", 1), data={"n": 1})], by=SYSTEM, now=NOW
    )

    first, second = AuditEvent.objects.filter(event="x.done").values(
        "at", "by_kind", "by_id", "by_name", "subject_kind", "subject_id", "data"
    )
    assert first == second


def test_numbers_taken_at_once_follow_each_other() -> None:
    with transaction.atomic():
        taken = [
            sequences.next_numbers("s", count=3),
            sequences.next_number("s"),
            sequences.next_numbers("s", count=2),
            sequences.next_number("s"),
        ]

    assert taken == [1, 4, 5, 7]
