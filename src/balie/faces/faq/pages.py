"""How the public pages behind a form or a link of a mail are shown and left."""

from collections.abc import Mapping

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import translation

from balie.apps.promises.queries import policy_in_force
from balie.infra import clock

SEE_OTHER = 303


def show(
    request: HttpRequest,
    template: str,
    context: Mapping[str, object],
    *,
    status: int = 200,
    language: str = "",
) -> HttpResponse:
    """Show a page; behind a link in the `language` of its mail, unless the visitor chose one."""
    now = clock.now()
    whole = {"policy": policy_in_force(now=now), "now": now, **context}
    if not language or settings.LANGUAGE_COOKIE_NAME in request.COOKIES:
        return render(request, template, whole, status=status)
    spoken = "en" if language == "en" else "nl"
    with translation.override(spoken):
        response = render(request, template, whole, status=status)
    response["Content-Language"] = spoken
    return response


def see_other(where: str, **parts: str) -> HttpResponse:
    """Lead on to another page after a form: 303, so that no browser sends the form again."""
    response: HttpResponse = redirect(where, permanent=False, **parts)
    response.status_code = SEE_OTHER
    return response


def hide_address(response: HttpResponse) -> HttpResponse:
    """The address of the page is a secret: no other page may learn more than our origin."""
    response["Referrer-Policy"] = "strict-origin"
    return response
