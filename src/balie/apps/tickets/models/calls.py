"""Calls as the telephone exchange reports them, who asks to be called back, and what was said."""

from typing import ClassVar

from django.db import models

from balie.apps.customers.models import Employee
from balie.apps.tickets.models.conversations import Message, Ticket


class Call(models.Model):
    """One call of one source, as far as its events have come in; they come in any order.

    Numbers are E.164 and go after a month. `started_at` is the earliest moment known.
    """

    class Outcome(models.TextChoices):
        """How the exchange says it ended. It does not decide whether a call was missed."""

        ANSWERED = "answered"
        MISSED = "missed"
        VOICEMAIL = "voicemail"
        REJECTED = "rejected"
        FAILED = "failed"

    source = models.CharField(max_length=30)
    call_id = models.CharField(max_length=120)
    direction = models.CharField(max_length=3, choices=[("in", "in"), ("out", "out")])
    number = models.CharField(max_length=20, blank=True)
    called = models.CharField(max_length=20, blank=True)
    queue = models.CharField(max_length=60, blank=True)
    choice = models.CharField(max_length=10, blank=True)
    agent = models.CharField(max_length=254, blank=True)
    employee = models.ForeignKey(Employee, on_delete=models.PROTECT, related_name="+", null=True)
    started_at = models.DateTimeField()
    answered_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    outcome = models.CharField(max_length=10, choices=Outcome, blank=True)
    call_back_at = models.DateTimeField(null=True)
    ticket = models.ForeignKey(Ticket, on_delete=models.PROTECT, related_name="calls", null=True)
    # When we looked at how it ended: whether a ticket came of it is known from then on.
    settled_at = models.DateTimeField(null=True)
    events_taken = models.PositiveIntegerField(default=0)
    heard_at = models.DateTimeField()

    class Meta:
        """A call is one row, whoever reports it how often."""

        constraints: ClassVar = [
            models.UniqueConstraint(fields=["source", "call_id"], name="tickets_call_once"),
            models.CheckConstraint(
                condition=models.Q(direction__in=["in", "out"]), name="tickets_call_direction_known"
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["-started_at", "-id"], name="tickets_calls_in_order"),
            models.Index(
                fields=["heard_at"],
                name="tickets_calls_to_settle",
                condition=models.Q(settled_at__isnull=True),
            ),
        ]

    def __str__(self) -> str:
        return f"call {self.pk}"


class CallEvent(models.Model):
    """One report about a call, as it came. Insert-only; it names no caller."""

    call = models.ForeignKey(Call, on_delete=models.PROTECT, related_name="events")
    event = models.CharField(max_length=10)
    at = models.DateTimeField()
    choice = models.CharField(max_length=10, blank=True)
    agent = models.CharField(max_length=254, blank=True)
    outcome = models.CharField(max_length=10, blank=True)
    received_at = models.DateTimeField()

    class Meta:
        """The same report counts once."""

        constraints: ClassVar = [
            models.UniqueConstraint(fields=["call", "event", "at"], name="tickets_event_once"),
        ]
        indexes: ClassVar = [
            models.Index(fields=["event", "at"], name="tickets_events_by_kind"),
        ]

    def __str__(self) -> str:
        return f"{self.event} of {self.call_id}"


class Caller(models.Model):
    """A number that called in vain, and the ticket that stands for it as long as he waits."""

    number = models.CharField(max_length=20, unique=True)
    ticket = models.ForeignKey(Ticket, on_delete=models.PROTECT, related_name="+", null=True)
    last_missed_at = models.DateTimeField()
    missed = models.PositiveIntegerField(default=0)

    def __str__(self) -> str:
        return f"caller {self.pk}"


class CallBack(models.Model):
    """The number at which the asker of a ticket wants to be called, and when it suits."""

    ticket = models.OneToOneField(Ticket, on_delete=models.PROTECT, related_name="call_back")
    number = models.CharField(max_length=20, blank=True)
    suits = models.CharField(max_length=200, blank=True)
    requested_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"call back for {self.ticket_id}"


class PhoneTalk(models.Model):
    """An employee spoke to the asker by phone, or tried to. Insert-only.

    Reached, `message` is the answer as given; otherwise it is a note, which keeps nothing.
    """

    ticket = models.ForeignKey(Ticket, on_delete=models.PROTECT, related_name="talks")
    call = models.ForeignKey(Call, on_delete=models.PROTECT, related_name="talks", null=True)
    employee = models.ForeignKey(Employee, on_delete=models.PROTECT, related_name="+")
    message = models.OneToOneField(Message, on_delete=models.PROTECT, related_name="talk")
    reached = models.BooleanField()
    at = models.DateTimeField()

    def __str__(self) -> str:
        return f"talk {self.pk}"


class Extension(models.Model):
    """A telephone at the desk and whose it is: only he sees what rings there."""

    extension = models.CharField(max_length=30, unique=True)
    employee = models.ForeignKey(Employee, on_delete=models.PROTECT, related_name="+")

    def __str__(self) -> str:
        return self.extension
