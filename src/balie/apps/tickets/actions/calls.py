"""Take in what the telephone exchange reports, and let a ticket come of what nobody answered.

Reports come late, twice and in any order (docs/reference/telephony.md). Each is a row, once; what
the call amounts to is worked out anew from all of them, so no order can lead to another state.
"""

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import F, Q, QuerySet
from django.utils import translation
from django.utils.translation import gettext as _

from balie.apps.promises.queries import policy_in_force
from balie.apps.tickets import queries
from balie.apps.tickets.actions.asking import ask
from balie.apps.tickets.actions.sorting import close
from balie.apps.tickets.actions.talks import request_call_back, tell
from balie.apps.tickets.models import Call, CallBack, Caller, CallEvent, Question, Team, Ticket
from balie.domain.calls import (
    GRACE,
    LONGEST_CALL,
    WRITING_UP,
    Report,
    is_same_caller,
    promises_answer,
    state_of,
    team_of,
)
from balie.formats.phone_events import PhoneEvent
from balie.infra import audit
from balie.infra.audit import SYSTEM, Actor

AT_ONCE = 200


@transaction.atomic
def record_event(*, source: str, event: PhoneEvent, now: datetime) -> Call:
    """Take in one report of a source; the same report twice changes nothing."""
    call, _created = Call.objects.get_or_create(
        source=source,
        call_id=event.call_id,
        defaults={"direction": event.direction, "started_at": event.at, "heard_at": now},
    )
    # Written first: of two reports at once the second reads what the first one wrote.
    Call.objects.filter(pk=call.pk).update(events_taken=F("events_taken") + 1, heard_at=now)
    CallEvent.objects.get_or_create(
        call=call,
        event=event.event,
        at=event.at,
        defaults={
            "choice": event.choice,
            "agent": event.agent,
            "outcome": event.outcome,
            "received_at": now,
        },
    )
    for name in ("number", "called", "queue"):
        Call.objects.filter(pk=call.pk, **{name: ""}).update(**{name: getattr(event, name)})
    return _fold(call)


def _fold(call: Call) -> Call:
    """Write down what the reports of a call amount to."""
    reports = [
        Report(event=one.event, at=one.at, choice=one.choice, agent=one.agent, outcome=one.outcome)
        for one in call.events.all()
    ]
    state = state_of(reports)
    Call.objects.filter(pk=call.pk).update(
        started_at=state.started_at,
        answered_at=state.answered_at,
        ended_at=state.ended_at,
        call_back_at=state.call_back_at,
        choice=state.choice,
        agent=state.agent,
        employee=queries.employee_at(state.agent),
        outcome=state.outcome,
    )
    call.refresh_from_db()
    return call


def settle_calls(*, now: datetime) -> list[Call]:
    """Look at every call that is over and see what comes of it; run every minute."""
    return [settle_call(call=call, now=now) for call in _to_settle(now=now)[:AT_ONCE]]


@transaction.atomic
def settle_call(*, call: Call, now: datetime) -> Call:
    """See what comes of one call that is over: a ticket, or nothing but a count. Once."""
    if not Call.objects.filter(pk=call.pk, settled_at__isnull=True).update(settled_at=now):
        return call
    call.refresh_from_db()
    if call.direction == "in" and call.ticket_id is None:
        if call.call_back_at is not None:
            _call_back(call, asked_at=call.call_back_at, now=now)
        elif call.answered_at is not None:
            _write_up(call, now=now)
        elif promises_answer(choice=call.choice, policy=policy_in_force(now=call.started_at)):
            _call_back(call, asked_at=call.started_at, now=now)
    call.refresh_from_db()
    return call


@transaction.atomic
def erase_numbers(*, now: datetime) -> int:
    """Forget the numbers of older calls (policy), except where somebody waits; how many."""
    before = now - timedelta(days=policy_in_force(now=now).privacy.number_days)
    waiting = Question.objects.filter(queries.STILL_OPEN).values("ticket")
    calls = Call.objects.filter(started_at__lt=before).exclude(number="", called="")
    erased = calls.filter(Q(ticket__isnull=True) | ~Q(ticket__in=waiting)).update(
        number="", called=""
    )
    backs = CallBack.objects.filter(requested_at__lt=before).exclude(number="")
    erased += backs.exclude(ticket__in=waiting).update(number="")
    erased += Caller.objects.filter(last_missed_at__lt=before).delete()[0]
    if erased:
        audit.record(
            event="numbers.erased",
            by=SYSTEM,
            subject=("calls", 0),
            now=now,
            data={"count": erased, "before": before.isoformat()},
        )
    return erased


