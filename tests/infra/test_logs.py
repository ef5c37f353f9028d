"""Log lines hold what happened and no secret."""

import logging
import sys

import pytest

from balie.infra.logs import LineFormatter

LINK = "dGhpcyBpcyBhIHNlY3JldCB0b2tlbg0123456789"


def line(message: str, *arguments: object, **extra: object) -> str:
    logger = logging.getLogger("balie.test")
    record = logger.makeRecord(
        "balie.test", logging.WARNING, "f.py", 1, message, arguments, None, extra=extra
    )
    return LineFormatter().format(record)


def test_line_tells_moment_level_source_message_and_values() -> None:
    moment, rest = line("sent", row=7, kind="answer", reply="250 OK").split(" ", 1)

    assert rest == "warning balie.test sent row=7 kind=answer reply='250 OK'"
    assert moment.endswith("Z")


@pytest.mark.parametrize("name", ["password", "token", "new_password", "Cookie", "session_key"])
def test_value_with_a_secret_name_is_not_shown(name: str) -> None:
    assert "hunter2" not in line("signed in", **{name: "hunter2"})


def test_link_of_a_page_that_was_not_found_is_not_shown() -> None:
    shown = line("Not Found: %s", f"/herstel/{LINK}/")

    assert LINK not in shown
    assert "Not Found: /herstel/…/" in shown


def test_secret_in_a_traceback_is_not_shown() -> None:
    try:
        raise ValueError(LINK)
    except ValueError:
        record = logging.getLogger("x").makeRecord(
            "x", logging.ERROR, "f.py", 1, "failed", (), sys.exc_info()
        )

    shown = LineFormatter().format(record)
    assert LINK not in shown
    assert "ValueError: …" in shown


def test_line_break_in_a_value_stays_on_the_line() -> None:
    assert "\n" not in line("asked\nwarning balie.fake forged", by="a\nb")


@pytest.mark.parametrize(
    "iban", ["NL39RABO0300065264", "NL39 RABO 0300 0652 64", "BE71096123456769"]
)
def test_whole_account_number_is_not_shown(iban: str) -> None:
    shown = line("cannot read %s, at all", iban)

    assert iban not in shown
    assert f"cannot read {iban[:4]}…, at all" in shown


def test_reference_of_ours_is_shown_whole() -> None:
    assert "invoice F2026-00017, mandate BAL-K10023-1" in line(
        "invoice F2026-00017, mandate BAL-K10023-1"
    )
