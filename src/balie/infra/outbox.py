"""The outbox: nothing leaves the house except through it (rule 4 of the house).

A row is written in the transaction of the fact that causes it and sent afterwards. Sending is at
least once: a crash between the other side's yes and our commit leads to a second attempt with the
same Message-ID, and only there. An error never means "not done".
"""

from __future__ import annotations

import hashlib
import logging
import threading
from collections.abc import Callable, Collection, Mapping
from datetime import datetime, timedelta
from urllib.parse import urlsplit

from django.conf import settings
from django.db import IntegrityError, close_old_connections, connection, transaction
from django.db.models import DateTimeField, F, Q, QuerySet, Value
from django.db.models.functions import Coalesce
from django.utils.crypto import salted_hmac

from balie.infra import clock, halt
from balie.infra.audit import JSON
from balie.infra.models import OutboxRow, OutboxState
from balie.infra.outcomes import (
    Delivery,
    OutcomeUnknown,
    Refusal,
    Refused,
    SendReport,
    TemporarilyRefused,
    Unreachable,
)
from balie.infra.registrations import FOLLOWED_BY, follow, register, registration_of

# Who registers a kind finds here what his sender returns and raises as well.
__all__ = ["Delivery", "OutcomeUnknown", "Refusal", "Refused", "SendReport"]
__all__ += ["TemporarilyRefused", "Unreachable", "register"]

log = logging.getLogger(__name__)

GIVE_UP_AFTER = timedelta(hours=48)
FIRST_PAUSE = timedelta(seconds=15)
LONGEST_PAUSE = timedelta(hours=1)
CLOSING = timedelta(minutes=1)  # of the machine; closing a row takes no call to the outside
POLL_SECONDS = 0.5
PAUSE_WHEN_REFUSED = 2.0
BOUNCE_WORDS = 500


class AlreadyQueued(Exception):
    """The business event has its outbox row already (invariant 11)."""


class UnableToQueue(Exception):
    """The row was not written: no transaction stands around it."""


def put(
    *,
    kind: str,
    event: str,
    recipient: tuple[str, int],
    payload: Mapping[str, JSON],
    now: datetime,
    not_after: datetime | None = None,
    wait_until: datetime | None = None,
) -> OutboxRow:
    """Queue one message for one recipient, in the caller's transaction.

    ``event`` names the business event (``invoice-issued:17``) and is unique for ever: a second
    ``put`` raises AlreadyQueued. ``payload`` holds template and ids, no secret. From ``not_after``
    on the row expires instead of being sent; before ``wait_until`` it is not sent.
    """
    if not connection.in_atomic_block:
        raise UnableToQueue(f"{event}: queue it in the transaction of the fact that causes it")
    first = max(now, wait_until) if wait_until else now
    try:
        with transaction.atomic():
            return OutboxRow.objects.create(
                kind=kind,
                event=event,
                recipient_kind=recipient[0],
                recipient_id=recipient[1],
                payload=dict(payload),
                message_id=message_id_of(event),
                created_at=now,
                not_after=not_after,
                wait_until=first,
                next_attempt_at=first,
            )
    except IntegrityError:
        if OutboxRow.objects.filter(event=event).exists():
            raise AlreadyQueued(event) from None
        raise


def message_id_of(event: str) -> str:
    """The Message-ID of an event: always the same, and not to be guessed by an outsider."""
    host = urlsplit(settings.BALIE_BASE_URL).hostname or ""
    domain = "balie.localhost" if settings.BALIE_IS_LOCAL else host
    return f"<{salted_hmac('balie.outbox.message-id', event).hexdigest()}@{domain}>"


