"""The mails of recovery. The secret exists only here, derived while the mail is rendered."""

from collections.abc import Mapping
from datetime import datetime

from django.conf import settings

from balie.apps.credentials import mail_kinds, queries
from balie.apps.credentials.models import AddressChange, RecoveryLink
from balie.apps.credentials.queries import PanelResult
from balie.apps.customers.models import User
from balie.apps.promises import actions as promises
from balie.apps.promises import queries as policies
from balie.apps.promises.models import Promise
from balie.apps.services.models import PanelAccount
from balie.infra import mail, mail_texts, outbox
from balie.infra.models import OutboxRow, OutboxState
from balie.infra.outbox import Delivery, Refusal
from balie.infra.templatetags.moments import moment_words


def register() -> None:
    """Tell the outbox who sends these kinds, and what they say."""
    mail_kinds.register()
    outbox.register(
        "recovery-link",
        sender=send_link,
        may_send=may_send_link,
        on_accepted=keep_promise,
        on_failed=ask_again,
        on_bounced=reopen_promise,
    )
    outbox.register("recovery-late", sender=send_late, may_send=may_send_late)
    outbox.register("password-changed", sender=send_changed, may_send=may_send_changed)
    outbox.register("password-changed-of", sender=send_changed_of, may_send=may_send_changed)


def may_send_link(row: OutboxRow, now: datetime) -> Refusal | None:
    """Refuse a link that is spent, asked for before the address changed, or of a held account."""
    link = RecoveryLink.objects.select_related("user").get(pk=row.payload["link"])
    if link.used_at or link.voided_at or link.expires_at <= now:
        return Refusal("the link is spent")
    if link.user.email_changed_at > link.issued_at:
        return Refusal("the address on file changed after the request")
    return refuse_account(link.user, now=now)


def refuse_account(user: User, *, now: datetime) -> Refusal | None:
    """Refuse to mail a link to an account that is closed or held by now."""
    if not user.is_active or queries.is_held(user, now=now):
        return Refusal("the account is closed, or its credentials are held")
    return None


def send_link(row: OutboxRow, now: datetime) -> Delivery:
    """Mail user names and the one-use link to the address on file."""
    link = RecoveryLink.objects.select_related("user").get(pk=row.payload["link"])
    language = _language(row.payload["language"])
    logins = queries.panel_logins_of(link.user)
    values = {
        "gebruikersnaam": link.user.email,
        "panelen": "\n".join(_login_words(login) for login in logins),
        "link": queries.link_address(link.nonce),
        "geldig_tot": moment_words(link.expires_at, language=language),
    }
    return _send("recovery-link", row, link.user, values, language=language, now=now)


def keep_promise(row: OutboxRow, now: datetime) -> None:
    """The mail server took it: 'at once' is kept."""
    promise = Promise.objects.get(pk=row.payload["promise"])
    promises.keep(promise=promise, kept_at=row.accepted_at or now, now=now)


def reopen_promise(row: OutboxRow, now: datetime) -> None:
    """The mail came back: nothing was sent "at once", whatever the first server said."""
    promise = Promise.objects.get(pk=row.payload["promise"])
    promises.reopen(promise=promise, cause="undelivered", now=now)


def ask_again(row: OutboxRow, now: datetime) -> None:
    """Tell whose link was too late to be sent that he may ask again (fault catalogue)."""
    newer = OutboxRow.objects.filter(
        kind="recovery-link", recipient_id=row.recipient_id, pk__gt=row.pk
    )
    if row.state != OutboxState.EXPIRED or newer.exists():
        return
    outbox.put(
        kind="recovery-late",
        event=f"recovery-late:{row.pk}",
        recipient=("user", row.recipient_id),
        payload={"link": row.payload["link"], "language": row.payload["language"]},
        now=now,
    )


def may_send_late(row: OutboxRow, now: datetime) -> Refusal | None:
    """Refuse when the link is for an address or account that no longer is what it was."""
    link = RecoveryLink.objects.select_related("user").get(pk=row.payload["link"])
    if link.used_at or link.user.email_changed_at > link.issued_at:
        return Refusal("the link was used, or the address on file changed")
    return refuse_account(link.user, now=now)


