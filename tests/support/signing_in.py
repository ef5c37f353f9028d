"""Somebody who is signed in, without walking through the door.

The door itself has tests of its own (tests/faces/account, tests/browser). An employee comes in
with a second factor, as he must; `strongly=False` is how he came in before he had one.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

from allauth.mfa.models import Authenticator
from django.conf import settings
from django.test import Client

from balie.apps.customers import access
from balie.apps.customers.models import User
from balie.infra import clock

if TYPE_CHECKING:  # a benchmark signs in too, where no browser is installed
    from tests.support.browser import Visit

AnyClient = TypeVar("AnyClient", bound=Client)


def sign_in(client: AnyClient, user: User, *, strongly: bool | None = None) -> AnyClient:
    """Sign a client of the tests in just now: strongly for an employee, unless told otherwise."""
    client.force_login(user)
    session = client.session
    session[access.SIGNED_IN_BY] = "password"
    session[access.SECOND_FACTOR] = hasattr(user, "employee") if strongly is None else strongly
    if session[access.SECOND_FACTOR]:
        mine = Authenticator.objects.filter(user=user).exclude(type="recovery_codes")
        session[access.FACTOR] = mine.order_by("pk").values_list("pk", flat=True).first()
    session[access.SIGNED_IN_AT] = clock.machine().timestamp()
    session.save()
    return client


def let_in(visitor: Visit, user: User, *, strongly: bool | None = None) -> None:
    """Give a browser a session, as signing in does."""
    client = sign_in(Client(), user, strongly=strongly)
    name = settings.SESSION_COOKIE_NAME
    visitor.page.goto("/beloften/")
    site = visitor.page.evaluate("location.origin")
    visitor.page.context.add_cookies(
        [{"name": name, "value": client.cookies[name].value, "url": site}]
    )
