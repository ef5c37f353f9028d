"""Months are lived through by the real actions, and everything holds after each simulated day.

`BALIE_TEST_SEED` chooses another company; a failure says how to see it again.
"""

from collections import Counter
from datetime import timedelta
from pathlib import Path

import pytest
from django.db.models import F
from pytest_django import Settings

from balie.apps.billing.models import Payment
from balie.apps.directdebit.models import Collection, RTransaction
from balie.apps.ledger.models import JournalEntry
from balie.apps.office.models import RoundStep
from balie.apps.promises.models import Miss
from balie.apps.tickets.models import InboundMail, Message, Question, Ticket
from balie.infra import clock, halt
from balie.infra.models import Job, OutboxRow
from balie.simulator import demo, life, world
from balie.simulator.calendar import at
from balie.simulator.demo import Plan
from tests.apps.tickets.asking import ask
from tests.simulation.living import SEED, SHIPPED_SEED, day, hold, live, taken_back


@pytest.fixture(autouse=True)
def _home(settings: Settings, tmp_path: Path) -> None:
    settings.BALIE_HOME = tmp_path
    settings.BALIE_DEMO = True


def states() -> Counter[str]:
    return Counter(Collection.objects.values_list("state", flat=True))


# Autumn with the hour that comes twice, the turn of the year, spring with Easter and the lost hour.
SEASONS = ["2026-11-23", "2027-01-19", "2027-04-09"]


@pytest.mark.django_db
@pytest.mark.slow
@pytest.mark.parametrize("until", SEASONS)
def test_months_hold_after_each_day(until: str) -> None:
    live(Plan(seed=SEED, until=day(until), customers=12, days=45))

    assert halt.reason() is None
    assert RoundStep.objects.filter(step="announce").count() >= 44
    assert states()["settled"] > 3
    assert Payment.objects.exists()
    assert Question.objects.filter(promise__kept_at__isnull=False).exists()
    assert set(InboundMail.objects.values_list("place", flat=True)) >= {"no_question", "quarantine"}
    assert Message.objects.filter(undelivered_at__isnull=False).exists()
    assert Ticket.objects.filter(channel="phone", due_at__isnull=False).exists()
    assert not Job.objects.exclude(last_error="").exists()
    assert set(OutboxRow.objects.values_list("state", flat=True)) <= {"accepted", "withdrawn"}
    if SEED == SHIPPED_SEED:
        # It is worth something: in every season debits come back.
        assert RTransaction.objects.exists()


@pytest.mark.postgres
@pytest.mark.usefixtures("committed")
def test_weeks_hold_after_each_day_with_real_commits() -> None:
    live(Plan(seed=SEED, until=day("2026-11-23"), customers=6, days=18))

    assert sum(states().values()) > 0


@pytest.mark.django_db
def test_equal_seeds_live_equal_lives_and_others_do_not() -> None:
    found = []
    for seed in (SEED, SEED, SEED + 1):
        with taken_back():
            plan = Plan(seed=seed, until=day("2026-11-23"), customers=5, days=15)
            demo.build(plan, progress=lambda *_: None)
            found.append(demo.fingerprint())

    first, again, other = found
    assert first == again
    assert first != other


@pytest.mark.django_db
def test_world_that_was_saved_and_loaded_goes_on_as_one_that_was_not(tmp_path: Path) -> None:
    plan = Plan(seed=SEED, until=day("2026-11-13"), customers=6, days=15)
    lived = demo.build(plan, progress=lambda *_: None)
    saved = (tmp_path / world.FILE_NAME).read_bytes()
    until = lived.moment + timedelta(days=10)
    before = demo.fingerprint()

    with taken_back():
        life.live_until(lived, until)
        went_on = demo.fingerprint()
    (tmp_path / world.FILE_NAME).write_bytes(saved)
    loaded = world.load(tmp_path)
    life.live_until(loaded, until)

    assert demo.fingerprint() == went_on
    assert went_on != before
    hold(plan, now=until)


@pytest.mark.django_db
def test_broken_day_says_which_seed_and_how_to_see_it_again() -> None:
    def break_in(passed: int) -> None:
        if passed == 3:
            JournalEntry.objects.create(
                key="planted", booked_on=day("2026-11-16"), recorded_at=clock.now(), description=""
            )

    plan = Plan(seed=SEED, until=day("2026-11-23"), customers=6, days=8)
    with pytest.raises(AssertionError) as failure:
        live(plan, at_the_end_of_day=break_in)

    said = str(failure.value)
    assert said.startswith("after 2026-11-16: 1 journal entries sum to zero: journal entry planted")
    assert f"BALIE_TEST_SEED={SEED} python -m pytest tests/simulation" in said


@pytest.mark.django_db
def test_mail_server_that_is_away_for_days_delays_debits_and_loses_nothing(
    settings: Settings,
) -> None:
    real = settings.EMAIL_BACKEND

    def mail_server(passed: int) -> None:
        away = 6 <= passed <= 8
        settings.EMAIL_BACKEND = "tests.simulation.away.Away" if away else real

    live(
        Plan(seed=SEED, until=day("2026-11-23"), customers=8, days=16),
        at_the_end_of_day=mail_server,
    )

    assert OutboxRow.objects.filter(attempts__gt=1).exists()
    late = OutboxRow.objects.filter(
        kind="debit-announced", accepted_at__gt=F("created_at") + timedelta(hours=12)
    )
    not_told = set(late.values_list("payload__collection", flat=True))
    taken = set(Collection.objects.filter(batch__isnull=False).values_list("pk", flat=True))
    assert not_told & taken == set()


@pytest.mark.django_db
def test_demo_that_ends_after_a_promise_fell_due_begins_with_money_going() -> None:
    asked_on_sunday = at(day("2026-11-22"), 8)

    def nobody_answers(passed: int, _: int) -> None:
        if passed == 4:
            ask(asked_on_sunday, now=clock.now())

    demo.build(
        Plan(seed=SEED, until=day("2026-11-23"), customers=4, days=4), progress=nobody_answers
    )

    assert Miss.objects.filter(missed_at=at(day("2026-11-23"), 8)).exists()
    assert halt.reason() is None
