"""Customers and services as an employee makes and changes them."""

from datetime import datetime

from django.contrib import messages
from django.db import IntegrityError, transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from balie.apps.customers import actions as customers
from balie.apps.customers.access import for_employees
from balie.apps.customers.details import change_details
from balie.apps.customers.models import Customer
from balie.apps.customers.viewer import Viewer
from balie.apps.office import service_life
from balie.apps.services import actions, queries
from balie.apps.services.models import Domain, Service
from balie.faces.desk.catalogue_forms import (
    CustomerForm,
    EndForm,
    MoveForm,
    ServiceForm,
)
from balie.faces.desk.finding import find_customer
from balie.infra import clock
from balie.infra.templatetags.balie import named

SHOWN = ("GET", "HEAD", "POST")


@require_http_methods(SHOWN)
@for_employees()
def new_customer(request: HttpRequest, viewer: Viewer) -> HttpResponse:
    """Register a customer."""
    form = CustomerForm(request.POST or None, initial={"country": "NL", "kind": "business"})
    if request.method == "POST" and form.is_valid():
        customer = customers.register_customer(
            **form.cleaned_data, by=viewer.actor, now=clock.now()
        )
        messages.success(request, _("The customer is registered. Now give him a contact."))
        return redirect("desk:new_contact", customer.number)
    return _page(request, viewer, _("New customer"), form, back=None)


@require_http_methods(SHOWN)
@for_employees()
def change_customer(request: HttpRequest, viewer: Viewer, number: str) -> HttpResponse:
    """Change what stands on later documents of a customer."""
    customer = find_customer(viewer, number)
    initial = {name: getattr(customer, name) for name in CustomerForm.base_fields}
    form = CustomerForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        change_details(
            customer=customer, values=form.cleaned_data, by=viewer.actor, now=clock.now()
        )
        messages.success(request, _("The customer has been changed."))
        return redirect("desk:customer", number)
    return _page(request, viewer, _("Change the customer"), form, back=customer)


@require_http_methods(SHOWN)
@for_employees()
def new_service(request: HttpRequest, viewer: Viewer, number: str) -> HttpResponse:
    """Start a service for a customer."""
    customer, now = find_customer(viewer, number), clock.now()
    products = {one.code: one for one in queries.products()}
    names = [(code, named(one)) for code, one in products.items()]
    initial = {"started_on": clock.today()}
    form = ServiceForm(request.POST or None, products=names, initial=initial)
    if request.method == "POST" and form.is_valid():
        values = form.cleaned_data
        try:
            with transaction.atomic():
                actions.start_service(
                    customer=customer,
                    product=products[values["product"]],
                    term=values["term"],
                    started_on=values["started_on"],
                    domain=_domain(customer, values["domain"], viewer, now=now),
                    price_cents=values["price"]
                    or queries.price_on(
                        products[values["product"]], term=values["term"], on=values["started_on"]
                    ),
                    by=viewer.actor,
                    now=now,
                )
        except actions.UnableToStartService as error:
            form.add_error(None, str(error))
        except (IntegrityError, UnicodeError):
            form.add_error("domain", _("This name is no domain name, or another customer's."))
        else:
            messages.success(request, _("The service has started."))
            return redirect("desk:customer", number)
    return _page(request, viewer, _("New service"), form, back=customer)


@require_safe
@for_employees()
def service(request: HttpRequest, viewer: Viewer, pk: int) -> HttpResponse:
    """Show a service with all that happened to it, and what may be done with it."""
    found = _service(viewer, pk)
    return _service_page(request, viewer, found, EndForm(), MoveForm())


@require_POST
@for_employees("finance", "admin")
def end_service(request: HttpRequest, viewer: Viewer, pk: int) -> HttpResponse:
    """End a service on a day that was agreed; the days not used are credited."""
    found, form = _service(viewer, pk), EndForm(request.POST)
    if form.is_valid():
        try:
            service_life.cancel_on(
                service=found, on=form.cleaned_data["ends_on"], by=viewer.actor, now=clock.now()
            )
        except actions.UnableToEnd:
            form.add_error("ends_on", _("Choose a day from today on, of a service that runs."))
        else:
            messages.success(request, _("The service ends; the customer has his receipt."))
            return redirect("desk:service", pk)
    return _service_page(request, viewer, found, form, MoveForm())


@require_POST
@for_employees("finance", "admin")
def move_service(request: HttpRequest, viewer: Viewer, pk: int) -> HttpResponse:
    """Give a service to another customer; he pays from the next term on."""
    found, form = _service(viewer, pk), MoveForm(request.POST)
    if form.is_valid():
        try:
            service_life.move(
                service=found, to=form.cleaned_data["number"], by=viewer.actor, now=clock.now()
            )
        except actions.UnableToMove as error:
            form.add_error("number", str(error))
        else:
            messages.success(request, _("The service has been moved."))
            return redirect("desk:service", pk)
    return _service_page(request, viewer, found, EndForm(), form)


def _service_page(
    request: HttpRequest, viewer: Viewer, found: Service, end_form: EndForm, move_form: MoveForm
) -> HttpResponse:
    context = {
        "viewer": viewer,
        "here": "customers",
        "service": found,
        "ending": queries.ending_of(found),
        "changes": queries.planned_changes([found.pk]).get(found.pk, []),
        "suspensions": queries.suspensions_of(found),
        "moves": queries.moves_of(found),
        "end_form": end_form,
        "move_form": move_form,
        "may_change": viewer.role in {"finance", "admin"} and found.ended_on is None,
    }
    wrong = end_form.errors or move_form.errors
    return render(request, "desk/service.html", context, status=422 if wrong else 200)


def _page(
    request: HttpRequest,
    viewer: Viewer,
    title: str,
    form: CustomerForm | ServiceForm,
    *,
    back: Customer | None,
) -> HttpResponse:
    context = {"viewer": viewer, "here": "customers", "title": title, "form": form, "back": back}
    return render(request, "desk/fill_in.html", context, status=422 if form.errors else 200)


def _domain(customer: Customer, name: str, viewer: Viewer, *, now: datetime) -> Domain | None:
    if not name:
        return None
    known = Domain.objects.filter(name=name.lower(), customer=customer).first()
    return known or actions.register_domain(customer=customer, name=name, by=viewer.actor, now=now)


def _service(viewer: Viewer, pk: int) -> Service:
    try:
        return queries.service_for(viewer=viewer, pk=pk)
    except Service.DoesNotExist as error:
        raise Http404 from error
