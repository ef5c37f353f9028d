"""Reads about askers: is it his address, what was he told, was he helped."""

import base64
import hashlib
from collections import Counter
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING, TypedDict

from django.conf import settings
from django.db.models import CharField, Exists, F, OuterRef, Q, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce, Concat
from django.utils.crypto import constant_time_compare, salted_hmac

from balie.apps.tickets.models import (
    AskerConfirmation,
    Assignment,
    BrokenPromise,
    InboundMail,
    Message,
    PromiseWarning,
    Question,
    RawSource,
    Satisfaction,
    Ticket,
)
from balie.apps.tickets.queries.conversations import STILL_OPEN
from balie.infra import clock
from balie.infra.models import OutboxRow, OutboxState

if TYPE_CHECKING:
    from django_stubs_ext import WithAnnotations

SECRET_LETTERS = 40
TAG_LETTERS = 20


def confirmation_secret(nonce: str) -> str:
    """Derive the secret of a confirmation link from its nonce and the key outside the database."""
    digest = salted_hmac("balie.tickets.confirmation", nonce, algorithm="sha256").hexdigest()
    return digest[:SECRET_LETTERS]


def confirmation_hash(secret: str) -> str:
    """Return what the database holds of a secret."""
    return hashlib.sha256(secret.encode()).hexdigest()


def confirmation_address(nonce: str) -> str:
    """Return the address to mail: only ever under the configured base address (safety, A5)."""
    return f"{settings.BALIE_BASE_URL.rstrip('/')}/vraag/bevestigen/{confirmation_secret(nonce)}/"


def confirmation_of(secret: str) -> AskerConfirmation | None:
    """Return the confirmation a secret belongs to, used or not; None for an unknown one."""
    found = AskerConfirmation.objects.filter(secret_sha256=confirmation_hash(secret))
    return found.select_related("ticket").first()


def satisfaction_address(message: Message, *, is_happy: bool) -> str:
    """Return the address by which the asker says whether this answer helped."""
    choice = "ja" if is_happy else "nee"
    token = f"{message.pk}-{_tag(message.pk)}"
    return f"{settings.BALIE_BASE_URL.rstrip('/')}/vraag/geholpen/{token}/{choice}/"


def answer_of_token(token: str) -> Message | None:
    """Return the answer whose signed token this is; None for a forged or unknown one."""
    number, _, tag = token.partition("-")
    if not (number.isascii() and number.isdecimal()) or len(number) > 18:
        return None
    if not constant_time_compare(tag, _tag(int(number))):
        return None
    answers = Message.objects.filter(kind=Message.Kind.ANSWER).select_related("ticket")
    return answers.filter(pk=int(number)).first()


def _tag(message_id: int) -> str:
    digest = salted_hmac("balie.tickets.satisfaction", str(message_id), algorithm="sha256").digest()
    return base64.b32encode(digest).decode("ascii").lower()[:TAG_LETTERS]


def same_mailbox(address: str) -> str:
    """Return whose mailbox an address is: in lower case, without what follows a plus sign."""
    local, at, domain = address.lower().rpartition("@")
    return f"{local.partition('+')[0]}{at}{domain}"


def acknowledged_before(row: OutboxRow, *, ticket: Ticket) -> list[datetime]:
    """Return when, in the day before an acknowledgement, others were written to its mailbox.

    Of those for unconfirmed tickets, that went or are on their way. Whoever was first stays first,
    however late the mails go out (guide: safety, A12).
    """
    alike = _addressed_like(ticket).filter(asker_confirmed=False)
    earlier = OutboxRow.objects.filter(
        pk__lt=row.pk,
        kind="question-received",
        state__in=(OutboxState.QUEUED, OutboxState.ACCEPTED),
        created_at__gt=row.created_at - timedelta(days=1),
        recipient_kind="ticket",
        recipient_id__in=alike.values("pk"),
    )
    found = list(earlier.values_list("recipient_id", "created_at"))
    of_tickets = Ticket.objects.filter(pk__in=[pk for pk, _ in found])
    addresses = dict(of_tickets.values_list("pk", "asker_email"))
    mailbox = same_mailbox(ticket.asker_email)
    return [at for pk, at in found if same_mailbox(addresses[pk]) == mailbox]


def has_confirmed(ticket: Ticket) -> bool:
    """Tell whether the address of a ticket was confirmed on any other one."""
    confirmed = _addressed_like(ticket).filter(asker_confirmed=True)
    mailbox = same_mailbox(ticket.asker_email)
    addresses = confirmed.values_list("asker_email", flat=True).distinct()
    return any(same_mailbox(address) == mailbox for address in addresses)


def _addressed_like(ticket: Ticket) -> QuerySet[Ticket]:
    """Return the tickets among which are all of the same mailbox; who asks compares them."""
    local, at, domain = same_mailbox(ticket.asker_email).rpartition("@")
    return Ticket.objects.filter(
        asker_email__istartswith=local, asker_email__iendswith=f"{at}{domain}"
    )


