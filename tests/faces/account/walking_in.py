"""Ways through the door, as a browser walks them, and an app that makes one-time codes."""

import re
from typing import Any

from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from django.test import Client

from balie.apps.customers import factors
from balie.apps.customers.models import User
from balie.apps.customers.sealing import unseal
from balie.infra import clock
from tests.apps.building import NOW

PASSWORD = "een zwaluw maakt nog geen zomer"
_MARKS = re.compile(r"<(script|style).*?</\1>|<[^>]+>", re.DOTALL)


def text_of(response: Any) -> str:
    """The words of a page as one line."""
    words = _MARKS.sub(" ", response.content.decode()).replace("\u00a0", " ")
    return " ".join(words.split())


def step_now() -> int:
    """The time step of the machine's clock."""
    return int(clock.machine().timestamp()) // factors.STEP_SECONDS


def app_code(user: User, *, ahead: int = 0) -> str:
    """What the authenticator app of this account shows now, or some steps ahead."""
    kept = Authenticator.objects.get(user=user, type=Authenticator.Type.TOTP)
    return str(format_hotp_value(hotp_value(unseal(kept.data["secret"]), step_now() + ahead)))


def add_app(user: User) -> None:
    """Give an account an authenticator app, by the code of a step ago."""
    sealed = factors.new_seed()
    code = format_hotp_value(hotp_value(unseal(sealed), step_now() - 1))
    factors.add_totp(user=user, sealed_seed=sealed, code=code, now=NOW)


def give_password(client: Client, identifier: str, password: str = PASSWORD, **more: Any) -> Any:
    """Fill in the first page."""
    return client.post("/inloggen/", {"identifier": identifier, "password": password, **more})


def is_inside(client: Client) -> bool:
    """Whether the session of this browser is that of somebody."""
    return "_auth_user_id" in client.session
