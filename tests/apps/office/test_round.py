"""The daily round does each step once a day, waits while money is halted, and knows its gaps."""

from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from django.db import IntegrityError, transaction
from pytest_django import Settings

from balie.apps.banking import actions as banking
from balie.apps.banking import queries as bank
from balie.apps.billing.actions import UnableToBill
from balie.apps.billing.models import Invoice
from balie.apps.directdebit.models import Collection, CollectionBatch
from balie.apps.ledger.models import JournalEntry
from balie.apps.office import actions, queries
from balie.apps.office.actions import ClockJumped
from balie.apps.office.models import RoundStep
from balie.apps.promises.models import Miss
from balie.config import cli
from balie.infra import clock, halt, jobs, outbox
from balie.infra.audit import SYSTEM
from balie.infra.models import Job, OutboxRow, Schedule
from tests.apps.building import new_service
from tests.apps.directdebit.collecting import Debtor, at, day, new_bank, statement, transfer_of
from tests.apps.tickets.asking import ask

pytestmark = pytest.mark.django_db

STEPS = ["note_misses", "place", "freeze", "change", "vat_numbers", "bill"]
STEPS += ["announce", "suspend", "renewals", "ended"]
MONEY = STEPS[1:]
HOUR = timedelta(hours=1)


@pytest.fixture(autouse=True)
def _home(settings: Settings, tmp_path: Path) -> None:
    settings.BALIE_HOME = tmp_path


def go(number: int, *, hours: int = 0, jump_is_right: bool = False) -> list[str]:
    """Do the round of a day and let the mails go out; the steps that were done now."""
    now = at(number) + hours * HOUR
    steps = actions.daily_round(by=SYSTEM, now=now, jump_is_right=jump_is_right)
    outbox.send_due(now=now)
    return [step.step for step in steps]


def counts() -> list[int]:
    return [
        model._default_manager.count()
        for model in (Invoice, Collection, CollectionBatch, JournalEntry, OutboxRow, Miss)
    ]


def test_round_goes_through_its_steps_in_their_order() -> None:
    assert go(0) == STEPS
    assert [step.step for step in queries.round_of(day=day(0))] == STEPS


def test_round_of_the_same_day_does_nothing_twice() -> None:
    Debtor()
    ask(at(-3))
    go(0)
    before = counts()

    assert go(0, hours=1) == []
    assert counts() == before


def test_round_of_a_day_by_two_workers_leaves_one_row_per_step() -> None:
    Debtor()
    go(0)
    before = counts()

    RoundStep.objects.all().delete()
    assert go(0) == STEPS

    assert counts() == before


def test_each_day_has_its_own_round_from_invoice_to_file() -> None:
    debtor = Debtor()

    go(0)
    assert [invoice.issued_on for invoice in Invoice.objects.all()] == [day(0)]
    assert debtor.collection.state == "announced"
    go(1)
    assert debtor.collection.state == "exported"
    go(2)

    assert counts()[:3] == [1, 1, 1]
    steps = {step.step: step.receipt for step in queries.round_of(day=day(0))}
    assert steps["bill"]["invoices"] == [debtor.invoice.number]
    assert steps["announce"]["announced"] == [debtor.collection.end_to_end_id]
    frozen = {step.step: step.receipt for step in queries.round_of(day=day(1))}["freeze"]
    assert frozen["batches"] == [CollectionBatch.objects.get().message_id]


def test_what_is_left_out_stands_in_the_receipt() -> None:
    debtor = Debtor()
    go(0)
    debtor.mandate.__class__.objects.update(status="suspended")

    go(1)

    receipt = RoundStep.objects.get(day=day(1), step="freeze").receipt
    left_out = [debtor.customer.number, debtor.invoice.number, "mandate_not_active"]
    assert receipt["left_out"] == [left_out]


def test_day_of_the_round_is_the_day_in_amsterdam() -> None:
    just_after_midnight = datetime(2026, 11, 23, 23, 30, tzinfo=UTC)

    actions.daily_round(by=SYSTEM, now=just_after_midnight)

    assert set(RoundStep.objects.values_list("day", flat=True)) == {date(2026, 11, 24)}


def test_while_money_is_halted_only_the_other_steps_are_done() -> None:
    Debtor()
    ask(at(-3))
    halt.halt(reason="invariant 2", now=at(0), by=SYSTEM)

    assert go(0) == ["note_misses"]
    assert counts()[:4] == [0, 0, 0, 0]
    assert Miss.objects.count() == 1


def test_steps_that_waited_are_done_the_same_day_once_money_goes_again() -> None:
    debtor = Debtor()
    halt.halt(reason="invariant 2", now=at(0), by=SYSTEM)
    go(0)
    halt.resume(reason="mended", now=at(0) + HOUR, by=SYSTEM)

    assert go(0, hours=2) == MONEY
    assert debtor.collection.state == "announced"


