"""A question from the public page: the promise is shown at once."""

from django.core import signing
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.views.decorators.http import require_http_methods, require_safe

from balie.apps.customers.access import viewer_of
from balie.apps.promises.queries import policy_in_force
from balie.apps.tickets import actions, visits
from balie.apps.tickets.models import Question, Ticket
from balie.domain.promises import promise_for
from balie.faces.faq.forms import QuestionForm
from balie.infra import clock
from balie.infra.audit import SYSTEM
from balie.infra.incoming import raw_of

SALT = "balie.faq.asked"


@require_http_methods(["GET", "HEAD", "POST"])
def ask(request: HttpRequest) -> HttpResponse:
    """Ask without signing in; nothing of a customer is shown, the promise counts all the same."""
    viewer = viewer_of(request)
    if viewer is not None and not viewer.is_employee:
        return redirect("portal:ask")
    now = clock.now()
    policy = policy_in_force(now=now)
    form = QuestionForm(request.POST or None, request.FILES or None, policy=policy)
    if request.method == "POST" and form.is_valid():
        visits.note_asked(request, now=now)
        question = actions.ask(
            channel=Ticket.Channel.WEB,
            subject=form.cleaned_data["subject"],
            body=form.cleaned_data["body"],
            asker_name=form.cleaned_data["name"],
            asker_email=form.cleaned_data["email"],
            raw=raw_of(request),
            asked_at=now,
            language=(get_language() or "nl")[:2],
            files=form.cleaned_data["files"],
            by=SYSTEM,
            now=now,
        )
        return redirect("faq:asked", token=signing.dumps(question.pk, salt=SALT))
    return render(
        request,
        "faq/ask.html",
        {
            "form": form,
            "promise": promise_for(asked_at=now, policy=policy),
            "policy": policy,
            "now": now,
            "visit": visits.key_of(request),
        },
        status=422 if form.errors else 200,
    )


@require_safe
def asked(request: HttpRequest, token: str) -> HttpResponse:
    """Show what was promised to who just asked; the address cannot be guessed."""
    try:
        pk = signing.loads(token, salt=SALT)
    except signing.BadSignature as error:
        raise Http404 from error
    question = Question.objects.select_related("ticket", "promise").filter(pk=pk).first()
    if question is None:
        raise Http404
    now = clock.now()
    return render(
        request,
        "faq/asked.html",
        {
            "ticket": question.ticket,
            "question": question,
            "promise": question.promise,
            "policy": policy_in_force(now=now),
            "now": now,
        },
    )
