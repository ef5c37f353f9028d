"""The promise clock keeps the tables of docs/algorithms/promise-clock.md, and mutants do not."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import NamedTuple
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from balie.domain.policy import Answers, Holidays, Office, Policy, WeekHours
from balie.domain.promises import AnswerPromise, promise_for, was_kept
from balie.domain.workdays import is_working_day, office_minutes_after

DOC = Path(__file__).parents[2] / "docs" / "algorithms" / "promise-clock.md"
AMSTERDAM = ZoneInfo("Europe/Amsterdam")
POLICY = Policy()
MICROSECOND = timedelta(microseconds=1)
Engine = Callable[..., AnswerPromise]


class Moment(NamedTuple):
    """One row of a table of moments; `steer` is where the usual minutes end, promised or not."""

    number: str
    asked_at: datetime
    guaranteed_by: datetime
    same_day_by: datetime | None
    usual_by: datetime | None
    due_at: datetime
    steer: datetime | None


def _moment(cell: str) -> datetime | None:
    return None if cell == "none" or cell.startswith("(") else datetime.fromisoformat(cell)


def _moments() -> Iterator[Moment]:
    for line in DOC.read_text(encoding="utf-8").splitlines():
        cells = [cell.strip() for cell in line.strip("|").split("|")]
        if len(cells) == 7 and cells[0][0].isdigit():
            moments = [_moment(cell) for cell in cells[1:6]]
            asked_at, guaranteed_by, same_day_by, usual_by, due_at = moments
            assert asked_at is not None
            assert guaranteed_by is not None
            assert due_at is not None
            yield Moment(
                number=cells[0],
                asked_at=asked_at,
                guaranteed_by=guaranteed_by,
                same_day_by=same_day_by,
                usual_by=usual_by,
                due_at=due_at,
                steer=_moment(cells[4].strip("()")),
            )


MOMENTS = tuple(_moments())


def _keeps(engine: Engine, row: Moment) -> bool:
    promise = engine(asked_at=row.asked_at, policy=POLICY)
    return (
        promise.guaranteed_by == row.guaranteed_by
        and promise.same_day_by == row.same_day_by
        and promise.usual_by == row.usual_by
        and promise.due_at == row.due_at
    )


def _local(
    year: int,
    month: int,
    day: int,
    hour: int = 0,
    minute: int = 0,
    second: int = 0,
    microsecond: int = 0,
    *,
    fold: int = 0,
) -> datetime:
    clock = time(hour, minute, second, microsecond, AMSTERDAM, fold=fold)
    return datetime.combine(date(year, month, day), clock)


def test_document_has_all_moments() -> None:
    numbers = [row.number for row in MOMENTS]

    assert numbers == [*map(str, range(1, 12)), "12a", "12b", *map(str, range(13, 22))]


@pytest.mark.parametrize("row", MOMENTS, ids=lambda row: row.number)
def test_promise_for_moment_of_the_document(row: Moment) -> None:
    promise = promise_for(asked_at=row.asked_at, policy=POLICY)

    assert promise.asked_at == row.asked_at
    assert promise.guaranteed_by == row.guaranteed_by
    assert promise.same_day_by == row.same_day_by
    assert promise.usual_by == row.usual_by
    assert promise.due_at == row.due_at
    assert office_minutes_after(row.asked_at, 60, policy=POLICY) == row.steer


# --- mutants: each wrong engine breaks the rows it is known for ----------------------------------
def wall_clock(*, asked_at: datetime, policy: Policy) -> AnswerPromise:
    """Adds 24 hours on the wall clock."""
    local = asked_at.astimezone(AMSTERDAM) + timedelta(hours=24)
    promise = promise_for(asked_at=asked_at, policy=policy)
    return replace(promise, guaranteed_by=local.astimezone(UTC))


def utc_day(*, asked_at: datetime, policy: Policy) -> AnswerPromise:
    """Decides in UTC which day it is."""
    promise = promise_for(asked_at=asked_at, policy=policy)
    in_utc = asked_at.astimezone(UTC)
    if not is_working_day(in_utc.date(), policy=policy):
        return replace(promise, same_day_by=None)
    return promise


def utc_midnight(*, asked_at: datetime, policy: Policy) -> AnswerPromise:
    """Ends the day at midnight UTC."""
    promise = promise_for(asked_at=asked_at, policy=policy)
    if promise.same_day_by is None:
        return promise
    day = asked_at.astimezone(AMSTERDAM).date() + timedelta(days=1)
    return replace(promise, same_day_by=datetime.combine(day, time(0), tzinfo=UTC))


def forgotten_fold(*, asked_at: datetime, policy: Policy) -> AnswerPromise:
    """Takes the wall time without asking which of two hours it is."""
    return promise_for(asked_at=asked_at.astimezone(AMSTERDAM).replace(fold=0), policy=policy)


def inclusive_cutoff(*, asked_at: datetime, policy: Policy) -> AnswerPromise:
    """Takes 20:00:00 as in time."""
    early = promise_for(asked_at=asked_at - MICROSECOND, policy=policy)
    return replace(promise_for(asked_at=asked_at, policy=policy), same_day_by=early.same_day_by)


def inclusive_closing(*, asked_at: datetime, policy: Policy) -> AnswerPromise:
    """Takes 17:00:00 as within office hours."""
    promise = promise_for(asked_at=asked_at, policy=policy)
    if promise_for(asked_at=asked_at - MICROSECOND, policy=policy).usual_by is None:
        return promise
    return replace(promise, usual_by=office_minutes_after(asked_at, 60, policy=policy))


def rounding(*, asked_at: datetime, policy: Policy) -> AnswerPromise:
    """Drops the seconds."""
    return promise_for(asked_at=asked_at.replace(second=0, microsecond=0), policy=policy)


def summed(*, asked_at: datetime, policy: Policy) -> AnswerPromise:
    """Takes the later of the two promises."""
    promise = promise_for(asked_at=asked_at, policy=policy)
    return replace(promise, same_day_by=None) if promise.same_day_by else promise


@pytest.mark.parametrize(
    ("mutant", "broken"),
    [
        (wall_clock, ["8", "9"]),
        (utc_day, ["14"]),
        (forgotten_fold, ["10"]),
        (inclusive_cutoff, ["5", "6"]),
        (inclusive_closing, ["3"]),
        (rounding, ["4", "13", "20", "21"]),
    ],
    ids=lambda value: value.__name__ if callable(value) else "",
)
def test_document_breaks_a_mutant(mutant: Engine, broken: list[str]) -> None:
    assert [row.number for row in MOMENTS if not _keeps(mutant, row)] == broken


@pytest.mark.parametrize("mutant", [utc_midnight, summed], ids=lambda mutant: mutant.__name__)
def test_document_breaks_a_mutant_on_every_same_day_promise(mutant: Engine) -> None:
    same_day = [row.number for row in MOMENTS if row.same_day_by]

    assert [row.number for row in MOMENTS if not _keeps(mutant, row)] == same_day


# --- what goes in and out ------------------------------------------------------------------------
def test_promise_for_naive_moment_is_refused() -> None:
    with pytest.raises(ValueError, match="has no UTC offset; pass an aware datetime"):
        promise_for(asked_at=datetime(2026, 3, 11, 10, 15), policy=POLICY)  # noqa: DTZ001


def test_promise_for_speaks_utc() -> None:
    promise = promise_for(asked_at=_local(2026, 3, 11, 10, 15), policy=POLICY)

    moments = (
        promise.asked_at,
        promise.guaranteed_by,
        promise.same_day_by,
        promise.usual_by,
        promise.due_at,
    )
    assert [moment.tzinfo for moment in moments if moment] == [UTC] * 5


def test_promise_for_is_frozen() -> None:
    promise = promise_for(asked_at=_local(2026, 3, 11, 10, 15), policy=POLICY)

    with pytest.raises(AttributeError):
        promise.guaranteed_by = promise.asked_at  # type: ignore[misc]


def test_promise_for_follows_the_figures_of_the_policy() -> None:
    policy = Policy(
        answers=Answers(guarantee_hours=4, same_day_cutoff=time(12), usual_minutes=30),
    )

    promise = promise_for(asked_at=_local(2026, 3, 11, 11, 45), policy=policy)
    too_late = promise_for(asked_at=_local(2026, 3, 11, 12), policy=policy)

    assert promise.guaranteed_by == _local(2026, 3, 11, 15, 45)
    assert promise.same_day_by == _local(2026, 3, 12)
    assert promise.usual_by == _local(2026, 3, 11, 12, 15)
    assert promise.due_at == promise.guaranteed_by
    assert too_late.same_day_by is None


def test_promise_for_office_without_hours_ends() -> None:
    never = WeekHours(monday=(), tuesday=(), wednesday=(), thursday=(), friday=())
    policy = Policy(office=Office(hours=never))

    promise = promise_for(asked_at=_local(2026, 3, 11, 10, 15), policy=policy)

    assert promise.usual_by is None
    assert promise.same_day_by == _local(2026, 3, 12)


def test_promise_for_office_that_closes_for_good_ends() -> None:
    first = date(2026, 3, 12)
    closed = tuple(first + timedelta(days=ahead) for ahead in range(3_700))
    policy = Policy(holidays=Holidays(extra=closed))

    promise = promise_for(asked_at=_local(2026, 3, 11, 16, 30), policy=policy)

    assert promise.usual_by is None
    assert promise.same_day_by == _local(2026, 3, 12)


def test_promise_for_in_zone_without_that_midnight() -> None:
    # In Cairo the night of 26 April 2024 went from 23:59:59 on Thursday to 01:00 on Friday.
    policy = Policy(office=Office(timezone="Africa/Cairo"))
    cairo = ZoneInfo("Africa/Cairo")

    promise = promise_for(asked_at=datetime(2024, 4, 25, 18, tzinfo=cairo), policy=policy)

    assert promise.same_day_by == datetime(2024, 4, 25, 22, tzinfo=UTC)
    assert promise.same_day_by == datetime(2024, 4, 26, 1, tzinfo=cairo)


def test_same_day_by_has_the_offset_of_that_night() -> None:
    # In Cairo Thursday 31 October 2024 had 25 hours: 23:00 came twice.
    policy = Policy(office=Office(timezone="Africa/Cairo"))
    cairo = ZoneInfo("Africa/Cairo")

    promise = promise_for(asked_at=datetime(2024, 10, 31, 18, tzinfo=cairo), policy=policy)

    assert promise.same_day_by == datetime(2024, 10, 31, 22, tzinfo=UTC)
    assert promise.same_day_by - promise.asked_at == timedelta(hours=7)


# --- kept or not ---------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("asked_at", "answered_at", "kept"),
    [
        (_local(2026, 3, 11, 10, 15), _local(2026, 3, 11, 10, 15), True),
        (_local(2026, 3, 11, 10, 15), _local(2026, 3, 12) - MICROSECOND, True),
        (_local(2026, 3, 11, 10, 15), _local(2026, 3, 12), False),
        (_local(2026, 3, 11, 20), _local(2026, 3, 12, 20), True),
        (_local(2026, 3, 11, 20), _local(2026, 3, 12, 20) + MICROSECOND, False),
        (_local(2026, 3, 28, 15), _local(2026, 3, 29, 16), True),
        (_local(2026, 10, 25, 2, 30), _local(2026, 10, 26, 2, 30), False),
    ],
)
def test_was_kept(asked_at: datetime, answered_at: datetime, kept: bool) -> None:  # noqa: FBT001
    promise = promise_for(asked_at=asked_at, policy=POLICY)

    assert was_kept(promise, answered_at) is kept


def test_was_kept_by_naive_moment_is_refused() -> None:
    promise = promise_for(asked_at=_local(2026, 3, 11, 10, 15), policy=POLICY)

    with pytest.raises(ValueError, match="has no UTC offset"):
        was_kept(promise, datetime(2026, 3, 11, 12))  # noqa: DTZ001


def test_was_kept_before_the_question_is_refused() -> None:
    promise = promise_for(asked_at=_local(2026, 3, 11, 10, 15), policy=POLICY)

    with pytest.raises(ValueError, match="lies before the question"):
        was_kept(promise, _local(2026, 3, 11, 10, 14))


# --- properties ----------------------------------------------------------------------------------
moments = st.datetimes(
    min_value=datetime(2024, 1, 1),  # noqa: DTZ001
    max_value=datetime(2035, 12, 31),  # noqa: DTZ001
    timezones=st.just(UTC),
)
minutes_of_the_day = st.integers(min_value=0, max_value=1439)
zones = st.sampled_from(
    ["Pacific/Kiritimati", "America/St_Johns", "Africa/Cairo", "Asia/Kolkata", "Etc/GMT+12"]
)


def _clock(minute: int) -> time:
    return time(minute // 60, minute % 60)


@st.composite
def days(draw: st.DrawFn) -> tuple[tuple[time, time], ...]:
    """Return the blocks of one day: none, one, or two with a break between them."""
    marks = sorted(draw(st.sets(minutes_of_the_day, max_size=4)))
    return tuple(
        (_clock(opens), _clock(closes))
        for opens, closes in zip(marks[::2], marks[1::2], strict=False)
    )


weeks = st.builds(
    WeekHours,
    monday=days(),
    tuesday=days(),
    wednesday=days(),
    thursday=days(),
    friday=days(),
    saturday=days(),
    sunday=days(),
)


@settings(deadline=None)
@given(asked_at=moments)
def test_guarantee_is_a_day_of_seconds(asked_at: datetime) -> None:
    promise = promise_for(asked_at=asked_at, policy=POLICY)

    assert (promise.guaranteed_by - promise.asked_at) == timedelta(seconds=86_400)
    assert promise.due_at == min(promise.guaranteed_by, promise.same_day_by or promise.due_at)


@settings(deadline=None)
@given(asked_at=moments, zone=zones)
def test_promise_is_the_same_from_every_zone(asked_at: datetime, zone: str) -> None:
    elsewhere = asked_at.astimezone(ZoneInfo(zone))

    assert promise_for(asked_at=elsewhere, policy=POLICY) == promise_for(
        asked_at=asked_at, policy=POLICY
    )


@settings(deadline=None, max_examples=300)
@given(
    asked_at=moments,
    hours=weeks,
    closed_days=st.sets(st.integers(min_value=0, max_value=10), max_size=6),
    closed_block=st.tuples(st.integers(0, 6), st.integers(0, 1)),
    rules=st.sampled_from(
        [Holidays(good_friday=True), Holidays(liberation_day="always"), Holidays(close_early=True)]
    ),
)
def test_more_closures_never_move_usual_by_earlier(
    asked_at: datetime,
    hours: WeekHours,
    closed_days: set[int],
    closed_block: tuple[int, int],
    rules: Holidays,
) -> None:
    today = asked_at.astimezone(AMSTERDAM).date()
    extra = tuple(today + timedelta(days=ahead) for ahead in sorted(closed_days))
    weekday, index = closed_block
    name = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")[weekday]
    blocks = hours.by_weekday[weekday]
    fewer = replace(hours, **{name: blocks[:index] + blocks[index + 1 :]})
    policy = Policy(office=Office(hours=hours))
    open_at = office_minutes_after(asked_at, 60, policy=policy)

    for closed in (
        replace(policy, holidays=Holidays(extra=extra)),
        replace(policy, holidays=rules),
        replace(policy, office=Office(hours=fewer)),
    ):
        later_at = office_minutes_after(asked_at, 60, policy=closed)
        assert later_at is None or (open_at is not None and open_at <= later_at)
