"""Who was warned that a promise is about to fall due."""

from typing import ClassVar

from django.db import models

from balie.apps.customers.models import Employee
from balie.apps.tickets.models.conversations import Question


class PromiseWarning(models.Model):
    """One person was warned about one question. Insert-only.

    `after_bounces` is how many answers to it had bounced by then: each makes it wait anew.
    """

    question = models.ForeignKey(Question, on_delete=models.PROTECT, related_name="warnings")
    employee = models.ForeignKey(Employee, on_delete=models.PROTECT, related_name="+")
    after_bounces = models.PositiveSmallIntegerField(default=0)
    warned_at = models.DateTimeField()

    class Meta:
        """Nobody is warned twice about the same question, unless an answer bounced since."""

        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["question", "employee", "after_bounces"],
                name="tickets_warned_once_per_person",
            ),
        ]

    def __str__(self) -> str:
        return f"warning about question {self.question_id}"