def send_late(row: OutboxRow, now: datetime) -> Delivery:
    """Say that the link came too late to be sent, and where to ask again. It holds no secret."""
    link = RecoveryLink.objects.select_related("user", "request").get(pk=row.payload["link"])
    language = _language(row.payload["language"])
    values = {
        "gevraagd_op": moment_words(link.request.requested_at, language=language),
        "inloglink": f"{settings.BALIE_BASE_URL.rstrip('/')}/inloggegevens/",
    }
    return _send("recovery-late", row, link.user, values, language=language, now=now)


def may_send_changed(row: OutboxRow, _now: datetime) -> Refusal | None:
    """Refuse when no panel may have a new password, or the former address was forgotten."""
    gone = AddressChange.objects.filter(pk=row.recipient_id, old_email="")
    if row.recipient_kind == "address_change" and gone.exists():
        return Refusal("the former address is not kept any more")
    if row.payload["portal"] or _changed_logins(row):
        return None
    return Refusal("no panel took the new password")


def send_changed(row: OutboxRow, now: datetime) -> Delivery:
    """Tell the owner that his password was changed, and what to do when it was not he."""
    user = User.objects.get(pk=row.recipient_id)
    language = _language(user.language)
    return _send("password-changed", row, user, _changed(row, language), language=language, now=now)


def send_changed_of(row: OutboxRow, now: datetime) -> Delivery:
    """Tell who is responsible beside him, and his former address, that a password was changed."""
    link = RecoveryLink.objects.select_related("user").get(pk=row.payload["link"])
    if row.recipient_kind == "address_change":
        former = AddressChange.objects.get(pk=row.recipient_id).old_email
        user, address = link.user, former
    else:
        user = User.objects.get(pk=row.recipient_id)
        address = user.email
    language = _language(user.language)
    values = {**_changed(row, language), "wie": _name(link.user)}
    return _send(
        "password-changed-of", row, user, values, address=address, language=language, now=now
    )


def _changed(row: OutboxRow, language: str) -> dict[str, str]:
    """Return what both mails about a changed password say."""
    link = RecoveryLink.objects.select_related("user").get(pk=row.payload["link"])
    area = {"nl": "Klantomgeving", "en": "Customer area"}[language]
    doubt = {"nl": "uitkomst nog onbekend", "en": "outcome not known yet"}[language]
    lines = [f"{area}: {link.user.email}"] if row.payload["portal"] else []
    for one in _changed_logins(row):
        words = _login_words(one.account)
        lines.append(f"{words} ({doubt})" if one.in_doubt else words)
    return {
        "gewijzigd_op": moment_words(row.created_at, language=language),
        "waarvoor": "\n".join(lines),
        "telefoon": policies.policy_in_force(now=row.created_at).phone.number,
        "inloglink": f"{settings.BALIE_BASE_URL.rstrip('/')}/inloggegevens/",
    }


def _changed_logins(row: OutboxRow) -> list[PanelResult]:
    """Return the panel logins of this mail that have a new password, or may have."""
    link = RecoveryLink.objects.select_related("user").get(pk=row.payload["link"])
    return [
        one
        for one in queries.panel_results(link)
        if one.account.pk in row.payload["accounts"] and (one.is_set or one.in_doubt)
    ]


def _login_words(login: PanelAccount) -> str:
    return f"{login.panel.name}: {login.user_name}"


def _language(wanted: object) -> str:
    return "en" if wanted == "en" else "nl"


def _send(
    kind: str,
    row: OutboxRow,
    user: User,
    values: Mapping[str, str],
    *,
    address: str = "",
    language: str,
    now: datetime,
) -> Delivery:
    company = policies.policy_in_force(now=now).company
    name = _name(user)
    subject, text = mail_texts.write(
        kind,
        language=language,
        values={**values, "naam": name, "bedrijf": company.trade_name},
    )
    return mail.deliver(
        mail.Mail(
            to_name=name,
            to_address=address or user.email,
            subject=subject,
            text=text,
            language=language,
        ),
        message_id=row.message_id,
        now=now,
    )


def _name(user: User) -> str:
    person = getattr(user, "contact", None) or getattr(user, "employee", None)
    return person.name if person else user.email
