"""Proration by the day, cent by cent: changes, leaving, withdrawing."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from balie.domain.periods import term_end
from balie.domain.policy import Policy
from balie.domain.proration import (
    Leaving,
    Paid,
    PlanChange,
    change_plan,
    last_day_to_withdraw,
    leave,
    leave_on,
    split,
    withdraw,
)

YEAR = Paid(cents=12000, start=date(2027, 1, 15), end=date(2028, 1, 15))
DAYS = st.dates(min_value=date(2020, 1, 1), max_value=date(2032, 12, 31))


@st.composite
def _stretches(draw: st.DrawFn) -> Paid:
    start = draw(DAYS)
    days = draw(st.integers(min_value=1, max_value=800))
    cents = draw(st.integers(min_value=0, max_value=10_000_000))
    return Paid(cents=cents, start=start, end=start + timedelta(days=days))


# --- the year of the issue: an upgrade in month 4, a cancellation in month 9 ----------------------
def test_year_with_an_upgrade_in_month_4_and_a_cancellation_in_month_9() -> None:
    """A consumer in his second, silently renewed year: € 120,00, from 20 April € 180,00 a year."""
    upgrade = change_plan(
        paid=YEAR, term_start=YEAR.start, new_price_cents=18000, on=date(2027, 4, 20)
    )
    # 95 of 365 days used: 12000 * 95 / 365 = 3123.29, 18000 * 95 / 365 = 4684.93.
    assert upgrade == PlanChange(
        on=date(2027, 4, 20), until=date(2028, 1, 15), credit_cents=8877, charge_cents=13315
    )
    assert upgrade.difference_cents == 4438

    rest = Paid(cents=upgrade.charge_cents, start=upgrade.on, end=upgrade.until)
    left = leave(
        paid=rest, asked_on=date(2027, 9, 3), is_consumer=True, is_renewed=True, notice_months=1
    )
    # 166 of the 270 days used: 13315 * 166 / 270 = 8186.26.
    assert left == Leaving(ends_on=date(2027, 10, 3), credit_cents=5129)

    kept = YEAR.cents - upgrade.credit_cents + upgrade.charge_cents - left.credit_cents
    assert kept == 3123 + 8186


def test_same_year_of_who_is_bound_to_it_ends_at_the_end_of_the_term() -> None:
    bound = {"paid": YEAR, "asked_on": date(2027, 9, 3), "notice_months": 1}

    first_year = leave(**bound, is_consumer=True, is_renewed=False)  # type: ignore[arg-type]
    business = leave(**bound, is_consumer=False, is_renewed=True)  # type: ignore[arg-type]

    assert first_year == business == Leaving(ends_on=date(2028, 1, 15), credit_cents=0)


# --- cutting a stretch ----------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("cents", "used_days", "used_cents"),
    [
        (1000, 0, 0),
        (1000, 10, 333),
        (1000, 30, 1000),
        (100, 15, 50),
        (1, 15, 1),  # half a cent: upwards
        (1, 14, 0),
    ],
)
def test_split_of_thirty_days(cents: int, used_days: int, used_cents: int) -> None:
    paid = Paid(cents=cents, start=date(2026, 11, 1), end=date(2026, 12, 1))

    cut = split(paid, on=paid.start + timedelta(days=used_days))

    assert (cut.used_cents, cut.rest_cents) == (used_cents, cents - used_cents)
    assert (cut.used_days, cut.rest_days) == (used_days, 30 - used_days)


def test_split_counts_the_leap_day() -> None:
    paid = Paid(cents=36600, start=date(2028, 1, 1), end=date(2029, 1, 1))

    assert split(paid, on=date(2028, 3, 1)).used_cents == 6000


def test_split_of_a_month_that_began_on_the_31st() -> None:
    end = term_end(date(2027, 1, 31), term="month", anchor_day=31)
    paid = Paid(cents=2800, start=date(2027, 1, 31), end=end)

    assert end == date(2027, 2, 28)
    assert split(paid, on=date(2027, 2, 1)).used_cents == 100


@pytest.mark.parametrize("cents", [-1, 100])
def test_split_refuses_what_is_no_stretch(cents: int) -> None:
    day = date(2026, 11, 1)

    with pytest.raises(ValueError, match="A stretch has days"):
        split(Paid(cents=cents, start=day, end=day), on=day)


@given(paid=_stretches(), on=DAYS)
def test_split_loses_no_cent_and_no_day(paid: Paid, on: date) -> None:
    cut = split(paid, on=on)

    assert cut.used_cents + cut.rest_cents == paid.cents
    assert cut.used_days + cut.rest_days == (paid.end - paid.start).days
    assert 0 <= cut.used_cents <= paid.cents


@given(paid=_stretches(), first=DAYS, second=DAYS)
def test_split_later_uses_no_less(paid: Paid, first: date, second: date) -> None:
    early, late = sorted((first, second))

    assert split(paid, on=early).used_cents <= split(paid, on=late).used_cents


@given(paid=_stretches(), on=DAYS)
def test_split_is_within_half_a_cent_of_the_exact_share(paid: Paid, on: date) -> None:
    cut = split(paid, on=on)
    days = cut.used_days + cut.rest_days

    assert abs(2 * cut.used_cents * days - 2 * paid.cents * cut.used_days) <= days


# --- another plan ---------------------------------------------------------------------------------
@given(paid=_stretches(), on=DAYS)
def test_change_to_the_same_price_costs_nothing(paid: Paid, on: date) -> None:
    change = change_plan(paid=paid, term_start=paid.start, new_price_cents=paid.cents, on=on)

    assert change.difference_cents == 0


@given(paid=_stretches(), more=st.integers(min_value=0, max_value=1_000_000), on=DAYS)
def test_change_to_more_never_pays_back_and_to_less_never_costs(
    paid: Paid, more: int, on: date
) -> None:
    up = change_plan(paid=paid, term_start=paid.start, new_price_cents=paid.cents + more, on=on)
    down = change_plan(
        paid=Paid(cents=paid.cents + more, start=paid.start, end=paid.end),
        term_start=paid.start,
        new_price_cents=paid.cents,
        on=on,
    )

    assert up.difference_cents >= 0
    assert up.difference_cents == -down.difference_cents


def test_change_on_the_first_day_is_the_whole_difference() -> None:
    change = change_plan(paid=YEAR, term_start=YEAR.start, new_price_cents=18000, on=YEAR.start)

    assert (change.credit_cents, change.charge_cents) == (12000, 18000)


# --- leaving --------------------------------------------------------------------------------------
def test_leave_of_a_renewed_consumer_takes_a_month_and_no_longer_than_the_term() -> None:
    late = leave(
        paid=YEAR, asked_on=date(2027, 12, 31), is_consumer=True, is_renewed=True, notice_months=1
    )
    month_end = leave(
        paid=YEAR, asked_on=date(2027, 1, 31), is_consumer=True, is_renewed=True, notice_months=1
    )

    assert late == Leaving(ends_on=date(2028, 1, 15), credit_cents=0)
    assert month_end.ends_on == date(2027, 2, 28)


def test_leave_on_the_first_day_gives_all_back() -> None:
    assert leave_on(paid=YEAR, on=YEAR.start).credit_cents == 12000
    assert leave_on(paid=YEAR, on=date(2026, 1, 1)).ends_on == YEAR.start


# --- withdrawing ----------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("concluded_on", "last"),
    [
        (date(2026, 11, 23), date(2026, 12, 7)),  # Monday to Monday
        (date(2026, 11, 21), date(2026, 12, 7)),  # would end on Saturday 5 December
        (date(2026, 12, 11), date(2026, 12, 28)),  # would end on Christmas Day, a Friday
    ],
)
def test_last_day_to_withdraw(concluded_on: date, last: date) -> None:
    assert last_day_to_withdraw(concluded_on, policy=Policy()) == last


def test_withdraw_owes_the_days_used_only_when_begun_at_request() -> None:
    on = YEAR.start + timedelta(days=10)

    assert withdraw(paid=YEAR, on=on, began_at_request=True).credit_cents == 12000 - 329
    assert withdraw(paid=YEAR, on=on, began_at_request=False).credit_cents == 12000
