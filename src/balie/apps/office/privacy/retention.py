"""Let data of people go when its time is over, as the policy says: every night, in chunks.

Each step only takes what is still there, so that running it again, or going on after it was killed,
does no harm. What was let go is counted in the day's row of the daily round.
"""

from collections.abc import Callable
from datetime import datetime, timedelta

from django.db import IntegrityError, transaction
from django.db.models import Model, QuerySet

from balie.apps.credentials.actions import forgetting as credentials
from balie.apps.customers import forgetting as people
from balie.apps.office.models import RoundStep
from balie.apps.promises.queries import policy_in_force
from balie.apps.tickets import actions as tickets_actions
from balie.apps.tickets.actions import forgetting as tickets
from balie.domain.policy import Privacy
from balie.infra import clock
from balie.infra.models import OutboxRow, OutboxState

STEP = "retention"
AT_ONCE = 200
MONTH = timedelta(days=365) / 12


def let_go(*, now: datetime) -> dict[str, int]:
    """Let go what the policy no longer keeps; how many of each."""
    terms = policy_in_force(now=now).privacy
    return {
        "tickets": _tickets(terms, now=now),
        "raw_mails": _raw_mails(terms, now=now),
        "mail_errors": _mail_errors(before=now - terms.error_months * MONTH),
        "sign_ins": people.forget_tries(before=now - terms.sign_in_months * MONTH),
        "code_requests": people.forget_code_requests(
            before=now - timedelta(days=terms.recovery_days)
        ),
        "invitations": people.forget_invitations(before=now - timedelta(days=terms.recovery_days)),
        "lost_logins": credentials.forget_requests(
            before=now - timedelta(days=terms.recovery_days)
        ),
        "sessions": people.forget_sessions(days=terms.session_days),
        "numbers": tickets_actions.erase_numbers(now=now),
    }


def nightly(*, now: datetime) -> RoundStep:
    """Let go, and leave the counts of the day; a second time adds what it still found."""
    counts = let_go(now=now)
    day = clock.local(now).date()
    try:
        with transaction.atomic():
            return RoundStep.objects.create(day=day, step=STEP, finished_at=now, receipt=counts)
    except IntegrityError:
        row = RoundStep.objects.get(day=day, step=STEP)
        row.receipt = {name: counts[name] + row.receipt.get(name, 0) for name in counts}
        row.save(update_fields=["receipt"])
        return row


def last_nights(*, count: int) -> list[RoundStep]:
    """Return what the last nights let go, newest first."""
    return list(RoundStep.objects.filter(step=STEP).order_by("-day")[:count])


def _tickets(terms: Privacy, *, now: datetime) -> int:
    found = tickets.tickets_to_forget(before=now - terms.ticket_months * MONTH)
    return _in_chunks(found, tickets.forget_tickets)


def _raw_mails(terms: Privacy, *, now: datetime) -> int:
    found = tickets.mails_to_forget(before=now - terms.raw_mail_months * MONTH)
    return _in_chunks(found, tickets.forget_bytes)


def _in_chunks(found: QuerySet[Model], forget: Callable[[list[int]], int]) -> int:
    """Forget rows a few at a time, each few in its own transaction; how many."""
    count, last = 0, 0
    while chunk := list(
        found.filter(pk__gt=last).order_by("pk").values_list("pk", flat=True)[:AT_ONCE]
    ):
        count += forget(chunk)
        last = chunk[-1]
    return count


def _mail_errors(*, before: datetime) -> int:
    over = OutboxRow.objects.exclude(state=OutboxState.QUEUED).filter(created_at__lt=before)
    return over.exclude(last_error="", bounce_reason="").update(last_error="", bounce_reason="")
