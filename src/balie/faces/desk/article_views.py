"""The answers of the public page, as staff write them."""

from collections.abc import Sequence
from datetime import timedelta
from urllib.parse import urlencode

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from balie.apps.articles import actions, queries
from balie.apps.articles.actions import UnableToWrite, Writing, WrittenMeanwhile
from balie.apps.articles.figures import typed_figures
from balie.apps.articles.models import LANGUAGES, Article, ArticleText
from balie.apps.articles.rendering import article_html
from balie.apps.customers.access import for_employees
from balie.apps.customers.viewer import Viewer
from balie.apps.promises.queries import policy_in_force
from balie.apps.tickets import queries as tickets
from balie.apps.tickets.models import Message, Ticket
from balie.domain.policy import Policy
from balie.infra import clock
from balie.infra.templatetags.balie import language as page_language
from balie.infra.templatetags.figures import FIGURES, figure_words

CODES = tuple(code for code, _name in LANGUAGES)
REACTIONS_OF_DAYS = 90
LONGEST_BODY = 20_000


class ArticleForm(forms.Form):
    """One text of an article, in one language."""

    title = forms.CharField(label=gettext_lazy("Title"), max_length=actions.TITLE_LENGTH)
    body = forms.CharField(
        label=gettext_lazy("Answer"),
        max_length=LONGEST_BODY,
        help_text=gettext_lazy(
            "Markdown: an empty line between paragraphs, **bold**, - for a list,"
            " [words](/vraag/) for a link. Figures from the list below."
        ),
        widget=forms.Textarea(attrs={"rows": 14, "data-key": "r", "aria-keyshortcuts": "r"}),
    )
    keywords = forms.CharField(
        label=gettext_lazy("Words customers search with"),
        max_length=400,
        required=False,
        help_text=gettext_lazy("Next to the words of the answer itself; never shown."),
    )
    after = forms.IntegerField(widget=forms.HiddenInput, min_value=0)


@require_safe
@for_employees()
def articles(request: HttpRequest, viewer: Viewer) -> HttpResponse:
    """List the articles in the order of the page, with where each stands and whether it helps."""
    since = clock.today() - timedelta(days=REACTIONS_OF_DAYS)
    counted = queries.reactions(since=since)
    rows = [
        [
            (standing, counted.get((standing.article.pk, standing.language), (0, 0)))
            for standing in standings
        ]
        for standings in queries.standings(languages=CODES)
    ]
    return render(
        request,
        "desk/articles.html",
        {"viewer": viewer, "here": "articles", "rows": rows, "days": REACTIONS_OF_DAYS},
    )


@require_safe
@for_employees()
def article(request: HttpRequest, viewer: Viewer, anchor: str, language: str) -> HttpResponse:
    """Show one text of an article to go on with: as it stands, as it reads, and what it was."""
    standing = queries.standing_of(_article(anchor, language), language=language)
    form = ArticleForm(initial=_initial(request, standing))
    return _show(request, viewer, standing, form)


@require_POST
@for_employees()
def write(request: HttpRequest, viewer: Viewer, anchor: str, language: str) -> HttpResponse:
    """Keep a text as a draft, and show it on the page when that was the button."""
    found = _article(anchor, language)
    form = ArticleForm(request.POST)
    if form.is_valid() and _kept(request, viewer, form, article=found, language=language):
        return redirect("desk:article", anchor=anchor, language=language)
    standing = queries.standing_of(found, language=language)
    return _show(request, viewer, standing, form, status=422)


@require_POST
@for_employees()
def new(request: HttpRequest, viewer: Viewer) -> HttpResponse:
    """Open an article; nothing shows until a text of it is published."""
    title = request.POST.get("title", "").strip()[: actions.TITLE_LENGTH]
    if not title:
        messages.error(request, _("Give the article a title: the question as a customer asks it."))
        return redirect("desk:articles")
    opened = actions.create_article(title=title, by=viewer.actor, now=clock.now())
    there = reverse("desk:article", args=(opened.anchor, page_language()))
    return redirect(f"{there}?{urlencode({'titel': title})}")


@require_POST
@for_employees()
def new_from_answer(request: HttpRequest, viewer: Viewer, number: str, pk: int) -> HttpResponse:
    """Begin an article with an answer that somebody gave; he reads it before it shows."""
    try:
        ticket = tickets.ticket_for(viewer=viewer, number=number)
    except Ticket.DoesNotExist:
        raise Http404 from None
    answer = ticket.messages.filter(pk=pk, kind=Message.Kind.ANSWER).first()
    if answer is None:
        raise Http404
    by, now = viewer.actor, clock.now()
    opened = actions.create_article(title=ticket.subject, by=by, now=now)
    there = reverse("desk:article", args=(opened.anchor, ticket.language))
    messages.info(request, _("Take out what is only for this customer, then publish."))
    return redirect(f"{there}?{urlencode({'titel': ticket.subject, 'van': answer.pk})}")


