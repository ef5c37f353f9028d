"""What must always hold of questions (DESIGN section 7: 15, 14 and 11)."""

from collections import Counter
from collections.abc import Mapping
from datetime import datetime, timedelta

from django.db.models import Count, Exists, F, Min, OuterRef, Q

from balie.apps.promises.models import Promise
from balie.apps.tickets import queries
from balie.apps.tickets.models import InboundMail, Merge, Message, PhoneTalk, Question, Ticket
from balie.infra.invariants import Result, Violation
from balie.infra.models import OutboxRow

# A mail is placed within minutes, or given up to quarantine within the hour.
LONGEST_UNREAD = timedelta(days=1)


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
    """11: an answer has an outbox row for each it answers, never two for one of them.

    What was said by phone needs none.
    """
    name = "11 one mail per answer"
    answers = set(Message.objects.filter(kind=Message.Kind.ANSWER).values_list("pk", flat=True))
    unsent = set(Message.objects.filter(kind=Message.Kind.UNSENT).values_list("pk", flat=True))
    mailed = Counter(
        (row["message"], row["contact"], tuple(row.get("questions", ())))
        for row in OutboxRow.objects.filter(kind="answer").values_list("payload", flat=True)
        if row["message"] not in unsent
    )
    linked = Question.objects.filter(answer__isnull=False)
    meant = set(linked.values_list("answer", "message__contact"))
    wrong = answers ^ {message for message, _, _ in mailed}
    wrong |= {message for message, _ in meant - {mail[:2] for mail in mailed}}
    wrong -= set(PhoneTalk.objects.values_list("message", flat=True))
    wrong |= {message for (message, _, _), count in mailed.items() if count > 1}
    return Result(
        name=name,
        checked=len(answers),
        violations=tuple(
            Violation(invariant=name, subject=f"message {pk}", detail="not exactly one mail")
            for pk in sorted(wrong)
        ),
    )


def due_as_its_questions(*, now: datetime) -> Result:
    """15: the due moment beside a ticket is the earliest of its questions that wait."""
    name = "15 a ticket is due with its questions"
    waiting = Q(questions__answer__isnull=True, questions__needs_none_at__isnull=True)
    counted = Ticket.objects.annotate(
        earliest=Min("questions__promise__due_at", filter=waiting),
        number_waiting=Count("questions", filter=waiting & Q(questions__isnull=False)),
    )
    wrong = counted.exclude(open_questions=F("number_waiting")) | counted.filter(
        earliest__isnull=False
    ).exclude(due_at=F("earliest"))
    return Result(
        name=name,
        checked=Ticket.objects.count(),
        violations=tuple(
            Violation(invariant=name, subject=f"ticket {number}", detail="due at another moment")
            for number in wrong.values_list("number", flat=True)
        ),
    )


def merges_lead_on(*, now: datetime) -> Result:
    """A merged ticket holds no question, and its chain of merges ends at one that goes on."""
    name = "15 a merged ticket goes on in another one"
    merged = Ticket.objects.filter(merged_into__isnull=False)
    chain = {pk: into or 0 for pk, into in merged.values_list("pk", "merged_into")}
    standing = Merge.objects.filter(undone_at__isnull=True).values_list("ticket", "into")
    holding = Question.objects.filter(ticket__merged_into__isnull=False)
    wrong = {pk for pk in chain if _goes_round(pk, chain)}
    wrong |= {pk for pk, _ in chain.items() ^ set(standing)}
    wrong |= set(holding.values_list("ticket", flat=True))
    return Result(
        name=name,
        checked=len(chain),
        violations=tuple(
            Violation(invariant=name, subject=f"ticket {pk}", detail="went on nowhere")
            for pk in sorted(wrong)
        ),
    )


def _goes_round(pk: int, chain: Mapping[int, int]) -> bool:
    passed = {pk}
    while (pk := chain.get(pk, 0)) and pk not in passed:
        passed.add(pk)
    return pk != 0


def every_message_is_found(*, now: datetime) -> Result:
    """What was written can be searched for; else `balie reindex` mends it."""
    name = "15 every message can be found"
    missing = queries.unindexed_messages()
    return Result(
        name=name,
        checked=Message.objects.count(),
        violations=tuple(
            Violation(invariant=name, subject=f"message {pk}", detail="run `balie reindex`")
            for pk in missing
        ),
    )


def mail_in_one_place(*, now: datetime) -> Result:
    """14: each mail that came in is a question, or listed as none, or in quarantine; soon."""
    name = "14 each inbound mail is in exactly one place"
    asked = Message.objects.filter(kind=Message.Kind.QUESTION, source=OuterRef("source"))
    mails = InboundMail.objects.annotate(asked=Exists(asked))
    wrong = (
        (mails.filter(~Q(place="question"), asked=True), "asked, and not listed as a question"),
        (mails.filter(place="question", asked=False), "a question without its message"),
        (
            mails.filter(place="question").exclude(message__source=F("source")),
            "the question of another mail",
        ),
        (
            mails.filter(place="waiting", stored_at__lte=now - LONGEST_UNREAD),
            "has waited to be read for a day",
        ),
    )
    return Result(
        name=name,
        checked=InboundMail.objects.count(),
        violations=tuple(
            Violation(invariant=name, subject=f"mail {pk}", detail=detail)
            for found, detail in wrong
            for pk in found.values_list("pk", flat=True)
        ),
    )


INVARIANTS = (
    one_promise_per_question,
    kept_by_a_delivered_answer,
    one_mail_per_answer,
    due_as_its_questions,
    merges_lead_on,
    every_message_is_found,
    mail_in_one_place,
)