def _to_settle(*, now: datetime) -> QuerySet[Call]:
    """Calls that are over as far as we can know, earliest first."""
    quiet = Q(heard_at__lte=now - GRACE)
    unanswered = Q(answered_at__isnull=True)
    over = (
        Q(call_back_at__isnull=False)
        | Q(direction="out", ended_at__isnull=False)
        | quiet & unanswered & Q(ended_at__isnull=False)
        | quiet & ~unanswered & Q(ended_at__lte=now - WRITING_UP)
        | Q(heard_at__lte=now - LONGEST_CALL)
    )
    return Call.objects.filter(over, settled_at__isnull=True).order_by("started_at", "pk")


def _call_back(call: Call, *, asked_at: datetime, now: datetime) -> None:
    """Let somebody be called back: by a ticket of his own, or by the one he waits on already.

    Nobody can call a number that was not shown; such a call is counted and nothing else.
    """
    if not call.number:
        return
    caller, _created = Caller.objects.get_or_create(
        number=call.number, defaults={"last_missed_at": asked_at}
    )
    # Written first: of two missed calls of one number at once the second sees the ticket.
    Caller.objects.filter(pk=caller.pk).update(missed=F("missed") + 1)
    caller.refresh_from_db()
    waits_on = _still_waits(caller, asked_at=asked_at)
    if waits_on is None:
        back = request_call_back(
            name="",
            number=call.number,
            team=_team(call),
            channel=Ticket.Channel.PHONE,
            call=call,
            raw=f"{call.source} {call.call_id}".encode(),
            asked_at=min(asked_at, now),
            by=SYSTEM,
            now=now,
        )
        waits_on = back.ticket
    else:
        Call.objects.filter(pk=call.pk, ticket__isnull=True).update(ticket=waits_on)
    Caller.objects.filter(pk=caller.pk).update(
        ticket=waits_on, last_missed_at=max(asked_at, caller.last_missed_at)
    )


def _still_waits(caller: Caller, *, asked_at: datetime) -> Ticket | None:
    """Return the ticket of somebody who tried again within half an hour and still waits."""
    if caller.ticket is None:
        return None
    again = is_same_caller(earlier=caller.last_missed_at, later=asked_at)
    ticket = queries.survivor_of(caller.ticket)
    return ticket if again and queries.open_questions(ticket).exists() else None


def _write_up(call: Call, *, now: datetime) -> None:
    """Let a call that a colleague answered be a ticket closed by phone, when he did not write it.

    Without a colleague we know by name nobody can have answered, and no promise is kept by it.
    """
    policy = policy_in_force(now=call.started_at)
    if call.employee is None or not promises_answer(choice=call.choice, policy=policy):
        return
    with translation.override("nl"):
        subject, body = _("Telephone call"), _("A question by phone, not written down.")
        said, caller = _("Answered on the phone."), _("Caller")
    question = ask(
        channel=Ticket.Channel.PHONE,
        subject=subject,
        body=body,
        asker_name=caller,
        asker_email="",
        raw=f"{call.source} {call.call_id}".encode(),
        asked_at=min(call.started_at, now),
        team=_team(call),
        by=SYSTEM,
        now=now,
    )
    Call.objects.filter(pk=call.pk).update(ticket=question.ticket)
    spoken_at = min(call.answered_at or now, now)
    tell(
        ticket=question.ticket,
        body=said,
        employee=call.employee,
        call=call,
        spoken_at=spoken_at,
        now=now,
    )
    by = Actor("employee", call.employee.pk, call.employee.name)
    close(ticket=question.ticket, by=by, now=now)


def _team(call: Call) -> Team | None:
    """Return the team that the menu led to; None leaves it to whoever sorts the questions."""
    code = team_of(choice=call.choice, policy=policy_in_force(now=call.started_at))
    return Team.objects.filter(code=code).first() if code else None