def send_due(
    *,
    now: datetime,
    limit: int = 200,
    lease: timedelta | None = None,
    read_clock: Callable[[], datetime] | None = None,
) -> SendReport:
    """Send at most ``limit`` due rows, the longest waiting first.

    A delivery may take minutes, so what keeps a promise is the moment after it: ``read_clock``
    tells it. Without one, where time stands still, that is ``now``.

    Each row is claimed by a guarded UPDATE for ``lease`` of machine time (default: ten times the
    SMTP timeout, since each step of a delivery may take one); a row whose claimant died is taken up
    when that has run out. Does nothing while ``outgoing`` is halted.
    """
    if halt.reason(what=halt.OUTGOING) is not None:
        return SendReport()
    _follow_up(now=now)
    lease = lease or timedelta(seconds=10 * settings.EMAIL_TIMEOUT)
    counts = dict.fromkeys(("accepted", "retried", "failed", "expired", "refused"), 0)
    unreachable: set[str] = set()
    for row_id, kind in list(_free(now=now).values_list("id", "kind")[:limit]):
        if kind in unreachable:
            continue
        row = _claim(row_id, now=now, lease=lease)
        if row is None:
            continue
        outcome, reachable = _attempt(row, now=now, read_clock=read_clock)
        counts[outcome] += 1
        if not reachable:
            unreachable.add(kind)
    return SendReport(**counts)


def withdraw_queued(*, before: datetime, reason: str, now: datetime) -> int:
    """Withdraw what was queued before a moment; how many rows. Used after a restore.

    A row that somebody is sending right now is left to him. Each is withdrawn together with what
    follows from it: who was to get it may be waiting for it.
    """
    queued = OutboxRow.objects.filter(state=OutboxState.QUEUED, created_at__lt=before)
    count = 0
    for row in queued.filter(_unclaimed()).order_by("id"):
        held = {"claimed_until": clock.machine() + CLOSING}
        if queued.filter(_unclaimed(), pk=row.pk).update(**held):
            _close(row, OutboxState.WITHDRAWN, reason, now=now)
            count += 1
    return count


def withdraw_untried(rows: QuerySet[OutboxRow], *, reason: str, now: datetime) -> bool:
    """Withdraw rows that nobody has tried to send yet; False when not every one of them could be.

    In the transaction that undoes what caused them: the caller rolls back on False, and knows
    himself what follows, so nobody is called. At least one row must be there.
    """
    wanted = rows.count()
    untried = rows.filter(_unclaimed(), state=OutboxState.QUEUED, attempts=0)
    changed = untried.update(state=OutboxState.WITHDRAWN, closed_at=now, last_error=reason)
    return wanted > 0 and changed == wanted


def note_bounced(*, message_id: str, reason: str, now: datetime) -> OutboxRow | None:
    """Note that a mail of ours came back, with the words of the server that would not have it.

    Returns its row, or None when no mail of ours has this Message-ID (with or without brackets).
    Once: a second report changes nothing. A row of which nobody knew whether it had arrived fails.
    """
    wanted = f"<{message_id.strip().strip('<>')}>"
    words = " ".join(reason.split())[:BOUNCE_WORDS]
    with transaction.atomic():
        fresh = OutboxRow.objects.filter(message_id=wanted, bounced_at__isnull=True)
        changed = fresh.update(bounced_at=now, bounce_reason=words, follow_up_pending=False)
        row = OutboxRow.objects.filter(message_id=wanted).first()
        if row is None or not changed:
            return row
        log.warning("bounced", extra={"row": row.pk, "kind": row.kind, "why": words})
        if row.state == OutboxState.QUEUED:
            _close(row, OutboxState.FAILED, f"bounced: {words}", now=now)
        elif row.state == OutboxState.ACCEPTED:
            follow("on_bounced", row, now=now)
    return row


def bounced(
    *, kind: str | Collection[str], recipient: tuple[str, int] | None = None
) -> QuerySet[OutboxRow]:
    """Rows of one kind or several that did not arrive, to one recipient or to all; last one first.

    Refused by the first server or by a later one, or given up: ``bounce_reason`` has the words.
    """
    kinds = [kind] if isinstance(kind, str) else list(kind)
    rows = OutboxRow.objects.filter(kind__in=kinds, bounced_at__isnull=False)
    if recipient is not None:
        rows = rows.filter(recipient_kind=recipient[0], recipient_id=recipient[1])
    return rows.order_by("-bounced_at", "-id")


