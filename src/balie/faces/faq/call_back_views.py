"""Ask to be called back, without signing in; nothing of a customer is shown."""

from django.core import signing
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.views.decorators.http import require_http_methods

from balie.apps.customers.access import viewer_of
from balie.apps.promises.queries import policy_in_force
from balie.apps.tickets import actions
from balie.apps.tickets.call_back_form import CallBackForm
from balie.apps.tickets.models import Ticket
from balie.domain.promises import promise_for
from balie.faces.faq.question_views import SALT
from balie.infra import clock
from balie.infra.audit import SYSTEM
from balie.infra.incoming import raw_of


@require_http_methods(["GET", "HEAD", "POST"])
def call_back(request: HttpRequest) -> HttpResponse:
    """Ask to be called; the promise is that of any question."""
    viewer = viewer_of(request)
    if viewer is not None and not viewer.is_employee:
        return redirect("portal:call_back")
    now = clock.now()
    policy = policy_in_force(now=now)
    form = CallBackForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        back = actions.request_call_back(
            name=form.cleaned_data["name"],
            number=form.cleaned_data["number"],
            suits=form.cleaned_data["suits"],
            body=form.cleaned_data["body"],
            channel=Ticket.Channel.WEB,
            raw=raw_of(request),
            asked_at=now,
            language=(get_language() or "nl")[:2],
            by=SYSTEM,
            now=now,
        )
        question = back.ticket.questions.get()
        return redirect("faq:asked", token=signing.dumps(question.pk, salt=SALT))
    context = {
        "form": form,
        "promise": promise_for(asked_at=now, policy=policy),
        "policy": policy,
        "now": now,
    }
    return render(request, "faq/call_back.html", context, status=422 if form.errors else 200)
