"""What passes between us and who asked besides the question: is this his address, was he told of a
broken promise, was he helped.
"""

from django.db import models

from balie.apps.customers.models import Employee
from balie.apps.tickets.models.conversations import Message, Question, Ticket


class AskerConfirmation(models.Model):
    """The link by which an asker shows that an address is his. Only the hash of it is kept."""

    ticket = models.OneToOneField(Ticket, on_delete=models.PROTECT, related_name="confirmation")
    nonce = models.CharField(max_length=48)
    secret_sha256 = models.CharField(max_length=64, unique=True)
    issued_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"confirmation {self.pk}"


class BrokenPromise(models.Model):
    """The alarm about a question that was not answered in time: raised once, to whom it went.

    The asker was told when `asker_told`: his address was confirmed then.
    """

    question = models.OneToOneField(Question, on_delete=models.PROTECT, related_name="alarm")
    lead = models.ForeignKey(Employee, on_delete=models.PROTECT, related_name="+", null=True)
    asker_told = models.BooleanField()
    raised_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"alarm about question {self.question_id}"


class Satisfaction(models.Model):
    """Whether an answer helped, as its asker said; counted once per answer. Insert-only."""

    message = models.OneToOneField(Message, on_delete=models.PROTECT, related_name="satisfaction")
    is_happy = models.BooleanField()
    remark = models.TextField(blank=True)
    given_at = models.DateTimeField(db_index=True)

    def __str__(self) -> str:
        return f"satisfaction with message {self.message_id}"
