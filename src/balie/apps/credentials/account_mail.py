"""The mails of accounts: a code to sign in, a changed factor, an invitation, changed access.

A code and the link of an invitation exist only here, derived while the mail is rendered. What
tells of access holds no name or word that somebody typed, so that nobody mails his own through us.
"""

from collections.abc import Mapping
from datetime import datetime

from django.conf import settings

from balie.apps.credentials.account_mail_kinds import (
    ACCESS,
    CHANGES,
    DESK_ROLES,
    ROLES,
    STAFF,
    register_kinds,
)
from balie.apps.customers import invitations, sign_in_codes
from balie.apps.customers.models import (
    Contact,
    Customer,
    Employee,
    Invitation,
    SignInCode,
    User,
)
from balie.apps.promises import queries as policies
from balie.infra import mail, mail_texts, outbox
from balie.infra.models import OutboxRow
from balie.infra.outbox import Delivery, Refusal
from balie.infra.templatetags.moments import moment_words


def register() -> None:
    """Tell the outbox who sends these kinds, and what they say."""
    register_kinds()
    outbox.register("sign-in-code", sender=send_code, may_send=may_send_code)
    outbox.register("factor-changed", sender=send_changed)
    outbox.register("contact-invited", sender=send_invitation, may_send=may_send_invitation)
    outbox.register("access-changed", sender=send_access_changed)
    outbox.register("employee-changed", sender=send_employee_changed)


def may_send_code(row: OutboxRow, now: datetime) -> Refusal | None:
    """Refuse a code that is spent, late, or was asked for before the address changed."""
    code = SignInCode.objects.select_related("user").get(pk=row.payload["code"])
    if sign_in_codes.is_sendable(code, now=now):
        return None
    return Refusal("the code is spent, or the address on file changed after the request")


def send_code(row: OutboxRow, now: datetime) -> Delivery:
    """Mail a code to the address on file."""
    code = SignInCode.objects.select_related("user").get(pk=row.payload["code"])
    language = _language(row.payload["language"])
    values = {
        "code": sign_in_codes.code_of(code.nonce),
        "geldig_tot": moment_words(code.expires_at, language=language),
    }
    return _send("sign-in-code", row, code.user, values, language=language, now=now)


def send_changed(row: OutboxRow, now: datetime) -> Delivery:
    """Tell one address how signing in to an account changed."""
    told = User.objects.get(pk=row.recipient_id)
    language = _language(told.language)
    changed = User.objects.get(pk=row.payload["user"])
    values = {
        "wie": _name(changed),
        "wat": CHANGES[str(row.payload["what"])][language],
        "gewijzigd_op": moment_words(row.created_at, language=language),
        "telefoon": policies.policy_in_force(now=now).phone.number,
        "inloglink": _recovery_address(),
    }
    return _send("factor-changed", row, told, values, language=language, now=now)


def may_send_invitation(row: OutboxRow, now: datetime) -> Refusal | None:
    """Refuse an invitation that was taken back or accepted meanwhile, or is late."""
    found = Invitation.objects.filter(pk=row.payload["invitation"]).first()
    if found is not None and invitations.is_sendable(found, now=now):
        return None
    return Refusal("the invitation was withdrawn, accepted, or is too late")


def send_invitation(row: OutboxRow, now: datetime) -> Delivery:
    """Offer somebody access to a customer; the link proves that the mailbox is his."""
    found = Invitation.objects.select_related("customer").get(pk=row.payload["invitation"])
    language = _language(found.customer.language)
    values = {
        "klant": found.customer.name,
        "rol": ROLES[found.role][language],
        "uitnodigingslink": invitations.link_of(found),
        "geldig_tot": moment_words(found.expires_at, language=language),
    }
    return _send_to("contact-invited", row, ("", found.email), values, language=language, now=now)


def send_access_changed(row: OutboxRow, now: datetime) -> Delivery:
    """Tell an owner, or who it is about, that access to a customer changed."""
    told = User.objects.get(pk=row.recipient_id)
    language = _language(told.language)
    role = ROLES[str(row.payload["role"])][language]
    values = {
        "klant": Customer.objects.get(pk=row.payload["customer"]).name,
        "wie": _address_of(row),
        "wat": ACCESS[str(row.payload["what"])][language].format(rol=role),
        "toegangslink": f"{settings.BALIE_BASE_URL.rstrip('/')}/klant/toegang/",
    }
    return _send_news("access-changed", row, told, values, language=language, now=now)


def send_employee_changed(row: OutboxRow, now: datetime) -> Delivery:
    """Tell an admin, or the employee himself, that his account at the desk changed."""
    told = User.objects.get(pk=row.recipient_id)
    language = _language(told.language)
    role = DESK_ROLES[str(row.payload["role"])][language]
    values = {
        "wie": Employee.objects.select_related("user").get(pk=row.payload["employee"]).user.email,
        "wat": STAFF[str(row.payload["what"])][language].format(rol=role),
    }
    return _send_news("employee-changed", row, told, values, language=language, now=now)


def _address_of(row: OutboxRow) -> str:
    """The address a change of access is about: of an account, or one that was invited."""
    if "user" in row.payload:
        return User.objects.get(pk=row.payload["user"]).email
    found = Invitation.objects.filter(pk=row.payload["invitation"]).first()
    return found.email if found is not None else "…"


def _send_news(
    kind: str,
    row: OutboxRow,
    told: User,
    values: Mapping[str, str],
    *,
    language: str,
    now: datetime,
) -> Delivery:
    whole = {
        **values,
        "gewijzigd_op": moment_words(row.created_at, language=language),
        "telefoon": policies.policy_in_force(now=now).phone.number,
    }
    return _send_to(kind, row, ("", told.email), whole, language=language, now=now)


def _recovery_address() -> str:
    return f"{settings.BALIE_BASE_URL.rstrip('/')}/inloggegevens/"


def _language(wanted: object) -> str:
    return "en" if wanted == "en" else "nl"


def _name(user: User) -> str:
    for kind in (Contact, Employee):
        person = kind.objects.filter(user=user).first()
        if person is not None:
            return str(person.name)
    return user.email


def _send(
    kind: str,
    row: OutboxRow,
    user: User,
    values: Mapping[str, str],
    *,
    language: str,
    now: datetime,
) -> Delivery:
    name = _name(user)
    whole = {**values, "naam": name}
    return _send_to(kind, row, (name, user.email), whole, language=language, now=now)


def _send_to(
    kind: str,
    row: OutboxRow,
    to: tuple[str, str],
    values: Mapping[str, str],
    *,
    language: str,
    now: datetime,
) -> Delivery:
    company = policies.policy_in_force(now=now).company
    whole = {**values, "bedrijf": company.trade_name}
    subject, text = mail_texts.write(kind, language=language, values=whole)
    letter = mail.Mail(
        to_name=to[0], to_address=to[1], subject=subject, text=text, language=language
    )
    return mail.deliver(letter, message_id=row.message_id, now=now)
