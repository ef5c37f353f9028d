"""Who may sign in for this customer, and as what: the owner's page."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from balie.apps.customers import access, attempts, factors, queries, roles
from balie.apps.customers.access import for_contacts
from balie.apps.customers.actions import UnableToRegister
from balie.apps.customers.models import CustomerContact
from balie.apps.customers.viewer import Viewer
from balie.faces.portal.forms import InviteForm, RoleForm, small_role_form
from balie.faces.portal.pages import show
from balie.infra import clock


@require_http_methods(["GET", "HEAD", "POST"])
@for_contacts
def people(request: HttpRequest, viewer: Viewer) -> HttpResponse:
    """List who may sign in, and give somebody else access."""
    if viewer.role != "owner":
        raise Http404
    now = clock.now()
    form = InviteForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        if not access.is_fresh(request):
            return _sign_in_again(request)
        customer = queries.customer_for(viewer=viewer)
        try:
            roles.invite_contact(customer=customer, by=viewer.actor, now=now, **form.cleaned_data)
        except (UnableToRegister, roles.UnableToChangeRole):
            form.add_error("email", _("This address cannot be given access, or has it already."))
        else:
            messages.success(request, _("The invitation is on its way."))
            return redirect("portal:people")
    given = list(queries.roles_for(viewer=viewer))
    users = [one.contact.user_id for one in given]
    has = factors.factors_by_user(users)
    last = attempts.last_sign_ins(users)
    rows = [
        {
            "given": one,
            "form": small_role_form(one.role, pk=one.pk),
            "is_strong": one.contact.user_id in has and has[one.contact.user_id].is_strong,
            "last": last.get(one.contact.user_id),
            "is_self": one.contact_id == viewer.person_id,
        }
        for one in given
    ]
    context = {"rows": rows, "form": form}
    return show(request, "people", context, viewer=viewer, now=now, here="people")


@require_POST
@for_contacts
def change_role(request: HttpRequest, viewer: Viewer, pk: int) -> HttpResponse:
    """Give somebody another role."""
    given = _given(viewer, pk)
    form = RoleForm(request.POST)
    if not form.is_valid():
        raise Http404
    if not access.is_fresh(request):
        return _sign_in_again(request)
    role = form.cleaned_data["role"]
    try:
        roles.change_contact_role(given=given, role=role, by=viewer.actor, now=clock.now())
    except roles.UnableToChangeRole:
        messages.error(request, _("There must be an owner. Make somebody else owner first."))
    else:
        messages.success(request, _("The role is changed."))
    return redirect("portal:people")


@require_POST
@for_contacts
def remove(request: HttpRequest, viewer: Viewer, pk: int) -> HttpResponse:
    """Take somebody's access away."""
    given = _given(viewer, pk)
    if not access.is_fresh(request):
        return _sign_in_again(request)
    try:
        roles.remove_contact(given=given, by=viewer.actor, now=clock.now())
    except roles.UnableToChangeRole:
        messages.error(request, _("There must be an owner. Make somebody else owner first."))
    else:
        messages.success(request, _("This person can no longer sign in for you."))
    return redirect("portal:people")


def _given(viewer: Viewer, pk: int) -> CustomerContact:
    given = queries.roles_for(viewer=viewer).filter(pk=pk).first()
    if given is None:
        raise Http404
    return given


def _sign_in_again(request: HttpRequest) -> HttpResponse:
    messages.info(request, _("Please sign in once more before you change who has access."))
    return redirect("/inloggen/?next=/klant/toegang/")
