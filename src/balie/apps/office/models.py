"""What the daily round did, step by step, and why it left out what it left out."""

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