def untold_misses() -> QuerySet[Question]:
    """Return the questions that wait although their promise is broken, and nobody was told yet.

    Every one of them, however it came and whatever was merged or split since; but for those that
    came from elsewhere with their past (`RawSource.IMPORTED`): we promised nothing there.
    """
    imported = RawSource.objects.filter(channel=RawSource.IMPORTED, pk=OuterRef("message__source"))
    waiting = Question.objects.filter(
        STILL_OPEN, ~Exists(imported), promise__miss__isnull=False, alarm__isnull=True
    )
    return waiting.select_related("promise", "message__origin", "ticket__team").order_by("pk")


def unwarned_questions(*, now: datetime) -> QuerySet[Question]:
    """Return the questions that wait, are not late yet, and that nobody was warned about.

    Nobody, that is, since the ticket was last given to somebody: who has it now must know. And
    since the last answer that bounced: who was warned before thinks it is answered.
    """
    given = Assignment.objects.filter(ticket=OuterRef("ticket")).order_by("-assigned_at")
    warned = PromiseWarning.objects.filter(
        question=OuterRef("pk"), after_bounces=OuterRef("bounces")
    )
    waiting = Question.objects.annotate(
        given_at=Coalesce(Subquery(given.values("assigned_at")[:1]), F("promise__made_at"))
    ).filter(
        ~Exists(warned.filter(warned_at__gte=OuterRef("given_at"))),
        STILL_OPEN,
        promise__due_at__gt=now,
        promise__miss__isnull=True,
    )
    return waiting.select_related("promise", "ticket__team").order_by("promise__due_at", "pk")


class Alarmed(TypedDict):
    """What `standing_alarms` adds to an alarm."""

    knows: bool


def standing_alarms() -> "QuerySet[WithAnnotations[BrokenPromise, Alarmed]]":
    """Return the alarms about questions that still wait, the longest broken first.

    `knows` tells whether the asker knows: he was written to, and as far as we know it arrived.
    """
    arrives = OutboxRow.objects.filter(
        event=Concat(Value("promise-broken:"), OuterRef("question"), output_field=CharField()),
        state__in=[OutboxState.QUEUED, OutboxState.ACCEPTED],
        bounced_at__isnull=True,
    )
    waiting = Q(question__answer__isnull=True, question__needs_none_at__isnull=True)
    return (
        BrokenPromise.objects.filter(waiting)
        .annotate(knows=Exists(arrives))
        .select_related("question__promise", "question__ticket__assignee", "question__ticket__team")
        .select_related("lead")
        .order_by("question__promise__due_at", "pk")
    )


@dataclass(frozen=True, kw_only=True)
class SatisfactionWeek:
    """How many answers helped and did not, in the week (from Monday, Amsterdam) of the verdict."""

    monday: date
    happy: int
    unhappy: int


def satisfaction_per_week(*, now: datetime, weeks: int) -> list[SatisfactionWeek]:
    """Return what askers said of our answers in each of the last weeks, oldest first; one query.

    Of the company, never of a person.
    """
    this_monday = clock.local(now).date()
    this_monday -= timedelta(days=this_monday.weekday())
    first = this_monday - timedelta(weeks=weeks - 1)
    start = datetime.combine(first, time(), tzinfo=clock.AMSTERDAM)
    counts: Counter[tuple[date, bool]] = Counter()
    given = Satisfaction.objects.filter(given_at__gte=start, given_at__lte=now)
    for given_at, is_happy in given.values_list("given_at", "is_happy"):
        day = clock.local(given_at).date()
        counts[day - timedelta(days=day.weekday()), is_happy] += 1
    mondays = [first + timedelta(weeks=index) for index in range(weeks)]
    return [
        SatisfactionWeek(monday=day, happy=counts[day, True], unhappy=counts[day, False])
        for day in mondays
    ]


def earlier_mails_of(ticket: Ticket, *, before: OutboxRow) -> list[str]:
    """Return the Message-IDs that a mail about a ticket refers to, the last one last.

    Ours to this asker, so that his mail program keeps them in one thread.
    """
    rows = OutboxRow.objects.filter(
        recipient_kind="ticket",
        recipient_id=ticket.pk,
        accepted_at__isnull=False,
        pk__lt=before.pk,
    )
    return list(rows.order_by("pk").values_list("message_id", flat=True))


def mails_asked_by(ticket: Ticket, *, answer: Message | None) -> list[str]:
    """Return what the asker's own mails to a ticket are called (Message-ID without brackets).

    Of an answer those that it answers; the last one last.
    """
    mails = InboundMail.objects.exclude(named="")
    on_ticket = Q(message__origin=ticket) | Q(message__origin__isnull=True, message__ticket=ticket)
    if answer is not None:
        on_ticket &= Q(message__question__answer=answer)
    return list(mails.filter(on_ticket).order_by("pk").values_list("named", flat=True))
