"""Employees, as an admin appoints them; and looking at the portal through a customer's eyes."""

from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from balie.apps.credentials import actions as credentials
from balie.apps.credentials import queries as logins
from balie.apps.customers import access, actions, attempts, factors, queries, roles
from balie.apps.customers.access import for_employees
from balie.apps.customers.models import Customer, CustomerContact, Employee
from balie.apps.customers.viewer import Viewer
from balie.faces.desk.people_forms import EmployeeForm, EmployeeRoleForm, small_role_form
from balie.infra import clock

ADMIN = Employee.Role.ADMIN


@require_safe
@for_employees(ADMIN)
def employees(request: HttpRequest, viewer: Viewer) -> HttpResponse:
    """List the employees: what each may do, how he signs in, and when he last did."""
    return _page(request, viewer, EmployeeForm())


@require_POST
@for_employees(ADMIN)
def appoint(request: HttpRequest, viewer: Viewer) -> HttpResponse:
    """Appoint somebody, who then asks for his login himself."""
    if not access.is_fresh(request):
        return _sign_in_again(request)
    form = EmployeeForm(request.POST)
    if form.is_valid():
        try:
            roles.appoint_employee(**form.cleaned_data, by=viewer.actor, now=clock.now())
        except actions.UnableToRegister:
            form.add_error("email", _("This address has an account already."))
        else:
            messages.success(request, _("Appointed. He asks for his login on the public page."))
            return redirect("desk:employees")
    return _page(request, viewer, form)


def _page(request: HttpRequest, viewer: Viewer, form: EmployeeForm) -> HttpResponse:
    people = list(queries.employees_for(viewer=viewer))
    users = [one.user_id for one in people]
    has, last = factors.factors_by_user(users), attempts.last_sign_ins(users)
    rows = [
        {
            "employee": one,
            "form": small_role_form(one.role, pk=one.pk),
            "has": has.get(one.user_id),
            "last": last.get(one.user_id),
            "is_self": one.pk == viewer.person_id,
        }
        for one in people
    ]
    context = {"viewer": viewer, "here": "employees", "rows": rows, "form": form}
    status = 422 if form.errors else 200
    return render(request, "desk/employees.html", context, status=status)


@require_POST
@for_employees(ADMIN)
def set_employee_role(request: HttpRequest, viewer: Viewer, pk: int) -> HttpResponse:
    """Give an employee another role."""
    employee, form = _employee(viewer, pk), EmployeeRoleForm(request.POST)
    if not form.is_valid():
        raise Http404
    if not access.is_fresh(request):
        return _sign_in_again(request)
    role = form.cleaned_data["role"]
    try:
        roles.change_employee_role(employee=employee, role=role, by=viewer.actor, now=clock.now())
    except roles.UnableToChangeRole:
        messages.error(request, _("The desk keeps an admin. Make somebody else admin first."))
    else:
        messages.success(request, _("The role is changed."))
    return redirect("desk:employees")


@require_POST
@for_employees(ADMIN)
def close_employee(request: HttpRequest, viewer: Viewer, pk: int) -> HttpResponse:
    """Close the account of somebody who left; his sessions end at once."""
    employee = _employee(viewer, pk)
    if not access.is_fresh(request):
        return _sign_in_again(request)
    try:
        credentials.deactivate_employee(employee=employee, by=viewer.actor, now=clock.now())
    except roles.UnableToChangeRole:
        messages.error(request, _("The desk keeps an admin. Make somebody else admin first."))
    else:
        messages.success(request, _("The account is closed and signed out everywhere."))
    return redirect("desk:employees")


@require_POST
@for_employees(ADMIN)
def open_employee(request: HttpRequest, viewer: Viewer, pk: int) -> HttpResponse:
    """Open the account of an employee again."""
    employee = _employee(viewer, pk)
    if not access.is_fresh(request):
        return _sign_in_again(request)
    roles.reactivate_employee(employee=employee, by=viewer.actor, now=clock.now())
    messages.success(request, _("The account is open again."))
    return redirect("desk:employees")


@require_POST
@for_employees()
def start_recovery(request: HttpRequest, viewer: Viewer, number: str, pk: int) -> HttpResponse:
    """Have a contact's login mailed to the address on file; nobody sees or chooses anything."""
    given, now = _given(viewer, number, pk), clock.now()
    user = given.contact.user
    if logins.is_held(user, now=now) or not user.is_active:
        messages.error(request, _("Logins of this customer are held; no mail leaves now."))
    else:
        credentials.start_recovery(user=user, by=viewer.actor, now=now)
        told = _(
            "The login of %(name)s is mailed to the address on file, at most once in ten minutes."
        )
        messages.success(request, told % {"name": given.contact.name})
    return redirect("desk:customer", number=number)


@require_POST
@for_employees()
def look(request: HttpRequest, viewer: Viewer, number: str, pk: int) -> HttpResponse:
    """Look at the portal through the eyes of a contact of this customer; the trail says so."""
    access.look_as(request, viewer, given=_given(viewer, number, pk), now=clock.now())
    return redirect("portal:home")


@require_POST
@for_employees()
def stop_looking(request: HttpRequest, viewer: Viewer) -> HttpResponse:
    """Be an employee again, at the card of the customer."""
    looked_at = access.stop_looking(request, viewer, now=clock.now())
    found = Customer.objects.filter(pk=looked_at).first() if looked_at else None
    return redirect("desk:customer", number=found.number) if found else redirect("desk:today")


def _given(viewer: Viewer, number: str, pk: int) -> CustomerContact:
    """Return the place of a contact at a customer that this viewer may see."""
    theirs = queries.customers_for(viewer=viewer).filter(number=number)
    found = CustomerContact.objects.filter(customer__in=theirs, pk=pk)
    given = found.select_related("contact__user").first()
    if given is None:
        raise Http404
    return given


def _sign_in_again(request: HttpRequest) -> HttpResponse:
    messages.info(request, _("Please sign in once more before you change who works here."))
    return redirect_to_login(reverse("desk:employees"))


def _employee(viewer: Viewer, pk: int) -> Employee:
    found = queries.employees_for(viewer=viewer).filter(pk=pk).first()
    if found is None:
        raise Http404
    return found
