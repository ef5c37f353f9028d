"""The mails of a change of address. Their links exist only here, derived as they are rendered."""

from collections.abc import Mapping
from datetime import datetime

from balie.apps.credentials import address_mail_kinds
from balie.apps.credentials.actions import addresses_end
from balie.apps.credentials.models import AddressChange, AddressNotice
from balie.apps.credentials.queries import addresses as queries
from balie.apps.promises import queries as policies
from balie.infra import mail, mail_texts, outbox
from balie.infra.models import OutboxRow
from balie.infra.outbox import Delivery, Refusal
from balie.infra.templatetags.moments import moment_words

State = AddressChange.State


def register() -> None:
    """Tell the outbox who sends these kinds, and what they say."""
    address_mail_kinds.register()
    outbox.register("address-confirm", sender=send_confirm, may_send=may_confirm)
    outbox.register("address-done", sender=send_done, may_send=may_say_done)
    for kind, sender, may_send in (
        ("address-warning", send_warning, may_warn),
        ("address-changed", send_changed, may_say_changed),
        ("address-changed-of", send_changed_of, may_say_changed),
    ):
        outbox.register(
            kind,
            sender=sender,
            may_send=may_send,
            on_failed=note_bounced,
            on_bounced=note_bounced,
        )


def may_confirm(row: OutboxRow, now: datetime) -> Refusal | None:
    """Refuse a link that nothing can be proven with any more."""
    change = AddressChange.objects.get(pk=row.payload["change"])
    return None if queries.takes_proof(change, now=now) else Refusal("the change is closed")


def may_warn(row: OutboxRow, now: datetime) -> Refusal | None:
    """Refuse to warn of what ended before it left; once it was made another mail says so."""
    gone = _notice(row).change.state not in {State.OPEN, State.REPLACED, State.COMPLETED}
    return Refusal("the change has ended") if gone else None


def may_say_changed(row: OutboxRow, now: datetime) -> Refusal | None:
    """Refuse to say that the address was changed when it stands as it was."""
    is_made = _notice(row).change.state == State.COMPLETED
    return None if is_made else Refusal("the change was undone")


def may_say_done(row: OutboxRow, now: datetime) -> Refusal | None:
    """Refuse to tell the new address that it is on file when it is not."""
    change = AddressChange.objects.get(pk=row.payload["change"])
    is_made = change.state == State.COMPLETED
    return None if is_made else Refusal("the change was undone")


def send_confirm(row: OutboxRow, now: datetime) -> Delivery:
    """Mail the new address the page of the change: the same words whoever asked for it."""
    change = AddressChange.objects.get(pk=row.payload["change"])
    values = {
        "pagina": queries.change_address_link(change.nonce),
        "tot": moment_words(change.expires_at, language=change.language),
    }
    return _send("address-confirm", row, _to_new(change, name=""), values, now=now)


def send_warning(row: OutboxRow, now: datetime) -> Delivery:
    """Warn the old address or a contact that a change was begun."""
    return _send_notice("address-warning", row, now=now)


def send_changed(row: OutboxRow, now: datetime) -> Delivery:
    """Tell the old address or an owner that it was made, and until when it can be undone."""
    return _send_notice("address-changed", row, now=now)


def send_changed_of(row: OutboxRow, now: datetime) -> Delivery:
    """Tell a contact who may not put it back that it was made."""
    return _send_notice("address-changed-of", row, now=now)


def send_done(row: OutboxRow, now: datetime) -> Delivery:
    """Tell the new address that it is on file, and from when logins go there."""
    change = AddressChange.objects.select_related("user").get(pk=row.payload["change"])
    assert change.user is not None  # noqa: S101 - a check constraint holds it
    free_at = queries.credentials_free_at(change) or change.completed_at or now
    values = {
        "vrij_vanaf": moment_words(free_at, language=change.language),
        "telefoon": policies.policy_in_force(now=now).phone.number,
    }
    name = queries.contact_of(change.user).name
    return _send("address-done", row, _to_new(change, name=name), values, now=now)


def note_bounced(row: OutboxRow, now: datetime) -> None:
    """A warning did not arrive: the address may be dead. What waits still waits."""
    addresses_end.note_bounced(_notice(row), now=now)


def _notice(row: OutboxRow) -> AddressNotice:
    return AddressNotice.objects.select_related("change__user", "contact__user").get(
        pk=row.payload["notice"]
    )


def _send_notice(kind: str, row: OutboxRow, *, now: datetime) -> Delivery:
    notice = _notice(row)
    change, contact = notice.change, notice.contact
    language = "en" if contact.language == "en" else "nl"
    assert change.user is not None  # noqa: S101 - who is warned is warned of an account
    values = {
        "van_wie": queries.contact_of(change.user).name,
        "nieuw_adres": queries.masked_address(change.new_email),
        "telefoon": policies.policy_in_force(now=now).phone.number,
    }
    if kind != "address-changed-of":
        values["stoplink"] = queries.stop_link(notice.nonce)
    if kind == "address-changed" and change.stoppable_until is not None:
        values["tot"] = moment_words(change.stoppable_until, language=language)
    address = change.old_email if notice.is_old_address else contact.user.email
    return _send(kind, row, (contact.name, address, language), values, now=now)


def _to_new(change: AddressChange, *, name: str) -> tuple[str, str, str]:
    return name, change.new_email, change.language


def _send(
    kind: str,
    row: OutboxRow,
    to: tuple[str, str, str],
    values: Mapping[str, str],
    *,
    now: datetime,
) -> Delivery:
    name, address, language = to
    company = policies.policy_in_force(now=now).company
    named = {"naam": name} if name else {}
    subject, text = mail_texts.write(
        kind, language=language, values={**values, **named, "bedrijf": company.trade_name}
    )
    return mail.deliver(
        mail.Mail(to_name=name, to_address=address, subject=subject, text=text, language=language),
        message_id=row.message_id,
        now=now,
    )
