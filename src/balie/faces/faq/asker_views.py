"""Where the links in our mails lead: is this your address, and did our answer help.

Scanners open every link of a mail, so looking at a page changes nothing; its one button does.
"""

from contextlib import suppress

from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from balie.apps.tickets import actions, queries
from balie.apps.tickets.models import Satisfaction, Ticket
from balie.faces.faq.forms import HelpedForm
from balie.faces.faq.pages import hide_address, see_other, show
from balie.infra import clock

CHOICES = {"ja": True, "nee": False}


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def confirm(request: HttpRequest, secret: str) -> HttpResponse:
    """Let an asker say that this is his address; its link stands in our acknowledgement."""
    found = queries.confirmation_of(secret)
    if found is None:
        raise Http404
    if request.method == "POST":
        actions.confirm_by_link(secret=secret, now=clock.now())
        return see_other("faq:confirm", secret=secret)
    context = {"ticket": found.ticket, "done": found.used_at is not None}
    return _page(request, "faq/confirm.html", context, ticket=found.ticket)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def helped_by(request: HttpRequest, token: str, choice: str) -> HttpResponse:
    """Let an asker say whether our answer helped, and in his own words why."""
    message = queries.answer_of_token(token)
    if message is None or choice not in CHOICES:
        raise Http404
    given = Satisfaction.objects.filter(message=message).first()
    initial = {"helped": choice}
    form = HelpedForm(request.POST if request.method == "POST" else None, initial=initial)
    if given is None and request.method == "POST" and form.is_valid():
        chosen = form.cleaned_data["helped"]
        with suppress(actions.AlreadyGiven):
            actions.say_satisfied(
                message=message,
                is_happy=CHOICES[chosen],
                remark=form.cleaned_data["remark"],
                now=clock.now(),
            )
        return see_other("faq:helped_by", token=token, choice=chosen)
    context = {"ticket": message.ticket, "form": form, "given": given}
    status = 422 if form.errors and given is None else 200
    return _page(request, "faq/helped_by.html", context, ticket=message.ticket, status=status)


def _page(
    request: HttpRequest,
    template: str,
    context: dict[str, object],
    *,
    ticket: Ticket,
    status: int = 200,
) -> HttpResponse:
    language = ticket.language or "nl"
    return hide_address(show(request, template, context, status=status, language=language))
