"""A bank proof's code is found however a bank writes it, and reads as nothing else of ours."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from balie.domain.address_codes import CODES, LETTERS, find_codes, format_code
from balie.domain.matching import Matcher, OpenItem, Transfer
from balie.domain.numbering import (
    InvoiceNumber,
    UnableToReadNumber,
    normalise_customer_number,
    payment_reference,
)
from balie.formats.references import is_valid_kenmerk, is_valid_rf, kenmerk16

numbers = st.integers(min_value=0, max_value=CODES - 1)
blanks = st.sampled_from(["", " ", "-", "\n", " - ", ". ", "/"])


def open_items(cents: int) -> list[OpenItem]:
    """Invoices of two customers, found by every reference we know."""
    first = InvoiceNumber(series="F", year=2026, sequence=123)
    return [
        OpenItem(
            key=1,
            invoice_number=str(first),
            payment_reference=payment_reference(first),
            customer_number="K10023",
            customer_name="Bakkerij Adres",
            domains=("adres.nl", "bakkerijadres.nl"),
            open_cents=cents,
            ibans=("NL39RABO0300065264",),
        ),
        OpenItem(
            key=2,
            invoice_number="F2026-00124",
            payment_reference=kenmerk16("202600124"),
            customer_number="K10024",
            customer_name="J. Bakker",
            domains=("bakker.nl",),
            open_cents=cents + 1,
            ibans=(),
        ),
    ]


@given(numbers, st.lists(blanks, min_size=17, max_size=17), st.booleans())
def test_code_is_found_however_a_bank_writes_it(
    number: int,
    gaps: list[str],
    is_small: bool,  # noqa: FBT001 - drawn
) -> None:
    code = format_code(number)
    letters = code.replace("-", "")
    # Inside the first word only blanks and folds come in, not signs.
    gaps[:4] = [gap if gap.isspace() else "" for gap in gaps[:4]]
    written = "".join(letter + gap for letter, gap in zip(letters, gaps, strict=True))
    written = written.lower() if is_small else written

    assert find_codes(f"Betreft: {written} (bewijs)") == [code]


@given(numbers)
def test_code_is_no_reference_of_ours(number: int) -> None:
    code = format_code(number)

    with pytest.raises(UnableToReadNumber):
        InvoiceNumber.parse(code)
    assert normalise_customer_number(code) is None
    assert not is_valid_rf(code)
    assert not is_valid_kenmerk(code)
    assert not any(letter.isdigit() for letter in code)


@given(numbers, st.sampled_from([1, 2, 1210]))
def test_matcher_takes_no_code_for_an_invoice(number: int, cents: int) -> None:
    """Also where the cent is exactly what is open, and comes from an account we know."""
    code = format_code(number)
    transfer = Transfer(
        amount_cents=cents,
        counterparty_name="Onbekend",
        counterparty_iban="NL39RABO0300065264",
        text=code,
    )

    assert Matcher(open_items(cents)).match(transfer).certainty != "certain"


def test_matcher_of_this_test_does_take_an_invoice_number() -> None:
    """The control: with a number of ours in its place the same transfer is certain."""
    transfer = Transfer(amount_cents=1210, text="F2026-00123")

    assert Matcher(open_items(1210)).match(transfer).certainty == "certain"


@given(numbers, st.integers(min_value=0, max_value=11), st.sampled_from(LETTERS))
def test_code_with_one_wrong_letter_is_not_found(number: int, place: int, letter: str) -> None:
    letters = format_code(number).removeprefix("ADRES-").replace("-", "")
    wrong = letters[:place] + letter + letters[place + 1 :]

    found = find_codes(f"ADRES-{wrong}")

    assert found == ([format_code(number)] if wrong == letters else [])


@given(numbers, numbers)
def test_codes_of_two_numbers_differ(first: int, second: int) -> None:
    assert (format_code(first) == format_code(second)) is (first == second)


def test_two_codes_in_one_text_are_both_found() -> None:
    first, second = format_code(1), format_code(2)

    assert find_codes(f"{first} en {second} en {first}") == [first, second]


@pytest.mark.parametrize("text", ["", "ADRES", "ADRES-BCDF-GHJK", "adres: Dorpsstraat 1"])
def test_text_without_a_whole_code_has_none(text: str) -> None:
    assert find_codes(text) == []


def test_number_without_a_code_is_refused() -> None:
    with pytest.raises(ValueError, match="up to"):
        format_code(CODES)
