"""Forget who somebody is: his account stays as a number on which the books may point."""

from datetime import datetime, timedelta

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.contrib.sessions.models import Session
from django.db import transaction

from balie.apps.customers import sessions
from balie.apps.customers.models import (
    Contact,
    Customer,
    CustomerContact,
    Invitation,
    SignIn,
    SignInCode,
    SignInCodeRequest,
)
from balie.infra import clock

ERASED = "…"
DOMAIN = "erased.invalid"  # nobody can receive mail there (RFC 2606)


def is_forgotten(contact: Contact) -> bool:
    """Tell whether this contact was erased."""
    return contact.user.email.endswith(f"@{DOMAIN}")


def only_customers(contact: Contact) -> list[Customer]:
    """Return the customers who have nobody but this contact: what is held of them is of him."""
    others = CustomerContact.objects.exclude(contact=contact).values("customer")
    return list(Customer.objects.filter(roles__contact=contact).exclude(pk__in=others))


@transaction.atomic
def forget_contact(contact: Contact, *, now: datetime) -> None:
    """Remove name, address and telephone, all that lets him in, and his places with customers."""
    user = contact.user
    SignInCodeRequest.objects.filter(identifier__iexact=user.email).update(
        identifier="", network=""
    )
    Invitation.objects.filter(email__iexact=user.email).delete()
    SignIn.objects.filter(user=user).delete()
    SignInCode.objects.filter(user=user, used_at=None, voided_at=None).update(voided_at=now)
    sessions.end_all(user=user, now=now)
    Authenticator.objects.filter(user=user).delete()
    EmailAddress.objects.filter(user=user).delete()
    user.set_unusable_password()
    user.email = f"{user.pk}@{DOMAIN}"
    user.is_active, user.last_login = False, None
    user.save(update_fields=["email", "is_active", "last_login", "password"])
    Contact.objects.filter(pk=contact.pk).update(name=ERASED, phone="")
    for customer in only_customers(contact):
        Customer.objects.filter(pk=customer.pk).update(
            name=ERASED, street="", house_number="", postcode="", city="", kvk_number=""
        )
    CustomerContact.objects.filter(contact=contact).delete()


@transaction.atomic
def forget_tries(*, before: datetime) -> int:
    """Remove who tried to sign in before a moment; how many."""
    return SignIn.objects.filter(at__lt=before).delete()[0]


@transaction.atomic
def forget_code_requests(*, before: datetime) -> int:
    """Remove what was typed for a mailed code before a moment; how many."""
    old = SignInCodeRequest.objects.filter(requested_at__lt=before, looked_up_at__isnull=False)
    return old.delete()[0]


@transaction.atomic
def forget_invitations(*, before: datetime) -> int:
    """Remove who was invited, when the invitation ran out before a moment; how many."""
    return Invitation.objects.filter(expires_at__lt=before).delete()[0]


@transaction.atomic
def forget_sessions(*, days: int) -> int:
    """Remove sessions that are over, or unused for so many days of the machine; how many."""
    moment = clock.machine()
    unused = UserSession.objects.filter(last_seen_at__lt=moment - timedelta(days=days))
    keys = list(unused.values_list("session_key", flat=True))
    over, _ = Session.objects.filter(expire_date__lt=moment).delete()
    unused_too, _ = Session.objects.filter(session_key__in=keys).delete()
    unused.delete()
    return over + unused_too
