"""Who may sign in for this customer, and as what: the owner's page."""

from datetime import datetime

from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from balie.apps.credentials import actions as credentials
from balie.apps.credentials.queries import proofs
from balie.apps.customers import access, attempts, factors, invitations, queries, roles
from balie.apps.customers.access import for_contacts
from balie.apps.customers.models import CustomerContact
from balie.apps.customers.viewer import Viewer
from balie.apps.promises.queries import policy_in_force
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
        if _invite(request, viewer, form, now=now):
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
    context = {
        "rows": rows,
        "form": form,
        "invited": invitations.open_for(viewer=viewer, now=now),
    }
    return show(request, "people", context, viewer=viewer, now=now, here="people")


def _invite(request: HttpRequest, viewer: Viewer, form: InviteForm, *, now: datetime) -> bool:
    """Send the invitation; of an address nothing is told but what this customer's page shows."""
    try:
        invitations.invite(
            customer=queries.customer_for(viewer=viewer),
            is_proven=_is_proven(viewer, now=now),
            by=viewer.actor,
            now=now,
            **form.cleaned_data,
        )
    except invitations.NeedsOldFactor:
        form.add_error("role", _old_factor_words(now=now))
    except invitations.HasAccess:
        form.add_error("email", _("This address has access already. Change its role above."))
    except invitations.UnableToInvite:
        form.add_error("email", _("That is many invitations. Withdraw one, or try again tomorrow."))
    else:
        messages.success(request, _("The invitation is on its way."))
        return True
    return False


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
    role, now = form.cleaned_data["role"], clock.now()
    is_proven = _is_proven(viewer, now=now)
    try:
        roles.change_contact_role(
            given=given, role=role, is_proven=is_proven, by=viewer.actor, now=now
        )
    except invitations.NeedsOldFactor:
        messages.error(request, _old_factor_words(now=now))
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
    now = clock.now()
    is_proven = _is_proven(viewer, now=now)
    try:
        credentials.remove_contact(given=given, is_proven=is_proven, by=viewer.actor, now=now)
    except invitations.NeedsOldFactor:
        messages.error(request, _old_factor_words(now=now))
    except roles.UnableToChangeRole:
        messages.error(request, _("There must be an owner. Make somebody else owner first."))
    else:
        messages.success(request, _("This person can no longer sign in for you."))
    return redirect("portal:people")


@require_POST
@for_contacts
def withdraw(request: HttpRequest, viewer: Viewer, pk: int) -> HttpResponse:
    """Take an invitation back that was not accepted yet."""
    now = clock.now()
    found = invitations.open_for(viewer=viewer, now=now).filter(pk=pk).first()
    if found is None:
        raise Http404
    if not access.is_fresh(request):
        return _sign_in_again(request)
    invitations.withdraw(invitation=found, by=viewer.actor, now=now)
    messages.success(request, _("The invitation is withdrawn."))
    return redirect("portal:people")


def _is_proven(viewer: Viewer, *, now: datetime) -> bool:
    """Tell whether this session was opened with a second factor he has had for a while."""
    user = queries.contact_of(viewer).user
    policy = policy_in_force(now=now)
    return proofs.is_old_factor(user, viewer.factor_id, policy=policy)


def _old_factor_words(*, now: datetime) -> str:
    days = policy_in_force(now=now).address_change.factor_days
    told = _(
        "Who becomes or stops being owner is decided with a second step you have had for %(days)d "
        "days. Add one under your account, sign in with it, or call us."
    )
    return told % {"days": days}


def _given(viewer: Viewer, pk: int) -> CustomerContact:
    given = queries.roles_for(viewer=viewer).filter(pk=pk).first()
    if given is None:
        raise Http404
    return given


def _sign_in_again(request: HttpRequest) -> HttpResponse:
    messages.info(request, _("Please sign in once more before you change who has access."))
    return redirect_to_login(reverse("portal:people"))
