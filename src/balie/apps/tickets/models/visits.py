"""Whether an answer that was shown while one typed made the question unnecessary."""

from typing import ClassVar

from django.db import models


class AnswerVisit(models.Model):
    """A form on which somebody opened an answer. It names nobody: only the form has its key.

    Neither helped nor asked means that he left after reading: perhaps it helped.
    """

    key = models.CharField(max_length=43, unique=True)
    anchor = models.CharField(max_length=80)
    opened_at = models.DateTimeField()
    helped_at = models.DateTimeField(null=True)
    asked_at = models.DateTimeField(null=True)

    class Meta:
        """Counted over a period."""

        indexes: ClassVar = [models.Index(fields=["opened_at"], name="tickets_visits_in_order")]

    def __str__(self) -> str:
        return f"visit {self.pk}"
