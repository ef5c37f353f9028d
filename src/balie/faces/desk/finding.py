"""What views of the desk about one customer or ticket need: find it, and go back to it."""

from urllib.parse import urlencode

from django.http import Http404, HttpRequest, HttpResponseRedirect
from django.shortcuts import redirect
from django.urls import reverse

from balie.apps.billing import queries as billing
from balie.apps.billing.models import Invoice
from balie.apps.customers import queries as customers
from balie.apps.customers.models import Customer
from balie.apps.customers.viewer import Viewer
from balie.apps.tickets import queries
from balie.apps.tickets.models import Ticket
from balie.apps.tickets.queries import Choice

LONGEST_CHOICE = 60
MINE, NOBODYS = "mij", "niemand"


def find_ticket(viewer: Viewer, number: str) -> Ticket:
    """Return a ticket by its number, or the one it went on in; a number of none is a 404."""
    try:
        return queries.ticket_for(viewer=viewer, number=number)
    except Ticket.DoesNotExist as error:
        raise Http404 from error


def find_customer(viewer: Viewer, number: str) -> Customer:
    """Return a customer by his number; a number of none is a 404."""
    try:
        return customers.customer_for(viewer=viewer, number=number)
    except Customer.DoesNotExist as error:
        raise Http404 from error


def find_exactly(viewer: Viewer, wanted: str) -> tuple[str, str] | None:
    """Return the page of the one customer, ticket or invoice that has this number."""
    try:
        return "desk:customer", customers.customer_for(viewer=viewer, number=wanted).number
    except Customer.DoesNotExist:
        pass
    try:
        return "desk:ticket", queries.ticket_for(viewer=viewer, number=wanted).number
    except Ticket.DoesNotExist:
        pass
    try:
        return "desk:invoice", billing.invoice_for(viewer=viewer, number=wanted).number
    except Invoice.DoesNotExist:
        return None


def filters_of(request: HttpRequest) -> dict[str, str]:
    """Return what of the address chooses the queue: it goes along to the next ticket."""
    chosen = {}
    if request.GET.get("staat") in queries.STATES[1:]:
        chosen["staat"] = request.GET["staat"]
    for name in ("team", "label"):
        if given := request.GET.get(name, "")[:LONGEST_CHOICE]:
            chosen[name] = given
    person = request.GET.get("van", "")
    if person in {MINE, NOBODYS} or (person.isascii() and person.isdecimal() and len(person) < 10):
        chosen["van"] = person
    return chosen


def choice_of(request: HttpRequest, viewer: Viewer) -> Choice:
    """Return the same as the queue understands it."""
    chosen = filters_of(request)
    person = chosen.get("van", "")
    return Choice(
        state=chosen.get("staat", "open"),
        team=chosen.get("team", ""),
        tag=chosen.get("label", ""),
        assignee=viewer.person_id
        if person == MINE
        else int(person)
        if person.isdecimal()
        else None,
        unassigned=person == NOBODYS,
    )


def back_to(request: HttpRequest, number: str | None = None) -> HttpResponseRedirect:
    """Go to a ticket, or to the queue, which is chosen as it was."""
    where = reverse("desk:ticket", args=[number]) if number else reverse("desk:queue")
    chosen = urlencode(filters_of(request))
    return redirect(f"{where}?{chosen}" if chosen else where)
