"""Payment references and creditor identifiers: values worked out in the banks' own documents."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from balie.formats.references import (
    creditor_identifier,
    is_same_creditor,
    is_valid_creditor_identifier,
    is_valid_kenmerk,
    is_valid_rf,
    kenmerk16,
    rf_reference,
)

CAPITALS_AND_DIGITS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"


@pytest.mark.parametrize(
    ("text", "reference"),
    [
        ("202600001234", "RF55202600001234"),
        ("2026 0000 1234", "RF55202600001234"),
        ("539007547034", "RF18539007547034"),
    ],
)
def test_rf_reference_has_known_check_digits(text: str, reference: str) -> None:
    assert rf_reference(text) == reference


@pytest.mark.parametrize("text", ["", "A" * 22, "12/34", "é1", "\u0661\u0662"])
def test_rf_reference_over_other_characters_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="1 to 21 letters and digits"):
        rf_reference(text)


@given(st.text(alphabet=CAPITALS_AND_DIGITS, min_size=1, max_size=21))
def test_rf_reference_of_any_body_is_valid(body: str) -> None:
    assert is_valid_rf(rf_reference(body))


@pytest.mark.parametrize(
    ("text", "valid"),
    [
        ("RF55202600001234", True),
        ("rf55 2026 0000 1234", True),
        ("RF56202600001234", False),
        ("RF55202600001243", False),
        ("RF55", False),
        ("XX55202600001234", False),
        ("RF5\u06655202600001234", False),
        ("", False),
    ],
)
def test_rf_is_checked(*, text: str, valid: bool) -> None:
    assert is_valid_rf(text) == valid


@pytest.mark.parametrize(
    ("digits", "kenmerk"),
    [
        ("000056789012345", "5000056789012345"),
        ("56789012345", "5000056789012345"),
        ("202600001234", "1000202600001234"),
    ],
)
def test_kenmerk16_has_known_check_digit(digits: str, kenmerk: str) -> None:
    assert kenmerk16(digits) == kenmerk


@pytest.mark.parametrize("digits", ["", "1234567890123456", "12a", "1 2", "\u0661"])
def test_kenmerk16_over_anything_but_15_digits_is_refused(digits: str) -> None:
    with pytest.raises(ValueError, match="1 to 15 digits"):
        kenmerk16(digits)


@pytest.mark.parametrize(
    ("text", "valid"),
    [
        ("5000056789012345", True),
        ("5000 0567 8901 2345", True),
        ("4000056789012345", False),
        ("12234534622567", True),
        ("12 2345 3462 2567", True),
        ("22234534622567", False),  # check digit
        ("13234534622567", False),  # length digit
        ("1234567", True),  # seven digits carry no check
        ("12345678", False),  # eight digits do not exist
        ("123456789012345", False),  # fifteen neither
        ("", False),
        ("500005678901234x", False),
    ],
)
def test_kenmerk_is_checked(*, text: str, valid: bool) -> None:
    assert is_valid_kenmerk(text) == valid


@given(st.integers(min_value=0, max_value=10**15 - 1), st.integers(0, 15), st.integers(1, 9))
def test_kenmerk_with_one_wrong_digit_is_found(number: int, place: int, shift: int) -> None:
    """Only check digit 1, which serves two remainders, can hide a slip of one digit."""
    kenmerk = kenmerk16(str(number))
    assert is_valid_kenmerk(kenmerk)

    slip = kenmerk[:place] + str((int(kenmerk[place]) + shift) % 10) + kenmerk[place + 1 :]

    assert not is_valid_kenmerk(slip) or (kenmerk[0] == "1" and place > 0)


@pytest.mark.parametrize(
    ("kvk", "business_code", "suffix", "identifier"),
    [
        ("12345678", "ZZZ", "0000", "NL69ZZZ123456780000"),
        ("12345678", "ZZZ", "0001", "NL42ZZZ123456780001"),
        ("12345678", "ABC", "0000", "NL69ABC123456780000"),
    ],
)
def test_creditor_identifier_has_known_check_digits(
    kvk: str, business_code: str, suffix: str, identifier: str
) -> None:
    assert creditor_identifier(kvk, business_code, suffix) == identifier
    assert is_valid_creditor_identifier(identifier)


@pytest.mark.parametrize(
    ("kvk", "business_code", "suffix"),
    [
        ("1234567", "ZZZ", "0000"),
        ("123456789", "ZZZ", "000"),
        ("12345678", "zz", "0000"),
        ("12345678", "ZZZ", "00"),
        ("1234567x", "ZZZ", "0000"),
    ],
)
def test_creditor_identifier_of_wrong_parts_is_refused(
    kvk: str, business_code: str, suffix: str
) -> None:
    with pytest.raises(ValueError, match="KvK number of 8 digits"):
        creditor_identifier(kvk, business_code, suffix)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "NL68ZZZ123456780000",
        "nl69zzz123456780000",
        "NL69 ZZZ 1234 5678 0000",
        "NL69ZZZ12345678",
    ],
)
def test_creditor_identifier_with_a_fault_is_not_valid(text: str) -> None:
    assert not is_valid_creditor_identifier(text)


def test_creditor_identifiers_differing_in_business_code_name_the_same_creditor() -> None:
    assert is_same_creditor("NL69ZZZ123456780000", "NL69ABC123456780000")
    assert not is_same_creditor("NL69ZZZ123456780000", "NL42ZZZ123456780001")
