"""Sign in and out, and the way back in for who lost his login."""

from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters, sensitive_variables
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from balie.apps.credentials import actions as credentials
from balie.apps.credentials import queries as links
from balie.apps.customers import access
from balie.apps.promises.queries import policy_in_force
from balie.faces.faq.forms import NewPasswordForm, RecoverForm, SignInForm
from balie.infra import clock


@sensitive_post_parameters("password")
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def sign_in(request: HttpRequest) -> HttpResponse:
    """Let a customer or an employee in; the same words for a wrong name and a wrong password."""
    form = SignInForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        user = access.check_password(
            request,
            identifier=form.cleaned_data["identifier"],
            password=form.cleaned_data["password"],
        )
        if user is not None:
            access.sign_in(request, user)
            return redirect(_where_to(request))
        form.add_error(None, _("These do not belong together. Try again, or ask for your login."))
    return _page(request, "faq/sign_in.html", {"form": form}, status=422 if form.errors else 200)


@require_POST
def sign_out(request: HttpRequest) -> HttpResponse:
    """End the session."""
    access.sign_out(request)
    return redirect("faq:index")


@require_http_methods(["GET", "HEAD", "POST"])
def recover(request: HttpRequest) -> HttpResponse:
    """Ask for a lost login. Only stores what was typed; everybody gets the same answer."""
    form = RecoverForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        credentials.request_recovery(
            identifier=form.cleaned_data["identifier"],
            language=(get_language() or "nl")[:2],
            now=clock.now(),
        )
        response = redirect("faq:recover_sent")
        response.status_code = 303
        return response
    return _page(request, "faq/recover.html", {"form": form}, status=422 if form.errors else 200)


@require_safe
def recover_sent(request: HttpRequest) -> HttpResponse:
    """Say what happens now, whoever asked."""
    return _page(request, "faq/recover_sent.html", {})


@sensitive_post_parameters("password")
@sensitive_variables("secret")
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def new_password(request: HttpRequest, secret: str) -> HttpResponse:
    """Set a new password with a one-use link. Looking at the page does not use the link up."""
    now = clock.now()
    if links.usable_link(secret=secret, now=now) is None:
        return _private(_page(request, "faq/link_spent.html", {}))
    form = NewPasswordForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            user = credentials.set_new_password(
                secret=secret, password=form.cleaned_data["password"], now=now
            )
        except credentials.LinkNotUsable:
            return _private(_page(request, "faq/link_spent.html", {}))
        except ValidationError as error:
            form.add_error("password", error)
        else:
            access.sign_in(request, user, signed_in_by="link")
            return redirect(_home_of(request))
    status = 422 if form.errors else 200
    return _private(_page(request, "faq/new_password.html", {"form": form}, status=status))


def _private(response: HttpResponse) -> HttpResponse:
    """The address of the page is a secret: no other page may learn more than our origin.

    With no referrer at all a browser says `Origin: null`, and the form would be refused as foreign.
    """
    response["Referrer-Policy"] = "strict-origin"
    return response


def _where_to(request: HttpRequest) -> str:
    target = request.POST.get("next") or request.GET.get("next") or ""
    is_ours = url_has_allowed_host_and_scheme(target, allowed_hosts=None)
    return target if is_ours else _home_of(request)


def _home_of(request: HttpRequest) -> str:
    viewer = access.viewer_of(request)
    return "/balie/" if viewer is not None and viewer.is_employee else "/klant/"


def _page(
    request: HttpRequest, template: str, context: dict[str, object], *, status: int = 200
) -> HttpResponse:
    policy = policy_in_force(now=clock.now())
    return render(request, template, {"policy": policy, **context}, status=status)
