"""What an attacker of the tests does: ask, guess and try from addresses as he likes."""

import re
from collections.abc import Callable
from itertools import count
from typing import Any

from django.core import mail
from django.db import connection
from django.test import Client

from balie.infra import clock, jobs, outbox
from tests.apps.credentials.recovering import text_of

OLD = "paard batterij nietje juist"
RECOVER, SENT = "/inloggegevens/", "/inloggegevens/verzonden/"
CHOOSE = "/inloggegevens/wachtwoord/"
SIGN_IN, CODE = "/inloggen/", "/inloggen/code/"
COOKIE = "balie-link"
_addresses = count(1)


def attacker(**meta: Any) -> Client:
    """A browser on a network that was not seen before."""
    number = next(_addresses)
    meta.setdefault("REMOTE_ADDR", f"198.51.{number // 250 % 250}.{number % 250}")
    return Client(**meta)


def with_link(secret: str, **meta: Any) -> Client:
    """A browser that holds this secret."""
    client = attacker(**meta)
    client.cookies[COOKIE] = secret
    return client


def work() -> None:
    """Let jobs and outbox do what waits."""
    jobs.run_pending(now=clock.now())
    outbox.send_due(now=clock.now())


def mails_to(address: str) -> list[str]:
    """What came in a mailbox, as text."""
    return [text_of(one) for one in mail.outbox if one.to == [address]]


def is_inside(client: Client) -> bool:
    """Whether this browser is signed in."""
    return "_auth_user_id" in client.session


def seen(response: Any) -> tuple[int, bytes]:
    """Status and body, without what differs for everybody."""
    content = re.sub(rb'name="csrfmiddlewaretoken" value="[^"]*"', b"", response.content)
    return response.status_code, content


def statements_of(ask: Callable[[], Any]) -> tuple[list[str], Any]:
    """The statements of a request without their values, and what it answered."""
    made: list[str] = []

    def note(execute: Callable[..., Any], sql: str, *rest: Any) -> Any:
        made.append(re.sub(r'"s\d+_x\d+"', "a savepoint", sql))
        return execute(sql, *rest)

    with connection.execute_wrapper(note):
        answer = ask()
    return made, answer
