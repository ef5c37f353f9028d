"""Customers and people: who is registered, who is looking, who gets the mail, what is held."""

from datetime import timedelta

import pytest
from django.contrib.auth.hashers import MD5PasswordHasher
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.test import RequestFactory
from pytest_django import Settings

from balie.apps.customers import access, actions, queries
from balie.apps.customers.models import Contact, Customer, CustomerContact, Employee, Hold, User
from balie.infra.audit import SYSTEM
from balie.infra.models import AuditEvent
from tests.apps.building import NOW, new_contact, new_customer

pytestmark = pytest.mark.django_db

PASSWORD = "paard batterij nietje juist"


def register_contact(customer: Customer, email: str, *, role: str = "owner") -> Contact:
    return actions.register_contact(
        customer=customer, name="Jan", email=email, role=role, by=SYSTEM, now=NOW
    )


def register_employee(email: str = "ans@delinde.example", **more: str) -> Employee:
    return actions.register_employee(
        name="Ans", email=email, role="agent", by=SYSTEM, now=NOW, **more
    )


def test_customers_are_numbered_from_the_first() -> None:
    numbers = [new_customer().number for _ in range(2)]

    assert numbers == ["K10001", "K10002"]


def test_contact_has_no_password_until_he_sets_one() -> None:
    contact = new_contact(new_customer())

    assert not contact.user.has_usable_password()


def test_same_address_is_the_same_person_for_two_customers() -> None:
    one, other = new_customer(with_contact=False), new_customer(with_contact=False)

    first = register_contact(one, "jan@klant.example")
    second = register_contact(other, "JAN@klant.example", role="finance")

    assert first == second
    assert list(queries.customers_of_contact(first.pk)) == [one, other]


def test_address_of_an_employee_is_no_contacts() -> None:
    register_employee("ans@delinde.example")

    with pytest.raises(actions.UnableToRegister, match="employee"):
        register_contact(new_customer(), "ans@delinde.example")


def test_employee_needs_an_address_of_his_own() -> None:
    register_employee("ans@delinde.example")

    with pytest.raises(actions.UnableToRegister, match="already"):
        register_employee("Ans@delinde.example")


def test_password_is_set_and_noted_without_itself() -> None:
    employee = register_employee(password=PASSWORD)

    assert employee.user.check_password(PASSWORD)
    noted = AuditEvent.objects.get(event="password.set")
    assert PASSWORD not in str(noted.data)


def test_weak_password_is_refused_whole() -> None:
    with pytest.raises(ValidationError):
        register_employee(password="kort")

    assert not Employee.objects.exists()


def test_contact_looks_at_his_own_customer() -> None:
    customer = new_customer(with_contact=False)
    contact = new_contact(customer, role="finance")

    viewer = queries.viewer_of(contact.user)

    assert viewer is not None
    assert (viewer.kind, viewer.role, viewer.customer_id) == ("contact", "finance", customer.pk)
    assert viewer.sees_money
    assert queries.customer_for(viewer=viewer) == customer


def test_contact_does_not_get_a_strangers_customer() -> None:
    contact, stranger = new_contact(new_customer()), new_customer()
    viewer = queries.viewer_of(contact.user)

    assert viewer is not None
    assert queries.viewer_of(contact.user, customer_id=stranger.pk) is None
    with pytest.raises(Customer.DoesNotExist):
        queries.customer_for(viewer=viewer, number=stranger.number)


def test_employee_looks_at_every_customer() -> None:
    customer = new_customer()
    viewer = queries.viewer_of(register_employee().user)

    assert viewer is not None
    assert viewer.customer_id is None
    assert queries.customer_for(viewer=viewer, number=customer.number) == customer


def test_user_who_is_neither_is_nobody() -> None:
    user = User.objects.create(email="x@y.example", email_changed_at=NOW, created_at=NOW)

    assert queries.viewer_of(user) is None


@pytest.mark.parametrize(
    ("purpose", "roles", "expected"),
    [
        ("finance", ["owner", "finance"], "finance"),
        ("finance", ["owner", "technical"], "owner"),
        ("owner", ["finance", "owner"], "owner"),
        ("owner", ["technical"], "technical"),
    ],
)
def test_mail_goes_to_whom_it_concerns(purpose: str, roles: list[str], expected: str) -> None:
    customer = new_customer(with_contact=False)
    for role in roles:
        new_contact(customer, role=role)

    contact = queries.contact_for_mail(customer, purpose=purpose)

    assert contact is not None
    assert contact.roles.get().role == expected


def test_customer_without_contacts_has_nobody_to_mail() -> None:
    assert queries.contact_for_mail(new_customer(with_contact=False)) is None


