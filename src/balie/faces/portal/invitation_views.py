"""Accepting an invitation: the link of the mail shows it, a click accepts it."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_variables
from django.views.decorators.http import require_http_methods

from balie.apps.customers import access, invitations
from balie.apps.customers.models import User
from balie.infra import clock


@sensitive_variables("secret")
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def invitation(request: HttpRequest, secret: str) -> HttpResponse:
    """Show what is offered; accept it for the account of the address, or make that account."""
    now = clock.now()
    found = invitations.usable(secret=secret, now=now)
    if found is None:
        return _page(request, {}, status=404)
    account, user = invitations.account_of(found), _signed_in(request)
    if request.method == "POST":
        try:
            invitations.accept(secret=secret, user=user, now=now)
        except invitations.UnableToAccept:
            pass  # the page says what is in the way
        else:
            return _accepted(request, found.customer_id, has_account=account is not None)
    context = {
        "invitation": found,
        "must_sign_in": account is not None and account != user,
    }
    return _page(request, context)


def _signed_in(request: HttpRequest) -> User | None:
    """Who is signed in with a login of ours; one that a panel vouches for takes nothing on."""
    viewer = access.viewer_of(request)
    if viewer is not None and viewer.signed_in_by == access.FROM_PANEL:
        return None
    return request.user if isinstance(request.user, User) else None


def _accepted(request: HttpRequest, customer: int, *, has_account: bool) -> HttpResponse:
    if has_account:
        request.session[access.CUSTOMER] = customer
        messages.success(request, _("You now have access."))
        return redirect("portal:home")
    messages.success(
        request, _("You now have access. Sign in with a code by mail, or ask for a password.")
    )
    return redirect("/inloggen/")


def _page(request: HttpRequest, context: dict[str, object], *, status: int = 200) -> HttpResponse:
    response = render(request, "portal/invitation.html", context, status=status)
    # The address is a secret: no other page may learn more than our origin.
    response["Referrer-Policy"] = "strict-origin"
    response["Cache-Control"] = "private, no-store"
    return response
