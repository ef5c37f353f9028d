"""Signing in and security: what proves who you are, where you are signed in, your password."""

from django.contrib import messages
from django.contrib.auth import update_session_auth_hash
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from balie.apps.customers import access, actions, attempts, factors, sessions
from balie.apps.customers.access import for_everybody_inside
from balie.apps.customers.models import SignIn
from balie.apps.customers.viewer import Viewer
from balie.faces.account.devices import device_words
from balie.faces.account.forms import PasswordForm
from balie.faces.account.pages import owner, show, sign_in_again
from balie.infra import clock
from balie.infra.networks import network_of


@require_safe
@for_everybody_inside
def overview(request: HttpRequest, viewer: Viewer) -> HttpResponse:
    """Show how this account is signed in to, and where it is signed in now."""
    user = owner(request)
    context = {
        "has": factors.factors_of(user),
        "sessions": [(one, device_words(one.user_agent)) for one in sessions.sessions_of(user)],
        "current": request.session.session_key,
        "has_password": user.has_usable_password(),
        "email": user.email,
    }
    return show(request, "overview", context, viewer=viewer, now=clock.now())


@sensitive_post_parameters("current", "password")
@require_http_methods(["GET", "HEAD", "POST"])
@for_everybody_inside
def password(request: HttpRequest, viewer: Viewer) -> HttpResponse:
    """Change the password; the present one is asked, and all other sessions end."""
    user = owner(request)
    has_password = user.has_usable_password()
    if not has_password and not access.is_fresh(request):
        return sign_in_again(request)
    now = clock.now()
    form = PasswordForm(request.POST or None, has_password=has_password)
    if request.method == "POST" and form.is_valid():
        way, network = SignIn.Way.PASSWORD, network_of(request)
        try:
            attempt = attempts.begin(way=way, user=user, network=network, now=now)
            if has_password and not user.check_password(form.cleaned_data["current"]):
                form.add_error("current", _("This is not your present password."))
            else:
                attempts.succeed(attempt)
                chosen = form.cleaned_data["password"]
                actions.change_password(user=user, password=chosen, by=viewer.actor, now=now)
                update_session_auth_hash(request, user)
                sessions.remember(request)
                messages.success(request, _("Your password is changed."))
                return redirect("account:overview")
        except attempts.TooManyTries:
            form.add_error(None, _("Too many tries. Wait a quarter of an hour."))
        except ValidationError as error:
            form.add_error("password", error)
    return show(request, "password", {"form": form}, viewer=viewer, now=now)


@require_POST
@for_everybody_inside
def end_session(request: HttpRequest, viewer: Viewer, pk: int) -> HttpResponse:
    """End one of his own sessions; somebody else's is not there."""
    if not sessions.end_session(user=owner(request), session_id=pk, now=clock.now()):
        raise Http404
    messages.success(request, _("That session is ended."))
    return redirect("account:overview")


@require_POST
@for_everybody_inside
def end_others(request: HttpRequest, viewer: Viewer) -> HttpResponse:
    """End every session but this one."""
    key = request.session.session_key or ""
    sessions.end_all(user=owner(request), but=key, now=clock.now())
    messages.success(request, _("You are signed in only here now."))
    return redirect("account:overview")
