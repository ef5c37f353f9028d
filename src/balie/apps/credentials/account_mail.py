"""The mails of accounts: a code to sign in, a changed factor, an invitation.

A code exists only here, derived while the mail is rendered; the others hold no secret at all.
"""

from collections.abc import Mapping
from datetime import datetime

from django.conf import settings

from balie.apps.credentials.account_mail_kinds import CHANGES, ROLES, register_kinds
from balie.apps.customers import sign_in_codes
from balie.apps.customers.models import Contact, Customer, Employee, SignInCode, User
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
    outbox.register("contact-invited", sender=send_invitation)


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


def send_invitation(row: OutboxRow, now: datetime) -> Delivery:
    """Tell somebody that he may sign in for a customer now; he proves himself by his mailbox."""
    told = User.objects.get(pk=row.recipient_id)
    language = _language(told.language)
    values = {
        "door": str(row.payload["by"]),
        "klant": Customer.objects.get(pk=row.payload["customer"]).name,
        "rol": ROLES[str(row.payload["role"])][language],
        "inloglink": _recovery_address(),
    }
    return _send("contact-invited", row, told, values, language=language, now=now)


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
    company = policies.policy_in_force(now=now).company
    name = _name(user)
    whole = {**values, "naam": name, "bedrijf": company.trade_name}
    subject, text = mail_texts.write(kind, language=language, values=whole)
    letter = mail.Mail(
        to_name=name, to_address=user.email, subject=subject, text=text, language=language
    )
    return mail.deliver(letter, message_id=row.message_id, now=now)
