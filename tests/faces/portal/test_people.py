"""Who may sign in for a customer: the owner's page, and nobody else's."""

from datetime import timedelta

import pytest
from allauth.mfa.models import Authenticator
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from balie.apps.customers import access, invitations
from balie.apps.customers.models import Contact, Customer, CustomerContact, Invitation, User
from balie.infra import clock
from tests.apps.building import NOW, new_contact, new_customer
from tests.faces.account.walking_in import add_app
from tests.faces.desk.building import new_employee
from tests.faces.portal.building import owner_of, signed_in, text_of
from tests.support.signing_in import sign_in

pytestmark = pytest.mark.django_db
PAGE = "/klant/toegang/"
ELS = {"name": "Els", "email": "els@klant.example", "role": "finance"}


def role_of(contact: Contact, customer: Customer) -> str:
    return CustomerContact.objects.get(contact=contact, customer=customer).role


def secret() -> str:
    return invitations.secret_of(Invitation.objects.latest("pk").nonce)


def test_owner_invites_somebody_who_accepts(alice: Client, bakery: Customer) -> None:
    response = alice.post(PAGE, ELS)

    assert response["Location"] == PAGE
    assert not User.objects.filter(email="els@klant.example").exists()
    assert "Uitgenodigd, nog niet aangenomen" in text_of(alice.get(PAGE))
    visitor, link = Client(), f"/klant/uitnodiging/{secret()}/"
    assert "Uitnodiging aannemen" in text_of(visitor.get(link))
    assert not User.objects.filter(email="els@klant.example").exists()
    assert visitor.post(link)["Location"] == "/inloggen/"
    els = Contact.objects.get(user__email="els@klant.example")
    assert role_of(els, bakery) == "finance"
    assert "els@klant.example nog niet" in text_of(alice.get(PAGE))
    assert (visitor.get(link).status_code, visitor.post(link).status_code) == (404, 404)


def test_page_shows_only_what_was_typed_of_who_did_not_accept(alice: Client) -> None:
    stranger = owner_of(new_customer())
    alice.post(PAGE, ELS | {"email": stranger.user.email})

    page = text_of(alice.get(PAGE))

    assert f"Els {stranger.user.email}" in page
    assert stranger.name not in page


def test_account_of_the_address_accepts_and_nobody_else(
    alice: Client, charlie: Client, bakery: Customer
) -> None:
    stranger = owner_of(new_customer())
    alice.post(PAGE, ELS | {"email": stranger.user.email})
    link = f"/klant/uitnodiging/{secret()}/"

    for other in (Client(), charlie, alice):
        assert "Log daar eerst mee in" in text_of(other.post(link))
    assert not bakery.contacts.filter(pk=stranger.pk).exists()
    assert signed_in(stranger).post(link)["Location"] == "/klant/"
    assert role_of(stranger, bakery) == "finance"


def test_session_from_a_panel_accepts_nothing(alice: Client, bakery: Customer) -> None:
    stranger = owner_of(new_customer())
    alice.post(PAGE, ELS | {"email": stranger.user.email})
    his = signed_in(stranger)
    session = his.session
    session[access.SIGNED_IN_BY] = access.FROM_PANEL
    session.save()

    his.post(f"/klant/uitnodiging/{secret()}/")

    assert not bakery.contacts.filter(pk=stranger.pk).exists()


def test_owner_withdraws_his_own_invitation_alone(alice: Client, charlie: Client) -> None:
    alice.post(PAGE, ELS)
    made = Invitation.objects.get()
    path = f"{PAGE}uitnodiging/{made.pk}/intrekken/"

    assert charlie.post(path).status_code == 404
    alice.post(path)
    made.refresh_from_db()
    assert made.withdrawn_at is not None


@pytest.mark.parametrize(("days", "is_made"), [(0, False), (400, True)])
def test_owner_is_made_with_a_second_step_he_has_had_for_a_while(
    bakery: Customer,
    days: int,
    is_made: bool,  # noqa: FBT001 - given by the parameters
) -> None:
    owner = owner_of(bakery)
    add_app(owner.user)
    at = clock.machine() - timedelta(days=days)
    Authenticator.objects.filter(user=owner.user).update(created_at=at)
    his = sign_in(Client(), owner.user, strongly=True)

    page = text_of(his.post(PAGE, ELS | {"role": "owner"}, follow=True))

    assert ("alleen met een tweede stap" not in page) == is_made
    assert Invitation.objects.exists() == is_made


