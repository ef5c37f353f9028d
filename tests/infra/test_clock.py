"""The one clock: it ticks, it can be moved, it can stand still."""

from datetime import UTC, date, datetime, timedelta, timezone

import pytest

from balie.infra import clock

NEW_YEAR_HERE = datetime(2026, 12, 31, 23, 30, tzinfo=UTC)


def test_today_is_the_date_in_amsterdam() -> None:
    with clock.frozen(NEW_YEAR_HERE):
        assert clock.now() == NEW_YEAR_HERE
        assert clock.today() == date(2027, 1, 1)
        assert clock.local(clock.now()).isoformat() == "2027-01-01T00:30:00+01:00"


def test_frozen_clock_moves_only_when_told() -> None:
    with clock.frozen(NEW_YEAR_HERE) as frozen:
        frozen.advance(timedelta(hours=2))
        assert clock.now() == NEW_YEAR_HERE + timedelta(hours=2)
        frozen.move_to(datetime(2026, 6, 1, 12, tzinfo=timezone(timedelta(hours=2))))
        assert clock.now() == datetime(2026, 6, 1, 10, tzinfo=UTC)


def test_inner_frozen_clock_ends_where_the_outer_stood() -> None:
    with clock.frozen(NEW_YEAR_HERE):
        with clock.frozen(NEW_YEAR_HERE + timedelta(days=9)):
            assert clock.today() == date(2027, 1, 10)
        assert clock.now() == NEW_YEAR_HERE


def test_moved_clock_ticks_on_and_the_machine_does_not_notice() -> None:
    clock.set_offset(timedelta(days=400))
    try:
        first, ahead = clock.now(), clock.now() - clock.machine()
        assert clock.offset() == timedelta(days=400)
        assert timedelta(days=399, hours=23) < ahead <= timedelta(days=400)
        assert clock.now() > first
    finally:
        clock.set_offset(timedelta(0))


@pytest.mark.parametrize("read", [clock.local, clock.utc, clock.FrozenClock])
def test_naive_moment_is_refused(read: type) -> None:
    with pytest.raises(ValueError, match="naive"):
        read(datetime(2026, 1, 1))  # noqa: DTZ001 (naive on purpose)
