"""What the pages of one's own account share: whose they are, and how they are shown."""

from collections.abc import Mapping
from datetime import datetime

from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from balie.apps.customers.models import User
from balie.apps.customers.viewer import Viewer

OKAY, INVALID = 200, 422


def owner(request: HttpRequest) -> User:
    """Return the account of this session; behind a door there always is one."""
    user = request.user
    if not isinstance(user, User):
        msg = "nobody is signed in"
        raise TypeError(msg)
    return user


def sign_in_again(request: HttpRequest) -> HttpResponse:
    """Ask him to show anew who he is, then let him go on here."""
    messages.info(request, _("Please sign in once more before you change how you sign in."))
    here = request.path if request.method in {"GET", "HEAD"} else reverse("account:overview")
    return redirect_to_login(here)


def show(
    request: HttpRequest,
    template: str,
    context: Mapping[str, object],
    *,
    viewer: Viewer,
    now: datetime,
) -> HttpResponse:
    """Show `account/<template>.html`; a page whose `form` has errors answers 422."""
    form = context.get("form")
    status = INVALID if getattr(form, "errors", None) else OKAY
    whole = {"viewer": viewer, "now": now, **context}
    return render(request, f"account/{template}.html", whole, status=status)
