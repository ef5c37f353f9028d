"""While an employee types: his draft is kept, colleagues are seen, an answer can be taken back."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from balie.apps.customers import queries as customers
from balie.apps.customers.access import for_employees
from balie.apps.customers.viewer import Viewer
from balie.apps.tickets import actions, queries
from balie.apps.tickets.models import Draft, Message
from balie.apps.tickets.queries import Colleague
from balie.faces.desk.finding import back_to, find_ticket
from balie.infra import clock
from balie.infra.templatetags.balie import moment


@require_POST
@for_employees()
def save_draft(request: HttpRequest, viewer: Viewer, number: str) -> HttpResponse:
    """Keep what is being typed; answers with its version, or 409 with what was kept elsewhere."""
    kind, version = request.POST.get("kind", ""), request.POST.get("version", "")
    if kind not in Draft.Kind.values or not (version.isascii() and version.isdecimal()):
        raise Http404
    now = clock.now()
    try:
        draft = actions.save_draft(
            ticket=find_ticket(viewer, number),
            employee=customers.employee_of(viewer),
            kind=kind,
            body=request.POST.get("body", "").replace("\r\n", "\n"),
            version=min(int(version), 2**31 - 1),
            now=now,
        )
    except actions.WrittenElsewhere as elsewhere:
        other = elsewhere.draft
        said = _("You changed this draft elsewhere: %(at)s.") % {"at": moment(other.saved_at)}
        return JsonResponse(
            {"said": said, "body": other.body, "version": other.version}, status=409
        )
    said = _("Draft kept, %(at)s.") % {"at": moment(now)} if draft else ""
    return JsonResponse({"said": said, "version": draft.version if draft else 0})


@require_POST
@for_employees()
def be_present(request: HttpRequest, viewer: Viewer, number: str) -> HttpResponse:
    """Say that one is here, perhaps typing; answers with who else is, and what is new."""
    found, now = find_ticket(viewer, number), clock.now()
    employee = customers.employee_of(viewer)
    actions.be_present(
        ticket=found, employee=employee, is_typing=request.POST.get("typing") == "1", now=now
    )
    seen = request.POST.get("seen", "")
    new = 0
    if seen.isascii() and seen.isdecimal() and len(seen) < 19:
        new = queries.written_after(found, seen=int(seen), but=employee).count()
    colleagues = queries.colleagues_at(found, but=employee, now=now)
    return JsonResponse({"said": others_in_words(colleagues), "new": _new_in_words(new)})


@require_POST
@for_employees()
def take_back(request: HttpRequest, viewer: Viewer, number: str, pk: int) -> HttpResponse:
    """Take an answer back that has not left yet; its text is a draft again."""
    found = find_ticket(viewer, number)
    message = Message.objects.filter(ticket=found, pk=pk).select_related("ticket").first()
    if message is None:
        raise Http404
    try:
        actions.take_back(message=message, employee=customers.employee_of(viewer), now=clock.now())
    except actions.UnableToTakeBack:
        messages.error(request, _("The answer has left. Write another one."))
    else:
        messages.info(request, _("Taken back. Nobody got it; here is your text again."))
    return back_to(request, found.number)


def others_in_words(colleagues: list[Colleague]) -> str:
    """Return who else is at a ticket, in a sentence for each."""
    said = [
        (_("%(name)s is typing an answer.") if one.is_typing else _("%(name)s has it open too."))
        % {"name": one.name}
        for one in colleagues
    ]
    return " ".join(said)


def _new_in_words(count: int) -> str:
    if not count:
        return ""
    return ngettext(
        "%(count)d message came in meanwhile.", "%(count)d messages came in meanwhile.", count
    ) % {"count": count}
