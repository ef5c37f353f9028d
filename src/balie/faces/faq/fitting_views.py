"""Answers while one types, and whether they helped. What is typed is neither kept nor logged."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import get_language
from django.views.decorators.http import require_POST

from balie.apps.articles.queries import article_on_page
from balie.apps.articles.rendering import article_html
from balie.apps.promises.queries import policy_in_force
from balie.apps.tickets import actions, visits
from balie.faces.faq.fitting import fitting_answers
from balie.infra import clock


@require_POST
def fitting(request: HttpRequest) -> HttpResponse:
    """Show the answers that fit what is typed so far, as a piece of a page; empty when none do."""
    language = (get_language() or "nl")[:2]
    policy = policy_in_force(now=clock.now())
    answers = [
        {
            "anchor": text.article.anchor,
            "title": text.title,
            "body": article_html(text.body, policy=policy, language=language),
        }
        for text in fitting_answers(request.POST.get("body", ""), language=language)
    ]
    response = render(request, "faq/fitting.html", {"answers": answers})
    response["Cache-Control"] = "private, no-store"
    return response


@require_POST
def opened(request: HttpRequest, anchor: str) -> HttpResponse:
    """Note that an answer was opened on a form of ours."""
    actions.note_opened(key=_key(request), anchor=_on_page(anchor), now=clock.now())
    return HttpResponse(status=204)


@require_POST
def helped(request: HttpRequest, anchor: str) -> HttpResponse:
    """Note that an answer on a form of ours helped."""
    actions.note_helped(key=_key(request), anchor=_on_page(anchor), now=clock.now())
    return HttpResponse(status=204)


def _key(request: HttpRequest) -> str:
    key = visits.read_key(request.POST.get(visits.FIELD, ""))
    if key is None:
        raise Http404
    return key


def _on_page(anchor: str) -> str:
    article = article_on_page(anchor=anchor)
    if article is None:
        raise Http404
    return str(article.anchor)
