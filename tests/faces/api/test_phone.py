"""The webhook of an exchange: signed, fresh, bounded; and it tells nobody who is not signed."""

import json
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from pytest_django import Settings

from balie.apps.customers.models import Contact
from balie.apps.tickets import actions, queries
from balie.apps.tickets.models import Call, CallEvent, RawSource, Ticket
from balie.formats.phone_events import sign
from balie.infra import clock
from tests.apps.building import NOW, new_contact, new_customer

pytestmark = pytest.mark.django_db

SECRET, NEXT = "s" * 40, "n" * 40
NUMBER = "+31507009920"


@pytest.fixture(autouse=True)
def _secrets(settings: Settings) -> None:
    settings.BALIE_TEL_SECRETS = {"voys": (SECRET, NEXT), "kantoor": ("k" * 40,)}


def body(event: str = "started", *, at: datetime = NOW, **changed: Any) -> dict[str, Any]:
    plain = {
        "version": 1,
        "event": event,
        "call_id": "c1",
        "at": at.isoformat(),
        "direction": "in",
        "from": NUMBER,
        "to": "+31580123456",
    }
    return plain | changed


def post(
    told: dict[str, Any] | bytes,
    *,
    source: str = "voys",
    secret: str = SECRET,
    at: datetime = NOW,
    signature: str | None = None,
) -> tuple[int, Any]:
    """Send a report as an exchange does; return the status and what was answered."""
    raw = told if isinstance(told, bytes) else json.dumps(told).encode()
    signed_at = "" if isinstance(told, bytes) else str(told.get("at"))
    made = sign(secret=secret, at=signed_at, body=raw) if signature is None else signature
    with clock.frozen(at):
        # As the exchange: without a cookie, and with the checks of a real site.
        response = Client(enforce_csrf_checks=True).post(
            f"/tel/{source}/",
            data=raw,
            content_type="application/json",
            headers={"X-Balie-Signature": made},
        )
    return response.status_code, response.json()


def on_file(phone: str) -> Contact:
    contact = new_contact(new_customer(name="Bakkerij Kanarie", with_contact=False))
    contact.phone = phone
    contact.save()
    return contact


def test_report_is_kept_and_answered_at_once() -> None:
    status, told = post(body())

    call = Call.objects.get()
    assert (status, told) == (202, {"call": str(call.pk), "customer": None, "action": "accept"})
    assert (call.source, call.call_id, call.number) == ("voys", "c1", NUMBER)


@pytest.mark.parametrize("phone", ["050 - 700 99 20", "+31 (0)50 7009920", "0031507009920"])
def test_one_customer_with_the_number_is_named_with_his_card(phone: str) -> None:
    number = on_file(phone).customers.get().number

    _, told = post(body())

    address = f"http://127.0.0.1:8000/balie/klanten/{number}/"
    assert told["customer"] == {"name": "Bakkerij Kanarie", "url": address}


def test_number_of_two_customers_names_nobody() -> None:
    on_file("050-7009920")
    on_file("0507009920")

    assert post(body())[1]["customer"] is None
    assert len(queries.possible_callers([NUMBER])[NUMBER]) == 2


@pytest.mark.parametrize(
    ("changed", "status"),
    [
        ({"secret": "x" * 40}, 401),
        ({"secret": "k" * 40}, 401),
        ({"signature": ""}, 401),
        ({"signature": "sha256=" + "0" * 64}, 401),
        ({"source": "onbekend"}, 404),
        ({"source": "kantoor"}, 401),
        ({"secret": NEXT}, 202),
        ({"at": NOW + timedelta(minutes=5)}, 202),
        ({"at": NOW + timedelta(minutes=5, seconds=1)}, 401),
        ({"at": NOW - timedelta(minutes=5, seconds=1)}, 401),
    ],
)
def test_report_without_a_fresh_signature_of_its_source_is_refused(
    changed: dict[str, Any], status: int
) -> None:
    on_file("050-7009920")

    answered, told = post(body(), **changed)

    assert answered == status
    assert Call.objects.count() == (status == 202)
    assert ("Kanarie" in json.dumps(told)) == (status == 202)


@pytest.mark.parametrize(
    ("raw", "status"),
    [(b"{", 400), (b"[" * 9000, 400), (b"x" * 16_384, 400), (b"x" * 16_385, 413)],
)
def test_body_that_is_none_of_the_contract_is_refused(raw: bytes, status: int) -> None:
    assert post(raw)[0] == status
    assert Call.objects.count() == 0


def test_moment_from_the_edge_of_time_is_refused() -> None:
    told = body() | {"at": "0001-01-01T00:00:00+23:59"}

    assert post(told)[0] == 401


def test_address_takes_posts_only(client: Client) -> None:
    assert client.get("/tel/voys/").status_code == 405


def test_same_report_twice_changes_nothing() -> None:
    first = post(body())

    assert post(body(), at=NOW + timedelta(minutes=4)) == first
    assert (Call.objects.count(), CallEvent.objects.count()) == (1, 1)


def test_same_call_id_of_another_source_is_another_call() -> None:
    post(body())
    post(body(), source="kantoor", secret="k" * 40)

    assert Call.objects.count() == 2


def test_number_authorises_nothing_the_ticket_is_of_nobody() -> None:
    contact = on_file("050-7009920")
    post(body())
    post(
        body("ended", at=NOW + timedelta(seconds=20), outcome="missed"),
        at=NOW + timedelta(minutes=1),
    )

    actions.settle_calls(now=NOW + timedelta(minutes=3))

    ticket = Ticket.objects.get()
    assert (ticket.customer, ticket.contact, ticket.asker_confirmed) == (None, None, False)
    assert contact.name not in ticket.asker_name
    assert NUMBER.encode() not in bytes(RawSource.objects.get().content)


def test_day_of_calls_costs_the_same_few_reads_each(django_assert_max_num_queries: Any) -> None:
    on_file("050-7009920")
    post(body())

    with django_assert_max_num_queries(16):
        post(body("menu", choice="2"))
