"""Customers, as the desk sees them."""

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from balie.apps.billing import queries as billing
from balie.apps.credentials import queries as credentials
from balie.apps.credentials.queries import addresses
from balie.apps.customers import attempts, factors, invitations, queries
from balie.apps.customers.access import for_employees
from balie.apps.customers.models import Customer, CustomerContact
from balie.apps.customers.viewer import Viewer
from balie.apps.directdebit import queries as directdebit
from balie.apps.directdebit import track
from balie.apps.mandates import queries as mandates
from balie.apps.services import queries as services
from balie.apps.tickets import queries as tickets
from balie.faces.desk.finding import find_customer, find_exactly
from balie.infra import clock
from balie.infra.models import OutboxRow

PER_PAGE = 40
LAST_INVOICES = 12
LAST_TICKETS = 8
LAST_LOGIN_MAILS = 5
LAST_COLLECTIONS = 6
LONGEST_SEARCH = 200
LAST_BOUNCED = 5


@require_safe
@for_employees()
def customers(request: HttpRequest, viewer: Viewer) -> HttpResponse:
    """Find a customer by number, name, address or domain; a number of ours opens at once."""
    wanted = request.GET.get("q", "").strip()[:LONGEST_SEARCH]
    target = find_exactly(viewer, wanted.upper()) if wanted else None
    if target is not None:
        return redirect(*target)
    found = services.find_customers(wanted) if wanted else queries.customers_for(viewer=viewer)
    page = Paginator(found.order_by("number"), PER_PAGE).get_page(request.GET.get("pagina"))
    shown = [customer.pk for customer in page.object_list]
    open_cents = billing.open_totals(shown)
    domains = services.domains_by_customer(customer_ids=shown)
    return render(
        request,
        "desk/customers.html",
        {
            "viewer": viewer,
            "here": "customers",
            "page": page,
            "rows": [
                (customer, domains.get(customer.pk, ()), open_cents.get(customer.pk, 0))
                for customer in page.object_list
            ],
            "wanted": wanted,
        },
    )


@require_safe
@for_employees()
def customer(request: HttpRequest, viewer: Viewer, number: str) -> HttpResponse:
    """Show who the customer is, what he has, what he owes and what he asked."""
    now = clock.now()
    found = find_customer(viewer, number)
    issued = list(billing.invoices_for(viewer=viewer).filter(customer=found)[:LAST_INVOICES])
    states = track.states_of(issued, now=now)
    roles = _with_access(found)
    asked = tickets.tickets_for(viewer=viewer).filter(customer=found)
    return render(
        request,
        "desk/customer.html",
        {
            "viewer": viewer,
            "here": "customers",
            "customer": found,
            "roles": roles,
            "invited": invitations.open_of(found.pk, now=now),
            "login_mails": _login_mails(roles),
            "holds": queries.standing_holds(found, now=now),
            "address_changes": addresses.changes_of_customer(found, now=now),
            "services": services.services_of(found),
            "panel_accounts": services.panel_accounts_of_customer(found),
            "may_close": viewer.role in {"finance", "admin"},
            "domains": services.domains_of(found),
            "mandate": mandates.latest_mandate(found),
            "open_cents": billing.open_total(found),
            "credit_cents": billing.credit_of(found),
            "next_debit": directdebit.next_debit(found),
            "collections": directdebit.last_collections(found, count=LAST_COLLECTIONS),
            "invoices": [(invoice, states[invoice.pk]) for invoice in issued],
            "tickets": asked.order_by("-opened_at")[:LAST_TICKETS],
            "undelivered": directdebit.mails_that_came_back(found, count=LAST_BOUNCED),
            "now": now,
        },
    )


def _login_mails(roles: list[CustomerContact]) -> list[tuple[OutboxRow, str, str]]:
    """Return the last mails about logins with to whom (his name) and how it stands."""
    names = {role.contact.user_id: role.contact.name for role in roles}
    return [
        (row, names[row.recipient_id], "bounced" if row.bounced_at else row.state)
        for row in credentials.mails_about_logins(names)[:LAST_LOGIN_MAILS]
    ]


def _with_access(customer: Customer) -> list[CustomerContact]:
    """Return who may sign in for a customer, each with `access`: last time, and what he proves."""
    roles = list(customer.roles.select_related("contact__user").order_by("pk"))
    users = [role.contact.user_id for role in roles]
    has, last = factors.factors_by_user(users), attempts.last_sign_ins(users)
    for role in roles:
        user = role.contact.user_id
        role.access = {"has": has.get(user), "last": last.get(user)}  # type: ignore[attr-defined]
    return roles