@require_POST
@for_employees()
def publish(request: HttpRequest, viewer: Viewer, anchor: str, language: str) -> HttpResponse:
    """Show a text of before again."""
    found = _article(anchor, language)
    number = request.POST.get("number", "")
    text = next(
        (one for one in queries.history(found, language=language) if str(one.number) == number),
        None,
    )
    if text is None:
        raise Http404
    actions.publish(text=text, by=viewer.actor, now=clock.now())
    messages.success(request, _("This text is on the page now."))
    return redirect("desk:article", anchor=anchor, language=language)


@require_POST
@for_employees()
def withdraw(request: HttpRequest, viewer: Viewer, anchor: str, language: str) -> HttpResponse:
    """Take an article off the page in one language."""
    found = _article(anchor, language)
    actions.withdraw(article=found, language=language, by=viewer.actor, now=clock.now())
    messages.success(request, _("The article is off the page; its texts are kept."))
    return redirect("desk:article", anchor=anchor, language=language)


@require_POST
@for_employees()
def move(request: HttpRequest, viewer: Viewer, anchor: str) -> HttpResponse:
    """Move an article one place up or down on the page."""
    found = _article(anchor, CODES[0])
    up = request.POST.get("to") == "up"
    actions.move(article=found, up=up, by=viewer.actor, now=clock.now())
    return redirect(f"{reverse('desk:articles')}#{anchor}")


def _article(anchor: str, language: str) -> Article:
    found = queries.article_on_page(anchor=anchor)
    if found is None or language not in CODES:
        raise Http404
    return found


def _show(
    request: HttpRequest,
    viewer: Viewer,
    standing: queries.Standing,
    form: ArticleForm,
    *,
    status: int = 200,
) -> HttpResponse:
    language = standing.language
    policy = policy_in_force(now=clock.now())
    title, body = (str(form[name].value() or "") for name in ("title", "body"))
    return render(
        request,
        "desk/article.html",
        {
            "viewer": viewer,
            "here": "articles",
            "standing": standing,
            "language": language,
            "languages": LANGUAGES,
            "form": form,
            "shown_body": article_html(body, policy=policy, language=language),
            "typed": typed_figures(f"{title}\n{body}", policy=policy, language=language),
            "figures": _figures(policy, language),
            "history": _history(standing.article, language),
        },
        status=status,
    )


def _initial(request: HttpRequest, standing: queries.Standing) -> dict[str, object]:
    """Return what the form begins with: the newest text, or what a new article was opened with."""
    text = standing.newest
    if text is not None:
        return {
            "title": text.title,
            "body": text.body,
            "keywords": text.keywords,
            "after": text.number,
        }
    title = request.GET.get("titel", "")[: actions.TITLE_LENGTH]
    answer = request.GET.get("van", "")
    source = Message.objects.filter(
        kind=Message.Kind.ANSWER, pk=answer if answer.isdecimal() else 0
    )
    first = source.first()
    return {"title": title, "body": first.body if first else "", "after": 0}


def _kept(
    request: HttpRequest, viewer: Viewer, form: ArticleForm, *, article: Article, language: str
) -> bool:
    """Keep what was written and publish it when asked; what is wrong with it goes on the form."""
    given = form.cleaned_data
    writing = Writing(
        title=given["title"],
        body=given["body"],
        keywords=given["keywords"],
        after=given["after"],
    )
    by, now = viewer.actor, clock.now()
    try:
        text = actions.write(article=article, language=language, writing=writing, by=by, now=now)
    except WrittenMeanwhile as error:
        newest = queries.standing_of(article, language=language).newest
        form.data = {**form.data.dict(), "after": str(newest.number if newest else 0)}  # type: ignore[attr-defined]  # the data of a request
        form.add_error(None, str(error))
        return False
    except UnableToWrite as error:
        for fault in error.faults:
            form.add_error("body", fault)
        return False
    if "publish" in request.POST:
        actions.publish(text=text, by=by, now=now)
        messages.success(request, _("This text is on the page now."))
    else:
        messages.success(request, _("Kept as a draft; the page shows what it showed."))
    return True


def _figures(policy: Policy, language: str) -> list[tuple[str, str]]:
    """Return every figure one can place: what to write, and how it reads now."""
    return [
        (f"{{{path}}}", figure_words(policy, path, language=language)) for path in sorted(FIGURES)
    ]


def _history(article: Article, language: str) -> Sequence[tuple[ArticleText, bool]]:
    """Return every text, newest first, and whether it was ever on the page."""
    shown = {given.text_id for given in queries.publications(article, language=language)}
    return [(text, text.pk in shown) for text in queries.history(article, language=language)]
