"""The stories of the address that is no longer mine, lived through in a small company."""

from pathlib import Path

import pytest
from pytest_django import Settings

from balie.apps.credentials.models import AddressChange, AddressTransfer
from balie.apps.credentials.queries import addresses as queries
from balie.apps.office import queries as office
from balie.infra.models import OutboxRow
from balie.simulator import demo, movers
from balie.simulator.demo import Plan
from tests.simulation.living import day

pytestmark = [pytest.mark.django_db, pytest.mark.slow]


@pytest.fixture(autouse=True)
def _home(settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    settings.BALIE_DEMO = True
    settings.BALIE_HOME = tmp_path
    monkeypatch.setattr(movers, "AMONG", 0)


def test_demo_shows_a_proven_change_one_that_waits_and_two_attacks_that_failed() -> None:
    lived = demo.build(
        Plan(seed=1, until=day("2026-11-24"), customers=14, days=75), progress=lambda *_: None
    )

    changes = {one.state: one for one in AddressChange.objects.filter(user__isnull=False)}
    by_phone = AddressChange.objects.filter(channel="phone").order_by("pk")
    waits, talked = by_phone
    verdicts = sorted(AddressTransfer.objects.values_list("verdict", flat=True))

    # One cent from the account on the mandate: the address is changed.
    made = changes["completed"]
    assert (made.proof, made.channel) == ("bank", "public")
    assert made.user is not None
    assert made.user.email == made.new_email
    # Another cent is in; an employee touched it, so a second one has to look.
    assert (waits.state, waits.proof, queries.waiting_for_approval()) == ("open", "bank", 1)
    # The account was changed first: an alarm, and no proof.
    assert verdicts == ["proven", "proven", "wrong_account"]
    assert queries.alarming_transfers().count() == 1
    # A helpful employee, then "mail me the login": it goes to the address on file.
    assert (talked.state, talked.proof) == ("open", "")
    assert talked.user is not None
    assert talked.user.email == talked.old_email
    assert OutboxRow.objects.filter(
        kind="recovery-link", recipient_id=talked.user.pk, state="accepted"
    ).exists()
    assert all(result.holds for result in office.verify(now=lived.moment))
