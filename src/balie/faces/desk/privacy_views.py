"""For admins: the audit trail, what was let go at night, and erasing a person on request."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from balie.apps.customers.access import for_employees
from balie.apps.customers.models import Contact
from balie.apps.customers.viewer import Viewer
from balie.apps.office import trail
from balie.apps.office.privacy import erasure, retention
from balie.apps.promises.queries import policy_in_force
from balie.infra import audit_chain, clock
from balie.infra.models import AuditEvent

PER_PAGE = 50
NIGHTS = 14
LONGEST_SEARCH = 254
HINDRANCES = {
    "erased": gettext_lazy("This person was erased already."),
    "employee": gettext_lazy("This person also works here."),
    "question": gettext_lazy("A question of his is still open: answer it first."),
    "service": gettext_lazy("A service still runs: end it first."),
    "money": gettext_lazy("Money is open, or a debit is under way: settle it first."),
    "address": gettext_lazy("A change of his e-mail address still runs, or can be stopped."),
}
LET_GO = {
    "tickets": gettext_lazy("tickets"),
    "raw_mails": gettext_lazy("mails as they came in"),
    "mail_errors": gettext_lazy("words of mail servers"),
    "sign_ins": gettext_lazy("tries to sign in"),
    "code_requests": gettext_lazy("requests for a code"),
    "lost_logins": gettext_lazy("lost logins"),
    "sessions": gettext_lazy("sessions"),
    "numbers": gettext_lazy("telephone numbers"),
}


@require_safe
@for_employees("admin")
def audit_trail(request: HttpRequest, viewer: Viewer) -> HttpResponse:
    """Show who did what to what, newest first, of everybody or of one customer or employee."""
    about = request.GET.get("over", "")[:LONGEST_SEARCH]
    employee = _number(request.GET.get("door", ""))
    found = trail.search(
        about=about,
        employee=employee,
        before=_number(request.GET.get("voor", "")),
        size=PER_PAGE,
    )
    context = {
        "viewer": viewer,
        "here": "trail",
        "trail": found,
        "rows": [(event, _who(event, found.names)) for event in found.events],
        "about": about,
        "employee": employee,
        "employees": trail.employees(),
        "head": audit_chain.head(),
    }
    return render(request, "desk/trail.html", context)


@require_safe
@for_employees("admin")
def privacy(request: HttpRequest, viewer: Viewer) -> HttpResponse:
    """Show how long things are kept, and what the last nights let go."""
    nights = [
        (row.day, [(LET_GO[name], count) for name, count in row.receipt.items() if count])
        for row in retention.last_nights(count=NIGHTS)
    ]
    context = {
        "viewer": viewer,
        "here": "privacy",
        "terms": policy_in_force(now=clock.now()).privacy,
        "nights": nights,
    }
    return render(request, "desk/privacy.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@for_employees("admin")
def erase(request: HttpRequest, viewer: Viewer, pk: int) -> HttpResponse:
    """Show what erasing a contact would do; do it on the second look."""
    contact = Contact.objects.select_related("user").filter(pk=pk).first()
    if contact is None:
        raise Http404
    now = clock.now()
    if request.method == "POST":
        try:
            erasure.erase(contact=contact, by=viewer.actor, now=now)
        except erasure.UnableToErase:
            messages.error(request, _("Not erased: see what has to end first."))
        else:
            messages.success(request, _("Erased. What the law has us keep is still there."))
            return redirect("desk:privacy")
    seen = erasure.preview(contact, now=now)
    context = {
        "viewer": viewer,
        "here": "privacy",
        "contact": contact,
        "preview": seen,
        "hindrances": [HINDRANCES[one] for one in seen.hindrances],
    }
    return render(request, "desk/erase.html", context)


def _who(event: AuditEvent, names: dict[str, str]) -> str:
    """Who did it, by the name he has now; gone or unknown, by the one he had."""
    if event.by_kind == "system":
        return "Balie"
    who = f"{event.by_kind}:{event.by_id}"
    return names.get(who) or event.by_name or who


def _number(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 19 else None
