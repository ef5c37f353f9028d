"""A mandate: given with its evidence, one active at a time, never back once ended."""

import hashlib
from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from balie.apps.mandates import actions, queries
from balie.apps.mandates.models import Mandate, MandateChange, MandateEvidence
from balie.domain.policy import Policy
from balie.infra.audit import SYSTEM
from tests.apps.building import NOW, THEIR_IBAN, TODAY, days_ago, new_customer, new_mandate

pytestmark = pytest.mark.django_db

Status = Mandate.Status


def change(mandate: Mandate, status: str) -> Mandate:
    return actions.change_status(
        mandate=mandate, to_status=status, reason="test", by=SYSTEM, now=NOW
    )


def obstacle(mandate: Mandate) -> str | None:
    found = queries.obstacle_to_collect(mandate, on=TODAY, policy=Policy())
    return found.code if found else None


def test_mandate_is_given_with_its_evidence() -> None:
    customer = new_customer()

    mandate = new_mandate(customer)

    assert mandate.mandate_reference == f"BAL-{customer.number}-1"
    assert mandate.iban == THEIR_IBAN
    assert mandate.signed_on == TODAY
    evidence = MandateEvidence.objects.get(mandate=mandate)
    assert evidence.text_sha256 == hashlib.sha256(evidence.text.encode()).hexdigest()
    assert evidence.ip_address == "127.0.0.1"
    assert obstacle(mandate) is None


def test_new_mandate_revokes_the_one_before() -> None:
    customer = new_customer()
    first = new_mandate(customer)

    second = new_mandate(customer)

    first.refresh_from_db()
    assert first.status == Status.REVOKED
    assert queries.active_mandate(customer) == second
    assert second.mandate_reference.endswith("-2")


def test_wrong_iban_is_refused_with_what_to_do() -> None:
    with pytest.raises(actions.UnableToGiveMandate, match="check digits"):
        new_mandate(new_customer(), iban="NL00RABO0300065264")

    assert not Mandate.objects.exists()


def test_every_change_leaves_a_step() -> None:
    mandate = new_mandate(new_customer())

    change(mandate, Status.SUSPENDED)
    change(mandate, Status.SUSPENDED)
    change(mandate, Status.ACTIVE)

    steps = list(MandateChange.objects.order_by("pk").values_list("to_status", flat=True))
    assert steps == ["active", "suspended", "active"]


@pytest.mark.parametrize("ended", [Status.REVOKED, Status.LAPSED])
def test_ended_mandate_never_comes_back(ended: str) -> None:
    mandate = change(new_mandate(new_customer()), ended)

    assert change(mandate, Status.ACTIVE).status == ended


def test_mandate_that_does_not_stand_is_an_obstacle() -> None:
    mandate = change(new_mandate(new_customer()), Status.SUSPENDED)

    assert obstacle(mandate) == "not_active"


def test_mandate_is_not_used_before_it_was_signed() -> None:
    assert obstacle(new_mandate(new_customer(), now=NOW + timedelta(days=1))) == "signed_later"


def test_mandate_lapses_36_months_after_its_last_use() -> None:
    mandate = new_mandate(new_customer(), now=NOW - timedelta(days=4 * 366))
    unused = obstacle(mandate)

    actions.mark_presented(mandates=[mandate.pk], on=days_ago(30))

    mandate.refresh_from_db()
    assert unused == "lapsed"
    assert obstacle(mandate) is None


def test_last_use_never_moves_back() -> None:
    mandate = new_mandate(new_customer())

    for day in (TODAY, days_ago(5)):
        actions.mark_presented(mandates=[mandate.pk], on=day)

    mandate.refresh_from_db()
    assert mandate.last_presented_on == TODAY


def test_active_mandates_are_asked_in_one_query() -> None:
    customers = [new_customer() for _ in range(3)]
    mandates = {customer.pk: new_mandate(customer) for customer in customers}

    with CaptureQueriesContext(connection) as captured:
        everything = queries.active_mandates()
        some = queries.active_mandates(customer_ids=[customers[0].pk])

    assert everything == mandates
    assert some == {customers[0].pk: mandates[customers[0].pk]}
    assert len(captured) == 2


@pytest.mark.parametrize("language", ["nl", "en"])
def test_text_of_the_mandate_has_its_figures_from_the_policy(language: str) -> None:
    policy = Policy()

    text = queries.mandate_text(policy=policy, language=language)

    assert "SEPA" in text
    assert policy.company.creditor_identifier in text
    assert "8 we" in text


def refused(mandate: Mandate, constraint: str, **changes: Any) -> None:
    """A copy of the mandate with these changes breaks this constraint."""
    mandate.pk = None
    mandate._state.adding = True
    for name, value in changes.items():
        setattr(mandate, name, value)
    with pytest.raises(IntegrityError) as caught, transaction.atomic():
        mandate.save(force_insert=True)
    said = str(caught.value)
    assert constraint in said or "UNIQUE constraint failed" in said


@pytest.mark.postgres
def test_reference_is_used_once_for_ever_in_any_case() -> None:
    mandate = new_mandate(new_customer())

    refused(
        mandate,
        "mandates_reference_unique_for_ever",
        mandate_reference=mandate.mandate_reference.lower(),
        customer=new_customer(),
    )


@pytest.mark.postgres
def test_customer_has_one_active_mandate() -> None:
    refused(new_mandate(new_customer()), "mandates_one_active_per_customer", mandate_reference="X")


@pytest.mark.postgres
def test_scheme_is_core_or_b2b() -> None:
    refused(
        new_mandate(new_customer()),
        "mandates_scheme_known",
        mandate_reference="X",
        status="revoked",
        scheme="COR1",
    )


@pytest.mark.postgres
def test_steps_of_a_mandate_stay_as_they_were() -> None:
    new_mandate(new_customer())

    with pytest.raises(IntegrityError, match="append-only"), transaction.atomic():
        MandateChange.objects.update(reason="other")
