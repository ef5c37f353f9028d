"""Headers that every page carries, and the language it is shown in."""

from typing import Any

import pytest
from django.http import HttpRequest, HttpResponse
from django.test import Client, RequestFactory
from django.utils import translation

from balie.infra.browser import ContentSecurityMiddleware, LanguageMiddleware, NulMiddleware


class Visitor:
    """Somebody with (or, as an anonymous one, without) a language on file."""

    def __init__(self, language: str | None = None) -> None:
        if language is not None:
            self.language = language


def language_shown(*, cookie: str = "", user: Any, accepts: str = "en-US,en") -> str:
    request = RequestFactory(headers={"accept-language": accepts}).get("/")
    request.user = user
    if cookie:
        request.COOKIES["balie-language"] = cookie

    def view(request: HttpRequest) -> HttpResponse:
        return HttpResponse(translation.get_language())

    response = LanguageMiddleware(view)(request)
    assert isinstance(response, HttpResponse)
    assert response["Content-Language"] == response.content.decode()
    return response.content.decode()


@pytest.mark.parametrize(
    ("cookie", "on_file", "shown"),
    [
        ("", None, "nl"),
        ("en", None, "en"),
        ("", "en", "en"),
        ("nl", "en", "nl"),
        ("de", "en", "en"),
        ("<script>", None, "nl"),
        ("", "de", "nl"),
    ],
)
def test_language_is_the_cookie_else_the_one_on_file_else_dutch(
    cookie: str, on_file: str | None, shown: str
) -> None:
    assert language_shown(cookie=cookie, user=Visitor(on_file)) == shown


def test_page_may_load_only_from_its_own_host_and_run_nothing_inline() -> None:
    response = ContentSecurityMiddleware(lambda request: HttpResponse())(RequestFactory().get("/"))

    rules = dict(rule.split(" ", 1) for rule in response["Content-Security-Policy"].split("; "))
    assert rules["default-src"] == "'none'"
    assert rules["script-src"] == rules["style-src"] == "'self'"
    assert rules["frame-ancestors"] == "'none'"
    assert "unsafe" not in response["Content-Security-Policy"]
    assert "http" not in response["Content-Security-Policy"]


def test_view_may_set_a_stricter_policy() -> None:
    stricter = HttpResponse(headers={"Content-Security-Policy": "sandbox"})
    response = ContentSecurityMiddleware(lambda request: stricter)(RequestFactory().get("/"))

    assert response["Content-Security-Policy"] == "sandbox"


@pytest.mark.parametrize(
    ("path", "cookie", "agent", "status"),
    [
        ("/klanten/%00/", "", "", 400),
        ("/klanten/?q=%00", "", "", 400),
        ("/", 'balie="a\\000"', "", 400),
        ("/", "", "x\0y", 400),
        ("/klanten/?q=100%2500", "balie=a", "x", 200),
    ],
)
def test_nul_around_the_body_is_a_bad_request(
    path: str, cookie: str, agent: str, status: int
) -> None:
    request = RequestFactory().get(path, HTTP_COOKIE=cookie, HTTP_USER_AGENT=agent)

    assert NulMiddleware(lambda request: HttpResponse())(request).status_code == status


@pytest.mark.django_db
@pytest.mark.parametrize("path", ["/", "/vraag/", "/inloggen/", "/inloggegevens/"])
def test_head_is_answered_as_get_is(client: Client, path: str) -> None:
    assert client.head(path).status_code == client.get(path).status_code == 200
