"""The portal's home, and the choice of the customer one looks after."""

from datetime import date, datetime

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST, require_safe

from balie.apps.billing import queries as billing
from balie.apps.customers import queries as customers
from balie.apps.customers.access import CUSTOMER, for_contacts
from balie.apps.customers.models import Customer
from balie.apps.customers.viewer import Viewer
from balie.apps.directdebit import queries as directdebit
from balie.apps.directdebit import track
from balie.apps.mandates import queries as mandates
from balie.apps.services import queries as services
from balie.apps.services.models import Service
from balie.apps.tickets import queries as tickets
from balie.faces.portal.pages import show
from balie.faces.portal.question_views import question_to_show
from balie.infra import clock

MOST_NEEDS = 3  # more at once only frightens; the rest is one click away


@require_safe
@for_contacts
def home(request: HttpRequest, viewer: Viewer) -> HttpResponse:
    """Show what needs the customer, his next debit, his last question and his services."""
    now = clock.now()
    today = clock.local(now).date()
    customer = customers.customer_for(viewer=viewer)
    asked = tickets.with_questions(tickets.tickets_for(viewer=viewer))
    ticket = asked.order_by("-opened_at", "-pk").first()
    running = [one for one in services.services_for(viewer=viewer) if _runs(one, today=today)]
    context: dict[str, object] = {
        "customer": customer,
        "others": customers.customers_of_contact(viewer.person_id).exclude(pk=customer.pk),
        "ticket": ticket,
        "question": question_to_show(ticket) if ticket else None,
        "services": running,
        "panel_services": set(services.openable_accounts_for(viewer=viewer)),
    }
    if viewer.sees_money:
        context |= _money(viewer, customer, now=now)
        context["next_invoice_on"] = _next_invoice_on(running)
    return show(request, "home", context, viewer=viewer, now=now, here="home")


@require_POST
@for_contacts
def choose_customer(request: HttpRequest, viewer: Viewer, number: str) -> HttpResponse:
    """Look at another customer this contact belongs to; a stranger's is not there."""
    chosen = customers.customers_of_contact(viewer.person_id).filter(number=number).first()
    if chosen is None:
        raise Http404
    request.session[CUSTOMER] = chosen.pk
    return redirect("portal:home")


def _money(viewer: Viewer, customer: Customer, *, now: datetime) -> dict[str, object]:
    """Return what is to be transferred, oldest first, and how the next debit goes."""
    unpaid = billing.invoices_for(viewer=viewer).filter(open_cents__gt=0).order_by("due_on", "pk")
    states = track.states_of(unpaid, now=now)
    to_transfer = [one for one in unpaid if states[one.pk] == "transfer_asked"]
    debit = directdebit.next_debit(customer)
    return {
        "needs": to_transfer[:MOST_NEEDS],
        "more_needs": len(to_transfer[MOST_NEEDS:]),
        "debit": debit,
        "debit_parts": debit.parts.select_related("invoice").order_by("pk") if debit else (),
        "mandate": mandates.latest_mandate(customer),
    }


def _runs(service: Service, *, today: date) -> bool:
    return service.ended_on is None or service.ended_on > today


def _next_invoice_on(running: list[Service]) -> date | None:
    """Return the first day on which a service begins a period that is not billed yet."""
    days = [
        one.next_period_start
        for one in running
        if one.ended_on is None or one.ended_on > one.next_period_start
    ]
    return min(days, default=None)
