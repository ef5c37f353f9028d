"""A lost login: what was asked, and the one link that may answer it. No secret is stored."""

from typing import ClassVar

from django.db import models

from balie.apps.customers.models import User
from balie.apps.promises.models import Promise


class RecoveryRequest(models.Model):
    """What somebody typed. The view stores it and says the same to everybody; a job looks it up."""

    identifier = models.CharField(max_length=254)
    language = models.CharField(max_length=2)
    requested_at = models.DateTimeField()
    looked_up_at = models.DateTimeField(null=True)
    matched = models.PositiveSmallIntegerField(default=0)

    class Meta:
        """The job asks for what is not looked up yet."""

        indexes: ClassVar = [
            models.Index(
                fields=["requested_at"],
                name="credentials_to_look_up",
                condition=models.Q(looked_up_at__isnull=True),
            ),
        ]

    def __str__(self) -> str:
        return f"recovery request {self.pk}"


class RecoveryLink(models.Model):
    """A one-use link for one account. Only the hash of its secret is kept here."""

    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    request = models.ForeignKey(RecoveryRequest, on_delete=models.PROTECT, related_name="links")
    promise = models.OneToOneField(Promise, on_delete=models.PROTECT, related_name="+")
    nonce = models.CharField(max_length=64, unique=True)
    secret_sha256 = models.CharField(max_length=64, unique=True)
    issued_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)
    voided_at = models.DateTimeField(null=True)

    class Meta:
        """One standing link per account, at most a day old (NIST SP 800-63B-4, 4.2.1.2)."""

        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["user"],
                condition=models.Q(used_at__isnull=True, voided_at__isnull=True),
                name="credentials_one_standing_link_per_account",
            ),
            models.CheckConstraint(
                condition=models.Q(expires_at__gt=models.F("issued_at")),
                name="credentials_link_expires_after_issue",
            ),
        ]

    def __str__(self) -> str:
        return f"recovery link {self.pk}"
