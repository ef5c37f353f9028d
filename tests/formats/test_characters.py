"""The SEPA character set: names survive it, references are judged by it."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from balie.formats.characters import is_latin, is_reference, latin, reference_fault


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("J. Jansen", "J. Jansen"),
        ("José Müller-Łukasz", "Jose Muller-Lukasz"),
        ("Jose\u0301", "Jose"),
        ("Groß & Söhne", "Gross + Sohne"),
        ("De Vries & Zn", "De Vries + Zn"),
        ("Ærø Sœur", "AEro Soeur"),
        ("\u0132sbrand", "IJsbrand"),
        ("Bakkerij \u2018t Hoekje \u2013 Sneek", "Bakkerij 't Hoekje - Sneek"),
        ("info@voorbeeld.example", "info(at)voorbeeld.example"),
        ("regel\nregel\ttab", "regel regel tab"),
        ("  veel   ruimte  ", "veel ruimte"),
        ("<b>€ 10</b>;", "(b)EUR 10(/b),"),
        ("Иван 王", ".... ."),
        ("", ""),
    ],
)
def test_latin_writes_a_name_in_plain_letters(text: str, expected: str) -> None:
    assert latin(text) == expected


def test_latin_cuts_at_the_limit_and_leaves_no_space_behind() -> None:
    assert latin("abc def", limit=4) == "abc"
    assert latin("ßßß", limit=5) == "sssss"


@given(st.text())
def test_latin_of_any_text_may_stand_in_the_file(text: str) -> None:
    result = latin(text, limit=70)

    assert is_latin(result)
    assert len(result) <= 70
    assert result == result.strip()
    assert latin(result) == result


@given(st.from_regex(re.compile(r"[A-Za-z0-9/\-?:().,'+]+"), fullmatch=True))
def test_latin_leaves_plain_text_alone(text: str) -> None:
    assert latin(text) == text


@pytest.mark.parametrize("text", ["BAL-1001-1", "a", "F2026/0001", "A" * 35, "(1) + 'x':?.,"])
def test_reference_in_plain_characters_is_accepted(text: str) -> None:
    assert is_reference(text)
    assert reference_fault(text) is None


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("", "it is empty"),
        ("A" * 36, "it has 36 characters, at most 35 are allowed"),
        ("a&b", "it holds '&', which no SEPA file may carry"),
        ("caf\u00e9", "it holds 'é', which no SEPA file may carry"),
        ("a\n", r"it holds '\n', which no SEPA file may carry"),
        (" a", "it starts or ends with a space"),
        ("/a", "it starts or ends with a slash or holds a double slash"),
        ("a/", "it starts or ends with a slash or holds a double slash"),
        ("a//b", "it starts or ends with a slash or holds a double slash"),
    ],
)
def test_reference_with_a_fault_is_told_what_is_wrong(text: str, problem: str) -> None:
    assert reference_fault(text) == problem
    assert not is_reference(text)
