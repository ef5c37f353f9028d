"""Two calendars and a clock: Dutch working days, TARGET days, and the minutes of the office.

Dutch working days serve the promises and the transfers, TARGET days the direct debit: on King's
Day, Ascension Day and Whit Monday the banks settle while the office is closed. Days are local
days of the policy's time zone; moments come in aware, in any zone, and go out in UTC.

Sources: the holidays of the guide's promise rules (docs/algorithms/promise-clock.md) and the
closing days of the TARGET system, in force since 2002.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from balie.domain.periods import add_months
from balie.domain.policy import Holidays, Policy
from balie.domain.policy_times import closing_minute, minute_of

_ONE_DAY = timedelta(days=1)
_SECOND = timedelta(seconds=1)
_SATURDAY = 5
_TARGET_CLOSED = frozenset({(1, 1), (5, 1), (12, 25), (12, 26)})
_EARLY_CLOSING_DAYS = frozenset({(12, 24), (12, 31)})
_MINUTES_A_DAY = 24 * 60
# How far a search looks ahead: the longest usual answer (1440 office minutes) still fits in an
# office that opens three minutes a week. A search that finds nothing ends there.
_HORIZON_DAYS = 3_660


class UnableToFindWorkingDay(ValueError):
    """No day within ten years is a working day; the policy's extra holidays close them all."""


