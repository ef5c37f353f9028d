"""Texts with placeholders: what may stand in them, and that what is filled in stays data."""

import re
from collections.abc import Iterator

import pytest
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from balie.infra.placeholders import (
    Placeholder,
    UnableToFill,
    faults_of,
    fill_body,
    fill_line,
)


@pytest.fixture(autouse=True)
def _english() -> Iterator[None]:
    with translation.override("en"):
        yield


def placeholder(name: str, *, needed: bool = False, block: bool = False) -> Placeholder:
    return Placeholder(
        name=name, nl="uitleg", en="meaning", example_nl="x", example_en="x",
        needed=needed, block=block,
    )  # fmt: skip


ALLOWED = (
    placeholder("naam"),
    placeholder("link", needed=True),
    placeholder("antwoord", block=True),
)


def faults(subject: str = "Uw vraag", body: str = "Kijk op {link}") -> dict[str, list[str]]:
    return faults_of(subject=subject, body=body, allowed=ALLOWED)


def test_text_with_known_placeholders_has_no_fault() -> None:
    assert faults("Antwoord voor {naam}", "Beste {naam},\n\n{antwoord}\n\n{link}\n") == {}


@pytest.mark.parametrize(
    ("subject", "fault"),
    [
        ("", "The subject is empty; say what the mail is about."),
        ("x" * 151, "The subject is longer than 150 signs."),
        ("a\nBcc: b@c.nl", "The subject has more than one line; put it on one."),
        ("a\u2028b", "The subject has more than one line; put it on one."),
        ("a\tb", "The subject has more than one line; put it on one."),
        (
            "{antwoord}",
            "{antwoord} is several lines; put it in the text, not in the subject.",
        ),
        ("{nam}", "{nam} in the subject cannot be filled in here; did you mean {naam}?"),
        (
            "{naam",
            "A loose brace stands in the subject; write a placeholder as {naam}, or leave it out.",
        ),
    ],
)
def test_fault_of_a_subject_says_what_and_what_to_do(subject: str, fault: str) -> None:
    assert faults(subject=subject) == {"subject": [fault]}


@pytest.mark.parametrize(
    ("body", "fault"),
    [
        ("  \n", "The text is empty; write it, or go back to the shipped text."),
        ("{link}" + "x" * 10_000, "The text is longer than 10000 signs."),
        ("Hallo", "{link} is missing; this mail cannot do without it, so put it back."),
        ("{link}\n\n{bedrag}", "{bedrag} on line 3 cannot be filled in here; see the list."),
        (
            "{link}\n{{naam}}",
            "A loose brace stands on line 2; write a placeholder as {naam}, or leave it out.",
        ),
        (
            "{link} {0.__class__}",
            "A loose brace stands on line 1; write a placeholder as {naam}, or leave it out.",
        ),
        (
            "{% load x %}{link}",
            "A loose brace stands on line 1; write a placeholder as {naam}, or leave it out.",
        ),
        (
            "{link} {Naam}",
            "A loose brace stands on line 1; write a placeholder as {naam}, or leave it out.",
        ),
    ],
)
def test_fault_of_a_text_says_where(body: str, fault: str) -> None:
    assert faults(body=body) == {"body": [fault]}


def test_all_faults_are_told_at_once() -> None:
    found = faults(subject="{x}", body="{y}\n{z}")

    assert (len(found["subject"]), len(found["body"])) == (1, 3)


def test_value_is_not_looked_at_again() -> None:
    values = {"naam": "{link}", "link": "https://balie.example/geheim"}

    assert fill_body("Beste {naam},\n\nDag", values, blocks=()) == "Beste {link},\n\nDag\n"


def test_value_brings_no_line_into_a_subject() -> None:
    assert fill_line("Voor {naam}", {"naam": "A\r\nBcc: b@c.nl"}) == "Voor A Bcc: b@c.nl"


def test_value_brings_no_line_into_the_text_unless_it_is_a_block() -> None:
    values = {"naam": "A\n\nB", "antwoord": "een\ntwee"}

    assert fill_body("{naam}: {antwoord}", values, blocks=["antwoord"]) == "A B: een\ntwee\n"


def test_line_whose_values_are_all_empty_is_left_out() -> None:
    text = "Bedrag: {bedrag}\nTegoed: {tegoed}\nSamen: {bedrag}{tegoed}\n\n{blok}\n\nDag"

    filled = fill_body(text, {"bedrag": "5", "tegoed": "", "blok": ""}, blocks=["blok"])

    assert filled == "Bedrag: 5\nSamen: 5\n\nDag\n"


def test_placeholder_without_a_value_is_refused() -> None:
    with pytest.raises(UnableToFill, match=r"\{naam\}"):
        fill_body("Beste {naam}", {}, blocks=())


@given(st.text(max_size=200))
def test_what_is_filled_in_comes_out_as_it_was_typed(value: str) -> None:
    filled = fill_line("[{naam}]", {"naam": value})

    assert filled == re.sub(r"[^\S\u00a0\u202f]+", " ", f"[{value}]")


def test_amount_is_not_torn_apart() -> None:
    assert fill_line("Wij schrijven {naam} af", {"naam": "€\u00a012,10"}) == (
        "Wij schrijven €\u00a012,10 af"
    )


@given(st.text(max_size=200), st.text(max_size=300))
def test_whatever_is_typed_is_either_refused_or_filled(subject: str, body: str) -> None:
    values = {"naam": "n", "link": "l", "antwoord": "a"}

    if not faults(subject, body):
        assert "\n" not in fill_line(subject, values)
        assert "l" in fill_body(body, values, blocks=["antwoord"])
