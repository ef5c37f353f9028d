"""What a change of address needs and what is held after it: the table of the algorithm's page."""

import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from balie.domain.address_change import (
    Proof,
    Standing,
    credentials_hours,
    still_needed,
    waits_until,
)
from balie.domain.policy_address import AddressChanges

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
FIGURES = AddressChanges()
FRESH = Standing(
    proof="",
    proven_at=None,
    is_confirmed=False,
    touched_at=None,
    works_alone=False,
    is_approved=False,
)
PROVEN = replace(FRESH, proof="bank", proven_at=NOW, is_confirmed=True)


def needs(standing: Standing, *, after: timedelta = timedelta()) -> tuple[str, ...]:
    return still_needed(standing, FIGURES, now=NOW + after)


def test_change_that_was_only_started_needs_confirmation_and_proof() -> None:
    assert needs(FRESH) == ("confirmation", "proof")


@pytest.mark.parametrize("proof", ["second_factor", "recovery_code", "bank"])
def test_change_with_proof_that_nobody_touched_needs_nothing_more(proof: Proof) -> None:
    assert needs(replace(PROVEN, proof=proof)) == ()


@pytest.mark.parametrize("proof", ["second_factor", "recovery_code", "bank"])
def test_proof_without_the_new_address_is_not_enough(proof: Proof) -> None:
    assert needs(replace(PROVEN, proof=proof, is_confirmed=False)) == ("confirmation",)


def test_change_an_employee_touched_needs_a_second_one() -> None:
    touched = replace(PROVEN, touched_at=NOW)

    assert needs(touched, after=timedelta(days=400)) == ("approval",)
    assert needs(replace(touched, is_approved=True)) == ()


def test_change_an_only_employee_touched_waits_seven_days_instead() -> None:
    touched = replace(PROVEN, touched_at=NOW, works_alone=True)

    assert waits_until(touched, FIGURES) == NOW + timedelta(days=7)
    assert needs(touched, after=timedelta(days=7, seconds=-1)) == ("waiting",)
    assert needs(touched, after=timedelta(days=7)) == ()


def test_witnesses_wait_fourteen_days_and_need_no_third() -> None:
    seen = replace(PROVEN, proof="witnesses", touched_at=NOW)

    assert needs(seen, after=timedelta(days=14, seconds=-1)) == ("waiting",)
    assert needs(seen, after=timedelta(days=14)) == ()


def test_approval_is_no_proof() -> None:
    approved = replace(FRESH, is_confirmed=True, touched_at=NOW, is_approved=True)

    assert needs(approved, after=timedelta(days=400)) == ("proof",)


def test_change_within_the_stop_of_an_earlier_one_waits_for_its_end() -> None:
    early = replace(PROVEN, not_before=NOW + timedelta(hours=72))

    assert needs(early) == ("waiting",)
    assert needs(early, after=timedelta(hours=72)) == ()


@pytest.mark.parametrize(
    ("proof", "hours"),
    [("second_factor", 0), ("recovery_code", 24), ("bank", 24), ("witnesses", 72)],
)
def test_hold_is_by_kind_of_proof(proof: Proof, hours: int) -> None:
    assert credentials_hours(replace(PROVEN, proof=proof), FIGURES) == hours


@pytest.mark.parametrize("proof", ["second_factor", "recovery_code", "bank", "witnesses"])
def test_hold_is_seventy_two_hours_once_an_employee_touched_it(proof: Proof) -> None:
    assert credentials_hours(replace(PROVEN, proof=proof, touched_at=NOW), FIGURES) == 72


def test_table_of_the_docs_is_what_the_rule_says() -> None:
    page = Path(__file__).parents[2] / "docs" / "algorithms" / "address-change.md"
    rows = re.findall(
        r"^\|[^|\n]*\| `(\w+)` \| (\d+) h \| (\d+) h \|$", page.read_text("utf-8"), re.MULTILINE
    )

    assert [name for name, _, _ in rows] == ["second_factor", "recovery_code", "bank", "witnesses"]
    for name, hours, money in rows:
        assert credentials_hours(replace(PROVEN, proof=name), FIGURES) == int(hours)
        assert FIGURES.money_hours == int(money)
