"""The way back in for who lost his login: ask, open the link from the mail, choose a password.

The secret stands in one address, that of the mail. Opening it moves the secret into a cookie that
no script reads and leads on to an address without it: so no history, Referer or log has it.
"""

from datetime import datetime

from django.conf import settings
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters, sensitive_variables
from django.views.decorators.http import require_http_methods, require_safe

from balie.apps.credentials import actions as credentials
from balie.apps.credentials import queries as links
from balie.apps.credentials.models import RecoveryLink
from balie.apps.customers import access, sessions
from balie.apps.customers.factors import factors_of
from balie.apps.promises.queries import policy_in_force
from balie.faces.faq.forms import NewPasswordForm, RecoverForm
from balie.faces.faq.pages import see_other, show
from balie.infra import clock
from balie.infra.networks import network_of

LINK = "balie-recovery-link"  # in the session, after the link was used: id and binding
COOKIE = "__Host-balie-link" if settings.SESSION_COOKIE_SECURE else "balie-link"
PORTAL = "portal"


@require_http_methods(["GET", "HEAD", "POST"])
def recover(request: HttpRequest) -> HttpResponse:
    """Ask for a lost login. Only stores what was typed; everybody gets the same answer."""
    form = RecoverForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            credentials.request_recovery(
                identifier=form.cleaned_data["identifier"],
                language=(get_language() or "nl")[:2],
                network=network_of(request),
                now=clock.now(),
            )
        except credentials.TooManyRequests as error:
            return _later(request, again_at=error.again_at)
        return see_other("faq:recover_sent")
    return show(request, "faq/recover.html", {"form": form}, status=422 if form.errors else 200)


@require_safe
def recover_sent(request: HttpRequest) -> HttpResponse:
    """Say what happens now, whoever asked."""
    return show(request, "faq/recover_sent.html", {})


@sensitive_variables("secret")
@never_cache
@require_safe
def open_link(request: HttpRequest, secret: str) -> HttpResponse:
    """Lead on from the address in the mail; whether its secret opens anything, the next page says.

    Nothing is looked up and nothing used up: a robot that looks at the mail changes nothing (A8).
    """
    response = see_other("faq:choose_password")
    minutes = policy_in_force(now=clock.now()).credentials.link_minutes
    response.set_cookie(
        COOKIE,
        secret,
        max_age=60 * minutes,
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )
    response["Referrer-Policy"] = "no-referrer"
    return response


@sensitive_post_parameters("password")
@sensitive_variables("secret")
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def choose_password(request: HttpRequest) -> HttpResponse:
    """Set a new password with a one-use link. Looking at the page does not use the link up."""
    now = clock.now()
    secret = request.COOKIES.get(COOKIE, "")
    again_at = links.tries_free_at(network=network_of(request), now=now)
    if secret and again_at > now:
        return _later(request, again_at=again_at)
    link = links.usable_link(secret=secret, now=now) if secret else None
    if link is None:
        return _spent(request, tried=bool(secret), now=now)
    has_factor = factors_of(link.user).is_strong
    form = NewPasswordForm(request.POST or None, logins=_logins(link, portal=True))
    if request.method == "POST" and form.is_valid():
        try:
            return _use(request, form, secret=secret, now=now)
        except credentials.LinkNotUsable:
            return _spent(request, tried=True, now=now)
        except ValidationError as error:
            form.add_error("password", error)
    context = {"form": form, "user_name": link.user.email, "has_factor": has_factor}
    status = 422 if form.errors else 200
    return show(request, "faq/new_password.html", context, status=status)


