"""What every page tells the browser: what it may load, and in which language it speaks."""

from __future__ import annotations

from collections.abc import Callable

from django.conf import settings
from django.core.exceptions import BadRequest
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase, StreamingHttpResponse
from django.middleware.gzip import GZipMiddleware
from django.utils import translation
from django.views.defaults import bad_request

Handler = Callable[[HttpRequest], HttpResponseBase]

# No inline style, no inline script, no request to any other host (LOOK.md).
CONTENT_SECURITY_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
    "font-src 'self'; connect-src 'self'; manifest-src 'self'; form-action 'self'; "
    "frame-ancestors 'none'; base-uri 'none'"
)

# Kinds of content besides text that compression makes smaller; a font or PDF is compressed already.
COMPRESSED = frozenset(
    {"application/javascript", "application/json", "application/xml", "image/svg+xml"}
)


class ContentSecurityMiddleware:
    """Adds the content security policy; a view that needs a stricter one sets its own."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Answer the request with the policy in its headers."""
        response = self.get_response(request)
        response.headers.setdefault("Content-Security-Policy", CONTENT_SECURITY_POLICY)
        response.headers.setdefault(
            "Permissions-Policy", "camera=(), microphone=(), geolocation=()"
        )
        return response


class NulMiddleware:
    """Answers 400 to an address, cookie or header with a NUL in it: no browser sends one, and
    PostgreSQL takes none.
    """

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Answer the request, unless there is a NUL in what surrounds its body."""
        said = [request.path, *request.COOKIES, *request.COOKIES.values()]
        said += [value for value in request.META.values() if isinstance(value, str)]
        if "%00" in request.META.get("QUERY_STRING", "") or any("\0" in each for each in said):
            return bad_request(request, BadRequest("NUL"))
        return self.get_response(request)


class CompressionMiddleware(GZipMiddleware):
    """Compresses what is text, files in one piece.

    Django compresses each piece of an asynchronous stream by itself, and a browser reads only the
    first: the second half of a style sheet would be lost.
    """

    def process_response(
        self, request: HttpRequest, response: HttpResponseBase
    ) -> HttpResponseBase:
        """Compress the response when its kind gains by it and the browser takes it."""
        kind = response.headers.get("Content-Type", "").partition(";")[0]
        if not kind.startswith("text/") and kind not in COMPRESSED:
            return response
        if isinstance(response, StreamingHttpResponse):
            response.streaming_content = [b"".join(response)]
        return super().process_response(request, response)


def language_of(request: HttpRequest) -> str:
    """The language of the cookie, else of the signed-in user, else Dutch.

    The browser's Accept-Language is not asked: many Dutch customers have an English browser.
    """
    known = dict(settings.LANGUAGES)
    chosen = request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME, "")
    if chosen in known:
        return chosen
    preferred = getattr(request.user, "language", "")
    return preferred if preferred in known else settings.LANGUAGE_CODE


class LanguageMiddleware:
    """Shows each page in the chosen language; stands after the authentication middleware."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Answer the request in the visitor's language and say so in the headers."""
        language = language_of(request)
        with translation.override(language):
            request.LANGUAGE_CODE = language
            response = self.get_response(request)
        if isinstance(response, HttpResponse):
            response.headers.setdefault("Content-Language", language)
        return response
