"""What becomes of an outbox row, with senders that answer as the test says."""

import threading
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
from django.db import transaction

from balie.infra import clock, halt, outbox, registrations
from balie.infra.audit import SYSTEM
from balie.infra.models import OutboxRow, OutboxState
from balie.infra.outbox import (
    Delivery,
    OutcomeUnknown,
    Refusal,
    Refused,
    SendReport,
    TemporarilyRefused,
    Unreachable,
)

pytestmark = [pytest.mark.postgres, pytest.mark.django_db]

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)


class Outside:
    """The other side of the kind ``note``: raises or takes what comes, and remembers it."""

    def __init__(self) -> None:
        self.answers: list[Exception] = []
        self.taken: list[str] = []
        self.followed: list[tuple[str, str]] = []
        self.refusal: Refusal | None = None
        self.trouble: Exception | None = None
        self.meanwhile: Callable[[], object] = lambda: None

    def send(self, row: OutboxRow, now: datetime) -> Delivery:
        self.meanwhile()
        if self.answers:
            raise self.answers.pop(0)
        self.taken.append(row.event)
        return Delivery(reply="thanks")

    def may_send(self, row: OutboxRow, now: datetime) -> Refusal | None:
        return self.refusal

    def follow(self, word: str) -> Callable[[OutboxRow, datetime], None]:
        def call(row: OutboxRow, now: datetime) -> None:
            if self.trouble:
                raise self.trouble
            self.followed.append((word, row.event))

        return call


@pytest.fixture
def outside(monkeypatch: pytest.MonkeyPatch) -> Outside:
    monkeypatch.setattr(registrations, "_registered", {})
    one = Outside()
    outbox.register(
        "note",
        sender=one.send,
        may_send=one.may_send,
        on_accepted=one.follow("accepted"),
        on_failed=one.follow("failed"),
        on_withdrawn=one.follow("withdrawn"),
    )
    return one


def queue(
    event: str = "thing:1",
    *,
    not_after: datetime | None = None,
    wait_until: datetime | None = None,
) -> OutboxRow:
    with transaction.atomic():
        return outbox.put(
            kind="note",
            event=event,
            recipient=("contact", 7),
            payload={"thing": 1},
            now=NOW,
            not_after=not_after,
            wait_until=wait_until,
        )


def test_row_is_sent_once_and_followed_up_with_the_moment(outside: Outside) -> None:
    queue()

    assert outbox.send_due(now=NOW) == SendReport(accepted=1)
    assert outbox.send_due(now=NOW) == SendReport()

    row = OutboxRow.objects.get()
    assert (row.state, row.accepted_at, row.claimed_until) == (OutboxState.ACCEPTED, NOW, None)
    assert outside.taken == ["thing:1"]
    assert outside.followed == [("accepted", "thing:1")]


def test_second_row_for_the_same_event_is_refused(outside: Outside) -> None:
    queue()

    with pytest.raises(outbox.AlreadyQueued, match="thing:1"):
        queue()

    assert OutboxRow.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_row_outside_a_transaction_is_refused(outside: Outside) -> None:
    with pytest.raises(outbox.UnableToQueue, match="in the transaction of the fact"):
        outbox.put(kind="note", event="e", recipient=("contact", 1), payload={}, now=NOW)


@pytest.mark.django_db(transaction=True)
def test_rollback_leaves_no_row(outside: Outside) -> None:
    with transaction.atomic():
        queue()
        transaction.set_rollback(True)

    assert OutboxRow.objects.count() == 0


def test_row_waits_until_its_moment(outside: Outside) -> None:
    queue(wait_until=NOW + timedelta(hours=1))

    assert outbox.send_due(now=NOW + timedelta(minutes=59)) == SendReport()
    assert outbox.send_due(now=NOW + timedelta(hours=1)) == SendReport(accepted=1)


def test_row_expires_at_its_last_moment_and_its_owner_is_told(outside: Outside) -> None:
    queue(not_after=NOW + timedelta(hours=1))

    assert outbox.send_due(now=NOW + timedelta(hours=1)) == SendReport(expired=1)

    assert OutboxRow.objects.get().state == OutboxState.EXPIRED
    assert outside.taken == []
    assert outside.followed == [("failed", "thing:1")]


def test_row_just_before_its_last_moment_is_sent(outside: Outside) -> None:
    queue(not_after=NOW + timedelta(hours=1))

    now = NOW + timedelta(hours=1) - timedelta(microseconds=1)
    assert outbox.send_due(now=now) == SendReport(accepted=1)


