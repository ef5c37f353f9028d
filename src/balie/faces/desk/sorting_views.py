"""Put tickets in order: merge and undo it, split, link, tag."""

from collections.abc import Mapping

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.functional import Promise as LazyText
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from balie.apps.customers.access import for_employees
from balie.apps.customers.viewer import Viewer
from balie.apps.directdebit import queries as collections
from balie.apps.tickets import actions, queries
from balie.apps.tickets.models import Ticket
from balie.faces.desk.finding import back_to, find_ticket
from balie.infra import clock

LONGEST_NUMBER = 20
WHY_NOT: Mapping[str, LazyText] = {
    "self": gettext_lazy("That is this question itself."),
    "merged": gettext_lazy("One of the two went on in another question already."),
    "customers": gettext_lazy(
        "These are questions of two customers, who may not read each other. Link them instead."
    ),
    "direction": gettext_lazy(
        "The other question has no customer. Open that one and merge it into this one."
    ),
    "askers": gettext_lazy(
        "Two people asked these. Tick that you know: each gets an answer of his own."
    ),
    "undone": gettext_lazy("That merge was undone already."),
    "split": gettext_lazy("What was asked there went to a question of its own since."),
    "question": gettext_lazy("Choose at least one message of the customer."),
    "rest": gettext_lazy("At least one message of the customer stays on this question."),
    "strange": gettext_lazy("That message is not on this question any more."),
}
WHY_NO_SPLIT = {**WHY_NOT, "askers": gettext_lazy("Choose messages of one person.")}


@require_POST
@for_employees()
def merge(request: HttpRequest, viewer: Viewer, number: str) -> HttpResponse:
    """Let this ticket go on in another one."""
    found = find_ticket(viewer, number)
    into = _named(request, viewer)
    if into is None:
        return back_to(request, found.number)
    if collections.dispute_of(found) is not None:
        said = _("This question holds a disputed debit. Merge the other one into this one.")
        messages.error(request, said)
        return back_to(request, found.number)
    try:
        actions.merge(
            ticket=found,
            into=into,
            knowingly="knowingly" in request.POST,
            by=viewer.actor,
            now=clock.now(),
        )
    except actions.UnableToMerge as error:
        messages.error(request, str(WHY_NOT[error.why]))
        return back_to(request, found.number)
    said = _("%(number)s goes on here. Every question keeps its promise.")
    messages.success(request, said % {"number": found.number})
    return back_to(request, into.number)


@require_POST
@for_employees()
def unmerge(request: HttpRequest, viewer: Viewer, number: str, pk: int) -> HttpResponse:
    """Undo a merge into this ticket."""
    found = find_ticket(viewer, number)
    merged = queries.merges_into(found).filter(pk=pk).first()
    if merged is None:
        raise Http404
    try:
        alone = actions.unmerge(merged=merged, by=viewer.actor, now=clock.now())
    except actions.UnableToMerge as error:
        messages.error(request, str(WHY_NOT[error.why]))
        return back_to(request, found.number)
    messages.success(request, _("%(number)s stands on its own again.") % {"number": alone.number})
    return back_to(request, alone.number)


@require_POST
@for_employees()
def split(request: HttpRequest, viewer: Viewer, number: str) -> HttpResponse:
    """Give chosen messages a ticket of their own."""
    found = find_ticket(viewer, number)
    chosen = [int(pk) for pk in request.POST.getlist("message") if _is_id(pk)]
    try:
        made = actions.split(
            ticket=found,
            messages=chosen,
            subject=request.POST.get("subject", ""),
            by=viewer.actor,
            now=clock.now(),
        )
    except actions.UnableToSplit as error:
        messages.error(request, str(WHY_NO_SPLIT[error.why]))
        return back_to(request, found.number)
    said = _("A question of its own, with the promises it had.")
    messages.success(request, said)
    return back_to(request, made.number)


@require_POST
@for_employees()
def link(request: HttpRequest, viewer: Viewer, number: str) -> HttpResponse:
    """Say that another ticket belongs with this one."""
    found = find_ticket(viewer, number)
    other = _named(request, viewer)
    if other is not None:
        try:
            actions.link(ticket=found, other=other, by=viewer.actor, now=clock.now())
        except actions.UnableToMerge as error:
            messages.error(request, str(WHY_NOT[error.why]))
    return back_to(request, found.number)


@require_POST
@for_employees()
def unlink(request: HttpRequest, viewer: Viewer, number: str, other: str) -> HttpResponse:
    """Take a link away."""
    found = find_ticket(viewer, number)
    actions.unlink(ticket=found, other=find_ticket(viewer, other), by=viewer.actor, now=clock.now())
    return back_to(request, found.number)


@require_POST
@for_employees()
def add_tag(request: HttpRequest, viewer: Viewer, number: str) -> HttpResponse:
    """Put a tag on a ticket."""
    found = find_ticket(viewer, number)
    name = request.POST.get("tag", "")
    try:
        actions.add_tag(ticket=found, name=name, by=viewer.actor, now=clock.now())
    except actions.UnableToTag:
        messages.error(request, _("A label is one word of at most 40 letters or figures."))
    return back_to(request, found.number)


@require_POST
@for_employees()
def remove_tag(request: HttpRequest, viewer: Viewer, number: str, name: str) -> HttpResponse:
    """Take a tag off a ticket."""
    found = find_ticket(viewer, number)
    actions.remove_tag(ticket=found, name=name, by=viewer.actor, now=clock.now())
    return back_to(request, found.number)


def _named(request: HttpRequest, viewer: Viewer) -> Ticket | None:
    """Return the ticket whose number (or the end of it) was typed; else say there is none."""
    typed = request.POST.get("number", "").strip().upper()[:LONGEST_NUMBER]
    try:
        return queries.ticket_for(viewer=viewer, number=typed)
    except Ticket.DoesNotExist:
        found = queries.tickets_numbered(viewer=viewer, wanted=typed, most=2)
    if len(found) == 1:
        return queries.survivor_of(found[0])
    messages.error(request, _("There is no one question %(number)s.") % {"number": typed or "–"})
    return None


def _is_id(text: str) -> bool:
    return text.isascii() and text.isdecimal() and len(text) < 19
