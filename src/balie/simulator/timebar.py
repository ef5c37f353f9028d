"""The bar on top of every page of the demo: the moment, time to move, whom to be, mails to read."""

from collections.abc import Callable
from threading import Lock

from django.http import HttpRequest, HttpResponse, HttpResponseForbidden
from django.template.loader import render_to_string

from balie.apps.customers.access import viewer_of
from balie.infra import clock
from balie.infra.loopback import is_loopback

BODY = b"<body"
moving = Lock()


class ThisMachineMiddleware:
    """Lets nobody in from elsewhere: here anybody may be anybody and move the time."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer who asks from this machine; 403 for anybody else."""
        if not is_loopback(request.META.get("REMOTE_ADDR", "")):
            return HttpResponseForbidden("The demo answers this machine only.")
        return self.get_response(request)


class TimeBarMiddleware:
    """Puts the bar right after the opening of the body of each whole page."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer the request, with the bar in it when the answer is a page."""
        response = self.get_response(request)
        is_page = response.get("Content-Type", "").startswith("text/html")
        # What came with a content policy of its own is a mail on show, no page of ours.
        is_foreign = response.has_header("Content-Security-Policy")
        if response.streaming or not is_page or is_foreign:
            return response
        start = response.content.find(BODY)
        end = response.content.find(b">", start)
        if start < 0 or end < 0:
            return response
        bar = render_to_string(
            "simulator/bar.html",
            {"moment": clock.now(), "viewer": viewer_of(request)},
            request=request,
        ).encode()
        response.content = response.content[: end + 1] + bar + response.content[end + 1 :]
        if response.has_header("Content-Length"):
            response["Content-Length"] = str(len(response.content))
        return response
