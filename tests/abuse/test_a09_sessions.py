"""A9: fixate, steal or end somebody's session.

Sources: Zammad CVE-2026-102489, osTicket 85a76f403 (fixation), Paymenter f424d262 (ending).
"""

from datetime import timedelta

import pytest
from allauth.usersessions.models import UserSession
from django.conf import settings
from django.contrib.sessions.models import Session
from django.test import Client
from django.urls import reverse

from balie.apps.customers import access
from balie.infra import clock
from tests.abuse.attacking import CHOOSE, COOKIE, OLD, SIGN_IN, attacker, is_inside, with_link
from tests.apps.credentials.panels import new_login, scripted
from tests.apps.credentials.recovering import PASSWORD, Loser, recover, secret_of
from tests.faces.account.walking_in import add_app, app_code
from tests.faces.desk.building import new_employee
from tests.support.signing_in import sign_in

pytestmark = [pytest.mark.django_db, pytest.mark.postgres]


def let_in(one: Loser, password: str = OLD) -> Client:
    """Somebody who signed in with his password."""
    client = attacker()
    client.post(SIGN_IN, {"identifier": one.user.email, "password": password})
    return client


def test_key_of_before_signing_in_opens_nothing(victim: Loser) -> None:
    """A9: a new key at sign-in: who planted the old one has nobody's session."""
    client = attacker()
    client.get("/inloggegevens/")
    session = client.session
    session["planted"] = True
    session.save()
    planted = str(session.session_key)
    client.cookies["balie"] = planted

    client.post(SIGN_IN, {"identifier": victim.user.email, "password": OLD})

    thief = attacker()
    thief.cookies["balie"] = planted
    assert is_inside(client)
    assert client.session.session_key != planted
    assert not is_inside(thief)


def test_key_changes_at_the_second_step_too(victim: Loser) -> None:
    """A9: a new key where a session becomes stronger."""
    add_app(victim.user)
    client = let_in(victim)
    half = client.session.session_key

    client.post(access.SECOND_STEP, {"code": app_code(victim.user)})

    assert is_inside(client)
    assert client.session.session_key != half


@pytest.mark.parametrize("logins", [{}, {"logins": ["portal"]}])
def test_key_changes_when_a_link_is_used(victim: Loser, logins: dict[str, list[str]]) -> None:
    """A9: nor does a session of before the link become that of its owner."""
    recover(victim.user.email)
    client = with_link(secret_of(victim))
    client.get("/inloggegevens/")
    session = client.session
    session["planted"] = True
    session.save()
    planted = str(session.session_key)
    client.cookies["balie"] = planted

    client.post(CHOOSE, {"password": PASSWORD, **logins})

    assert is_inside(client)
    assert client.session.session_key != planted


def test_recovered_password_ends_every_session_of_the_thief(victim: Loser) -> None:
    """A9: setting a password by link ends all others, also one that waits for its second step."""
    thief, other = let_in(victim), let_in(victim)
    assert thief.get("/klant/").status_code == 200
    recover(victim.user.email)

    owner = with_link(secret_of(victim))
    owner.post(CHOOSE, {"password": PASSWORD})

    assert [one.get("/klant/").status_code for one in (thief, other, owner)] == [302, 302, 200]
    assert UserSession.objects.filter(user=victim.user).count() == 1


def test_session_of_somebody_else_cannot_be_ended(victim: Loser) -> None:
    """A9: the list is one's own; another's session is not there."""
    theirs = let_in(victim)
    stranger = Loser()
    recover(stranger.user.email)
    client = with_link(secret_of(stranger))
    client.post(CHOOSE, {"password": PASSWORD})
    (session,) = UserSession.objects.filter(user=victim.user)

    answer = client.post(f"/account/sessies/{session.pk}/einde/")

    assert answer.status_code == 404
    assert theirs.get("/klant/").status_code == 200


def signed_in_before(client: Client, seconds: float) -> None:
    """Let it be so long ago that this browser was signed in; the session itself was used since."""
    session = client.session
    session[access.SIGNED_IN_AT] = clock.machine().timestamp() - seconds
    session.save()


def test_session_that_is_used_all_the_time_ends_all_the_same(victim: Loser) -> None:
    """A9: twelve hours after signing in it is over, however often it was written to."""
    client = let_in(victim)
    signed_in_before(client, settings.SESSION_COOKIE_AGE - 60)
    still = client.get("/klant/").status_code
    signed_in_before(client, settings.SESSION_COOKIE_AGE + 1)
    key = client.session.session_key
    Session.objects.filter(pk=key).update(expire_date=clock.machine() + timedelta(hours=11))

    after = client.get("/klant/").status_code

    assert (still, after) == (200, 302)
    assert not Session.objects.filter(pk=key).exists()


def test_session_without_a_moment_of_signing_in_is_over(victim: Loser) -> None:
    """A9: what does not say since when it stands is not trusted."""
    client = attacker()
    client.force_login(victim.user)

    assert client.get("/klant/").status_code == 302


def test_link_that_sets_a_panel_alone_leaves_no_session_unlisted(
    victim: Loser, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A9: the new key of who was signed in stands in his list, so that it can be ended."""
    scripted(monkeypatch)
    login = new_login(victim)
    client = let_in(victim)
    recover(victim.user.email)
    client.cookies[COOKIE] = secret_of(victim)

    client.post(CHOOSE, {"password": PASSWORD, "logins": [str(login.pk)]})

    assert is_inside(client)
    keys = UserSession.objects.filter(user=victim.user).values_list("session_key", flat=True)
    assert client.session.session_key in set(keys)


def at_the_desk(minutes: float) -> Client:
    """An employee who signed in two hours ago and did something so many minutes ago."""
    client = sign_in(attacker(), new_employee("agent").user)
    signed_in_before(client, 2 * 3600)
    session = client.session
    session[access.SEEN_AT] = clock.machine().timestamp() - 60 * minutes
    session.save()
    return client


def test_desk_that_was_left_alone_an_hour_is_closed(victim: Loser) -> None:
    """A9: who sits down at it finds nobody signed in; a contact stays in (his twelve hours)."""
    left, used, theirs = at_the_desk(61), at_the_desk(59), let_in(victim)
    signed_in_before(theirs, 2 * 3600)
    key = left.session.session_key

    assert left.get("/balie/").status_code == 302
    assert not Session.objects.filter(pk=key).exists()
    assert used.get("/balie/").status_code == 200
    assert clock.machine().timestamp() - used.session[access.SEEN_AT] < 60
    assert theirs.get("/klant/").status_code == 200


def test_what_a_page_asks_by_itself_keeps_nobody_in() -> None:
    """A9: a page that is left open asks who rings each few seconds."""
    client = at_the_desk(59)
    seen = client.session[access.SEEN_AT]

    assert client.get("/balie/telefoon/nu/").status_code == 204
    assert client.session[access.SEEN_AT] == seen


def test_names_of_what_pages_ask_by_themselves_are_routes() -> None:
    """A9: a route that is called otherwise would keep an open page signed in."""
    numbered = {"desk:be_present": {"number": "T-2026-00001"}}

    assert all(reverse(name, kwargs=numbered.get(name)) for name in access.BY_ITSELF)
