"""Amounts: what people read is what they can type back, and doubt is refused."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from balie.domain.money import UnableToReadAmount, format_euro, parse_euro

MOST = 99_999_999_999
CENTS = st.integers(min_value=-MOST, max_value=MOST)


@pytest.mark.parametrize(
    ("cents", "dutch", "english"),
    [
        (0, "€\u00a00,00", "€0.00"),
        (5, "€\u00a00,05", "€0.05"),
        (1210, "€\u00a012,10", "€12.10"),
        (-1210, "€\u00a0-12,10", "-€12.10"),
        (123456, "€\u00a01.234,56", "€1,234.56"),
        (100000000, "€\u00a01.000.000,00", "€1,000,000.00"),
    ],
)
def test_format_euro_follows_the_custom_of_the_language(
    cents: int, dutch: str, english: str
) -> None:
    assert format_euro(cents) == dutch
    assert format_euro(cents, language="en") == english


@pytest.mark.parametrize(
    ("text", "cents"),
    [
        ("12,10", 1210),
        ("€ 12,10", 1210),
        ("€12,10 ", 1210),
        ("12", 1200),
        ("0,05", 5),
        ("-12,10", -1210),
        ("1.234,56", 123456),
        ("1234,56", 123456),
        ("1.234", 123400),
    ],
)
def test_parse_euro_reads_what_dutch_people_type(text: str, cents: int) -> None:
    assert parse_euro(text) == cents


@pytest.mark.parametrize(
    "text",
    [
        "",
        "€",
        "12.10",
        "1,234",
        "1,2",
        "12,",
        ",50",
        "012,10",
        "1.23,45",
        "12,10,10",
        "12 10",
        "EUR 12,10",
        "--1",
        "1e3",
        "٣",
        "12,10\n13",
        "nan",
    ],
)
def test_parse_euro_refuses_what_has_two_meanings_or_none(text: str) -> None:
    with pytest.raises(UnableToReadAmount, match="Write it as 1234,56"):
        parse_euro(text)


def test_parse_euro_refuses_more_than_a_bank_transfers() -> None:
    assert parse_euro("999999999,99") == MOST
    with pytest.raises(UnableToReadAmount, match="Check the amount"):
        parse_euro("1.000.000.000,00")


@given(CENTS)
def test_parse_euro_reads_back_what_was_formatted(cents: int) -> None:
    assert parse_euro(format_euro(cents)) == cents
