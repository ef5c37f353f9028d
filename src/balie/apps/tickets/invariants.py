"""What must always hold of questions (DESIGN section 7: 15 and 11)."""

from collections import Counter
from datetime import datetime

from django.db.models import F, Q

from balie.apps.promises.models import Promise
from balie.apps.tickets.models import Message, Question
from balie.infra.invariants import Result, Violation
from balie.infra.models import OutboxRow


def one_promise_per_question(*, now: datetime) -> Result:
    """15: each message of an asker is a question with one promise made when it was asked."""
    name = "15 each question has one promise"
    orphans = Message.objects.filter(kind=Message.Kind.QUESTION, question__isnull=True)
    moved = Question.objects.exclude(promise__made_at=F("message__written_at"))
    stray = Promise.objects.filter(kind=Promise.Kind.ANSWER).exclude(
        pk__in=Question.objects.values("promise")
    )
    broken = [
        Violation(invariant=name, subject=f"message {pk}", detail="asks, but has no promise")
        for pk in orphans.values_list("pk", flat=True)
    ]
    broken += [
        Violation(invariant=name, subject=f"question {pk}", detail="promised at another moment")
        for pk in moved.values_list("pk", flat=True)
    ]
    broken += [
        Violation(invariant=name, subject=f"promise {pk}", detail="belongs to no question")
        for pk in stray.values_list("pk", flat=True)
    ]
    return Result(name=name, checked=Question.objects.count(), violations=tuple(broken))


def kept_by_a_delivered_answer(*, now: datetime) -> Result:
    """15: a promise is kept only by an answer of a named employee that was delivered."""
    name = "15 only a delivered answer keeps a promise"
    kept = Question.objects.filter(promise__kept_at__isnull=False)
    wrong = kept.filter(
        Q(answer__isnull=True)
        | Q(answer__delivered_at__isnull=True)
        | Q(answer__employee__isnull=True)
        | ~Q(answer__kind=Message.Kind.ANSWER)
    )
    return Result(
        name=name,
        checked=kept.count(),
        violations=tuple(
            Violation(invariant=name, subject=f"question {pk}", detail="kept by nothing delivered")
            for pk in wrong.values_list("pk", flat=True)
        ),
    )


def one_mail_per_answer(*, now: datetime) -> Result:
    """11: an answer has an outbox row for each it answers, never two for one of them."""
    name = "11 one mail per answer"
    answers = set(Message.objects.filter(kind=Message.Kind.ANSWER).values_list("pk", flat=True))
    mailed = Counter(
        (row["message"], row["contact"])
        for row in OutboxRow.objects.filter(kind="answer").values_list("payload", flat=True)
    )
    linked = Question.objects.filter(answer__isnull=False)
    meant = set(linked.values_list("answer", "message__contact"))
    wrong = answers ^ {message for message, _ in mailed}
    wrong |= {message for message, _ in meant - mailed.keys()}
    wrong |= {message for (message, _), count in mailed.items() if count > 1}
    return Result(
        name=name,
        checked=len(answers),
        violations=tuple(
            Violation(invariant=name, subject=f"message {pk}", detail="not exactly one mail")
            for pk in sorted(wrong)
        ),
    )


INVARIANTS = (one_promise_per_question, kept_by_a_delivered_answer, one_mail_per_answer)
