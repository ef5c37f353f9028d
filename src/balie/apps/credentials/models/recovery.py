"""A lost login: what was asked, and the one link that may answer it. No secret is stored."""

from typing import ClassVar

from django.db import models

from balie.apps.customers.models import User
from balie.apps.promises.models import Promise


class RecoveryRequest(models.Model):
    """What somebody typed. The view stores it and says the same to everybody; a job looks it up.

    `network` is the keyed hash of where he came from: it can be counted, not read. An employee who
    starts a recovery stands in `started_by`; then `account` is whose it is.
    """

    identifier = models.CharField(max_length=254)
    language = models.CharField(max_length=2)
    network = models.CharField(max_length=64, default="")  # a keyed hash, as in SignIn
    started_by = models.CharField(max_length=80, default="", blank=True)
    account = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", null=True)
    requested_at = models.DateTimeField()
    looked_up_at = models.DateTimeField(null=True)
    matched = models.PositiveSmallIntegerField(default=0)

    class Meta:
        """The job asks for what is not looked up yet, the limit for the last hour of a network."""

        indexes: ClassVar = [
            models.Index(
                fields=["requested_at"],
                name="credentials_to_look_up",
                condition=models.Q(looked_up_at__isnull=True),
            ),
            models.Index(fields=["network", "requested_at"], name="credentials_asked_from"),
        ]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=models.Q(account__isnull=True, started_by="")
                | (models.Q(account__isnull=False) & ~models.Q(started_by="")),
                name="credentials_started_for_an_account",
            ),
        ]

    def __str__(self) -> str:
        return f"recovery request {self.pk}"


class RecoveryLink(models.Model):
    """A one-use link for one account. Only the hash of its secret is kept here.

    A repeated request mails the same link and lets it work longer, never beyond a day.
    """

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


class RecoveryMiss(models.Model):
    """A link that did not open, and from which network. What was tried is not kept."""

    network = models.CharField(max_length=64)  # a keyed hash, as in SignIn
    tried_at = models.DateTimeField()

    class Meta:
        """The limit asks for the last hour of a network."""

        indexes: ClassVar = [
            models.Index(fields=["network", "tried_at"], name="credentials_missed_from"),
        ]

    def __str__(self) -> str:
        return f"recovery miss {self.pk}"
