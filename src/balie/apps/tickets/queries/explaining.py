"""A promise replayed: its moments from the policy of then, and what happened to its question."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from balie.apps.promises.models import Miss, Promise
from balie.apps.promises.queries import policy_of
from balie.apps.tickets.models import Message, Question
from balie.domain.explaining import Rule, explain_clock, explain_verdict, said
from balie.domain.policy import Policy


@dataclass(frozen=True, kw_only=True)
class Explained:
    """What a promise is about, each rule it went through, and where a replay differs."""

    title: str
    rules: tuple[Rule, ...]
    differences: tuple[str, ...] = ()


def explain(promise: Promise, *, now: datetime) -> Explained:
    """Return how a promise came to its due moment and its verdict.

    `differences` is empty unless the stored moments are not those the policy of then gives, or a
    miss is stored that a replay does not give, or the other way about.
    """
    policy = policy_of(promise.policy_version)
    title = f"promise {promise.pk} ({promise.kind}), made under policy version"
    title = f"{title} {promise.policy_version.number}"
    if promise.kind != Promise.Kind.ANSWER:
        return Explained(title=title, rules=tuple(_at_once(promise, policy=policy, now=now)))
    replayed, rules = explain_clock(asked_at=promise.made_at, policy=policy)
    missed = _contradicted_miss(promise, now=now)
    names = ("due_at", "guaranteed_by", "same_day_by", "usual_by")
    differences = tuple(
        f"{name}: stored {getattr(promise, name)}, replayed {getattr(replayed, name)}"
        for name in names
        if getattr(promise, name) != getattr(replayed, name)
    )
    question = (
        Question.objects.filter(promise=promise)
        .select_related("ticket", "message", "answer__employee")
        .first()
    )
    events = tuple(_events(question, policy=policy)) if question else ()
    verdict: tuple[Rule, ...]
    if promise.withdrawn_at is not None:
        told = f"ended {said(promise.withdrawn_at, policy=policy)}: it needed no answer"
        by = f", said {question.needs_none_by}" if question and question.needs_none_by else ""
        verdict = (Rule(name="verdict", found=f"{told}{by}"),)
    else:
        verdict = explain_verdict(replayed, kept_at=promise.kept_at, policy=policy, now=now)
    rules = (*rules, *events, *verdict)
    return Explained(title=title, rules=rules, differences=(*differences, *missed))


def _contradicted_miss(promise: Promise, *, now: datetime) -> Iterator[str]:
    """Say it when a stored miss and the moments of the promise do not agree.

    A miss that nobody noted yet is none of these: the sweep may have to come.
    """
    missed = Miss.objects.filter(promise=promise).first()
    if missed is not None and promise.withdrawn_at is not None:
        yield f"miss: stored ({missed.missed_at}), replayed ended before it was due"
    elif missed is not None and promise.was_kept:
        yield f"miss: stored ({missed.missed_at}), replayed kept"
    elif missed is not None and promise.kept_at is None and not promise.is_over(now=now):
        yield f"miss: stored ({missed.missed_at}), replayed still in time"
    elif missed is None and promise.kept_at is not None and not promise.was_kept:
        yield f"miss: none stored, replayed too late ({promise.kept_at})"


def _at_once(promise: Promise, *, policy: Policy, now: datetime) -> Iterator[Rule]:
    seconds = (promise.due_at - promise.made_at) / timedelta(seconds=1)
    yield Rule(name="asked", found=said(promise.made_at, policy=policy))
    due = said(promise.due_at, policy=policy)
    yield Rule(name="due", found=f"{seconds:.0f} seconds later: {due}")
    if promise.kept_at is not None:
        found = (
            f"{'kept' if promise.was_kept else 'missed'}: {said(promise.kept_at, policy=policy)}"
        )
    elif promise.withdrawn_at is not None:
        found = "ended: nothing had to be sent"
    else:
        found = "missed" if promise.is_over(now=now) else "still in time"
    yield Rule(name="verdict", found=found)


def _events(question: Question, *, policy: Policy) -> Iterator[Rule]:
    """Yield what was said in the ticket since the question, and what of it counts as an answer."""
    ticket = question.ticket
    yield Rule(name="question", found=f"message {question.message_id} of {ticket.number}")
    since = ticket.messages.filter(
        written_at__gte=question.message.written_at, kind__in=("answer", "note")
    )
    for message in since.select_related("employee").order_by("written_at", "pk"):
        yield Rule(
            name="event",
            found=f"{said(message.written_at, policy=policy)}: {_told(message, question, policy)}",
        )


def _told(message: Message, question: Question, policy: Policy) -> str:
    who = message.employee.name if message.employee else message.author_name
    if message.kind == Message.Kind.NOTE:
        return f"note by {who}: among ourselves, keeps nothing"
    words = f"answer {message.pk} by {who}"
    if message.undelivered_at is not None and message.delivered_at is None:
        return f"{words}: not delivered ({said(message.undelivered_at, policy=policy)})"
    if message.delivered_at is None:
        return f"{words}: not delivered yet"
    counts = "" if question.answer_id == message.pk else ", not to this question"
    return f"{words}: delivered {said(message.delivered_at, policy=policy)}{counts}"
