"""The address that is no longer mine: start without signing in, see where it stands, stop it.

Where a link leads shows a page; only its button does something, since scanners open every link of
a mail. What a stranger sees tells nothing of an account (guide: safety, A4).
"""

from django.http import HttpRequest, HttpResponse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters, sensitive_variables
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from balie.apps.credentials import address_track
from balie.apps.credentials.actions import TooManyRequests, addresses, addresses_end
from balie.apps.credentials.actions import addresses_proof as proof
from balie.apps.credentials.actions.addresses_steps import UnableToChangeAddress
from balie.apps.credentials.address_forms import RecoveryCodeForm
from balie.apps.credentials.models import AddressChange
from balie.apps.credentials.queries import addresses as queries
from balie.apps.promises.queries import policy_in_force
from balie.faces.faq.address_forms import StartForm
from balie.faces.faq.pages import hide_address, see_other, show
from balie.infra import clock
from balie.infra.networks import network_of


@require_http_methods(["GET", "HEAD", "POST"])
def start(request: HttpRequest) -> HttpResponse:
    """Ask for another address. Only stores what was typed; everybody gets the same answer."""
    form = StartForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            addresses.start_in_public(
                identifier=form.cleaned_data["identifier"],
                new_email=form.cleaned_data["new_email"],
                language=(get_language() or "nl")[:2],
                network=network_of(request),
                now=clock.now(),
            )
        except TooManyRequests:
            form.add_error(None, _("That was often within an hour. Try again later, or call us."))
        except UnableToChangeAddress:
            form.add_error("new_email", _("This is not one plain e-mail address."))
        else:
            return see_other("faq:address_sent")
    return _page(request, "address_start", {"form": form}, status=422 if form.errors else 200)


@require_safe
def sent(request: HttpRequest) -> HttpResponse:
    """Say what happens now, whoever asked."""
    return _page(request, "address_sent", {})


@sensitive_variables("secret")
@never_cache
@require_safe
def status(request: HttpRequest, secret: str) -> HttpResponse:
    """Show where a change stands, and how it is proven; looking changes nothing."""
    return _status(request, secret)


@sensitive_variables("secret")
@never_cache
@require_POST
def confirm(request: HttpRequest, secret: str) -> HttpResponse:
    """Confirm the new address, from where the link was mailed."""
    try:
        proof.confirm(secret=secret, now=clock.now())
    except UnableToChangeAddress:
        return _private(_page(request, "address_gone", {}))
    return see_other("faq:address", secret=secret)


@sensitive_post_parameters("code")
@sensitive_variables("secret")
@never_cache
@require_POST
def recovery_code(request: HttpRequest, secret: str) -> HttpResponse:
    """Prove it with a saved recovery code."""
    form = RecoveryCodeForm(request.POST)
    if form.is_valid():
        try:
            proof.prove_with_code(secret=secret, code=form.cleaned_data["code"], now=clock.now())
        except UnableToChangeAddress:
            form.add_error("code", _("This code is not right, or was used before."))
        else:
            return see_other("faq:address", secret=secret)
    return _status(request, secret, form=form)


@sensitive_variables("secret")
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def stop(request: HttpRequest, secret: str) -> HttpResponse:
    """Stop a change with the link of a warning, or put the old address back."""
    now = clock.now()
    notice = queries.notice_of(secret)
    if notice is None:
        return _private(_page(request, "address_gone", {}))
    is_late = False
    if request.method == "POST":
        try:
            addresses_end.stop(secret=secret, now=now)
        except UnableToChangeAddress:
            is_late = True
        else:
            return _private(see_other("faq:address_stop", secret=secret))
    change = notice.change
    until = change.stoppable_until
    context = {
        "change": change,
        "new_address": queries.masked_address(change.new_email),
        "whose": queries.contact_of(change.user).name if change.user else "",
        "is_late": is_late or (until is not None and now >= until),
        "may_put_back": notice.may_put_back,
    }
    page = _page(request, "address_stop", context, language=notice.contact.language)
    return _private(page)


def _status(
    request: HttpRequest, secret: str, *, form: RecoveryCodeForm | None = None
) -> HttpResponse:
    now = clock.now()
    policy = policy_in_force(now=now)
    change = queries.change_of(secret)
    if change is None:
        return _private(_page(request, "address_gone", {}))
    context = {
        "change": change,
        "secret": secret,
        "stops": address_track.track_of(change, policy=policy, now=now, public=True),
        "takes_proof": queries.takes_proof(change, now=now),
        "is_made": change.state == AddressChange.State.COMPLETED,
        "free_at": queries.credentials_free_at(change),
        "form": form or RecoveryCodeForm(),
    }
    is_wrong = form is not None and bool(form.errors)
    status = 422 if is_wrong else 200
    page = _page(request, "address_status", context, status=status, language=change.language)
    return _private(page)


def _private(response: HttpResponse) -> HttpResponse:
    response["Cache-Control"] = "private, no-store"
    return hide_address(response)


def _page(
    request: HttpRequest,
    template: str,
    context: dict[str, object],
    *,
    status: int = 200,
    language: str = "",
) -> HttpResponse:
    return show(request, f"faq/{template}.html", context, status=status, language=language)
