"""Views with a hole each, that the crawl must notice."""

from django.http import HttpRequest, HttpResponse

from tests.access.world import CANARY


def leak(request: HttpRequest) -> HttpResponse:
    """Tells everybody about customer A."""
    return HttpResponse(f"Bakkerij {CANARY}")


def crash(request: HttpRequest) -> HttpResponse:
    """Answers as a page that broke."""
    return HttpResponse(status=500)


def door(request: HttpRequest, **anything: object) -> HttpResponse:
    """Lets everybody in."""
    return HttpResponse("welkom")
