"""A link opens once and an account has one link, also when everybody comes at the same moment."""

import pytest
from django.db import IntegrityError, connection
from django.test import Client

from balie.apps.credentials import actions, queries
from balie.apps.credentials.actions import LinkNotUsable
from balie.apps.credentials.models import RecoveryLink
from balie.apps.customers import actions as customers
from balie.apps.customers.models import User
from balie.infra import clock
from balie.infra.audit import SYSTEM
from balie.infra.models import AuditEvent, OutboxRow
from tests.apps.building import NOW
from tests.apps.credentials.recovering import PASSWORD, Loser, recover, secret_of
from tests.apps.racing import at_once

pytestmark = [pytest.mark.postgres, pytest.mark.usefixtures("committed")]

AT_ONCE = 20


USING = 'UPDATE "credentials_recoverylink"'


def post_password(secret: str, number: int) -> None:
    """One browser of many that has the link open and posts its password."""
    client = Client()
    client.cookies["balie-link"] = secret
    answer = client.post("/inloggegevens/wachtwoord/", {"password": f"{PASSWORD} {number}"})
    if answer.status_code != 303:
        assert b"werkt niet meer" in answer.content
        raise LinkNotUsable


def test_link_opens_once_for_twenty_posts_at_the_same_moment() -> None:
    loser = Loser()
    recover(loser.user.email)
    secret = secret_of(loser)

    with clock.frozen(NOW):
        ends = at_once(
            lambda number: post_password(secret, number),
            before=USING,
            parties=AT_ONCE,
            expected=(LinkNotUsable,),
        )

    assert ends == ["LinkNotUsable"] * (AT_ONCE - 1) + ["done"]
    assert AuditEvent.objects.filter(event="password.set").count() == 1
    assert OutboxRow.objects.filter(kind="password-changed").count() == 1


def use_without_a_guard(*, secret: str, password: str) -> User:
    """The broken twin: looks whether the link is usable, then uses it."""
    link = queries.usable_link(secret=secret, now=NOW)
    if link is None:
        raise LinkNotUsable
    RecoveryLink.objects.filter(pk=link.pk).update(used_at=NOW)
    return customers.set_password(user=link.user, password=password, by=SYSTEM, now=NOW)


def test_link_without_a_guard_opens_more_than_once() -> None:
    loser = Loser()
    recover(loser.user.email)
    secret = secret_of(loser)

    ends = at_once(
        lambda number: use_without_a_guard(secret=secret, password=f"{PASSWORD} {number}"),
        before=USING,
        parties=AT_ONCE,
        expected=(LinkNotUsable,),
    )

    assert ends.count("done") > 1


def test_two_requests_at_the_same_moment_make_one_link() -> None:
    loser = Loser()
    requests = [
        actions.request_recovery(
            identifier=loser.user.email, language="nl", network="192.0.2.1", now=NOW
        )
        for _ in range(2)
    ]

    ends = at_once(
        lambda number: actions.look_up(request=requests[number], now=NOW),
        before='INSERT INTO "credentials_recoverylink"',
        expected=(IntegrityError,),
    )
    # What the constraint refused is a job that runs again.
    for request in requests:
        request.refresh_from_db()
        actions.look_up(request=request, now=NOW)

    assert RecoveryLink.objects.count() == 1
    assert OutboxRow.objects.filter(kind="recovery-link").count() == 1
    # On PostgreSQL both were past looking: that it ended well is the constraint's work.
    assert ends == (
        ["IntegrityError", "done"] if connection.vendor == "postgresql" else ["done"] * 2
    )
    assert all(request.looked_up_at for request in requests)
