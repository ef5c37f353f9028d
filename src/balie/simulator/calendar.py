"""Moments by the wall clock of Amsterdam."""

from datetime import UTC, date, datetime, time

from balie.infra import clock


def at(day: date, hour: int, minute: int = 0) -> datetime:
    """Return a moment (UTC) from the wall clock of Amsterdam."""
    wall = datetime.combine(day, time(hour, minute), tzinfo=clock.AMSTERDAM)
    return wall.astimezone(UTC)
