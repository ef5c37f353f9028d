"""Sign in and out: password, code by mail or passkey; then the second factor where one is set."""

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme, urlencode
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from balie.apps.customers import access, attempts, factors, passkeys, sign_in_codes
from balie.apps.customers.models import SignIn, User
from balie.faces.account.forms import CodeForm, IdentifierForm, SignInForm
from balie.infra import clock
from balie.infra.networks import network_of

CODE_FOR = "balie-code-for"
TOO_MANY, INVALID, OKAY, SEE_OTHER = 429, 422, 200, 303


@sensitive_post_parameters("password")
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def sign_in(request: HttpRequest) -> HttpResponse:
    """Let a customer or an employee in; the same words for a wrong name and a wrong password."""
    form = SignInForm(request.POST or None)
    status = OKAY
    if request.method == "POST" and form.is_valid():
        now = clock.now()
        try:
            user = access.check_password(
                request,
                identifier=form.cleaned_data["identifier"],
                password=form.cleaned_data["password"],
                now=now,
            )
        except attempts.TooManyTries as refused:
            form.add_error(None, _wait_words(refused))
            status = TOO_MANY
        else:
            if user is not None:
                then = _then(request)
                way = SignIn.Way.PASSWORD
                return redirect(access.enter(request, user, signed_in_by=way, now=now, then=then))
            wrong = _("These do not belong together. Try again, or ask for your login.")
            form.add_error(None, wrong)
    return _page(request, "sign_in", form, status=status)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def ask_code(request: HttpRequest) -> HttpResponse:
    """Ask for a code by mail. Only stores what was typed; everybody gets the same answer."""
    form = IdentifierForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        identifier = form.cleaned_data["identifier"]
        sign_in_codes.request_code(
            identifier=identifier,
            language=(get_language() or "nl")[:2],
            network=network_of(request),
            now=clock.now(),
        )
        request.session[CODE_FOR] = identifier
        response = redirect(_with_then("account:enter_code", request))
        response.status_code = SEE_OTHER
        return response
    return _page(request, "ask_code", form)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def enter_code(request: HttpRequest) -> HttpResponse:
    """Take the code from the mail; it works in the browser that asked for it."""
    identifier = request.session.get(CODE_FOR)
    if not identifier:
        return redirect(_with_then("account:ask_code", request))
    form = CodeForm(request.POST or None, label=_("Code from the e-mail"))
    status = OKAY
    if request.method == "POST" and form.is_valid():
        now = clock.now()
        try:
            user = sign_in_codes.check_code(
                identifier=identifier,
                code=form.cleaned_data["code"],
                network=network_of(request),
                now=now,
            )
        except attempts.TooManyTries:
            spent = _("Too many tries. Fill in the long code from the e-mail, or wait 20 minutes.")
            form.add_error(None, spent)
            status = TOO_MANY
        else:
            if user is not None:
                then, way = _then(request), SignIn.Way.CODE
                return redirect(access.enter(request, user, signed_in_by=way, now=now, then=then))
            form.add_error("code", _("This code is not right, or no longer valid."))
    return _page(request, "enter_code", form, status=status)


@require_POST
def passkey_question(request: HttpRequest) -> HttpResponse:
    """Tell the browser what to ask a passkey: one of the account in its second step, or any."""
    return JsonResponse(passkeys.begin_proving(access.pending_user(request)))


@never_cache
@require_POST
def prove_passkey(request: HttpRequest) -> HttpResponse:
    """Let in whom a passkey signed for."""
    now = clock.now()
    pending = access.pending_user(request)
    try:
        found = passkeys.finish_proving(request.POST.get("answer", ""), user=pending)
    except passkeys.UnableToProve:
        context: dict[str, object] = {
            "failed": _("The passkey was not recognised. Try again, or in another way.")
        }
        if pending is not None:
            return _second_page(request, pending, CodeForm(), context=context, status=INVALID)
        return _page(request, "sign_in", SignInForm(), context=context, status=INVALID)
    factors.note_used(found, now=now)
    if pending is not None:
        return redirect(access.finish(request, pending, factor_id=found.pk, now=now))
    then, way, key = _then(request), SignIn.Way.PASSKEY, found.pk
    return redirect(
        access.enter(request, found.user, signed_in_by=way, factor_id=key, now=now, then=then)
    )


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def second_step(request: HttpRequest) -> HttpResponse:
    """Ask who proved one factor for the other: a one-time code, a recovery code, a passkey."""
    user = access.pending_user(request)
    if user is None:
        return redirect("account:sign_in")
    form = CodeForm(request.POST or None)
    status = OKAY
    if request.method == "POST" and form.is_valid():
        now = clock.now()
        way, network = SignIn.Way.SECOND, network_of(request)
        try:
            attempt = attempts.begin(way=way, user=user, network=network, now=now)
        except attempts.TooManyTries as refused:
            form.add_error(None, _wait_words(refused))
            status = TOO_MANY
        else:
            spent = factors.spend_code(user=user, code=form.cleaned_data["code"], now=now)
            if spent is not None:
                attempts.succeed(attempt)
                return redirect(access.finish(request, user, factor_id=spent.pk, now=now))
            form.add_error("code", _("This code is not right, or was used before."))
    return _second_page(request, user, form, status=status)


@require_POST
def sign_out(request: HttpRequest) -> HttpResponse:
    """End the session."""
    access.sign_out(request)
    return redirect("faq:index")


def _second_page(
    request: HttpRequest,
    user: User,
    form: CodeForm,
    *,
    context: dict[str, object] | None = None,
    status: int = OKAY,
) -> HttpResponse:
    has = factors.factors_of(user)
    form.fields["code"].label = (
        _("Code from your authenticator app, or a recovery code")
        if has.has_totp
        else _("Recovery code")
    )
    return _page(
        request, "second_step", form, context={"has": has, **(context or {})}, status=status
    )


def _page(
    request: HttpRequest,
    template: str,
    form: IdentifierForm | CodeForm,
    *,
    context: dict[str, object] | None = None,
    status: int = OKAY,
) -> HttpResponse:
    if status == OKAY and form.errors:
        status = INVALID
    then = _then(request)
    query = f"?{urlencode({'next': then})}" if then else ""
    whole = {"form": form, "query": query, **(context or {})}
    return render(request, f"account/{template}.html", whole, status=status)


def _then(request: HttpRequest) -> str:
    """Return the page of ours that he wanted before he was sent to sign in."""
    target = request.POST.get("next") or request.GET.get("next") or ""
    return target if url_has_allowed_host_and_scheme(target, allowed_hosts=None) else ""


def _with_then(name: str, request: HttpRequest) -> str:
    then = _then(request)
    return f"{reverse(name)}?{urlencode({'next': then})}" if then else reverse(name)


def _wait_words(refused: attempts.TooManyTries) -> str:
    minutes = -(-int(refused.wait.total_seconds()) // 60) or 1
    return ngettext(
        "Too many tries. Wait %(minutes)s minute, or sign in with a code by e-mail.",
        "Too many tries. Wait %(minutes)s minutes, or sign in with a code by e-mail.",
        minutes,
    ) % {"minutes": minutes}
