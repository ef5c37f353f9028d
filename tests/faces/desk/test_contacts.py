"""Who an employee lets in: the first contact at once, whoever comes next by an invitation alone.

A helpful employee who adds an address to a customer is how a company of this trade was taken over.
"""

import re
from datetime import timedelta
from pathlib import Path

import pytest
from allauth.mfa.models import Authenticator
from django.test import Client
from django.urls import reverse

import balie
from balie.apps.customers import access, actions, invitations, queries
from balie.apps.customers.models import Customer, CustomerContact, Invitation, User
from balie.infra import clock
from balie.infra.audit import SYSTEM
from balie.infra.models import AuditEvent, OutboxRow
from tests.apps.building import NOW, new_contact, new_customer
from tests.faces.desk.building import contact_of, new_employee, text_of
from tests.support.signing_in import sign_in

pytestmark = pytest.mark.django_db
ELS = "els@klant.example"


def ask(client: Client, customer: Customer, email: str = ELS, role: str = "finance") -> str:
    values = {"contact_name": "Els", "email": email, "phone": "", "role": role}
    path = reverse("desk:new_contact", args=[customer.number])
    return text_of(client.post(path, values, follow=True))


def with_old_factor(user: User) -> User:
    made = Authenticator.objects.create(user=user, type="totp", data={})
    Authenticator.objects.filter(pk=made.pk).update(created_at=clock.machine() - timedelta(days=90))
    return user


@pytest.mark.parametrize("email", [ELS, "known"])
def test_second_contact_is_invited_and_nobody_yet(agent: Client, email: str) -> None:
    customer, known = new_customer(), new_contact(new_customer())
    owner = contact_of(customer)
    email = known.user.email if email == "known" else email

    said = ask(agent, customer, email)

    assert "De uitnodiging is onderweg" in said
    assert [one.contact for one in customer.roles.all()] == [owner]
    assert Invitation.objects.get().email == email
    assert {row.kind for row in OutboxRow.objects.all()} == {"contact-invited", "access-changed"}
    assert OutboxRow.objects.get(kind="access-changed").recipient_id == owner.user_id
    assert AuditEvent.objects.filter(event="invitation.made", by_kind="employee").count() == 1


@pytest.mark.parametrize("is_old", [False, True])
def test_employee_makes_no_owner_beside_an_owner(client: Client, *, is_old: bool) -> None:
    customer, user = new_customer(), new_employee("admin").user
    sign_in(client, with_old_factor(user) if is_old else user)

    ask(client, customer, role="owner")

    assert not Invitation.objects.exists()
    with pytest.raises((invitations.OwnerDecides, invitations.NeedsOldFactor)):
        invitations.invite(
            customer=customer,
            name="Els",
            email=ELS,
            role="owner",
            is_proven=is_old,
            by=queries.actor_of(user),
            now=NOW,
        )


@pytest.mark.parametrize("is_old", [False, True])
def test_where_no_owner_is_left_an_old_factor_offers_it(client: Client, *, is_old: bool) -> None:
    customer, user = new_customer(with_contact=False), new_employee("agent").user
    new_contact(customer, role="finance")
    sign_in(client, with_old_factor(user) if is_old else user)

    said = ask(client, customer, role="owner")

    assert Invitation.objects.filter(role="owner").count() == int(is_old)
    assert ("Uw eigen tweede stap is te nieuw" in said) == (not is_old)


def test_first_contact_is_owner_at_once(agent: Client) -> None:
    customer = new_customer(with_contact=False)

    said = ask(agent, customer, role="technical")

    assert ELS in said
    given = CustomerContact.objects.get(customer=customer)
    assert (given.contact.user.email, given.role) == (ELS, "owner")
    assert not Invitation.objects.exists()


def test_who_has_access_and_too_many_are_told(agent: Client) -> None:
    customer = new_customer()

    assert "al contactpersoon" in ask(agent, customer, contact_of(customer).user.email.upper())
    for number in range(invitations.MOST_OPEN):
        ask(agent, customer, f"els{number}@klant.example")
    assert "Dat zijn veel uitnodigingen" in ask(agent, customer)


def test_stale_session_signs_in_again_first(agent: Client) -> None:
    session = agent.session
    session[access.SIGNED_IN_AT] -= 16 * 60
    session.save()
    customer = new_customer()

    path = reverse("desk:new_contact", args=[customer.number])
    response = agent.post(path, {"contact_name": "Els", "email": ELS, "role": "finance"})

    assert response["Location"] == f"/inloggen/?next={path}"
    assert not Invitation.objects.exists()


def test_card_shows_what_is_offered_and_takes_it_back(agent: Client) -> None:
    customer = new_customer()
    ask(agent, customer)
    made, card = Invitation.objects.get(), reverse("desk:customer", args=[customer.number])
    elsewhere = reverse("desk:withdraw_invitation", args=[new_customer().number, made.pk])

    assert ELS in text_of(agent.get(card))
    assert agent.post(elsewhere).status_code == 404
    agent.post(reverse("desk:withdraw_invitation", args=[customer.number, made.pk]))

    assert ELS not in text_of(agent.get(card))
    assert invitations.usable(secret=invitations.secret_of(made.nonce), now=NOW) is None


def test_every_other_way_to_a_contact_makes_a_first_one() -> None:
    """Who calls `register_contact` lets somebody in unasked: read it before you add a line here."""
    root = Path(balie.__file__).parent
    callers = {
        str(path.relative_to(root))
        for path in root.rglob("*.py")
        if re.search(r"\bregister_contact\(", path.read_text(encoding="utf-8"))
    }

    assert callers == {
        "apps/customers/actions.py",
        "apps/customers/invitations.py",
        "simulator/people.py",
    }


def test_first_contact_is_refused_where_somebody_is() -> None:
    with pytest.raises(actions.HasContact):
        actions.register_first_contact(
            customer=new_customer(), name="Els", email=ELS, by=SYSTEM, now=NOW
        )
