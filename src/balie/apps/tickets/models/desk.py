"""What the desk adds to tickets: merges, links, tags, saved replies, drafts, who is typing."""

from typing import ClassVar

from django.db import models
from django.db.models.functions import Lower

from balie.apps.customers.models import Employee
from balie.apps.tickets.models.conversations import Ticket


class Merge(models.Model):
    """One ticket went on in another one, with these messages, until somebody undid it."""

    ticket = models.ForeignKey(Ticket, on_delete=models.PROTECT, related_name="merges")
    into = models.ForeignKey(Ticket, on_delete=models.PROTECT, related_name="+")
    moved = models.JSONField(default=list)
    merged_at = models.DateTimeField()
    merged_by = models.CharField(max_length=80)
    undone_at = models.DateTimeField(null=True)
    undone_by = models.CharField(max_length=80, blank=True)

    class Meta:
        """A ticket goes on in one other at a time."""

        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["ticket"],
                condition=models.Q(undone_at__isnull=True),
                name="tickets_one_standing_merge",
            ),
            models.CheckConstraint(
                condition=~models.Q(ticket=models.F("into")), name="tickets_merge_of_two"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.ticket_id} into {self.into_id}"


class TicketLink(models.Model):
    """Two tickets that belong together; of a split, `ticket` is where the messages came from."""

    class Kind(models.TextChoices):
        """Why they belong together."""

        SPLIT = "split"
        RELATED = "related"

    ticket = models.ForeignKey(Ticket, on_delete=models.PROTECT, related_name="links")
    other = models.ForeignKey(Ticket, on_delete=models.PROTECT, related_name="linked_from")
    kind = models.CharField(max_length=10, choices=Kind)
    linked_at = models.DateTimeField()
    linked_by = models.CharField(max_length=80)

    class Meta:
        """A ticket is linked to another one once; a link is shown at both."""

        constraints: ClassVar = [
            models.UniqueConstraint(fields=["ticket", "other"], name="tickets_one_link"),
            models.CheckConstraint(
                condition=~models.Q(ticket=models.F("other")), name="tickets_link_of_two"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.ticket_id} {self.kind} {self.other_id}"


class Tag(models.Model):
    """A word of our own on tickets, in lower case."""

    name = models.CharField(max_length=40, unique=True)

    class Meta:
        """Lower case, so that one word is one tag."""

        constraints: ClassVar = [
            models.CheckConstraint(
                condition=models.Q(name=Lower("name")) & ~models.Q(name=""),
                name="tickets_tag_lower_case",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class TicketTag(models.Model):
    """A tag on a ticket, and who put it there."""

    ticket = models.ForeignKey(Ticket, on_delete=models.PROTECT, related_name="tags")
    tag = models.ForeignKey(Tag, on_delete=models.PROTECT, related_name="+")
    tagged_at = models.DateTimeField()
    tagged_by = models.CharField(max_length=80)

    class Meta:
        """A tag stands on a ticket once."""

        constraints: ClassVar = [
            models.UniqueConstraint(fields=["ticket", "tag"], name="tickets_tag_once"),
        ]

    def __str__(self) -> str:
        return f"{self.tag_id} on {self.ticket_id}"


class SavedReply(models.Model):
    """A text that employees use again, with fields in braces; in Dutch, and if need be English."""

    name = models.CharField(max_length=40)
    body_nl = models.TextField()
    body_en = models.TextField(blank=True)
    changed_at = models.DateTimeField()
    changed_by = models.CharField(max_length=80)
    retired_at = models.DateTimeField(null=True)

    class Meta:
        """What one types after the semicolon means one text."""

        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["name"],
                condition=models.Q(retired_at__isnull=True),
                name="tickets_saved_reply_name",
            ),
            models.CheckConstraint(
                condition=models.Q(name=Lower("name")) & ~models.Q(name=""),
                name="tickets_saved_reply_lower_case",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class Draft(models.Model):
    """What an employee is writing on a ticket; `version` tells an older page from a newer one."""

    class Kind(models.TextChoices):
        """What it is going to be."""

        ANSWER = "answer"
        NOTE = "note"

    ticket = models.ForeignKey(Ticket, on_delete=models.PROTECT, related_name="drafts")
    employee = models.ForeignKey(Employee, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=10, choices=Kind)
    body = models.TextField()
    version = models.PositiveIntegerField(default=1)
    saved_at = models.DateTimeField()

    class Meta:
        """One per employee, ticket and kind."""

        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["ticket", "employee", "kind"], name="tickets_one_draft"
            ),
        ]

    def __str__(self) -> str:
        return f"draft {self.kind} of {self.employee_id} on {self.ticket_id}"


class Presence(models.Model):
    """An employee has a ticket open; `typed_at` tells when he last typed an answer."""

    ticket = models.ForeignKey(Ticket, on_delete=models.PROTECT, related_name="presences")
    employee = models.ForeignKey(Employee, on_delete=models.PROTECT, related_name="+")
    seen_at = models.DateTimeField()
    typed_at = models.DateTimeField(null=True)

    class Meta:
        """One per employee and ticket."""

        constraints: ClassVar = [
            models.UniqueConstraint(fields=["ticket", "employee"], name="tickets_one_presence"),
        ]

    def __str__(self) -> str:
        return f"{self.employee_id} at {self.ticket_id}"
