"""Each constraint of the promises refuses the row it is there for, on both engines."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from balie.apps.promises.actions import note_misses, promise_answer
from balie.apps.promises.models import Miss, PolicyVersion, Promise
from tests.apps.building import NOW
from tests.apps.refusing import assert_refused, copy_of, declared

pytestmark = [pytest.mark.django_db, pytest.mark.postgres]

SECOND = timedelta(seconds=1)
ROWS: dict[str, Callable[[], Any]] = {
    "promises_promise_due_after_made": lambda: copy_of(Promise.objects.get(), due_at=NOW),
    "promises_promise_kept_after_made": lambda: copy_of(
        Promise.objects.get(), kept_at=NOW - SECOND
    ),
    "promises_policyversion.number": lambda: copy_of(PolicyVersion.objects.get()),
    "promises_miss.promise_id": lambda: copy_of(Miss.objects.get()),
}


@pytest.fixture(autouse=True)
def missed() -> Promise:
    """A promise that was not kept."""
    promise = promise_answer(asked_at=NOW, now=NOW)
    note_misses(now=NOW + timedelta(days=2))
    return promise


@pytest.mark.parametrize("constraint", ROWS)
def test_constraint_refuses_its_row(constraint: str) -> None:
    assert_refused(ROWS[constraint](), constraint)


def test_every_constraint_has_a_row() -> None:
    assert set(ROWS) == declared("promises")


def test_promise_may_be_kept_in_the_moment_it_is_made() -> None:
    copy_of(Promise.objects.get(), kept_at=NOW).save()

    assert Promise.objects.filter(kept_at=NOW).count() == 1


@pytest.mark.parametrize("change", ["UPDATE", "DELETE"])
def test_policy_version_never_changes(change: str) -> None:
    versions = PolicyVersion.objects.all()

    with pytest.raises(IntegrityError, match="append-only"), transaction.atomic():
        versions.update(number=7) if change == "UPDATE" else versions._raw_delete("default")
