"""A mandate is the customer's authority to collect; its evidence is kept as given."""

from typing import ClassVar

from django.db import models
from django.db.models.functions import Upper

from balie.apps.customers.models import Customer
from balie.formats.iban import masked_iban


class Mandate(models.Model):
    """One SEPA mandate (ISO 20022 MndtRltdInf). `status` caches the last `MandateChange`."""

    class Status(models.TextChoices):
        """Only an active mandate may be collected on."""

        ACTIVE = "active"
        SUSPENDED = "suspended"
        REVOKED = "revoked"
        LAPSED = "lapsed"

    customer = models.ForeignKey(Customer, on_delete=models.PROTECT, related_name="+")
    mandate_reference = models.CharField(max_length=35)
    scheme = models.CharField(max_length=4, default="CORE")
    debtor_name = models.CharField(max_length=70)
    iban = models.CharField(max_length=34)
    signed_on = models.DateField()
    given_at = models.DateTimeField()
    status = models.CharField(max_length=10, choices=Status, default=Status.ACTIVE)
    last_presented_on = models.DateField(null=True)

    class Meta:
        """A reference is used once for ever, in any case; a customer has one active mandate."""

        constraints: ClassVar = [
            models.UniqueConstraint(
                Upper("mandate_reference"), name="mandates_reference_unique_for_ever"
            ),
            models.UniqueConstraint(
                fields=["customer"],
                condition=models.Q(status="active"),
                name="mandates_one_active_per_customer",
            ),
            models.CheckConstraint(
                condition=models.Q(scheme__in=["CORE", "B2B"]), name="mandates_scheme_known"
            ),
        ]

    def __str__(self) -> str:
        return self.mandate_reference

    @property
    def masked_iban(self) -> str:
        """The account as it is shown: enough to recognise, too little to use."""
        return masked_iban(self.iban)


class MandateEvidence(models.Model):
    """What shows that the mandate was given: shown when a bank or a customer asks (13 months)."""

    class Kind(models.TextChoices):
        """How it was given (guide: bank, 1.3)."""

        TICKBOX = "tickbox"
        PAPER = "paper"
        EMANDATE = "emandate"
        PSP_FIRST_PAYMENT = "psp_first_payment"
        IDIN = "idin"

    mandate = models.OneToOneField(Mandate, on_delete=models.PROTECT, related_name="evidence")
    kind = models.CharField(max_length=20, choices=Kind)
    text = models.TextField()
    text_sha256 = models.CharField(max_length=64)
    given_by = models.CharField(max_length=80)
    email = models.EmailField(max_length=254)
    ip_address = models.GenericIPAddressField()
    user_agent = models.CharField(max_length=400)
    recorded_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"evidence of mandate {self.mandate_id}"


class MandateChange(models.Model):
    """One step in the life of a mandate, with who, when and why. Insert-only."""

    mandate = models.ForeignKey(Mandate, on_delete=models.PROTECT, related_name="changes")
    to_status = models.CharField(max_length=10, choices=Mandate.Status)
    reason = models.CharField(max_length=200)
    changed_at = models.DateTimeField()
    changed_by = models.CharField(max_length=80)

    def __str__(self) -> str:
        return f"mandate {self.mandate_id} -> {self.to_status}"
