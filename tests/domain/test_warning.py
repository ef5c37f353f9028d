"""Warn while somebody works who can still keep the promise (Tuesday 10 March 2026 unless said)."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from balie.domain.policy import Policy
from balie.domain.rosters import DifferentDays, Roster, Shift
from balie.domain.warning import DueWarning, warning_for

AMSTERDAM = ZoneInfo("Europe/Amsterdam")
POLICY = Policy()
OFFICE = tuple(
    Shift(person=person, weekday=weekday, starts=time(9), ends=time(17))
    for person in ("anna", "bram")
    for weekday in range(5)
)
EVENING = Shift(person="chris", weekday=1, starts=time(18), ends=time(22))


def local(day: int, hour: int, minute: int = 0) -> datetime:
    return datetime(2026, 3, day, hour, minute, tzinfo=AMSTERDAM)


def warned(
    asked: datetime, due: datetime, *, groups: tuple[list[str], ...] = (), roster: Roster
) -> tuple[datetime, set[object]]:
    found: DueWarning = warning_for(
        asked_at=asked, due_at=due, groups=groups, roster=roster, policy=POLICY
    )
    return found.at.astimezone(AMSTERDAM), set(found.people)


def test_hour_before_the_due_moment_when_somebody_works_then() -> None:
    roster = Roster(shifts=OFFICE)

    found = warned(local(9, 14), local(10, 14), groups=(["anna"],), roster=roster)

    assert found == (local(10, 13), {"anna"})


def test_before_who_has_it_goes_home_when_it_falls_due_at_midnight() -> None:
    roster = Roster(shifts=OFFICE)

    found = warned(local(10, 10), local(11, 0), groups=(["bram"],), roster=roster)

    assert found == (local(10, 16), {"bram"})


def test_team_is_warned_when_who_has_it_does_not_work() -> None:
    away = DifferentDays(
        person="anna", period_start=date(2026, 3, 10), period_end=date(2026, 3, 12)
    )
    roster = Roster(shifts=OFFICE, exceptions=(away,))

    found = warned(local(10, 10), local(11, 0), groups=(["anna"], ["anna", "bram"]), roster=roster)

    assert found == (local(10, 16), {"bram"})


def test_evening_duty_is_warned_of_what_comes_after_the_office() -> None:
    roster = Roster(shifts=(*OFFICE, EVENING))

    found = warned(local(10, 17, 30), local(11, 0), groups=(["anna"], []), roster=roster)

    assert found == (local(10, 21), {"chris"})


def test_question_asked_within_the_hour_warns_at_once() -> None:
    roster = Roster(shifts=OFFICE)

    assert warned(local(10, 13, 50), local(10, 14, 10), roster=roster)[0] == local(10, 13, 50)


def test_first_at_work_is_warned_when_the_wanted_moment_is_before_opening() -> None:
    # Asked on Sunday at 09:30: due on Monday at 09:30, an hour before that nobody works.
    roster = Roster(shifts=OFFICE)

    found = warned(local(8, 9, 30), local(9, 9, 30), groups=(["anna"],), roster=roster)

    assert found == (local(9, 9), {"anna"})


def test_nobody_at_work_at_all_is_known_at_once() -> None:
    # Asked on Friday evening: due on Saturday evening, and nobody works on Saturday.
    roster = Roster(shifts=OFFICE)

    assert warned(local(13, 20), local(14, 20), roster=roster) == (local(13, 20), set())


def test_warning_is_never_before_the_question_nor_after_its_due_moment() -> None:
    roster = Roster(shifts=(*OFFICE, EVENING))
    asked = local(9, 0)
    for step in range(7 * 24):
        moment = (asked + timedelta(hours=step)).astimezone(UTC)
        found = warning_for(
            asked_at=moment,
            due_at=moment + timedelta(hours=24),
            groups=(["anna"],),
            roster=roster,
            policy=POLICY,
        )
        assert moment <= found.at <= moment + timedelta(hours=24)
