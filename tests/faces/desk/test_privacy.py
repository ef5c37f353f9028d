"""The audit trail, privacy and erasing, for admins."""

from datetime import timedelta

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from balie.apps.office.privacy import retention
from balie.infra import audit
from balie.infra.audit import SYSTEM, Actor
from balie.infra.models import AuditEvent
from tests.apps.building import NOW, new_customer
from tests.faces.desk.building import asked, contact_of, new_employee, says, text_of
from tests.support.signing_in import sign_in

pytestmark = pytest.mark.django_db

TRAIL = "/balie/spoor/"


@pytest.fixture
def admin(client: Client, db: None) -> Client:
    """An employee who appoints, signed in."""
    return sign_in(client, new_employee("admin", name="Anneke").user)


def happened(count: int, *, by: Actor = SYSTEM, subject: tuple[str, int] = ("hold", 1)) -> None:
    for number in range(count):
        audit.record(
            event="hold.placed",
            by=by,
            subject=subject,
            now=NOW + timedelta(seconds=number),
            data={"teller": f"nr {number}"},
        )


def test_trail_of_a_customer_shows_what_was_done_by_and_to_his_people(admin: Client) -> None:
    customer, other = new_customer(), new_customer()
    contact = contact_of(customer)
    happened(1, subject=("customer", customer.pk))
    happened(1, by=Actor("contact", contact.pk, contact.name), subject=("mandate", 7))
    happened(1, subject=("user", contact.user_id))
    happened(1, subject=("customer", other.pk))

    by_number = text_of(admin.get(TRAIL, {"over": customer.number.lower()}))
    by_address = text_of(admin.get(TRAIL, {"over": contact.user.email.upper()}))

    for words in (by_number, by_address):
        assert f"user {contact.user_id}" in words
        assert "mandate 7" in words
        assert contact.name in words
    assert f"customer {customer.pk}" in by_number
    assert f"customer {other.pk} " not in by_number


def test_trail_of_an_employee(admin: Client) -> None:
    marit = new_employee(name="Marit")
    happened(1, by=Actor("employee", marit.pk, "Marit"), subject=("invoice", 41))
    happened(1, subject=("invoice", 42))

    words = text_of(admin.get(TRAIL, {"door": marit.pk}))

    assert "invoice 41" in words
    assert "invoice 42" not in words


def test_trail_of_nobody_we_know_is_empty(admin: Client) -> None:
    happened(1)

    assert "Niets gevonden" in text_of(admin.get(TRAIL, {"over": "K99999"}))


def test_trail_is_walked_by_key(admin: Client) -> None:
    happened(60)

    first = text_of(admin.get(TRAIL, {"over": ""}))
    fifty = AuditEvent.objects.order_by("-pk")[49]
    second = text_of(admin.get(TRAIL, {"voor": fifty.pk}))

    assert "nr 59" in first
    assert "nr 9 " not in first
    assert "nr 9 " in second
    assert "nr 59" not in second


@pytest.mark.parametrize("odd", ["x", "-1", "9" * 30, "²"])
def test_mark_that_is_none_of_ours_is_no_error(admin: Client, odd: str) -> None:
    assert admin.get(TRAIL, {"voor": odd, "door": odd}).status_code == 200


@pytest.mark.parametrize("count", [1, 30])
def test_trail_takes_as_many_queries_for_one_row_as_for_thirty(
    admin: Client, count: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    customer = new_customer()
    contact = contact_of(customer)
    happened(count, by=Actor("contact", contact.pk, ""), subject=("customer", customer.pk))
    admin.get(TRAIL)

    with django_assert_num_queries(12):
        admin.get(TRAIL, {"over": customer.number})


def test_nights_are_shown_with_what_they_let_go(admin: Client) -> None:
    retention.nightly(now=NOW)
    row = retention.last_nights(count=1)[0]
    row.receipt = {**row.receipt, "tickets": 12}
    row.save()

    words = text_of(admin.get("/balie/privacy/"))

    assert "12 vragen" in words
    assert "36 maanden" in words


def test_person_is_erased_after_a_look(admin: Client) -> None:
    contact = contact_of(new_customer())
    address = f"/balie/privacy/wissen/{contact.pk}/"

    look = text_of(admin.get(address))
    contact.refresh_from_db()
    assert contact.name in look
    assert contact.name != "…"
    done = admin.post(address)

    contact.refresh_from_db()
    assert contact.name == "…"
    assert says(done) == ["Gewist. Wat wij volgens de wet moeten bewaren, is er nog."]


def test_person_who_waits_for_an_answer_is_not_erased(admin: Client) -> None:
    customer = new_customer()
    contact = contact_of(customer)
    asked(customer)

    page = text_of(admin.post(f"/balie/privacy/wissen/{contact.pk}/"))

    contact.refresh_from_db()
    assert contact.name != "…"
    assert "Er staat nog een vraag open: beantwoord die eerst." in page
