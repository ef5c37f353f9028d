"""What a question is about: a service or an invoice of the asker's own."""

from typing import ClassVar

from django.db import models

from balie.apps.billing.models import Invoice
from balie.apps.services.models import Service
from balie.apps.tickets.models.conversations import Ticket


class About(models.Model):
    """One service or one invoice that a ticket is about, as the asker chose it."""

    ticket = models.ForeignKey(Ticket, on_delete=models.PROTECT, related_name="about")
    service = models.ForeignKey(Service, on_delete=models.PROTECT, related_name="+", null=True)
    invoice = models.ForeignKey(Invoice, on_delete=models.PROTECT, related_name="+", null=True)

    class Meta:
        """Exactly one of both, and each once per ticket."""

        constraints: ClassVar = [
            models.CheckConstraint(
                condition=models.Q(service__isnull=False, invoice__isnull=True)
                | models.Q(service__isnull=True, invoice__isnull=False),
                name="tickets_about_one_thing",
            ),
            models.UniqueConstraint(fields=["ticket", "service"], name="tickets_about_service"),
            models.UniqueConstraint(fields=["ticket", "invoice"], name="tickets_about_invoice"),
        ]

    def __str__(self) -> str:
        return f"what {self.ticket_id} is about"
