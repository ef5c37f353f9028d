"""The address on file: what it is, a change of it step by step, and everything done about it."""

from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from balie.apps.credentials import address_track
from balie.apps.credentials.actions import addresses, addresses_end
from balie.apps.credentials.actions import addresses_proof as proof
from balie.apps.credentials.actions.addresses_steps import UnableToChangeAddress
from balie.apps.credentials.address_forms import NewAddressForm, RecoveryCodeForm
from balie.apps.credentials.models import AddressChange
from balie.apps.credentials.queries import addresses as queries
from balie.apps.credentials.queries import proofs
from balie.apps.customers import access
from balie.apps.customers import queries as customers
from balie.apps.customers.access import for_contacts
from balie.apps.customers.viewer import Viewer
from balie.apps.promises.queries import policy_in_force
from balie.faces.portal.pages import show
from balie.infra import clock

ENDED_SHOWN = 3


@require_safe
@for_contacts
def address(request: HttpRequest, viewer: Viewer) -> HttpResponse:
    """Show the address on file and where a change of it stands."""
    return _page(request, viewer)


@require_http_methods(["GET", "HEAD", "POST"])
@for_contacts
def change(request: HttpRequest, viewer: Viewer) -> HttpResponse:
    """Start a change; whoever signed in a while ago signs in once more first (ASVS 7.5.1)."""
    if not access.is_fresh(request):
        messages.info(request, _("Please sign in once more before you change your address."))
        return redirect_to_login(reverse("portal:change_address"))
    now = clock.now()
    user = customers.contact_of(viewer).user
    form = NewAddressForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            addresses.start_in_portal(
                user=user,
                new_email=form.cleaned_data["new_email"],
                factor_id=viewer.factor_id,
                language=(get_language() or "nl")[:2],
                by=viewer.actor,
                now=now,
            )
        except UnableToChangeAddress:
            form.add_error("new_email", _("This is the address we have, or a change is proven."))
        else:
            messages.success(request, _("We mailed a link to the new address. Open it there."))
            return redirect("portal:address")
    policy = policy_in_force(now=now)
    context = {
        "form": form,
        "email": user.email,
        "is_proof": proofs.is_old_factor(user, viewer.factor_id, policy=policy),
        "policy": policy,
    }
    return show(request, "change_address", context, viewer=viewer, now=now, here="address")


@sensitive_post_parameters("code")
@require_POST
@for_contacts
def saved_code(request: HttpRequest, viewer: Viewer) -> HttpResponse:
    """Prove the open change with a saved recovery code."""
    found = _open(viewer)
    form = RecoveryCodeForm(request.POST)
    if form.is_valid():
        secret = queries.address_secret(found.nonce)
        try:
            proof.prove_with_code(secret=secret, code=form.cleaned_data["code"], now=clock.now())
        except UnableToChangeAddress:
            form.add_error("code", _("This code is not right, or was used before."))
        else:
            messages.success(request, _("Thank you, that proves it."))
            return redirect("portal:address")
    return _page(request, viewer, form=form)


@require_POST
@for_contacts
def cancel(request: HttpRequest, viewer: Viewer) -> HttpResponse:
    """Think better of it: the open change ends."""
    addresses_end.cancel(change=_open(viewer), by=viewer.actor, now=clock.now())
    messages.success(request, _("The change has ended. Your address stays as it was."))
    return redirect("portal:address")


def _open(viewer: Viewer) -> AddressChange:
    found = queries.open_change_for(viewer=viewer)
    if found is None:
        raise Http404
    return found


def _page(
    request: HttpRequest, viewer: Viewer, *, form: RecoveryCodeForm | None = None
) -> HttpResponse:
    now = clock.now()
    policy = policy_in_force(now=now)
    user = customers.contact_of(viewer).user
    found = list(queries.changes_for(viewer=viewer)[: ENDED_SHOWN + 1])
    opened = next((one for one in found if one.state == AddressChange.State.OPEN), None)
    context = {
        "email": user.email,
        "change": opened,
        "stops": address_track.track_of(opened, policy=policy, now=now) if opened else (),
        "history": address_track.history_of(opened) if opened else (),
        "ended": [
            (one, address_track.track_of(one, policy=policy, now=now), one.state)
            for one in found
            if one is not opened
        ][:ENDED_SHOWN],
        "policy": policy,
        "form": form or RecoveryCodeForm(),
    }
    return show(request, "address", context, viewer=viewer, now=now, here="address")
