"""Days, moments and durations are said as the promise says them, in both languages."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from balie.infra.templatetags import moments

AMSTERDAM = ZoneInfo("Europe/Amsterdam")
NOW = datetime(2026, 11, 24, 14, 5, tzinfo=AMSTERDAM)


def spaced(words: str) -> str:
    return words.replace("\u00a0", " ")


@pytest.mark.parametrize(
    ("day", "dutch", "english"),
    [
        (date(2026, 11, 24), "di 24 nov 2026", "Tue 24 Nov 2026"),
        (date(2027, 3, 1), "ma 1 mrt 2027", "Mon 1 Mar 2027"),
        (date(2026, 5, 31), "zo 31 mei 2026", "Sun 31 May 2026"),
    ],
)
def test_day_is_spelled_out(day: date, dutch: str, english: str) -> None:
    assert spaced(moments.day_words(day, language="nl")) == dutch
    assert spaced(moments.day_words(day, language="en")) == english


def test_day_of_a_moment_is_refused() -> None:
    with pytest.raises(TypeError, match="moment"):
        moments.day_words(NOW, language="nl")


@pytest.mark.parametrize(
    ("moment", "words"),
    [
        (datetime(2026, 11, 24, 13, 5, tzinfo=UTC), "di 24 nov 2026, 14:05"),
        (datetime(2026, 7, 1, 22, 30, tzinfo=UTC), "do 2 jul 2026, 00:30"),
        (datetime(2026, 10, 25, 0, 30, tzinfo=UTC), "zo 25 okt 2026, 02:30"),
        (datetime(2026, 10, 25, 1, 30, tzinfo=UTC), "zo 25 okt 2026, 02:30"),
    ],
)
def test_moment_is_told_on_the_clock_of_amsterdam(moment: datetime, words: str) -> None:
    assert spaced(moments.moment_words(moment, language="nl")) == words


def test_naive_moment_is_refused() -> None:
    with pytest.raises(ValueError, match="time zone"):
        moments.moment_words(datetime(2026, 11, 24, 14, 5), language="nl")  # noqa: DTZ001


@pytest.mark.parametrize(
    ("due", "dutch", "english"),
    [
        ((2026, 11, 24, 17, 0), "vandaag voor 17:00", "today before 17:00"),
        ((2026, 11, 25, 0, 0), "vandaag voor 24:00", "today before 24:00"),
        ((2026, 11, 25, 10, 15), "morgen voor 10:15", "tomorrow before 10:15"),
        ((2026, 11, 26, 0, 0), "morgen voor 24:00", "tomorrow before 24:00"),
        ((2026, 11, 26, 0, 1), "do 26 nov 2026 voor 00:01", "Thu 26 Nov 2026 before 00:01"),
        ((2026, 11, 24, 0, 0), "gisteren voor 24:00", "yesterday before 24:00"),
        ((2027, 1, 1, 0, 0), "do 31 dec 2026 voor 24:00", "Thu 31 Dec 2026 before 24:00"),
    ],
)
def test_due_moment_names_the_day_and_midnight_ends_it(
    due: tuple[int, int, int, int, int], dutch: str, english: str
) -> None:
    moment = datetime(*due, tzinfo=AMSTERDAM).astimezone(UTC)

    assert spaced(moments.due_words(moment, now=NOW, language="nl")) == dutch
    assert spaced(moments.due_words(moment, now=NOW, language="en")) == english


def test_midnight_in_london_is_no_midnight_here() -> None:
    due = datetime(2026, 11, 25, 0, 0, tzinfo=UTC)

    assert spaced(moments.due_words(due, now=NOW, language="nl")) == "morgen voor 01:00"


@pytest.mark.parametrize(
    ("left", "dutch", "english"),
    [
        (timedelta(seconds=59), "nog minder dan een minuut", "less than a minute left"),
        (timedelta(minutes=1), "nog 1 minuut", "1 minute left"),
        (timedelta(minutes=119), "nog 119 minuten", "119 minutes left"),
        (timedelta(hours=2), "nog 2 uur", "2 hours left"),
        (timedelta(hours=47, minutes=59), "nog 47 uur", "47 hours left"),
        (timedelta(days=2), "nog 2 dagen", "2 days left"),
        (timedelta(hours=-3, minutes=-10), "3 uur te laat", "3 hours late"),
        (timedelta(0), "minder dan een minuut te laat", "less than a minute late"),
    ],
)
def test_countdown_never_gives_more_time_than_there_is(
    left: timedelta, dutch: str, english: str
) -> None:
    assert spaced(moments.countdown_words(NOW + left, now=NOW, language="nl")) == dutch
    assert spaced(moments.countdown_words(NOW + left, now=NOW, language="en")) == english


def test_countdown_over_the_end_of_summer_time_counts_hours_that_pass() -> None:
    now = datetime(2026, 10, 24, 20, 0, tzinfo=AMSTERDAM)
    due = datetime(2026, 10, 25, 20, 0, tzinfo=AMSTERDAM)

    assert spaced(moments.countdown_words(due, now=now, language="nl")) == "nog 25 uur"


@pytest.mark.parametrize(
    ("duration", "dutch", "english"),
    [
        (timedelta(seconds=20), "minder dan een minuut", "less than a minute"),
        (timedelta(minutes=42, seconds=59), "42 minuten", "42 minutes"),
        (timedelta(hours=1), "1 uur", "1 hour"),
        (timedelta(hours=3, minutes=12), "3 uur en 12 minuten", "3 hours and 12 minutes"),
        (timedelta(days=1, hours=2, minutes=5), "1 dag en 2 uur", "1 day and 2 hours"),
        (timedelta(days=2, minutes=5), "2 dagen", "2 days"),
    ],
)
def test_duration_is_told_in_its_two_largest_units(
    duration: timedelta, dutch: str, english: str
) -> None:
    assert spaced(moments.duration_words(duration, language="nl")) == dutch
    assert spaced(moments.duration_words(duration, language="en")) == english


def test_duration_that_runs_backwards_is_refused() -> None:
    with pytest.raises(ValueError, match="backwards"):
        moments.duration_words(timedelta(seconds=-1), language="nl")


def test_what_happened_just_now_is_not_in_the_future() -> None:
    words = moments.ago_words(NOW + timedelta(seconds=1), now=NOW, language="nl")

    assert words == "minder dan een minuut geleden"
