"""What every page of the portal is shown with: who looks, where he is, and the moment."""

from collections.abc import Mapping
from datetime import datetime

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from balie.apps.customers.viewer import Viewer

OKAY, INVALID = 200, 422


def show(
    request: HttpRequest,
    template: str,
    context: Mapping[str, object],
    *,
    viewer: Viewer,
    now: datetime,
    here: str = "",
) -> HttpResponse:
    """Show `portal/<template>.html`; `here` is the entry of the menu the page belongs to.

    A page whose `form` has errors answers 422: nothing was done, look again.
    """
    form = context.get("form")
    status = INVALID if getattr(form, "errors", None) else OKAY
    whole = {"viewer": viewer, "now": now, "here": here, **context}
    return render(request, f"portal/{template}.html", whole, status=status)