def test_owner_is_asked_again_before_each_attempt(outside: Outside) -> None:
    outside.answers = [TemporarilyRefused("later")]
    queue()
    assert outbox.send_due(now=NOW) == SendReport(retried=1)

    outside.refusal = Refusal("the address was changed")

    assert outbox.send_due(now=NOW + timedelta(minutes=1)) == SendReport(refused=1)
    row = OutboxRow.objects.get()
    assert (row.state, row.last_error) == (OutboxState.WITHDRAWN, "the address was changed")
    assert (outside.taken, outside.followed) == ([], [("withdrawn", "thing:1")])


def test_no_for_good_is_not_tried_again(outside: Outside) -> None:
    outside.answers = [Refused("550 no such user")]
    queue()

    assert outbox.send_due(now=NOW) == SendReport(failed=1)

    assert outbox.send_due(now=NOW + timedelta(days=1)) == SendReport()
    assert OutboxRow.objects.get().last_error == "550 no such user"
    assert outside.followed == [("failed", "thing:1")]


def test_not_now_is_tried_with_growing_pauses_for_48_hours(outside: Outside) -> None:
    queue()
    tries, now = [], NOW
    while OutboxRow.objects.get().state == OutboxState.QUEUED:
        outside.answers = [TemporarilyRefused("451 try later")]
        now = OutboxRow.objects.get().next_attempt_at
        tries.append(now)
        outbox.send_due(now=now)

    pauses = [later - earlier for earlier, later in pairwise(tries)]
    assert timedelta(hours=48) <= tries[-1] - NOW < timedelta(hours=49, minutes=15)
    assert pauses[:6] == sorted(pauses[:6])
    assert timedelta(seconds=11) <= pauses[0] <= timedelta(seconds=19)
    assert max(pauses) <= timedelta(minutes=75)
    assert "given up after 48 hours: 451" in OutboxRow.objects.get().last_error
    assert outside.followed == [("failed", "thing:1")]


def test_pauses_differ_per_event_and_can_be_replayed(outside: Outside) -> None:
    first, second = queue("thing:1"), queue("thing:2")
    first.attempts = second.attempts = 3

    assert outbox.pause_after(first) != outbox.pause_after(second)
    assert outbox.pause_after(first) == outbox.pause_after(OutboxRow(event="thing:1", attempts=3))


def test_unknown_outcome_is_counted_and_sent_again(outside: Outside) -> None:
    outside.answers = [OutcomeUnknown("hung up"), ValueError("a fault of our own")]
    queue()

    outbox.send_due(now=NOW)
    outbox.send_due(now=NOW + timedelta(minutes=5))
    assert outbox.send_due(now=NOW + timedelta(minutes=10)) == SendReport(accepted=1)

    row = OutboxRow.objects.get()
    assert (row.attempts, row.unknown_outcomes) == (3, 2)


def test_after_unreachable_the_rest_waits(outside: Outside) -> None:
    outside.answers = [Unreachable("connection refused")]
    for number in range(5):
        queue(f"thing:{number}")

    assert outbox.send_due(now=NOW) == SendReport(retried=1)
    assert OutboxRow.objects.filter(attempts=0).count() == 4


def test_follow_up_that_fails_is_made_up_for_without_sending_again(outside: Outside) -> None:
    queue()
    outside.trouble = RuntimeError("the promise could not be kept")
    assert outbox.send_due(now=NOW) == SendReport(accepted=1)
    assert OutboxRow.objects.get().state == OutboxState.ACCEPTED
    outbox.send_due(now=NOW + timedelta(minutes=1))
    assert outside.followed == []

    outside.trouble = None
    outbox.send_due(now=NOW + timedelta(minutes=2))
    outbox.send_due(now=NOW + timedelta(minutes=3))

    assert outside.taken == ["thing:1"]
    assert outside.followed == [("accepted", "thing:1")]
    assert OutboxRow.objects.get().accepted_at == NOW


def test_nothing_leaves_while_outgoing_is_halted(outside: Outside) -> None:
    queue()
    halt.halt(reason="restored from a backup", now=NOW, by=SYSTEM, what=halt.OUTGOING)
    assert outbox.send_due(now=NOW) == SendReport()

    halt.resume(reason="checked", now=NOW, by=SYSTEM, what=halt.OUTGOING)
    assert outbox.send_due(now=NOW) == SendReport(accepted=1)


