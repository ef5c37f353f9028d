"""Which panel logins get a new password with a link. Never the password."""

from typing import ClassVar

from django.db import models

from balie.apps.credentials.models.recovery import RecoveryLink
from balie.apps.services.models import PanelAccount


class PanelPassword(models.Model):
    """A panel login that somebody ticked when he used his link.

    What came of it stands in the tries (`PanelAttempt`) made since, by him. One whose outcome is
    unknown is said to be so, and may be done again: the last password given is what counts.
    """

    link = models.ForeignKey(RecoveryLink, on_delete=models.PROTECT, related_name="panel_passwords")
    account = models.ForeignKey(PanelAccount, on_delete=models.PROTECT, related_name="+")
    chosen_at = models.DateTimeField()

    class Meta:
        """A panel login is chosen once per link."""

        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["link", "account"], name="credentials_panel_login_once_per_link"
            ),
        ]

    def __str__(self) -> str:
        return f"panel password {self.pk}"
