"""The old address is put back: whoever had the account meanwhile keeps nothing of what he made."""

from datetime import timedelta

import pytest
from allauth.mfa.models import Authenticator

from balie.apps.credentials.actions import addresses_end, addresses_proof
from balie.apps.credentials.models import AddressChange
from balie.apps.customers import actions as customers
from balie.apps.customers import invitations, roles
from balie.apps.customers.models import (
    Contact,
    CustomerContact,
    Hold,
    Invitation,
    ReservedAddress,
    User,
)
from balie.apps.customers.queries import standing_holds
from balie.infra.audit import SYSTEM, Actor
from balie.infra.models import OutboxRow
from tests.apps.building import NOW, new_contact, new_customer
from tests.apps.credentials.changing import Mover, secret_of, stop_secret_of

pytestmark = [pytest.mark.django_db, pytest.mark.postgres]

HOUR = timedelta(hours=1)


def taken_over() -> tuple[Mover, AddressChange]:
    """An account whose address was changed with a recovery code."""
    mover = Mover()
    codes = mover.add_factor()
    change = mover.start_in_public()
    addresses_proof.confirm(secret=secret_of(change), now=NOW)
    addresses_proof.prove_with_code(secret=secret_of(change), code=codes[0], now=NOW)
    return mover, mover.change


def put_back(mover: Mover, change: AddressChange) -> AddressChange:
    secret = stop_secret_of(change, mover.contact)
    return addresses_end.stop(secret=secret, now=NOW + 2 * HOUR)


def invite(mover: Mover, email: str, *, by: Actor, role: str = "owner") -> Invitation:
    return invitations.invite(
        customer=mover.customer,
        name="Iemand",
        email=email,
        role=role,
        is_proven=True,
        by=by,
        now=NOW + HOUR,
    )


def accept(invitation: Invitation) -> Contact:
    secret = invitations.secret_of(invitation.nonce)
    account = User.objects.filter(email=invitation.email).first()
    return invitations.accept(secret=secret, user=account, now=NOW + HOUR)


def actor(contact: Contact) -> Actor:
    return Actor("contact", contact.pk, contact.name)


def roles_of(mover: Mover) -> dict[int, str]:
    given = CustomerContact.objects.filter(customer=mover.customer)
    return dict(given.values_list("contact", "role"))


def test_second_factors_made_since_are_gone_and_his_own_stay() -> None:
    mover, change = taken_over()
    his = set(Authenticator.objects.filter(user=mover.user).values_list("pk", flat=True))
    kind = Authenticator.Type.WEBAUTHN
    Authenticator.objects.create(user=mover.user, type=kind, data={"name": "van de dief"})

    done = put_back(mover, change)

    assert done.state == AddressChange.State.REVERTED
    assert set(Authenticator.objects.filter(user=mover.user).values_list("pk", flat=True)) == his
    told = OutboxRow.objects.filter(kind="factor-changed", payload__what="passkey_removed")
    assert [row.recipient_id for row in told] == [mover.user.pk]


def test_recovery_codes_made_since_go_where_nothing_is_left_that_they_stand_in_for() -> None:
    mover, change = taken_over()
    Authenticator.objects.filter(user=mover.user, type=Authenticator.Type.WEBAUTHN).delete()

    put_back(mover, change)

    assert not Authenticator.objects.filter(user=mover.user).exists()


def test_access_he_gave_is_taken_back_and_what_those_gave_too() -> None:
    mover, change = taken_over()
    before = roles_of(mover)
    thief = accept(invite(mover, "dief@x.example", by=mover.actor))
    accept(invite(mover, "tweede@x.example", by=actor(thief), role="technical"))
    offered = invite(mover, "derde@x.example", by=actor(thief), role="finance")

    put_back(mover, change)

    offered.refresh_from_db()
    assert roles_of(mover) == before
    assert offered.withdrawn_at == NOW + 2 * HOUR
    mailed = OutboxRow.objects.filter(kind="access-changed", payload__what="removed")
    assert thief.user_id in set(mailed.values_list("recipient_id", flat=True))


def test_roles_he_changed_and_took_away_are_as_they_were() -> None:
    mover, change = taken_over()
    owner = new_contact(mover.customer)
    before = roles_of(mover)
    given = {one.contact_id: one for one in CustomerContact.objects.filter(customer=mover.customer)}
    raised = given[mover.colleague.pk]
    for role in ("finance", "owner"):
        roles.change_contact_role(
            given=raised, role=role, is_proven=True, by=mover.actor, now=NOW + HOUR
        )
    for gone in (owner, mover.contact):
        roles.remove_contact(given=given[gone.pk], is_proven=True, by=mover.actor, now=NOW + HOUR)

    put_back(mover, change)

    assert roles_of(mover) == before


def test_access_that_others_gave_meanwhile_stays() -> None:
    mover, change = taken_over()
    owner = new_contact(mover.customer)
    friend = accept(invite(mover, "vriend@x.example", by=actor(owner)))

    put_back(mover, change)

    assert roles_of(mover)[friend.pk] == "owner"


def test_guest_keeps_what_he_is_and_did_elsewhere() -> None:
    mover, change = taken_over()
    guest = new_contact(elsewhere := new_customer(with_contact=False))
    accept(invite(mover, guest.user.email, by=mover.actor))
    other = new_contact(elsewhere, role="technical")
    given = CustomerContact.objects.get(contact=other)
    roles.change_contact_role(
        given=given, role="finance", is_proven=True, by=actor(guest), now=NOW + HOUR
    )

    put_back(mover, change)

    left = CustomerContact.objects.filter(customer=elsewhere).values_list("contact", "role")
    assert dict(left) == {guest.pk: "owner", other.pk: "finance"}


def test_new_iban_waits_anew_and_the_old_address_gets_its_login_at_once() -> None:
    mover, change = taken_over()

    put_back(mover, change)

    holds = standing_holds(mover.customer, now=NOW + 2 * HOUR)
    ends = {hold.until_at for hold in holds if hold.blocks == Hold.Blocks.NEW_IBAN}
    assert max(end for end in ends if end) == NOW + 74 * HOUR
    assert {hold.blocks for hold in holds} == {"new_iban"}


def test_old_address_is_nobody_elses_while_it_may_be_put_back() -> None:
    mover, change = taken_over()
    offered = invite(mover, mover.old_email.upper(), by=mover.actor, role="technical")
    other = new_contact(new_customer(with_contact=False))

    with pytest.raises(invitations.UnableToAccept):
        accept(offered)
    with pytest.raises(customers.AddressTaken):
        customers.change_address(
            user=other.user, email=mover.old_email, by=SYSTEM, now=NOW + 71 * HOUR
        )
    with pytest.raises(customers.UnableToRegister):
        customers.register_employee(
            name="Iemand", email=mover.old_email, role="agent", by=SYSTEM, now=NOW + HOUR
        )
    done = put_back(mover, change)

    assert done.state == AddressChange.State.REVERTED
    assert mover.user.email == mover.old_email
    assert not ReservedAddress.objects.exists()


def test_old_address_is_free_when_it_can_no_longer_be_put_back() -> None:
    mover, _ = taken_over()
    over = NOW + 72 * HOUR

    customers.register_employee(
        name="Iemand", email=mover.old_email, role="agent", by=SYSTEM, now=over
    )
    addresses_end.complete_waiting(now=over)

    assert not ReservedAddress.objects.exists()