def test_kind_that_nobody_sends_stays_queued_and_is_reported(outside: Outside) -> None:
    queue()
    registrations._registered.clear()

    assert outbox.send_due(now=NOW) == SendReport(retried=1)
    assert "nobody sends 'note'" in OutboxRow.objects.get().last_error
    assert not outbox.stuck(now=NOW + timedelta(minutes=14)).exists()
    assert outbox.stuck(now=NOW + timedelta(minutes=16)).count() == 1


def test_message_id_is_of_the_event_and_not_to_be_guessed(outside: Outside) -> None:
    first, second = queue("thing:1"), queue("thing:2")

    assert first.message_id == outbox.message_id_of("thing:1") != second.message_id
    assert "thing" not in first.message_id


def test_48_hours_count_from_the_first_attempt(outside: Outside) -> None:
    queue()
    alive_again = NOW + timedelta(days=3)
    outside.answers = [TemporarilyRefused("451 try later")] * 3

    assert outbox.send_due(now=alive_again) == SendReport(retried=1)
    assert outbox.send_due(now=alive_again + timedelta(hours=47)) == SendReport(retried=1)
    assert outbox.send_due(now=alive_again + timedelta(hours=49)) == SendReport(failed=1)

    assert OutboxRow.objects.get().first_attempt_at == alive_again


def test_row_that_nobody_tried_is_stuck(outside: Outside) -> None:
    queue()
    queue("thing:2", wait_until=NOW + timedelta(minutes=10))

    stuck = outbox.stuck(now=NOW + timedelta(minutes=16))

    assert [(row.event, row.attempts) for row in stuck] == [("thing:1", 0)]


def test_row_that_is_tried_in_vain_is_stuck_between_two_attempts_as_well(
    outside: Outside,
) -> None:
    queue()
    now = NOW
    while now - NOW < timedelta(hours=2):
        outside.answers = [TemporarilyRefused("451 try later")]
        outbox.send_due(now=now)
        now = OutboxRow.objects.get().next_attempt_at

    assert outbox.stuck(now=now - timedelta(minutes=1)).count() == 1


def test_withdrawing_tells_who_waits_and_leaves_what_is_being_sent(outside: Outside) -> None:
    queue("thing:1")
    being_sent = queue("thing:2")
    abandoned = queue("thing:3")
    OutboxRow.objects.filter(pk=being_sent.pk).update(
        claimed_until=clock.machine() + timedelta(minutes=5)
    )
    OutboxRow.objects.filter(pk=abandoned.pk).update(
        claimed_until=clock.machine() - timedelta(minutes=5)
    )

    count = outbox.withdraw_queued(before=NOW + timedelta(hours=1), reason="restored", now=NOW)

    assert count == 2
    assert [row.state for row in OutboxRow.objects.order_by("id")] == [
        OutboxState.WITHDRAWN,
        OutboxState.QUEUED,
        OutboxState.WITHDRAWN,
    ]
    assert outside.followed == [("withdrawn", "thing:1"), ("withdrawn", "thing:3")]


def test_withdrawal_that_could_not_be_followed_up_is_made_up_for(outside: Outside) -> None:
    queue()
    outside.trouble = RuntimeError("the question could not be opened again")
    assert outbox.withdraw_queued(before=NOW + timedelta(hours=1), reason="r", now=NOW) == 1

    outside.trouble = None
    outbox.send_due(now=NOW)

    assert OutboxRow.objects.get().state == OutboxState.WITHDRAWN
    assert outside.followed == [("withdrawn", "thing:1")]


def test_acceptance_is_the_moment_after_a_slow_delivery(outside: Outside) -> None:
    queue()
    with clock.frozen(NOW) as frozen:
        outside.meanwhile = lambda: frozen.advance(timedelta(minutes=4))

        outbox.send_due(now=clock.now(), read_clock=clock.now)

    assert OutboxRow.objects.get().accepted_at == NOW + timedelta(minutes=4)
    assert outside.followed == [("accepted", "thing:1")]


def test_worker_reads_the_clock_after_each_delivery(
    outside: Outside, transactional_db: None
) -> None:
    queue()
    stop = threading.Event()
    with clock.frozen(NOW) as frozen:

        def meanwhile() -> None:
            frozen.advance(timedelta(minutes=4))
            stop.set()

        outside.meanwhile = meanwhile
        outbox.work(stop)

    assert OutboxRow.objects.get().accepted_at == NOW + timedelta(minutes=4)
