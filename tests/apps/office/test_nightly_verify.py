"""The nightly check of the invariants: one broken halts money, once."""

from pathlib import Path

import pytest
from pytest_django import Settings

from balie.apps.directdebit.models import CollectionBatch
from balie.apps.office import actions, queries
from balie.infra import halt
from balie.infra.audit import SYSTEM
from balie.infra.models import HaltEvent
from tests.apps.office import honest

pytestmark = [pytest.mark.django_db, pytest.mark.postgres]

NOW = honest.NOW


@pytest.fixture(autouse=True)
def _lived(settings: Settings, tmp_path: Path) -> None:
    settings.BALIE_HOME = tmp_path
    honest.live()


def test_broken_invariant_halts_once() -> None:
    batch = CollectionBatch.objects.get()
    batch.content = bytes(batch.content) + b"\n"
    batch.save()

    for _ in range(2):
        actions.nightly_verify(by=SYSTEM, now=NOW)

    assert HaltEvent.objects.count() == 1


def test_what_holds_halts_nothing() -> None:
    step = actions.nightly_verify(by=SYSTEM, now=NOW)

    assert step is not None
    assert step.receipt == {"checked": len(queries.INVARIANTS), "broken": []}
    assert halt.reason() is None
