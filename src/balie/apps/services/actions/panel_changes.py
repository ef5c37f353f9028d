"""Ask a panel to make, close, open or remove an account, and keep what came of it.

The change is a row with its row of the outbox; `panel_sending` makes the calls.
"""

from datetime import datetime

from django.db import transaction

from balie.apps.services.actions.panels import UnableToNoteAccount, note_account
from balie.apps.services.models import (
    AccountState,
    ChangeOutcome,
    ChangeVerb,
    Panel,
    PanelAccount,
    PanelChange,
    PanelKind,
    Service,
)
from balie.domain import panel_names
from balie.infra import audit, outbox
from balie.infra.audit import SYSTEM, Actor

KIND = "panel-change"
BECOMES = {
    ChangeVerb.CREATE: AccountState.ACTIVE,
    ChangeVerb.SUSPEND: AccountState.SUSPENDED,
    ChangeVerb.UNSUSPEND: AccountState.ACTIVE,
    ChangeVerb.DELETE: AccountState.DELETED,
}


class UnableToChangeAccount(Exception):
    """A panel is not asked for this; the message says why and what to do."""


@transaction.atomic
def order_account(
    *,
    service: Service,
    panel: Panel,
    user_name: str,
    package: str,
    by: Actor,
    now: datetime,
) -> PanelChange:
    """Let a panel make an account for a service; ``user_name`` follows domain.panel_names.

    Raises UnableToChangeAccount for an unfit or taken name, or a service without a domain name.
    """
    if service.domain is None:
        raise UnableToChangeAccount("an account needs a domain name; give the service one first")
    if not _is_fit(user_name, panel=panel, domain=service.domain.name):
        raise UnableToChangeAccount(f"{user_name} is no fit user name; choose another")
    try:
        account = note_account(
            service=service,
            user_name=user_name,
            panel=panel,
            package=package,
            state=AccountState.ORDERED,
            by=by,
            now=now,
        )
    except UnableToNoteAccount as error:
        raise UnableToChangeAccount(str(error)) from None
    return ask_change(account=account, verb=ChangeVerb.CREATE, reason="ordered", by=by, now=now)


def _is_fit(user_name: str, *, panel: Panel, domain: str) -> bool:
    """Whether a panel takes a user name; where accounts are mailboxes it is a mail address."""
    if panel.kind != PanelKind.MODOBOA:
        return not panel_names.fault_of(user_name)
    local, _, of = user_name.rpartition("@")
    return of == domain and not panel_names.fault_of(local)


@transaction.atomic
def ask_change(
    *, account: PanelAccount, verb: ChangeVerb, reason: str, by: Actor, now: datetime
) -> PanelChange:
    """Ask the panel of an account to do something, and return the change that waits for it.

    Asked again while it waits, it is the same change. Another one overtakes what waits: the last
    word counts, also where the panel could not be reached for hours. Raises UnableToChangeAccount.
    """
    account = PanelAccount.objects.get(pk=account.pk)
    _refuse_what_cannot_be(account, verb)
    waiting = PanelChange.objects.filter(account=account, outcome=ChangeOutcome.WAITING)
    same = waiting.filter(verb=verb).first()
    if same is not None:
        return same
    waiting.update(outcome=ChangeOutcome.OVERTAKEN, ended_at=now, detail=f"overtaken by: {verb}")
    change = PanelChange.objects.create(
        account=account, verb=verb, reason=reason[:200], asked_at=now, asked_by=str(by)
    )
    outbox.put(
        kind=KIND,
        event=f"{KIND}:{change.pk}",
        recipient=("panel_account", account.pk),
        payload={"change": change.pk},
        now=now,
    )
    _record(change, "asked", by=by, now=now)
    return change


def _refuse_what_cannot_be(account: PanelAccount, verb: ChangeVerb) -> None:
    if account.state == AccountState.DELETED:
        raise UnableToChangeAccount("the account is deleted; order a new one")
    is_there = account.state != AccountState.ORDERED
    if verb == ChangeVerb.CREATE and is_there:
        raise UnableToChangeAccount("the account is there already")
    if verb in {ChangeVerb.SUSPEND, ChangeVerb.UNSUSPEND} and not is_there:
        raise UnableToChangeAccount("the account is not there yet; wait until the panel made it")


@transaction.atomic
def note_done(*, change: PanelChange, now: datetime) -> None:
    """Note that the panel did it; one that was overtaken meanwhile decides nothing any more."""
    if _end(change, ChangeOutcome.DONE, "", now=now):
        state = BECOMES[ChangeVerb(change.verb)]
        PanelAccount.objects.filter(pk=change.account_id).update(state=state)
        _record(change, "done", by=SYSTEM, now=now)


@transaction.atomic
def note_failed(*, change: PanelChange, reason: str, now: datetime) -> None:
    """Note that it will not be done: an alarm, until a person says that he has seen it."""
    if _end(change, ChangeOutcome.FAILED, reason[:300], now=now):
        _record(change, "failed", by=SYSTEM, now=now)


@transaction.atomic
def dismiss_failure(*, change: PanelChange, by: Actor, now: datetime) -> PanelChange:
    """Take away the alarm of a failed change: somebody has dealt with it."""
    failed = PanelChange.objects.filter(
        pk=change.pk, outcome=ChangeOutcome.FAILED, seen_at__isnull=True
    )
    if failed.update(seen_at=now, seen_by=str(by)):
        account = change.account
        if not account.panel.is_reached:
            # Nobody but he could do it: on a panel that is kept by hand, seen is done.
            state = BECOMES[ChangeVerb(change.verb)]
            PanelAccount.objects.filter(pk=account.pk).update(state=state)
        _record(change, "seen", by=by, now=now)
    change.refresh_from_db()
    return change


def _end(change: PanelChange, outcome: ChangeOutcome, detail: str, *, now: datetime) -> bool:
    waiting = PanelChange.objects.filter(pk=change.pk, outcome=ChangeOutcome.WAITING)
    return bool(waiting.update(outcome=outcome, detail=detail, ended_at=now))


def _record(change: PanelChange, what: str, *, by: Actor, now: datetime) -> None:
    audit.record(
        event=f"panel_change.{what}",
        by=by,
        subject=("panel_account", change.account_id),
        now=now,
        data={"change": change.pk, "verb": change.verb},
    )
