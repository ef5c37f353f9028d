"""Audit trail, sequences and halts: what the database itself holds up."""

import threading
from datetime import UTC, datetime
from pathlib import Path

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction

from balie.infra import append_only, audit, halt, sequences
from balie.infra.audit import SYSTEM, Actor
from balie.infra.fields import CentsField
from balie.infra.models import AuditEvent, HaltEvent, Job, OutboxRow, Schedule, Sequence
from tests.infra.conftest import in_thread

pytestmark = pytest.mark.postgres

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
EMPLOYEE = Actor("employee", 3, "Sanne")


@pytest.mark.django_db
def test_audit_event_says_who_did_what_to_what_and_when() -> None:
    audit.record(
        event="invoice.issued", by=EMPLOYEE, subject=("invoice", 17), now=NOW, data={"cents": 1210}
    )

    row = AuditEvent.objects.get()
    assert (row.event, row.at, row.by_kind, row.by_id, row.by_name) == (
        "invoice.issued",
        NOW,
        "employee",
        3,
        "Sanne",
    )
    assert (row.subject_kind, row.subject_id, row.data) == ("invoice", 17, {"cents": 1210})


@pytest.mark.parametrize("actor", [("robot", None), ("employee", None), ("system", 3)])
def test_actor_is_a_person_with_an_id_or_the_system(actor: tuple[str, int | None]) -> None:
    with pytest.raises(ValueError, match=r"actor|needs an id"):
        Actor(*actor)


@pytest.mark.django_db
@pytest.mark.parametrize("model", [AuditEvent, HaltEvent])
@pytest.mark.parametrize("way", ["update", "delete"])
def test_database_refuses_to_change_what_was_recorded(
    model: type[AuditEvent | HaltEvent], way: str
) -> None:
    audit.record(event="x", by=SYSTEM, subject=("invoice", 1), now=NOW)
    halt.halt(reason="a check failed", now=NOW, by=SYSTEM)

    change = {
        "update": lambda: model.objects.update(by_name="somebody else"),
        "delete": lambda: model.objects.all()._raw_delete(connection.alias),
    }
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        change[way]()

    assert model.objects.count() == 1


@pytest.mark.django_db
def test_every_declared_table_has_its_triggers_and_a_lost_one_is_named() -> None:
    assert append_only.missing() == []

    with append_only.lifted("infra_auditevent"):
        assert append_only.missing() == ["infra_auditevent"]

    assert append_only.missing() == []


@pytest.mark.django_db
def test_numbers_of_a_series_follow_each_other_from_the_first() -> None:
    assert [sequences.next_number("F") for _ in range(3)] == [1, 2, 3]
    assert [sequences.next_number("K", start=10000) for _ in range(2)] == [10000, 10001]


@pytest.mark.django_db(transaction=True)
def test_number_outside_a_transaction_is_refused() -> None:
    with pytest.raises(sequences.UnableToNumber):
        sequences.next_number("F")


@pytest.mark.django_db(transaction=True)
def test_rollback_gives_the_number_back() -> None:
    with transaction.atomic():
        assert sequences.next_number("F") == 1
    with transaction.atomic():
        assert sequences.next_number("F") == 2
        transaction.set_rollback(True)
    with transaction.atomic():
        assert sequences.next_number("F") == 2


def numbers_of_four_threads(*, careless: bool) -> list[int]:
    taken: list[int] = []
    together = threading.Barrier(4)

    def take() -> None:
        for _ in range(15):
            if careless:
                together.wait(timeout=10)
                last = Sequence.objects.filter(series="F").values_list("last_number", flat=True)
                number = (last.first() or 0) + 1
                together.wait(timeout=10)
                Sequence.objects.update_or_create(series="F", defaults={"last_number": number})
            else:
                with transaction.atomic():
                    number = sequences.next_number("F")
            taken.append(number)

    Sequence.objects.create(series="F", last_number=0)
    threads = [in_thread(take) for _ in range(4)]
    for thread in threads:
        thread.join()
    return sorted(taken)


@pytest.mark.django_db(transaction=True)
def test_four_threads_get_sixty_numbers_without_gap_or_double() -> None:
    assert numbers_of_four_threads(careless=False) == list(range(1, 61))


@pytest.mark.django_db(transaction=True)
def test_twin_that_reads_and_then_writes_gives_a_number_twice() -> None:
    numbers = numbers_of_four_threads(careless=True)

    assert len(set(numbers)) < len(numbers)


@pytest.mark.django_db(transaction=True)
def test_two_threads_may_open_a_series_at_once(tmp_path: Path) -> None:
    taken: list[int] = []
    together = threading.Barrier(4)

    def take() -> None:
        together.wait(timeout=10)
        with transaction.atomic():
            taken.append(sequences.next_number("new", start=5))

    threads = [in_thread(take) for _ in range(4)]
    for thread in threads:
        thread.join()

    assert sorted(taken) == [5, 6, 7, 8]


@pytest.mark.django_db
def test_halt_holds_until_it_is_resumed_and_each_thing_apart() -> None:
    assert halt.reason() is None
    halt.raise_if_halted()

    halt.halt(reason="invariant 1 is broken", now=NOW, by=SYSTEM)
    assert halt.reason() == "invariant 1 is broken"
    assert halt.reason(what=halt.OUTGOING) is None
    with pytest.raises(halt.Halted, match="invariant 1 is broken"):
        halt.raise_if_halted()

    halt.resume(reason="corrected by entry 5", now=NOW, by=EMPLOYEE)
    assert halt.reason() is None
    assert [row.by_kind for row in HaltEvent.objects.order_by("id")] == ["system", "employee"]


@pytest.mark.django_db
def test_halt_without_reason_is_refused() -> None:
    with pytest.raises(ValueError, match="needs a reason"):
        halt.halt(reason=" ", now=NOW, by=SYSTEM)


@pytest.mark.django_db
@pytest.mark.parametrize(
    "row",
    [
        OutboxRow(
            event="a",
            message_id="a",
            created_at=NOW,
            wait_until=NOW,
            next_attempt_at=NOW,
            recipient_id=1,
            state="lost",
        ),
        OutboxRow(
            event="a",
            message_id="a",
            created_at=NOW,
            wait_until=NOW,
            next_attempt_at=NOW,
            recipient_id=1,
            state="accepted",
        ),
        Job(name="a", state="lost"),
        HaltEvent(what="everything", halted=True, at=NOW),
    ],
)
def test_database_refuses_a_state_that_does_not_exist(row: OutboxRow | Job | HaltEvent) -> None:
    with pytest.raises(DatabaseError), transaction.atomic():
        row.save()


@pytest.mark.parametrize("value", [12.5, "12", True])
def test_amount_that_is_no_whole_number_of_cents_is_refused(value: object) -> None:
    field = CentsField(name="total_cents")

    with pytest.raises(TypeError, match="total_cents: an amount is a whole number of cents"):
        field.get_prep_value(value)


def test_amount_of_cents_is_kept_as_it_is() -> None:
    assert CentsField(name="total_cents").get_prep_value(1210) == 1210


@pytest.mark.django_db
def test_schedule_without_a_rhythm_is_refused() -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        Schedule.objects.create(name="never", job="never", next_at=datetime(2026, 1, 1, tzinfo=UTC))
