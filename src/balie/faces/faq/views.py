"""The public page, how well promises are kept, and the choice of language."""

from datetime import datetime, time

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from balie.apps.articles.actions import react
from balie.apps.articles.queries import article_on_page
from balie.apps.promises.causes import cause_words
from balie.apps.promises.charts import time_bars, week_bars
from balie.apps.promises.queries import (
    answer_times,
    kept_per_week,
    kept_rates,
    login_mail_times,
    misses_by_cause,
    policy_in_force,
)
from balie.domain.policy import Policy
from balie.domain.promises import promise_for
from balie.faces.faq import articles
from balie.faces.faq.figure_names import COUNTED, OTHERS
from balie.infra import clock
from balie.infra.templatetags.figures import figure_words

LONGEST_QUESTION = 200
WEEKS = 12
PER_WEEK = ("answers.guarantee_hours", "answers.same_day_cutoff", "answers.usual_minutes")


@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """Show the doors and the articles; with `?q=` only those that answer it, best first."""
    language = get_language() or settings.LANGUAGE_CODE
    now = clock.now()
    policy = policy_in_force(now=now)
    shown = articles.show_all(policy=policy, language=language)
    question = request.GET.get("q", "").strip()[:LONGEST_QUESTION]
    return render(
        request,
        "faq/index.html",
        {
            "policy": policy,
            "promise": promise_for(asked_at=now, policy=policy),
            "now": now,
            "articles": articles.find(shown, question, language=language),
            "ignored": articles.IGNORED[language],
            "question": question,
        },
    )


@require_POST
def helped(request: HttpRequest, anchor: str) -> HttpResponse:
    """Count whether an answer helped, and offer to ask whoever it did not help."""
    article = article_on_page(anchor=anchor)
    if article is None:
        raise Http404
    did = request.POST.get("helped") == "yes"
    react(
        article=article,
        language=get_language() or settings.LANGUAGE_CODE,
        helped=did,
        today=clock.today(),
    )
    if did:
        messages.success(request, _("Thank you. Good to know that this answer helps."))
        return redirect(f"{reverse('faq:index')}#{article.anchor}")
    messages.info(request, _("Thank you. Ask us, and you have an answer in time."))
    return redirect("faq:ask")


@require_safe
def promises(request: HttpRequest) -> HttpResponse:
    """Show how often each promise was kept, and every other figure the site names."""
    now = clock.now()
    policy = policy_in_force(now=now)
    weeks = kept_per_week(now=now, weeks=WEEKS)
    since = datetime.combine(weeks[0].monday, time(), tzinfo=clock.AMSTERDAM)
    misses = misses_by_cause(since=since)
    return render(
        request,
        "faq/promises.html",
        {
            "policy": policy,
            "rates": [(_promise(rate.name, policy), rate) for rate in kept_rates(now=now)],
            "charts": [(_promise(name, policy), week_bars(weeks, name)) for name in PER_WEEK],
            "weeks": WEEKS,
            "times": time_bars(answer_times(since=since)),
            "login_mails": login_mail_times(now=now, since=since),
            "misses": [(cause_words(cause), count) for cause, count in misses],
            "others": OTHERS.items(),
        },
    )


def _promise(path: str, policy: Policy) -> str:
    """Return a promise as a sentence, with the figure that is in force."""
    words = figure_words(policy, path, language=get_language() or settings.LANGUAGE_CODE)
    return str(COUNTED[path]) % {"figure": words}


@require_safe
def language(request: HttpRequest, language: str) -> HttpResponse:
    """Remember the language in a cookie and go back to the page one came from."""
    if language not in dict(settings.LANGUAGES):
        raise Http404
    target = request.GET.get("next", "")
    if not url_has_allowed_host_and_scheme(target, allowed_hosts=None):
        target = reverse("faq:index")
    answer = redirect(target)
    answer.set_cookie(
        settings.LANGUAGE_COOKIE_NAME,
        language,
        max_age=settings.LANGUAGE_COOKIE_AGE,
        secure=settings.LANGUAGE_COOKIE_SECURE,
        httponly=settings.LANGUAGE_COOKIE_HTTPONLY,
        samesite="Lax",
    )
    return answer
