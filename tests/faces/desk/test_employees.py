"""The page of an admin about who works here, and what the card says of a customer's people."""

from datetime import timedelta

import pytest
from django.core import mail
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from pytest_django import Settings

from balie.apps.credentials.models import RecoveryRequest
from balie.apps.customers import access
from balie.apps.customers import actions as customers
from balie.apps.customers.models import Employee
from balie.infra import jobs, outbox
from balie.infra.audit import SYSTEM
from balie.infra.models import OutboxRow
from tests.apps.building import NOW, new_contact, new_customer
from tests.apps.credentials.recovering import text_of as letter_text
from tests.faces.account.walking_in import add_app
from tests.faces.desk.building import contact_of, new_employee, text_of
from tests.support.signing_in import sign_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def admin(client: Client) -> Client:
    return sign_in(client, new_employee("admin", name="Sanne").user)


def test_page_is_there_for_an_admin_alone(agent: Client, finance: Client) -> None:
    for one in (agent, finance):
        assert one.get("/balie/medewerkers/").status_code == 404


def test_admin_appoints_and_gives_another_role(admin: Client) -> None:
    given = {"name": "Joris", "email": "joris@delinde.example", "role": "agent"}
    admin.post("/balie/medewerkers/aanstellen/", given)
    joris = Employee.objects.get(name="Joris")

    admin.post(f"/balie/medewerkers/{joris.pk}/rol/", {"role": "finance"})

    page = text_of(admin.get("/balie/medewerkers/"))
    assert "Joris joris@delinde.example nog niet geen" in page
    assert Employee.objects.get(pk=joris.pk).role == "finance"


@pytest.mark.parametrize("extra", [{"role": "owner"}, {"email": "x@y@z"}, {"is_active": "0"}])
def test_what_is_not_asked_for_changes_nothing(admin: Client, extra: dict[str, str]) -> None:
    given = {"name": "Joris", "email": "joris@delinde.example", "role": "agent"} | extra
    response = admin.post("/balie/medewerkers/aanstellen/", given)

    if response.status_code == 302:
        assert Employee.objects.get(name="Joris").user.is_active
    else:
        assert response.status_code == 422


def test_employee_has_a_login_mailed_and_sees_what_became_of_it(agent: Client) -> None:
    customer = new_customer(with_contact=False)
    contact = new_contact(customer)
    role = contact.roles.get()
    card = f"/balie/klanten/{customer.number}/"

    said = text_of(agent.post(f"{card}inloggegevens/{role.pk}/", follow=True))
    jobs.run_pending(now=NOW)
    before = text_of(agent.get(card))
    outbox.send_due(now=NOW)
    after = text_of(agent.get(card))

    assert "worden gemaild naar het bekende adres" in said
    assert "de verloren inloggegevens" in before
    assert "wacht op verzending" in before
    assert "aangenomen door zijn mailserver" in after
    (letter,) = mail.outbox
    assert letter.to == [contact.user.email]
    stranger = new_contact(new_customer(with_contact=False)).roles.get()
    assert agent.post(f"{card}inloggegevens/{stranger.pk}/").status_code == 404


def test_no_login_is_mailed_while_logins_are_held(agent: Client) -> None:
    customer = new_customer(with_contact=False)
    role = new_contact(customer).roles.get()
    customers.place_hold(
        customer=customer,
        blocks="credentials",
        reason="x",
        until_at=NOW + timedelta(hours=1),
        by=SYSTEM,
        now=NOW,
    )

    said = text_of(
        agent.post(f"/balie/klanten/{customer.number}/inloggegevens/{role.pk}/", follow=True)
    )

    assert "geblokkeerd" in said
    assert not RecoveryRequest.objects.exists()


def test_closed_account_is_out_at_once(admin: Client) -> None:
    joris = new_employee("agent", name="Joris")
    his = sign_in(Client(), joris.user)
    assert his.get("/balie/").status_code == 200

    admin.post(f"/balie/medewerkers/{joris.pk}/sluiten/")

    assert his.get("/balie/").status_code == 302
    admin.post(f"/balie/medewerkers/{joris.pk}/openen/")
    assert Employee.objects.get(pk=joris.pk).user.is_active


@pytest.mark.parametrize("act", ["aanstellen", "rol", "sluiten", "openen"])
def test_change_asks_for_signing_in_anew_after_a_while(admin: Client, act: str) -> None:
    joris = new_employee("agent", name="Joris")
    session = admin.session
    session[access.SIGNED_IN_AT] -= access.FRESH_FOR.total_seconds() + 1
    session.save()
    given = {"name": "Mal", "email": "mal@delinde.example", "role": "admin"}
    path = act if act == "aanstellen" else f"{joris.pk}/{act}"

    response = admin.post(f"/balie/medewerkers/{path}/", given)

    assert response["Location"] == "/inloggen/?next=/balie/medewerkers/"
    found = Employee.objects.get(pk=joris.pk)
    assert (found.role, found.user.is_active) == ("agent", True)
    assert not Employee.objects.filter(name="Mal").exists()
    assert not OutboxRow.objects.exists()


@pytest.mark.parametrize("language", ["nl", "en"])
def test_admins_and_the_employee_are_mailed_without_his_typed_name(
    admin: Client, settings: Settings, language: str
) -> None:
    settings.BALIE_DEMO = True
    Employee.objects.update(language=language)
    given = {"name": "Typed Name", "email": "joris@delinde.example", "role": "agent"}

    admin.post("/balie/medewerkers/aanstellen/", given)
    outbox.send_due(now=NOW + timedelta(days=1))

    addresses = sorted(letter.to[0] for letter in mail.outbox)
    sanne = Employee.objects.get(name="Sanne").user.email
    assert addresses == sorted([sanne, "joris@delinde.example"])
    assert all("joris@delinde.example: " in letter_text(letter) for letter in mail.outbox)
    assert all("Typed Name" not in letter_text(letter) for letter in mail.outbox)


def test_last_admin_is_told_that_he_stays(admin: Client) -> None:
    sanne = Employee.objects.get(name="Sanne")
    response = admin.post(f"/balie/medewerkers/{sanne.pk}/rol/", {"role": "agent"}, follow=True)

    assert "De balie houdt een beheerder" in text_of(response)


def test_list_of_thirty_costs_as_many_queries_as_of_one(admin: Client) -> None:
    counts = []
    for more in (0, 29):
        for _ in range(more):
            add_app(new_employee("agent").user)
        with CaptureQueriesContext(connection) as seen:
            assert admin.get("/balie/medewerkers/").status_code == 200
        counts.append(len(seen))

    assert counts[0] == counts[1]


def test_card_says_who_may_sign_in_and_with_what(agent: Client) -> None:
    customer = new_customer()
    add_app(contact_of(customer).user)
    new_contact(customer, role="technical")

    page = text_of(agent.get(f"/balie/klanten/{customer.number}/"))

    assert "nooit ingelogd; tweede stap: app" in page
    assert "nooit ingelogd; tweede stap: geen" in page


def test_card_of_thirty_contacts_costs_as_many_queries_as_of_one(agent: Client) -> None:
    customer = new_customer()
    counts = []
    for more in (0, 29):
        for _ in range(more):
            new_contact(customer, role="technical")
        with CaptureQueriesContext(connection) as seen:
            assert agent.get(f"/balie/klanten/{customer.number}/").status_code == 200
        counts.append(len(seen))

    assert counts[0] == counts[1]
