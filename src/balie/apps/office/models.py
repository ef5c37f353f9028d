"""What the daily round did, step by step; what cannot be read in the bank folder."""

from typing import ClassVar

from django.db import models


class RoundStep(models.Model):
    """One step of one day's round, done once. `receipt`: what was done, left out, and why."""

    day = models.DateField()
    step = models.CharField(max_length=40)
    finished_at = models.DateTimeField()
    receipt = models.JSONField(default=dict)

    class Meta:
        """A step is done once a day."""

        constraints: ClassVar = [
            models.UniqueConstraint(fields=["day", "step"], name="office_step_once_a_day"),
        ]

    def __str__(self) -> str:
        return f"{self.step} on {self.day}"


class FolderFault(models.Model):
    """A file in the watched folder that cannot be taken up; gone once it can, or is gone itself.

    `name` is empty when the folder itself cannot be used. `code` and `values` make the sentence.
    """

    name = models.CharField(max_length=255, unique=True)
    code = models.CharField(max_length=20)
    values = models.JSONField(default=dict)
    since_at = models.DateTimeField()

    def __str__(self) -> str:
        return self.name