def test_second_owner_stays_without_a_second_step(alice: Client, bakery: Customer) -> None:
    other = new_contact(bakery)
    given = CustomerContact.objects.get(contact=other)
    for act in ("rol", "weg"):
        page = alice.post(f"{PAGE}{given.pk}/{act}/", {"role": "technical"}, follow=True)
        assert "alleen met een tweede stap" in text_of(page)
    assert role_of(other, bakery) == "owner"


def test_sessions_of_who_is_removed_go_on_for_his_other_customers(
    alice: Client, bakery: Customer
) -> None:
    contact = owner_of(new_customer())
    his = signed_in(contact)
    given = CustomerContact.objects.create(
        customer=bakery, contact=contact, role="technical", since_at=NOW
    )

    alice.post(f"{PAGE}{given.pk}/weg/")

    assert not CustomerContact.objects.filter(pk=given.pk).exists()
    assert his.get("/klant/").status_code == 200


def test_others_do_not_find_the_page(bob: Client, agent: Client) -> None:
    assert [one.get(PAGE).status_code for one in (bob, agent)] == [404, 404]
    assert [one.post(PAGE, ELS).status_code for one in (bob, agent)] == [404, 404]


def test_owner_changes_a_role_and_takes_access_away(
    alice: Client, bakery: Customer, bob_himself: Contact
) -> None:
    given = CustomerContact.objects.get(customer=bakery, contact=bob_himself)
    alice.post(f"{PAGE}{given.pk}/rol/", {"role": "finance"})
    assert role_of(bob_himself, bakery) == "finance"

    alice.post(f"{PAGE}{given.pk}/weg/")
    assert not CustomerContact.objects.filter(pk=given.pk).exists()


def test_last_owner_is_told_that_he_stays(alice: Client, bakery: Customer) -> None:
    given = CustomerContact.objects.get(customer=bakery, contact=owner_of(bakery))

    page = alice.post(f"{PAGE}{given.pk}/rol/", {"role": "technical"}, follow=True)

    assert "Er moet een eigenaar zijn" in text_of(page)
    assert role_of(owner_of(bakery), bakery) == "owner"


@pytest.mark.parametrize("act", ["rol", "weg"])
def test_contact_of_another_customer_is_not_there(
    charlie: Client, bakery: Customer, bob_himself: Contact, act: str
) -> None:
    given = CustomerContact.objects.get(customer=bakery, contact=bob_himself)

    response = charlie.post(f"{PAGE}{given.pk}/{act}/", {"role": "owner"})

    assert response.status_code == 404
    assert role_of(bob_himself, bakery) == "technical"


def test_change_asks_for_signing_in_anew_after_a_while(alice: Client) -> None:
    session = alice.session
    session[access.SIGNED_IN_AT] -= access.FRESH_FOR.total_seconds() + 1
    session.save()

    response = alice.post(PAGE, ELS)

    assert response["Location"] == f"/inloggen/?next={PAGE}"
    assert not Invitation.objects.exists()


@pytest.mark.parametrize("wrong", [{"role": "admin"}, {"email": "els"}, {"name": ""}])
def test_what_is_no_person_or_role_is_refused(alice: Client, wrong: dict[str, str]) -> None:
    assert alice.post(PAGE, ELS | wrong).status_code == 422


def test_every_address_is_answered_alike_but_this_customers_own(
    alice: Client, bob_himself: Contact
) -> None:
    stranger = owner_of(new_customer())
    for email in (new_employee("agent").user.email, stranger.user.email, "nieuw@klant.example"):
        page = alice.post(PAGE, ELS | {"email": email}, follow=True)
        assert (page.status_code, "onderweg" in text_of(page)) == (200, True)

    own = alice.post(PAGE, ELS | {"email": bob_himself.user.email})

    assert own.status_code == 422
    assert "Dit adres heeft al toegang" in text_of(own)


def test_thirty_people_cost_as_many_queries_as_one(alice: Client, bakery: Customer) -> None:
    counts = []
    for more in (0, 29):
        for _ in range(more):
            new_contact(bakery, role="technical")
        with CaptureQueriesContext(connection) as seen:
            assert alice.get(PAGE).status_code == 200
        counts.append(len(seen))

    assert counts[0] == counts[1]
