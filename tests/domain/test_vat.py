"""VAT per line is rounded once, and totals are nothing but sums."""

from decimal import Decimal
from fractions import Fraction
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from balie.domain.vat import (
    LineAmounts,
    invoice_totals,
    line_amounts,
    part_of,
    round_per_rate,
)

HIGH = Decimal(21)
LOW = Decimal(9)
RATES = st.sampled_from([Decimal(0), LOW, HIGH, Decimal("5.5")])
PRICES = st.integers(min_value=-(10**9), max_value=10**9)
LINES = st.builds(line_amounts, unit_price_cents=PRICES, vat_rate=RATES)


@pytest.mark.parametrize(
    ("price", "quantity", "rate", "net", "vat"),
    [
        (1000, 1, HIGH, 1000, 210),
        (995, 1, HIGH, 995, 209),  # 208.95
        (50, 1, LOW, 50, 5),  # 4.5 goes up
        (-50, 1, LOW, -50, -5),  # and a credit note mirrors it
        (250, 12, HIGH, 3000, 630),
        (Decimal("0.5"), 3, HIGH, 2, 0),  # 1.5 cents of traffic
        (1000, 1, Decimal(0), 1000, 0),
    ],
)
def test_line_amounts_rounds_each_figure_once(
    price: int | Decimal, quantity: int, rate: Decimal, net: int, vat: int
) -> None:
    line = line_amounts(unit_price_cents=price, quantity=quantity, vat_rate=rate)

    assert (line.net_cents, line.vat_cents, line.gross_cents) == (net, vat, net + vat)


@pytest.mark.parametrize("rate", [Decimal(-1), Decimal("100.01")])
def test_line_amounts_refuses_a_rate_that_is_no_percentage(rate: Decimal) -> None:
    with pytest.raises(ValueError, match="in per cent"):
        line_amounts(unit_price_cents=1000, vat_rate=rate)


def test_invoice_totals_sums_lines_per_rate_highest_first() -> None:
    lines = [
        line_amounts(unit_price_cents=995, vat_rate=HIGH),
        line_amounts(unit_price_cents=50, vat_rate=LOW),
        line_amounts(unit_price_cents=995, vat_rate=Decimal("21.00")),
    ]

    totals = invoice_totals(lines)

    assert totals.per_rate == (
        LineAmounts(net_cents=1990, vat_cents=418, vat_rate=HIGH),
        LineAmounts(net_cents=50, vat_cents=5, vat_rate=LOW),
    )
    assert (totals.net_cents, totals.vat_cents, totals.gross_cents) == (2040, 423, 2463)


def test_invoice_totals_of_no_line_is_nothing() -> None:
    totals = invoice_totals([])

    assert (totals.net_cents, totals.vat_cents, totals.per_rate) == (0, 0, ())


@given(price=PRICES, rate=RATES)
def test_line_amounts_is_never_more_than_half_a_cent_off(price: int, rate: Decimal) -> None:
    line = line_amounts(unit_price_cents=price, vat_rate=rate)

    exact = price * Fraction(rate) / 100
    assert abs(line.vat_cents - exact) <= Fraction(1, 2)
    assert abs(line.vat_cents) >= abs(exact) - Fraction(1, 2) + Fraction(1, 1000)


@given(price=PRICES, rate=RATES)
def test_line_amounts_of_a_credit_note_mirrors_the_invoice(price: int, rate: Decimal) -> None:
    line = line_amounts(unit_price_cents=price, vat_rate=rate)
    credit = line_amounts(unit_price_cents=-price, vat_rate=rate)

    assert (credit.net_cents, credit.vat_cents) == (-line.net_cents, -line.vat_cents)


@given(st.lists(LINES, max_size=20))
def test_invoice_totals_lose_no_cent(lines: list[LineAmounts]) -> None:
    totals = invoice_totals(lines)

    assert totals.gross_cents == sum(line.gross_cents for line in lines)
    assert totals.gross_cents == sum(rate.gross_cents for rate in totals.per_rate)
    assert len({rate.vat_rate for rate in totals.per_rate}) == len(totals.per_rate)


NETS = st.lists(st.tuples(st.integers(min_value=0, max_value=10**7), RATES), max_size=12)


def lines_of(nets: list[tuple[int, Decimal]]) -> list[LineAmounts]:
    return [line_amounts(unit_price_cents=net, vat_rate=rate) for net, rate in nets]


def test_three_lines_of_33_cents_are_rounded_together() -> None:
    lines = lines_of([(33, HIGH)] * 3)  # 6.93 each, 20.79 together

    assert [line.vat_cents for line in lines] == [7, 7, 7]
    assert [line.vat_cents for line in round_per_rate(lines)] == [7, 7, 7]
    assert [line.vat_cents for line in round_per_rate(lines_of([(2, HIGH)] * 3))] == [1, 0, 0]


@given(NETS)
def test_vat_per_rate_is_rounded_once(nets: list[tuple[int, Decimal]]) -> None:
    lines = round_per_rate(lines_of(nets))

    for rate in invoice_totals(lines).per_rate:
        exact = rate.net_cents * Fraction(rate.vat_rate) / 100
        assert abs(rate.vat_cents - exact) <= Fraction(1, 2)


@given(NETS)
def test_shared_out_vat_leaves_no_line_a_cent_off(nets: list[tuple[int, Decimal]]) -> None:
    before = lines_of(nets)

    for line, was in zip(round_per_rate(before), before, strict=True):
        assert (line.net_cents, line.vat_rate) == (was.net_cents, was.vat_rate)
        assert abs(line.vat_cents - line.net_cents * Fraction(line.vat_rate) / 100) < 1


@given(
    net=st.integers(min_value=0, max_value=10**6),
    rate=RATES,
    cuts=st.lists(st.floats(min_value=0, max_value=1), max_size=8),
)
def test_parts_of_a_line_carry_its_vat_to_the_cent(
    net: int, rate: Decimal, cuts: list[float]
) -> None:
    line = line_amounts(unit_price_cents=net, vat_rate=rate)
    marks = [0, *sorted(int(cut * net) for cut in cuts), net]

    parts = [
        part_of(
            whole_cents=net, vat_cents=line.vat_cents, before_cents=start, part_cents=end - start
        )
        for start, end in pairwise(marks)
    ]

    assert sum(parts) == line.vat_cents
    assert all(part >= 0 for part in parts)


@pytest.mark.parametrize(("before", "part"), [(60, 41), (-1, 5), (0, 101), (50, -1)])
def test_part_that_is_not_left_is_refused(before: int, part: int) -> None:
    with pytest.raises(ValueError, match="are not left"):
        part_of(whole_cents=100, vat_cents=21, before_cents=before, part_cents=part)
