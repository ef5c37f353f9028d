"""Saved replies: the list to choose from while answering, and the page where they are written."""

from collections.abc import Mapping

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils.functional import Promise as LazyText
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from balie.apps.customers.access import for_employees
from balie.apps.customers.viewer import Viewer
from balie.apps.tickets import actions, queries
from balie.apps.tickets.models import SavedReply, Ticket
from balie.domain.reply_fields import FIELDS, fill_in
from balie.faces.desk.finding import find_ticket
from balie.faces.desk.forms import ReplyForm
from balie.infra import clock
from balie.infra.templatetags.moments import due_words

WHY_NOT: Mapping[str, tuple[str, LazyText]] = {
    "name": ("name", gettext_lazy("A name is one word that no other reply has.")),
    "empty": ("body_nl", gettext_lazy("The Dutch text is empty.")),
    "field": ("body_nl", gettext_lazy("There is something in braces that is no field.")),
}


@require_safe
@for_employees()
def choices(request: HttpRequest, viewer: Viewer, number: str) -> HttpResponse:
    """Return the replies as JSON, filled in for this ticket, in the language of its asker."""
    found = find_ticket(viewer, number)
    values = values_for(found, viewer)
    rows = [
        {"name": reply.name, "text": fill_in(in_language(reply, found.language), values)}
        for reply in queries.saved_replies()
    ]
    return JsonResponse({"replies": rows})


@require_safe
@for_employees()
def replies(request: HttpRequest, viewer: Viewer) -> HttpResponse:
    """List the replies, beside an empty form for a new one."""
    return _page(request, viewer, ReplyForm(), None)


@require_POST
@for_employees()
def new_reply(request: HttpRequest, viewer: Viewer) -> HttpResponse:
    """Save a new reply."""
    return _save(request, viewer, None)


@require_safe
@for_employees()
def reply(request: HttpRequest, viewer: Viewer, pk: int) -> HttpResponse:
    """Show one reply to change it."""
    found = _reply(pk)
    texts = {"name": found.name, "body_nl": found.body_nl, "body_en": found.body_en}
    return _page(request, viewer, ReplyForm(initial=texts), found)


@require_POST
@for_employees()
def change_reply(request: HttpRequest, viewer: Viewer, pk: int) -> HttpResponse:
    """Save a changed reply; what was sent with it stays as it was."""
    return _save(request, viewer, _reply(pk))


@require_POST
@for_employees()
def retire(request: HttpRequest, viewer: Viewer, pk: int) -> HttpResponse:
    """Take a reply out of use."""
    found = _reply(pk)
    actions.retire_reply(reply=found, by=viewer.actor, now=clock.now())
    messages.success(request, _("%(name)s is out of use.") % {"name": found.name})
    return redirect("desk:replies")


def values_for(ticket: Ticket, viewer: Viewer) -> dict[str, str]:
    """Return what stands in the fields of a reply on this ticket."""
    due = ""
    if ticket.due_at:
        due = due_words(ticket.due_at, now=clock.now(), language=ticket.language)
        due = due.replace("\u00a0", " ")  # a typed text has ordinary blanks
    return {
        "naam": ticket.asker_name,
        "vraagnummer": ticket.number,
        "belofte": due,
        "medewerker": viewer.name,
    }


def in_language(reply: SavedReply, language: str) -> str:
    """Return a reply in the asker's language; in Dutch when it has no other text."""
    return reply.body_en if language == "en" and reply.body_en else reply.body_nl


def _save(request: HttpRequest, viewer: Viewer, changed: SavedReply | None) -> HttpResponse:
    form = ReplyForm(request.POST)
    if form.is_valid():
        try:
            saved = actions.save_reply(
                reply=changed, **form.cleaned_data, by=viewer.actor, now=clock.now()
            )
        except actions.UnableToSaveReply as error:
            field, said = WHY_NOT[error.why]
            form.add_error(field, str(said))
        else:
            messages.success(request, _("%(name)s is saved.") % {"name": saved.name})
            return redirect("desk:replies")
    return _page(request, viewer, form, changed, status=422)


def _page(
    request: HttpRequest,
    viewer: Viewer,
    form: ReplyForm,
    changed: SavedReply | None,
    *,
    status: int = 200,
) -> HttpResponse:
    context = {
        "viewer": viewer,
        "here": "queue",
        "form": form,
        "changed": changed,
        "replies": queries.saved_replies(),
        "fields": [f"{{{field}}}" for field in FIELDS],
    }
    return render(request, "desk/replies.html", context, status=status)


def _reply(pk: int) -> SavedReply:
    found = queries.saved_replies().filter(pk=pk).first()
    if found is None:
        raise Http404
    return found
