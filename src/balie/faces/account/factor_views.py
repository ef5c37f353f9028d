"""Add and remove what proves who you are: passkeys, an authenticator app, recovery codes."""

import segno
from allauth.mfa.models import Authenticator
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from balie.apps.customers import access, factors, passkeys, sessions
from balie.apps.customers.access import for_everybody_inside
from balie.apps.customers.viewer import Viewer
from balie.apps.promises.queries import policy_in_force
from balie.faces.account.forms import CodeForm, NewPasskeyForm
from balie.faces.account.pages import owner, show, sign_in_again
from balie.infra import clock

SEED = "balie-seed"  # sealed: the session is a row of the database


@require_http_methods(["GET", "HEAD", "POST"])
@for_everybody_inside
def add(request: HttpRequest, viewer: Viewer) -> HttpResponse:
    """Add an authenticator app, or go on to a passkey; an employee without either stays here."""
    if not access.is_fresh(request):
        return sign_in_again(request)
    user, now = owner(request), clock.now()
    has = factors.factors_of(user)
    sealed = request.session.get(SEED) or factors.new_seed()
    request.session[SEED] = sealed
    form = CodeForm(request.POST or None, label=_("Code that the app shows now"))
    if request.method == "POST" and form.is_valid():
        try:
            code = form.cleaned_data["code"]
            factors.add_totp(user=user, sealed_seed=sealed, code=code, now=now)
        except factors.UnableToAdd:
            form.add_error("code", _("This code is not right. Take the one that shows now."))
        else:
            del request.session[SEED]
            return _added(request, viewer, is_first=not has.is_strong)
    return _add_page(request, viewer, form=form, passkey_form=NewPasskeyForm())


@require_POST
@for_everybody_inside
def passkey_question(request: HttpRequest, viewer: Viewer) -> HttpResponse:
    """Tell the browser what passkey to make."""
    return JsonResponse(passkeys.begin_adding(owner(request)))


@require_POST
@for_everybody_inside
def add_passkey(request: HttpRequest, viewer: Viewer) -> HttpResponse:
    """Keep the passkey that the browser made."""
    if not access.is_fresh(request):
        return sign_in_again(request)
    user, now = owner(request), clock.now()
    has = factors.factors_of(user)
    form = NewPasskeyForm(request.POST)
    form.is_valid()
    name = form.cleaned_data.get("name") or _("Passkey %(number)s") % {
        "number": len(has.passkeys) + 1
    }
    try:
        credential = passkeys.finish_adding(form.cleaned_data.get("answer", ""))
        factors.add_passkey(user=user, name=name, credential=credential, now=now)
    except (passkeys.UnableToProve, factors.UnableToAdd):
        form.add_error(None, _("The passkey was not added. Try again, or use an app."))
        return _add_page(request, viewer, form=CodeForm(), passkey_form=form, status=422)
    return _added(request, viewer, is_first=not has.is_strong)


@require_POST
@for_everybody_inside
def recovery_codes(request: HttpRequest, viewer: Viewer) -> HttpResponse:
    """Make new recovery codes and show them, this once."""
    if not access.is_fresh(request):
        return sign_in_again(request)
    if not factors.factors_of(owner(request)).is_strong:
        return redirect("account:add_factor")
    return _codes_page(request, viewer)


@require_POST
@for_everybody_inside
def remove(request: HttpRequest, viewer: Viewer, pk: int) -> HttpResponse:
    """Remove a passkey or the authenticator app."""
    if not access.is_fresh(request):
        return sign_in_again(request)
    try:
        factors.remove(user=owner(request), factor_id=pk, now=clock.now())
    except Authenticator.DoesNotExist as error:
        raise Http404 from error
    except factors.UnableToRemove:
        messages.error(request, _("That stays: an employee keeps at least one second factor."))
    else:
        messages.success(request, _("Removed. We wrote to you about it."))
    return redirect("account:overview")


def _added(request: HttpRequest, viewer: Viewer, *, is_first: bool) -> HttpResponse:
    """Go on after a factor was added; with the first one come recovery codes, shown once."""
    access.become_strong(request)
    key = request.session.session_key or ""
    if not is_first:
        messages.success(request, _("Added. We wrote to you about it."))
        return redirect("account:overview")
    # Whoever sits elsewhere with the password alone has to show the second factor too.
    sessions.end_all(user=owner(request), but=key, now=clock.now())
    return _codes_page(request, viewer)


def _codes_page(request: HttpRequest, viewer: Viewer) -> HttpResponse:
    now = clock.now()
    codes = factors.renew_recovery_codes(user=owner(request), now=now)
    home = access.home_of(request)
    return show(request, "codes", {"codes": codes, "home": home}, viewer=viewer, now=now)


def _add_page(
    request: HttpRequest,
    viewer: Viewer,
    *,
    form: CodeForm,
    passkey_form: NewPasskeyForm,
    status: int = 200,
) -> HttpResponse:
    user, now = owner(request), clock.now()
    form.fields["code"].label = _("Code that the app shows now")
    sealed = request.session.get(SEED) or factors.new_seed()
    request.session[SEED] = sealed
    issuer = policy_in_force(now=now).company.trade_name
    address = factors.seed_address(user, sealed, issuer=issuer)
    # The drawing is made here, of figures and letters of ours alone.
    drawing = segno.make_qr(address).svg_inline(omitsize=True, border=2)
    context = {
        "form": form,
        "passkey_form": passkey_form,
        "has": factors.factors_of(user),
        "must": viewer.is_employee and not viewer.has_second_factor,
        "seed": factors.seed_words(sealed),
        "qr": mark_safe(drawing),  # noqa: S308 - made here, of figures and letters of ours
    }
    response = show(request, "add_factor", context, viewer=viewer, now=now)
    response.status_code = max(status, response.status_code)
    return response
