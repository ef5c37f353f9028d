"""Reads about what a question is about."""

from balie.apps.tickets.models import About, Ticket


def about_of(ticket: Ticket) -> list[About]:
    """Return the services and invoices a ticket is about, in one read."""
    about = About.objects.filter(ticket=ticket).order_by("pk")
    return list(about.select_related("service__product", "service__domain", "invoice"))
