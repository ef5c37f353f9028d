"""An invitation: limited, mailed without a stranger's words, accepted by who reads the mailbox."""

from datetime import timedelta

import pytest
from django.core import mail
from django.db import IntegrityError, transaction
from pytest_django import Settings

from balie.apps.customers import actions, invitations
from balie.apps.customers.models import Contact, Customer, CustomerContact, Invitation, User
from balie.infra import outbox
from balie.infra.audit import SYSTEM
from balie.infra.models import OutboxRow
from tests.apps.building import NOW, new_contact, new_customer
from tests.apps.credentials.recovering import text_of

pytestmark = pytest.mark.django_db
ELS = "els@klant.example"
WORDS = "Win nu op evil.example"
LATE = NOW + invitations.VALID_FOR


@pytest.fixture(autouse=True)
def _demo(settings: Settings) -> None:
    settings.BALIE_DEMO = True


def invite(customer: Customer, email: str = ELS, role: str = "technical") -> Invitation:
    return invitations.invite(
        customer=customer, name=WORDS, email=email, role=role, is_proven=True, by=SYSTEM, now=NOW
    )


def accept(made: Invitation, user: User | None = None) -> Contact:
    return invitations.accept(
        secret=invitations.secret_of(made.nonce), user=user, now=NOW + timedelta(hours=1)
    )


def test_invitation_makes_no_account_and_no_owner_until_it_is_accepted() -> None:
    customer = new_customer()
    made = invite(customer, role="owner")

    assert not User.objects.filter(email=ELS).exists()
    assert CustomerContact.objects.filter(customer=customer).count() == 1
    contact = accept(made)
    assert (contact.user.email, contact.roles.get().role) == (ELS, "owner")


@pytest.mark.parametrize("language", ["nl", "en"])
def test_mails_hold_no_typed_word_and_one_link(language: str) -> None:
    customer = new_customer(name="Bakkerij Zeezicht")
    Customer.objects.filter(pk=customer.pk).update(language=language)
    made = invite(Customer.objects.get(pk=customer.pk))

    outbox.send_due(now=NOW)

    letters = {letter.to[0].split("<")[-1].strip(">"): letter for letter in mail.outbox}
    owner = customer.contacts.get().user.email
    assert sorted(letters) == sorted([ELS, owner])
    assert all("evil" not in one.subject + text_of(one) for one in mail.outbox)
    assert "Zeezicht" not in letters[ELS].subject
    assert "De Linde Hosting" in letters[ELS].subject
    assert invitations.link_of(made) in text_of(letters[ELS])
    assert ELS in text_of(letters[owner])
    assert made.nonce not in text_of(letters[ELS])


def test_withdrawn_invitation_is_not_mailed() -> None:
    made = invite(new_customer())
    invitations.withdraw(invitation=made, by=SYSTEM, now=NOW)

    outbox.send_due(now=NOW)

    assert OutboxRow.objects.get(kind="contact-invited").state == "withdrawn"
    assert [one.to for one in mail.outbox if ELS in one.to] == []


@pytest.mark.postgres
def test_link_works_once() -> None:
    made = invite(new_customer())
    accept(made)

    with pytest.raises(invitations.UnableToAccept):
        accept(made, User.objects.get(email=ELS))


@pytest.mark.parametrize("why", ["late", "withdrawn", "unknown", "replaced"])
def test_link_opens_nothing_when(why: str) -> None:
    made = invite(new_customer())
    secret, now = invitations.secret_of(made.nonce), LATE if why == "late" else NOW
    if why == "withdrawn":
        invitations.withdraw(invitation=made, by=SYSTEM, now=NOW)
    if why == "replaced":
        invite(made.customer)
    if why == "unknown":
        secret = made.nonce

    with pytest.raises(invitations.UnableToAccept):
        invitations.accept(secret=secret, user=None, now=now)
    assert not User.objects.filter(email=ELS).exists()


def test_address_with_an_account_is_accepted_by_that_account_alone() -> None:
    known, other = new_contact(new_customer()), new_contact(new_customer())
    customer = new_customer()
    made = invite(customer, email=known.user.email.upper())

    for user in (None, other.user):
        with pytest.raises(invitations.UnableToAccept, match="sign in"):
            accept(made, user)
    assert Invitation.objects.get(pk=made.pk).accepted_at is None
    assert accept(made, known.user) == known
    assert customer.contacts.filter(pk=known.pk).exists()


def test_address_of_an_employee_is_invited_alike_and_cannot_accept() -> None:
    boss = actions.register_employee(
        name="Ans", email="ans@delinde.example", role="admin", by=SYSTEM, now=NOW
    )
    made = invite(new_customer(), email=boss.user.email)

    with pytest.raises(invitations.UnableToAccept):
        accept(made, boss.user)


def test_who_has_access_is_not_invited() -> None:
    customer = new_customer()
    known = new_contact(customer, role="technical")

    with pytest.raises(invitations.HasAccess):
        invite(customer, email=known.user.email.upper())


def test_owner_is_invited_with_an_old_second_factor_alone() -> None:
    customer = new_customer()
    with pytest.raises(invitations.NeedsOldFactor):
        invitations.invite(
            customer=customer,
            name="Dief",
            email=ELS,
            role="owner",
            is_proven=False,
            by=SYSTEM,
            now=NOW,
        )
    assert not Invitation.objects.exists()


@pytest.mark.parametrize("limit", ["open", "a day", "address"])
def test_invitations_are_limited(limit: str) -> None:
    customer = new_customer()
    count = {"open": 5, "a day": 10, "address": 3}[limit]
    for number in range(count):
        at = new_customer() if limit == "address" else customer
        made = invite(at, email=ELS if limit == "address" else f"els{number}@klant.example")
        if limit == "a day":
            invitations.withdraw(invitation=made, by=SYSTEM, now=NOW)

    with pytest.raises(invitations.UnableToInvite):
        invite(customer)
    assert Invitation.objects.count() == count


@pytest.mark.postgres
@pytest.mark.parametrize(
    "wrong",
    [{}, {"expires_at": NOW}, {"accepted_at": NOW, "withdrawn_at": NOW}],
    ids=["open twice", "over at once", "accepted and withdrawn"],
)
def test_database_refuses(wrong: dict[str, object]) -> None:
    made = invite(new_customer())
    other = {"email": ELS.upper()} | ({"email": "x@klant.example"} if wrong else {}) | wrong
    row = Invitation(
        customer=made.customer,
        name="x",
        role="technical",
        nonce="n",
        secret_sha256="s",
        invited_by="system",
        invited_at=NOW,
        **({"expires_at": LATE} | other),
    )

    with pytest.raises(IntegrityError), transaction.atomic():
        row.save()
