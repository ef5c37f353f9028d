"""Somebody who is signed in, without walking through the door.

The door itself has tests of its own (tests/faces/account, tests/browser). An employee comes in
with a second factor, as he must; `strongly=False` is how he came in before he had one.
"""

from typing import TypeVar

from django.test import Client

from balie.apps.customers import access
from balie.apps.customers.models import User
from balie.infra import clock

AnyClient = TypeVar("AnyClient", bound=Client)


def sign_in(client: AnyClient, user: User, *, strongly: bool | None = None) -> AnyClient:
    """Sign a client of the tests in just now: strongly for an employee, unless told otherwise."""
    client.force_login(user)
    session = client.session
    session[access.SIGNED_IN_BY] = "password"
    session[access.SECOND_FACTOR] = hasattr(user, "employee") if strongly is None else strongly
    session[access.SIGNED_IN_AT] = clock.machine().timestamp()
    session.save()
    return client
