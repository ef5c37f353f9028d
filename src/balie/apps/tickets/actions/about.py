"""Note what a question is about."""

from collections.abc import Sequence

from django.db import transaction

from balie.apps.billing.models import Invoice
from balie.apps.services.models import Service
from balie.apps.tickets.models import About, Ticket


@transaction.atomic
def note_about(
    *, ticket: Ticket, services: Sequence[Service] = (), invoices: Sequence[Invoice] = ()
) -> list[About]:
    """Tie a ticket to services and invoices of its own customer; each once.

    Raises ValueError for a thing of another customer: a face offers a viewer only his own.
    """
    owners = {one.customer_id for one in services} | {one.customer_id for one in invoices}
    if owners - {ticket.customer_id}:
        msg = f"{ticket.number} cannot be about a service or an invoice of another customer"
        raise ValueError(msg)
    about = [About.objects.get_or_create(ticket=ticket, service=one)[0] for one in services]
    about += [About.objects.get_or_create(ticket=ticket, invoice=one)[0] for one in invoices]
    return about
