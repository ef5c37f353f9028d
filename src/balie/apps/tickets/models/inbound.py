"""What came in by e-mail: each mail once, stored before it is read, and where it went."""

from typing import ClassVar

from django.db import models
from django.db.models import Q

from balie.apps.tickets.models.conversations import Message, RawSource, Ticket


class MailFolder(models.Model):
    """A folder of a mailbox that mail is taken from, and how the last visits went.

    All mails with a number up to `settled_uid` are stored here; the numbers hold while the server
    keeps `uid_validity`. `left_behind` counts what could not be fetched at the last visit.
    """

    name = models.CharField(max_length=400, unique=True)
    uid_validity = models.BigIntegerField(default=0)
    settled_uid = models.BigIntegerField(default=0)
    left_behind = models.PositiveIntegerField(default=0)
    reached_at = models.DateTimeField(null=True)
    failing_since = models.DateTimeField(null=True)
    last_error = models.TextField(blank=True)

    def __str__(self) -> str:
        return self.name


class InboundMail(models.Model):
    """One mail, however many mailboxes it came to. It is in exactly one place at any moment.

    `taken_at` is the moment our mail server took it: a question counts from there. `parts` is its
    text as `[text, is quoted]`; `is_whole` says whether its bytes are kept, or only its headers.
    """

    class Place(models.TextChoices):
        """Where it is: waiting to be read, a question, listed as no question, or quarantined."""

        WAITING = "waiting"
        QUESTION = "question"
        NO_QUESTION = "no_question"
        QUARANTINE = "quarantine"

    class Trust(models.TextChoices):
        """What is known of its sender (what our own mail server checked, contacts on file)."""

        PROVEN = "proven"
        UNPROVEN = "unproven"
        UNKNOWN = "unknown"

    source = models.OneToOneField(RawSource, on_delete=models.PROTECT, related_name="mail")
    content_key = models.CharField(max_length=64, unique=True)
    taken_at = models.DateTimeField()
    stored_at = models.DateTimeField()
    size_bytes = models.BigIntegerField()
    is_whole = models.BooleanField(default=True)
    # Its Message-ID without brackets: what an answer to it, or a second mail about it, refers to.
    named = models.CharField(max_length=300, blank=True, db_index=True)
    from_name = models.CharField(max_length=140, blank=True)
    from_address = models.CharField(max_length=254, blank=True)
    subject = models.CharField(max_length=200, blank=True)
    kind = models.CharField(max_length=20, blank=True)
    why = models.TextField(blank=True)
    faults = models.JSONField(default=list)
    parts = models.JSONField(default=list)
    has_html = models.BooleanField(default=False)
    trust = models.CharField(max_length=10, choices=Trust, default=Trust.UNKNOWN)
    # Why nothing may answer it by itself; empty when an acknowledgement may go out.
    hold_back = models.TextField(blank=True)
    place = models.CharField(max_length=12, choices=Place, default=Place.WAITING)
    attempts = models.PositiveSmallIntegerField(default=0)
    placed_at = models.DateTimeField(null=True)
    message = models.OneToOneField(
        Message, on_delete=models.PROTECT, related_name="mail", null=True
    )
    # The ticket that a mail which asks nothing belongs to: the answer it bounced, or replied to.
    ticket = models.ForeignKey(Ticket, on_delete=models.PROTECT, related_name="mails", null=True)
    # Since when the customer of the ticket sees a mail of somebody unknown to him, and who said so.
    shown_at = models.DateTimeField(null=True)
    shown_by = models.CharField(max_length=80, blank=True)
    decided_by = models.CharField(max_length=80, blank=True)
    decided_at = models.DateTimeField(null=True)
    decided_why = models.TextField(blank=True)

    class Meta:
        """A question has its message, nothing else has one; what is no question says why."""

        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(place="waiting", message__isnull=True, placed_at__isnull=True)
                | Q(place="question", message__isnull=False, placed_at__isnull=False)
                | Q(
                    ~Q(why=""),
                    place__in=["no_question", "quarantine"],
                    message__isnull=True,
                    placed_at__isnull=False,
                ),
                name="tickets_mail_in_one_place",
            ),
            models.CheckConstraint(
                condition=Q(trust__in=["proven", "unproven", "unknown"]),
                name="tickets_mail_trust_known",
            ),
            models.CheckConstraint(
                condition=Q(decided_at__isnull=True, decided_by="")
                | Q(~Q(decided_by=""), decided_at__isnull=False),
                name="tickets_mail_decided_by_somebody",
            ),
        ]
        indexes: ClassVar = [
            models.Index(
                fields=["id"],
                condition=Q(place__in=["waiting", "quarantine"]),
                name="tickets_mail_to_place",
            ),
            models.Index(fields=["place", "-taken_at", "-id"], name="tickets_mail_listed"),
            models.Index(fields=["stored_at"], name="tickets_mail_stored"),
        ]

    def __str__(self) -> str:
        return f"mail {self.pk}"


class MailCopy(models.Model):
    """A mail as it lies in a mailbox; one mail may lie in several, or come again under a number."""

    mail = models.ForeignKey(InboundMail, on_delete=models.PROTECT, related_name="copies")
    folder = models.ForeignKey(MailFolder, on_delete=models.PROTECT, related_name="copies")
    uid_validity = models.BigIntegerField()
    uid = models.BigIntegerField()
    marked_at = models.DateTimeField(null=True)

    class Meta:
        """A number of the server is taken once; what is not marked yet is found fast."""

        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["folder", "uid_validity", "uid"], name="tickets_mail_taken_once"
            ),
        ]
        indexes: ClassVar = [
            models.Index(
                fields=["folder", "uid_validity"],
                condition=Q(marked_at__isnull=True),
                name="tickets_mail_to_mark",
            ),
        ]

    def __str__(self) -> str:
        return f"copy {self.uid} of mail {self.mail_id}"


class PerhapsBelongsTo(models.Model):
    """A ticket whose first mail says that it belongs to another one, without showing it."""

    class Why(models.TextChoices):
        """What points there."""

        NUMBER = "number"
        HEADER = "header"

    ticket = models.ForeignKey(Ticket, on_delete=models.PROTECT, related_name="perhaps_belongs_to")
    other = models.ForeignKey(Ticket, on_delete=models.PROTECT, related_name="+")
    why = models.CharField(max_length=10, choices=Why)
    noted_at = models.DateTimeField()

    class Meta:
        """Said once, and never of itself."""

        constraints: ClassVar = [
            models.UniqueConstraint(fields=["ticket", "other"], name="tickets_perhaps_once"),
            models.CheckConstraint(
                condition=~Q(ticket=models.F("other")), name="tickets_perhaps_of_two"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.ticket_id} perhaps of {self.other_id}"
