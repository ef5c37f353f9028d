"""One call that changes something on a panel: written down first, then made, then its outcome."""

from collections.abc import Callable
from datetime import datetime
from typing import TypeVar

from django.db import transaction

from balie.apps.services.actions.panels import REFUSED, halt_panel
from balie.apps.services.models import AttemptOutcome, PanelAccount, PanelAttempt, PanelChange
from balie.apps.services.panels import port
from balie.apps.services.panels.port import ControlPanel
from balie.apps.services.panels.registry import UnableToOpenPanel, open_panel
from balie.infra.audit import SYSTEM, Actor

ResultT = TypeVar("ResultT")

OUTCOMES: dict[type[object], AttemptOutcome] = {
    port.Done: AttemptOutcome.DONE,
    port.LoginUrl: AttemptOutcome.DONE,
    port.AlreadyExists: AttemptOutcome.ALREADY_EXISTS,
    port.NotFound: AttemptOutcome.NOT_FOUND,
    port.AlreadyInState: AttemptOutcome.ALREADY_IN_STATE,
    port.Rejected: AttemptOutcome.REJECTED,
    port.AuthFailed: AttemptOutcome.AUTH_FAILED,
    port.Busy: AttemptOutcome.BUSY,
    port.RateLimited: AttemptOutcome.BUSY,
    port.Unreachable: AttemptOutcome.UNREACHABLE,
    port.OutcomeUnknown: AttemptOutcome.UNKNOWN,
}


def attempt(
    *,
    account: PanelAccount,
    verb: str,
    call: Callable[[ControlPanel], ResultT | port.Failure],
    change: PanelChange | None = None,
    by: Actor,
    now: datetime,
) -> tuple[PanelAttempt, ResultT | port.Failure]:
    """Make one call about ``account`` and return its row with what came of it.

    The row stands before the call is made, so that one that killed its process is not forgotten.
    Outside a transaction: the call may take ten seconds. The first refused login halts the panel.
    """
    # Durable: inside a transaction the row would not be there before the call.
    with transaction.atomic(durable=True):
        row = PanelAttempt.objects.create(
            account=account, change=change, verb=verb, started_at=now, started_by=str(by)
        )
    result = _call(account, call)
    row.outcome = OUTCOMES[type(result)]
    row.detail = reason_of(result)[:300]
    row.save(update_fields=["outcome", "detail"])
    if isinstance(result, port.AuthFailed):
        halt_panel(panel=account.panel, reason=REFUSED, by=SYSTEM, now=now)
    return row, result


def reason_of(result: object) -> str:
    """Return the words that came with an outcome; a success has none."""
    return str(getattr(result, "reason", ""))


def _call(
    account: PanelAccount, call: Callable[[ControlPanel], ResultT | port.Failure]
) -> ResultT | port.Failure:
    panel = account.panel
    panel.refresh_from_db()  # a call may begin long after its account was read
    if panel.halted_at is not None:
        return port.Unreachable("the panel is halted until somebody has looked")
    try:
        return call(open_panel(panel))
    except UnableToOpenPanel as error:
        return port.Unreachable(str(error))
