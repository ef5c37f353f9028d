"""The chain over the audit trail: whatever is altered, removed or put in behind is named."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from threading import Barrier, Thread

import pytest
from django.db import IntegrityError, connection, transaction

from balie.infra import append_only, audit, audit_chain
from balie.infra.audit import SYSTEM, Actor
from balie.infra.models import AuditEvent, Seal, UnsealedEvent

pytestmark = [pytest.mark.django_db, pytest.mark.postgres]

NOW = datetime(2026, 11, 23, 9, 0, 0, 123456, tzinfo=UTC)
MARIT = Actor("employee", 3, "Marit")


def recorded(count: int, *, at: datetime = NOW) -> list[AuditEvent]:
    """That many events, with all sorts of content."""
    return [
        audit.record(
            event="hold.placed",
            by=MARIT if number % 2 else SYSTEM,
            subject=("hold", number),
            now=at + timedelta(seconds=number),
            data={"b": [1, None, True], "a": "é € \u2028", "n": {"z": 1, "y": "2"}},
        )
        for number in range(1, count + 1)
    ]


def sealed(*counts: int) -> list[AuditEvent]:
    """Events under as many seals as counts are given."""
    events = []
    for count in counts:
        events += recorded(count)
        audit_chain.seal_waiting(now=NOW)
    return [AuditEvent.objects.get(pk=event.pk) for event in events]


def breaks() -> list[tuple[str, str]]:
    return [(one.subject, one.detail) for one in audit_chain.trail_is_whole(now=NOW).violations]


def test_what_is_recorded_waits_until_it_is_sealed() -> None:
    recorded(3)

    assert UnsealedEvent.objects.count() == 3
    assert audit_chain.seal_waiting(now=NOW) == 3
    assert UnsealedEvent.objects.count() == 0
    assert audit_chain.seal_waiting(now=NOW) == 0
    assert Seal.objects.get().events == 3


def test_whole_trail_has_no_break_sealed_or_waiting() -> None:
    sealed(3, 1, 4)
    recorded(2)

    result = audit_chain.trail_is_whole(now=NOW)

    assert (result.checked, result.violations) == (10, ())


def test_each_seal_follows_the_one_before() -> None:
    sealed(1, 1, 1)

    first, second, third = Seal.objects.order_by("number")

    assert first.previous_sha256 == "0" * 64
    assert (second.previous_sha256, third.previous_sha256) == (first.sha256, second.sha256)


def test_more_than_a_seal_holds_gets_several(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(audit_chain, "MOST_PER_SEAL", 2)
    recorded(5)

    assert audit_chain.seal_waiting(now=NOW) == 5
    assert list(Seal.objects.order_by("number").values_list("events", flat=True)) == [2, 2, 1]
    assert breaks() == []


@pytest.mark.parametrize(
    "change",
    [
        {"event": "hold.lifted"},
        {"at": NOW + timedelta(microseconds=1)},
        {"by_kind": "contact"},
        {"by_id": 4},
        {"by_name": "Iemand anders"},
        {"subject_kind": "invoice"},
        {"subject_id": 99},
        {"data": {}},
    ],
)
def test_altered_event_is_named(change: dict[str, object]) -> None:
    event = sealed(2, 2)[1]
    with append_only.lifted("infra_auditevent"):
        AuditEvent.objects.filter(pk=event.pk).update(**change)

    assert breaks() == [(f"audit event {event.pk}", "altered since seal 1")]


def test_removed_event_is_named() -> None:
    event = sealed(3, 3)[1]
    with append_only.lifted("infra_auditevent"):
        AuditEvent.objects.filter(pk=event.pk).delete()

    assert breaks() == [(f"audit event {event.pk}", "missing; seal 1 covers it")]


def test_event_put_in_behind_is_named() -> None:
    sealed(2)
    event = AuditEvent.objects.create(
        event="hold.lifted", at=NOW, by_kind="system", subject_kind="hold", subject_id=1
    )

    assert breaks() == [(f"audit event {event.pk}", "in no seal and not waiting for one")]


def test_removed_seal_is_named_with_what_it_covered() -> None:
    event = sealed(1, 1, 1)[1]
    with append_only.lifted("infra_seal"):
        Seal.objects.filter(number=2).delete()

    assert breaks() == [
        ("seal 2", "missing"),
        (f"audit event {event.pk}", "in no seal and not waiting for one"),
    ]


def test_removed_last_seal_shows_by_its_events() -> None:
    event = sealed(1, 1)[1]
    with append_only.lifted("infra_seal"):
        Seal.objects.filter(number=2).delete()

    assert breaks() == [(f"audit event {event.pk}", "in no seal and not waiting for one")]


def test_head_kept_elsewhere_shows_what_was_cut_off_whole() -> None:
    """The end of the chain with its events leaves no trace inside: that is what a head is for."""
    event = sealed(1, 1)[1]
    kept = str(audit_chain.head())
    assert audit_chain.stands(kept)
    with append_only.lifted("infra_seal", "infra_auditevent"):
        Seal.objects.filter(number=2).delete()
        AuditEvent.objects.filter(pk=event.pk).delete()

    assert breaks() == []
    assert not audit_chain.stands(kept)


def test_altered_seal_is_named() -> None:
    event = sealed(2, 1)[0]
    with append_only.lifted("infra_seal", "infra_auditevent"):
        AuditEvent.objects.filter(pk=event.pk).update(by_name="Iemand anders")
        row = AuditEvent.objects.filter(pk=event.pk).values_list(*audit_chain.COLUMNS).get()
        seal = Seal.objects.get(number=1)
        lines = seal.members.splitlines(keepends=True)
        lines[0] = f"{event.pk} {audit_chain.digest(row)}\n"
        Seal.objects.filter(number=1).update(members="".join(lines))

    assert breaks() == [("seal 1", "altered: its content gives another hash")]


def test_seal_replaced_with_its_hash_breaks_the_next() -> None:
    sealed(2, 1)
    seal = Seal.objects.get(number=1)
    seal.sealed_at = NOW + timedelta(days=1)
    with append_only.lifted("infra_seal"):
        Seal.objects.filter(number=1).update(
            sealed_at=seal.sealed_at, sha256=audit_chain.seal_digest(seal)
        )

    assert breaks() == [("seal 2", "does not follow seal 1, which was replaced")]


def test_event_that_commits_late_is_sealed_later() -> None:
    """On PostgreSQL an id is handed out before others that commit first."""
    late, soon = recorded(2)
    UnsealedEvent.objects.filter(event=late).delete()  # not to be seen yet
    audit_chain.seal_waiting(now=NOW)
    UnsealedEvent.objects.create(event=late)

    audit_chain.seal_waiting(now=NOW)

    members = list(Seal.objects.order_by("number").values_list("members", flat=True))
    assert [int(one.split()[0]) for one in members] == [soon.pk, late.pk]
    assert breaks() == []


@pytest.mark.parametrize("way", ["update", "delete"])
def test_database_refuses_to_change_a_seal(way: str) -> None:
    sealed(1)
    change: dict[str, Callable[[], object]] = {
        "update": lambda: Seal.objects.update(events=2),
        "delete": lambda: Seal.objects.all().delete(),
    }

    with pytest.raises(IntegrityError), transaction.atomic():
        change[way]()


@pytest.mark.django_db(transaction=True)
def test_sealers_at_one_moment_seal_each_event_once() -> None:
    recorded(40)
    start = Barrier(4)
    sums: list[int] = []

    def seal() -> None:
        start.wait()
        sums.append(audit_chain.seal_waiting(now=NOW))
        connection.close()

    threads = [Thread(target=seal) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sum(sums) == 40
    assert UnsealedEvent.objects.count() == 0
    assert breaks() == []


def test_head_is_logged_in_words_that_the_log_lets_through(
    caplog: pytest.LogCaptureFixture,
) -> None:
    sealed(2)
    with caplog.at_level("INFO", logger="balie.audit"):
        audit_chain.log_head()

    (line,) = caplog.records
    head = audit_chain.head()
    assert head is not None
    assert line.__dict__["sha"].replace(" ", "") == head.sha256
    assert line.__dict__["number"] == 1