def work(stop: threading.Event) -> None:
    """Send until ``stop`` is set, reading the clock before each row; for a thread of its own.

    A server that is away is asked again every few seconds, by one row at a time.
    """
    while not stop.is_set():
        try:
            close_old_connections()
            report = send_due(now=clock.now(), limit=1, read_clock=clock.now)
            pause = PAUSE_WHEN_REFUSED if report.retried else 0 if report.total else POLL_SECONDS
        except Exception:
            # A database that is away, or a fault of ours: the thread must not end for it.
            log.exception("trying again in a while")
            pause = PAUSE_WHEN_REFUSED
        stop.wait(pause)
    connection.close()


def stuck(*, now: datetime, longer_than: timedelta = timedelta(minutes=15)) -> QuerySet[OutboxRow]:
    """Queued rows that should have left ``longer_than`` ago: the desk shows an alarm for them.

    Also those that nobody has tried to send: then no worker is alive.
    """
    queued = OutboxRow.objects.filter(state=OutboxState.QUEUED, wait_until__lte=now - longer_than)
    return queued.order_by("wait_until", "id")


def _due(*, now: datetime) -> QuerySet[OutboxRow]:
    return OutboxRow.objects.filter(state=OutboxState.QUEUED, next_attempt_at__lte=now).order_by(
        "next_attempt_at", "id"
    )


def _free(*, now: datetime) -> QuerySet[OutboxRow]:
    return _due(now=now).filter(_unclaimed())


def _unclaimed() -> Q:
    return Q(claimed_until__isnull=True) | Q(claimed_until__lte=clock.machine())


def _claim(row_id: int, *, now: datetime, lease: timedelta) -> OutboxRow | None:
    """The row, if nobody else holds it; the attempt counts from here, also when we crash."""
    moment = DateTimeField()
    mine = (
        _free(now=now)
        .filter(pk=row_id)
        .order_by()
        .update(
            claimed_until=clock.machine() + lease,
            attempts=F("attempts") + 1,
            first_attempt_at=Coalesce(F("first_attempt_at"), Value(now, output_field=moment)),
        )
    )
    return OutboxRow.objects.get(pk=row_id) if mine else None


def _attempt(
    row: OutboxRow, *, now: datetime, read_clock: Callable[[], datetime] | None
) -> tuple[str, bool]:
    """Send one claimed row; how it ended, and whether the other side can be reached at all."""
    registration = registration_of(row.kind)
    if registration is None:
        return _retry(row, f"nobody sends {row.kind!r}", now=now), False
    if row.not_after is not None and now >= row.not_after:
        return _close(row, OutboxState.EXPIRED, "too late to send", now=now), True
    try:
        refusal = registration.may_send(row, now) if registration.may_send else None
        delivery = Delivery() if refusal else registration.sender(row, now)
    except Refused as refused:
        return _close(row, OutboxState.FAILED, str(refused), now=now), True
    except Exception as error:  # noqa: BLE001  (whatever a sender raises, the row must go on)
        return _retry_after(error, row, now=now)
    if refusal is not None:
        return _close(row, OutboxState.WITHDRAWN, refusal.reason, now=now), True
    _accept(row, delivery, now=max(now, read_clock()) if read_clock else now)
    return "accepted", True


def _retry_after(error: Exception, row: OutboxRow, *, now: datetime) -> tuple[str, bool]:
    """Put the row back after an error that does not say no for good."""
    if isinstance(error, TemporarilyRefused):
        return _retry(row, str(error), now=now), not isinstance(error, Unreachable)
    if isinstance(error, OutcomeUnknown):
        return _retry(row, f"outcome unknown: {error}", now=now, unknown=1), False
    log.error("sending failed", exc_info=error, extra={"row": row.pk, "kind": row.kind})
    reason = f"outcome unknown: {type(error).__name__}: {error}"
    return _retry(row, reason, now=now, unknown=1), True


def _queued(row: OutboxRow) -> QuerySet[OutboxRow]:
    return OutboxRow.objects.filter(pk=row.pk, state=OutboxState.QUEUED)


