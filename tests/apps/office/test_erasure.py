"""Erased: nothing of a person is left in any table but where the law has us keep it."""

from datetime import timedelta

import pytest
from django.apps import apps
from django.db import connection

from balie.apps.billing.models import Invoice
from balie.apps.credentials import actions as credentials
from balie.apps.customers.models import Contact, Customer, CustomerContact
from balie.apps.mandates.models import Mandate
from balie.apps.office import queries
from balie.apps.office.privacy import erasure
from balie.apps.office.privacy.house import REGISTER
from balie.apps.services.models import Service
from balie.apps.tickets import actions as tickets
from balie.apps.tickets.models import Message
from balie.apps.tickets.queries import GivenFile
from balie.infra import audit, outbox
from balie.infra.audit import Actor
from balie.infra.models import AuditEvent
from tests.access.world import CANARY, _contact, _watched_customer
from tests.apps.building import NOW, new_customer, new_invoice, new_mandate
from tests.apps.tickets.mailing import mail, receive
from tests.faces.desk.building import asked, contact_of, new_employee

pytestmark = [pytest.mark.django_db, pytest.mark.postgres]

ADMIN = Actor("employee", 1, "Marit")
KEPT = {one.label for one in REGISTER if one.kept in {"seven_years", "trail"}}


def everywhere(word: str) -> set[str]:
    """The tables in which a word stands, in whatever form, index of the search included."""
    found = set()
    for model in apps.get_models():
        rows = model._base_manager.values_list(
            *[field.attname for field in model._meta.local_concrete_fields]
        )
        for row in rows:
            texts = [
                bytes(v).decode(errors="replace") if isinstance(v, bytes | memoryview) else str(v)
                for v in row
            ]
            if any(word in text.lower() for text in texts):
                found.add(model._meta.label)
    with connection.cursor() as cursor:
        cursor.execute("SELECT words FROM tickets_search")
        if any(word in str(row[0]).lower() for row in cursor.fetchall()):
            found.add("the search index")
    return found


def watched() -> tuple[Customer, Contact]:
    """A person who asked, mailed, paid and lost his login; everything of him is over."""
    customer = _watched_customer()
    contact = contact_of(customer)
    contact.phone = f"+31-{CANARY}"
    contact.save(update_fields=["phone"])
    question = asked(customer, subject=f"Vraag van {CANARY}")
    Message.objects.filter(ticket=question.ticket).update(body=f"Ik ben {CANARY}")
    first = Message.objects.earliest("pk")
    tickets.keep_files(
        message=first, files=[GivenFile(name=f"{CANARY}.txt", content=CANARY.encode())], now=NOW
    )
    mailed = receive(mail(sender=f"{CANARY} <owner@{CANARY}.example>", subject=CANARY), NOW)
    assert mailed.message is not None
    for ticket in (question.ticket, mailed.message.ticket):
        answer = tickets.answer(
            ticket=ticket, body=f"Beste {CANARY}", employee=new_employee(), now=NOW
        )
        tickets.say_satisfied(message=answer, is_happy=True, remark=f"Dank, {CANARY}", now=NOW)
    credentials.request_recovery(identifier=contact.user.email, language="nl", network="n", now=NOW)
    tickets.reindex()
    outbox.send_due(now=NOW)
    return customer, contact


@pytest.fixture
def person(db: None) -> tuple[Customer, Contact]:
    return watched()


def test_nothing_of_him_is_left_outside_the_books(person: tuple[Customer, Contact]) -> None:
    _, contact = person
    before = everywhere(CANARY)
    assert {"tickets.Message", "tickets.RawSource", "tickets.StoredFile", "customers.User"} < before
    assert {"customers.Customer", "tickets.Satisfaction", "the search index"} < before

    erasure.erase(contact=contact, by=ADMIN, now=NOW)

    assert everywhere(CANARY) <= KEPT


def test_every_invariant_still_holds(person: tuple[Customer, Contact]) -> None:
    erasure.erase(contact=person[1], by=ADMIN, now=NOW)

    broken = [result.violations for result in queries.verify(now=NOW) if not result.holds]
    assert broken == []


def test_books_and_proofs_stay_as_they_were() -> None:
    customer = _watched_customer()
    new_mandate(customer)
    new_invoice(customer)
    contact = contact_of(customer)
    Invoice.objects.update(open_cents=0)
    Service.objects.update(ended_on=NOW.date())

    stays = erasure.preview(contact, now=NOW).stays

    assert stays == {"invoices": 1, "debits": 0, "mandates": 1, "evidence": 1}
    addressee = Invoice.objects.get().addressee
    hindrances = erasure.preview(contact, now=NOW).hindrances
    if not hindrances:
        erasure.erase(contact=contact, by=ADMIN, now=NOW)
    assert hindrances == []
    assert Invoice.objects.get().addressee == addressee
    assert addressee["name"] == f"Bakkerij {CANARY}"
    assert Mandate.objects.get().iban == "NL39RABO0300065264"


@pytest.mark.parametrize(
    ("still", "hindrance"), [("question", "question"), ("service", "service"), ("money", "money")]
)
def test_what_still_runs_has_to_end_first(still: str, hindrance: str) -> None:
    customer = new_customer()
    contact = contact_of(customer)
    if still == "question":
        asked(customer)
    else:
        new_invoice(customer)
        if still == "money":
            Service.objects.update(ended_on=NOW.date())
        else:
            Invoice.objects.update(open_cents=0)

    with pytest.raises(erasure.UnableToErase) as refused:
        erasure.erase(contact=contact, by=ADMIN, now=NOW)

    assert refused.value.hindrances == [hindrance]
    contact.refresh_from_db()
    assert contact.name != "…"


def test_customer_with_another_contact_stays_who_he_is() -> None:
    customer = _watched_customer()
    colleague = _contact(customer, role="finance", name="Piet")

    erasure.erase(contact=colleague, by=ADMIN, now=NOW)

    customer.refresh_from_db()
    assert customer.name == f"Bakkerij {CANARY}"
    assert list(
        CustomerContact.objects.filter(customer=customer).values_list("role", flat=True)
    ) == ["owner"]


def test_erased_person_gets_in_by_no_door_and_is_erased_once() -> None:
    contact = contact_of(_watched_customer())
    email = contact.user.email

    erasure.erase(contact=contact, by=ADMIN, now=NOW)

    contact.user.refresh_from_db()
    assert (contact.user.is_active, contact.user.has_usable_password()) == (False, False)
    assert not type(contact.user).objects.filter(email=email).exists()
    with pytest.raises(erasure.UnableToErase, match="erased"):
        erasure.erase(contact=contact, by=ADMIN, now=NOW + timedelta(days=1))


def test_trail_says_who_erased_and_how_much_but_not_whom_by_name() -> None:
    contact = contact_of(_watched_customer())

    erasure.erase(contact=contact, by=ADMIN, now=NOW)

    event = AuditEvent.objects.get(event="contact.erased")
    assert (event.by_id, event.subject_id) == (1, contact.pk)
    assert CANARY not in str(event.data) + event.by_name


def test_trail_holds_no_name_of_a_contact() -> None:
    audit.record(event="x", by=Actor("contact", 5, CANARY), subject=("hold", 1), now=NOW)
    audit.record(event="x", by=ADMIN, subject=("hold", 1), now=NOW)

    assert list(AuditEvent.objects.filter(event="x").values_list("by_name", flat=True)) == [
        "",
        "Marit",
    ]
