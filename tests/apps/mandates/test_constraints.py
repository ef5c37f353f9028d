"""Each constraint of the mandates refuses the row it is there for, on both engines."""

from collections.abc import Callable
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from balie.apps.mandates.models import Mandate, MandateChange, MandateEvidence
from tests.apps.building import new_customer, new_mandate
from tests.apps.refusing import assert_refused, copy_of, declared

pytestmark = [pytest.mark.django_db, pytest.mark.postgres]

ROWS: dict[str, Callable[[], Any]] = {
    # A reference is unique for ever and in any case, also after the mandate ended.
    "mandates_reference_unique_for_ever": lambda: copy_of(
        Mandate.objects.get(),
        customer=new_customer(),
        mandate_reference=Mandate.objects.get().mandate_reference.lower(),
    ),
    "mandates_one_active_per_customer": lambda: copy_of(
        Mandate.objects.get(), mandate_reference="other"
    ),
    "mandates_scheme_known": lambda: copy_of(
        Mandate.objects.get(), mandate_reference="other", status="revoked", scheme="COR1"
    ),
    "mandates_mandateevidence.mandate_id": lambda: copy_of(MandateEvidence.objects.get()),
}


@pytest.fixture(autouse=True)
def mandate() -> Mandate:
    return new_mandate(new_customer())


@pytest.mark.parametrize("constraint", ROWS)
def test_constraint_refuses_its_row(constraint: str) -> None:
    assert_refused(ROWS[constraint](), constraint)


def test_every_constraint_has_a_row() -> None:
    assert set(ROWS) == declared("mandates")


def test_ended_mandates_stand_beside_the_active_one() -> None:
    copy_of(Mandate.objects.get(), mandate_reference="other", status="revoked").save()

    assert Mandate.objects.count() == 2


def test_step_in_the_life_of_a_mandate_is_never_changed() -> None:
    changes = MandateChange.objects.all()

    with pytest.raises(IntegrityError, match="append-only"), transaction.atomic():
        changes.update(reason="x")
    with pytest.raises(IntegrityError, match="append-only"), transaction.atomic():
        changes._raw_delete("default")


def test_evidence_of_a_mandate_is_never_changed() -> None:
    evidence = MandateEvidence.objects.all()

    with pytest.raises(IntegrityError, match="append-only"), transaction.atomic():
        evidence.update(text="x")
    with pytest.raises(IntegrityError, match="append-only"), transaction.atomic():
        evidence._raw_delete("default")
