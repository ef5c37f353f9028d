"""Answers of DirectAdmin's legacy calls: both ways of hiding characters, and what is no answer."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from balie.formats import directadmin
from balie.formats.directadmin import UnreadableAnswer


@pytest.mark.parametrize(
    ("body", "details"),
    [
        (b"error=0&details=plain", "plain"),
        (b"error=0&details=ab%26%23%35%31%3Bcd", "ab3cd"),
        (b"error=0&details=O&#39Brien", "O'Brien"),
        (b"error=0&details=a&#38;b", "a&b"),
        (b"error=0&details=https%3A%2F%2Fserver%3A2222%2Fx%3Fa%3Db", "https://server:2222/x?a=b"),
        ("error=0&details=Café".encode(), "Café"),
    ],
)
def test_hidden_characters_are_shown_again(body: bytes, details: str) -> None:
    assert directadmin.read_command(body).details == details


def test_failure_has_the_words_of_the_panel_in_one_line() -> None:
    answer = directadmin.read_command(b"error=1&text=Unable&details=no%0Asuch++user")

    assert (answer.failed, answer.reason) == (True, "Unable: no such user")


@pytest.mark.parametrize(
    "body", [b"", b"  ", b"error", b"error=x", b"text=fine", b"\xff\xfe", b"<html></html>"]
)
def test_what_does_not_say_how_it_went_is_no_answer(body: bytes) -> None:
    with pytest.raises(UnreadableAnswer):
        directadmin.read_command(body)


def test_nobody_is_an_empty_list_and_a_half_one_is_none() -> None:
    assert directadmin.read_names(b"") == []
    assert directadmin.read_names(b"list[]=a&list[]=b") == ["a", "b"]
    with pytest.raises(UnreadableAnswer):
        directadmin.read_names(b"list[]=a&lis")


@pytest.mark.parametrize("body", [b"exists=", b"exists=2", b"exist=1", b""])
def test_existence_is_said_with_a_one_or_a_nought(body: bytes) -> None:
    with pytest.raises(UnreadableAnswer):
        directadmin.read_exists(body)


def test_user_without_a_name_is_none() -> None:
    with pytest.raises(UnreadableAnswer):
        directadmin.read_user(b"domain=a.nl")


@pytest.mark.parametrize(
    ("body", "is_page", "is_shut_out"),
    [
        (b"error=0", False, False),
        (b" <html>nginx</html>", True, False),
        (b"<form><input type=text name='password'>", True, True),
        (b"<h1>Your IP is blacklisted</h1>", True, True),
        (b"error=1&text=password", False, False),
    ],
)
def test_page_for_people_is_told_from_an_answer(
    body: bytes, *, is_page: bool, is_shut_out: bool
) -> None:
    assert (directadmin.is_page(body), directadmin.is_shut_out(body)) == (is_page, is_shut_out)


@given(st.binary(max_size=200))
def test_whatever_comes_is_read_or_refused(body: bytes) -> None:
    for read in (
        directadmin.read_command,
        directadmin.read_names,
        directadmin.read_exists,
        directadmin.read_user,
    ):
        try:
            read(body)
        except UnreadableAnswer:
            continue
