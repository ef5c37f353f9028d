"""What is remembered of credentials: a lost login and the link that answers it."""

from balie.apps.credentials.models.recovery import RecoveryLink, RecoveryRequest

__all__ = ["RecoveryLink", "RecoveryRequest"]
