"""How a change leaves for its panel: look first, change once, look again.

Each attempt begins with a `get`, so a repeat finds what an earlier one did. A `create` of which
nobody knows the outcome is never sent again: what the panel shows decides, and after a while a
person. An account that is not ours is never touched.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable
from datetime import datetime, timedelta

from balie.apps.customers.models import Contact, CustomerContact
from balie.apps.services.actions.panel_attempts import attempt
from balie.apps.services.actions.panel_changes import KIND, note_done, note_failed
from balie.apps.services.actions.panels import REFUSED, halt_panel
from balie.apps.services.models import (
    AttemptOutcome,
    ChangeOutcome,
    ChangeVerb,
    PanelAccount,
    PanelChange,
)
from balie.apps.services.panels import port
from balie.apps.services.panels.port import ControlPanel, NewAccount, PanelUser
from balie.apps.services.panels.registry import UnableToOpenPanel, open_panel
from balie.infra import clock, outbox
from balie.infra.audit import SYSTEM
from balie.infra.models import OutboxRow, OutboxState
from balie.infra.outcomes import (
    Delivery,
    OutcomeUnknown,
    Refusal,
    Refused,
    TemporarilyRefused,
)

# A panel may be minutes busy with an account that it was asked for.
STILL_AT_WORK = timedelta(minutes=15)
NOT_ARRIVED = (AttemptOutcome.AUTH_FAILED, AttemptOutcome.BUSY, AttemptOutcome.UNREACHABLE)


def register() -> None:
    """Say who sends changes to panels."""
    outbox.register(
        KIND,
        sender=send,
        may_send=may_send,
        on_accepted=lambda row, now: note_done(change=_change_of(row), now=now),
        on_failed=lambda row, now: note_failed(
            change=_change_of(row), reason=row.last_error, now=now
        ),
        on_withdrawn=lambda row, now: note_failed(
            change=_change_of(row), reason=row.last_error, now=now
        ),
    )


def may_send(row: OutboxRow, _now: datetime) -> Refusal | None:
    """Let no change go that was overtaken; wait for a halted panel, and for an older change."""
    change = _change_of(row)
    if change.outcome != ChangeOutcome.WAITING:
        return Refusal(change.detail or change.outcome)
    if change.account.panel.halted_at is not None:
        raise TemporarilyRefused("the panel is halted until somebody has looked")
    under_way = OutboxRow.objects.filter(
        kind=KIND,
        recipient_id=row.recipient_id,
        state=OutboxState.QUEUED,
        claimed_until__gt=clock.machine(),
    ).exclude(pk=row.pk)
    if under_way.exists():
        raise TemporarilyRefused("another change of this account is being sent")
    return None


def send(row: OutboxRow, now: datetime) -> Delivery:
    """Make the calls of one change."""
    change = _change_of(row)
    try:
        panel = open_panel(change.account.panel)
    except UnableToOpenPanel as error:
        if change.account.panel.is_reached:
            raise TemporarilyRefused(str(error)) from None
        raise Refused(str(error)) from None
    step = _STEPS[ChangeVerb(change.verb)]
    return step(change, panel, now)


def _create(change: PanelChange, panel: ControlPanel, now: datetime) -> Delivery:
    account, wanted = change.account, _wanted(change.account)
    found = _look(account, panel, now=now)
    if found is None:
        _refuse_second_create(change, now=now)
        password = f"B{secrets.token_hex(12)}x-9"  # known to nobody: the customer sets his own
        _, result = attempt(
            account=account,
            change=change,
            verb=ChangeVerb.CREATE,
            call=lambda open_one: open_one.create(wanted, password=password),
            by=SYSTEM,
            now=now,
        )
        if not isinstance(result, port.Done | port.AlreadyExists):
            _raise(result, account, now=now)
        found = _look(account, panel, now=now)
    if found is None:
        raise OutcomeUnknown("the panel said that it made the account, and does not show it")
    if found.domain.lower() != wanted.domain or found.email.lower() != wanted.email.lower():
        raise Refused(f"{account.user_name} exists there and is not this customer's")
    return Delivery("it is there")


def _refuse_second_create(change: PanelChange, *, now: datetime) -> None:
    """Raise when a create of this change may have arrived: the panel is only looked at again."""
    sent = change.attempts.filter(verb=ChangeVerb.CREATE).exclude(outcome__in=NOT_ARRIVED).first()
    if sent is None:
        return
    if now - sent.started_at < STILL_AT_WORK:
        raise TemporarilyRefused("asked once; looking whether the panel has made it")
    raise Refused(
        "asked once and never seen on the panel; look there, and order it again if it is not"
    )


def _suspend(change: PanelChange, panel: ControlPanel, now: datetime) -> Delivery:
    return _set_suspended(change, panel, wanted=True, now=now)


def _unsuspend(change: PanelChange, panel: ControlPanel, now: datetime) -> Delivery:
    return _set_suspended(change, panel, wanted=False, now=now)


def _set_suspended(
    change: PanelChange, panel: ControlPanel, *, wanted: bool, now: datetime
) -> Delivery:
    account = change.account
    found = _look(account, panel, now=now)
    if found is None:
        raise Refused(f"the panel has no {account.user_name}")
    _refuse_stranger(account, found)
    if found.is_suspended == wanted:
        return Delivery("it was so already")
    name = account.user_name
    _, result = attempt(
        account=account,
        change=change,
        verb=change.verb,
        call=lambda opened: opened.suspend(name) if wanted else opened.unsuspend(name),
        by=SYSTEM,
        now=now,
    )
    if not isinstance(result, port.Done | port.AlreadyInState):
        _raise(result, account, now=now)
    return Delivery("done")


def _delete(change: PanelChange, panel: ControlPanel, now: datetime) -> Delivery:
    account = change.account
    found = _look(account, panel, now=now)
    if found is None:
        return Delivery("it was not there")
    _refuse_stranger(account, found)
    _, result = attempt(
        account=account,
        change=change,
        verb=change.verb,
        call=lambda opened: opened.delete(account.user_name),
        by=SYSTEM,
        now=now,
    )
    if not isinstance(result, port.Done | port.NotFound):
        _raise(result, account, now=now)
    if _look(account, panel, now=now) is not None:
        raise OutcomeUnknown("the panel said that it removed the account, and still shows it")
    return Delivery("gone")


Step = Callable[[PanelChange, ControlPanel, datetime], Delivery]
_STEPS: dict[ChangeVerb, Step] = {
    ChangeVerb.CREATE: _create,
    ChangeVerb.SUSPEND: _suspend,
    ChangeVerb.UNSUSPEND: _unsuspend,
    ChangeVerb.DELETE: _delete,
}


def _look(account: PanelAccount, panel: ControlPanel, *, now: datetime) -> PanelUser | None:
    """Return the account as the panel shows it, or None; raise when that cannot be known."""
    found = panel.get(account.user_name)
    if isinstance(found, PanelUser):
        return found
    if not isinstance(found, port.NotFound):
        # A look changes nothing, so an answer that never came is only a reason to look later.
        later = port.Busy(found.reason) if isinstance(found, port.OutcomeUnknown) else found
        _raise(later, account, now=now)
    return None


def _refuse_stranger(account: PanelAccount, found: PanelUser) -> None:
    domain = account.service.domain
    if domain is not None and found.domain.lower() != domain.name:
        raise Refused(f"{account.user_name} has another domain there: it is not this customer's")


def _raise(result: object, account: PanelAccount, *, now: datetime) -> None:
    """Tell the outbox what became of a call that did not do what was asked."""
    reason = str(getattr(result, "reason", "")) or type(result).__name__
    if isinstance(result, port.AuthFailed):
        halt_panel(panel=account.panel, reason=REFUSED, by=SYSTEM, now=now)
        raise TemporarilyRefused(reason)
    if isinstance(result, port.Busy | port.Unreachable):
        raise TemporarilyRefused(reason)
    if isinstance(result, port.OutcomeUnknown):
        raise OutcomeUnknown(reason)
    raise Refused(reason)


def _wanted(account: PanelAccount) -> NewAccount:
    domain = account.service.domain
    owner = (
        Contact.objects.filter(
            roles__customer=account.service.customer_id, roles__role=CustomerContact.Role.OWNER
        )
        .select_related("user")
        .order_by("pk")
        .first()
    )
    if domain is None or owner is None:
        raise Refused("an account needs a domain name and an owner with an address")
    return NewAccount(
        user_name=account.user_name,
        domain=domain.name,
        email=owner.user.email,
        package=account.package,
    )


def _change_of(row: OutboxRow) -> PanelChange:
    changes = PanelChange.objects.select_related("account__panel", "account__service__domain")
    return changes.get(pk=row.payload["change"])
