"""VAT per line is rounded once, and totals are nothing but sums."""

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from balie.domain.vat import LineAmounts, invoice_totals, line_amounts

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
