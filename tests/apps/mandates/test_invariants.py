"""Each invariant of the mandates holds after honest work and catches its planted break."""

from collections.abc import Callable

import pytest

from balie.apps.mandates import actions, invariants
from balie.apps.mandates.models import Mandate, MandateChange, MandateEvidence
from balie.infra import append_only
from balie.infra.audit import SYSTEM
from balie.infra.invariants import Result
from tests.apps.building import NOW, new_customer, new_mandate

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def honest_work() -> None:
    """One mandate that was replaced, one suspended."""
    customer = new_customer()
    new_mandate(customer)
    new_mandate(customer)
    actions.change_status(
        mandate=new_mandate(new_customer()),
        to_status="suspended",
        reason="AM04",
        by=SYSTEM,
        now=NOW,
    )


def resumed_without_a_change() -> None:
    Mandate.objects.filter(status="suspended").update(status="active")


def no_changes() -> None:
    with append_only.lifted("mandates_mandatechange"):
        MandateChange.objects.filter(mandate__status="suspended").delete()


def other_text() -> None:
    with append_only.lifted("mandates_mandateevidence"):
        MandateEvidence.objects.filter(mandate__status="active").update(text="U betaalt altijd.")


def no_evidence() -> None:
    with append_only.lifted("mandates_mandateevidence"):
        MandateEvidence.objects.filter(mandate__status="active").delete()


BREAKS: list[tuple[Callable[..., Result], Callable[[], None]]] = [
    (invariants.status_is_last_change, resumed_without_a_change),
    (invariants.status_is_last_change, no_changes),
    (invariants.evidence_is_as_given, other_text),
    (invariants.evidence_is_as_given, no_evidence),
]


@pytest.mark.parametrize("check", invariants.INVARIANTS)
def test_invariant_holds_after_honest_work(check: Callable[..., Result]) -> None:
    result = check(now=NOW)

    assert result.violations == ()
    assert result.checked == 3


@pytest.mark.parametrize(("check", "plant"), BREAKS)
def test_planted_break_is_caught(check: Callable[..., Result], plant: Callable[[], None]) -> None:
    plant()

    assert not check(now=NOW).holds


def test_every_invariant_has_a_planted_break() -> None:
    assert {check for check, _ in BREAKS} == set(invariants.INVARIANTS)
