"""The pages of a lost login tell nobody who exists, and a link is used by posting only."""

import re
from collections.abc import Callable, Iterator
from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from django.contrib.auth import get_user
from django.core import mail
from django.db import connection
from django.test import Client

from balie.apps.credentials import actions
from balie.apps.credentials.models import RecoveryLink, RecoveryRequest
from balie.apps.customers import actions as customers
from balie.apps.customers.models import User
from balie.infra import clock
from balie.infra.audit import SYSTEM
from balie.infra.clock import FrozenClock
from tests.apps.building import NOW
from tests.apps.credentials.recovering import PASSWORD, Loser, recover, secret_of, send
from tests.support.signing_in import sign_in

pytestmark = [pytest.mark.django_db, pytest.mark.postgres]

RECOVER, SENT = "/inloggegevens/", "/inloggegevens/verzonden/"
CHOOSE = "/inloggegevens/wachtwoord/"
MINUTE = timedelta(minutes=1)


@pytest.fixture(autouse=True)
def frozen() -> Iterator[FrozenClock]:
    with clock.frozen(NOW) as held:
        yield held


@pytest.fixture
def loser() -> Loser:
    return Loser()


def page_of(secret: str) -> str:
    return f"/inloggegevens/nieuw/{secret}/"


def opened(secret: str, client: Client | None = None) -> Client:
    """Somebody who followed the link of his mail."""
    client = client or Client()
    response = client.get(page_of(secret))
    assert (response.status_code, response["Location"]) == (303, CHOOSE)
    return client


def asked(identifier: str) -> tuple[list[str], tuple[Any, ...]]:
    """The statements of a request (without their values), and all that the visitor gets."""
    client = Client()
    statements: list[str] = []

    def note(execute: Callable[..., Any], sql: str, *rest: Any) -> Any:
        statements.append(re.sub(r'"s\d+_x\d+"', "a savepoint", sql))
        return execute(sql, *rest)

    with connection.execute_wrapper(note):
        response = client.post(RECOVER, {"identifier": identifier})
    page = client.get(response["Location"])
    return statements, (
        response.status_code,
        response.content,
        sorted(response.items()),
        page.status_code,
        without_tokens(page.content),
    )


def without_tokens(content: bytes) -> bytes:
    return re.sub(rb'name="csrfmiddlewaretoken" value="[^"]*"', b"", content)


def test_everybody_gets_the_same_answer_by_the_same_statements(loser: Loser) -> None:
    held, closed = Loser(), Loser()
    customers.place_hold(
        customer=held.customer, blocks="credentials", reason="x", by=SYSTEM, now=NOW
    )
    User.objects.filter(pk=closed.user.pk).update(is_active=False)
    recover(loser.user.email)

    known = [asked(typed) for typed in loser.identifiers]
    unknown = [
        asked(typed)
        for typed in (
            *held.identifiers,
            *closed.identifiers,
            "niemand@klant.example",
            "K99999",
            "onbekend.nl",
            "' OR 1=1 --",
        )
    ]

    statements, answer = known[0]
    assert answer[0] == 303
    assert len([one for one in statements if one.startswith("INSERT")]) == 2
    for other_statements, other_answer in known + unknown:
        assert other_statements == statements
        assert other_answer == answer


def test_visitor_hears_nothing_of_what_was_found(loser: Loser) -> None:
    _, answer = asked(loser.user.email)

    for told in (loser.user.email, loser.contact.name, loser.customer.number, loser.domain):
        assert told.encode() not in answer[-1]


def test_page_only_stores_what_was_typed(loser: Loser) -> None:
    asked(f" {loser.user.email} ")

    request = RecoveryRequest.objects.get()
    assert (request.identifier, request.looked_up_at) == (loser.user.email, None)
    assert not RecoveryLink.objects.exists()


def test_nothing_typed_is_asked_again() -> None:
    response = Client().post(RECOVER, {"identifier": "  "})

    assert response.status_code == 422
    assert not RecoveryRequest.objects.exists()


@pytest.mark.parametrize("host", ["evil.example", "127.0.0.1:x@evil.example", "evil.example:80"])
def test_request_under_another_name_of_ours_is_refused(loser: Loser, host: str) -> None:
    response = Client().post(RECOVER, {"identifier": loser.user.email}, headers={"host": host})

    assert response.status_code == 400
    assert not RecoveryRequest.objects.exists()


def test_link_never_leads_where_a_header_says(loser: Loser) -> None:
    headers = {"x-forwarded-host": "evil.example", "forwarded": "host=evil.example"}
    Client().post(RECOVER, {"identifier": loser.user.email}, headers=headers)
    actions.look_up(request=RecoveryRequest.objects.get(), now=NOW)
    send()

    (message,) = mail.outbox
    assert b"evil.example" not in message.message().as_bytes()