def _accept(row: OutboxRow, delivery: Delivery, *, now: datetime) -> None:
    """Mark the row accepted together with what follows from it.

    When what follows fails, the row is accepted all the same (else it would be sent again and
    again) and the follow-up is tried in later rounds.
    """
    log.info("sent", extra={"row": row.pk, "kind": row.kind, "reply": delivery.reply})
    try:
        with transaction.atomic():
            if _mark_accepted(row, now=now, follow_up_pending=False):
                follow("on_accepted", row, now=now)
    except Exception as error:
        log.exception("follow-up failed", extra={"row": row.pk, "kind": row.kind})
        row.last_error = f"follow-up: {type(error).__name__}: {error}"
        _mark_accepted(row, now=now, follow_up_pending=True)


def _mark_accepted(row: OutboxRow, *, now: datetime, follow_up_pending: bool) -> bool:
    row.state = OutboxState.ACCEPTED
    row.accepted_at = row.closed_at = now
    row.claimed_until = None
    row.follow_up_pending = follow_up_pending
    return bool(
        _queued(row).update(
            state=OutboxState.ACCEPTED,
            accepted_at=now,
            closed_at=now,
            claimed_until=None,
            follow_up_pending=follow_up_pending,
            last_error=row.last_error if follow_up_pending else "",
        )
    )


def _follow_up(*, now: datetime) -> None:
    """Try again what should have followed from an accepted or closed row and did not succeed."""
    for row in OutboxRow.objects.filter(follow_up_pending=True).order_by("id")[:50]:
        name = FOLLOWED_BY[OutboxState(row.state)]
        try:
            with transaction.atomic():
                mine = OutboxRow.objects.filter(pk=row.pk, follow_up_pending=True)
                if mine.update(follow_up_pending=False):
                    follow(name, row, now=row.accepted_at or now)
        except Exception:
            log.exception("follow-up failed", extra={"row": row.pk, "kind": row.kind})


def _close(row: OutboxRow, state: OutboxState, reason: str, *, now: datetime) -> str:
    """End the row without sending it, together with what follows from that."""
    outcome = "refused" if state == OutboxState.WITHDRAWN else state.value
    log.warning("not sent", extra={"row": row.pk, "kind": row.kind, "why": reason})
    row.state, row.closed_at, row.last_error, row.claimed_until = state, now, reason, None
    changes = {"state": state, "closed_at": now, "last_error": reason, "claimed_until": None}
    if state == OutboxState.FAILED and row.bounced_at is None:
        # Refused at the door or sent back later: who was to get it did not (guide: safety, 4).
        row.bounced_at, row.bounce_reason = now, reason[:BOUNCE_WORDS]
        changes |= {"bounced_at": now, "bounce_reason": row.bounce_reason}
    try:
        with transaction.atomic():
            if _queued(row).update(**changes):
                follow(FOLLOWED_BY[state], row, now=now)
    except Exception:
        log.exception("follow-up failed", extra={"row": row.pk, "kind": row.kind})
        _queued(row).update(**changes, follow_up_pending=True)
    return outcome


def _retry(row: OutboxRow, reason: str, *, now: datetime, unknown: int = 0) -> str:
    """Put the row back for a later attempt, or give up 48 hours after the first one.

    Not after the moment it was queued: a worker that was dead for days is no fault of the other
    side (RFC 5321 4.5.4.1 counts attempts as well).
    """
    if now - (row.first_attempt_at or now) >= GIVE_UP_AFTER:
        return _close(row, OutboxState.FAILED, f"given up after 48 hours: {reason}", now=now)
    _queued(row).update(
        next_attempt_at=now + pause_after(row),
        claimed_until=None,
        last_error=reason,
        unknown_outcomes=F("unknown_outcomes") + unknown,
    )
    return "retried"


def pause_after(row: OutboxRow) -> timedelta:
    """How long to wait after this attempt: doubling from 15 s to 1 h, a quarter more or less.

    The jitter is derived from event and attempt, so that a simulation can be replayed.
    """
    doubled = min(FIRST_PAUSE * (1 << min(max(row.attempts, 1) - 1, 16)), LONGEST_PAUSE)
    digest = hashlib.sha256(f"{row.event}/{row.attempts}".encode()).digest()
    return doubled * (0.75 + int.from_bytes(digest[:4], "big") / 2**33)
