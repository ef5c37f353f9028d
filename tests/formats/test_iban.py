"""IBAN: what counts as one, how it is shown, which bank keeps it."""

import pytest

from balie.formats.iban import (
    Bank,
    bank_of,
    is_eea_iban,
    is_sepa_iban,
    is_valid_iban,
    masked_iban,
    normalise_iban,
    spaced_iban,
)


@pytest.mark.parametrize(
    "text",
    [
        "NL91ABNA0417164300",
        "nl91 abna 0417 1643 00",
        "NL91\u00a0ABNA\u00a00417\u00a01643\u00a000",
        "NL91.ABNA.0417.1643.00",
        "NL02ABNA0123456789",
        "DE89370400440532013000",
        "CH9300762011623852957",
    ],
)
def test_iban_with_right_check_digits_is_valid(text: str) -> None:
    assert is_valid_iban(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "NL",
        "NL92ABNA0417164300",
        "NL91ABNA041716430",
        "NL91ABNA04171643000",
        "NL91ABNA041716430O",
        "ZZ91ABNA0417164300",
        "NL9\u0661ABNA0417164300",
        "NL91ABNA\uff10417164300",
        "NL91ABNA0417164300\n<x>",
        "417164300",
    ],
)
def test_iban_with_a_fault_is_not_valid(text: str) -> None:
    assert not is_valid_iban(text)


def test_iban_with_check_digits_off_by_97_is_not_valid() -> None:
    """98 - 97 = 1 also leaves remainder one, but 00, 01 and 99 are never given out."""
    valid = [f"NL{check:02d}ABNA0417164300" for check in range(100)]

    assert [text for text in valid if is_valid_iban(text)] == ["NL91ABNA0417164300"]


def test_iban_with_two_swapped_digits_is_not_valid() -> None:
    iban = "NL91ABNA0417164300"

    for place in range(8, 17):
        swapped = iban[:place] + iban[place + 1] + iban[place] + iban[place + 2 :]
        assert is_valid_iban(swapped) == (swapped == iban)


def test_iban_is_normalised_spaced_and_masked() -> None:
    assert normalise_iban(" nl91 abna-0417.1643 00 ") == "NL91ABNA0417164300"
    assert spaced_iban("NL91ABNA0417164300") == "NL91 ABNA 0417 1643 00"
    assert masked_iban("nl91 abna 0417 1643 00") == "NL91 •••• 4300"


def test_masked_iban_of_a_short_text_shows_nothing_of_it() -> None:
    assert masked_iban("12345678") == "••••"


def test_bank_of_dutch_iban_is_known() -> None:
    bank = bank_of("NL91 ABNA 0417 1643 00")

    assert bank == Bank(bic="ABNANL2A", name="ABN AMRO BANK N.V.")
    rabobank = bank_of("NL39RABO0300065264")
    assert rabobank is not None
    assert rabobank.bic == "RABONL2U"


@pytest.mark.parametrize("text", ["", "NL92ABNA0417164300", "NL17XXXX0417164300"])
def test_bank_of_unknown_account_is_none(text: str) -> None:
    assert bank_of(text) is None


def test_sepa_and_eea_are_told_apart() -> None:
    assert is_sepa_iban("CH9300762011623852957")
    assert not is_eea_iban("CH9300762011623852957")
    assert is_eea_iban("NL91ABNA0417164300")
    assert not is_sepa_iban("SA0380000000608010167519")
    assert not is_eea_iban("NL92ABNA0417164300")