def easter_sunday(year: int) -> date:
    """Return Easter Sunday of the Gregorian calendar (the anonymous rule of Meeus, ch. 8)."""
    century, of_century = divmod(year, 100)
    golden = year % 19
    leap_centuries, century_rest = divmod(century, 4)
    lunar_shift = (century - (century + 8) // 25 + 1) // 3
    epact = (19 * golden + century - leap_centuries - lunar_shift + 15) % 30
    leaps, leap_rest = divmod(of_century, 4)
    weekday = (32 + 2 * century_rest + 2 * leaps - epact - leap_rest) % 7
    correction = (golden + 11 * epact + 22 * weekday) // 451
    month, day = divmod(epact + weekday - 7 * correction + 114, 31)
    return date(year, month, day + 1)


def holidays_in(year: int, *, policy: Policy) -> frozenset[date]:
    """Return the Dutch holidays of the year, those that fall on a Saturday or Sunday included."""
    return _dutch_holidays(year, policy.holidays)


@lru_cache(maxsize=512)
def _dutch_holidays(year: int, rules: Holidays) -> frozenset[date]:
    easter = easter_sunday(year)
    # Days after Easter Sunday: Easter Monday, Ascension Day, Whit Sunday and Whit Monday.
    days = {easter + timedelta(days=after) for after in (0, 1, 39, 49, 50)}
    days |= {date(year, 1, 1), _kings_day(year), date(year, 12, 25), date(year, 12, 26)}
    if rules.good_friday:
        days.add(easter - timedelta(days=2))
    if rules.liberation_day == "always" or (rules.liberation_day == "lustrum" and year % 5 == 0):
        days.add(date(year, 5, 5))
    return frozenset(days).union(day for day in rules.extra if day.year == year)


def _kings_day(year: int) -> date:
    """Return 27 April, or the Saturday before it when that is a Sunday."""
    day = date(year, 4, 27)
    return day - _ONE_DAY if day.weekday() == _SATURDAY + 1 else day


def is_working_day(day: date, *, policy: Policy) -> bool:
    """Return whether the day is Monday to Friday and no holiday, whatever the office hours."""
    return day.weekday() < _SATURDAY and day not in holidays_in(day.year, policy=policy)


def next_working_day(day: date, *, policy: Policy) -> date:
    """Return the first working day **on or after** the day; the day itself when it is one.

    Raises UnableToFindWorkingDay when the policy's extra holidays leave none.
    """
    return _first_open(day, is_open=lambda candidate: is_working_day(candidate, policy=policy))


def add_working_days(day: date, n: int, *, policy: Policy) -> date:
    """Return the n-th working day after the day, or before it when n is negative.

    The day itself never counts; n = 0 gives the day back, working day or not. Raises
    UnableToFindWorkingDay when the policy's extra holidays leave none.
    """
    return _step_days(day, n, is_open=lambda candidate: is_working_day(candidate, policy=policy))


def is_target_day(day: date) -> bool:
    """Return whether the banks settle: Monday to Friday, but not on a TARGET closing day.

    Closing days: 1 January, Good Friday, Easter Monday, 1 May, 25 and 26 December.
    """
    if day.weekday() >= _SATURDAY or (day.month, day.day) in _TARGET_CLOSED:
        return False
    return (day - easter_sunday(day.year)).days not in (-2, 1)


def next_target_day(day: date) -> date:
    """Return the first TARGET day **on or after** the day: where the bank shifts a debit to."""
    return _first_open(day, is_open=is_target_day)


def add_target_days(day: date, n: int) -> date:
    """Return the n-th TARGET day after the day, or before it when n is negative.

    The day itself never counts; n = 0 gives the day back, TARGET day or not.
    """
    return _step_days(day, n, is_open=is_target_day)


def collection_date_for(today: date, *, policy: Policy) -> date:
    """Return the first day on which a debit that is announced `today` may be collected.

    A TARGET day, the agreed days after the announcement, and not before the bank can take it: what
    is announced today is handed in tomorrow at the earliest.
    """
    announced = today + timedelta(days=policy.collecting.prenotification_days)
    handed_in = add_target_days(today + _ONE_DAY, policy.collecting.lead_target_days)
    return next_target_day(max(announced, handed_in))


def charge_back_until(collection_date: date, *, policy: Policy) -> date:
    """Return the last day, inclusive, on which the debtor may take the debit back unreasoned."""
    return collection_date + timedelta(days=policy.collecting.refund_days)


def final_on(collection_date: date, *, policy: Policy) -> date:
    """Return the last day on which such a refund may still be booked on our account."""
    until = charge_back_until(collection_date, policy=policy)
    return add_target_days(until, policy.collecting.final_extra_target_days)


def unauthorised_until(collection_date: date, *, policy: Policy) -> date:
    """Return the last day, inclusive, on which a debit without a mandate may be claimed back."""
    return add_months(collection_date, policy.collecting.unauthorised_months)


def _first_open(day: date, *, is_open: Callable[[date], bool], step: timedelta = _ONE_DAY) -> date:
    for _ in range(_HORIZON_DAYS):
        if is_open(day):
            return day
        day += step
    raise UnableToFindWorkingDay(
        f"no working day within ten years up to {day}; shorten holidays.extra of the policy"
    )


def _step_days(day: date, n: int, *, is_open: Callable[[date], bool]) -> date:
    step = _ONE_DAY if n > 0 else -_ONE_DAY
    for _ in range(abs(n)):
        day = _first_open(day + step, is_open=is_open, step=step)
    return day


def utc_moment(moment: datetime) -> datetime:
    """Return the moment in UTC; raise ValueError when it is naive, so that no zone is guessed."""
    if moment.utcoffset() is None:
        raise ValueError(f"{moment.isoformat()} has no UTC offset; pass an aware datetime")
    return moment.astimezone(UTC)


def start_of_day(day: date, *, zone: ZoneInfo) -> datetime:
    """Return local midnight of the day, in UTC, with the offset of that very night."""
    return datetime.combine(day, time(0), tzinfo=zone).astimezone(UTC)


def office_periods(day: date, *, policy: Policy) -> tuple[tuple[datetime, datetime], ...]:
    """Return the half-open periods in UTC in which the office is staffed on the local day.

    The office is open while its wall clock stands inside a block. In the night of a clock change
    a block may so lose an hour, or come twice. Empty on holidays; shortened by early closing.
    """
    if day in holidays_in(day.year, policy=policy):
        return ()
    blocks = policy.office.hours.by_weekday[day.weekday()]
    last = _last_minute(day, rules=policy.holidays)
    minutes = [(minute_of(opens), min(closing_minute(closes), last)) for opens, closes in blocks]
    return wall_clock_periods(day, minutes, zone=policy.zone)


def wall_clock_periods(
    day: date, blocks: Iterable[tuple[int, int]], *, zone: ZoneInfo
) -> tuple[tuple[datetime, datetime], ...]:
    """Return when the wall clock of a local day stands inside blocks of minutes after midnight.

    Half-open periods in UTC, in order. In the night of a clock change a block may lose an hour, or
    come twice.
    """
    wanted = tuple(blocks)
    periods = []
    for since, until, offset in _offsets_of(day, zone=zone):
        utc_midnight = datetime.combine(day, time(0), tzinfo=UTC) - offset
        for first_minute, last_minute in wanted:
            opens = max(since, utc_midnight + timedelta(minutes=first_minute))
            closes = min(until, utc_midnight + timedelta(minutes=last_minute))
            if opens < closes:
                periods.append((opens, closes))
    return tuple(sorted(periods))


def _last_minute(day: date, *, rules: Holidays) -> int:
    """Return the minute of the day at which the office closes at the latest."""
    if rules.close_early and (day.month, day.day) in _EARLY_CLOSING_DAYS:
        return minute_of(rules.early_closing)
    return _MINUTES_A_DAY


def _offsets_of(day: date, *, zone: ZoneInfo) -> tuple[tuple[datetime, datetime, timedelta], ...]:
    """Return the stretches of the local day with one UTC offset each: (since, until, offset)."""
    since, until = start_of_day(day, zone=zone), start_of_day(day + _ONE_DAY, zone=zone)
    before, after = _offset_at(since, zone=zone), _offset_at(until - _SECOND, zone=zone)
    if before == after:
        return ((since, until, before),)
    # The clock changes once, on a whole second: halve the day until that second is left.
    low, high = 0, int((until - since).total_seconds())
    while high - low > 1:
        middle = (low + high) // 2
        if _offset_at(since + middle * _SECOND, zone=zone) == before:
            low = middle
        else:
            high = middle
    change = since + high * _SECOND
    return ((since, change, before), (change, until, after))


def _offset_at(instant: datetime, *, zone: ZoneInfo) -> timedelta:
    return instant.astimezone(zone).utcoffset() or timedelta(0)


def is_office_open(moment: datetime, *, policy: Policy) -> bool:
    """Return whether the office is staffed at the aware moment; closing time is exclusive."""
    instant = utc_moment(moment)
    day = instant.astimezone(policy.zone).date()
    periods = office_periods(day, policy=policy)
    return any(opens <= instant < closes for opens, closes in periods)


def office_minutes_after(moment: datetime, minutes: int, *, policy: Policy) -> datetime | None:
    """Return the UTC moment at which so many office minutes have passed since the aware moment.

    The count stands still over lunch, closing, weekends and holidays. None when the office is
    not open that long within ten years. Raises ValueError on a naive moment or minutes below 0.
    """
    if minutes < 0:
        raise ValueError(f"{minutes} minutes lie in the past; pass 0 or more")
    instant, left = utc_moment(moment), timedelta(minutes=minutes)
    if not left or not any(policy.office.hours.by_weekday):
        return None if left else instant
    first = instant.astimezone(policy.zone).date()
    for ahead in range(min(_HORIZON_DAYS, (date.max - first).days)):
        for opens, closes in office_periods(first + timedelta(days=ahead), policy=policy):
            start = max(opens, instant)
            if left <= closes - start:
                return start + left
            left -= max(closes - start, timedelta(0))
    return None
