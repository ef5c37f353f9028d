"""Writes about customers and people: register, appoint, hold, set a password."""

from datetime import datetime

from django.contrib.auth.password_validation import validate_password
from django.db import IntegrityError, transaction

from balie.apps.customers import factors, reserving, sessions
from balie.apps.customers.models import (
    Contact,
    Customer,
    CustomerContact,
    Employee,
    Hold,
    SignInCode,
    User,
)
from balie.apps.customers.turns import take_turn
from balie.domain.numbering import format_customer_number
from balie.infra import audit, sequences
from balie.infra.audit import Actor

FIRST_CUSTOMER = 10001


class UnableToRegister(Exception):
    """Somebody cannot be registered as asked; the message says why and what to do."""


@transaction.atomic
def register_customer(
    *,
    name: str,
    kind: str,
    street: str,
    house_number: str,
    postcode: str,
    city: str,
    country: str = "NL",
    vat_number: str = "",
    kvk_number: str = "",
    language: str = "nl",
    by: Actor,
    now: datetime,
) -> Customer:
    """Register a customer under the next customer number."""
    number = sequences.next_number("customer", start=FIRST_CUSTOMER)
    customer = Customer.objects.create(
        number=format_customer_number(number),
        name=name,
        kind=kind,
        street=street,
        house_number=house_number,
        postcode=postcode,
        city=city,
        country=country,
        vat_number=vat_number,
        kvk_number=kvk_number,
        language=language,
        created_at=now,
    )
    audit.record(event="customer.registered", by=by, subject=("customer", customer.pk), now=now)
    return customer


class HasContact(UnableToRegister):
    """The customer has a contact; from then on whoever joins him is invited."""


@transaction.atomic
def register_first_contact(
    *,
    customer: Customer,
    name: str,
    email: str,
    phone: str = "",
    language: str = "nl",
    by: Actor,
    now: datetime,
) -> Contact:
    """Make somebody owner of a customer who has nobody yet: there is no one to ask or to tell.

    Raises HasContact where somebody is there (of two at once the second), and what
    `register_contact` raises.
    """
    take_turn(customer.pk)
    if CustomerContact.objects.filter(customer=customer).exists():
        raise HasContact("this customer has a contact; invite whoever else signs in for him")
    return register_contact(
        customer=customer,
        name=name,
        email=email,
        role=CustomerContact.Role.OWNER,
        phone=phone,
        language=language,
        by=by,
        now=now,
    )


@transaction.atomic
def register_contact(
    *,
    customer: Customer,
    name: str,
    email: str,
    role: str,
    phone: str = "",
    language: str = "nl",
    by: Actor,
    now: datetime,
) -> Contact:
    """Give a customer a contact. An address that is on file already means the same person.

    Nobody asks here whether he wants that, and nobody hears of it: what is done for somebody goes
    through `register_first_contact` or an invitation that its mailbox accepted. Raises
    UnableToRegister when the address belongs to an employee, or is kept for who lost it.
    """
    user = User.objects.filter(email__iexact=email).first()
    if user is None:
        user = _new_user(email=email, now=now)
        contact = Contact.objects.create(user=user, name=name, phone=phone, language=language)
    else:
        known = Contact.objects.filter(user=user).first()
        if known is None:
            msg = f"{email} is the address of an employee; give the contact another address"
            raise UnableToRegister(msg)
        contact = known
    CustomerContact.objects.create(customer=customer, contact=contact, role=role, since_at=now)
    audit.record(
        event="contact.registered",
        by=by,
        subject=("customer", customer.pk),
        now=now,
        data={"contact": contact.pk, "role": role},
    )
    return contact


@transaction.atomic
def register_employee(
    *, name: str, email: str, role: str, password: str | None = None, by: Actor, now: datetime
) -> Employee:
    """Appoint an employee; without a password he signs in through the lost-login link.

    Raises UnableToRegister when the address is taken.
    """
    if User.objects.filter(email__iexact=email).exists():
        msg = f"{email} has an account already; choose another address"
        raise UnableToRegister(msg)
    user = _new_user(email=email, now=now)
    employee = Employee.objects.create(user=user, name=name, role=role)
    audit.record(
        event="employee.registered",
        by=by,
        subject=("employee", employee.pk),
        now=now,
        data={"role": role},
    )
    if password is not None:
        set_password(user=user, password=password, by=by, now=now)
    return employee


@transaction.atomic
def set_password(*, user: User, password: str, by: Actor, now: datetime) -> User:
    """Set the password of an account. Its other sessions end: their hash no longer fits.

    Raises django's ValidationError with every reason why the password is too weak.
    """
    validate_password(password, user)
    user.set_password(password)
    user.save(update_fields=["password"])
    sessions.end_all(user=user, now=now)
    audit.record(event="password.set", by=by, subject=("user", user.pk), now=now)
    return user


class AddressTaken(Exception):
    """The address is on file, or kept, for another account: one account per address."""


@transaction.atomic
def change_address(*, user: User, email: str, by: Actor, now: datetime) -> User:
    """Put another address on file: sessions end, and what was mailed to the old one opens nothing.

    Only a proven change comes here (`credentials`). Raises AddressTaken, also for an address that
    is kept for another account.
    """
    try:
        with transaction.atomic():
            User.objects.filter(pk=user.pk).update(email=email, email_changed_at=now)
            # After the write: who gave the address up at this moment has reserved it by now.
            if reserving.is_reserved(email, beside=user, now=now):
                raise AddressTaken("the address is kept for who lost it")
    except IntegrityError as error:
        msg = "another account has this address"
        raise AddressTaken(msg) from error
    SignInCode.objects.filter(user=user, used_at__isnull=True, voided_at__isnull=True).update(
        voided_at=now
    )
    audit.record(event="address.changed", by=by, subject=("user", user.pk), now=now)
    user.refresh_from_db()
    return user


@transaction.atomic
def change_password(*, user: User, password: str, by: Actor, now: datetime) -> User:
    """Set the password its owner chose, and tell every address that hears of such a change."""
    set_password(user=user, password=password, by=by, now=now)
    factors.tell_changed(user=user, what="password_changed", now=now)
    return user


@transaction.atomic
def place_hold(
    *,
    customer: Customer,
    blocks: str,
    reason: str,
    until_at: datetime | None = None,
    account: User | None = None,
    by: Actor,
    now: datetime,
) -> Hold:
    """Block credentials or money of a customer until a moment, or until lifted.

    With `account` the credentials of that account alone.
    """
    hold = Hold.objects.create(
        customer=customer,
        account=account,
        blocks=blocks,
        reason=reason,
        placed_at=now,
        placed_by=str(by),
        until_at=until_at,
    )
    audit.record(
        event="hold.placed", by=by, subject=("hold", hold.pk), now=now, data={"blocks": blocks}
    )
    return hold


@transaction.atomic
def lift_hold(*, hold: Hold, by: Actor, now: datetime) -> Hold:
    """End a hold now. Lifting it twice changes nothing."""
    lifted = Hold.objects.filter(pk=hold.pk, lifted_at__isnull=True).update(
        lifted_at=now, lifted_by=str(by)
    )
    if lifted:
        audit.record(event="hold.lifted", by=by, subject=("hold", hold.pk), now=now)
    hold.refresh_from_db()
    return hold


def _new_user(*, email: str, now: datetime) -> User:
    user = User(email=email, email_changed_at=now, created_at=now)
    user.set_unusable_password()
    user.save()
    # After the write: who gave the address up at this moment has reserved it by now.
    if reserving.is_reserved(email, now=now):
        raise UnableToRegister(f"{email} was somebody's until just now; try again in some days")
    return user
