"""Numbers read back as they were written, and no two invoices share a payment reference."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from balie.domain.numbering import (
    InvoiceNumber,
    UnableToReadNumber,
    format_customer_number,
    format_ticket_number,
    normalise_customer_number,
    payment_reference,
)
from balie.formats.references import is_valid_rf

NUMBERS = st.builds(
    InvoiceNumber,
    series=st.text("ABCF", min_size=1, max_size=4),
    year=st.integers(1000, 9999),
    sequence=st.one_of(st.integers(1, 200_000), st.integers(1, 10**12 - 1)),
)


def test_invoice_number_reads_as_series_year_and_five_digits() -> None:
    assert str(InvoiceNumber(series="F", year=2026, sequence=123)) == "F2026-00123"
    assert str(InvoiceNumber(series="C", year=2026, sequence=123456)) == "C2026-123456"


@pytest.mark.parametrize(
    "text",
    [
        "",
        "F2026-123",
        "F2026-000123",
        "f2026-00123",
        "F202600123",
        "2026-00123",
        "F2026-00000",
        "F2026-00123 ",
        "F0026-00123",
        "FACTU2026-00123",
    ],
)
def test_invoice_number_parse_refuses_what_we_would_not_write(text: str) -> None:
    with pytest.raises(UnableToReadNumber, match="F2026-00123"):
        InvoiceNumber.parse(text)


@pytest.mark.parametrize(
    ("series", "year", "sequence"),
    [
        ("", 2026, 1),
        ("f", 2026, 1),
        ("F1", 2026, 1),
        ("FACTU", 2026, 1),
        ("F", 26, 1),
        ("F", 2026, 0),
        ("F", 2026, 10**12),
    ],
)
def test_invoice_number_refuses_impossible_parts(series: str, year: int, sequence: int) -> None:
    with pytest.raises(ValueError, match=r"series|year|sequence"):
        InvoiceNumber(series=series, year=year, sequence=sequence)


@given(NUMBERS)
def test_invoice_number_parse_reads_back_what_was_written(number: InvoiceNumber) -> None:
    assert InvoiceNumber.parse(str(number)) == number


def test_payment_reference_is_rf_over_the_number() -> None:
    reference = payment_reference(InvoiceNumber(series="F", year=2026, sequence=123))

    assert reference[:2] == "RF"
    assert reference[4:] == "F202600123"
    assert is_valid_rf(reference)


@given(first=NUMBERS, second=NUMBERS)
def test_payment_reference_is_checked_short_and_of_one_invoice(
    first: InvoiceNumber, second: InvoiceNumber
) -> None:
    reference = payment_reference(first)

    assert is_valid_rf(reference)
    assert len(reference) <= 25
    assert (reference == payment_reference(second)) == (first == second)


def test_customer_number_has_a_letter_and_at_least_five_digits() -> None:
    assert format_customer_number(10023) == "K10023"


@pytest.mark.parametrize("sequence", [0, 9999, 10**12])
def test_customer_number_outside_the_range_is_refused(sequence: int) -> None:
    with pytest.raises(ValueError, match="numbered from 10000"):
        format_customer_number(sequence)


@pytest.mark.parametrize("text", ["K10023", "k10023", "10023", " K 10023 ", "k-10023", "K.10023"])
def test_normalise_customer_number_reads_what_people_type(text: str) -> None:
    assert normalise_customer_number(text) == "K10023"


@pytest.mark.parametrize("text", ["", "K", "1002", "K00123", "KK10023", "10.023", "voorbeeld.nl"])
def test_normalise_customer_number_of_something_else_is_none(text: str) -> None:
    assert normalise_customer_number(text) is None


@given(st.integers(10**4, 10**12 - 1))
def test_normalise_customer_number_reads_back_what_was_written(sequence: int) -> None:
    number = format_customer_number(sequence)

    assert normalise_customer_number(number) == number


def test_ticket_number_stands_apart_from_an_invoice_number() -> None:
    assert format_ticket_number(2026, 12) == "T-2026-00012"


@pytest.mark.parametrize(("year", "sequence"), [(26, 1), (2026, 0)])
def test_ticket_number_of_nothing_is_refused(year: int, sequence: int) -> None:
    with pytest.raises(ValueError, match="counts from 1"):
        format_ticket_number(year, sequence)