def test_accounts_are_found_by_address_or_number() -> None:
    customer = new_customer(with_contact=False)
    contact = register_contact(customer, "Jan@klant.example")

    for identifier in ("jan@klant.example", customer.number, customer.number.lower(), "10001"):
        assert queries.find_accounts(identifier) == [contact.user]
    for identifier in ("piet@klant.example", "K99999", "", "jan"):
        assert queries.find_accounts(identifier) == []


@pytest.mark.parametrize("contacts", [0, 1, 3])
@pytest.mark.parametrize("typed", ["jan0@klant.example", "10001"])
def test_sign_in_costs_one_hash_whoever_is_meant(
    contacts: int, typed: str, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    customer = new_customer(with_contact=False)
    for index in range(contacts):
        user = register_contact(customer, f"jan{index}@klant.example").user
        user.set_password(PASSWORD)
        user.save()
    hashed: list[str] = []

    def encode(self: MD5PasswordHasher, password: str, salt: str) -> str:
        hashed.append(password)
        return f"md5${salt}$0"

    monkeypatch.setattr(MD5PasswordHasher, "encode", encode)

    found = access.check_password(
        RequestFactory().post("/"), identifier=typed, password="onjuist", now=NOW
    )

    assert (found, hashed) == (None, ["onjuist"])


def test_number_of_one_account_signs_in_and_of_several_does_not() -> None:
    customer = new_customer(with_contact=False)
    user = register_contact(customer, "jan@klant.example").user
    user.set_password(PASSWORD)
    user.save()
    request = RequestFactory().post("/")
    typed = {"identifier": customer.number, "password": PASSWORD}

    assert access.check_password(request, **typed, now=NOW) == user
    register_contact(customer, "piet@klant.example")
    assert access.check_password(request, **typed, now=NOW) is None


def test_look_alike_of_an_address_is_nobody() -> None:
    register_contact(new_customer(), "mike@klant.example")

    assert queries.find_accounts("mıke@klant.example") == []


def test_hold_stands_until_its_moment_or_until_lifted() -> None:
    customer = new_customer()
    place = actions.place_hold
    until = NOW + timedelta(hours=72)

    place(customer=customer, blocks="money", reason="x", until_at=until, by=SYSTEM, now=NOW)
    hold = place(customer=customer, blocks="credentials", reason="x", by=SYSTEM, now=NOW)

    assert queries.is_held(customer, "money", now=NOW)
    assert not queries.is_held(customer, "money", now=until)
    assert queries.is_held(customer, "credentials", now=until)
    actions.lift_hold(hold=hold, by=SYSTEM, now=NOW)
    assert not queries.is_held(customer, "credentials", now=NOW)


def test_hold_lifted_twice_keeps_who_was_first() -> None:
    hold = actions.place_hold(
        customer=new_customer(), blocks="money", reason="x", by=SYSTEM, now=NOW
    )
    actions.lift_hold(hold=hold, by=SYSTEM, now=NOW)

    again = actions.lift_hold(hold=hold, by=SYSTEM, now=NOW + timedelta(days=1))

    assert again.lifted_at == NOW


@pytest.mark.postgres
def test_address_is_one_account_whatever_its_case() -> None:
    register_contact(new_customer(), "jan@klant.example")

    with pytest.raises(IntegrityError), transaction.atomic():
        User.objects.create(email="JAN@KLANT.example", email_changed_at=NOW, created_at=NOW)


@pytest.mark.postgres
def test_contact_has_one_role_at_a_customer() -> None:
    customer = new_customer(with_contact=False)
    contact = new_contact(customer)

    with pytest.raises(IntegrityError), transaction.atomic():
        CustomerContact.objects.create(
            customer=customer, contact=contact, role="finance", since_at=NOW
        )


@pytest.mark.postgres
def test_customer_is_consumer_or_business() -> None:
    customer = new_customer()

    with (
        pytest.raises(IntegrityError, match="customers_customer_kind_known"),
        transaction.atomic(),
    ):
        Customer.objects.filter(pk=customer.pk).update(kind="robot")


@pytest.mark.postgres
def test_customer_number_is_one_customers() -> None:
    one, other = new_customer(), new_customer()

    with pytest.raises(IntegrityError), transaction.atomic():
        Customer.objects.filter(pk=other.pk).update(number=one.number)


@pytest.mark.postgres
def test_hold_ends_after_it_begins() -> None:
    with (
        pytest.raises(IntegrityError, match="customers_hold_ends_after_start"),
        transaction.atomic(),
    ):
        Hold.objects.create(
            customer=new_customer(),
            blocks="money",
            reason="x",
            placed_at=NOW,
            placed_by="x",
            until_at=NOW,
        )