@sensitive_post_parameters("password")
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def panel_passwords(request: HttpRequest) -> HttpResponse:
    """Say what came of the passwords on the panels, and try again what is not set."""
    now = clock.now()
    link = links.used_link(request.session.get(LINK), now=now)
    if link is None:
        return show(request, "faq/link_spent.html", {})
    if factors_of(link.user).is_strong and not _came_in_strongly(request, link):
        return redirect(f"{settings.LOGIN_URL}?next={request.path}")
    logins = _logins(link, portal=False)
    form = NewPasswordForm(request.POST or None, logins=logins)
    if request.method == "POST" and form.is_valid():
        chosen = [int(each) for each in form.cleaned_data["logins"]]
        try:
            credentials.choose_panel_logins(link=link, panel_logins=chosen, now=now)
            _set_on_panels(link, form, accounts=chosen, now=now)
        except credentials.TooManyTries:
            form.add_error(None, _("You tried this often enough. Ask for a new link, or call us."))
        except ValidationError as error:
            form.add_error("password", error)
        else:
            return see_other("faq:panel_passwords")
    context: dict[str, object] = {
        "form": form if logins else None,
        "results": links.panel_results(link),
    }
    status = 422 if form.errors else 200
    return show(request, "faq/panel_passwords.html", context, status=status)


@sensitive_variables("secret")
def _use(
    request: HttpRequest, form: NewPasswordForm, *, secret: str, now: datetime
) -> HttpResponse:
    """Use the link; then let him in, unless he has a second factor to give first.

    Raises LinkNotUsable, and ValidationError for a password that is too weak.
    """
    chosen = form.cleaned_data.get("logins", [PORTAL])
    panels = [int(each) for each in chosen if each != PORTAL]
    link = credentials.set_new_password(
        secret=secret,
        password=form.cleaned_data["password"],
        portal=PORTAL in chosen,
        panel_logins=panels,
        now=now,
    )
    kept = f"{link.pk}:{links.login_hash(link)}"  # of now: a password set from here on ends it
    later = not panels and bool(_logins(link, portal=False)) and factors_of(link.user).is_strong
    where = page = reverse("faq:panel_passwords")
    if PORTAL in chosen:
        then = page if later else ""
        where = access.enter(request, link.user, signed_in_by="link", now=now, then=then)
    else:
        request.session.cycle_key()
        if request.user.is_authenticated:
            sessions.remember(request)  # the new key stands in his list, to be ended like any
    if panels:
        _set_on_panels(link, form, accounts=panels, now=now)
        where = page
    if panels or later:
        request.session[LINK] = kept
    response = see_other(where)
    response.delete_cookie(COOKIE, samesite="Lax")
    return response


def _set_on_panels(
    link: RecoveryLink, form: NewPasswordForm, *, accounts: list[int], now: datetime
) -> None:
    credentials.set_on_panels(
        link=link, password=form.cleaned_data["password"], accounts=accounts, now=now
    )


def _logins(link: RecoveryLink, *, portal: bool) -> list[tuple[str, str]]:
    """Return what a password can be set on: the portal, and panels that we reach.

    A link alone opens no panel of an account that has a second factor, so none is offered then.
    """
    area = [(PORTAL, _("Customer area: %(name)s") % {"name": link.user.email})]
    if portal and factors_of(link.user).is_strong:
        return area
    set_already = {one.account.pk for one in links.panel_results(link) if one.is_set}
    panels = [
        (str(one.pk), f"{one.panel.name}: {one.user_name}")
        for one in links.panel_logins_of(link.user)
        if one.panel.is_reached and one.pk not in set_already
    ]
    return [*area, *panels] if portal else panels


def _came_in_strongly(request: HttpRequest, link: RecoveryLink) -> bool:
    viewer = access.viewer_of(request)
    return viewer is not None and viewer.has_second_factor and request.user == link.user


def _spent(request: HttpRequest, *, tried: bool, now: datetime) -> HttpResponse:
    """The same page for a link that is unknown, used, replaced or too old, and for none at all."""
    if tried:
        credentials.note_miss(network=network_of(request), now=now)
    response = show(request, "faq/link_spent.html", {})
    response.delete_cookie(COOKIE, samesite="Lax")
    return response


def _later(request: HttpRequest, *, again_at: datetime) -> HttpResponse:
    """Say that this network asked too often; nobody learns of an account by it."""
    response = show(request, "faq/recover_later.html", {"again_at": again_at}, status=429)
    response["Retry-After"] = str(int((again_at - clock.now()).total_seconds()) + 1)
    return response
