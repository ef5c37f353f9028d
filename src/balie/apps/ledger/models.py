"""Double entry in integer cents. Debit is positive, credit negative; nothing is ever changed."""

from typing import ClassVar

from django.db import models

from balie.apps.customers.models import Customer
from balie.infra.fields import CentsField


class Account(models.Model):
    """A general-ledger account with its RGS code (the Dutch reference chart)."""

    code = models.CharField(max_length=10, unique=True)
    name_nl = models.CharField(max_length=80)
    name_en = models.CharField(max_length=80)
    rgs_code = models.CharField(max_length=20)

    def __str__(self) -> str:
        return self.code


class JournalEntry(models.Model):
    """One booking. `key` names the business event, so that it can be booked only once."""

    key = models.CharField(max_length=120, unique=True)
    booked_on = models.DateField()
    recorded_at = models.DateTimeField()
    description = models.CharField(max_length=200)

    def __str__(self) -> str:
        return self.key


class Posting(models.Model):
    """One line of a booking; receivables carry their customer (the subledger)."""

    entry = models.ForeignKey(JournalEntry, on_delete=models.PROTECT, related_name="postings")
    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+")
    customer = models.ForeignKey(Customer, on_delete=models.PROTECT, related_name="+", null=True)
    amount_cents = CentsField()

    class Meta:
        """A posting says something."""

        constraints: ClassVar = [
            models.CheckConstraint(
                condition=~models.Q(amount_cents=0), name="ledger_posting_not_zero"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.account_id}: {self.amount_cents}"