def test_looking_at_the_page_does_not_use_the_link_up(loser: Loser) -> None:
    recover(loser.user.email)
    secret = secret_of(loser)

    for _ in range(2):
        visitor = opened(secret)
        assert visitor.get(CHOOSE).status_code == 200
        visitor.head(CHOOSE)
        assert visitor.head(page_of(secret)).status_code == 303
    assert RecoveryLink.objects.get().used_at is None
    assert opened(secret).post(CHOOSE, {"password": PASSWORD}).status_code == 303


def test_address_of_the_mail_takes_no_post(loser: Loser) -> None:
    recover(loser.user.email)

    response = Client().post(page_of(secret_of(loser)), {"password": PASSWORD})

    assert response.status_code == 405
    assert RecoveryLink.objects.get().used_at is None


def test_secret_stands_in_no_address_but_that_of_the_mail(loser: Loser) -> None:
    recover(loser.user.email)
    secret = secret_of(loser)
    client = Client()

    moved = client.get(page_of(secret))
    page = client.get(CHOOSE)

    assert moved["Referrer-Policy"] == "no-referrer"
    for response in (moved, page):
        assert "no-store" in response["Cache-Control"]
        assert secret.encode() not in response.content
    cookie = moved.cookies["balie-link"]
    assert (cookie.value, cookie["httponly"], cookie["samesite"]) == (secret, True, "Lax")
    assert cookie["max-age"] == 3600
    assert re.findall(r'(?:src|href)="(?:https?:)?//', page.content.decode()) == []


def test_used_link_leaves_no_secret_in_the_browser(loser: Loser) -> None:
    recover(loser.user.email)
    visitor = opened(secret_of(loser))

    response = visitor.post(CHOOSE, {"password": PASSWORD})

    assert (response.cookies["balie-link"].value, response.cookies["balie-link"]["max-age"]) == (
        "",
        0,
    )


def test_links_that_do_not_open_look_alike(loser: Loser, frozen: FrozenClock) -> None:
    used, expired = Loser(), Loser()
    for one in (used, expired):
        recover(one.user.email)
    secrets = [secret_of(used), secret_of(expired), "0" * 64, "unknown"]
    actions.set_new_password(secret=secrets[0], password=PASSWORD, now=NOW)
    frozen.advance(timedelta(hours=1))

    pages = set()
    for secret in secrets:
        for page in (
            opened(secret).get(CHOOSE),
            opened(secret).post(CHOOSE, {"password": PASSWORD + "!"}),
        ):
            pages.add((page.status_code, without_tokens(page.content)))
    pages.add((200, without_tokens(Client().get(CHOOSE).content)))

    assert len(pages) == 1
    assert used.user.check_password(PASSWORD)


@pytest.mark.parametrize(
    "fields",
    [{"password": ""}, {"password[]": "x" * 20}, {"password": "kort"}, {"password": "x" * 10**6}],
    ids=["empty", "an array", "short", "a megabyte"],
)
def test_password_that_is_none_leaves_the_link_as_it_was(
    loser: Loser, fields: dict[str, str]
) -> None:
    recover(loser.user.email)

    response = opened(secret_of(loser)).post(CHOOSE, fields)

    assert response.status_code == 422
    assert RecoveryLink.objects.get().used_at is None
    assert not loser.user.has_usable_password()


def account_of(client: Client) -> User | None:
    user = get_user(SimpleNamespace(session=client.session))  # type: ignore[arg-type]
    return user if isinstance(user, User) else None


def test_new_password_ends_the_other_sessions(loser: Loser) -> None:
    customers.set_password(user=loser.user, password=PASSWORD, by=SYSTEM, now=NOW)
    phone, laptop, colleague = Client(), Client(), Client()
    other = Loser()
    for client, user in ((phone, loser.user), (laptop, loser.user), (colleague, other.user)):
        sign_in(client, user)
    assert account_of(phone) == account_of(laptop) == loser.user
    recover(loser.user.email)

    opened(secret_of(loser), laptop).post(CHOOSE, {"password": "een heel andere lange zin"})

    assert account_of(phone) is None
    assert account_of(laptop) == loser.user
    assert account_of(colleague) == other.user


def test_session_gets_a_new_key_by_the_link(loser: Loser) -> None:
    recover(loser.user.email)
    client = Client()
    sign_in(client, Loser().user)
    before = client.session.session_key

    opened(secret_of(loser), client).post(CHOOSE, {"password": PASSWORD})

    assert client.session.session_key != before
    assert account_of(client) == loser.user
