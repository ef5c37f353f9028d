"""A ticket is a conversation; each customer message that needs an answer is a question."""

from typing import ClassVar

from django.db import models

from balie.apps.customers.models import Contact, Customer, Employee
from balie.apps.promises.models import Promise


class Team(models.Model):
    """Who can best help with a kind of question."""

    code = models.CharField(max_length=20, unique=True)
    name_nl = models.CharField(max_length=60)
    name_en = models.CharField(max_length=60)

    def __str__(self) -> str:
        return self.code


class RawSource(models.Model):
    """What came in, byte for byte, stored before it is understood.

    `channel` is that of its ticket, or IMPORTED for what came from elsewhere with its past.
    """

    IMPORTED = "import"

    channel = models.CharField(max_length=10)
    content = models.BinaryField()
    sha256 = models.CharField(max_length=64, db_index=True)
    received_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"source {self.pk}"


class Ticket(models.Model):
    """One conversation with one asker. Its due moment is the earliest of its open questions."""

    class Channel(models.TextChoices):
        """How it came to us."""

        WEB = "web"
        PORTAL = "portal"
        EMAIL = "email"
        PHONE = "phone"

    number = models.CharField(max_length=20, unique=True)
    subject = models.CharField(max_length=200)
    channel = models.CharField(max_length=10, choices=Channel)
    customer = models.ForeignKey(Customer, on_delete=models.PROTECT, related_name="+", null=True)
    contact = models.ForeignKey(Contact, on_delete=models.PROTECT, related_name="+", null=True)
    asker_name = models.CharField(max_length=140)
    asker_email = models.EmailField(max_length=254)
    asker_confirmed = models.BooleanField(default=False)
    language = models.CharField(max_length=2, default="nl")
    team = models.ForeignKey(Team, on_delete=models.PROTECT, related_name="tickets", null=True)
    assignee = models.ForeignKey(Employee, on_delete=models.PROTECT, related_name="+", null=True)
    opened_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True)
    closed_by = models.CharField(max_length=80, blank=True)
    # It went on in another ticket; its messages and questions went along (`Merge`).
    merged_into = models.ForeignKey("self", on_delete=models.PROTECT, related_name="+", null=True)
    # Of the questions that wait: `actions.due.settle_due` writes them, an invariant checks them.
    due_at = models.DateTimeField(null=True)
    open_questions = models.PositiveIntegerField(default=0)

    class Meta:
        """What waits has a due moment; on a merged ticket nothing waits. A list has its index."""

        constraints: ClassVar = [
            models.CheckConstraint(
                condition=models.Q(due_at__isnull=True, open_questions=0)
                | models.Q(due_at__isnull=False, open_questions__gt=0),
                name="tickets_due_while_waiting",
            ),
            models.CheckConstraint(
                condition=models.Q(merged_into__isnull=True)
                | models.Q(open_questions=0) & ~models.Q(merged_into=models.F("id")),
                name="tickets_merged_waits_elsewhere",
            ),
        ]
        indexes: ClassVar = [
            models.Index(
                fields=["due_at", "id"],
                name="tickets_waiting",
                condition=models.Q(due_at__isnull=False),
            ),
            models.Index(
                fields=["-opened_at", "-id"],
                name="tickets_answered",
                condition=models.Q(
                    due_at__isnull=True, closed_at__isnull=True, merged_into__isnull=True
                ),
            ),
            models.Index(
                fields=["-closed_at", "-id"],
                name="tickets_closed",
                condition=models.Q(
                    due_at__isnull=True, closed_at__isnull=False, merged_into__isnull=True
                ),
            ),
            models.Index(fields=["opened_at"], name="tickets_opened"),
        ]

    def __str__(self) -> str:
        return self.number


class Message(models.Model):
    """One message of a ticket: from the asker, from a named employee, or a note among ourselves."""

    class Kind(models.TextChoices):
        """Only an answer keeps a promise."""

        QUESTION = "question"
        ANSWER = "answer"
        NOTE = "note"
        # An answer that was taken back before it left: kept to look at, an answer no more.
        UNSENT = "unsent"

    ticket = models.ForeignKey(Ticket, on_delete=models.PROTECT, related_name="messages")
    # The ticket it came in on, once it stands on another one by a merge or a split.
    origin = models.ForeignKey(Ticket, on_delete=models.PROTECT, related_name="+", null=True)
    kind = models.CharField(max_length=10, choices=Kind)
    employee = models.ForeignKey(Employee, on_delete=models.PROTECT, related_name="+", null=True)
    contact = models.ForeignKey(Contact, on_delete=models.PROTECT, related_name="+", null=True)
    author_name = models.CharField(max_length=140)
    body = models.TextField()
    source = models.ForeignKey(RawSource, on_delete=models.PROTECT, related_name="+", null=True)
    written_at = models.DateTimeField()
    delivered_at = models.DateTimeField(null=True)
    undelivered_at = models.DateTimeField(null=True)

    class Meta:
        """An answer or a note has a named employee; a question has none, at most a contact."""

        constraints: ClassVar = [
            models.CheckConstraint(
                condition=models.Q(kind="question", employee__isnull=True)
                | models.Q(
                    kind__in=["answer", "note", "unsent"],
                    employee__isnull=False,
                    contact__isnull=True,
                ),
                name="tickets_message_author",
            ),
            models.CheckConstraint(
                condition=models.Q(origin__isnull=True) | ~models.Q(origin=models.F("ticket")),
                name="tickets_message_origin_elsewhere",
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["ticket", "written_at"], name="tickets_messages_in_order"),
        ]

    def __str__(self) -> str:
        return f"message {self.pk}"


class Question(models.Model):
    """A customer message that needs an answer, and the promise made for it."""

    message = models.OneToOneField(Message, on_delete=models.PROTECT, related_name="question")
    ticket = models.ForeignKey(Ticket, on_delete=models.PROTECT, related_name="questions")
    promise = models.OneToOneField(Promise, on_delete=models.PROTECT, related_name="+")
    answer = models.ForeignKey(
        Message, on_delete=models.PROTECT, related_name="answers_questions", null=True
    )
    # How many answers to it did not arrive; each makes it wait anew, under the promise it had.
    bounces = models.PositiveSmallIntegerField(default=0)
    needs_none_at = models.DateTimeField(null=True)
    needs_none_by = models.CharField(max_length=80, blank=True)

    def __str__(self) -> str:
        return f"question {self.pk}"


class Assignment(models.Model):
    """Who got a ticket, from whom and when. Insert-only; reassignment keeps the promise."""

    ticket = models.ForeignKey(Ticket, on_delete=models.PROTECT, related_name="assignments")
    team = models.ForeignKey(Team, on_delete=models.PROTECT, related_name="+", null=True)
    employee = models.ForeignKey(Employee, on_delete=models.PROTECT, related_name="+", null=True)
    assigned_at = models.DateTimeField()
    assigned_by = models.CharField(max_length=80)

    def __str__(self) -> str:
        return f"assignment of {self.ticket_id}"
