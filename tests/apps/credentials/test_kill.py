"""Looking up a lost login, killed anywhere and done again, makes one link and one mail."""

from itertools import count
from typing import Any

import pytest
from django.db import transaction

from balie.apps.credentials import actions
from balie.apps.credentials.models import RecoveryLink, RecoveryRequest
from balie.apps.office import queries as office
from balie.infra import outbox
from balie.infra.models import OutboxRow
from tests.apps.building import NOW
from tests.apps.credentials.recovering import Loser
from tests.apps.killing import EVERY, kill_points

pytestmark = [pytest.mark.postgres, pytest.mark.slow, pytest.mark.usefixtures("committed")]

Job = tuple[Loser, RecoveryRequest]
NETWORKS = count(1)


def requested() -> Job:
    """Somebody who asked for his login, each time from a network that did not ask before."""
    loser = Loser()
    return loser, actions.request_recovery(
        identifier=loser.user.email, language="nl", network=f"10.0.{next(NETWORKS)}.1", now=NOW
    )


def look_up(job: Job) -> None:
    actions.look_up(request=job[1], now=NOW)


def damage(job: Job) -> list[str]:
    """What is wrong right after the kill and after running again."""
    loser, request = job
    found = broken()
    look_up(job)
    found += broken()
    request.refresh_from_db()
    links = RecoveryLink.objects.filter(user=loser.user)
    mails = OutboxRow.objects.filter(kind="recovery-link", recipient_id=loser.user.pk)
    counted = (request.looked_up_at, request.matched, links.count(), mails.count())
    if counted != (NOW, 1, 1, 1):
        found.append(f"looked up, matched, links, mails: {counted}")
    return found


def broken() -> list[str]:
    return [str(violation) for result in office.verify(now=NOW) for violation in result.violations]


def test_look_up_killed_anywhere_mails_one_link() -> None:
    points = 0
    for point, job in kill_points(requested, look_up):
        assert damage(job) == [], point
        points += 1

    assert points >= 20 // EVERY


def test_look_up_that_is_no_transaction_does_damage(monkeypatch: pytest.MonkeyPatch) -> None:
    """The broken twin: that it was looked up is committed before the mail is queued."""
    naked: Any = actions.look_up.__wrapped__  # type: ignore[attr-defined]
    put = outbox.put

    def work(job: Job) -> None:
        with monkeypatch.context() as patch:
            patch.setattr(outbox, "put", transaction.atomic(put))
            naked(request=job[1], now=NOW)

    assert any(damage(job) for _, job in kill_points(requested, work))
