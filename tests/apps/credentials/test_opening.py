"""What the link of a lost login opens: once, up to its last moment, one account."""

from datetime import timedelta

import pytest
from django.core import mail
from django.core.exceptions import ValidationError

from balie.apps.credentials import actions, queries
from balie.apps.credentials.actions import LinkNotUsable
from balie.apps.credentials.models import RecoveryLink
from balie.apps.customers import actions as customers
from balie.apps.promises.models import Promise
from balie.infra.audit import SYSTEM
from balie.infra.models import AuditEvent
from tests.apps.building import NOW
from tests.apps.credentials.recovering import (
    PASSWORD,
    Loser,
    mailed_secret,
    recover,
    secret_of,
    send,
)

pytestmark = pytest.mark.django_db

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)


@pytest.fixture
def loser() -> Loser:
    return Loser()


def test_link_sets_the_password_and_says_so_to_the_owner(loser: Loser) -> None:
    recover(loser.user.email)
    send()

    actions.set_new_password(secret=mailed_secret(), password=PASSWORD, now=NOW + 59 * MINUTE)
    send(NOW + 59 * MINUTE)

    assert loser.user.check_password(PASSWORD)
    assert mail.outbox[-1].to == [loser.user.email]
    assert "wachtwoord" in mail.outbox[-1].subject
    event = AuditEvent.objects.get(event="password.set")
    assert (event.by_kind, event.by_id) == ("contact", loser.contact.pk)


def test_link_opens_once(loser: Loser) -> None:
    recover(loser.user.email)
    secret = secret_of(loser)
    actions.set_new_password(secret=secret, password=PASSWORD, now=NOW + MINUTE)

    with pytest.raises(LinkNotUsable):
        actions.set_new_password(secret=secret, password=PASSWORD + "!", now=NOW + 2 * MINUTE)

    assert loser.user.check_password(PASSWORD)


def test_link_opens_up_to_its_last_moment(loser: Loser) -> None:
    recover(loser.user.email)
    secret = secret_of(loser)

    assert queries.usable_link(secret=secret, now=NOW + HOUR - timedelta(microseconds=1))
    assert queries.usable_link(secret=secret, now=NOW + HOUR) is None


def test_weak_password_leaves_the_link_as_it_was(loser: Loser) -> None:
    recover(loser.user.email)
    secret = secret_of(loser)

    with pytest.raises(ValidationError):
        actions.set_new_password(secret=secret, password="wachtwoord", now=NOW + MINUTE)

    actions.set_new_password(secret=secret, password=PASSWORD, now=NOW + MINUTE)
    assert loser.user.check_password(PASSWORD)


@pytest.mark.parametrize("secret", ["", "0" * 64, "x", "' OR 1=1 --", "é" * 64])
def test_guessed_secret_opens_nothing(loser: Loser, secret: str) -> None:
    recover(loser.user.email)

    assert queries.usable_link(secret=secret, now=NOW) is None


def test_what_the_database_holds_opens_nothing(loser: Loser) -> None:
    recover(loser.user.email)
    link = RecoveryLink.objects.get()

    for stored in (link.nonce, link.secret_sha256, queries.hash_of(link.nonce)):
        assert queries.usable_link(secret=stored, now=NOW) is None


def test_link_of_one_account_sets_no_other_password(loser: Loser) -> None:
    other = Loser()
    recover(loser.user.email)

    actions.set_new_password(secret=secret_of(loser), password=PASSWORD, now=NOW)

    assert not other.user.has_usable_password()


def test_at_once_is_kept_when_the_mail_server_takes_the_mail(loser: Loser) -> None:
    recover(loser.user.email)
    send(NOW + timedelta(seconds=30))

    promise = Promise.objects.get(kind="credentials")
    assert (promise.made_at, promise.kept_at) == (NOW, NOW + timedelta(seconds=30))
    assert promise.was_kept


def test_employee_recovers_his_login_as_well() -> None:
    employee = customers.register_employee(
        name="Samira", email="samira@delinde.example", role="admin", by=SYSTEM, now=NOW
    )
    recover("samira@delinde.example")
    send()

    actions.set_new_password(secret=mailed_secret(), password=PASSWORD, now=NOW)

    event = AuditEvent.objects.get(event="password.set")
    assert (event.by_kind, event.by_id) == ("employee", employee.pk)
