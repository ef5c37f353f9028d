"""The reference in our mails: nobody makes one for a ticket whose mail he never had."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pytest_django import Settings

from balie.apps.tickets.models import Ticket
from balie.apps.tickets.references import reference_of, ticket_number_in

TICKET = Ticket(number="T-2026-00012")
REFERENCE = reference_of(TICKET)


@pytest.mark.parametrize(
    "text",
    [
        REFERENCE,
        f"Re: [{REFERENCE}] Mijn site",
        f"Antw: [OTHER-1] Re: {REFERENCE.upper()}",
        f"helpdesk+{REFERENCE}@delinde.example",
        REFERENCE.replace("-", "‑"),
        f"Uw kenmerk: {REFERENCE}.",
        f"T-2026-00099-aaaaaaaaaaaa en {REFERENCE}",
    ],
    ids=["alone", "subject", "capitals", "address", "odd hyphens", "text", "second"],
)
def test_reference_is_found_anywhere_in_a_text(text: str) -> None:
    assert ticket_number_in(text) == "T-2026-00012"


@pytest.mark.parametrize(
    "text",
    [
        "",
        "T-2026-00012",
        "Re: [T-2026-00012] Mijn site",
        REFERENCE[:-1],
        REFERENCE + "a",
        REFERENCE.replace("00012", "00013"),
        "x" + REFERENCE,
    ],
    # Named here: the tag differs per process, and the tests are spread over several.
    ids=["empty", "number", "subject", "cut off", "longer", "other number", "inside a word"],
)
def test_number_without_its_own_tag_is_no_reference(text: str) -> None:
    assert ticket_number_in(text) is None


def test_reference_of_another_key_is_no_reference(settings: Settings) -> None:
    settings.SECRET_KEY = "another key, of at least thirty-two characters"

    assert ticket_number_in(REFERENCE) is None


def test_reference_that_is_not_ours_is_told_to_the_log(caplog: pytest.LogCaptureFixture) -> None:
    ticket_number_in(f"T-2026-00099-aaaaaaaaaaaa en {REFERENCE}")

    assert [one.getMessage() for one in caplog.records] == [
        "a mail has a reference to T-2026-00099 that is not ours"
    ]


def test_many_forged_references_are_not_all_looked_at() -> None:
    forged = " ".join(f"T-2026-{number:05d}-aaaaaaaaaaaa" for number in range(60))

    assert ticket_number_in(f"{forged} {REFERENCE}") is None


@given(number=st.integers(1, 10**12 - 1), year=st.integers(1000, 9999))
def test_reference_of_any_ticket_is_read_back(number: int, year: int) -> None:
    ticket = Ticket(number=f"T-{year}-{number:05d}")

    assert ticket_number_in(f"Re: {reference_of(ticket)}") == ticket.number
