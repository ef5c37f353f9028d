"""Who signs in for a customer: an employee registers the first, and invites whoever comes next."""

from datetime import datetime

from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from balie.apps.credentials.queries import proofs
from balie.apps.customers import access, actions, invitations, queries
from balie.apps.customers.access import for_employees
from balie.apps.customers.models import Customer, CustomerContact
from balie.apps.customers.viewer import Viewer
from balie.apps.promises.queries import policy_in_force
from balie.faces.desk.catalogue_forms import FirstContactForm, InvitedForm
from balie.faces.desk.finding import find_customer
from balie.infra import clock


@require_http_methods(["GET", "HEAD", "POST"])
@for_employees()
def new_contact(request: HttpRequest, viewer: Viewer, number: str) -> HttpResponse:
    """Give a customer his first contact; to whoever comes next, offer access by mail."""
    customer = find_customer(viewer, number)
    roles = CustomerContact.objects.filter(customer=customer)
    if not roles.exists():
        return _first(request, viewer, customer)
    has_owner = roles.filter(role=CustomerContact.Role.OWNER).exists()
    form, now = InvitedForm(request.POST or None, has_owner=has_owner), clock.now()
    if request.method == "POST" and form.is_valid():
        if not access.is_fresh(request):
            messages.info(request, _("Please sign in once more before you change who has access."))
            return redirect_to_login(reverse("desk:new_contact", args=[number]))
        if _invite(viewer, customer, form, now=now):
            messages.success(request, _("The invitation is on its way."))
            return redirect("desk:customer", number)
    context = {
        "title": _("Invite somebody"),
        "action": _("Send the invitation"),
        "lead": _(
            "He gets a mail, and has access once he accepted it. The owners are told. An owner is "
            "made by an owner, on his own page."
        ),
    }
    return _page(request, viewer, customer, form, context)


def _first(request: HttpRequest, viewer: Viewer, customer: Customer) -> HttpResponse:
    form = FirstContactForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        values = form.cleaned_data
        try:
            actions.register_first_contact(
                customer=customer,
                name=values["contact_name"],
                email=values["email"],
                phone=values["phone"],
                language=customer.language,
                by=viewer.actor,
                now=clock.now(),
            )
        except actions.HasContact:
            return redirect("desk:new_contact", customer.number)
        except actions.UnableToRegister:
            form.add_error(
                "email", _("This is the address of an employee, or was somebody's until just now.")
            )
        else:
            messages.success(request, _("The contact is registered."))
            return redirect("desk:customer", customer.number)
    context = {"title": _("New contact"), "lead": _("The first contact is the owner.")}
    return _page(request, viewer, customer, form, context)


def _invite(viewer: Viewer, customer: Customer, form: InvitedForm, *, now: datetime) -> bool:
    values, user = form.cleaned_data, queries.employee_of(viewer).user
    policy = policy_in_force(now=now)
    try:
        invitations.invite(
            customer=customer,
            name=values["contact_name"],
            email=values["email"],
            role=values["role"],
            is_proven=proofs.is_old_factor(user, viewer.factor_id, policy=policy),
            by=viewer.actor,
            now=now,
        )
    except invitations.NeedsOldFactor:
        form.add_error("role", _("Your own second step is too new to make somebody owner."))
    except invitations.OwnerDecides:
        form.add_error("role", _("An owner makes another owner, on his own page."))
    except invitations.HasAccess:
        form.add_error("email", _("This person is a contact of the customer already."))
    except invitations.UnableToInvite:
        form.add_error("email", _("That is many invitations. Withdraw one, or try again tomorrow."))
    else:
        return True
    return False


@require_POST
@for_employees()
def withdraw_invitation(request: HttpRequest, viewer: Viewer, number: str, pk: int) -> HttpResponse:
    """Take an invitation back that was not accepted yet."""
    customer, now = find_customer(viewer, number), clock.now()
    found = invitations.open_of(customer.pk, now=now).filter(pk=pk).first()
    if found is None:
        raise Http404
    invitations.withdraw(invitation=found, by=viewer.actor, now=now)
    messages.success(request, _("The invitation is withdrawn."))
    return redirect("desk:customer", number)


def _page(
    request: HttpRequest,
    viewer: Viewer,
    customer: Customer,
    form: FirstContactForm | InvitedForm,
    context: dict[str, str],
) -> HttpResponse:
    whole = {**context, "viewer": viewer, "here": "customers", "form": form, "back": customer}
    return render(request, "desk/fill_in.html", whole, status=422 if form.errors else 200)