def test_what_came_in_while_money_was_halted_is_placed_by_the_next_round() -> None:
    new_bank()
    debtor = Debtor()
    go(0)
    halt.halt(reason="invariant 2", now=at(0), by=SYSTEM)
    content = statement(transfer_of(debtor.invoice), on=day(0))
    file = banking.receive_file(name="bank.xml", content=content, by=SYSTEM, now=at(1))
    banking.book_file(file=file, by=SYSTEM, now=at(1))
    halt.resume(reason="mended", now=at(1), by=SYSTEM)
    assert bank.suspense_total() == debtor.invoice.total_cents

    go(1)

    assert (bank.suspense_total(), debtor.invoice.open_cents) == (0, 0)
    # And so it was not collected as well.
    assert debtor.collection.state == "withdrawn"


def test_step_that_fails_leaves_no_row_and_the_next_round_goes_on(
    settings: Settings,
) -> None:
    Debtor()
    settings.BALIE_DEMO = False
    with pytest.raises(UnableToBill):
        go(0)
    assert [step.step for step in queries.round_of(day=day(0))] == STEPS[:5]

    settings.BALIE_DEMO = True
    assert go(0, hours=1) == STEPS[5:]


def test_first_round_ever_follows_on_nothing() -> None:
    assert go(40) == STEPS


@pytest.mark.parametrize("days", [1, 2])
def test_round_after_a_day_off_goes_on(days: int) -> None:
    go(0)

    assert go(days) == STEPS


def test_round_after_more_than_two_days_waits_for_a_person() -> None:
    Debtor()
    go(0)
    new_service(Debtor().customer)
    before = counts()

    with pytest.raises(ClockJumped, match="2026-11-23, today is 2026-11-26"):
        go(3)
    assert counts() == before

    assert go(3, jump_is_right=True) == STEPS
    assert go(4) == STEPS


def test_nightly_check_of_the_same_morning_does_not_hide_the_gap() -> None:
    go(0)
    actions.nightly_verify(by=SYSTEM, now=at(3))

    with pytest.raises(ClockJumped):
        go(3)


def test_halted_days_are_no_gap() -> None:
    go(0)
    halt.halt(reason="x", now=at(0), by=SYSTEM)
    for number in range(1, 5):
        go(number)
    halt.resume(reason="x", now=at(5), by=SYSTEM)

    assert go(5) == STEPS


@pytest.mark.postgres
def test_step_of_a_day_is_noted_once() -> None:
    row = {"day": day(0), "step": "bill", "finished_at": at(0)}
    RoundStep.objects.create(**row)

    with pytest.raises(IntegrityError), transaction.atomic():
        RoundStep.objects.create(**row)


def test_check_and_round_run_by_themselves_every_morning() -> None:
    Schedule.objects.all().delete()
    jobs.ensure_schedules(now=at(0))
    five_thirty = datetime(2026, 11, 24, 4, 30, tzinfo=UTC)

    jobs.run_pending(now=five_thirty - timedelta(seconds=1))
    assert not RoundStep.objects.exists()
    jobs.run_pending(now=five_thirty)
    assert [step.step for step in queries.round_of(day=day(1))] == ["verify"]
    jobs.run_pending(now=five_thirty + HOUR / 2)
    assert [step.step for step in queries.round_of(day=day(1))] == ["verify", *STEPS]
    assert not Job.objects.exclude(state="done").exists()


def test_last_rounds_are_shown_newest_first() -> None:
    go(0)
    go(1)

    last = queries.last_rounds(count=len(STEPS) + 1)

    assert [step.step for step in last] == [*reversed(STEPS), STEPS[-1]]
    assert [step.day for step in last] == [day(1)] * len(STEPS) + [day(0)]


def round_command(number: int, *options: str) -> int:
    with clock.frozen(at(number)):
        return cli.main(["round", *options])


def test_command_does_what_is_left_of_the_round(capsys: pytest.CaptureFixture[str]) -> None:
    assert round_command(0) == 0
    assert [line.partition(":")[0] for line in capsys.readouterr().out.splitlines()] == STEPS

    assert round_command(0) == 0
    assert capsys.readouterr().out == "nothing was left to do today\n"


def test_command_lets_a_person_say_that_the_clock_is_right(
    capsys: pytest.CaptureFixture[str],
) -> None:
    go(0)

    assert round_command(3) == 1
    assert "the last round was on 2026-11-23" in capsys.readouterr().err
    assert round_command(3, "--jump-is-right") == 0
    assert [step.step for step in queries.round_of(day=day(3))] == STEPS


def test_command_says_that_money_waits(capsys: pytest.CaptureFixture[str]) -> None:
    halt.halt(reason="invariant 2", now=at(0), by=SYSTEM)

    round_command(0)

    assert "money is halted, its steps wait: invariant 2" in capsys.readouterr().out
